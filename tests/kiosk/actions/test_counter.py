"""Working the file: who may do what, who sees what, and when it is due."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.actions import counter, printing
from kiosk.actions.following import openings_of, standing_of
from kiosk.actions.journal import OPENED, entries_about
from kiosk.actions.payments import take_at_counter
from kiosk.domain.applications import FIELDS_TO_CHECK, Found, PublicStep, Receiving, Stage
from kiosk.domain.calendar import Holiday, HolidayKind
from kiosk.domain.desks import QUEUES, Queue
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.staff import Role, Staff
from tests.applying import apply
from tests.staffed import Staffed
from tests.working import (
    application_in,
    approved,
    checked,
    confirmer,
    examined,
    handed_in,
    printed,
    sheets,
    signed,
)

COLLECT: dict[str, Any] = {"receiving": {"receiving": "collect"}}
CASES: dict[str, Any] = {
    "cases": {"cases": "yes", "cases_what": "Rahasia contoh", "cases_when": "2015"}
}


def check(staffed: Staffed, id_: int, **changes: object) -> None:
    given: dict[str, object] = {
        "ticked": FIELDS_TO_CHECK,
        "identity_seen": True,
        "fingerprints_on_file": True,
    }
    counter.check_papers(staffed.desk, staffed.staff(Role.VERIFIER), id_, **given | changes)  # type: ignore[arg-type]  # of any kind


def rows(staffed: Staffed, queue: Queue, **asked: object) -> list[int]:
    staff = staffed.staff(QUEUES[queue][1])
    page = counter.look_into_queue(staffed.desk, staff, queue, **asked)  # type: ignore[arg-type]  # of any kind
    return [row.id for row in page.rows]


# Queues.


def test_a_queue_has_the_soonest_due_first_and_tells_nobodys_name(staffed: Staffed) -> None:
    first = handed_in(staffed)
    staffed.clock.forward(days=3)
    second = handed_in(staffed)

    page = counter.look_into_queue(staffed.desk, staffed.staff(Role.VERIFIER), Queue.CHECK)

    assert [row.id for row in page.rows] == [first, second]
    assert [row.late for row in page.rows][1] is False
    assert "Ratna" not in f"{page}"


def test_due_times_are_working_days(staffed: Staffed) -> None:
    # A Friday noon in Jakarta; Monday is a holiday.
    friday = date(2026, 8, 28)
    staffed.clock.now = staffed.clock.now.replace(
        year=2026, month=8, day=28, hour=5, minute=0, second=0
    )
    with staffed.desk.register.begin() as books:
        day = Holiday(day=friday + timedelta(days=3), kind=HolidayKind.NATIONAL, name="Libur")
        books.holidays.replace_years([day])

    id_ = handed_in(staffed)

    due_at = application_in(staffed.desk, id_).due_at
    tuesday_end = int(staffed.clock.now.timestamp()) + 5 * 86_400 - 12 * 3600 - 1
    assert due_at == tuesday_end


def test_a_queue_comes_in_pages_of_fifty(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counter.PAGE == 50
    monkeypatch.setattr(counter, "PAGE", 2)
    ids = [handed_in(staffed) for _ in range(3)]
    staff = staffed.staff(Role.VERIFIER)

    first = counter.look_into_queue(staffed.desk, staff, Queue.CHECK)
    second = counter.look_into_queue(staffed.desk, staff, Queue.CHECK, after=first.after)

    assert [row.id for row in first.rows + second.rows] == ids
    assert second.after is None


def test_a_queue_is_filtered(staffed: Staffed) -> None:
    brought = handed_in(staffed)
    collected = handed_in(staffed, **COLLECT)
    urgent = handed_in(staffed, need={"need": "elderly"})

    assert rows(staffed, Queue.CHECK, receiving=Receiving.COLLECT) == [collected]
    assert rows(staffed, Queue.CHECK, priority=True) == [urgent]
    assert rows(staffed, Queue.CHECK, late=True) == []
    staffed.clock.forward(days=9)
    assert rows(staffed, Queue.CHECK, late=True) == [brought, collected, urgent]


def test_an_office_sees_its_own_files_and_those_below(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    above = staffed.add("above", Role.VERIFIER, place="polda").staff
    beside = staffed.add("beside", Role.VERIFIER, place="other").staff
    polres = staffed.places["polres"].id

    def look(staff: Staff, office: int | None = None) -> list[int]:
        page = counter.look_into_queue(staffed.desk, staff, Queue.CHECK, office=office)
        return [row.id for row in page.rows]

    assert look(above) == look(above, polres) == [id_]
    assert look(beside) == []
    with pytest.raises(NotPermitted):
        look(beside, polres)
    with pytest.raises(NotPermitted):
        counter.open_file(staffed.desk, beside, id_)


@pytest.mark.parametrize("queue", Queue)
def test_a_queue_is_for_its_role_alone(staffed: Staffed, queue: Queue) -> None:
    for role in Role:
        if role is not QUEUES[queue][1]:
            with pytest.raises(NotPermitted):
                counter.look_into_queue(staffed.desk, staffed.staff(role), queue)


def test_how_many_are_examined_is_not_counted(staffed: Staffed) -> None:
    checked(staffed)
    handed_in(staffed)

    counts = {
        one.queue: one.count for one in counter.waiting(staffed.desk, staffed.staff(Role.EXAMINER))
    }
    assert set(counts.values()) == {None}
    (check_count, *_) = counter.waiting(staffed.desk, staffed.staff(Role.VERIFIER))
    assert check_count == counter.Waiting(queue=Queue.CHECK, count=1)


# Opening.


def test_every_opening_is_written_down_and_the_applicant_can_ask(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    verifier = staffed.staff(Role.VERIFIER)

    for _ in range(2):
        counter.open_file(staffed.desk, verifier, id_)

    entries = entries_about(staffed.desk.register, f"application {id_}")
    opened = [(entry.staff, entry.detail) for entry in entries if entry.deed == OPENED]
    assert opened == [(verifier.id, "verifier")] * 2
    assert [one.office for one in openings_of(staffed.desk, id_)] == ["Polres Contoh"]


def test_a_picture_is_not_seen_without_an_opening(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    verifier = staffed.staff(Role.VERIFIER)
    with staffed.desk.register.read() as books:
        (paper,) = books.papers.of(id_)

    counter.paper_picture(staffed.desk, verifier, id_, paper.id)
    picture = counter.paper_picture(staffed.desk, verifier, id_, paper.id)

    assert picture.startswith(b"\xff\xd8")
    entries = entries_about(staffed.desk.register, f"application {id_}")
    assert sum(entry.deed == OPENED for entry in entries) == 1
    with pytest.raises(NotPermitted):
        counter.paper_picture(staffed.desk, staffed.staff(Role.HELPER), id_, paper.id)


@pytest.mark.parametrize(
    "role",
    [Role.HELPER, Role.COURIER, Role.COMMANDER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SIGNATORY,
     Role.PRINT_ROOM, Role.DUTY_OFFICER],
)  # fmt: skip
def test_a_file_that_is_examined_is_nothing_to_others(staffed: Staffed, role: Role) -> None:
    id_ = checked(staffed)

    with pytest.raises(NotPermitted):
        counter.open_file(staffed.desk, staffed.staff(role), id_)


def test_only_the_examiner_sees_what_the_applicant_says_of_crimes(staffed: Staffed) -> None:
    id_ = checked(staffed, **CASES)

    seen = counter.open_file(staffed.desk, staffed.staff(Role.EXAMINER), id_)
    other = counter.open_file(staffed.desk, staffed.staff(Role.VERIFIER), id_)

    assert seen.declared is not None
    assert seen.declared["cases_what"] == "Rahasia contoh"
    assert other.declared is None
    assert "Rahasia" not in f"{other.answers}"


def test_what_was_found_is_seen_by_examiner_and_signatory_and_nobody_else(
    staffed: Staffed,
) -> None:
    second = confirmer(staffed).staff
    id_ = examined(staffed, Found.RECORD)
    counter.confirm(staffed.desk, second, id_, agrees=True)

    seen = counter.open_file(staffed.desk, staffed.staff(Role.SIGNATORY), id_)
    assert (seen.found, seen.result_text) == (Found.RECORD, "Putusan contoh nomor 1")
    counter.approve(staffed.desk, staffed.staff(Role.SIGNATORY), id_)
    for role in (Role.VERIFIER, Role.PRINT_ROOM):
        other = counter.open_file(staffed.desk, staffed.staff(role), id_)
        assert (other.found, other.result_text, other.declared) == (None, "", None)


def test_the_print_room_sees_whose_paper_it_is_and_no_more(staffed: Staffed) -> None:
    seen = counter.open_file(staffed.desk, staffed.staff(Role.PRINT_ROOM), approved(staffed))

    assert dict(seen.answers) == {"name": "RATNA WULANDARI"} or set(seen.answers) == {"name"}
    assert {paper.kind for paper in seen.papers} == {"photo"}


def test_to_a_verifier_all_steps_of_an_examination_are_one(staffed: Staffed) -> None:
    """A clean file and one with a record look alike, whatever the step, and are due alike."""
    second = confirmer(staffed).staff
    verifier = staffed.staff(Role.VERIFIER)
    signatory = staffed.staff(Role.SIGNATORY)
    sheets(staffed)
    record, clean = examined(staffed, Found.RECORD), checked(staffed)

    def look(id_: int) -> tuple[object, ...]:
        seen = counter.open_file(staffed.desk, verifier, id_)
        standing = standing_of(staffed.desk, id_)
        return seen.stage, seen.step, seen.due_at, seen.job, seen.serial, standing.due_at

    views = {look(record), look(clean)}
    counter.examine(staffed.desk, staffed.staff(Role.EXAMINER), clean, found=Found.NOTHING)
    counter.confirm(staffed.desk, second, record, agrees=True)
    views |= {look(record), look(clean)}
    counter.approve(staffed.desk, signatory, clean)
    printing.want_print(staffed.desk, staffed.staff(Role.PRINT_ROOM), clean, serial="09 - 0986542")
    views |= {look(clean)}
    printing.tend(staffed.desk)
    printing.mark_good(staffed.desk, staffed.staff(Role.PRINT_ROOM), clean)
    counter.sign(staffed.desk, signatory, clean)
    views |= {look(clean)}

    assert len(views) == 1
    assert views.pop()[:2] == (None, PublicStep.EXAMINED)


# Checking.


def test_a_file_goes_on_when_everything_was_ticked(staffed: Staffed) -> None:
    id_ = handed_in(staffed)

    check(staffed, id_)

    after = application_in(staffed.desk, id_)
    assert (after.stage, after.checked_by) == (Stage.EXAMINING, staffed.staff(Role.VERIFIER).id)
    assert after.due_at == after.promised_at is not None


@pytest.mark.parametrize("left", ["nik", "photo"])
def test_what_was_not_ticked_keeps_a_file_back(staffed: Staffed, left: str) -> None:
    id_ = handed_in(staffed)

    with pytest.raises(Invalid) as refused:
        check(staffed, id_, ticked=[name for name in FIELDS_TO_CHECK if name != left])
    assert [fault.path for fault in refused.value.faults] == [left]


def test_without_a_photo_nothing_goes_on_and_the_counter_can_take_one(staffed: Staffed) -> None:
    id_ = apply(staffed.desk, paid=True).id
    verifier = staffed.staff(Role.VERIFIER)
    with pytest.raises(Invalid):
        check(staffed, id_)

    with staffed.desk.register.read() as books:
        assert books.papers.of(id_) == []
    _bring_photo(staffed, verifier, id_)
    check(staffed, id_)

    assert application_in(staffed.desk, id_).stage is Stage.EXAMINING
    with pytest.raises(NotNow):
        _bring_photo(staffed, verifier, id_)


def _bring_photo(staffed: Staffed, staff: Staff, id_: int) -> None:
    from kiosk.scanning.uploads import ReadUpload
    from tests.builders import a_photo

    counter.add_photo(
        staffed.desk,
        staff,
        id_,
        a_photo().jpeg,
        read=lambda data, _kind: ReadUpload(pictures=(data,)),
    )


def test_without_fingerprints_the_applicant_has_to_come_first(staffed: Staffed) -> None:
    id_ = checked(staffed, on_file=False)
    assert standing_of(staffed.desk, id_).step is PublicStep.COME

    counter.take_fingerprints(
        staffed.desk, staffed.staff(Role.VERIFIER), id_, formula="12 aUa 3 / 4 aWa 5"
    )

    seen = counter.open_file(staffed.desk, staffed.staff(Role.EXAMINER), id_)
    assert seen.stage is Stage.EXAMINING
    assert seen.answers["fingerprint_formula"] == "12 aUa 3 / 4 aWa 5"


def test_what_is_sent_back_comes_again_with_the_applicant_told_why(staffed: Staffed) -> None:
    id_ = handed_in(staffed)

    counter.send_back(
        staffed.desk,
        staffed.staff(Role.VERIFIER),
        id_,
        reasons={"papers": "unreadable", "nik": "", "photo": "wrong-background"},
        remark="Foto ulang ya",
    )

    standing = standing_of(staffed.desk, id_)
    assert standing.step is PublicStep.FIX
    assert standing.reasons == {"papers": "unreadable", "photo": "wrong-background"}
    assert standing.remark == "Foto ulang ya"
    with pytest.raises(NotNow):
        check(staffed, id_)


@pytest.mark.parametrize("reasons", [{}, {"nik": ""}, {"nik": "ugly"}, {"mood": "other"}])
def test_nothing_is_sent_back_without_a_reason(staffed: Staffed, reasons: dict[str, str]) -> None:
    id_ = handed_in(staffed)

    with pytest.raises(Invalid):
        counter.send_back(
            staffed.desk, staffed.staff(Role.VERIFIER), id_, reasons=reasons, remark=""
        )


def test_a_refusal_says_why(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    verifier = staffed.staff(Role.VERIFIER)

    with pytest.raises(Invalid):
        counter.refuse(staffed.desk, verifier, id_, remark=" ")
    counter.refuse(staffed.desk, verifier, id_, remark="Keperluan ini diurus di Polda.")

    standing = standing_of(staffed.desk, id_)
    assert (standing.step, standing.remark) == (
        PublicStep.REFUSED,
        "Keperluan ini diurus di Polda.",
    )


DEEDS: dict[str, tuple[Role, Callable[[Staffed, Staff], object]]] = {
    "check": (
        Role.VERIFIER,
        lambda staffed, staff: counter.check_papers(
            staffed.desk,
            staff,
            handed_in(staffed),
            ticked=FIELDS_TO_CHECK,
            identity_seen=True,
            fingerprints_on_file=True,
        ),
    ),
    "send back": (
        Role.VERIFIER,
        lambda staffed, staff: counter.send_back(
            staffed.desk, staff, handed_in(staffed), reasons={"nik": "other"}, remark=""
        ),
    ),
    "refuse": (
        Role.VERIFIER,
        lambda staffed, staff: counter.refuse(
            staffed.desk, staff, handed_in(staffed), remark="tidak"
        ),
    ),
    "take fingerprints": (
        Role.VERIFIER,
        lambda staffed, staff: counter.take_fingerprints(
            staffed.desk, staff, checked(staffed, on_file=False), formula=""
        ),
    ),
    "take the fee": (
        Role.VERIFIER,
        lambda staffed, staff: take_at_counter(
            staffed.desk,
            staff,
            handed_in(staffed, paid=False),
            receipt="K-1",
        ),
    ),
    "examine": (
        Role.EXAMINER,
        lambda staffed, staff: counter.examine(
            staffed.desk, staff, checked(staffed), found=Found.NOTHING
        ),
    ),
    "approve": (
        Role.SIGNATORY,
        lambda staffed, staff: counter.approve(staffed.desk, staff, examined(staffed)),
    ),
    "return": (
        Role.SIGNATORY,
        lambda staffed, staff: counter.return_to_examination(
            staffed.desk, staff, examined(staffed)
        ),
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_for_one_role(staffed: Staffed, deed: str) -> None:
    wanted, act = DEEDS[deed]
    for role in Role:
        if role is not wanted:
            with pytest.raises(NotPermitted):
                act(staffed, staffed.staff(role))
    act(staffed, staffed.staff(wanted))


# Examining.


def test_a_record_needs_a_second_person_and_the_approver_is_a_third(staffed: Staffed) -> None:
    both = staffed.add("both", Role.SIGNATORY).staff
    second = confirmer(staffed).staff
    id_ = examined(staffed, Found.RECORD)
    with pytest.raises(NotPermitted):
        counter.confirm(staffed.desk, staffed.staff(Role.EXAMINER), id_, agrees=True)
    with pytest.raises(NotNow):
        counter.approve(staffed.desk, both, id_)

    counter.confirm(staffed.desk, second, id_, agrees=True)
    counter.approve(staffed.desk, both, id_)

    assert application_in(staffed.desk, id_).stage is Stage.PRINTING


@pytest.mark.parametrize(
    ("found", "text"),
    [(Found.RECORD, ""), (Found.NOTHING, "Putusan"), (Found.RECORD, "x" * 201)],
)
def test_a_record_says_what_the_sheet_is_to_say_and_no_record_says_nothing(
    staffed: Staffed, found: Found, text: str
) -> None:
    id_ = checked(staffed)

    with pytest.raises(Invalid):
        counter.examine(staffed.desk, staffed.staff(Role.EXAMINER), id_, found=found, text=text)


def test_what_was_found_leaves_no_trace_in_length_or_journal(staffed: Staffed) -> None:
    clean, record = examined(staffed), examined(staffed, Found.RECORD)
    with staffed.desk.register.read() as books:
        lengths = {len(books.applications.cell(id_, "result") or b"") for id_ in (clean, record)}
    deeds = [
        [
            (entry.deed, entry.detail)
            for entry in entries_about(staffed.desk.register, f"application {id_}")
        ]
        for id_ in (clean, record)
    ]

    assert len(lengths) == 1
    assert deeds[0] == deeds[1]


# Sealing and handing out.


def test_a_bag_is_sealed_by_two_people(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    first, second = staffed.staff(Role.PRINT_ROOM), staffed.staff(Role.VERIFIER)

    with pytest.raises(NotNow):
        counter.confirm_seal(staffed.desk, second, id_)
    counter.propose_seal(staffed.desk, first, id_, bag="4711")
    with pytest.raises(NotPermitted):
        counter.confirm_seal(staffed.desk, first, id_)
    with pytest.raises(NotPermitted):
        counter.confirm_seal(staffed.desk, staffed.staff(Role.COURIER), id_)
    after = counter.confirm_seal(staffed.desk, second, id_)

    assert after.stage is Stage.SEALED
    assert (after.sealed_by, after.witnessed_by, after.bag) == (first.id, second.id, 4711)


def test_a_bag_that_was_taken_back_is_free_again(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    staff = staffed.staff(Role.PRINT_ROOM)
    counter.propose_seal(staffed.desk, staff, id_, bag="4711")

    counter.take_back_seal(staffed.desk, staff, id_)
    counter.propose_seal(staffed.desk, staff, id_, bag="4711")

    with pytest.raises(NotNow):
        counter.propose_seal(staffed.desk, staff, id_, bag="4712")


@pytest.mark.parametrize("bag", ["", "x", "0", "99999999999"])
def test_a_bag_has_a_number(staffed: Staffed, bag: str) -> None:
    sheets(staffed)
    id_ = signed(staffed)

    with pytest.raises(Invalid):
        counter.propose_seal(staffed.desk, staffed.staff(Role.PRINT_ROOM), id_, bag=bag)


def test_the_applicant_is_told_of_a_signed_paper_at_the_promised_time_and_not_before(
    staffed: Staffed,
) -> None:
    sheets(staffed)
    id_ = printed(staffed)
    now = int(staffed.clock().timestamp())
    with staffed.desk.register.read() as books:
        before = {notice.key for notice in books.outbox.due(now, limit=99)}
    after = counter.sign(staffed.desk, staffed.staff(Role.SIGNATORY), id_)
    assert after.promised_at is not None

    with staffed.desk.register.read() as books:
        assert {notice.key for notice in books.outbox.due(now, limit=99)} == before
        assert {n.key for n in books.outbox.due(after.promised_at, limit=99)} > before
