"""What a courier's device reports, and what becomes of it when it comes in.

    comes in --next of its device--> in order        --known already--> again
             --one before it is missing--> too early --number used by another--> astray

A device works without signal all day and sends later: what it says is kept as it was said, whatever
the rules think of it by then. What they refuse is looked at by a person (Why). A paper that was
handed over is handed over, even where the rules would not have let it: the physical fact wins.
A clock that was wrong is flagged, and never put right (domain.md 4.4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.domain.codes import CODE_LETTERS
from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.handover import Given, InVain, Proof, Receiver

__all__ = [
    "MOST_SKEW",
    "Answer",
    "Chain",
    "EventKind",
    "Order",
    "Told",
    "Why",
    "order_of",
    "receipt_of",
    "skew_of",
    "told_of",
]

MOST_SKEW = 300
"""Seconds by which a device's clock may be wrong before somebody looks at it."""

_DIGEST_BYTES = 32
_LONGEST_WITNESS = 80
_RECEIPT_LETTERS = 10


class EventKind(StrEnum):
    """What a device may report."""

    ACCEPTED = "accepted"  # the courier has the bag
    ARRIVED = "arrived"
    HANDED_OVER = "handed-over"
    IN_VAIN = "in-vain"
    WRONG_CODE = "wrong-code"
    MISMATCH = "mismatch"
    GIVEN_BACK = "given-back"  # the courier's side of it; the counter's follows
    MISSING = "missing"
    NOTE = "note"
    WIPED = "wiped"  # the pack is gone: by order, wrong PINs, or age


class Answer(StrEnum):
    """What a device is told of an event. It lets go of all but the last two."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REVIEW = "review"  # kept, and somebody looks at it
    GAP = "gap"  # send what is missing first
    REFUSED = "refused"  # not this device's, or no event at all


class Why(StrEnum):
    """Why somebody has to look at an event."""

    RULES = "rules"  # the bag's rules refuse it
    TWICE = "twice"  # handed over before
    OLD_BAG = "old-bag"  # handed over, though its paper was made anew
    REVOKED = "revoked"  # the device, or its courier, counts no more
    CLOCK = "clock"
    CHAIN = "chain"  # the event before is another one than the office knows
    ASTRAY = "astray"  # its number was used before
    UNREADABLE = "unreadable"  # signed, but nobody knows what it says


class Order(StrEnum):
    """Where an event stands in its device's chain."""

    NEXT = "next"
    BROKEN = "broken"  # the next number, after another event than the office knows
    EARLY = "early"
    PAST = "past"  # known already, or astray: its id tells


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """How far a device's chain has come: the number and the digest of its last event."""

    number: int
    head: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What an event says, read. `drawn` is the digest of the signature's picture, or empty."""

    kind: EventKind
    given: Given | None = None
    drawn: bytes = b""
    why: InVain | None = None
    text: str = ""


def order_of(chain: Chain, *, number: int, previous: bytes) -> Order:
    """Where the event with this number, after this previous one, stands in the chain."""
    if number <= chain.number:
        return Order.PAST
    if number > chain.number + 1:
        return Order.EARLY
    return Order.NEXT if previous == chain.head else Order.BROKEN


def receipt_of(id_: bytes) -> str:
    """The number of the receipt for what the event with this id handed over.

    The phone gives it at the door, without signal; so it follows from the event.
    """
    number = int.from_bytes(id_, "big")
    letters = ""
    for _ in range(_RECEIPT_LETTERS):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return f"T-{letters[:5]}-{letters[5:]}"


def skew_of(*, device_at: int, uptime: int, anchor: Sequence[int], received_at: int) -> int:
    """By how many seconds the device's clock was wrong, as far as it can be told; 0 if it cannot.

    The anchor is what the server's clock and the device's said at one moment. After it, the
    device's uptime tells how much time went by, for nobody can set that; where its page was opened
    anew, the device's clock has to do. No event is later than its receipt, none before its anchor.
    """
    found = [0, max(0, device_at - received_at)]
    if anchor:
        server, device = anchor[0], anchor[1]
        went_by = (uptime - anchor[2]) // 1000 if len(anchor) > 2 else device_at - device
        found += [device_at - (server + went_by), min(0, device_at - server)]
    return max(found, key=abs)


def told_of(kind: str, body: Sequence[Any]) -> Told:
    """What an event of this kind says with this body.

    Raises:
        Invalid: nobody knows what it says.
    """
    try:
        known = EventKind(kind)
        return _READERS[known](known, *body)
    except (ValueError, TypeError):
        raise Invalid(
            [Fault(path="body", code="unreadable", sentence="says nothing that is known")]
        ) from None


def _plain(kind: EventKind) -> Told:
    return Told(kind=kind)


def _text(kind: EventKind, text: str) -> Told:
    return Told(kind=kind, text=_str(text))


def _in_vain(kind: EventKind, why: str) -> Told:
    return Told(kind=kind, why=InVain(why))


def _handed_over(
    kind: EventKind, receiver: str, proofs: Sequence[str], of_age: int, witness: str, drawn: bytes
) -> Told:
    if type(drawn) is not bytes or len(drawn) not in {0, _DIGEST_BYTES}:
        raise ValueError("not the digest of a picture")
    given = Given(
        receiver=Receiver(receiver),
        proofs=frozenset(Proof(one) for one in proofs),
        signed=bool(drawn),
        witness=_str(witness)[:_LONGEST_WITNESS],
        of_age=of_age == 1,
    )
    return Told(kind=kind, given=given, drawn=drawn)


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


_READERS: dict[EventKind, Callable[..., Told]] = {
    EventKind.ACCEPTED: _plain,
    EventKind.ARRIVED: _plain,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.IN_VAIN: _in_vain,
    EventKind.WRONG_CODE: _plain,
    EventKind.MISMATCH: _plain,
    EventKind.GIVEN_BACK: _plain,
    EventKind.MISSING: _plain,
    EventKind.NOTE: _text,
    EventKind.WIPED: _text,
}
