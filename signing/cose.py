"""COSE_Sign1 (RFC 9052) with ES256, in the one spelling we allow.

    18([ <<{1: -7, 4: kid, ?16: type}>>, {}, <<claims>>, signature ])

Every structure is deterministic CBOR (RFC 8949, 4.2.1); a reader writes again what it read and
refuses what differs, so indefinite lengths, long integers, repeated keys and trailing bytes have
no way in. The algorithm is fixed here and never taken from the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cbor2

from .errors import FormatError
from .keys import KEY_ID_BYTES, SIGNATURE_BYTES, SigningKey, VerifyingKey, key_id_of

__all__ = ["Sign1", "encode", "parse_sign1", "read", "sign1", "sign1_all"]

TAG = 18
ES256 = -7
ALGORITHM, KEY_ID, TYPE = 1, 4, 16
DEEPEST = 12
PARTS = 4
# What cbor2 raises depends on the tag it stumbles over, and the data are an attacker's.
UNREADABLE = (
    cbor2.CBORError,
    ValueError,
    TypeError,
    ArithmeticError,
    RecursionError,
    LookupError,
)


@dataclass(frozen=True, kw_only=True)
class Sign1:
    """A signed message, taken apart and not yet believed."""

    key_id: bytes
    type: str | None
    claims: dict[Any, Any]
    signed: bytes
    signature: bytes

    def verify(self, key: VerifyingKey) -> dict[Any, Any]:
        """The claims, once they are known to be `key`'s.

        Raises:
            SignatureError: they are not.
        """
        key.verify(self.signature, self.signed)
        return self.claims


def encode(value: object) -> bytes:
    """`value` as deterministic CBOR. Maps must already be in order: who reads one asks for it."""
    return cbor2.dumps(value)


def read(data: bytes) -> Any:
    """The value of `data`, which must be its only spelling.

    Raises:
        FormatError: not CBOR, or not deterministic CBOR.
    """
    value = _loaded(data)
    try:
        again = cbor2.dumps(value)
    except UNREADABLE:
        raise FormatError("not CBOR") from None
    if again != data:
        raise FormatError("not the one spelling of these values")
    return value


def _loaded(data: bytes) -> Any:
    try:
        return cbor2.loads(
            data, max_depth=DEEPEST, allow_indefinite=False, allow_duplicate_keys=False
        )
    except UNREADABLE:
        raise FormatError("not CBOR") from None


def _protected(key_id: bytes, type_: str | None) -> bytes:
    header: dict[int, object] = {ALGORITHM: ES256, KEY_ID: key_id}
    if type_ is not None:
        header[TYPE] = type_
    return cbor2.dumps(header)


def _string(data: bytes) -> bytes:
    """A CBOR byte string. Written here because a check of a QR code writes five of them."""
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    if size < 1 << 8:
        return bytes((0x58, size)) + data
    if size < 1 << 16:
        return b"\x59" + size.to_bytes(2, "big") + data
    return b"\x5a" + size.to_bytes(4, "big") + data


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, 4.4: ["Signature1", protected, h'', payload]."""
    return b"\x84\x6aSignature1" + _string(protected) + b"\x40" + _string(payload)


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """18([protected, {}, payload, signature])."""
    return b"\xd2\x84" + _string(protected) + b"\xa0" + _string(payload) + _string(signature)


def sign1(key: SigningKey, claims: dict[Any, Any], *, type_: str | None = None) -> bytes:
    """`claims`, signed by `key`."""
    return sign1_all(key, [claims], type_=type_)[0]


def sign1_all(
    key: SigningKey, many: Iterable[dict[Any, Any]], *, type_: str | None = None
) -> list[bytes]:
    """Each of many claims, signed by `key`.

    The signatures are made one right after the other: what the processor keeps at hand for them
    is not driven out by other work in between, which halves their cost.
    """
    protected = _protected(key_id_of(key.point), type_)
    payloads = [cbor2.dumps(claims) for claims in many]
    signatures = [key.sign(_to_be_signed(protected, payload)) for payload in payloads]
    return [
        _message(protected, payload, signature)
        for payload, signature in zip(payloads, signatures, strict=True)
    ]


def parse_sign1(data: bytes, *, longest: int) -> Sign1:
    """The parts of a signed message; nothing is believed.

    Raises:
        FormatError: more than `longest` bytes, or not in the one spelling.
    """
    if len(data) > longest:
        raise FormatError(f"more than {longest} bytes")
    message = _loaded(data)
    if type(message) is not cbor2.CBORTag or message.tag != TAG:
        raise FormatError("not a COSE_Sign1 message")
    parts = message.value
    # cbor2 gives an array under a tag as a tuple or a list, by its version.
    if type(parts) not in (list, tuple) or len(parts) != PARTS:
        raise FormatError("a COSE_Sign1 message has four parts")
    protected, _, payload, signature = parts
    if (
        type(protected) is not bytes
        or type(payload) is not bytes
        or type(signature) is not bytes
        or len(signature) != SIGNATURE_BYTES
    ):
        raise FormatError("a part of the COSE_Sign1 message has another kind")
    if _message(protected, payload, signature) != data:
        raise FormatError("not the one spelling of a COSE_Sign1 message")
    key_id, type_ = _header_parts(protected)
    claims = read(payload)
    if type(claims) is not dict or any(type(name) is not int for name in claims):
        raise FormatError("the claims are not a map of whole numbers")
    return Sign1(
        key_id=key_id,
        type=type_,
        claims=claims,
        signed=_to_be_signed(protected, payload),
        signature=signature,
    )


@lru_cache(maxsize=64)
def _header_parts(protected: bytes) -> tuple[bytes, str | None]:
    header = read(protected)
    if type(header) is not dict or list(header)[:2] != [ALGORITHM, KEY_ID]:
        raise FormatError("the header has other entries")
    key_id, type_ = header[KEY_ID], header.get(TYPE)
    if type(key_id) is not bytes or len(key_id) != KEY_ID_BYTES:
        raise FormatError("the header names no key")
    # In CBOR 1, 1.0 and true are three values; in Python they are equal.
    if protected != _protected(key_id, type_):
        raise FormatError("the header has other entries, or names another algorithm")
    if type_ is not None and type(type_) is not str:
        raise FormatError("the header names a type that is no text")
    return key_id, type_
