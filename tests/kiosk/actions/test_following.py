"""Following: where it stands, and nothing of an examination, in words, days or doings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.actions import counter, journal, printing
from kiosk.actions import custody as actions
from kiosk.actions.applications import open_by_code, open_draft, save_answers
from kiosk.actions.corrections import decline
from kiosk.actions.filing import Cell, find_cell
from kiosk.actions.following import (
    cancel,
    openings_of,
    standing_of,
    sweep_drafts,
    wish,
)
from kiosk.domain.applications import Found, PublicStep, Stage
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role, Staff
from tests.applying import BIRTH, add_photo, apply, begun
from tests.staffed import Staffed
from tests.working import (
    BAG,
    FIRST,
    application_in,
    bagged,
    checked,
    confirmer,
    handed_in,
    sheets,
    signed,
)

SECOND = "09 - 0986543"


def examinations(staffed: Staffed, found: Found, serial: str, other: Staff) -> Iterator[int]:
    """An application after each step from the papers' check to the signature."""
    desk = staffed.desk
    id_ = checked(staffed)
    yield id_
    examiner, signatory = staffed.staff(Role.EXAMINER), staffed.staff(Role.SIGNATORY)
    text = "Putusan contoh nomor 1" if found is Found.RECORD else ""
    counter.examine(desk, examiner, id_, found=found, text=text)
    yield id_
    if found is Found.RECORD:
        counter.confirm(desk, other, id_, agrees=True)
    yield id_
    counter.approve(desk, signatory, id_)
    yield id_
    printing.want_print(desk, staffed.staff(Role.PRINT_ROOM), id_, serial=serial)
    printing.tend(desk)
    printing.mark_good(desk, staffed.staff(Role.PRINT_ROOM), id_)
    yield id_
    counter.sign(desk, signatory, id_)
    yield id_


def test_a_clean_file_and_one_with_a_record_stand_alike_at_every_step(staffed: Staffed) -> None:
    sheets(staffed)
    other = confirmer(staffed).staff
    pairs = zip(
        examinations(staffed, Found.NOTHING, FIRST, other),
        examinations(staffed, Found.RECORD, SECOND, other),
        strict=True,
    )

    for clean, record in pairs:
        one, two = standing_of(staffed.desk, clean), standing_of(staffed.desk, record)
        assert one.step is PublicStep.EXAMINED
        for name in one.__dataclass_fields__:
            if name != "id":
                assert getattr(one, name) == getattr(two, name)
        assert (one.may_cancel, one.may_wish) == (two.may_cancel, two.may_wish)


