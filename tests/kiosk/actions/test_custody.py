"""Every move of a bag has two sides, each of which is somebody who may, and leaves a trace."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.actions import counter, custody
from kiosk.actions.applications import save_answers
from kiosk.domain.applications import Receiving, Stage
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.handover import COUNTER, BagStage, WhyOpened
from kiosk.domain.staff import Role, Staff
from tests.staffed import Staffed
from tests.working import (
    BAG,
    accepted,
    application_in,
    bag_in,
    offered,
    sealed,
    sheets,
    signed,
)

NEXT = "09 - 0986543"
COURIER, PRINT_ROOM, DUTY = Role.COURIER, Role.PRINT_ROOM, Role.DUTY_OFFICER


@pytest.fixture(autouse=True)
def _sheets(staffed: Staffed) -> None:
    sheets(staffed)


def journal_of(staffed: Staffed, subject: str) -> list[str]:
    with staffed.desk.register.read() as books:
        return [entry.deed for entry in books.journal.about(subject)][::-1]


def test_a_bag_goes_out_and_comes_back_by_two_sides_each_time(staffed: Staffed) -> None:
    desk, courier = staffed.desk, staffed.staff(COURIER)
    accepted(staffed)
    assert (bag_in(desk).holder, bag_in(desk).stage) == (courier.id, BagStage.CARRIED)

    custody.give_back(desk, courier, BAG)
    assert bag_in(desk).holder == courier.id
    custody.accept_back(desk, staffed.staff(DUTY), BAG)

    assert (bag_in(desk).holder, bag_in(desk).stage) == (COUNTER, BagStage.AT_COUNTER)
    deeds = ["offered", "accepted", "given-back", "accepted-back"]
    assert journal_of(staffed, f"bag {BAG}") == deeds
    with desk.register.read() as books:
        assert [move.deed for move in books.bags.moves_of(BAG)] == ["sealed", *deeds]


def test_a_bag_is_for_the_day_after_it_was_promised_in_the_window_that_was_chosen(
    staffed: Staffed,
) -> None:
    bag = sealed(staffed)

    application = application_in(staffed.desk, bag.application)
    promised = datetime.fromtimestamp(application.promised_at or 0, UTC).date()
    assert bag.window == "evening"
    assert date.fromisoformat(bag.day) > promised
    assert date.fromisoformat(bag.day).weekday() < 5


def test_nothing_leaves_the_counter_before_it_was_promised(staffed: Staffed) -> None:
    sealed(staffed)
    staffed.clock.forward(days=-1)

    with pytest.raises(NotNow):
        custody.offer(staffed.desk, staffed.staff(PRINT_ROOM), BAG, to=staffed.staff(COURIER).id)


def test_a_number_is_on_one_bag_only(staffed: Staffed) -> None:
    sealed(staffed)
    id_ = signed(staffed, NEXT)

    with pytest.raises(Invalid) as refused:
        counter.propose_seal(staffed.desk, staffed.staff(PRINT_ROOM), id_, bag=str(BAG))

    assert [fault.code for fault in refused.value.faults] == ["bag-used"]


Act = Callable[[Staffed, Staff], object]


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (lambda s, who: custody.offer(s.desk, who, BAG, to=s.staff(COURIER).id), COURIER),
        (lambda s, who: custody.offer(s.desk, who, BAG, to=s.staff(COURIER).id), Role.VERIFIER),
        (lambda s, who: custody.offer(s.desk, who, BAG, to=s.staff(DUTY).id), PRINT_ROOM),
        (lambda s, who: custody.offer(s.desk, who, BAG, to=who.id), PRINT_ROOM),
        (lambda s, who: custody.open_bag(s.desk, who, BAG, WhyOpened.DAMAGED), COURIER),
        (lambda s, who: custody.miss(s.desk, who, BAG), COURIER),
        (lambda s, who: custody.accept(s.desk, who, BAG), COURIER),
        (lambda s, who: custody.accept_back(s.desk, who, BAG), PRINT_ROOM),
    ],
)
def test_at_the_counter_nobody_moves_a_bag_who_is_not_its_side(
    staffed: Staffed, act: Act, who: Role
) -> None:
    sealed(staffed)

    with pytest.raises(NotPermitted):
        act(staffed, staffed.staff(who))


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (lambda s, who: custody.accept_back(s.desk, who, BAG), PRINT_ROOM),  # not given back
        (lambda s, who: custody.give_back(s.desk, who, BAG), PRINT_ROOM),
        (lambda s, who: custody.take_back(s.desk, who, BAG), Role.SIGNATORY),
        (lambda s, who: custody.find_again(s.desk, who, BAG), COURIER),
        (lambda s, who: custody.offer(s.desk, who, BAG, to=s.staff(COURIER).id), PRINT_ROOM),
    ],
)
def test_on_its_way_nobody_moves_a_bag_who_does_not_have_it(
    staffed: Staffed, act: Act, who: Role
) -> None:
    accepted(staffed)

    with pytest.raises(NotPermitted):
        act(staffed, staffed.staff(who))


def test_the_courier_of_a_polsek_carries_for_its_polres_and_one_of_elsewhere_does_not(
    staffed: Staffed,
) -> None:
    sealed(staffed)
    below = staffed.add("below", COURIER, place="polsek").staff
    elsewhere = staffed.add("elsewhere", COURIER, place="other").staff
    counter_ = staffed.staff(PRINT_ROOM)

    with pytest.raises(NotPermitted):
        custody.offer(staffed.desk, counter_, BAG, to=elsewhere.id)
    custody.offer(staffed.desk, counter_, BAG, to=below.id)

    assert custody.accept(staffed.desk, below, BAG).holder == below.id
    names = [one.id for one in custody.couriers_of(staffed.desk, counter_)]
    assert below.id in names
    assert elsewhere.id not in names


def test_an_offer_that_was_taken_back_is_not_accepted(staffed: Staffed) -> None:
    offered(staffed)
    custody.take_back(staffed.desk, staffed.staff(DUTY), BAG)

    with pytest.raises(NotPermitted):
        custody.accept(staffed.desk, staffed.staff(COURIER), BAG)


def test_a_damaged_bag_is_opened_its_paper_waits_and_two_officers_hear_of_it(
    staffed: Staffed,
) -> None:
    bag = sealed(staffed)

    custody.open_bag(staffed.desk, staffed.staff(PRINT_ROOM), BAG, WhyOpened.DAMAGED)

    after = application_in(staffed.desk, bag.application)
    assert (after.stage, after.bag, after.receiving) == (
        Stage.AT_COUNTER,
        None,
        Receiving.COLLECT,
    )
    with staffed.desk.register.read() as books:
        (incident,) = books.incidents.of_application(bag.application)
    assert (incident.kind, incident.bag) == ("damaged", BAG)


def test_what_is_to_be_collected_now_does_not_go_out(staffed: Staffed) -> None:
    bag = sealed(staffed)
    save_answers(staffed.desk, bag.application, "receiving", {"receiving": "collect"}, alone=True)

    with pytest.raises(NotNow):
        custody.offer(staffed.desk, staffed.staff(PRINT_ROOM), BAG, to=staffed.staff(COURIER).id)
    custody.open_bag(staffed.desk, staffed.staff(PRINT_ROOM), BAG, WhyOpened.NOT_WANTED)

    assert application_in(staffed.desk, bag.application).stage is Stage.AT_COUNTER


def test_a_bag_follows_the_window_that_is_chosen_anew(staffed: Staffed) -> None:
    bag = sealed(staffed)

    save_answers(staffed.desk, bag.application, "window", {"window": "weekend"}, alone=True)

    after = bag_in(staffed.desk)
    assert after.window == "weekend"
    assert date.fromisoformat(after.day).weekday() >= 5
    assert journal_of(staffed, f"bag {BAG}") == ["planned-anew"]


def test_a_missing_bag_is_an_incident_and_may_be_found(staffed: Staffed) -> None:
    bag = accepted(staffed)
    custody.miss(staffed.desk, staffed.staff(DUTY), BAG)
    assert bag_in(staffed.desk).stage is BagStage.MISSING
    with staffed.desk.register.read() as books:
        assert [one.kind for one in books.incidents.of_application(bag.application)] == ["missing"]

    custody.find_again(staffed.desk, staffed.staff(PRINT_ROOM), BAG)

    assert (bag_in(staffed.desk).stage, bag_in(staffed.desk).holder) == (
        BagStage.AT_COUNTER,
        COUNTER,
    )


def test_what_comes_back_goes_out_again_on_a_later_day(staffed: Staffed) -> None:
    accepted(staffed)
    staffed.clock.forward(days=3)
    custody.give_back(staffed.desk, staffed.staff(COURIER), BAG)

    back = custody.accept_back(staffed.desk, staffed.staff(PRINT_ROOM), BAG)

    assert back.day > (staffed.clock() - timedelta(hours=14)).date().isoformat()
