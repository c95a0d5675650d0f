"""Opening an identity: asked for, answered by custodians one by one, objected to, released.

The mailroom passes sealed shares on and counts; it can open none. Whoever asks writes to the
reporter in the same step, so that no opening is unknown to them.
"""

import secrets
from dataclasses import dataclass, replace

from kiosk.domain import openings as rules
from kiosk.domain.cases import require_at_work
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.openings import Custodians, Opening, OpeningState
from kiosk.storage.mailroom import Shelves
from kiosk.storage.mailroom_openings import Asked
from signing.cose import read
from signing.directory import Role
from signing.envelope import Direction, digest_of
from signing.errors import FormatError
from signing.hpke import Kem, SealingKey
from signing.quorum import IdentityEnvelope, SealedShare, Side, parse_identity

from .admission import Admitted
from .cases import next_message, proven_case
from .handling import readable_case
from .mailroom import Mailroom

__all__ = [
    "LONGEST_OBJECTION",
    "OpeningView",
    "Released",
    "ask_opening",
    "custodians_of",
    "decline_share",
    "give_share",
    "object_to_opening",
    "openings_for",
    "release_identity",
    "stop_opening",
    "view_opening",
]

OPENING_BYTES = 16
LONGEST_SHARE = 4096
LONGEST_REASON = 8192
LONGEST_OBJECTION = 128
_MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Released:
    """What whoever asked gets: the envelope, shares for their one-time key, and its secret."""

    identity: bytes
    shares: dict[bytes, bytes]
    kept: bytes


@dataclass(frozen=True, kw_only=True)
class OpeningView:
    """An opening as one of those sees it whom it concerns.

    `custodians` are all shares with their sides and kinds, `number` is the case's. What a custodian
    alone gets is `share`, while it is asked for, and `reason`; what the asker alone gets is `kept`.
    """

    opening: Opening
    number: str
    custodians: tuple[SealedShare, ...]
    key: bytes
    share: SealedShare | None = None
    reason: bytes = b""
    kept: bytes = b""


def ask_opening(
    mailroom: Mailroom, case: bytes, *, by: Admitted, asked: Asked, told: tuple[int, int, bytes]
) -> Opening:
    """Ask for an identity, say why to each custodian, and tell the reporter.

    `told` is the message that says to the reporter who asks, why and by what law: behind which
    number, epoch, sealed.

    Raises:
        FormatError: no sealed message, no key, or not a reason for each custodian.
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: the identity is gone, nobody works on the case, or an opening is under way.
    """
    _require_key(asked)
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        shelves.cases.hold(case)
        found = readable_case(shelves, case, by)
        require_at_work(found)
        if any(one.is_under_way for one in shelves.openings.of_case(case)):
            raise NotNow("an opening is under way")
        envelope = _envelope_of(shelves, case)
        if asked.reasons.keys() != {share.reader for share in envelope.shares}:
            raise FormatError("a reason for each custodian, and for nobody else")
        message, is_new = next_message(shelves, case, int(Direction.TO_REPORTER), told, today)
        if not is_new:
            raise NotNow("this was said already")
        shelves.cases.add_message(case, message)
        opening = Opening(
            id=secrets.token_bytes(OPENING_BYTES),
            case=case,
            asker=by.reader,
            unit=by.unit,
            asked_on=today,
            state=OpeningState.ASKED,
            since=today,
            reason=digest_of(message.sealed),
        )
        shelves.openings.add(opening, asked)
        _note(shelves, mailroom, opening, "identity asked for", by.reader)
    return opening


def custodians_of(mailroom: Mailroom, case: bytes, *, by: Admitted) -> tuple[SealedShare, ...]:
    """Who would have to answer if a handler asked for an identity, with what lies sealed for them.

    Raises:
        Unknown: there is no such case for this handler.
        NotNow: the identity is gone.
    """
    with mailroom.archive.read() as shelves:
        readable_case(shelves, case, by)
        return _envelope_of(shelves, case).shares


def openings_for(mailroom: Mailroom, *, by: Admitted) -> list[tuple[Opening, str]]:
    """The openings that ask a custodian for their share, or that a handler asked for.

    Each with the public number of its case, the newest first.
    """
    with mailroom.archive.read() as shelves:
        store = shelves.openings
        list_of = store.asked_by if by.role is Role.HANDLER else store.asked_of
        found = list_of(by.reader, most=_MOST_SHOWN)
        return [(one, shelves.cases.get(one.case).number) for one in found]


