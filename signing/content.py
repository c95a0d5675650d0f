"""Content under a key of its own: derived, committed to, used once.

    salt 32 ‖ commitment 32 ‖ AES-256-GCM

From the key at hand, a random salt and the context, HKDF-SHA256 makes 64 bytes: the AES key, and
a commitment. The context (version, case, direction, …) is thus in the key itself. The key is used
for one content, so nonces are counted, not drawn: chunk number and a mark on the last. Without
the commitment one ciphertext could be made to open under two keys, to two texts.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CannotOpenError, FormatError

__all__ = ["HEADER_BYTES", "OVERHEAD_BYTES", "ContentKey", "open_content", "seal_content"]

KEY_BYTES = 32
SALT_BYTES = 32
COMMITMENT_BYTES = 32
TAG_BYTES = 16
HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES


@dataclass(frozen=True)
class ContentKey:
    """The key of one content, with the header that stands before it."""

    header: bytes
    cipher: AESGCM = field(repr=False)

    @classmethod
    def new(cls, key: bytes, context: bytes) -> Self:
        """A fresh one, from `key` for `context`."""
        return cls._derived(key, secrets.token_bytes(SALT_BYTES), context)

    @classmethod
    def of(cls, header: bytes, key: bytes, context: bytes) -> Self:
        """The one to which `header` belongs.

        Raises:
            FormatError: it is no header.
            CannotOpenError: it was made with another key, for another context, or altered.
        """
        if len(header) != HEADER_BYTES:
            raise FormatError("not the header of a content")
        found = cls._derived(key, header[:SALT_BYTES], context)
        if not hmac.compare_digest(found.header, header):
            raise CannotOpenError("sealed with another key or for another place, or altered")
        return found

    @classmethod
    def _derived(cls, key: bytes, salt: bytes, context: bytes) -> Self:
        derive = HKDF(
            algorithm=hashes.SHA256(), length=KEY_BYTES + COMMITMENT_BYTES, salt=salt, info=context
        )
        both = derive.derive(key)
        return cls(salt + both[KEY_BYTES:], AESGCM(both[:KEY_BYTES]))

    def seal(self, index: int, plain: bytes, *, last: bool) -> bytes:
        """The chunk with this number."""
        return self.cipher.encrypt(_nonce(index, last=last), plain, None)

    def open(self, index: int, sealed: bytes, *, last: bool) -> bytes:
        """What is in the chunk with this number.

        Raises:
            CannotOpenError: it is another chunk, or was altered.
        """
        try:
            return self.cipher.decrypt(_nonce(index, last=last), sealed, None)
        except (InvalidTag, ValueError):
            raise CannotOpenError("altered, or out of its order") from None


def _nonce(index: int, *, last: bool) -> bytes:
    return bytes(7) + index.to_bytes(4, "big") + bytes((last,))


def seal_content(key: bytes, context: bytes, plain: bytes) -> bytes:
    """`plain` in one piece, `OVERHEAD_BYTES` longer; different every time."""
    content = ContentKey.new(key, context)
    return content.header + content.seal(0, plain, last=True)


def open_content(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """What was sealed with this key for this context.

    Raises:
        FormatError: it is no sealed content.
        CannotOpenError: another key, another context, or altered.
    """
    content = ContentKey.of(sealed[:HEADER_BYTES], key, context)
    return content.open(0, sealed[HEADER_BYTES:], last=True)
