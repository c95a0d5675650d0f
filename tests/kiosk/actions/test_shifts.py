"""A shift closes where every bag is accounted for; else it stays, and the duty officer is told."""

from threading import Thread

import pytest

from kiosk.actions import custody, shifts
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.handover import Balance
from kiosk.domain.shifts import BagsLeft
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import BAG, accepted, offered


def test_the_first_bag_opens_a_shift_that_closes_when_it_came_back(staffed: Staffed) -> None:
    desk, courier = staffed.desk, staffed.staff(Role.COURIER)
    accepted(staffed)
    custody.give_back(desk, courier, BAG)
    custody.accept_back(desk, staffed.staff(Role.PRINT_ROOM), BAG)

    # All within one second: the next shift counts its own moves only.
    assert shifts.close_shift(desk, courier) == Balance(taken=1, handed_over=0, brought_back=1)
    shifts.open_shift(desk, courier)
    assert shifts.close_shift(desk, courier) == Balance(taken=0, handed_over=0, brought_back=0)
    (second, first) = shifts.closed_shifts(desk, staffed.staff(Role.DUTY_OFFICER))
    assert (first.balance.taken, second.balance.taken) == (1, 0)
    with pytest.raises(NotNow):
        shifts.close_shift(desk, courier)


def test_a_shift_with_bags_left_names_them_and_the_duty_officer_is_told(staffed: Staffed) -> None:
    desk, courier = staffed.desk, staffed.staff(Role.COURIER)
    accepted(staffed)
    accepted(staffed, BAG + 1)

    with pytest.raises(BagsLeft) as refused:
        shifts.close_shift(desk, courier)

    assert refused.value.bags == (BAG, BAG + 1)
    (standing,) = shifts.open_shifts(desk, staffed.staff(Role.DUTY_OFFICER))
    assert standing.shift.told_at == int(staffed.clock().timestamp())
    assert (standing.courier, standing.balance.left) == ("Bambang Contoh", 2)
    with desk.register.read() as books:
        deeds = [one.deed for one in books.journal.about(f"shift {standing.shift.id}")]
        (incident,) = books.journal.page(deed="incident-raised")
    assert deeds == ["shift-not-closed", "shift-opened"]
    assert incident.detail == "shift-open"


def test_a_missing_bag_keeps_its_shift_open_until_it_is_found(staffed: Staffed) -> None:
    desk, courier, duty = (
        staffed.desk,
        staffed.staff(Role.COURIER),
        staffed.staff(Role.DUTY_OFFICER),
    )
    accepted(staffed)
    custody.miss(desk, courier, BAG)
    with pytest.raises(BagsLeft):
        shifts.close_shift(desk, courier)

    custody.find_again(desk, duty, BAG)

    assert shifts.close_shift(desk, duty, courier.id).left == 0


@pytest.mark.parametrize(
    "any_staffed", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_no_shift_closes_while_its_courier_takes_a_bag(any_staffed: Staffed) -> None:
    desk, courier = any_staffed.desk, any_staffed.staff(Role.COURIER)
    offered(any_staffed)
    shifts.open_shift(desk, courier)
    taking = Thread(target=custody.accept, args=(desk, courier, BAG))

    with desk.register.begin() as books:
        shifts.close_in(desk, books, courier)
        taking.start()
        taking.join(1)
        assert taking.is_alive()
    taking.join()

    standing = shifts.own_shift(desk, courier)
    assert standing is not None
    assert ([bag.id for bag in standing.bags], standing.balance.left) == ([BAG], 1)


def test_others_neither_open_nor_close_a_couriers_shift(staffed: Staffed) -> None:
    accepted(staffed)
    with pytest.raises(NotPermitted):
        shifts.open_shift(staffed.desk, staffed.staff(Role.PRINT_ROOM))
    with pytest.raises(NotPermitted):
        shifts.close_shift(
            staffed.desk, staffed.staff(Role.PRINT_ROOM), staffed.staff(Role.COURIER).id
        )
    assert shifts.open_shifts(staffed.desk, staffed.staff(Role.VERIFIER)) == []
