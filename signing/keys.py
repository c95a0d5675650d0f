"""P-256 keys and the ids they go by.

One curve for everything that is signed: ES256 is what WebCrypto, PKCS#11 tokens, OpenSSL and every
PDF reader share. Signatures are the 64 bytes r‖s of RFC 9053, always with the lower of the two
possible s, so that one message under one key has no second valid spelling.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from .errors import FormatError, SignatureError

__all__ = [
    "KEY_ID_BYTES",
    "POINT_BYTES",
    "SIGNATURE_BYTES",
    "LocalKey",
    "SigningKey",
    "VerifyingKey",
    "key_id_of",
    "low_s",
    "new_key",
]

KEY_ID_BYTES = 4
POINT_BYTES = 65
SIGNATURE_BYTES = 64
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF_ORDER = ORDER >> 1
SHA256 = hashes.SHA256()
# RFC 6979: the same document signed again after a crash is the same file, byte for byte.
SIGN_WITH = ec.ECDSA(SHA256, deterministic_signing=True)
VERIFY_WITH = ec.ECDSA(SHA256)


def key_id_of(point: bytes) -> bytes:
    """The four bytes by which the key with this uncompressed `point` is named."""
    return hashlib.sha256(point).digest()[:KEY_ID_BYTES]


def low_s(r: int, s: int) -> bytes:
    """The 64 bytes of the signature (r, s), with the lower of the two valid s."""
    if s > HALF_ORDER:
        s = ORDER - s
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class SigningKey(Protocol):
    """A private P-256 key, wherever it lives: in memory, or in a PKCS#11 token."""

    @property
    def point(self) -> bytes:
        """The public key, 65 bytes, uncompressed (SEC 1)."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes r‖s over the SHA-256 of `message`."""


@dataclass(frozen=True)
class LocalKey:
    """A private key held in memory. Its `repr` shows the key id and nothing else."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)

    def __repr__(self) -> str:
        return f"LocalKey({key_id_of(self.point).hex()})"

    @cached_property
    def point(self) -> bytes:
        """The public key, 65 bytes, uncompressed (SEC 1)."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes r‖s over the SHA-256 of `message`."""
        return low_s(*decode_dss_signature(self.private.sign(message, SIGN_WITH)))


def new_key() -> LocalKey:
    """A fresh key pair."""
    return LocalKey(ec.generate_private_key(ec.SECP256R1()))


class VerifyingKey:
    """A public P-256 key.

    Raises:
        FormatError: `point` is not 65 bytes on the curve.
    """

    __slots__ = ("_public", "point")

    def __init__(self, point: bytes) -> None:
        try:
            self._public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise FormatError("not a point on P-256") from None
        if len(point) != POINT_BYTES:
            raise FormatError("a public key is written uncompressed")
        self.point = point

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """The key in a PEM file ("PUBLIC KEY").

        Raises:
            FormatError: it holds no P-256 key.
        """
        try:
            public = load_pem_public_key(pem)
            point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        # Keys of other kinds have no point; some kinds the library does not even know.
        except (ValueError, UnsupportedAlgorithm):
            raise FormatError("not an EC public key in PEM") from None
        return cls(point)

    @property
    def pem(self) -> bytes:
        """The key as a PEM file."""
        return self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        """The key as `cryptography` knows it, for X.509."""
        return self._public

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if `signature` (64 bytes, low s) is this key's over `message`.

        Raises:
            SignatureError: it is not.
        """
        if len(signature) != SIGNATURE_BYTES:
            raise SignatureError("a signature has 64 bytes")
        s = int.from_bytes(signature[32:], "big")
        if s > HALF_ORDER:
            raise SignatureError("the higher of two possible signatures")
        try:
            self._public.verify(
                encode_dss_signature(int.from_bytes(signature[:32], "big"), s),
                message,
                VERIFY_WITH,
            )
        except InvalidSignature:
            raise SignatureError("the signature is not this key's") from None
