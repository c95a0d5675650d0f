"""Who should stand there, sealed: a name and keyed hashes of NIK and birth date.

Format page: docs/formats/expectation.md.
"""

import base64
import binascii
from dataclasses import dataclass, field

from .cells import CellKey, lookup_hash, open_cell, seal_cell
from .cose import encode, read
from .errors import FormatError

__all__ = [
    "Expectation",
    "expected_birth_hash",
    "expected_nik_hash",
    "open_expectation",
    "seal_expectation",
]

PREFIX = "SEGEL-E1."
PLACE = b"expectation 1"
LONGEST = 640
LONGEST_NAME = 255
HASH_BYTES = 32
NAME, NIK, BIRTH, UNTIL = 1, 2, 3, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """A person to be recognized: `until` is in seconds since 1970."""

    name: str = field(repr=False)
    nik_hash: bytes = field(repr=False)
    birth_hash: bytes = field(repr=False)
    until: int


def expected_nik_hash(key: CellKey, nik: str) -> bytes:
    """The 32 bytes by which sixteen digits are compared."""
    return lookup_hash(key, "expected-nik", nik)


def expected_birth_hash(key: CellKey, birth: str) -> bytes:
    """The 32 bytes by which a birth date (ISO 8601) is compared."""
    return lookup_hash(key, "expected-birth", birth)


def seal_expectation(key: CellKey, expectation: Expectation) -> str:
    """The text that only this site opens again.

    Raises:
        FormatError: the name is empty or longer than 255 bytes.
    """
    if not 0 < len(expectation.name.encode()) <= LONGEST_NAME:
        raise FormatError("the name of an expectation has 1 to 255 bytes")
    plain = encode(
        {
            NAME: expectation.name,
            NIK: expectation.nik_hash,
            BIRTH: expectation.birth_hash,
            UNTIL: expectation.until,
        }
    )
    sealed = seal_cell(key, PLACE, plain)
    return PREFIX + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_expectation(key: CellKey, text: str) -> Expectation:
    """The expectation in `text`; whether its time has come is for the caller to see.

    Raises:
        FormatError: it is no expectation.
        SignatureError: it was made by another site, or altered.
    """
    claims = read(open_cell(key, PLACE, _unarmoured(text)))
    if type(claims) is not dict or list(claims) != [NAME, NIK, BIRTH, UNTIL]:
        raise FormatError("not the fields of an expectation")
    name, nik_hash, birth_hash, until = claims.values()
    if type(name) is not str or not 0 < len(name.encode()) <= LONGEST_NAME:
        raise FormatError("an expectation without a name")
    if any(
        type(hash_) is not bytes or len(hash_) != HASH_BYTES for hash_ in (nik_hash, birth_hash)
    ):
        raise FormatError("an expectation without its hashes")
    if type(until) is not int or until < 0:
        raise FormatError("an expectation without its time")
    return Expectation(name=name, nik_hash=nik_hash, birth_hash=birth_hash, until=until)


def _unarmoured(text: str) -> bytes:
    body = text.removeprefix(PREFIX)
    if body == text or len(text) > LONGEST or not body.isascii():
        raise FormatError("not an expectation")
    try:
        sealed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise FormatError("not base64url") from None
    # Bits that no byte needs, and padding of one's own, would be a second spelling.
    if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != body:
        raise FormatError("not the one spelling of these bytes")
    return sealed
