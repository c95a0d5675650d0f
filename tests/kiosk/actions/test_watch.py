"""Incidents end two by two, never by who is concerned; and paper and certificate follow."""

import pytest

from kiosk.actions import counter, custody, handovers, printing, rounds, shifts, watch
from kiosk.actions.following import standing_of
from kiosk.actions.incidents import complain
from kiosk.actions.journal import entries_about
from kiosk.domain.applications import FIELDS_TO_CHECK, Found, PublicStep, Receiving, Stage
from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.handover import BagStage, WhyOpened
from kiosk.domain.incidents import Outcome
from kiosk.domain.prints import BlankoState, Spoilt
from kiosk.domain.staff import Grant, Role, Staff
from tests.delivered import GIVEN, SECOND, carried, certificate_of, handed_over, made_anew
from tests.staffed import Staffed
from tests.working import BAG, FIRST, application_in, bag_in, sealed, sheets, signed


def the_incident(staffed: Staffed) -> int:
    (row,) = watch.list_incidents(staffed.desk, staffed.staff(Role.COMMANDER))
    return row.incident.id


def ended(staffed: Staffed, outcome: Outcome) -> int:
    """The one open incident, ended by duty officer and commander."""
    desk, id_ = staffed.desk, the_incident(staffed)
    officers = staffed.staff(Role.DUTY_OFFICER), staffed.staff(Role.COMMANDER)
    for officer in officers:
        watch.acknowledge(desk, officer, id_)
    watch.propose(desk, officers[0], id_, outcome)
    watch.agree(desk, officers[1], id_, outcome)
    return id_


def sheet_of(staffed: Staffed, serial: str) -> tuple[BlankoState, Spoilt | None]:
    with staffed.desk.register.read() as books:
        sheet = books.prints.find_sheet(serial)
    assert sheet is not None
    return sheet.state, sheet.reason


def state_of(staffed: Staffed, application: int) -> State:
    certificate = certificate_of(staffed, application)
    assert certificate is not None
    return certificate.state


