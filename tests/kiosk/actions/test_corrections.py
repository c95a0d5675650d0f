"""What an applicant asks to be corrected is done or declined before a sheet is made, and told."""

import pytest

from kiosk.actions import counter, printing
from kiosk.actions.corrections import cancel_as_wished, correct, decline, wishes
from kiosk.actions.filing import Cell, find_cell
from kiosk.actions.following import standing_of, wish
from kiosk.domain.applications import PublicStep, Stage
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import FIRST, application_in, approved, checked, handed_in, sheets


def answers_of(staffed: Staffed, id_: int, kind: Cell = Cell.ANSWERS) -> dict[str, str]:
    with staffed.desk.register.read() as books:
        return find_cell(books, staffed.desk.cells, id_, kind) or {}


def test_a_correction_is_written_into_form_and_delivery_and_the_applicant_is_told(
    staffed: Staffed,
) -> None:
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    id_ = handed_in(staffed)
    wish(desk, id_, "Jalan Melati, bukan Kenanga")
    assert [one.application for one in wishes(desk, verifier)] == [id_]

    correct(desk, verifier, id_, {"street": "Jalan Melati No. 3"}, remark="Sudah.")

    assert answers_of(staffed, id_)["street"] == "Jalan Melati No. 3"
    assert answers_of(staffed, id_, Cell.DELIVERY)["street"] == "Jalan Melati No. 3"
    assert application_in(desk, id_).stage is Stage.CHECKING
    standing = standing_of(desk, id_)
    assert (standing.wished_at, standing.answer, standing.answer_remark) == (
        None,
        "corrected",
        "Sudah.",
    )
    assert wishes(desk, verifier) == []
    with desk.register.read() as books:
        entries = books.journal.about(f"application {id_}", deed="correction-corrected")
    assert [entry.detail for entry in entries] == ["street"]


def test_a_corrected_name_is_examined_anew_and_nobody_outside_sees_it(staffed: Staffed) -> None:
    sheets(staffed)
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    name, work = approved(staffed), approved(staffed)
    for id_ in (name, work):
        wish(desk, id_, "Ada yang salah")

    correct(desk, verifier, name, {"name": "Ratna Wulan Dari"})
    correct(desk, verifier, work, {"occupation": "Guru"})

    again = application_in(desk, name)
    assert (again.stage, again.examined_by, again.approved_by) == (Stage.EXAMINING, None, None)
    assert application_in(desk, work).stage is Stage.PRINTING
    assert {standing_of(desk, one).step for one in (name, work)} == {PublicStep.EXAMINED}


def test_nothing_is_printed_while_a_wish_waits_nor_corrected_once_it_is(staffed: Staffed) -> None:
    sheets(staffed)
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    print_room, id_ = staffed.staff(Role.PRINT_ROOM), approved(staffed)
    wish(desk, id_, "Pekerjaan salah")
    with pytest.raises(Invalid) as refused:
        printing.want_print(desk, print_room, id_, serial=FIRST)
    assert [fault.code for fault in refused.value.faults] == ["wish-open"]

    decline(desk, verifier, id_, remark="Sesuai dengan KTP.")
    printing.want_print(desk, print_room, id_, serial=FIRST)
    wish(desk, id_, "Tetap salah")

    with pytest.raises(NotNow):
        correct(desk, verifier, id_, {"occupation": "Guru"})
    assert counter.open_file(desk, print_room, id_).wish is not None
    assert decline(desk, verifier, id_, remark="Sudah dicetak.").correction_at is None
    assert counter.open_file(desk, print_room, id_).wish is None


def test_a_wish_to_cancel_is_fulfilled_only_where_it_was_made(staffed: Staffed) -> None:
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    id_, other = checked(staffed), handed_in(staffed)
    wish(desk, id_, "", cancels=True)
    wish(desk, other, "Nama salah")

    assert cancel_as_wished(desk, verifier, id_).stage is Stage.CANCELLED
    with pytest.raises(NotNow):
        cancel_as_wished(desk, verifier, other)


def test_what_cannot_stand_or_changes_nothing_is_refused_and_others_may_not(
    staffed: Staffed,
) -> None:
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    id_ = handed_in(staffed)
    with pytest.raises(NotNow):
        decline(desk, verifier, id_, remark="Tidak ada permintaan.")
    wish(desk, id_, "Nama salah")

    for typed, path in (({"name": ""}, "name"), ({}, "form"), ({"nik": "1"}, "form")):
        with pytest.raises(Invalid) as refused:
            correct(desk, verifier, id_, typed)
        assert [fault.path for fault in refused.value.faults] == [path]
    with pytest.raises(Invalid):
        decline(desk, verifier, id_, remark=" ")
    with pytest.raises(NotPermitted):
        correct(desk, staffed.staff(Role.EXAMINER), id_, {"name": "Ratna"})
    assert answers_of(staffed, id_)["name"] == "Ratna Wulandari"
