"""A certificate's fields as they stand in its QR code.

Only what a checker needs: no birth date, no address, and of the NIK ten bits, the same ten in
every certificate of a person, so that many certificates tell no more than one.
Format page: docs/formats/token.md.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any

from .errors import FormatError

__all__ = [
    "DIGEST_BYTES",
    "LONGEST_NAME",
    "LONGEST_PURPOSE",
    "LONGEST_TOKEN",
    "STATUS_LIST_SIZE",
    "CertificatePayload",
    "claims_of",
    "nik_code",
    "payload_of",
]

VERSION = 1
EXPIRES, ISSUED, CERTIFICATE = 4, 6, -65537
FIELDS = 10
DIGEST_BYTES = 16
LONGEST_NAME = 65
LONGEST_PURPOSE = 40
# Of a whole token, signature included, in bytes.
LONGEST_TOKEN = 224
STATUS_LIST_SIZE = 1 << 20
NIK_CODES = 1000
# Times end in the year 6325, where calendars of every language still work.
LATEST = 1 << 37
LARGEST = 1 << 32


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificatePayload:
    """What the QR code of one certificate says.

    Times are seconds since 1970. `name` is upper case, NFC, at most 65 bytes of UTF-8; `purpose`
    a code of the trust bundle's list or a short text; `result` 0 (no record) or 1 (has a record);
    `digest` the first 16 bytes of the SHA-256 that binds the PDF (docs/formats/sheet.md).
    """

    expires_at: int
    issued_at: int
    sequence: int
    name: str
    birth_year: int
    nik_code: int
    unit: int
    purpose: int | str
    result: int
    status_list: int
    status_index: int
    digest: bytes


def nik_code(nik: str) -> int:
    """The check code 0…999 of a NIK. Unsalted on purpose: a salt would tell more, not less."""
    digest = hashlib.sha256(b"SKCK-NIK-1" + nik.encode("ascii")).digest()
    return int.from_bytes(digest, "big") % NIK_CODES


def claims_of(payload: CertificatePayload) -> dict[int, Any]:
    """The CWT claims of `payload`, in the order in which they are signed.

    Raises:
        FormatError: a field is out of its bounds.
    """
    fields = [
        VERSION,
        payload.sequence,
        payload.name,
        payload.birth_year,
        payload.nik_code,
        payload.unit,
        payload.purpose,
        payload.result,
        [payload.status_list, payload.status_index],
        payload.digest,
    ]
    claims = {EXPIRES: payload.expires_at, ISSUED: payload.issued_at, CERTIFICATE: fields}
    payload_of(claims)
    return claims


def payload_of(claims: dict[Any, Any]) -> CertificatePayload:
    """The payload in `claims`.

    Raises:
        FormatError: other claims, another version, or a field out of its bounds.
    """
    if list(claims) != [EXPIRES, ISSUED, CERTIFICATE]:
        raise FormatError("not the claims of a certificate")
    fields = claims[CERTIFICATE]
    if type(fields) is not list or len(fields) != FIELDS:
        raise FormatError("not the fields of a certificate")
    if type(fields[0]) is not int or fields[0] != VERSION:
        raise FormatError("not a certificate of version 1")
    _, sequence, name, birth_year, code, unit, purpose, result, status, digest = fields
    _whole(claims[EXPIRES], LATEST, "expiry")
    _whole(claims[ISSUED], LATEST, "time of issue")
    _whole(sequence, LARGEST, "running number")
    _text(name, LONGEST_NAME, "name")
    _whole(birth_year, 10_000, "year of birth")
    _whole(code, NIK_CODES, "NIK code")
    _whole(unit, LARGEST, "unit")
    if type(purpose) is str:
        _text(purpose, LONGEST_PURPOSE, "purpose")
    else:
        _whole(purpose, 1 << 16, "purpose")
    _whole(result, 2, "result")
    if type(status) is not list or len(status) != 2:
        raise FormatError("status: not a list and an index")
    _whole(status[0], 1 << 16, "status list")
    _whole(status[1], STATUS_LIST_SIZE, "status index")
    if type(digest) is not bytes or len(digest) != DIGEST_BYTES:
        raise FormatError("PDF digest: not 16 bytes")
    return CertificatePayload(
        expires_at=claims[EXPIRES],
        issued_at=claims[ISSUED],
        sequence=sequence,
        name=name,
        birth_year=birth_year,
        nik_code=code,
        unit=unit,
        purpose=purpose,
        result=result,
        status_list=status[0],
        status_index=status[1],
        digest=digest,
    )


def _whole(value: object, below: int, what: str) -> None:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < below:
        raise FormatError(f"{what}: not a whole number below {below}")


def _text(value: object, longest: int, what: str) -> None:
    if type(value) is not str or not value:
        raise FormatError(f"{what}: not a text")
    if value.isascii():
        if len(value) > longest or not value.isprintable():
            raise FormatError(f"{what}: longer than {longest} bytes, or not printable")
        return
    if len(value.encode("utf-8", "surrogatepass")) > longest or not value.isprintable():
        raise FormatError(f"{what}: longer than {longest} bytes, or not printable")
    if not unicodedata.is_normalized("NFC", value):
        raise FormatError(f"{what}: not in normal form C")
