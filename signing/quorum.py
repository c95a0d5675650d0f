"""The identity envelope: who wrote, sealed so that no one opens it alone.

Its key is A xor B. A is split by Shamir among internal custodians, of whom two of three are
needed; B goes to each external custodian, of whom one is needed. Every share is sealed for its
custodian and committed to, so that a wrong one is named. It is always there: who said nothing of
themselves sends an empty one, of the same length. Format page: docs/formats/envelope.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import pyshamir

from .content import OVERHEAD_BYTES, open_content, seal_content
from .cose import encode, read
from .errors import CannotOpenError, FormatError, WrongShareError
from .hpke import READER_ID_BYTES, Kem, OpeningKey, SealingKey
from .padding import pad, unpad
from .private import Secret

__all__ = [
    "CASE_BYTES",
    "INTERNAL",
    "LONGEST_IDENTITY",
    "MOST_EXTERNAL",
    "NEEDED_EXTERNAL",
    "NEEDED_INTERNAL",
    "IdentityEnvelope",
    "OwnShare",
    "SealedShare",
    "Share",
    "Side",
    "identity_key",
    "open_identity",
    "open_passed_share",
    "open_share",
    "own_share",
    "parse_identity",
    "pass_share",
    "seal_identity",
]

VERSION = 1
CASE_BYTES = 16
KEY_BYTES = 32
HASH_BYTES = 32
# Compiled in: nobody's settings can ask for less.
NEEDED_INTERNAL, INTERNAL = 2, 3
NEEDED_EXTERNAL, MOST_EXTERNAL = 1, 2
IDENTITY_BUCKET = 1024
LONGEST_IDENTITY = IDENTITY_BUCKET - 4
LONGEST = 1 << 16


class Side(IntEnum):
    """Whose custodian."""

    INTERNAL = 1
    EXTERNAL = 2


SHARE_BYTES = {Side.INTERNAL: KEY_BYTES + 1, Side.EXTERNAL: KEY_BYTES}
NEEDED = {Side.INTERNAL: NEEDED_INTERNAL, Side.EXTERNAL: NEEDED_EXTERNAL}
COUNTS = {Side.INTERNAL: (INTERNAL,), Side.EXTERNAL: range(NEEDED_EXTERNAL, MOST_EXTERNAL + 1)}


@dataclass(frozen=True, kw_only=True)
class SealedShare:
    """A custodian's share as it lies in the envelope."""

    side: Side
    kem: Kem
    reader: bytes
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share in the clear, and whose it is."""

    reader: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class IdentityEnvelope:
    """An identity envelope, taken apart and not opened."""

    shares: tuple[SealedShare, ...]
    body: bytes

    @property
    def policy(self) -> bytes:
        """The hash of who is asked, and of how many are needed: a part of every context."""
        return _policy_of([(share.side, share.kem, share.reader) for share in self.shares])

    def share_of(self, reader: bytes) -> SealedShare:
        """The share of the custodian with this key.

        Raises:
            CannotOpenError: there is none.
        """
        for share in self.shares:
            if share.reader == reader:
                return share
        raise CannotOpenError("no custodian of this envelope")


@dataclass(frozen=True, kw_only=True)
class OwnShare:
    """What one custodian gets of an identity envelope: their own share, and nothing it opens."""

    policy: bytes
    shares: tuple[SealedShare, ...]

    def share_of(self, reader: bytes) -> SealedShare:
        """The share, if the custodian with this key is the one.

        Raises:
            CannotOpenError: it is somebody else's.
        """
        [share] = self.shares
        if share.reader != reader:
            raise CannotOpenError("another custodian's share")
        return share


def seal_identity(
    case: bytes, internal: Sequence[SealingKey], external: Sequence[SealingKey], plain: bytes
) -> tuple[bytes, Secret]:
    """The envelope around `plain`, and its key, under which originals of pictures are sealed.

    Raises:
        FormatError: too few custodians, one twice, or more than `LONGEST_IDENTITY` bytes.
    """
    custodians = [(Side.INTERNAL, key) for key in internal]
    custodians += [(Side.EXTERNAL, key) for key in external]
    _require_custodians([(side, key.id) for side, key in custodians])
    policy = _policy_of([(side, key.kem, key.id) for side, key in custodians])
    padded = pad(plain, IDENTITY_BUCKET)
    key = Secret(secrets.token_bytes(KEY_BYTES))
    inner = secrets.token_bytes(KEY_BYTES)
    outer = _xor(key, inner)
    parts = [bytes(part) for part in pyshamir.split(inner, len(internal), NEEDED_INTERNAL)]
    parts += [outer] * len(external)
    shares = [
        [
            int(side),
            int(custodian.kem),
            custodian.id,
            _commitment(case, policy, custodian.id, part),
            custodian.seal(part, _share_context(case, policy, custodian.id)),
        ]
        for (side, custodian), part in zip(custodians, parts, strict=True)
    ]
    body = seal_content(key, _identity_context(case, policy), padded)
    return encode([VERSION, shares, body]), key


def parse_identity(data: bytes) -> IdentityEnvelope:
    """The parts of an identity envelope; nothing is opened.

    Raises:
        FormatError: it is none, or asks fewer or more custodians than it should.
    """
    if len(data) > LONGEST:
        raise FormatError(f"more than {LONGEST} bytes")
    parts = read(data)
    if type(parts) is not list or len(parts) != 3 or not _is(parts[0], VERSION):
        raise FormatError("not an identity envelope of version 1")
    _, shares, body = parts
    if type(shares) is not list or len(shares) > INTERNAL + MOST_EXTERNAL:
        raise FormatError("not the shares of an identity envelope")
    if type(body) is not bytes or len(body) != IDENTITY_BUCKET + OVERHEAD_BYTES:
        raise FormatError("an identity envelope has another length")
    found = tuple(_sealed_share(share) for share in shares)
    _require_custodians([(share.side, share.reader) for share in found])
    return IdentityEnvelope(shares=found, body=body)


def own_share(asked: Sequence[tuple[Side, Kem, bytes]], share: SealedShare) -> OwnShare:
    """A custodian's share, apart from its envelope: `asked` are all custodians, in its order.

    Raises:
        FormatError: not the custodians of an envelope, or the share is none of theirs.
    """
    _require_custodians([(side, reader) for side, _, reader in asked])
    if (share.side, share.kem, share.reader) not in asked:
        raise FormatError("a share of somebody who is not asked")
    return OwnShare(policy=_policy_of(asked), shares=(share,))


def open_share(envelope: IdentityEnvelope | OwnShare, case: bytes, key: OpeningKey) -> Share:
    """The custodian's own share.

    Raises:
        CannotOpenError: it is no custodian of this envelope, or the share was altered.
        WrongShareError: whoever sealed it has put in another than was committed to.
    """
    reader = key.sealing_key.id
    found = envelope.share_of(reader)
    plain = key.open(found.sealed, _share_context(case, envelope.policy, reader))
    share = Share(reader=reader, secret=plain)
    _require_committed(envelope, case, [share])
    return share


def pass_share(
    envelope: IdentityEnvelope | OwnShare, case: bytes, share: Share, requester: SealingKey
) -> bytes:
    """A custodian's share, sealed for the one person who asked."""
    context = _passing_context(case, envelope.policy, share.reader, requester.id)
    return requester.seal(share.secret, context)


