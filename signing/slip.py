"""A signed slip of paper: what a QR code says by which a paper finds its way to a person.

    SEGEL-S1.DIGITS

One token for bag label, applicant's slip, letter of a proxy, officer's badge and receipt; its kind
is signed with it, so that none passes for another. It names nobody: who has lost one has lost
neither name nor number. Format page: docs/formats/slip.md.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from .base10 import decode_digits, encode_digits
from .cose import parse_sign1, sign1
from .errors import FormatError
from .keys import SigningKey
from .trust import KeyUse, TrustBundle

__all__ = [
    "HASH_BYTES",
    "LONGEST_REFERENCE",
    "PREFIX",
    "Slip",
    "SlipKind",
    "make_slip",
    "read_slip",
]

PREFIX = "SEGEL-S1."
TYPE = "segel-slip"
VERSION = 1
EXPIRES, ISSUED, SLIP = 4, 6, -65540
FIELDS = 6
LONGEST = 224
LONGEST_DIGITS = 544
LONGEST_REFERENCE = 20
HASH_BYTES = 32
# Times and numbers end where those of certificates do (docs/formats/token.md).
LATEST, LARGEST = 1 << 37, 1 << 32


class SlipKind(IntEnum):
    """What a slip is."""

    BAG = 1  # on the bag; not by itself a reason to hand it over
    SLIP = 2  # the applicant's
    LETTER = 3  # surat kuasa: of a proxy whom the applicant named
    BADGE = 4  # of an officer who brings bags
    RECEIPT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """What a slip says.

    `unit` is the code of the issuing unit, `bag` the number on the bag or 0, `reference` the public
    number of the application, the badge or the receipt, or empty. Times are seconds since 1970.
    `proxy` is there in a letter alone: the hash of the last four digits of the proxy's NIK.
    """

    kind: SlipKind
    unit: int
    bag: int = 0
    reference: str = ""
    issued_at: int
    expires_at: int
    proxy: bytes = b""


def make_slip(key: SigningKey, slip: Slip) -> str:
    """The text of `slip`, signed by `key`, for a QR code.

    Raises:
        FormatError: a field is out of its bounds.
    """
    claims = {
        EXPIRES: slip.expires_at,
        ISSUED: slip.issued_at,
        SLIP: [VERSION, int(slip.kind), slip.unit, slip.bag, slip.reference, slip.proxy],
    }
    if _slip(claims) != slip:
        raise FormatError("not the fields of a slip")
    return PREFIX + encode_digits(sign1(key, claims, type_=TYPE))


def read_slip(text: str, trust: TrustBundle) -> Slip:
    """What the slip with this text says, once a key that signs certificates has signed it.

    Whether its day is over, or it is of the wanted kind, is for the caller to see.

    Raises:
        FormatError: it is not the one spelling of a slip.
        SignatureError: nobody has signed it whom `trust` lets sign for this unit at that time.
    """
    digits = text.removeprefix(PREFIX)
    if digits == text or len(digits) > LONGEST_DIGITS:
        raise FormatError("not the text of a slip")
    message = parse_sign1(decode_digits(digits), longest=LONGEST)
    if message.type != TYPE:
        raise FormatError("a signed message of another type")
    slip = _slip(message.claims)
    trust.require_signed(message, KeyUse.CERTIFICATE, unit=slip.unit, at=slip.issued_at)
    return slip


def _slip(claims: dict[Any, Any]) -> Slip:
    if [(type(name), name) for name in claims] != [(int, n) for n in (EXPIRES, ISSUED, SLIP)]:
        raise FormatError("not the claims of a slip")
    fields = claims[SLIP]
    if type(fields) is not list or len(fields) != FIELDS:
        raise FormatError("not the fields of a slip")
    version, kind, unit, bag, reference, proxy = fields
    if _whole(version, 2) != VERSION or not _whole(kind, len(SlipKind) + 1):
        raise FormatError("not a slip of version 1")
    if type(reference) is not str or not _is_reference(reference):
        raise FormatError("a reference has capital letters, digits and hyphens")
    is_letter = kind == SlipKind.LETTER
    if type(proxy) is not bytes or len(proxy) != (HASH_BYTES if is_letter else 0):
        raise FormatError("a letter, and nothing else, names a proxy by a hash")
    return Slip(
        kind=SlipKind(kind),
        unit=_whole(unit, LARGEST),
        bag=_whole(bag, LARGEST),
        reference=reference,
        issued_at=_whole(claims[ISSUED], LATEST),
        expires_at=_whole(claims[EXPIRES], LATEST),
        proxy=proxy,
    )


def _is_reference(text: str) -> bool:
    return len(text) <= LONGEST_REFERENCE and all(
        letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-" for letter in text
    )


def _whole(value: object, below: int) -> int:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < below:
        raise FormatError(f"not a whole number below {below}")
    return value
