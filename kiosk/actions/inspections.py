"""Looking after posters: what is due, put up, looked at, taken down, and undone.

Duty officers and commanders do it for the units of the offices that they watch. The register says
what was found and when; who found it stands in the journal alone.
"""

from collections.abc import Collection
from dataclasses import dataclass

from kiosk.domain import posters
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.posters import Condition, HungPoster, Inspection, Reason, checks_due, read_note
from kiosk.domain.staff import Staff
from kiosk.storage.register import Books
from signing.poster import read_poster
from verifier.status import load_trust

from .desk import Desk
from .footfall import silent_posters
from .posters import subject_of_poster, units_of

__all__ = [
    "OpenedPoster",
    "Round",
    "add_note",
    "inspect_poster",
    "list_posters",
    "open_poster",
    "place_poster",
    "poster_of_code",
    "remove_poster",
    "round_of",
    "undo_inspection",
]

PUBLIC = "public"


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Which posters are to be looked at, and why; and how many there are in all."""

    due: tuple[tuple[HungPoster, Reason], ...]
    posters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedPoster:
    """A poster with what was found of it, the newest first.

    `undoable` is whether the last of it may be undone still.
    """

    poster: HungPoster
    inspections: tuple[Inspection, ...]
    undoable: bool


def round_of(desk: Desk, staff: Staff) -> Round:
    """The posters that somebody is to look at now, the most urgent first.

    Raises:
        NotPermitted: `staff` is no duty officer and no commander.
    """
    with desk.register.read() as books:
        found = books.posters.of(_mine(books, staff))
        silent = silent_posters(desk, books, found)
    at = int(desk.clock().timestamp())
    return Round(due=checks_due(found, silent, at=at), posters=len(found))


def list_posters(desk: Desk, staff: Staff, *, removed: bool = False) -> list[HungPoster]:
    """The posters of somebody's units, by area and place; or those that were taken down.

    Raises:
        NotPermitted: `staff` is no duty officer and no commander.
    """
    with desk.register.read() as books:
        return books.posters.of(_mine(books, staff), removed=removed)


def open_poster(desk: Desk, staff: Staff, number: str) -> OpenedPoster:
    """A poster, and what was found of it.

    Raises:
        Unknown: there is none.
        NotPermitted: it is of a unit that `staff` does not look after.
    """
    with desk.register.read() as books:
        poster = _permitted(books, staff, number)
        found = tuple(books.posters.inspections_of(number))
    return OpenedPoster(
        poster=poster, inspections=found, undoable=bool(found) and _may_undo(desk, poster, found[0])
    )


def poster_of_code(desk: Desk, staff: Staff, text: str) -> str:
    """The number of the poster whose code says this text, where it is one of ours.

    Raises:
        FormatError: it is not the text of a poster.
        SignatureError: nobody signed it who may, or it leads to another site.
        Unknown: it was signed, and never entered in the register as it stands there.
        NotPermitted: it is of a unit that `staff` does not look after.
    """
    # The bundle as whoever checks on paper has it.
    found = read_poster(text, load_trust(desk.settings.folder / PUBLIC).bundle)
    with desk.register.read() as books:
        kept = _permitted(books, staff, found.number)
    if (kept.unit, kept.place, kept.area) != (found.unit, found.place, found.area):
        raise Unknown(f"poster {found.number} was not printed like that")
    return found.number


def place_poster(desk: Desk, staff: Staff, number: str) -> int:
    """Note that a poster was put up; the id of the inspection.

    Raises:
        Unknown: there is none.
        NotPermitted: it is of a unit that `staff` does not look after.
        NotNow: it was put up before, is removed, or its time is over.
    """
    return _note(desk, staff, number, "poster-placed")


def inspect_poster(desk: Desk, staff: Staff, number: str, condition: Condition) -> int:
    """Note how a poster was found; the id of the inspection.

    Raises:
        Unknown: there is none.
        NotPermitted: it is of a unit that `staff` does not look after.
        NotNow: it does not hang.
    """
    return _note(desk, staff, number, "poster-inspected", condition)


def remove_poster(desk: Desk, staff: Staff, number: str) -> int:
    """Note that a poster was taken down, or thrown away; the id of the inspection.

    Raises:
        Unknown: there is none.
        NotPermitted: it is of a unit that `staff` does not look after.
        NotNow: it is removed already.
    """
    return _note(desk, staff, number, "poster-removed")


def undo_inspection(desk: Desk, staff: Staff, number: str, id_: int) -> None:
    """Take back what was noted of a poster last.

    Raises:
        Unknown: there is no such poster.
        NotPermitted: it is of a unit that `staff` does not look after.
        NotNow: something else was noted since, or it is too long ago.
    """
    with desk.register.begin() as books:
        before = _permitted(books, staff, number)
        last = _last(books, number, id_)
        after = posters.undo(before, last, at=int(desk.clock().timestamp()))
        books.posters.replace(before, after)
        books.posters.forget(id_)
        _journal(desk, books, staff, number, "poster-undone", str(last.condition))


def add_note(desk: Desk, staff: Staff, number: str, id_: int, text: str) -> None:
    """Say something of the last inspection of a poster, without naming anybody.

    Raises:
        Unknown: there is no such poster.
        NotPermitted: it is of a unit that `staff` does not look after.
        NotNow: something else was noted since.
        Invalid: it is too long, or has a long number.
    """
    note = read_note(text)
    with desk.register.begin() as books:
        _permitted(books, staff, number)
        _last(books, number, id_)
        books.posters.say(id_, note)


def _note(
    desk: Desk, staff: Staff, number: str, deed: str, condition: Condition | None = None
) -> int:
    at = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        before = _permitted(books, staff, number)
        if condition is not None:
            after = posters.inspect(before, condition, at=at)
        elif deed == "poster-placed":
            after = posters.place(before, at=at)
        else:
            after = posters.remove(before, at=at)
        books.posters.replace(before, after)
        found = Inspection(
            id=0,
            poster=number,
            at=at,
            stage=after.stage,
            condition=after.condition,
            stage_before=before.stage,
            condition_before=before.condition,
            seen_before=before.seen_at,
        )
        id_ = books.posters.note(found)
        _journal(desk, books, staff, number, deed, "" if condition is None else str(condition))
    return id_


def _last(books: Books, number: str, id_: int) -> Inspection:
    found = books.posters.inspections_of(number)
    if not found or found[0].id != id_:
        raise NotNow(f"poster {number}: something else was noted since")
    return found[0]


def _may_undo(desk: Desk, poster: HungPoster, inspection: Inspection) -> bool:
    try:
        posters.undo(poster, inspection, at=int(desk.clock().timestamp()))
    except NotNow:
        return False
    return True


def _mine(books: Books, staff: Staff) -> Collection[int]:
    mine = units_of(staff, books.offices.all())
    if not mine:
        raise NotPermitted(f"staff {staff.id} looks after no posters")
    return mine


def _permitted(books: Books, staff: Staff, number: str) -> HungPoster:
    poster = books.posters.get(number)
    if poster.unit not in units_of(staff, books.offices.all()):
        raise NotPermitted(f"staff {staff.id} does not look after poster {number}")
    return poster


def _journal(
    desk: Desk, books: Books, staff: Staff, number: str, deed: str, detail: str = ""
) -> None:
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=subject_of_poster(number),
        detail=detail,
    )
