"""A reader's private key, locked by what only its owner has, so that a server may keep it.

Handlers and custodians make their keys in their browsers. A passphrase locks one by Argon2id
(64 MiB, three passes; RFC 9106), a passkey by the secret that it gives a page (WebAuthn, PRF).
Nobody else has either: no administrator has a key to all. Format page: docs/formats/envelope.md.
"""

import json
import secrets
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from .content import OVERHEAD_BYTES, open_content, seal_content
from .cose import encode, read
from .errors import CannotOpenError, FormatError
from .hpke import READER_ID_BYTES, Kem, OpeningKey

__all__ = [
    "PASSKEY_SECRET_BYTES",
    "KeptKey",
    "LockedKey",
    "Way",
    "encode_kept",
    "lock_key",
    "parse_kept",
    "parse_locked",
    "spelled_passphrase",
    "unlock_key",
]

VERSION = 1
SALT_BYTES = 16
SEED_BYTES = 32
PASSKEY_SECRET_BYTES = 32
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1
LONGEST = 256
LONGEST_FILE = 4096
LARGEST_UNIT = 1 << 32
ROLES = frozenset({"handler", "internal", "external"})


class Way(IntEnum):
    """What locks a key."""

    PASSPHRASE = 1
    PASSKEY = 2


@dataclass(frozen=True, kw_only=True)
class LockedKey:
    """A locked key, taken apart and not opened. `reader` names the key that is inside."""

    way: Way
    kem: Kem
    reader: bytes
    salt: bytes
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class KeptKey:
    """The file of a reader's key: for which unit and role it is, and the key, locked twice or once.

    A browser keeps the same (kiosk/web/page/reading-key.js).
    """

    unit: int
    role: str
    passphrase: bytes
    """The key, locked by a passphrase; what a passkey locks is of use in its own browser alone."""


def lock_key(key: OpeningKey, way: Way, secret: str | bytes) -> bytes:
    """`key`, locked by a passphrase (text) or by a passkey's secret (32 bytes).

    Raises:
        FormatError: the secret is of the other kind.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    reader = key.sealing_key.id
    context = _context(way, key.kem, reader, salt)
    sealed = seal_content(_locking(way, secret, salt), context, key.secret)
    return encode([VERSION, int(way), int(key.kem), reader, salt, sealed])


def parse_locked(data: bytes) -> LockedKey:
    """The parts of a locked key; nothing is opened.

    Raises:
        FormatError: it is none.
    """
    if len(data) > LONGEST:
        raise FormatError(f"more than {LONGEST} bytes")
    parts = read(data)
    if type(parts) is not list or len(parts) != 6:
        raise FormatError("not a locked key")
    numbers = parts[:3]
    if any(type(number) is not int for number in numbers) or numbers[0] != VERSION:
        raise FormatError("not a locked key of version 1")
    _, way, kem, reader, salt, sealed = parts
    if way not in {int(one) for one in Way} or kem not in {int(one) for one in Kem}:
        raise FormatError("a locked key of an unknown kind")
    lengths = (
        (reader, READER_ID_BYTES),
        (salt, SALT_BYTES),
        (sealed, SEED_BYTES + OVERHEAD_BYTES),
    )
    if any(type(part) is not bytes or len(part) != length for part, length in lengths):
        raise FormatError("a part of a locked key has another length")
    return LockedKey(way=Way(way), kem=Kem(kem), reader=reader, salt=salt, sealed=sealed)


def unlock_key(data: bytes, secret: str | bytes) -> OpeningKey:
    """The key inside, which is the one that the locked key names.

    Raises:
        FormatError: it is no locked key, or the secret is of the other kind.
        CannotOpenError: another passphrase or passkey, or altered.
    """
    found = parse_locked(data)
    context = _context(found.way, found.kem, found.reader, found.salt)
    seed = open_content(_locking(found.way, secret, found.salt), context, found.sealed)
    key = OpeningKey(found.kem, seed)
    if key.sealing_key.id != found.reader:
        raise CannotOpenError("the key inside has another name")
    return key


def parse_kept(text: str) -> KeptKey:
    """What a reader's browser gave them to take along; nothing is opened.

    Raises:
        FormatError: it is no such file.
    """
    if len(text) > LONGEST_FILE:
        raise FormatError(f"more than {LONGEST_FILE} characters")
    try:
        found = json.loads(text)
        locked = bytes.fromhex(found["passphrase"])
        version, unit, role = found["v"], found["unit"], found["role"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise FormatError("not the file of a locked key") from None
    if any(type(number) is not int for number in (version, unit)) or version != VERSION:
        raise FormatError("not the file of a locked key, version 1")
    if not 0 < unit < LARGEST_UNIT or type(role) is not str or role not in ROLES:
        raise FormatError("a locked key of no unit, or of no role")
    if parse_locked(locked).way is not Way.PASSPHRASE:
        raise FormatError("locked in another way than it says")
    return KeptKey(unit=unit, role=role, passphrase=locked)


def encode_kept(kept: KeptKey) -> str:
    """The file of a locked key, as a browser takes it."""
    said = {"v": VERSION, "unit": kept.unit, "role": kept.role, "passphrase": kept.passphrase.hex()}
    return json.dumps(said, separators=(",", ":"))


def spelled_passphrase(typed: str) -> str:
    """A passphrase as pages spell it: small letters, one space between the words."""
    return " ".join(unicodedata.normalize("NFKC", typed).lower().split())


def _locking(way: Way, secret: str | bytes, salt: bytes) -> bytes:
    if way is Way.PASSPHRASE and isinstance(secret, str):
        # As two keyboards may spell one letter in two ways.
        spelled = unicodedata.normalize("NFKC", secret).encode()
        slow = Argon2id(
            salt=salt, length=SEED_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB
        )
        return slow.derive(spelled)
    if way is Way.PASSKEY and isinstance(secret, bytes) and len(secret) == PASSKEY_SECRET_BYTES:
        return secret
    raise FormatError("a secret of another kind")


def _context(way: Way, kem: Kem, reader: bytes, salt: bytes) -> bytes:
    return encode(["segel-locked-key", VERSION, int(way), int(kem), reader, salt])
