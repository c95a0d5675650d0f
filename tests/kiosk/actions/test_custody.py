"""Every move of a bag has two sides, each of which is somebody who may, and leaves a trace."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from kiosk.actions import counter, custody
from kiosk.actions.applications import save_answers
from kiosk.actions.custody import raise_about
from kiosk.domain.applications import Receiving, Stage
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.handover import COUNTER, BagStage, WhyOpened
from kiosk.domain.incidents import Kind
from kiosk.domain.staff import Role, Staff
from tests.staffed import Staffed
from tests.working import (
    BAG,
    accepted,
    application_in,
    bag_in,
    bagged,
    offered,
    sealed,
    sheets,
    signed,
)

NEXT = "09 - 0986543"
COURIER, PRINT_ROOM, DUTY = Role.COURIER, Role.PRINT_ROOM, Role.DUTY_OFFICER


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


def test_two_people_seal_a_bag_for_a_day_after_the_promised_one_and_no_number_twice(
    staffed: Staffed,
) -> None:
    sheets(staffed)
    bag = sealed(staffed)

    application = application_in(staffed.desk, bag.application)
    promised = datetime.fromtimestamp(application.promised_at or 0, UTC).date()
    assert bag.window == "evening"
    assert date.fromisoformat(bag.day) > promised
    assert date.fromisoformat(bag.day).weekday() < 5
    id_ = signed(staffed, NEXT)
    with pytest.raises(Invalid) as refused:
        counter.propose_seal(staffed.desk, staffed.staff(PRINT_ROOM), id_, bag=str(BAG))
    assert [fault.code for fault in refused.value.faults] == ["bag-used"]


def test_nothing_leaves_the_counter_before_it_was_promised(staffed: Staffed) -> None:
    bagged(staffed)
    staffed.clock.forward(seconds=-1)

    with pytest.raises(NotNow):
        custody.offer(staffed.desk, staffed.staff(PRINT_ROOM), BAG, to=staffed.staff(COURIER).id)


def refused(staffed: Staffed, acts: Iterable[tuple[Role, Callable[[Staff], object]]]) -> list[bool]:
    """Whether each of these people is refused."""
    answers = []
    for role, act in acts:
        try:
            act(staffed.staff(role))
        except NotPermitted:
            answers.append(True)
        else:
            answers.append(False)
    return answers


def test_at_the_counter_nobody_moves_a_bag_who_is_not_its_side(staffed: Staffed) -> None:
    bagged(staffed)
    desk, courier, duty = staffed.desk, staffed.staff(COURIER).id, staffed.staff(DUTY).id

    assert all(
        refused(
            staffed,
            [
                (COURIER, lambda who: custody.offer(desk, who, BAG, to=who.id)),
                (Role.VERIFIER, lambda who: custody.offer(desk, who, BAG, to=courier)),
                (PRINT_ROOM, lambda who: custody.offer(desk, who, BAG, to=duty)),
                (PRINT_ROOM, lambda who: custody.offer(desk, who, BAG, to=who.id)),
                (COURIER, lambda who: custody.open_bag(desk, who, BAG, WhyOpened.DAMAGED)),
                (COURIER, lambda who: custody.miss(desk, who, BAG)),
                (COURIER, lambda who: custody.accept(desk, who, BAG)),
                (PRINT_ROOM, lambda who: custody.accept_back(desk, who, BAG)),
            ],
        )
    )
    assert bag_in(desk).revision == 0


def test_on_its_way_nobody_moves_a_bag_who_does_not_have_it(staffed: Staffed) -> None:
    before = accepted(staffed)
    desk, other = staffed.desk, staffed.add("other", COURIER).staff

    assert all(
        refused(
            staffed,
            [
                (PRINT_ROOM, lambda who: custody.accept_back(desk, who, BAG)),  # not given back
                (PRINT_ROOM, lambda who: custody.give_back(desk, who, BAG)),
                (PRINT_ROOM, lambda who: custody.offer(desk, who, BAG, to=other.id)),
                (Role.SIGNATORY, lambda who: custody.take_back(desk, who, BAG)),
                (COURIER, lambda who: custody.find_again(desk, who, BAG)),
                (COURIER, lambda _: custody.offer(desk, other, BAG, to=other.id)),
                (COURIER, lambda _: custody.miss(desk, other, BAG)),
            ],
        )
    )
    assert bag_in(desk) == before


def test_the_courier_of_a_polsek_carries_for_its_polres_and_one_of_elsewhere_does_not(
    staffed: Staffed,
) -> None:
    bagged(staffed)
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
    bag = bagged(staffed)

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
    bag = bagged(staffed)
    save_answers(staffed.desk, bag.application, "receiving", {"receiving": "collect"}, alone=True)

    with pytest.raises(NotNow):
        custody.offer(staffed.desk, staffed.staff(PRINT_ROOM), BAG, to=staffed.staff(COURIER).id)
    custody.open_bag(staffed.desk, staffed.staff(PRINT_ROOM), BAG, WhyOpened.NOT_WANTED)

    assert application_in(staffed.desk, bag.application).stage is Stage.AT_COUNTER


def test_what_is_collected_after_all_is_not_taken_by_whom_it_was_offered_to(
    staffed: Staffed,
) -> None:
    bag = offered(staffed)

    save_answers(staffed.desk, bag.application, "receiving", {"receiving": "collect"}, alone=True)

    assert bag_in(staffed.desk).offered_to is None
    with pytest.raises(NotPermitted):
        custody.accept(staffed.desk, staffed.staff(COURIER), BAG)


@pytest.mark.parametrize("when", ["offered", "accepted"])
def test_a_paper_whose_certificate_is_suspended_does_not_go_out(
    staffed: Staffed, when: str
) -> None:
    sheets(staffed)
    bag = sealed(staffed)
    desk, counter_, courier = staffed.desk, staffed.staff(PRINT_ROOM), staffed.staff(COURIER)
    take = partial(custody.offer, desk, counter_, BAG, to=courier.id)
    if when == "accepted":
        take()
        take = partial(custody.accept, desk, courier, BAG)
    with desk.register.begin() as books:
        raise_about(desk, books, bag, Kind.MISSING, by=counter_.id)
        assert books.bags.waiting({bag.office}, until=bag.day, at=2**40, limit=9) == []

    with pytest.raises(NotNow):
        take()


def test_a_bag_follows_the_window_that_is_chosen_anew(staffed: Staffed) -> None:
    bag = bagged(staffed)

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
