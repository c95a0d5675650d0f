"""A round shows its doors to whom it concerns, and each opening is written down once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.actions import custody, rounds
from kiosk.actions.applications import save_answers
from kiosk.actions.journal import OPENED
from kiosk.actions.rounds import Round, plan_of, round_of
from kiosk.domain.errors import NotPermitted
from kiosk.domain.handover import MOST_VISITS
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import BAG, accepted, bagged, offered


def numbers_in(found: Round) -> list[int]:
    return [stop.bag.id for leg in found.legs for stop in leg.stops]


def openings(staffed: Staffed, application: int) -> int:
    with staffed.desk.register.read() as books:
        return len(books.journal.about(f"application {application}", deed=OPENED))


def test_a_round_is_what_its_courier_carries_and_is_asked_to_take_that_day(
    staffed: Staffed,
) -> None:
    desk, courier = staffed.desk, staffed.staff(Role.COURIER)
    carried = accepted(staffed, rw="9", receiver="proxy", proxy_name="Budi", proxy_relation="Kakak")
    offered(staffed, BAG + 1, rw="2")
    lost = accepted(staffed, BAG + 2)
    custody.miss(desk, courier, lost.id)
    today = staffed.clock().date()

    own = round_of(desk, courier, courier.id, today)
    later = round_of(desk, staffed.staff(Role.DUTY_OFFICER), courier.id, today + timedelta(days=9))

    assert numbers_in(own) == [BAG]  # what is offered is for a later day
    assert numbers_in(later) == [BAG + 1, BAG]
    stop = own.legs[0].stops[0]
    assert (stop.name, stop.proxy, stop.relation) == ("Ratna Wulandari", "Budi", "Kakak")
    assert openings(staffed, carried.application) == 2


def test_a_list_that_is_looked_at_again_opens_nothing_anew_for_half_a_day(
    staffed: Staffed,
) -> None:
    bag = bagged(staffed)
    counter, day = staffed.staff(Role.PRINT_ROOM), staffed.clock().date() + timedelta(days=9)
    plan_of(staffed.desk, counter, day)
    plan_of(staffed.desk, counter, day)
    assert openings(staffed, bag.application) == 1

    staffed.clock.forward(hours=13)
    plan_of(staffed.desk, counter, day)

    assert openings(staffed, bag.application) == 2


def test_only_what_may_go_out_waits_for_a_courier(staffed: Staffed) -> None:
    desk, counter = staffed.desk, staffed.staff(Role.PRINT_ROOM)
    day = staffed.clock().date() + timedelta(days=9)
    bagged(staffed)
    offered(staffed, BAG + 1)
    collected = bagged(staffed, BAG + 2)
    save_answers(desk, collected.application, "receiving", {"receiving": "collect"}, alone=True)

    plan = plan_of(desk, counter, day)

    assert [stop.bag.id for leg in plan.legs for stop in leg.stops] == [BAG]
    assert [bag.id for bag in plan.offered] == [BAG + 1]
    assert plan_of(desk, counter, staffed.clock().date()).legs == ()
    staffed.clock.forward(seconds=-1)
    assert plan_of(desk, counter, day).legs == ()


def test_what_stays_at_the_counter_keeps_nothing_else_from_going_out(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST_WAITING", 1)
    often = bagged(staffed)
    with staffed.desk.register.begin() as books:
        books.bags.replace(often, replace(often, visits=MOST_VISITS, day="2020-01-01"))
    bagged(staffed, BAG + 1)
    day = staffed.clock().date() + timedelta(days=9)

    plan = plan_of(staffed.desk, staffed.staff(Role.PRINT_ROOM), day)

    assert [stop.bag.id for leg in plan.legs for stop in leg.stops] == [BAG + 1]


def test_nobody_else_sees_where_papers_go(staffed: Staffed) -> None:
    bag = accepted(staffed)
    courier, today = staffed.staff(Role.COURIER), staffed.clock().date()
    colleague = staffed.add("colleague", Role.COURIER).staff
    for one in (colleague, staffed.staff(Role.VERIFIER)):
        with pytest.raises(NotPermitted):
            round_of(staffed.desk, one, courier.id, today)
        assert plan_of(staffed.desk, one, today).legs == ()
    assert openings(staffed, bag.application) == 0
