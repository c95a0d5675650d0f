"""Whoever reads reports shows that they hold their private key; they have no account and no cookie.

The server seals a random number for the key that the signed directory names, and believes whoever
says the number back. A session is a bearer that says whose it is and until when. It is good for
nothing once the key has ended in the directory: every request asks again.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from kiosk.domain.errors import NotPermitted, Unknown
from signing.cose import encode
from signing.directory import DirectoryKey, Role

from .mailroom import Mailroom
from .readers import find_reader, unit_name

__all__ = ["SESSION_SECONDS", "Admitted", "Challenge", "admit", "admitted", "new_challenge"]

SESSION_SECONDS = 1800
_CHALLENGE_SECONDS = 120
_VERSION = 1
_NONCE_BYTES = 32
_TIME_BYTES = 8
_READER_BYTES = 16
_MAC_BYTES = 32
_SESSION_BYTES = _TIME_BYTES + _READER_BYTES + _MAC_BYTES


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """`sealed` opens for the reader alone, until `expires`; `ticket` goes back with what was in it.

    The context under which it opens: `["segel-reading-challenge", 1, reader, expires]`.
    """

    sealed: bytes
    ticket: bytes
    expires: int


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """Whoever asks: their key, for which unit and in which role it stands, and until when."""

    reader: bytes
    role: Role
    unit: int
    unit_name: str
    expires: int


def new_challenge(mailroom: Mailroom, reader: bytes, *, secret: bytes, now: int) -> Challenge:
    """A random number, sealed for a reader; `secret` is this process's, `now` in seconds.

    Raises:
        Unknown: no valid key of the directory has this name.
        DirectoryError: there is no directory that counts.
    """
    found = find_reader(mailroom, reader)
    if found is None:
        raise Unknown("no such reader")
    expires = now + _CHALLENGE_SECONDS
    nonce = secrets.token_bytes(_NONCE_BYTES)
    context = encode(["segel-reading-challenge", _VERSION, reader, expires])
    at = expires.to_bytes(_TIME_BYTES, "big")
    return Challenge(
        sealed=found.key.seal(nonce, context),
        ticket=at + _mac(secret, "challenge", reader, expires, hashlib.sha256(nonce).digest()),
        expires=expires,
    )


def admit(
    mailroom: Mailroom, reader: bytes, *, ticket: bytes, nonce: bytes, secret: bytes, now: int
) -> tuple[bytes, Admitted]:
    """A session for who opened the challenge, and who they are.

    Raises:
        NotPermitted: another number, another reader, too late; or the key has ended.
        DirectoryError: there is no directory that counts.
    """
    expires = int.from_bytes(ticket[:_TIME_BYTES], "big")
    digest = hashlib.sha256(nonce).digest()
    expected = _mac(secret, "challenge", reader, expires, digest)
    if not hmac.compare_digest(ticket[_TIME_BYTES:], expected) or now >= expires:
        raise NotPermitted("the challenge was not opened, or too late")
    until = now + SESSION_SECONDS
    admission = _admission(mailroom, reader, until)
    mac = _mac(secret, "session", reader, until, b"")
    return until.to_bytes(_TIME_BYTES, "big") + reader + mac, admission


def admitted(mailroom: Mailroom, session: bytes, *, secret: bytes, now: int) -> Admitted:
    """Whose session it is.

    Raises:
        NotPermitted: it is none of ours, is over, or the key has ended.
        DirectoryError: there is no directory that counts.
    """
    if len(session) != _SESSION_BYTES:
        raise NotPermitted("no session")
    expires = int.from_bytes(session[:_TIME_BYTES], "big")
    reader = session[_TIME_BYTES : _TIME_BYTES + _READER_BYTES]
    expected = _mac(secret, "session", reader, expires, b"")
    if not hmac.compare_digest(session[-_MAC_BYTES:], expected) or now >= expires:
        raise NotPermitted("no session of ours, or one that is over")
    return _admission(mailroom, reader, expires)


def _admission(mailroom: Mailroom, reader: bytes, expires: int) -> Admitted:
    found: DirectoryKey | None = find_reader(mailroom, reader)
    if found is None:
        raise NotPermitted("the key has ended")
    return Admitted(
        reader=reader,
        role=found.role,
        unit=found.unit,
        unit_name=unit_name(mailroom, found.unit),
        expires=expires,
    )


def _mac(secret: bytes, use: str, reader: bytes, expires: int, nonce: bytes) -> bytes:
    said = encode([f"segel-reading-{use}", _VERSION, reader, expires, nonce])
    return hmac.digest(secret, said, "sha256")