def view_opening(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> OpeningView:
    """An opening, for a custodian who is asked, or for who asked.

    A custodian gets the own share alone, and only while it is asked for; nobody gets another's, or
    what the shares open.

    Raises:
        Unknown: there is no such opening for them.
    """
    with mailroom.archive.read() as shelves:
        opening = shelves.openings.get(id_)
        case = shelves.cases.get(opening.case)
        shares = _envelope_of(shelves, opening.case).shares if case.identity else ()
        seen = OpeningView(
            opening=opening,
            number=case.number,
            custodians=shares,
            key=shelves.openings.key_of(id_),
        )
        if by.role is Role.HANDLER:
            if opening.asker != by.reader:
                raise Unknown("no such opening")
            return replace(seen, kept=shelves.openings.kept_of(id_))
        reason = shelves.openings.reason_of(id_, by.reader)
        if reason is None:
            raise Unknown("no such opening")
        mine = [share for share in shares if share.reader == by.reader]
        share = mine[0] if mine and opening.is_under_way else None
        return replace(seen, reason=reason, share=share)


def give_share(mailroom: Mailroom, id_: bytes, *, by: Admitted, sealed: bytes) -> Opening:
    """Pass a custodian's share on, sealed for whoever asked.

    Raises:
        FormatError: it is no share.
        Unknown: there is no such opening for this custodian.
        NotNow: this custodian has answered, or the opening is over.
    """
    if not 0 < len(sealed) <= LONGEST_SHARE:
        raise FormatError("not a share")
    with mailroom.archive.begin() as shelves:
        before, custodians = _under_way(shelves, id_)
        custodian = _custodian(by, custodians)
        after = rules.grant(before, custodians, custodian, on=mailroom.today())
        outside = custodian in custodians.external
        shelves.openings.add_answer(id_, custodian, sealed, external=outside)
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "share passed on", custodian)
        return shelves.openings.get(id_)


def decline_share(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> Opening:
    """Write down that a custodian says no.

    Raises:
        Unknown: there is no such opening for this custodian.
        NotNow: this custodian has answered, or the opening is over.
    """
    with mailroom.archive.begin() as shelves:
        before, custodians = _under_way(shelves, id_)
        custodian = _custodian(by, custodians)
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


def release_identity(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> Released:
    """Give whoever asked, and nobody else, what the quorum passed on.

    Once given it may be fetched again, as long as they work on the case and it is not forgotten.

    Raises:
        Unknown: there is no such opening for them, or no such case any more.
        NotNow: no quorum, not long enough ago, or the reporter objects and not all said yes.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before, custodians = _own(shelves, id_, by)
        readable_case(shelves, before.case, by)
        if before.state is OpeningState.RELEASED:
            _note(shelves, mailroom, before, "identity fetched again", by.reader)
        else:
            after = rules.release(before, custodians, by=by.reader, on=today)
            shelves.openings.replace(before, after)
            _note(shelves, mailroom, before, "identity released", by.reader)
        identity = shelves.cases.identity_of(before.case) or b""
        shares = {one: sealed for one, sealed in shelves.openings.shares_of(id_).items() if sealed}
        return Released(identity=identity, shares=shares, kept=shelves.openings.kept_of(id_))


def stop_opening(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> Opening:
    """Give up what was asked for.

    Raises:
        Unknown: there is no such opening for them.
        NotNow: it is over.
    """
    with mailroom.archive.begin() as shelves:
        before, _ = _own(shelves, id_, by)
        after = rules.stop(before, by=by.reader, on=mailroom.today())
        shelves.openings.replace(before, after)
        _note(shelves, mailroom, before, "opening stopped", by.reader)
    return after


def _require_key(asked: Asked) -> None:
    try:
        SealingKey(Kem(asked.key[0]), asked.key[1:])
    except (IndexError, ValueError):
        raise FormatError("not a one-time key") from None
    sealed = (asked.kept, *asked.reasons.values())
    if not all(0 < len(one) <= LONGEST_REASON for one in sealed):
        raise FormatError("not a sealed reason, or not a sealed key")


def _own(shelves: Shelves, id_: bytes, by: Admitted) -> tuple[Opening, Custodians]:
    """The opening that this handler asked for, and whom its envelope asks."""
    before, custodians = _under_way(shelves, id_)
    if by.role is not Role.HANDLER or before.asker != by.reader:
        raise Unknown("no such opening")
    return before, custodians


def _custodian(by: Admitted, custodians: Custodians) -> bytes:
    """The key of a custodian who is asked, and whose key still stands in the directory as such."""
    if by.role is Role.HANDLER:
        raise NotPermitted("no custodian")
    side = custodians.internal if by.role is Role.INTERNAL else custodians.external
    if by.reader not in side:
        raise Unknown("no such opening")
    return by.reader


def _under_way(shelves: Shelves, id_: bytes) -> tuple[Opening, Custodians]:
    """The opening, held until the transaction ends, and whom its envelope asks."""
    shelves.cases.hold(shelves.openings.get(id_).case)
    opening = shelves.openings.get(id_)
    shares = _envelope_of(shelves, opening.case).shares
    return opening, Custodians(
        internal=frozenset(one.reader for one in shares if one.side is Side.INTERNAL),
        external=frozenset(one.reader for one in shares if one.side is Side.EXTERNAL),
    )


def _envelope_of(shelves: Shelves, case: bytes) -> IdentityEnvelope:
    identity = shelves.cases.identity_of(case)
    if identity is None:
        raise NotNow("the identity envelope is gone")
    return parse_identity(identity)


def _note(shelves: Shelves, mailroom: Mailroom, opening: Opening, deed: str, by: bytes) -> None:
    detail = f"opening {opening.id.hex()}" + (f" key {by.hex()}" if by else "")
    shelves.deeds.write(on=mailroom.today(), deed=deed, case=opening.case, detail=detail)
