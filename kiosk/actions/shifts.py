"""Shifts: opened with the first bag that a courier takes, closed when every bag is accounted for.

A shift that does not close stays open, and the duty officer is told: in the journal, on the list of
open shifts, and by an incident that two officers have to look at.
"""

from collections.abc import Collection
from dataclasses import dataclass

from kiosk.domain import shifts
from kiosk.domain.desks import offices_of
from kiosk.domain.errors import NotNow
from kiosk.domain.handover import Bag, Balance, balance
from kiosk.domain.incidents import Kind
from kiosk.domain.shifts import BagsLeft, Shift
from kiosk.domain.staff import Office, Role, Staff, require_role
from kiosk.storage.bags import Move
from kiosk.storage.register import Books

from .desk import Desk
from .incidents import raise_incident
from .staff import opened_staff

__all__ = [
    "Standing",
    "begin_in",
    "close_in",
    "close_shift",
    "closed_shifts",
    "open_shift",
    "open_shifts",
    "own_shift",
    "subject_of_shift",
]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A shift with its courier, how it balances so far, and the bags that are still out."""

    shift: Shift
    courier: str
    balance: Balance
    bags: tuple[Bag, ...] = ()


def subject_of_shift(shift: int) -> str:
    """What the journal calls a shift."""
    return f"shift {shift}"


def open_shift(desk: Desk, staff: Staff) -> Balance:
    """Open the shift of a courier before any bag is taken; nothing is in it yet.

    Raises:
        NotPermitted: `staff` is no courier.
        NotNow: it is open already.
    """
    with desk.register.begin() as books:
        tree = books.offices.all()
        mine = sorted(offices_of(staff, Role.COURIER, tree))
        office = staff.office if staff.office in mine or not mine else mine[0]
        require_role(staff, Role.COURIER, office, tree)
        if books.shifts.find_open(staff.id) is not None:
            raise NotNow(f"staff {staff.id} has an open shift")
        begin_in(desk, books, staff, office=office)
    return Balance(taken=0, handed_over=0, brought_back=0)


def begin_in(desk: Desk, books: Books, staff: Staff, *, office: int) -> Shift:
    """The open shift of a courier: the one there is, or one that begins now."""
    # No shift closes between this and the bag that is taken: its courier does one thing at a time.
    books.staff.lock(staff.id)
    found = books.shifts.find_open(staff.id)
    if found is not None:
        return found
    new = books.shifts.add(
        Shift(
            courier=staff.id,
            office=office,
            began_at=int(desk.clock().timestamp()),
            after_move=books.bags.last_move(),
        )
    )
    _journal(desk, books, staff, new, "shift-opened")
    return new


def close_shift(desk: Desk, staff: Staff, courier: int | None = None) -> Balance:
    """Close the open shift of `staff`, or, as duty officer, of a courier; how it came out.

    Raises:
        BagsLeft: something is left; the duty officer is told, which stays told.
        NotPermitted: it is another's shift, and `staff` is no duty officer there.
        NotNow: no shift is open.
    """
    with desk.register.begin() as books:
        standing = close_in(desk, books, staff, courier=courier)
    if standing.shift.ended_at is None:
        raise BagsLeft(standing.balance, [bag.id for bag in standing.bags])
    return standing.balance


def close_in(
    desk: Desk, books: Books, staff: Staff, *, courier: int | None = None, at: int | None = None
) -> Standing:
    """As `close_shift`, within a transaction; a shift that does not close is given back open.

    Raises:
        NotPermitted: it is another's shift, and `staff` is no duty officer there.
        NotNow: no shift is open.
    """
    whose = staff.id if courier is None else courier
    books.staff.lock(whose)
    before = books.shifts.find_open(whose)
    if before is None:
        raise NotNow("no shift is open")
    if before.courier != staff.id:
        require_role(staff, Role.DUTY_OFFICER, before.office, books.offices.all())
    standing = _standing(desk, books, before)
    bags = [bag.id for bag in standing.bags]
    now = int(desk.clock().timestamp())
    try:
        after = shifts.close(before, balance=standing.balance, bags=bags, at=at or now)
    except BagsLeft:
        return _told(desk, books, staff, standing, now)
    books.shifts.replace(before, after)
    _journal(desk, books, staff, after, "shift-closed", f"{standing.balance.taken} taken")
    return Standing(shift=after, courier=standing.courier, balance=standing.balance)


def own_shift(desk: Desk, staff: Staff) -> Standing | None:
    """The open shift of a courier with its balance, or None."""
    with desk.register.read() as books:
        found = books.shifts.find_open(staff.id)
        return None if found is None else _standing(desk, books, found)


def open_shifts(desk: Desk, staff: Staff) -> list[Standing]:
    """The open shifts at somebody's offices, with their balance; those that were told of first."""
    with desk.register.read() as books:
        mine = _watched(staff, books.offices.all())
        found = [_standing(desk, books, shift) for shift in books.shifts.open_at(mine)]
    return sorted(found, key=lambda one: (one.shift.told_at is None, one.shift.began_at))


def closed_shifts(desk: Desk, staff: Staff, *, most: int = 20) -> list[Standing]:
    """The last closed shifts at somebody's offices, the newest first."""
    with desk.register.read() as books:
        mine = _watched(staff, books.offices.all())
        return [
            Standing(
                shift=shift,
                courier=_name(desk, books, shift.courier),
                balance=Balance(
                    taken=shift.taken,
                    handed_over=shift.handed_over,
                    brought_back=shift.brought_back,
                ),
            )
            for shift in books.shifts.closed_at(mine, limit=most)
        ]


def _watched(staff: Staff, tree: Collection[Office]) -> frozenset[int]:
    return offices_of(staff, Role.DUTY_OFFICER, tree) | offices_of(staff, Role.PRINT_ROOM, tree)


def _standing(desk: Desk, books: Books, shift: Shift) -> Standing:
    courier = shift.courier
    moves = books.bags.moves_through(courier, after=shift.after_move)
    left = [bag for bag in books.bags.with_(courier) if bag.holder == courier]
    return Standing(
        shift=shift,
        courier=_name(desk, books, courier),
        balance=balance(courier, [_sides(move) for move in moves]),
        bags=tuple(left),
    )


def _sides(move: Move) -> tuple[Bag, Bag]:
    """The bag before and after, as far as a balance looks at it."""
    before = Bag(
        id=move.bag,
        office=0,
        application=0,
        stage=move.stage_before,
        holder=move.holder_before,
    )
    after = Bag(
        id=move.bag, office=0, application=0, stage=move.stage_after, holder=move.holder_after
    )
    return before, after


def _told(desk: Desk, books: Books, staff: Staff, standing: Standing, now: int) -> Standing:
    before = standing.shift
    after = shifts.tell(before, at=now)
    if after != before:
        books.shifts.replace(before, after)
        raise_incident(
            desk,
            books,
            kind=Kind.SHIFT_OPEN,
            office=before.office,
            application=None,
            bag=standing.bags[0].id if standing.bags else None,
            # The program found out: whoever tried to close it may look into it.
            by=None,
        )
    _journal(desk, books, staff, after, "shift-not-closed", f"{len(standing.bags)} left")
    return Standing(
        shift=after, courier=standing.courier, balance=standing.balance, bags=standing.bags
    )


def _name(desk: Desk, books: Books, staff: int) -> str:
    return opened_staff(desk.cells, books.staff.get(staff)).name


def _journal(
    desk: Desk, books: Books, staff: Staff, shift: Shift, deed: str, detail: str = ""
) -> None:
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=subject_of_shift(shift.id),
        detail=detail,
    )
