"""Sealed cells: what the register keeps about a person, readable only with the site's cell key.

A cell is `version 1 ‖ nonce 12 ‖ ciphertext ‖ tag 16`, AES-256-GCM. The place of the cell (table,
column, row) is authenticated with it: a cell copied into another row does not open. Looking for a
value goes by a keyed hash of it, so the database learns neither the value nor which values are
likely. The two keys are derived from one by HKDF (RFC 5869).
"""

import hmac
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import FormatError, SignatureError
from .private import Secret

__all__ = ["CellKey", "lookup_hash", "open_cell", "seal_cell"]

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"


@dataclass(frozen=True)
class CellKey:
    """The key to every sealed cell of a site: 32 random bytes, which it does not show.

    Raises:
        FormatError: they are not 32.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise FormatError("a cell key has 32 bytes")
        object.__setattr__(self, "secret", Secret(self.secret))

    @classmethod
    def new(cls) -> Self:
        """A fresh key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @cached_property
    def sealing(self) -> AESGCM:
        """The cipher of cells."""
        return AESGCM(self._derived(b"segel cells: sealing"))

    @cached_property
    def lookups(self) -> Secret:
        """The key of lookup hashes."""
        return self._derived(b"segel cells: lookups")

    def _derived(self, purpose: bytes) -> Secret:
        derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose)
        return Secret(derive.derive(self.secret))


def seal_cell(key: CellKey, context: bytes, plain: bytes) -> bytes:
    """`plain`, sealed for the cell that `context` names; 29 bytes longer, different every time.

    Random nonces are good for 2^32 cells under one key (NIST SP 800-38D, 8.3).
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + key.sealing.encrypt(nonce, plain, context)


def open_cell(key: CellKey, context: bytes, sealed: bytes) -> bytes:
    """What was sealed for the cell that `context` names.

    Raises:
        FormatError: it is no sealed cell.
        SignatureError: it was sealed with another key or for another cell, or was altered.
    """
    if sealed[:1] != VERSION or len(sealed) < len(VERSION) + NONCE_BYTES + TAG_BYTES:
        raise FormatError("not a sealed cell")
    try:
        return key.sealing.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], context)
    except InvalidTag:
        raise SignatureError("a cell that was altered, moved, or sealed with another key") from None


def lookup_hash(key: CellKey, purpose: str, text: str) -> bytes:
    """The 32 bytes by which `text` is found again among values of the same `purpose`."""
    # The length parts purpose from text, so that no two pairs run together.
    head = purpose.encode()
    return hmac.digest(key.lookups, bytes((len(head),)) + head + text.encode(), "sha256")
