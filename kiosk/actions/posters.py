"""Printing posters: a place becomes a signed text and a sheet, and the register knows it hangs."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from config.settings import UnitSettings
from kiosk.domain.codes import CODES, code_of, printed_code
from kiosk.domain.errors import NotPermitted, Unknown
from kiosk.domain.posters import DAYS_OF_POSTERS, HungPoster, Place
from kiosk.domain.staff import Office, Staff
from printer.poster import PosterSize, draw_posters
from signing.poster import Poster, make_poster

from .desk import Desk
from .watch import watched_by

__all__ = ["PrintedPoster", "print_posters", "print_together", "subject_of_poster", "units_of"]

DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class PrintedPoster:
    """A poster, the text in its code, and its sheet as a PDF."""

    poster: Poster
    text: str
    pdf: bytes = field(repr=False)


def subject_of_poster(number: str) -> str:
    """What the journal calls a poster."""
    return f"poster {number}"


def units_of(staff: Staff, tree: Collection[Office]) -> frozenset[int]:
    """The units whose posters somebody looks after: those of the offices that they watch."""
    mine = watched_by(staff, tree)
    return frozenset(one.unit for one in tree if one.id in mine and one.unit is not None)


def print_posters(desk: Desk, places: Sequence[Place], size: PosterSize) -> list[PrintedPoster]:
    """A fresh poster for each place, a sheet each; for whoever runs the machine.

    All are drawn before the first is entered in the register.

    Raises:
        Unknown: the settings know no such unit.
        RingError: there is no key for posters.
        FormatError: the name of a place has characters that no place has.
        DoesNotFitError: it is too long for the sheet, or has letters that its type lacks.
    """
    signed = [_signed(desk, place) for place in places]
    printed = [
        PrintedPoster(poster=poster, text=text, pdf=_drawn(desk, unit, [text], size))
        for unit, poster, text in signed
    ]
    _enter(desk, [one.poster for one in printed], by=None)
    return printed


def print_together(desk: Desk, by: Staff, places: Sequence[Place], size: PosterSize) -> bytes:
    """A fresh poster for each place of one unit, as the pages of one PDF.

    Raises:
        NotPermitted: `by` does not look after the posters of that unit.
        Unknown: the settings know no such unit.
        RingError: there is no key for posters.
        FormatError: the name of a place has characters that no place has.
        DoesNotFitError: it is too long for the sheet, or has letters that its type lacks.
    """
    with desk.register.read() as books:
        mine = units_of(by, books.offices.all())
    wanted = {place.unit for place in places}
    if len(wanted) != 1 or not wanted <= mine:
        raise NotPermitted(f"staff {by.id} prints no posters of unit {sorted(wanted)}")
    signed = [_signed(desk, place) for place in places]
    pdf = _drawn(desk, signed[0][0], [text for _unit, _poster, text in signed], size)
    _enter(desk, [poster for _unit, poster, _text in signed], by=by)
    return pdf


def _signed(desk: Desk, place: Place) -> tuple[UnitSettings, Poster, str]:
    settings = desk.settings
    unit = settings.units.get(place.unit or settings.site.unit)
    if unit is None:
        raise Unknown(f"there is no unit {place.unit} in the settings")
    now = int(desk.clock().timestamp())
    poster = Poster(
        number=f"PST-{printed_code(code_of(secrets.randbelow(CODES)))}",
        unit=unit.code,
        place=place.name,
        area=place.area,
        issued_at=now,
        expires_at=now + DAYS_OF_POSTERS * DAY,
    )
    return unit, poster, make_poster(desk.poster_key(), poster, base_url=settings.site.url)


def _drawn(desk: Desk, unit: UnitSettings, texts: Sequence[str], size: PosterSize) -> bytes:
    return draw_posters(
        texts, size, unit=unit.name, utc_offset=unit.utc_offset, demo=desk.settings.site.demo
    )


def _enter(desk: Desk, posters: Sequence[Poster], *, by: Staff | None) -> None:
    with desk.register.begin() as books:
        books.posters.add(
            HungPoster(
                number=one.number,
                unit=one.unit,
                place=one.place,
                area=one.area,
                printed_at=one.issued_at,
                expires_at=one.expires_at,
            )
            for one in posters
        )
        for one in posters:
            books.journal.write(
                at=desk.clock(),
                staff=None if by is None else by.id,
                office=None if by is None else by.office,
                deed="poster-printed",
                subject=subject_of_poster(one.number),
            )
