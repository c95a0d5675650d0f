"""What stands on the sheet, as the JSON that travels inside the signed PDF (skck.json).

Every printed word that is not part of the form comes from here, so that a checker can redraw the
sheet from it. The JSON has one spelling: keys in alphabetical order, no spaces, UTF-8, no floats
(the subset of RFC 8785 that these fields need). Format page: docs/formats/sheet.md.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson

from .base10 import REST_DIGITS
from .cose import encode
from .errors import FormatError
from .payload import (
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_TOKEN,
    CertificatePayload,
    claims_of,
    nik_code,
)

__all__ = [
    "ID_BYTES",
    "Sheet",
    "check_code",
    "decode_sheet",
    "encode_sheet",
    "longest_name",
    "payload_of_sheet",
    "printed_name",
    "token_bytes",
    "token_size",
]

LONGEST = 16_384
ID_BYTES = 16
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Everything of a token but its claims: tags, header, signature (docs/formats/token.md).
AROUND_CLAIMS = 81
# The largest token with a purpose code, without the bytes of its name.
LARGEST_NAMELESS = 150
# Data bits of a QR code of version 11, level M, and its two segment headers.
SYMBOL_BITS, SEGMENT_BITS = 2032, 4 + 16 + 4 + 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The values of one sheet of the form `form`.

    Days are ISO 8601 (`resident_since` may be a year or a month); `issued_at` and `expires_at`
    seconds since 1970, `utc_offset` minutes, `id` 32 hexadecimal digits. What a person does not
    have is an empty text. `purpose_code` is 0 where the trust bundle has no words for the purpose.
    """

    form: str
    id: str
    demo: bool
    base_url: str
    letterhead: tuple[str, ...]
    place: str
    on_behalf: tuple[str, ...]
    signatory: str
    rank: str
    number: str
    sequence: int
    unit: int
    utc_offset: int
    issued_at: int
    expires_at: int
    issued_on: str
    valid_until: str
    status_list: int
    status_index: int
    name: str
    alias: str
    sex: str
    nationality: str
    religion: str
    birth_place: str
    birth_date: str
    address: str
    occupation: str
    nik: str
    passport_number: str
    fingerprint_formula: str
    resident_since: str
    purpose: str
    purpose_code: int
    destination: str
    result: int
    result_text: str


NAMES = tuple(sorted(field.name for field in fields(Sheet)))
KINDS = {field.name: field.type for field in fields(Sheet)}
TUPLES = tuple(name for name in NAMES if KINDS[name] == tuple[str, ...])
JSON_TYPES = tuple(list if name in TUPLES else KINDS[name] for name in NAMES)
_values_of = attrgetter(*NAMES)


def encode_sheet(sheet: Sheet) -> bytes:
    """The JSON of `sheet`."""
    return orjson.dumps(dict(zip(NAMES, _values_of(sheet), strict=True)))


def decode_sheet(data: bytes) -> Sheet:
    """The sheet in `data`, which must be its only spelling.

    Raises:
        FormatError: it is not.
    """
    if len(data) > LONGEST:
        raise FormatError(f"more than {LONGEST} bytes")
    try:
        values: Any = orjson.loads(data)
    except ValueError:
        raise FormatError("not JSON") from None
    if type(values) is not dict or tuple(values) != NAMES:
        raise FormatError("not the fields of a sheet")
    if tuple(map(type, values.values())) != JSON_TYPES:
        raise FormatError("a field of another kind")
    for name in TUPLES:
        if any(type(line) is not str for line in values[name]):
            raise FormatError(f"{name}: not a list of texts")
        values[name] = tuple(values[name])
    sheet = Sheet(**values)
    try:
        again = encode_sheet(sheet)
    # A number of more than 64 bits, which no sheet has.
    except TypeError:
        raise FormatError("a number that is too large") from None
    if again != data:
        raise FormatError("not the one spelling of these values")
    return sheet


def check_code(sheet_id: bytes) -> str:
    """The eight letters by which a number is checked without a camera (Crockford's base 32).

    They are the first 40 bits of the sheet's random id, so they cannot be guessed from the number,
    and leave 88 bits of the id unknown.
    """
    value = int.from_bytes(sheet_id[:5], "big")
    letters = [CODE_LETTERS[value >> shift & 31] for shift in range(35, -5, -5)]
    return "".join(letters)


def printed_name(name: str) -> str:
    """A name as sheet and token bear it: in capitals."""
    return name.upper()


def payload_of_sheet(sheet: Sheet, digest: bytes) -> CertificatePayload:
    """The fields of the token that belongs to `sheet`.

    A purpose without a code travels in words where the QR code has room, else as 0: "see the
    sheet".

    Raises:
        FormatError: a field is out of its bounds.
    """
    if not sheet.purpose_code:
        words = sheet.purpose.upper()
        size = len(words.encode())
        spelled = _payload(sheet, words, digest)
        if size <= LONGEST_PURPOSE and token_size(spelled) <= token_bytes(sheet.base_url):
            return spelled
    return _payload(sheet, sheet.purpose_code, digest)


def _payload(sheet: Sheet, purpose: int | str, digest: bytes) -> CertificatePayload:
    return CertificatePayload(
        expires_at=sheet.expires_at,
        issued_at=sheet.issued_at,
        sequence=sheet.sequence,
        name=printed_name(sheet.name),
        birth_year=int(sheet.birth_date[:4]),
        nik_code=nik_code(sheet.nik),
        unit=sheet.unit,
        purpose=purpose,
        result=sheet.result,
        status_list=sheet.status_list,
        status_index=sheet.status_index,
        digest=digest,
    )


def token_size(payload: CertificatePayload) -> int:
    """How many bytes the token of `payload` has once it is signed.

    Raises:
        FormatError: a field is out of its bounds.
    """
    return AROUND_CLAIMS + len(encode(claims_of(payload)))


@lru_cache(maxsize=64)
def longest_name(base_url: str) -> int:
    """How many bytes of UTF-8 a name may have on sheets of this site, whatever else they say."""
    return min(LONGEST_NAME, token_bytes(base_url) - LARGEST_NAMELESS)


@lru_cache(maxsize=64)
def token_bytes(base_url: str) -> int:
    """How many bytes of token the QR code holds beside the site's address."""
    # Three digits take ten bits; of a rest, two take seven and one takes four.
    threes, bits = divmod(SYMBOL_BITS - SEGMENT_BITS - 8 * len(f"{base_url}/#"), 10)
    groups, rest = divmod(3 * threes + (bits >= 4) + (bits >= 7), 17)
    room = 7 * groups + max(n for n, width in enumerate(REST_DIGITS) if width <= rest)
    return min(room, LONGEST_TOKEN)
