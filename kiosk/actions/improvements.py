"""The list of what is to be done better: fed by figures and incidents, kept by the watch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kiosk.domain import improvements
from kiosk.domain.errors import Fault, Invalid, NotPermitted
from kiosk.domain.improvements import Improvement, read_line
from kiosk.domain.staff import Office, Staff, has_role
from kiosk.storage.register import Books

from .desk import Desk
from .due import today_at
from .staff import names_of
from .watch import WATCH, watched_by

__all__ = ["Listed", "finish_improvement", "list_improvements", "note_improvement", "owners_of",
           "take_on_improvement"]  # fmt: skip

_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An improvement in the list."""

    improvement: Improvement
    office: str
    owner: str
    late: bool


def list_improvements(desk: Desk, staff: Staff, *, done: bool = False) -> list[Listed]:
    """What the offices of somebody want to do better, the oldest first; or did.

    Raises:
        NotPermitted: `staff` is no duty officer and no commander.
    """
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = _mine(staff, tree)
        found = books.improvements.at(mine, limit=_AT_ONCE, done=done)
        today = today_at(desk, books, 0)
    places = {one.id: one.name for one in tree}
    names = names_of(desk, {one.owner for one in found})
    return [
        Listed(
            improvement=one,
            office=places[one.office],
            owner=names.get(one.owner or 0, ""),
            late=one.done_at is None and one.due_on is not None and one.due_on < today,
        )
        for one in found
    ]


def owners_of(desk: Desk, staff: Staff) -> dict[int, str]:
    """Who may see to an improvement: the staff of the offices that somebody watches, by name."""
    with desk.register.read() as books:
        mine = _mine(staff, books.offices.all())
        ids = {one.id for one in books.staff.all() if one.left_at is None and one.office in mine}
    return dict(sorted(names_of(desk, ids).items(), key=lambda item: item[1]))


def note_improvement(desk: Desk, staff: Staff, *, office: int, source: str, what: str) -> int:
    """Put something on the list of an office; its id.

    Raises:
        NotPermitted: `staff` does not watch that office.
        Invalid: it is empty, too long, or names somebody by a number.
    """
    line = read_line("what", what)
    with desk.register.begin() as books:
        _require(books, staff, office)
        new = Improvement(
            id=0,
            office=office,
            source=source[:20],
            what=line,
            made_by=staff.id,
            made_at=int(desk.clock().timestamp()),
        )
        id_ = books.improvements.add(new)
        _journal(desk, books, staff, id_, "improvement-noted", new.source)
    return id_


def take_on_improvement(desk: Desk, staff: Staff, id_: int, *, owner: int, due_on: date) -> None:
    """Say who sees to an improvement, and by when.

    Raises:
        Unknown: there is none.
        NotPermitted: `staff` does not watch its office.
        NotNow: it is done.
        Invalid: the day is over, or nobody there has this id.
    """
    able = owners_of(desk, staff)
    if owner not in able:
        raise Invalid([Fault(path="owner", code="not-chosen", sentence="was not chosen")])
    with desk.register.begin() as books:
        before = books.improvements.get(id_)
        _require(books, staff, before.office)
        today = today_at(desk, books, before.office)
        after = improvements.take_on(before, owner=owner, due_on=due_on, today=today)
        books.improvements.replace(before, after)
        _journal(desk, books, staff, id_, "improvement-taken-on", f"by {owner}")


def finish_improvement(desk: Desk, staff: Staff, id_: int, *, effect: str) -> None:
    """Say that an improvement is done, and what came of it.

    Raises:
        Unknown: there is none.
        NotPermitted: `staff` does not watch its office.
        NotNow: it is done.
        Invalid: nothing is said of its effect, too much, or it names somebody by a number.
    """
    with desk.register.begin() as books:
        before = books.improvements.get(id_)
        _require(books, staff, before.office)
        at = int(desk.clock().timestamp())
        books.improvements.replace(before, improvements.finish(before, effect=effect, at=at))
        _journal(desk, books, staff, id_, "improvement-done")


def _mine(staff: Staff, tree: Collection[Office]) -> frozenset[int]:
    mine = watched_by(staff, tree)
    if not mine:
        raise NotPermitted(f"staff {staff.id} keeps no list of improvements")
    return mine


def _require(books: Books, staff: Staff, office: int) -> None:
    tree = books.offices.all()
    if not any(has_role(staff, role, office, tree) for role in WATCH):
        raise NotPermitted(f"staff {staff.id} does not watch office {office}")


def _journal(desk: Desk, books: Books, staff: Staff, id_: int, deed: str, detail: str = "") -> None:
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=f"improvement {id_}",
        detail=detail,
    )
