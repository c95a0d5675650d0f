"""A round goes out on the right day, and from door to door as the streets run."""

from datetime import UTC, date, datetime

import pytest

from kiosk.domain.handover import Bag
from kiosk.domain.rounds import Stop, delivery_day, legs_of, may_carry
from kiosk.domain.staff import Grant, Office, OfficeKind, Role, Staff

FRIDAY = date(2026, 8, 14)
MONDAY, TUESDAY = date(2026, 8, 17), date(2026, 8, 18)
SATURDAY, SUNDAY = date(2026, 8, 15), date(2026, 8, 16)


@pytest.mark.parametrize(
    ("after", "window", "closed", "day"),
    [
        (FRIDAY, "morning", set(), MONDAY),
        (FRIDAY, "evening", {MONDAY}, TUESDAY),
        (FRIDAY, "weekend", set(), SATURDAY),
        (FRIDAY, "weekend", {SATURDAY}, SUNDAY),
        (SATURDAY, "weekend", set(), SUNDAY),
        (MONDAY, "", set(), TUESDAY),
    ],
)
def test_a_bag_goes_out_on_the_next_day_of_its_window(
    after: date, window: str, closed: set[date], day: date
) -> None:
    assert delivery_day(after, window, closed) == day


def stop(number: int, window: str, rw: str, street: str, rt: str = "1") -> Stop:
    bag = Bag(id=number, office=1, application=number, window=window)
    return Stop(bag=bag, name="Ratna Contoh", street=street, rt=rt, rw=rw, village="Contoh")


def test_stops_go_by_window_then_by_rw_then_along_the_street() -> None:
    legs = legs_of(
        [
            stop(1, "evening", "2", "Jalan Kenanga No. 12"),
            stop(2, "morning", "10", "Jalan Kenanga No. 2"),
            stop(3, "evening", "002", "Jalan Kenanga No. 2"),
            stop(4, "morning", "9", "Jalan Melati No. 1", rt="2"),
            stop(5, "morning", "9", "Jalan Melati No. 3"),
            stop(6, "", "", "Gang Buntu"),
        ]
    )

    assert [(leg.window, leg.rw, [one.bag.id for one in leg.stops]) for leg in legs] == [
        ("morning", "9", [5, 4]),
        ("morning", "10", [2]),
        ("evening", "2", [3, 1]),
        ("", "", [6]),
    ]


def test_bags_are_carried_by_couriers_of_the_office_above_it_and_below_it() -> None:
    polda = Office(id=1, kind=OfficeKind.POLDA, name="Polda")
    polres = Office(id=2, kind=OfficeKind.POLRES, name="Polres", above=1)
    polsek = Office(id=3, kind=OfficeKind.POLSEK, name="Polsek", above=2)
    other = Office(id=4, kind=OfficeKind.POLRES, name="Lain", above=1)
    tree = [polda, polres, polsek, other]

    def courier(office: int, role: Role = Role.COURIER, *, left: bool = False) -> Staff:
        return Staff(
            id=9,
            login="c",
            name="C",
            office=office,
            grants=frozenset({Grant(role=role, office=office)}),
            left_at=datetime(2026, 1, 1, tzinfo=UTC) if left else None,
        )

    assert all(may_carry(courier(office), 2, tree) for office in (1, 2, 3))
    assert not may_carry(courier(4), 2, tree)
    assert not may_carry(courier(2, Role.PRINT_ROOM), 2, tree)
    assert not may_carry(courier(2, left=True), 2, tree)
