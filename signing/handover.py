"""The record of a handover: which paper left whose hands for whose, when, and by what proofs.

Signed with the key that signs certificates, so that nobody changes it afterwards, not even in the
register. It names nobody: what was drawn or who was witness lies sealed beside it, and the record
holds its digest. Format page: docs/formats/handover.md.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from .cose import encode, parse_sign1, read, sign1
from .errors import FormatError, SignatureError
from .keys import SigningKey, VerifyingKey

__all__ = [
    "Confirmation",
    "HandoverRecord",
    "decode_confirmation",
    "encode_confirmation",
    "require_confirmation",
    "sign_handover",
    "verify_handover",
]

TYPE = "segel-handover"
VERSION = 1
LONGEST = 1024
ISSUED, HANDOVER = 6, -65541
DIGEST_BYTES = 32
SALT_BYTES = 16
LATEST = 1 << 37
LARGEST = 1 << 63


@dataclass(frozen=True, kw_only=True, slots=True)
class HandoverRecord:
    """Application, bag (0 where there was none), office and staff by their ids in the register.

    `at` is when it happened and `received_at` when the office learned of it, in seconds since 1970.
    `receiver` and `proofs` are words of kiosk.domain.handover, the proofs in order. `confirmation`
    is the SHA-256 of what was confirmed.
    """

    application: int
    bag: int
    office: int
    by: int
    at: int
    received_at: int
    receiver: str
    proofs: tuple[str, ...]
    receipt: str
    confirmation: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """What the receiver confirmed with: a drawn signature (PNG) or the name of a witness.

    The `salt` keeps anybody who has the record from trying names against its digest.
    """

    salt: bytes
    drawn: bytes = b""
    witness: str = ""


def encode_confirmation(confirmation: Confirmation) -> bytes:
    """The bytes of a confirmation, of which the record holds the digest."""
    return encode([VERSION, confirmation.salt, confirmation.drawn, confirmation.witness])


def decode_confirmation(data: bytes) -> Confirmation:
    """The confirmation in `data`.

    Raises:
        FormatError: it holds none.
    """
    fields = read(data)
    if type(fields) is not list or [type(one) for one in fields] != [int, bytes, bytes, str]:
        raise FormatError("not a confirmation")
    version, salt, drawn, witness = fields
    if version != VERSION or len(salt) != SALT_BYTES:
        raise FormatError("not a confirmation of version 1")
    return Confirmation(salt=salt, drawn=drawn, witness=witness)


def sign_handover(key: SigningKey, record: HandoverRecord) -> bytes:
    """`record`, signed by `key`.

    Raises:
        FormatError: a field is out of its bounds.
    """
    claims = {
        ISSUED: record.received_at,
        HANDOVER: [
            VERSION,
            [record.application, record.bag, record.office, record.by],
            record.at,
            record.receiver,
            list(record.proofs),
            record.receipt,
            record.confirmation,
        ],
    }
    if _record(claims) != record:
        raise FormatError("not the fields of a handover")
    return sign1(key, claims, type_=TYPE)


def verify_handover(data: bytes, key: VerifyingKey) -> HandoverRecord:
    """What happened, once `key` is known to have signed it.

    Raises:
        FormatError: it is no record of a handover.
        SignatureError: it is signed by somebody else, or was changed.
    """
    message = parse_sign1(data, longest=LONGEST)
    if message.type != TYPE:
        raise FormatError("a signed message of another type")
    return _record(message.verify(key))


def require_confirmation(record: HandoverRecord, data: bytes) -> Confirmation:
    """The confirmation in `data`, once it is known to be the one of `record`.

    Raises:
        SignatureError: it is another one.
    """
    if hashlib.sha256(data).digest() != record.confirmation:
        raise SignatureError("another confirmation than the one that was recorded")
    return decode_confirmation(data)


def _record(claims: dict[Any, Any]) -> HandoverRecord:
    try:
        if list(claims) != [ISSUED, HANDOVER]:
            raise ValueError
        version, ids, at, receiver, proofs, receipt, confirmation = claims[HANDOVER]
        application, bag, office, by = (_whole(one, LARGEST) for one in ids)
        texts = [receiver, *proofs, receipt]
        if version != VERSION or not all(type(one) is str and one.isascii() for one in texts):
            raise ValueError
        if type(confirmation) is not bytes or len(confirmation) != DIGEST_BYTES:
            raise ValueError
        return HandoverRecord(
            application=application,
            bag=bag,
            office=office,
            by=by,
            at=_whole(at, LATEST),
            received_at=_whole(claims[ISSUED], LATEST),
            receiver=receiver,
            proofs=tuple(proofs),
            receipt=receipt,
            confirmation=confirmation,
        )
    except (TypeError, ValueError):
        raise FormatError("not the record of a handover") from None


def _whole(value: object, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise ValueError
    return value
