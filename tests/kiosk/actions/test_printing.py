"""Printing: no job is lost, nothing is printed twice unasked, and every sheet is accounted for."""

import time
from pathlib import Path

import pytest

from kiosk.actions import counter, printing
from kiosk.actions.desk import Desk
from kiosk.actions.journal import entries_about
from kiosk.domain.applications import Stage
from kiosk.domain.certificates import State
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.prints import LONGEST_WAIT, Job, JobStage, Spoilt
from kiosk.domain.staff import Role, Staff
from printer.spool import CupsQueue, Trouble
from tests.print_server import QUEUE, PrintServer
from tests.staffed import Staffed
from tests.working import FIRST, application_in, approved, examined, printed, sheets, signed

SECOND = "09 - 0986543"


@pytest.fixture
def printer(staffed: Staffed) -> Staff:
    """Whoever prints, with sheets."""
    sheets(staffed)
    return staffed.staff(Role.PRINT_ROOM)


def folder_of(staffed: Staffed) -> list[Path]:
    return sorted((staffed.desk.settings.folder / "printing").glob("*"))


def job_of(desk: Desk, id_: int) -> Job:
    with desk.register.read() as books:
        return books.prints.jobs_of(id_)[0]


def test_a_certificate_is_issued_and_lies_in_the_folder_until_somebody_looked(
    staffed: Staffed, printer: Staff
) -> None:
    id_ = approved(staffed)

    job = printing.want_print(staffed.desk, printer, id_, serial=" 09 -  0986542")
    printing.tend(staffed.desk)

    (file,) = folder_of(staffed)
    assert file.name == f"segel-{job.id}-0.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert job_of(staffed.desk, id_).stage is JobStage.SENT
    assert application_in(staffed.desk, id_).stage is Stage.PRINTING

    printing.mark_good(staffed.desk, printer, id_)

    after = application_in(staffed.desk, id_)
    assert (after.stage, after.serial, after.printed_by) == (Stage.SIGNING, FIRST, printer.id)
    assert after.certificate == job.certificate
    assert folder_of(staffed) == []
    assert job_of(staffed.desk, id_).document == ""
    with staffed.desk.register.read() as books:
        assert books.certificates.get(job.certificate).state is State.ISSUED


def test_a_spoilt_sheet_is_void_and_the_same_certificate_goes_onto_the_next(
    staffed: Staffed, printer: Staff
) -> None:
    id_ = approved(staffed)
    first = printing.want_print(staffed.desk, printer, id_, serial=FIRST)
    printing.tend(staffed.desk)

    printing.spoil(staffed.desk, printer, id_, Spoilt.JAM)
    second = printing.want_print(staffed.desk, printer, id_, serial=SECOND)

    assert second.certificate == first.certificate
    deeds = [entry.deed for entry in entries_about(staffed.desk.register, f"application {id_}")]
    assert deeds[-3:] == ["print", "sheet-void", "reprint"]
    office = staffed.places["polres"].id
    assert printing.pile_of(staffed.desk, printer, office).left == 8


def test_wrong_content_withdraws_the_certificate_and_the_next_is_another(
    staffed: Staffed, printer: Staff
) -> None:
    id_ = printed(staffed)
    first = job_of(staffed.desk, id_).certificate

    printing.spoil(staffed.desk, printer, id_, Spoilt.WRONG_CONTENT)
    second = printing.want_print(staffed.desk, printer, id_, serial=SECOND).certificate

    assert second != first
    with staffed.desk.register.read() as books:
        assert books.certificates.get(first).state is State.WITHDRAWN
        assert books.certificates.get(second).state is State.ISSUED


