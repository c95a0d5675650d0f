"""Rating a delivery, and what an office may know of it: figures, and of small groups nothing.

No entry of the journal and no clear column says who rated: an answer lies under a ticket, a keyed
hash of its application. That money was asked for is told at once to the office above, without a
name, a number or a bag, and once for a paper.

Whoever brought a paper knows the number of its receipt, too. So a receipt takes nothing back, and
what the applicant answers, by code and birth date, stands in place of what came with a receipt.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date

from kiosk.domain.applications import Application, Stage
from kiosk.domain.desks import offices_of
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.incidents import Kind
from kiosk.domain.ratings import (
    Figures,
    Rating,
    Theme,
    figures_of,
    may_undo,
    read_rating,
    themes_of,
)
from kiosk.domain.staff import Role, Staff
from kiosk.storage.ratings import KeptRating
from kiosk.storage.register import Books
from signing.cells import lookup_hash, open_cell, seal_cell

from .desk import Desk
from .due import today_at
from .filing import get_application
from .incidents import raise_incident

__all__ = [
    "MONTHS",
    "Month",
    "Standing",
    "figures",
    "rate",
    "rating_of",
    "rating_of_receipt",
    "take_back_rating",
]

MONTHS = 6
"""So many months are shown, this one included."""

# One length for every answer.
_BYTES = 2560


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """What lies under a ticket: what was said, or nothing any more.

    `told` is whether the office above knows that money was asked for. It outlasts an answer that
    was taken back, so that nobody tells it of one paper again and again.
    """

    rating: Rating | None
    by_receipt: bool = False
    told: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the applicant may do: `may_rate`, or take an answer back while `may_undo`."""

    application: int
    office: str
    may_rate: bool
    rated: bool
    may_undo: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """An office's month; `figures` is None where too few answered."""

    office: int
    name: str
    first: date
    figures: Figures | None

    @property
    def themes(self) -> tuple[Theme, ...]:
        """What the figures say is to be done better."""
        return () if self.figures is None else themes_of(self.figures)


def rating_of(desk: Desk, id_: int, *, by_receipt: bool = False) -> Standing:
    """Whether an application was rated, and what may be done about it.

    `by_receipt` is whether nothing but the receipt was shown.

    Raises:
        Unknown: there is no such application.
    """
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        kept = books.ratings.find(_ticket(desk, id_))
        office = books.offices.get(_office(books, application))
    answer = None if kept is None else _opened(desk, kept)
    may = application.stage is Stage.HANDED_OVER and _may_answer(answer, by_receipt=by_receipt)
    return Standing(
        application=id_,
        office=office.name,
        may_rate=may,
        # With the receipt alone nobody learns that an answer was taken back.
        rated=answer is not None and (by_receipt or answer.rating is not None),
        may_undo=not by_receipt and _may_undo(desk, answer),
    )


def rating_of_receipt(desk: Desk, receipt: str) -> Standing:
    """As `rating_of`, for who has the receipt of this number.

    Raises:
        Unknown: there is no such receipt.
    """
    number = "".join(receipt.split()).upper()
    with desk.register.read() as books:
        application = books.handovers.get_by_receipt(number).application
    return rating_of(desk, application, by_receipt=True)


def rate(desk: Desk, id_: int, typed: dict[str, str], *, by_receipt: bool = False) -> None:
    """Keep what somebody thinks of a delivery; what came by receipt gives way to the applicant.

    Raises:
        Invalid: a question was left out, or too much was said.
        NotNow: nothing was handed over yet, or it was rated before.
    """
    rating = read_rating(typed, at=int(desk.clock().timestamp()))
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        if application.stage is not Stage.HANDED_OVER:
            raise NotNow(f"application {id_} is {application.stage}")
        office = _office(books, application)
        ticket = _ticket(desk, id_)
        kept = books.ratings.find(ticket)
        before = None if kept is None else _opened(desk, kept)
        if not _may_answer(before, by_receipt=by_receipt):
            raise NotNow("it was rated before")
        told = before is not None and before.told
        answer = _Answer(rating=rating, by_receipt=by_receipt, told=told or rating.money)
        new = KeptRating(
            office=office,
            day=today_at(desk, books, office),
            ticket=ticket,
            content=_sealed(desk, ticket, answer),
        )
        if kept is None:
            books.ratings.add(new)
        else:
            books.ratings.replace(kept, new)
        if rating.money and not told:
            _tell_above(desk, books, office)


