"""Bags as the counter looks at them: lists by stage and day, and one bag with its whole history.

Whose paper is in a bag, and where it is to go, is not shown here: that is opened for a round alone
(kiosk.actions.rounds).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kiosk.domain.applications import Receiving
from kiosk.domain.errors import NotPermitted
from kiosk.domain.handover import COUNTER, Bag, BagStage
from kiosk.domain.staff import Office, Staff, has_role
from kiosk.storage.bags import Move
from kiosk.storage.register import Books

from .custody import COUNTER_SIDE, side_of
from .desk import Desk
from .staff import opened_staff

__all__ = [
    "LISTED",
    "PAGE",
    "BagFile",
    "BagPage",
    "BagRow",
    "Change",
    "bag_file",
    "counters_of",
    "given_back",
    "list_bags",
    "own_bags",
]

PAGE = 50
"""So many bags are one page of a list."""


LISTED = (BagStage.AT_COUNTER, BagStage.CARRIED, BagStage.MISSING)
"""The stages of lists; of those that no bag leaves again there are too many, and nobody waits."""


@dataclass(frozen=True, kw_only=True)
class BagRow:
    """A bag in a list. `holder` and `offered_to` are names, empty for the counter and for nobody.

    `since` is when it was changed last. `collects` says that its applicant wants to collect it now,
    `old` that another paper was made since: what is in it counts no more.
    """

    bag: Bag
    holder: str
    offered_to: str
    since: int
    collects: bool
    old: bool


@dataclass(frozen=True, kw_only=True)
class BagPage:
    """A page of a list; `after` is where the next one begins, None on the last one."""

    rows: tuple[BagRow, ...]
    counts: dict[BagStage, int]
    after: tuple[str, int] | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A line in the history of a bag: who did what, and to or with whom.

    `word` is why, where the deed has a reason. `device_at` is what a courier's device said of the
    time, where it was one.
    """

    at: int
    deed: str
    by: str
    other: str = ""
    word: str = ""
    device_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class BagFile:
    """A bag with its history, the oldest first."""

    row: BagRow
    history: tuple[Change, ...]


def counters_of(staff: Staff, tree: Collection[Office]) -> frozenset[int]:
    """The offices for whose counter somebody gives bags out and takes them back."""
    return frozenset(
        one.id for one in tree if any(has_role(staff, role, one.id, tree) for role in COUNTER_SIDE)
    )


def list_bags(
    desk: Desk,
    staff: Staff,
    stage: BagStage,
    *,
    until: str | None = None,
    after: tuple[str, int] = ("", 0),
) -> BagPage:
    """The bags of somebody's counters in a stage, by day, up to a day if one is given."""
    with desk.register.read() as books:
        mine = counters_of(staff, books.offices.all())
        found = books.bags.at(mine, stage, limit=PAGE + 1, after=after, until=until)
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE else None
        return BagPage(
            rows=tuple(_rows(desk, books, shown)),
            counts=books.bags.counts(mine, *LISTED),
            after=None if last is None else (last.day, last.id),
        )


def bag_file(desk: Desk, staff: Staff, number: int) -> BagFile:
    """A bag of one of somebody's counters, with every move of it.

    Raises:
        Unknown: no bag bears this number.
        NotPermitted: it is another counter's.
    """
    with desk.register.read() as books:
        bag = books.bags.get(number)
        if side_of(staff, bag, books.offices.all()) != COUNTER:
            raise NotPermitted(f"staff {staff.id} is not the counter of bag {number}")
        moves = books.bags.moves_of(number)
        ids = {move.by for move in moves} | {_other(move) for move in moves}
        names = _names(desk, books, ids)
        (row,) = _rows(desk, books, [bag])
    return BagFile(row=row, history=tuple(_change(move, names) for move in moves))


def given_back(desk: Desk, staff: Staff) -> list[BagRow]:
    """The bags that couriers offer to somebody's counters, which have still to be taken."""
    with desk.register.read() as books:
        mine = counters_of(staff, books.offices.all())
        return _rows(desk, books, books.bags.offered_to(COUNTER, mine))


def own_bags(desk: Desk, staff: Staff) -> list[BagRow]:
    """The bags that a courier carries, or is asked to take."""
    with desk.register.read() as books:
        return _rows(desk, books, books.bags.with_(staff.id))


def _rows(desk: Desk, books: Books, bags: Collection[Bag]) -> list[BagRow]:
    ids = {one for bag in bags for one in (bag.holder, bag.offered_to or COUNTER)}
    names = _names(desk, books, ids)
    since = books.bags.last_changes([bag.id for bag in bags])
    wanted = {
        kept.application.id: kept.application
        for kept in books.applications.some([bag.application for bag in bags])
    }
    return [
        BagRow(
            bag=bag,
            holder=names.get(bag.holder, ""),
            offered_to=names.get(bag.offered_to or COUNTER, ""),
            since=since.get(bag.id, bag.sealed_at),
            collects=wanted[bag.application].receiving is Receiving.COLLECT,
            old=wanted[bag.application].bag != bag.id,
        )
        for bag in bags
    ]


def _change(move: Move, names: dict[int, str]) -> Change:
    other = _other(move)
    return Change(
        at=move.at,
        deed=move.deed,
        by=names.get(move.by, ""),
        other=names.get(other, ""),
        word="" if other else move.detail,
        device_at=move.device_at,
    )


def _other(move: Move) -> int:
    """Whom a move names besides who did it: "to 7", "with 7"; 0 where it names nobody."""
    word, _, id_ = move.detail.partition(" ")
    return int(id_) if word in {"to", "with"} and id_.isdecimal() else 0


def _names(desk: Desk, books: Books, ids: Iterable[int]) -> dict[int, str]:
    wanted = {id_ for id_ in ids if id_ != COUNTER}
    return {kept.id: opened_staff(desk.cells, kept).name for kept in books.staff.some(wanted)}
