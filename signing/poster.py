"""The signed text in a poster's QR code: which poster it is, whose, and where it was to hang.

    https://HOST/l#p=DIGITS

Everything stands in the fragment, which no browser sends: who scans a poster tells no server which
one. It proves that an office of the bundle made it for this place; not that this is the sheet which
hangs there, for a picture of it reads the same. Format page: docs/formats/poster.md.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from .base10 import decode_digits, encode_digits
from .cose import Sign1, parse_sign1, sign1
from .errors import FormatError, SignatureError
from .keys import SigningKey
from .trust import KeyUse, TrustBundle

__all__ = [
    "LONGEST_AREA",
    "LONGEST_PLACE",
    "PATH",
    "ParsedPoster",
    "Poster",
    "looks_like_poster",
    "make_poster",
    "parse_poster",
    "read_poster",
]

PATH = "/l#p="
TYPE = "segel-poster"
VERSION = 1
EXPIRES, ISSUED, POSTER = 4, 6, -65550
FIELDS = 5
LONGEST = 256
LONGEST_PLACE = 60
"""Bytes of the name of a place."""

LONGEST_AREA = 30
"""Bytes of the name of an area."""

LATEST, LARGEST = 1 << 37, 1 << 32
NUMBER = re.compile("[A-Z0-9-]{1,20}")
TEXT = re.compile(
    r"https?://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?)"
    r"/l#p=(?P<digits>[0-9]{17,622})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Poster:
    """What a poster says of itself.

    `number` is printed on it, `unit` the code of the unit whose poster it is, `place` the name of
    where it is to hang, `area` that of the part of the town around it (kecamatan), or nothing.
    Times are seconds since 1970: its printing, and when it is to be replaced.
    """

    number: str
    unit: int
    place: str
    area: str = ""
    issued_at: int
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedPoster:
    """A poster's text taken apart; its signature is not yet known to be anybody's."""

    host: str
    poster: Poster
    message: Sign1


def make_poster(key: SigningKey, poster: Poster, *, base_url: str) -> str:
    """The text of `poster` under the site's `base_url` (`https://host`), signed by `key`.

    Raises:
        FormatError: a field is out of its bounds.
    """
    claims = {
        EXPIRES: poster.expires_at,
        ISSUED: poster.issued_at,
        POSTER: [VERSION, poster.number, poster.unit, poster.place, poster.area],
    }
    if _poster(claims) != poster:
        raise FormatError("not the fields of a poster")
    return base_url + PATH + encode_digits(sign1(key, claims, type_=TYPE))


def looks_like_poster(text: str) -> bool:
    """Whether this is meant to be the text of a poster, genuine or not."""
    return text.startswith(("https://", "http://")) and PATH in text


def parse_poster(text: str) -> ParsedPoster:
    """The parts of a poster's text; nothing is believed.

    Raises:
        FormatError: it is not the one spelling of a poster.
    """
    match = TEXT.fullmatch(text)
    if match is None:
        raise FormatError("not the text of a poster")
    message = parse_sign1(decode_digits(match["digits"]), longest=LONGEST)
    if message.type != TYPE:
        raise FormatError("a signed message of another type")
    return ParsedPoster(host=match["host"], poster=_poster(message.claims), message=message)


def read_poster(text: str, trust: TrustBundle) -> Poster:
    """What the poster with this text says, once a key for posters has signed it.

    Whether its time is over is for the caller to see.

    Raises:
        FormatError: it is not the one spelling of a poster.
        SignatureError: nobody has signed it whom `trust` lets sign posters for this unit at that
            time, or it leads to another site than that of the bundle.
    """
    parsed = parse_poster(text)
    # The digits may have been taken from a poster of ours, and the way they lead is not signed.
    if parsed.host not in trust.hosts:
        raise SignatureError("the poster leads to another site")
    poster = parsed.poster
    trust.require_signed(parsed.message, KeyUse.POSTER, unit=poster.unit, at=poster.issued_at)
    return poster


def _poster(claims: dict[Any, Any]) -> Poster:
    if [(type(name), name) for name in claims] != [(int, n) for n in (EXPIRES, ISSUED, POSTER)]:
        raise FormatError("not the claims of a poster")
    fields = claims[POSTER]
    if type(fields) is not list or len(fields) != FIELDS:
        raise FormatError("not the fields of a poster")
    version, number, unit, place, area = fields
    if _whole(version, 2) != VERSION:
        raise FormatError("not a poster of version 1")
    if type(number) is not str or not NUMBER.fullmatch(number):
        raise FormatError("a number has capital letters, digits and hyphens")
    if type(place) is not str or not _is_name(place, LONGEST_PLACE):
        raise FormatError(f"a place has at most {LONGEST_PLACE} bytes of printable text")
    if type(area) is not str or (area and not _is_name(area, LONGEST_AREA)):
        raise FormatError(f"an area has at most {LONGEST_AREA} bytes of printable text")
    return Poster(
        number=number,
        unit=_whole(unit, LARGEST),
        place=place,
        area=area,
        issued_at=_whole(claims[ISSUED], LATEST),
        expires_at=_whole(claims[EXPIRES], LATEST),
    )


def _is_name(text: str, longest: int) -> bool:
    return (
        0 < len(text.encode("utf-8", "surrogatepass")) <= longest
        and all(sign == " " or unicodedata.category(sign)[0] not in "CZ" for sign in text)
        and unicodedata.is_normalized("NFC", text)
    )


def _whole(value: object, below: int) -> int:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < below:
        raise FormatError(f"not a whole number below {below}")
    return value