def take_back_rating(desk: Desk, id_: int) -> None:
    """Forget what somebody thought of a delivery; the hint that money was asked for stays.

    Raises:
        NotNow: nothing was said, or it was too long ago.
    """
    ticket = _ticket(desk, id_)
    with desk.register.begin() as books:
        kept = books.ratings.find(ticket)
        answer = None if kept is None else _opened(desk, kept)
        if kept is None or answer is None or not _may_undo(desk, answer):
            raise NotNow("there is no answer to take back")
        nothing = _sealed(desk, ticket, _Answer(rating=None, told=answer.told))
        books.ratings.replace(kept, replace(kept, content=nothing))


def figures(desk: Desk, staff: Staff) -> list[Month]:
    """The last months of the offices that somebody commands, the newest first; figures alone.

    Raises:
        NotPermitted: `staff` is no commander.
    """
    smallest = desk.settings.ratings.smallest_group
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = offices_of(staff, Role.COMMANDER, tree)
        if not mine:
            raise NotPermitted(f"staff {staff.id} is no commander")
        this = today_at(desk, books, 0).replace(day=1)
        since, until = _month_after(this, 1 - MONTHS), _month_after(this, 1)
        found: dict[tuple[date, int], list[Rating]] = {}
        for kept in books.ratings.some(mine, since=since, until=until):
            rating = _opened(desk, kept).rating
            if rating is not None:
                of = (kept.day.replace(day=1), kept.office)
                found.setdefault(of, []).append(rating)
    names = {one.id: one.name for one in tree}
    return [
        Month(
            office=office,
            name=names[office],
            first=first,
            figures=figures_of(ratings, smallest=smallest),
        )
        for (first, office), ratings in sorted(
            found.items(), key=lambda item: (item[0][0], names[item[0][1]]), reverse=True
        )
    ]


def _tell_above(desk: Desk, books: Books, office: int) -> None:
    """Tell the office above that money was asked for: not the one whose courier may have."""
    place = books.offices.get(office)
    raise_incident(
        desk,
        books,
        kind=Kind.MONEY_ASKED,
        office=place.above or office,
        application=None,
        bag=None,
        by=None,
        text=f"{place.name}, {today_at(desk, books, office):%d-%m-%Y}",
    )


def _office(books: Books, application: Application) -> int:
    """The office that delivered, or whose counter handed out."""
    bag = books.bags.of_application(application.id)
    return application.office if bag is None else bag.office


def _may_answer(before: _Answer | None, *, by_receipt: bool) -> bool:
    if before is None:
        return True
    return not by_receipt and (before.by_receipt or before.rating is None)


def _may_undo(desk: Desk, answer: _Answer | None) -> bool:
    if answer is None or answer.rating is None:
        return False
    now, hours = int(desk.clock().timestamp()), desk.settings.ratings.undo_hours
    return may_undo(answer.rating, now=now, hours=hours)


def _sealed(desk: Desk, ticket: bytes, answer: _Answer) -> bytes:
    plain = json.dumps(asdict(answer), ensure_ascii=False).encode().ljust(_BYTES)
    return seal_cell(desk.cells, _content_of(ticket), plain)


def _opened(desk: Desk, kept: KeptRating) -> _Answer:
    said = json.loads(open_cell(desk.cells, _content_of(kept.ticket), kept.content))
    rating = said.pop("rating")
    return _Answer(rating=None if rating is None else Rating(**rating), **said)


def _ticket(desk: Desk, application: int) -> bytes:
    return lookup_hash(desk.cells, "rating", str(application))


def _content_of(ticket: bytes) -> bytes:
    return b"ratings.content:" + ticket


def _month_after(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)