def test_what_was_received_after_all_is_in_force_again(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    complain(staffed.desk, application, "Tidak ada yang datang")
    id_ = the_incident(staffed)

    case = watch.open_incident(staffed.desk, staffed.staff(Role.DUTY_OFFICER), id_)

    assert case.text == "Tidak ada yang datang"
    assert [move.deed for move in case.moves][-1] == "handed-over"
    assert case.handover is not None
    assert case.names[case.handover.by] == "Bambang Contoh"
    assert (case.may_acknowledge, case.may_propose, case.may_agree) == (True, False, False)

    ended(staffed, Outcome.CLEARED)

    assert state_of(staffed, application) is State.ISSUED
    deeds = [one.deed for one in entries_about(staffed.desk.register, f"incident {id_}")]
    assert deeds == [
        "incident-raised",
        "opened",
        "acknowledged",
        "acknowledged",
        "outcome-proposed",
        "incident-closed",
    ]
    assert watch.list_incidents(staffed.desk, staffed.staff(Role.COMMANDER)) == []
    assert watch.list_incidents(staffed.desk, staffed.staff(Role.COMMANDER), closed=True)


def test_what_is_lost_is_withdrawn_and_made_anew_and_handed_over_once_more(
    staffed: Staffed,
) -> None:
    application = handed_over(staffed).application
    first = certificate_of(staffed, application)
    assert first is not None
    complain(staffed.desk, application, "")

    ended(staffed, Outcome.LOST)

    after = application_in(staffed.desk, application)
    assert (after.stage, after.paid, after.certificate) == (Stage.PRINTING, True, None)
    assert after.receiving is Receiving.DELIVER
    assert standing_of(staffed.desk, application).step is PublicStep.EXAMINED
    assert sheet_of(staffed, FIRST) == (BlankoState.VOID, Spoilt.LOST)
    with staffed.desk.register.read() as books:
        assert books.certificates.get(first.id).state is State.WITHDRAWN

    bag = made_anew(staffed, application)
    second = certificate_of(staffed, application)

    assert second is not None
    assert (second.state, second.number == first.number) == (State.ISSUED, False)
    courier = staffed.staff(Role.COURIER)
    custody.offer(staffed.desk, staffed.staff(Role.PRINT_ROOM), bag.id, to=courier.id)
    bag = custody.accept(staffed.desk, courier, bag.id)
    deed = custody.Deed(name="handed-over", by=courier.id, office=courier.office)
    with staffed.desk.register.begin() as books:
        handovers.take(staffed.desk, books, bag, GIVEN, drawn=b"\x89PNG", deed=deed, at=1)
    assert application_in(staffed.desk, application).stage is Stage.HANDED_OVER


def test_a_missing_bag_is_suspended_and_found_or_lost(staffed: Staffed) -> None:
    application = carried(staffed).application
    courier = staffed.staff(Role.COURIER)
    custody.miss(staffed.desk, courier, BAG)
    assert state_of(staffed, application) is State.SUSPENDED

    ended(staffed, Outcome.LOST)

    assert application_in(staffed.desk, application).stage is Stage.PRINTING
    assert sheet_of(staffed, FIRST) == (BlankoState.VOID, Spoilt.LOST)
    # Its courier has nothing left to account for.
    assert bag_in(staffed.desk).stage is BagStage.LOST
    assert shifts.close_shift(staffed.desk, courier).left == 0


def test_a_lost_bag_that_turns_up_does_nothing_to_the_paper_that_was_made_since(
    staffed: Staffed,
) -> None:
    application = carried(staffed).application
    desk, printer = staffed.desk, staffed.staff(Role.PRINT_ROOM)
    custody.miss(desk, staffed.staff(Role.COURIER), BAG)
    ended(staffed, Outcome.LOST)
    new = made_anew(staffed, application)
    before = application_in(desk, application)

    custody.find_again(desk, printer, BAG)
    day = staffed.clock().date()
    plan = rounds.plan_of(desk, printer, day)
    assert [stop.bag.id for leg in plan.legs for stop in leg.stops] == [new.id]
    with pytest.raises(NotNow):
        custody.offer(desk, printer, BAG, to=staffed.staff(Role.COURIER).id)
    custody.miss(desk, printer, BAG)
    assert state_of(staffed, application) is State.ISSUED
    custody.find_again(desk, printer, BAG)
    custody.open_bag(desk, printer, BAG, WhyOpened.DAMAGED)

    assert bag_in(desk).stage is BagStage.OPENED
    assert application_in(desk, application) == before
    assert bag_in(desk, new.id) == new


def notices_before(staffed: Staffed, at: int | None) -> list[str]:
    """What would be sent a second before `at`."""
    assert at is not None
    with staffed.desk.register.read() as books:
        return [one.template for one in books.outbox.due(at - 1, limit=9)]


@pytest.mark.parametrize("end", [None, Outcome.MADE_ANEW, Outcome.FOUND])
def test_what_happens_to_a_paper_that_is_ready_early_tells_nobody_that_it_is(
    staffed: Staffed, end: Outcome | None
) -> None:
    sheets(staffed)
    application = signed(staffed)
    desk, printer = staffed.desk, staffed.staff(Role.PRINT_ROOM)
    counter.propose_seal(desk, printer, application, bag=str(BAG))
    counter.confirm_seal(desk, staffed.staff(Role.VERIFIER), application)
    promised_at = application_in(desk, application).promised_at
    told = notices_before(staffed, promised_at)

    if end is Outcome.FOUND:
        custody.miss(desk, printer, BAG)
        custody.find_again(desk, printer, BAG)
    else:
        custody.open_bag(desk, printer, BAG, WhyOpened.DAMAGED)
    if end is not None:
        ended(staffed, end)

    assert notices_before(staffed, promised_at) == told


def test_what_is_still_carried_cannot_be_called_lost(staffed: Staffed) -> None:
    application = carried(staffed).application
    complain(staffed.desk, application, "")

    with pytest.raises(NotNow):
        ended(staffed, Outcome.LOST)

    assert state_of(staffed, application) is State.SUSPENDED


@pytest.mark.parametrize(
    ("why", "reason", "stage"),
    [
        (WhyOpened.DAMAGED, Spoilt.TORN, Stage.PRINTING),
        (WhyOpened.WRONG_SPELLING, Spoilt.WRONG_CONTENT, Stage.CHECKING),
    ],
)
def test_what_is_damaged_or_written_wrong_is_made_anew_free_of_charge(
    staffed: Staffed, why: WhyOpened, reason: Spoilt, stage: Stage
) -> None:
    sheets(staffed)
    application = sealed(staffed).application
    custody.open_bag(staffed.desk, staffed.staff(Role.PRINT_ROOM), BAG, why)

    ended(staffed, Outcome.MADE_ANEW)

    after = application_in(staffed.desk, application)
    assert (after.stage, after.paid, after.receiving) == (stage, True, Receiving.DELIVER)
    assert sheet_of(staffed, FIRST) == (BlankoState.VOID, reason)


def test_what_was_written_wrong_is_examined_again_before_another_certificate_is_made(
    staffed: Staffed,
) -> None:
    sheets(staffed)
    application = sealed(staffed).application
    first = certificate_of(staffed, application)
    printer = staffed.staff(Role.PRINT_ROOM)
    custody.open_bag(staffed.desk, printer, BAG, WhyOpened.WRONG_SPELLING)
    ended(staffed, Outcome.MADE_ANEW)
    with pytest.raises(NotNow):
        printing.want_print(staffed.desk, printer, application, serial=SECOND)

    counter.check_papers(
        staffed.desk,
        staffed.staff(Role.VERIFIER),
        application,
        ticked=FIELDS_TO_CHECK,
        identity_seen=True,
        fingerprints_on_file=True,
    )
    examiner = staffed.staff(Role.EXAMINER)
    counter.examine(staffed.desk, examiner, application, found=Found.NOTHING)
    counter.approve(staffed.desk, staffed.staff(Role.SIGNATORY), application)
    printing.want_print(staffed.desk, printer, application, serial=SECOND)
    printing.tend(staffed.desk)
    printing.mark_good(staffed.desk, printer, application)

    second = certificate_of(staffed, application)
    assert first is not None
    assert second is not None
    assert first.number != second.number
    assert second.state is State.ISSUED
    assert watch.list_incidents(staffed.desk, staffed.staff(Role.COMMANDER)) == []


def test_who_is_concerned_neither_opens_nor_decides(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    complain(staffed.desk, application, "")
    id_ = the_incident(staffed)
    courier = staffed.staff(Role.COURIER)
    # Even if the courier commands the office.
    grants = courier.grants | {Grant(role=Role.COMMANDER, office=courier.office)}
    commander = Staff(id=courier.id, login="x", name="x", office=courier.office, grants=grants)

    for someone in (courier, commander, staffed.staff(Role.PRINT_ROOM)):
        with pytest.raises(NotPermitted):
            watch.open_incident(staffed.desk, someone, id_)
        with pytest.raises(NotPermitted):
            watch.acknowledge(staffed.desk, someone, id_)
    with pytest.raises(NotPermitted):
        watch.list_incidents(staffed.desk, staffed.staff(Role.PRINT_ROOM))


def test_who_agrees_has_seen_what_is_proposed_by_then(staffed: Staffed) -> None:
    complain(staffed.desk, handed_over(staffed).application, "")
    id_ = the_incident(staffed)
    first, second = staffed.staff(Role.DUTY_OFFICER), staffed.staff(Role.COMMANDER)
    for officer in (first, second):
        watch.acknowledge(staffed.desk, officer, id_)
    watch.propose(staffed.desk, first, id_, Outcome.FOUND)
    watch.propose(staffed.desk, first, id_, Outcome.LOST)

    with pytest.raises(NotNow):
        watch.agree(staffed.desk, second, id_, Outcome.FOUND)
    with pytest.raises(NotPermitted):
        watch.agree(staffed.desk, first, id_, Outcome.LOST)