def test_what_is_ready_early_is_seen_at_the_promised_time(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    early = standing_of(staffed.desk, id_)
    promised = application_in(staffed.desk, id_).promised_at
    assert promised is not None

    staffed.clock.forward(seconds=promised - staffed.clock().timestamp())
    late = standing_of(staffed.desk, id_)

    assert (early.step, early.valid_until, early.due_at) == (PublicStep.EXAMINED, None, promised)
    assert late.step is PublicStep.TO_DELIVER
    assert late.valid_until is not None
    assert late.days_left == (late.valid_until - staffed.clock().date()).days + 1


def test_days_of_validity_are_counted_to_the_last_one(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    staffed.clock.forward(days=10)
    before = standing_of(staffed.desk, id_)
    assert before.valid_until is not None
    assert before.days_left is not None

    staffed.clock.forward(days=before.days_left - 1)
    last = standing_of(staffed.desk, id_).days_left
    staffed.clock.forward(days=5)

    assert (last, standing_of(staffed.desk, id_).days_left) == (1, 0)


def test_who_has_it_and_by_when_is_said(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)

    standing = standing_of(staffed.desk, one.id)

    assert standing.step is PublicStep.CHECKED
    assert standing.office == staffed.places["polres"]
    assert standing.due_at == application_in(staffed.desk, one.id).due_at


def test_who_carries_a_sealed_paper_is_told_by_office_and_by_name_where_settings_let(
    staffed: Staffed,
) -> None:
    desk = staffed.desk
    bag = bagged(staffed)
    sealed_at = int(staffed.clock().timestamp())
    custody = standing_of(desk, bag.application).custody
    assert custody is not None
    assert (custody.office, custody.since, custody.bag) == ("Polres Contoh", sealed_at, BAG)
    courier = staffed.add("below", Role.COURIER, place="polsek").staff
    actions.offer(desk, staffed.staff(Role.PRINT_ROOM), BAG, to=courier.id)
    staffed.clock.forward(hours=1)
    actions.accept(desk, courier, BAG)
    staffed.clock.forward(days=9)

    carried = standing_of(desk, bag.application).custody
    staff = replace(desk.settings.staff, show_who_carries=True)
    naming = replace(desk, settings=replace(desk.settings, staff=staff))
    named = standing_of(naming, bag.application).custody

    assert carried is not None
    assert (carried.stage, carried.office) == (BagStage.CARRIED, "Polsek Contoh Timur")
    assert (carried.since, carried.name, carried.late) == (sealed_at + 3600, "", True)
    assert named == replace(carried, name="Below Contoh")


def test_a_payment_is_shown_while_it_can_be_made(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    open_ = standing_of(staffed.desk, one.id)
    staffed.clock.forward(days=4)
    late = standing_of(staffed.desk, one.id)

    assert open_.payment is not None
    assert (open_.payment.amount, open_.lapsed, late.lapsed) == (30_000, False, True)


def test_why_it_was_sent_back_is_said_in_the_verifiers_codes(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    counter.send_back(
        staffed.desk,
        staffed.staff(Role.VERIFIER),
        id_,
        reasons={"photo": "wrong-background"},
        remark="Latar harus merah.",
    )

    standing = standing_of(staffed.desk, id_)

    assert standing.step is PublicStep.FIX
    assert standing.reasons == {"photo": "wrong-background"}
    assert standing.remark == "Latar harus merah."


def test_who_gives_up_before_the_examination_is_cancelled_at_once(staffed: Staffed) -> None:
    one = apply(staffed.desk)

    cancel(staffed.desk, one.id)

    assert standing_of(staffed.desk, one.id).step is PublicStep.CANCELLED
    with pytest.raises(NotNow):
        cancel(staffed.desk, one.id)


def test_within_an_examination_it_is_a_wish_however_far_it_is(staffed: Staffed) -> None:
    sheets(staffed)
    other = confirmer(staffed).staff
    for id_ in examinations(staffed, Found.RECORD, FIRST, other):
        with pytest.raises(NotNow):
            cancel(staffed.desk, id_)
        wish(staffed.desk, id_, "", cancels=True)

        with staffed.desk.register.read() as books:
            cell = find_cell(books, staffed.desk.cells, id_, Cell.CORRECTION)
        assert cell == {"text": "", "cancels": True}
        assert standing_of(staffed.desk, id_).wished_at is not None
        # Nothing is printed while a wish waits.
        decline(staffed.desk, staffed.staff(Role.VERIFIER), id_, remark="Sudah diteliti.")


def test_a_correction_can_be_asked_for_until_it_is_ready(staffed: Staffed) -> None:
    sheets(staffed)
    one = apply(staffed.desk, paid=True)
    wish(staffed.desk, one.id, " Nama  saya Wulandari, \n bukan Wulandri ")
    with staffed.desk.register.read() as books:
        cell = find_cell(books, staffed.desk.cells, one.id, Cell.CORRECTION)
    ready = signed(staffed)
    staffed.clock.forward(days=30)

    assert cell == {"text": "Nama saya Wulandari, bukan Wulandri", "cancels": False}
    with pytest.raises(NotNow):
        wish(staffed.desk, ready, "Terlambat")


@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_a_wish_says_something_and_not_too_much(staffed: Staffed, text: str) -> None:
    one = apply(staffed.desk)

    with pytest.raises(Invalid):
        wish(staffed.desk, one.id, text)


def opens(staffed: Staffed, role: Role, id_: int) -> None:
    """Somebody in this role opens a file."""
    with staffed.desk.register.begin() as books:
        journal.write_opening(
            books,
            at=staffed.clock(),
            staff=staffed.staff(role),
            role=role,
            office=staffed.places["polres"].id,
            subject=f"application {id_}",
        )


def test_who_opened_a_file_is_told_by_day_and_office(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)
    assert openings_of(staffed.desk, one.id) == []
    opens(staffed, Role.VERIFIER, one.id)
    opens(staffed, Role.VERIFIER, one.id)
    staffed.clock.forward(days=1)
    opens(staffed, Role.VERIFIER, one.id)

    openings = openings_of(staffed.desk, one.id)

    assert [opening.office for opening in openings] == ["Polres Contoh"] * 2
    assert openings[0].day - openings[1].day == timedelta(days=1)


def test_openings_tell_nothing_of_how_often_an_examination_was_looked_at(
    staffed: Staffed,
) -> None:
    told = []
    for roles in ([Role.EXAMINER], [Role.EXAMINER, Role.EXAMINER, Role.SIGNATORY]):
        id_ = checked(staffed)
        for role in roles:
            opens(staffed, role, id_)
        told.append(openings_of(staffed.desk, id_))

    assert told[0] == told[1]
    (line,) = [opening for opening in told[0] if opening.examining]
    assert line.until is not None


def test_what_was_begun_and_left_is_forgotten_after_a_while(staffed: Staffed) -> None:
    left, touched, handed_over = (
        begun(staffed.desk),
        begun(staffed.desk),
        apply(staffed.desk, paid=True),
    )
    add_photo(staffed.desk, left.id)
    days = staffed.desk.settings.applications.draft_days
    early = sweep_drafts(staffed.desk)
    staffed.clock.forward(days=days - 1)
    save_answers(staffed.desk, touched.id, "name", {"name": "Ratna"}, alone=False)
    staffed.clock.forward(days=1, seconds=1)

    assert (early, sweep_drafts(staffed.desk)) == (0, 1)
    with pytest.raises(Unknown):
        open_draft(staffed.desk, left.id)
    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, left.code, BIRTH)
    assert open_draft(staffed.desk, touched.id).application.stage is Stage.DRAFT
    assert open_draft(staffed.desk, handed_over.id).application.stage is Stage.CHECKING
    assert not [path for path in (staffed.office.site / "files").rglob("*") if path.is_file()]