@pytest.mark.parametrize(
    "serial",
    [
        pytest.param("09 - 0986541", id="not received"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_sheet_that_the_office_does_not_have_is_refused(
    staffed: Staffed, printer: Staff, serial: str
) -> None:
    id_ = approved(staffed)

    with pytest.raises(Invalid):
        printing.want_print(staffed.desk, printer, id_, serial=serial)


def test_a_sheet_is_used_once(staffed: Staffed, printer: Staff) -> None:
    printed(staffed)
    other = approved(staffed)

    with pytest.raises(NotNow):
        printing.want_print(staffed.desk, printer, other, serial=FIRST)


def test_a_void_sheet_is_not_printed_on(staffed: Staffed, printer: Staff) -> None:
    office = staffed.places["polres"].id
    printing.void_sheet(staffed.desk, printer, office, serial=FIRST, reason=Spoilt.TORN)

    assert printing.pile_of(staffed.desk, printer, office).next_serial == SECOND
    with pytest.raises(NotNow):
        printing.want_print(staffed.desk, printer, approved(staffed), serial=FIRST)


def test_while_a_job_is_open_there_is_no_second_one(staffed: Staffed, printer: Staff) -> None:
    id_ = approved(staffed)
    printing.want_print(staffed.desk, printer, id_, serial=FIRST)

    with pytest.raises(NotNow):
        printing.want_print(staffed.desk, printer, id_, serial=SECOND)
    with pytest.raises(NotNow):
        printing.print_again(staffed.desk, printer, id_)


def test_what_is_not_approved_is_not_printed(staffed: Staffed, printer: Staff) -> None:
    id_ = examined(staffed)

    with pytest.raises(NotNow):
        printing.want_print(staffed.desk, printer, id_, serial=FIRST)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PRINT_ROOM}))
def test_only_the_print_room_prints(staffed: Staffed, printer: Staff, role: Role) -> None:
    id_ = approved(staffed)

    with pytest.raises(NotPermitted):
        printing.want_print(staffed.desk, staffed.staff(role), id_, serial=FIRST)


def test_a_signed_paper_is_not_spoilt_any_more(staffed: Staffed, printer: Staff) -> None:
    id_ = signed(staffed)

    with pytest.raises(NotNow):
        printing.spoil(staffed.desk, printer, id_, Spoilt.TORN)


def test_nothing_of_a_person_is_in_the_journal_or_the_queue(
    staffed: Staffed, printer: Staff
) -> None:
    id_ = printed(staffed)
    counter.open_file(staffed.desk, staffed.staff(Role.SIGNATORY), id_)

    entries = entries_about(staffed.desk.register, f"application {id_}")
    assert not any("Ratna" in f"{entry}" or "9971" in f"{entry}" for entry in entries)


# With a print server.


@pytest.fixture
def queued(staffed: Staffed, printer: Staff, print_server: PrintServer) -> int:
    """An application whose certificate is wanted on paper, where a print server is."""
    settings = staffed.office.site / "site.toml"
    text = f'\n[printing]\nqueue = "{QUEUE}"\nport = {print_server.port}\n'
    settings.write_text(settings.read_text() + text)
    staffed.workshop.close()
    staffed.workshop = staffed.office.workshop(staffed.clock)
    id_ = approved(staffed)
    printing.want_print(staffed.desk, printer, id_, serial=FIRST)
    return id_


def until(desk: Desk, id_: int, stage: JobStage) -> None:
    """Tend the jobs until this one is that far."""
    for _ in range(80):
        printing.tend(desk)
        if job_of(desk, id_).stage is stage:
            return
        time.sleep(0.05)
    raise AssertionError(job_of(desk, id_))


