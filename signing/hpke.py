"""Something small, sealed for the one who holds a private key (HPKE, RFC 9180, base mode).

Two kinds of keys: X25519, and X-Wing, which joins X25519 with ML-KEM-768, so that what is stored
today stays shut for a quantum computer too. Both with HKDF-SHA256 and ChaCha20-Poly1305. The
context enters the key schedule (`info`): under another one nothing opens.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from .errors import CannotOpenError, FormatError
from .private import Secret

__all__ = ["READER_ID_BYTES", "Kem", "OpeningKey", "SealingKey", "reader_id_of"]

READER_ID_BYTES = 16
SEED_BYTES = 32
ML_KEM_PUBLIC_BYTES = 1184
ML_KEM_SEED_BYTES = 64
TAG_BYTES = 16
X25519_KEM_ID = b"\x00\x20"


class Kem(IntEnum):
    """How a key is agreed upon. The numbers stand in files."""

    X25519 = 1
    X_WING = 2

    @property
    def public_bytes(self) -> int:
        """How long a public key is."""
        return 32 if self is Kem.X25519 else ML_KEM_PUBLIC_BYTES + 32

    @property
    def extra_bytes(self) -> int:
        """How much longer than its plain text a sealed text is."""
        return TAG_BYTES + (32 if self is Kem.X25519 else 1088 + 32)


def _suite(kem: KEM) -> Suite:
    return Suite(kem, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


SUITES = {Kem.X25519: _suite(KEM.X25519), Kem.X_WING: _suite(KEM.MLKEM768_X25519)}


def reader_id_of(kem: Kem, public: bytes) -> bytes:
    """The sixteen bytes by which a reader's key is named."""
    return hashlib.sha256(bytes((kem,)) + public).digest()[:READER_ID_BYTES]


@dataclass(frozen=True)
class SealingKey:
    """A reader's public key; whether it can be used shows when something is sealed for it.

    Raises:
        FormatError: `public` has another length.
    """

    kem: Kem
    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != self.kem.public_bytes:
            raise FormatError("not a reader's public key")

    @cached_property
    def id(self) -> bytes:
        """The name of this key."""
        return reader_id_of(self.kem, self.public)

    @cached_property
    def _library_key(self) -> X25519PublicKey | MLKEM768X25519PublicKey:
        x25519 = X25519PublicKey.from_public_bytes(self.public[-32:])
        if self.kem is Kem.X25519:
            return x25519
        ml_kem = MLKEM768PublicKey.from_public_bytes(self.public[:ML_KEM_PUBLIC_BYTES])
        return MLKEM768X25519PublicKey(ml_kem, x25519)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """`plain`, for this reader and this context alone; different every time.

        Raises:
            FormatError: the bytes are no key, or one with which no secret can be agreed upon.
        """
        try:
            return SUITES[self.kem].encrypt(plain, self._library_key, context)
        except ValueError:
            raise FormatError("not a key that agrees on a secret") from None


@dataclass(frozen=True)
class OpeningKey:
    """A reader's private key: for both kinds a seed of 32 bytes, which it does not show.

    Raises:
        FormatError: they are not 32.
    """

    kem: Kem
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SEED_BYTES:
            raise FormatError("a reader's private key has 32 bytes")
        object.__setattr__(self, "secret", Secret(self.secret))

    @classmethod
    def new(cls, kem: Kem = Kem.X25519) -> Self:
        """A fresh key."""
        return cls(kem, secrets.token_bytes(SEED_BYTES))

    @cached_property
    def _x25519(self) -> X25519PrivateKey:
        if self.kem is Kem.X25519:
            return X25519PrivateKey.from_private_bytes(_derived_x25519(self.secret))
        return X25519PrivateKey.from_private_bytes(self._seeds[ML_KEM_SEED_BYTES:])

    @cached_property
    def _ml_kem(self) -> MLKEM768PrivateKey:
        return MLKEM768PrivateKey.from_seed_bytes(self._seeds[:ML_KEM_SEED_BYTES])

    @property
    def _seeds(self) -> bytes:
        # draft-connolly-cfrg-xwing-kem, 5.2: a private key is the seed of both.
        return hashlib.shake_256(self.secret).digest(ML_KEM_SEED_BYTES + 32)

    @cached_property
    def sealing_key(self) -> SealingKey:
        """The public half."""
        public = self._x25519.public_key().public_bytes_raw()
        if self.kem is Kem.X_WING:
            public = self._ml_kem.public_key().public_bytes_raw() + public
        return SealingKey(self.kem, public)

    @property
    def _library_key(self) -> X25519PrivateKey | MLKEM768X25519PrivateKey:
        if self.kem is Kem.X25519:
            return self._x25519
        return MLKEM768X25519PrivateKey(self._ml_kem, self._x25519)

    def open(self, sealed: bytes, context: bytes) -> Secret:
        """What was sealed for this key and this context.

        Raises:
            CannotOpenError: it was sealed for another, or was altered.
        """
        try:
            return Secret(SUITES[self.kem].decrypt(sealed, self._library_key, context))
        except (InvalidTag, ValueError):
            raise CannotOpenError("sealed for another reader or place, or altered") from None


def _derived_x25519(seed: bytes) -> bytes:
    """DeriveKeyPair of RFC 9180, 7.1.3, which the library does not offer."""
    suite = b"HPKE-v1KEM" + X25519_KEM_ID
    extracted = HKDF.extract(hashes.SHA256(), None, suite + b"dkp_prk" + seed)
    label = SEED_BYTES.to_bytes(2, "big") + suite + b"sk"
    return HKDFExpand(hashes.SHA256(), SEED_BYTES, label).derive(extracted)
