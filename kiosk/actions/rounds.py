"""Rounds: which doors a courier goes to on a day, and which bags wait for a courier.

Address and time of a delivery lie in a sealed cell, opened here. Each opening is written down, once
for each of the staff in half a day: a list that is looked at again opens nothing anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.errors import NotPermitted
from kiosk.domain.handover import Bag, BagStage
from kiosk.domain.rounds import Leg, Stop, legs_of, may_carry
from kiosk.domain.staff import Role, Staff
from kiosk.storage.register import Books

from .bags import counters_of
from .counter import subject_of
from .desk import Desk
from .filing import Cell, find_cell
from .journal import OPENED, write_opening
from .staff import opened_staff

__all__ = ["MOST_WAITING", "Plan", "Round", "plan_of", "round_of"]

MOST_WAITING = 200
"""So many bags that wait for a courier are shown at once."""

_OPENING_COUNTS = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a courier has to do on a day: bags that he or she carries, or is asked to take."""

    courier: Staff
    day: date
    legs: tuple[Leg, ...]

    @property
    def bags(self) -> int:
        """How many bags are in it."""
        return sum(len(leg.stops) for leg in self.legs)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What waits for a courier: bags for this day or an earlier one, and those that are offered."""

    legs: tuple[Leg, ...]
    offered: tuple[Bag, ...]
    names: dict[int, str]


def round_of(desk: Desk, staff: Staff, courier: int, day: date) -> Round:
    """The round of a courier on a day, in the suggested order; by the counter, or the courier.

    Raises:
        Unknown: there is nobody with this id.
        NotPermitted: `staff` is neither, or `courier` carries nothing there.
    """
    with desk.register.begin() as books:
        tree = books.offices.all()
        whose = opened_staff(desk.cells, books.staff.get(courier))
        mine = counters_of(staff, tree)
        if staff.id != courier and not any(may_carry(whose, office, tree) for office in mine):
            raise NotPermitted(f"staff {staff.id} has nothing to do with the round of {courier}")
        bags = [
            bag
            for bag in books.bags.with_(courier)
            if bag.stage is BagStage.CARRIED or bag.day <= day.isoformat()
            if bag.stage is not BagStage.MISSING
            if staff.id == courier or bag.office in mine
        ]
        role = Role.COURIER if staff.id == courier else _role_of(staff)
        stops = _stops(desk, books, staff, role, bags)
    return Round(courier=whose, day=day, legs=tuple(legs_of(stops)))


def plan_of(desk: Desk, staff: Staff, day: date) -> Plan:
    """What is to be given out at somebody's counters for a day, and what is offered already."""
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        mine = counters_of(staff, books.offices.all())
        until = day.isoformat()
        waiting = books.bags.waiting(mine, until=until, at=now, limit=MOST_WAITING)
        offered = books.bags.offered_out(mine, until=until, limit=MOST_WAITING)
        stops = _stops(desk, books, staff, _role_of(staff), waiting)
        names = {
            kept.id: opened_staff(desk.cells, kept).name
            for kept in books.staff.some({bag.offered_to for bag in offered if bag.offered_to})
        }
    return Plan(legs=tuple(legs_of(stops)), offered=tuple(offered), names=names)


def _role_of(staff: Staff) -> Role:
    held = {grant.role for grant in staff.grants}
    return Role.PRINT_ROOM if Role.PRINT_ROOM in held else Role.DUTY_OFFICER


def _stops(desk: Desk, books: Books, staff: Staff, role: Role, bags: Collection[Bag]) -> list[Stop]:
    since = desk.clock() - _OPENING_COUNTS
    opened = {
        entry.subject
        for entry in books.journal.page(
            staff=staff.id, deed=OPENED, since=since, most=10 * MOST_WAITING
        )
    }
    stops = []
    for bag in bags:
        subject = subject_of(bag.application)
        if subject not in opened:
            write_opening(
                books, at=desk.clock(), staff=staff, role=role, office=staff.office, subject=subject
            )
        stops.append(_stop(desk, books, bag))
    return stops


def _stop(desk: Desk, books: Books, bag: Bag) -> Stop:
    wanted = find_cell(books, desk.cells, bag.application, Cell.DELIVERY) or {}
    answers = find_cell(books, desk.cells, bag.application, Cell.ANSWERS) or {}
    said = {name: str(wanted.get(name, "")) for name in _SAID}
    named = wanted.get("receiver") == "proxy"
    return Stop(
        bag=bag,
        # Of the form itself, nothing but whom to ask for.
        name=str(answers.get("name", "")),
        proxy=str(wanted.get("proxy_name", "")) if named else "",
        relation=str(wanted.get("proxy_relation", "")) if named else "",
        **said,
    )


_SAID = ("street", "rt", "rw", "village", "district", "landmark")