def test_a_queue_prints_and_the_ledger_knows(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    until(staffed.desk, queued, JobStage.PRINTED)

    assert len(print_server.come_out()) == 1
    printing.mark_good(staffed.desk, staffed.staff(Role.PRINT_ROOM), queued)


def test_while_the_print_server_is_gone_the_job_waits_and_then_comes_out_once(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    print_server.kill()

    for _ in range(3):
        (standing,) = printing.tend(staffed.desk).values()
        assert (standing.job.stage, standing.silent) == (JobStage.WANTED, True)
    print_server.start()
    until(staffed.desk, queued, JobStage.PRINTED)
    for _ in range(3):
        printing.tend(staffed.desk)

    assert len(print_server.come_out()) == 1


@pytest.mark.parametrize(
    ("fault", "trouble"), [("paper", Trouble.PAPER), ("jam", Trouble.JAM)], ids=str
)
def test_a_job_waits_for_paper_as_long_as_it_takes(
    staffed: Staffed, queued: int, print_server: PrintServer, fault: str, trouble: Trouble
) -> None:
    print_server.fail(fault)
    (standing,) = printing.tend(staffed.desk).values()
    for _ in range(60):
        staffed.clock.forward(seconds=LONGEST_WAIT + 1)
        (standing,) = printing.tend(staffed.desk).values()
        if trouble in standing.troubles:
            break
        time.sleep(0.05)

    assert trouble in standing.troubles
    print_server.fail()
    until(staffed.desk, queued, JobStage.PRINTED)
    assert len(print_server.come_out()) == 1


def test_a_frozen_printer_is_not_believed_for_ever(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    print_server.fail("frozen")
    printing.tend(staffed.desk)
    staffed.clock.forward(seconds=LONGEST_WAIT + 1)

    printing.tend(staffed.desk)

    assert job_of(staffed.desk, queued).stage is JobStage.UNKNOWN


def test_a_job_that_a_killed_server_forgot_is_not_printed_again_before_somebody_asks(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    printer = staffed.staff(Role.PRINT_ROOM)
    print_server.fail("frozen")
    printing.tend(staffed.desk)
    print_server.kill()
    with pytest.raises(NotNow):
        printing.mark_good(staffed.desk, printer, queued)
    for left in (print_server.folder / "spool").glob("[cd]0*"):
        left.unlink()
    (print_server.folder / "cache" / "job.cache").unlink(missing_ok=True)
    print_server.fail()
    print_server.start()
    # Its numbers begin anew: another job has ours now.
    CupsQueue(QUEUE, port=print_server.port).send("segel-999-0", b"%PDF-1.7 other")

    until(staffed.desk, queued, JobStage.UNKNOWN)
    for _ in range(3):
        printing.tend(staffed.desk)
    ours = f"segel-{job_of(staffed.desk, queued).id}-"
    assert [one for one in print_server.come_out() if one.name.startswith(ours)] == []

    printing.print_again(staffed.desk, printer, queued)
    until(staffed.desk, queued, JobStage.PRINTED)
    assert [one.name[: len(ours) + 1] for one in print_server.come_out() if ours in one.name] == [
        f"{ours}1"
    ]
    deeds = [entry.deed for entry in entries_about(staffed.desk.register, f"application {queued}")]
    assert deeds[-1] == "print-again"


def test_what_survived_a_kill_in_the_queue_comes_out_once(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    print_server.fail("frozen")
    printing.tend(staffed.desk)
    print_server.kill()
    printing.tend(staffed.desk)
    assert job_of(staffed.desk, queued).stage is JobStage.SENT
    print_server.fail()
    print_server.start()

    until(staffed.desk, queued, JobStage.PRINTED)
    assert len(print_server.come_out()) == 1


def test_a_process_that_died_while_sending_leaves_the_job_to_a_person(
    staffed: Staffed, queued: int, print_server: PrintServer
) -> None:
    def dies(name: str, pdf: bytes) -> int:
        raise KeyboardInterrupt

    spool = printing.spool_of(staffed.desk)
    spool.send = dies  # type: ignore[method-assign]  # as if the power went
    with pytest.raises(KeyboardInterrupt):
        printing.tend(staffed.desk, spool)
    assert job_of(staffed.desk, queued).stage is JobStage.SENDING
    printing.tend(staffed.desk)
    assert job_of(staffed.desk, queued).stage is JobStage.SENDING
    staffed.clock.forward(minutes=2)

    printing.tend(staffed.desk)

    assert job_of(staffed.desk, queued).stage is JobStage.UNKNOWN
    assert print_server.come_out() == []