def open_passed_share(
    envelope: IdentityEnvelope, case: bytes, reader: bytes, sealed: bytes, requester: OpeningKey
) -> Share:
    """The share that the custodian `reader` has passed on.

    Raises:
        CannotOpenError: it was passed to somebody else, or altered.
        WrongShareError: it is not this custodian's share of this envelope.
    """
    context = _passing_context(case, envelope.policy, reader, requester.sealing_key.id)
    share = Share(reader=reader, secret=requester.open(sealed, context))
    _require_committed(envelope, case, [share])
    return share


def identity_key(envelope: IdentityEnvelope, case: bytes, shares: Iterable[Share]) -> Secret:
    """The key of the envelope, from enough shares.

    Raises:
        WrongShareError: some are not those committed to; it names every one of them.
        CannotOpenError: they are too few.
    """
    given = {share.reader: share for share in shares}
    _require_committed(envelope, case, given.values())
    secrets_of: dict[Side, list[bytes]] = {side: [] for side in Side}
    for reader, share in given.items():
        secrets_of[envelope.share_of(reader).side].append(share.secret)
    for side in Side:
        if len(secrets_of[side]) < NEEDED[side]:
            raise CannotOpenError("fewer shares than it needs")
    inner = pyshamir.combine([bytearray(part) for part in secrets_of[Side.INTERNAL]])
    return Secret(_xor(bytes(inner), secrets_of[Side.EXTERNAL][0]))


