"""The key ring: what a site knows of its keys, and the rules by which they follow one another.

    published --sign_from--> signing --sign_until--> trusted --trusted_until--> gone
        |                       |                       |
        +-----------------------+------> withdrawn <----+

A new key is published some time before it signs, so that whoever checks knows it by then; the one
before it signs until that moment, and is trusted until the last certificate it signed has expired.
The rules are pure: a ring goes in, the next ring comes out. `keys/ring.json` holds no secret.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from .errors import KeyFileError, RingError
from .keys import key_id_of
from .private import read_private, write_private
from .trust import KeyUse, TrustedKey

__all__ = [
    "KeyRing",
    "RingKey",
    "Span",
    "Use",
    "current",
    "lasting",
    "load_ring",
    "planned",
    "save_ring",
    "trusted_keys",
    "with_new",
    "withdrawn",
]

FILE = "ring.json"
VERSION = 1
DAY = 86_400
MONTH = 31 * DAY
# A certificate expires at the local midnight after its last day, which may be the 31st.
GRACE = 2 * DAY


class Use(StrEnum):
    """What a key is for."""

    ROOT = "root"
    CERTIFICATE = "certificate"
    STATUS = "status"
    POSTER = "poster"

    @property
    def in_bundle(self) -> KeyUse | None:
        """The use as the trust bundle writes it; the root stands in no bundle."""
        return {
            Use.CERTIFICATE: KeyUse.CERTIFICATE,
            Use.STATUS: KeyUse.STATUS,
            Use.POSTER: KeyUse.POSTER,
        }.get(self)


@dataclass(frozen=True, kw_only=True)
class Span:
    """When a key signs, and until when what it signed is trusted: seconds since 1970."""

    sign_from: int
    sign_until: int
    trusted_until: int


@dataclass(frozen=True, kw_only=True)
class RingKey(Span):
    """A key of the site, without its secret.

    `where` is the name of its file in the folder of the ring, or `pkcs11:LABEL`. `certificate` is
    its X.509 certificate (DER), empty where it has none. `withdrawn_at` 0 means never.
    """

    use: Use
    point: bytes
    where: str
    certificate: bytes = b""
    withdrawn_at: int = 0
    reason: str = ""

    @cached_property
    def key_id(self) -> bytes:
        """The id by which messages name this key."""
        return key_id_of(self.point)

    def may_sign(self, at: int) -> bool:
        """Whether the key may sign at this time."""
        return not self.withdrawn_at and self.sign_from <= at < self.sign_until


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """Every key that a site ever had, the oldest first."""

    keys: tuple[RingKey, ...] = ()

    def named(self, key_id: bytes) -> RingKey:
        """The key with this id.

        Raises:
            RingError: there is none.
        """
        for key in self.keys:
            if key.key_id == key_id:
                return key
        raise RingError(f"there is no key {key_id.hex()}")


def current(ring: KeyRing, use: Use, at: int) -> RingKey:
    """The key that signs at this time.

    Raises:
        RingError: there is none.
    """
    for key in reversed(ring.keys):
        if key.use == use and key.may_sign(at):
            return key
    raise RingError(f"no {use} key may sign now: make one with `segel keys rotate {use}`")


def planned(
    ring: KeyRing, use: Use, *, at: int, notice: int, months: int, validity_months: int
) -> Span:
    """When a new key made at this time would sign: `notice` seconds from now, for so many months.

    Sooner, where no key would sign until then: at the end of the one that signs, or at once.

    Raises:
        RingError: a new key is waiting already.
    """
    waiting = _waiting(ring, use, at)
    if waiting is not None:
        raise RingError(f"the {use} key {waiting.key_id.hex()} is waiting to sign already")
    ends = [key.sign_until for key in ring.keys if key.use == use and key.may_sign(at)]
    sign_from = min(at + notice, *ends) if ends else at
    sign_until = sign_from + months * MONTH
    return Span(
        sign_from=sign_from,
        sign_until=sign_until,
        trusted_until=sign_until + validity_months * MONTH + GRACE,
    )


def with_new(ring: KeyRing, key: RingKey) -> KeyRing:
    """The ring with a new key; the one before it signs until the new one does, and no longer.

    Raises:
        RingError: a key of the ring has the same id, or there is a root already.
    """
    if any(other.key_id == key.key_id for other in ring.keys):
        raise RingError(f"there is a key {key.key_id.hex()} already")
    if key.use == Use.ROOT and any(other.use == Use.ROOT for other in ring.keys):
        raise RingError("there is a root already")
    before = (
        replace(other, sign_until=max(other.sign_from, min(other.sign_until, key.sign_from)))
        if other.use == key.use
        else other
        for other in ring.keys
    )
    return KeyRing(keys=(*before, key))


def withdrawn(ring: KeyRing, key_id: bytes, *, at: int, reason: str) -> KeyRing:
    """The ring without trust in this key: nothing that it ever signed counts from now on.

    A key that was waiting for it signs at once.

    Raises:
        RingError: there is no such key, it is the root, or it is withdrawn already.
    """
    key = ring.named(key_id)
    if key.use == Use.ROOT:
        raise RingError("the root cannot withdraw itself: whoever checks was given it by hand")
    if key.withdrawn_at:
        raise RingError(f"the key {key_id.hex()} is withdrawn already")
    gone = replace(key, withdrawn_at=at, reason=reason)
    after = KeyRing(keys=tuple(gone if other is key else other for other in ring.keys))
    waiting = _waiting(after, key.use, at)
    if waiting is None or not key.may_sign(at):
        return after
    early = replace(waiting, sign_from=at)
    return KeyRing(keys=tuple(early if other is waiting else other for other in after.keys))


def lasting(ring: KeyRing, *, at: int, validity_months: int) -> KeyRing:
    """The ring with every key that may yet sign trusted long enough for this validity.

    For an office that lengthens the validity of its certificates.
    """
    return KeyRing(
        keys=tuple(
            replace(
                key,
                trusted_until=max(
                    key.trusted_until, key.sign_until + validity_months * MONTH + GRACE
                ),
            )
            if at < key.sign_until
            else key
            for key in ring.keys
        )
    )


def trusted_keys(ring: KeyRing, at: int) -> tuple[TrustedKey, ...]:
    """The keys of a trust bundle published at this time: those to come, and those still needed."""
    return tuple(
        TrustedKey(
            point=key.point,
            use=use,
            sign_from=key.sign_from,
            sign_until=key.sign_until,
            withdrawn_at=key.withdrawn_at,
            certificate=sha256(key.certificate).digest() if key.certificate else b"",
        )
        for key in ring.keys
        if (use := key.use.in_bundle) is not None and at < key.trusted_until
    )


def _waiting(ring: KeyRing, use: Use, at: int) -> RingKey | None:
    return next(
        (
            key
            for key in ring.keys
            if key.use == use and not key.withdrawn_at and at < key.sign_from < key.sign_until
        ),
        None,
    )


def load_ring(folder: Path) -> KeyRing:
    """The ring in a folder of keys.

    Raises:
        KeyFileError: there is none, others can read it, or it is damaged.
    """
    data = read_private(folder / FILE)
    try:
        whole = json.loads(data)
        if whole["version"] != VERSION:
            raise KeyFileError(f"{folder / FILE} is of another version")
        return KeyRing(keys=tuple(_read(whole["keys"])))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{folder / FILE} is damaged") from None


def save_ring(folder: Path, ring: KeyRing) -> None:
    """Write the ring over the one in the folder, whole or not at all.

    Raises:
        KeyFileError: the folder is open to others.
    """
    keys = [
        {
            "id": key.key_id.hex(),
            "use": str(key.use),
            "point": key.point.hex(),
            "where": key.where,
            "sign_from": key.sign_from,
            "sign_until": key.sign_until,
            "trusted_until": key.trusted_until,
            "withdrawn_at": key.withdrawn_at,
            "reason": key.reason,
            "certificate": b64encode(key.certificate).decode("ascii"),
        }
        for key in ring.keys
    ]
    text = json.dumps({"version": VERSION, "keys": keys}, indent=2, ensure_ascii=False) + "\n"
    write_private(folder / FILE, text.encode(), replace=True)


def _read(entries: Iterable[dict[str, str | int]]) -> Iterable[RingKey]:
    for entry in entries:
        yield RingKey(
            use=Use(str(entry["use"])),
            point=bytes.fromhex(str(entry["point"])),
            where=str(entry["where"]),
            sign_from=int(entry["sign_from"]),
            sign_until=int(entry["sign_until"]),
            trusted_until=int(entry["trusted_until"]),
            withdrawn_at=int(entry["withdrawn_at"]),
            reason=str(entry["reason"]),
            certificate=b64decode(str(entry["certificate"]), validate=True),
        )
