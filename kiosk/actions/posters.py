"""Printing posters: a place becomes a signed text, and the text a sheet."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from config.settings import Settings
from kiosk.domain.codes import CODES, code_of, printed_code
from kiosk.domain.errors import Unknown
from kiosk.domain.posters import DAYS_OF_POSTERS, Place
from printer.poster import PosterSize, draw_poster
from signing.keys import SigningKey
from signing.poster import Poster, make_poster

__all__ = ["PrintedPoster", "print_poster"]

DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class PrintedPoster:
    """A poster, the text in its code, and its sheet as a PDF."""

    poster: Poster
    text: str
    pdf: bytes = field(repr=False)


def print_poster(
    settings: Settings, key: SigningKey, place: Place, size: PosterSize, *, at: datetime
) -> PrintedPoster:
    """A fresh poster for `place`, signed by `key`, with a number that no other has.

    Raises:
        Unknown: the settings know no such unit.
        FormatError: the name of the place has characters that no place has.
        DoesNotFitError: it is too long for the sheet, or has letters that its type lacks.
    """
    unit = settings.units.get(place.unit or settings.site.unit)
    if unit is None:
        raise Unknown(f"there is no unit {place.unit} in the settings")
    now = int(at.timestamp())
    poster = Poster(
        number=f"PST-{printed_code(code_of(secrets.randbelow(CODES)))}",
        unit=unit.code,
        place=place.name,
        issued_at=now,
        expires_at=now + DAYS_OF_POSTERS * DAY,
    )
    text = make_poster(key, poster, base_url=settings.site.url)
    pdf = draw_poster(
        text, size, unit=unit.name, utc_offset=unit.utc_offset, demo=settings.site.demo
    )
    return PrintedPoster(poster=poster, text=text, pdf=pdf)