def open_identity(envelope: IdentityEnvelope, case: bytes, shares: Iterable[Share]) -> bytes:
    """Who wrote, from enough shares; empty if nothing was said.

    Raises:
        WrongShareError: some shares are not those committed to.
        CannotOpenError: they are too few, or the envelope is another's or was altered.
    """
    key = identity_key(envelope, case, shares)
    return unpad(open_content(key, _identity_context(case, envelope.policy), envelope.body))


def _require_committed(
    envelope: IdentityEnvelope | OwnShare, case: bytes, shares: Iterable[Share]
) -> None:
    policy = envelope.policy
    committed = {share.reader: share.commitment for share in envelope.shares}
    wrong = tuple(
        share.reader
        for share in shares
        if not hmac.compare_digest(
            committed.get(share.reader, b""),
            _commitment(case, policy, share.reader, share.secret),
        )
    )
    if wrong:
        raise WrongShareError(wrong)


def _require_custodians(custodians: Sequence[tuple[Side, bytes]]) -> None:
    for side in Side:
        count = sum(one is side for one, _ in custodians)
        if count not in COUNTS[side]:
            raise FormatError("too few custodians, or too many")
    if len({reader for _, reader in custodians}) != len(custodians):
        raise FormatError("a custodian has two shares")
    if list(custodians) != sorted(custodians, key=lambda custodian: custodian[0]):
        raise FormatError("internal custodians come first")


def _sealed_share(parts: Any) -> SealedShare:
    if type(parts) is not list or len(parts) != 5:
        raise FormatError("not a sealed share")
    side, kem, reader, commitment, sealed = parts
    if type(side) is not int or type(kem) is not int:
        raise FormatError("a share of an unknown kind")
    try:
        side, kem = Side(side), Kem(kem)
    except ValueError:
        raise FormatError("a share of an unknown kind") from None
    expected = SHARE_BYTES[side] + kem.extra_bytes
    lengths = ((reader, READER_ID_BYTES), (commitment, HASH_BYTES), (sealed, expected))
    if any(type(part) is not bytes or len(part) != length for part, length in lengths):
        raise FormatError("a part of a share has another length")
    return SealedShare(side=side, kem=kem, reader=reader, commitment=commitment, sealed=sealed)


def _is(value: object, number: int) -> bool:
    # bool and float are equal to numbers in Python; in CBOR they are other values.
    return type(value) is int and value == number


def _policy_of(custodians: Sequence[tuple[Side, Kem, bytes]]) -> bytes:
    asked = [[int(side), int(kem), reader] for side, kem, reader in custodians]
    policy = ["segel-identity-policy", VERSION, NEEDED_INTERNAL, NEEDED_EXTERNAL, asked]
    return hashlib.sha256(encode(policy)).digest()


def _identity_context(case: bytes, policy: bytes) -> bytes:
    return encode(["segel-identity", VERSION, case, policy])


def _share_context(case: bytes, policy: bytes, reader: bytes) -> bytes:
    return encode(["segel-share", VERSION, case, policy, reader])


def _passing_context(case: bytes, policy: bytes, reader: bytes, requester: bytes) -> bytes:
    return encode(["segel-share-passed", VERSION, case, policy, reader, requester])


def _commitment(case: bytes, policy: bytes, reader: bytes, secret: bytes) -> bytes:
    committed = encode(["segel-share-commitment", VERSION, case, policy, reader, bytes(secret)])
    return hashlib.sha256(committed).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
