"""Opening an identity: asked for, answered by custodians one by one, objected to, released.

The mailroom passes sealed shares on and counts; it can open none. Whoever asks writes to the
reporter in the same step, so that no opening is unknown to them.
"""

import secrets
from dataclasses import dataclass

from kiosk.domain import openings as rules
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.openings import Custodians, Opening, OpeningState
from kiosk.storage.mailroom import Shelves
from signing.cose import read
from signing.envelope import Direction, digest_of
from signing.errors import CannotOpenError, FormatError
from signing.quorum import IdentityEnvelope, SealedShare, Side, parse_identity

from .cases import next_message, proven_case, readable_case
from .mailroom import Mailroom

__all__ = [
    "LONGEST_OBJECTION",
    "Released",
    "ask_opening",
    "decline_share",
    "give_share",
    "object_to_opening",
    "release_identity",
    "share_of",
    "stop_opening",
]

OPENING_BYTES = 16
LONGEST_KEY = 2048
LONGEST_SHARE = 4096
LONGEST_OBJECTION = 128


@dataclass(frozen=True, kw_only=True)
class Released:
    """What whoever asked gets: the identity envelope, and the shares sealed for their key."""

    identity: bytes
    shares: dict[bytes, bytes]


def ask_opening(
    mailroom: Mailroom, case: bytes, *, by: bytes, key: bytes, told: tuple[int, int, bytes]
) -> Opening:
    """Ask for an identity, and tell the reporter.

    `key` is the one-time key that shares are to be sealed for. `told` is the message that says to
    the reporter who asks, why and by what law: behind which number, epoch, sealed.

    Raises:
        FormatError: no sealed message, or no key.
        Unknown: there is no such case for this handler.
        NotNow: the identity is gone, or an opening is under way.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise FormatError("not a key")
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        shelves.cases.hold(case)
        found = readable_case(shelves, case, by)
        if not found.identity:
            raise NotNow("the identity envelope is gone")
        under_way = {OpeningState.ASKED, OpeningState.WAITING}
        if any(one.state in under_way for one in shelves.openings.of_case(case)):
            raise NotNow("an opening is under way")
        message, _ = next_message(shelves, case, int(Direction.TO_REPORTER), told, today)
        shelves.cases.add_message(case, message)
        opening = Opening(
            id=secrets.token_bytes(OPENING_BYTES),
            case=case,
            asker=by,
            asked_on=today,
            state=OpeningState.ASKED,
            since=today,
            reason=digest_of(message.sealed),
        )
        shelves.openings.add(opening, key=key)
        _note(shelves, mailroom, opening, "identity asked for", by)
    return opening


def share_of(mailroom: Mailroom, id_: bytes, *, custodian: bytes) -> tuple[SealedShare, bytes]:
    """A custodian's own sealed share, and the key it is to be passed on for.

    Nobody gets another's share, or what the shares open.

    Raises:
        Unknown: there is no such opening for this custodian.
    """
    with mailroom.archive.read() as shelves:
        opening = shelves.openings.get(id_)
        try:
            share = _envelope(shelves, opening).share_of(custodian)
        except CannotOpenError:
            raise Unknown("no such opening") from None
        return share, shelves.openings.key_of(id_)


def give_share(mailroom: Mailroom, id_: bytes, *, custodian: bytes, sealed: bytes) -> Opening:
    """Pass a custodian's share on, sealed for whoever asked.

    Raises:
        FormatError: it is no share.
        NotPermitted: no custodian of this identity.
        NotNow: this custodian has answered, or the opening is over.
    """
    if not 0 < len(sealed) <= LONGEST_SHARE:
        raise FormatError("not a share")
    with mailroom.archive.begin() as shelves:
        before, custodians = _under_way(shelves, id_)
        after = rules.grant(before, custodians, custodian, on=mailroom.today())
        outside = custodian in custodians.external
        shelves.openings.add_answer(id_, custodian, sealed, external=outside)
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "share passed on", custodian)
        return shelves.openings.get(id_)


def decline_share(mailroom: Mailroom, id_: bytes, *, custodian: bytes) -> Opening:
    """Write down that a custodian says no.

    Raises:
        NotPermitted: no custodian of this identity.
        NotNow: this custodian has answered, or the opening is over.
    """
    with mailroom.archive.begin() as shelves:
        before, custodians = _under_way(shelves, id_)
        after = rules.refuse(before, custodians, custodian, on=mailroom.today())
        outside = custodian in custodians.external
        shelves.openings.add_answer(id_, custodian, b"", external=outside)
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "share declined", custodian)
        return shelves.openings.get(id_)


def object_to_opening(mailroom: Mailroom, said: bytes) -> Opening:
    """Take a reporter's objection: `[1, proof, opening]`.

    Raises:
        FormatError: it is none.
        Unknown: no opening of a case with this proof.
        NotNow: the opening is over.
    """
    if len(said) > LONGEST_OBJECTION:
        raise FormatError(f"more than {LONGEST_OBJECTION} bytes")
    parts = read(said)
    if type(parts) is not list or len(parts) != 3 or parts[0] != 1 or type(parts[2]) is not bytes:
        raise FormatError("not an objection of version 1")
    with mailroom.archive.begin() as shelves:
        case = proven_case(shelves, parts[1])
        shelves.cases.hold(case.id)
        before = shelves.openings.get(parts[2])
        if before.case != case.id:
            raise Unknown("no such opening")
        after = rules.object_to(before)
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "reporter objected", b"")
        return after


def release_identity(mailroom: Mailroom, id_: bytes, *, by: bytes) -> Released:
    """Give whoever asked, and nobody else, what the quorum passed on.

    Raises:
        NotPermitted: somebody else asked.
        NotNow: no quorum, not long enough ago, or the reporter objects and not all said yes.
    """
    with mailroom.archive.begin() as shelves:
        before, custodians = _under_way(shelves, id_)
        after = rules.release(before, custodians, by=by, on=mailroom.today())
        identity = shelves.cases.identity_of(before.case) or b""
        shares = {one: sealed for one, sealed in shelves.openings.shares_of(id_).items() if sealed}
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "identity released", by)
    return Released(identity=identity, shares=shares)


def stop_opening(mailroom: Mailroom, id_: bytes, *, by: bytes) -> Opening:
    """Give up what was asked for.

    Raises:
        NotPermitted: somebody else asked.
        NotNow: it is over.
    """
    with mailroom.archive.begin() as shelves:
        before, _ = _under_way(shelves, id_)
        after = rules.stop(before, by=by, on=mailroom.today())
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "opening stopped", by)
    return after


def _under_way(shelves: Shelves, id_: bytes) -> tuple[Opening, Custodians]:
    """The opening, held until the transaction ends, and whom its envelope asks."""
    shelves.cases.hold(shelves.openings.get(id_).case)
    opening = shelves.openings.get(id_)
    shares = _envelope(shelves, opening).shares
    return opening, Custodians(
        internal=frozenset(one.reader for one in shares if one.side is Side.INTERNAL),
        external=frozenset(one.reader for one in shares if one.side is Side.EXTERNAL),
    )


def _envelope(shelves: Shelves, opening: Opening) -> IdentityEnvelope:
    identity = shelves.cases.identity_of(opening.case)
    if identity is None:
        raise NotNow("the identity envelope is gone")
    return parse_identity(identity)


def _note(shelves: Shelves, mailroom: Mailroom, opening: Opening, deed: str, by: bytes) -> None:
    detail = f"opening {opening.id.hex()}" + (f" key {by.hex()}" if by else "")
    shelves.deeds.write(on=mailroom.today(), deed=deed, case=opening.case, detail=detail)
