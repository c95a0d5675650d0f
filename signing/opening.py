"""What travels when an identity is asked for: a one-time key, and why, sealed for each custodian.

HPKE does not say who sealed, so a server could ask in a handler's name. Six words, read out by
telephone, tell a custodian that nobody did. In the browser kiosk/web/page/opening.js.
Format page: docs/formats/envelope.md, "Opening an identity".
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from .cose import encode
from .errors import FormatError
from .hpke import Kem, OpeningKey, SealingKey
from .padding import pad, unpad
from .receipt import words

__all__ = [
    "Reason",
    "Wish",
    "new_wish",
    "one_time_key",
    "open_kept",
    "open_reason",
    "words_of_wish",
]

VERSION = 1
REASON_BUCKET = 4096
WORDS = 6
SEED_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a name is asked for: of which report, by which unit, what for, by what law, for whom."""

    number: str
    unit: int
    purpose: str
    basis: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What asks for an identity. `kept` is for the asker, `reasons` for custodians by their names.

    `key` are the bytes in which the one-time key travels, `digest` is the reason's.
    """

    key: bytes
    kept: bytes = field(repr=False)
    reasons: Mapping[bytes, bytes] = field(repr=False)
    digest: bytes


def new_wish(
    case: bytes, reason: Reason, custodians: Iterable[SealingKey], own: SealingKey
) -> Wish:
    """What asks for an identity: with a fresh key, sealed for each custodian and for the asker.

    Raises:
        FormatError: the reason is too long.
    """
    once = OpeningKey.new(Kem.X_WING)
    public = once.sealing_key
    said = {"v": VERSION} | asdict(reason)
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    padded = pad(plain, REASON_BUCKET)
    digest = hashlib.sha256(plain).digest()
    return Wish(
        key=bytes([public.kem]) + public.public,
        kept=own.seal(bytes(once.secret) + digest, _kept_context(case, own.id)),
        reasons={
            one.id: one.seal(padded, _reason_context(case, one.id, public.id)) for one in custodians
        },
        digest=digest,
    )


def one_time_key(data: bytes) -> SealingKey:
    """The key for which shares are to be passed on, from the bytes in which it travels.

    Raises:
        FormatError: it is none.
    """
    if not data or data[0] not in {int(kem) for kem in Kem}:
        raise FormatError("a key of an unknown kind")
    return SealingKey(Kem(data[0]), data[1:])


def open_kept(case: bytes, kept: bytes, own: OpeningKey) -> tuple[OpeningKey, bytes]:
    """The one-time private key of whoever asked, and the reason's digest.

    Raises:
        CannotOpenError: somebody else's, of another case, or altered.
        FormatError: it is not what an asker keeps.
    """
    plain = own.open(kept, _kept_context(case, own.sealing_key.id))
    if len(plain) != 2 * SEED_BYTES:
        raise FormatError("not what an asker keeps")
    return OpeningKey(Kem.X_WING, plain[:SEED_BYTES]), plain[SEED_BYTES:]


def open_reason(
    case: bytes, sealed: bytes, custodian: OpeningKey, once: SealingKey
) -> tuple[Reason, bytes]:
    """Why a name is asked for, as a custodian reads it, and the digest of that.

    Raises:
        CannotOpenError: for somebody else, another case or another key, or altered.
        FormatError: it is no reason.
    """
    context = _reason_context(case, custodian.sealing_key.id, once.id)
    plain = unpad(custodian.open(sealed, context))
    try:
        said = json.loads(plain)
        texts = [said[name] for name in ("number", "purpose", "basis", "audience")]
        version, unit = said["v"], said["unit"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise FormatError("not a reason") from None
    if [type(one) for one in (version, unit)] != [int, int] or version != VERSION:
        raise FormatError("not a reason of version 1")
    if any(type(text) is not str for text in texts):
        raise FormatError("a part of a reason has another kind")
    number, purpose, basis, audience = texts
    found = Reason(number=number, unit=unit, purpose=purpose, basis=basis, audience=audience)
    return found, hashlib.sha256(plain).digest()


def words_of_wish(case: bytes, asker: bytes, once: SealingKey, digest: bytes) -> tuple[str, ...]:
    """The six words that whoever asks reads out: others for another key, case, asker or reason."""
    bound = ["segel-opening-words", VERSION, case, asker, once.id, digest]
    drawn = hashlib.sha256(encode(bound)).digest()
    listed = words()
    places = (int.from_bytes(drawn[2 * at : 2 * at + 2], "big") for at in range(WORDS))
    return tuple(listed[place % len(listed)] for place in places)


def _reason_context(case: bytes, custodian: bytes, once: bytes) -> bytes:
    return encode(["segel-opening-reason", VERSION, case, custodian, once])


def _kept_context(case: bytes, asker: bytes) -> bytes:
    return encode(["segel-opening-kept", VERSION, case, asker])
