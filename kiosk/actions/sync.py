"""What couriers' phones report, taken in: each event once, in the order of its phone.

No session is asked for: the device's signature says whose it is, for a day without signal outlasts
every session. Each event is one transaction, so that a crash loses none and doubles none; a phone
sends again whatever it was not answered (docs/formats/event.md).

What the rules refuse is not refused here: it is kept, and raised for a person to look at. A paper
that was handed over stays handed over, for that is a fact. Only a revoked phone changes nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from kiosk.domain import events, handover
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Refusal
from kiosk.domain.events import Answer, Chain, EventKind, Order, Told, Why
from kiosk.domain.handover import Bag, BagStage, Given, InVain, Proof
from kiosk.domain.incidents import Kind
from kiosk.domain.rounds import may_carry
from kiosk.domain.staff import Staff
from kiosk.storage.devices import Device, KeptEvent, Review
from kiosk.storage.register import Books
from signing.cose import read
from signing.errors import FormatError, SignatureError
from signing.event import ID_BYTES, DeviceEvent, SignedEvent, parse_event, verify_event
from signing.keys import VerifyingKey

from .custody import (
    Deed,
    accept_in,
    change_bag,
    give_back_in,
    holds_paper,
    miss_in,
    raise_about,
)
from .desk import Desk
from .devices import open_event, seal_event, subject_of_device
from .filing import Cell, find_cell
from .handovers import require_receiver, take
from .staff import opened_staff

__all__ = [
    "LARGEST_PICTURE",
    "MOST_EVENTS",
    "Answered",
    "Sent",
    "Synced",
    "content_of_event",
    "read_delivery",
    "take_events",
]

MOST_EVENTS = 100
"""Events of one delivery; a phone with more sends again."""

LARGEST_PICTURE = 64 << 10
"""Bytes of one drawn signature."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One event as it came, and the picture of a signature beside it, or nothing."""

    message: bytes
    picture: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What became of one event. `wanted` is the number to send first, where one is missing."""

    answer: Answer
    id: bytes = b""
    wanted: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """What a phone is told. With `wipe` it lets go of everything it carries."""

    known: bool
    wipe: bool
    number: int
    at: int
    answers: tuple[Answered, ...] = ()


class _Way(IntEnum):
    """How much of an event is done: each way does less than the one before."""

    AS_SAID = 0
    AS_FACT = 1
    KEPT = 2


class _OutrunError(Exception):
    """The same phone was quicker through another door."""


# A refusal may come from a bag that changed in this very moment: each way is tried twice.
_WAYS = (_Way.AS_SAID, _Way.AS_SAID, _Way.AS_FACT, _Way.AS_FACT, _Way.KEPT)
_MOST_TRIES = 20
_VERSION = 1
_NO_DELIVERY = Invalid([Fault(path="", code="delivery", sentence="is no delivery of events")])
_INCIDENTS = {
    InVain.DAMAGED: Kind.DAMAGED,
    InVain.SEAL_TORN: Kind.SEAL_TORN,
    InVain.WRONG_SPELLING: Kind.WRONG_SPELLING,
    InVain.NO_MATCH: Kind.NO_MATCH,
}


def take_events(desk: Desk, device: bytes, sent: Sequence[Sent]) -> Synced:
    """Take in what a phone sends, one event after the other.

    Raises:
        Invalid: it is more than MOST_EVENTS.
    """
    if len(sent) > MOST_EVENTS:
        raise _NO_DELIVERY
    now = int(desk.clock().timestamp())
    with desk.register.glance() as books:
        found = books.devices.find(device)
    if found is None:
        return Synced(known=False, wipe=False, number=0, at=now)
    answers = tuple(_take(desk, found, one) for one in sent)
    with desk.register.glance() as books:
        found = books.devices.get(device)
    return Synced(
        known=True,
        wipe=found.revoked_at is not None,
        number=found.number,
        at=now,
        answers=answers,
    )


def read_delivery(body: bytes) -> tuple[bytes, list[Sent]]:
    """The phone and its events in the bytes of a delivery, or of an exported file.

    Raises:
        Invalid: it is no delivery; nothing in it is believed before `take_events`.
    """
    try:
        version, device, given = read(body)
        sent = [Sent(message=message, picture=picture) for message, picture in given]
    except (FormatError, TypeError, ValueError):
        raise _NO_DELIVERY from None
    kinds = {type(part) for one in sent for part in (one.message, one.picture)} | {type(device)}
    if version != _VERSION or kinds != {bytes} or len(device) != ID_BYTES:
        raise _NO_DELIVERY
    return device, sent


def content_of_event(desk: Desk, kept: KeptEvent) -> Sent:
    """What was kept of an event: the message as it was signed, and the picture."""
    message, picture = open_event(desk, kept)
    return Sent(message=message, picture=picture)


def _take(desk: Desk, device: Device, sent: Sent) -> Answered:
    try:
        signed = parse_event(sent.message)
        event = verify_event(signed, VerifyingKey(device.key))
    except (FormatError, SignatureError):
        return Answered(answer=Answer.REFUSED)
    if event.device != device.id:
        return Answered(answer=Answer.REFUSED, id=event.id)
    ways = [*_WAYS]
    for _ in range(_MOST_TRIES):
        try:
            with desk.register.begin() as books:
                return _taken_in(desk, books, signed, sent, ways[0])
        except Refusal:
            # The last way asks no rule: what is refused there was taken in by somebody else.
            ways = ways[1:] or [_Way.KEPT]
        except _OutrunError:
            continue
    raise NotNow("too many deliveries of this device at once")


def _taken_in(desk: Desk, books: Books, signed: SignedEvent, sent: Sent, way: _Way) -> Answered:
    """Take one event in, in this way, within one transaction."""
    event = signed.event
    device = books.devices.get(event.device)
    chain = Chain(number=device.number, head=device.head)
    order = events.order_of(chain, number=event.number, previous=event.previous)
    if order is Order.EARLY:
        return Answered(answer=Answer.GAP, id=event.id, wanted=chain.number + 1)
    id_, number = event.id, event.number
    if order is Order.PAST or books.events.find(id_) is not None:
        known = _known(books, signed)
        if known is not None:
            _keep_late_picture(desk, books, known, event, sent)
            return Answered(answer=Answer.DUPLICATE, id=event.id)
        # Another event had its number, or its id, before: it is kept under a name of its own.
        id_, number = _id_astray(signed), books.events.number_astray(device.id)
        order = Order.PAST
    now = int(desk.clock().timestamp())
    after = replace(device, seen_at=now)
    if order is not Order.PAST:
        after = replace(after, number=event.number, head=signed.digest)
    _write_device(books, device, after)
    courier = opened_staff(desk.cells, books.staff.get(device.staff))
    said = _Said(
        event=event,
        id=id_,
        courier=courier,
        picture=_picture_of(event, sent),
        device=after,
        revoked=device.revoked_at is not None or courier.left_at is not None,
    )
    whys = _whys(said, order, now=now)
    answer = Answer.ACCEPTED
    changed = _done(desk, books, said, way)
    if changed is not None:
        whys.append(changed)
        answer = Answer.REVIEW
    books.events.add(
        KeptEvent(
            id=id_,
            device=device.id,
            number=number,
            digest=signed.digest,
            kind=event.kind,
            bag=event.bag or None,
            device_at=event.device_at,
            received_at=now,
            skew=_skew(event, now),
            answer=answer,
            content=seal_event(desk, id_, sent.message, said.picture),
        )
    )
    for why in whys:
        office = _office_of(books, event, courier)
        books.reviews.add(
            Review(office=office, bag=event.bag or None, event=id_, why=why, raised_at=now)
        )
    return Answered(answer=answer, id=event.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """An event that is new here, who said it, and what is known of its phone."""

    event: DeviceEvent
    id: bytes
    courier: Staff
    picture: bytes
    device: Device
    revoked: bool


def _known(books: Books, signed: SignedEvent) -> KeptEvent | None:
    """The same event, if it was taken in before."""
    for id_ in (signed.event.id, _id_astray(signed)):
        kept = books.events.find(id_)
        if kept is not None and kept.digest == signed.digest:
            return kept
    return None


def _id_astray(signed: SignedEvent) -> bytes:
    return signed.digest[: len(signed.event.id)]


def _write_device(books: Books, before: Device, after: Device) -> None:
    try:
        books.devices.replace(before, after)
    except NotNow:
        raise _OutrunError from None


def _whys(said: _Said, order: Order, *, now: int) -> list[Why]:
    """What somebody has to look at, whatever the rules say."""
    found = []
    if order is Order.PAST:
        found.append(Why.ASTRAY)
    if order is Order.BROKEN:
        found.append(Why.CHAIN)
    if abs(_skew(said.event, now)) > events.MOST_SKEW:
        found.append(Why.CLOCK)
    return found


def _skew(event: DeviceEvent, now: int) -> int:
    return events.skew_of(
        device_at=event.device_at, uptime=event.uptime, anchor=event.anchor, received_at=now
    )


def _office_of(books: Books, event: DeviceEvent, courier: Staff) -> int:
    try:
        return books.bags.get(event.bag).office
    except Refusal:
        return courier.office


def _done(desk: Desk, books: Books, said: _Said, way: _Way) -> Why | None:
    """Do what the event says, in this way; why somebody has to look at it, or None.

    Raises:
        Refusal: the rules refuse it; nothing of this transaction is to stay.
    """
    if said.revoked:
        _note_wiping(desk, books, said)
        return Why.REVOKED
    try:
        told = events.told_of(said.event.kind, said.event.body)
    except Invalid:
        return Why.UNREADABLE
    if told.kind is EventKind.WIPED:
        _note_wiping(desk, books, said)
        return None
    if told.kind is EventKind.NOTE:
        return None
    if way is _Way.AS_SAID:
        bag = books.bags.get(said.event.bag)
        if not may_carry(said.courier, bag.office, books.offices.all()):
            raise NotPermitted(f"staff {said.courier.id} carries no bags of this office")
        _DEEDS[told.kind](desk, books, bag, said, told)
        return None
    if told.kind is not EventKind.HANDED_OVER:
        return Why.RULES
    if _is_handed_over(books, said.event.bag):
        return Why.TWICE
    if way is _Way.AS_FACT:
        return _hand_over_in_fact(desk, books, books.bags.get(said.event.bag), said, told)
    return Why.RULES


def _is_handed_over(books: Books, bag: int) -> bool:
    try:
        return books.bags.get(bag).stage is BagStage.HANDED_OVER
    except Refusal:
        return False


def _accept(desk: Desk, books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    by = said.courier.id
    if bag.stage is BagStage.CARRIED and bag.holder == by and bag.offered_to is None:
        return  # said at the counter's screen before
    accept_in(desk, books, said.courier, bag.id, deed=_deed(said, "accepted"))


def _arrive(_desk: Desk, _books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    _require_in_hands(bag, said)


def _require_in_hands(bag: Bag, said: _Said) -> None:
    # What lies at the counter is handed over there, and by nobody's phone.
    if bag.stage is not BagStage.CARRIED or bag.holder != said.courier.id:
        raise NotPermitted(f"bag {bag.id} is with somebody else")


def _hand_over_as_said(desk: Desk, books: Books, bag: Bag, said: _Said, told: Told) -> None:
    given = _given(told)
    answers = find_cell(books, desk.cells, bag.application, Cell.ANSWERS) or {}
    require_receiver(given.receiver, answers, witnessed=Proof.WITNESS in given.proofs)
    _hand_over(desk, books, bag, said, told)


def _hand_over(desk: Desk, books: Books, bag: Bag, said: _Said, told: Told) -> None:
    given = _given(told)
    _require_in_hands(bag, said)
    take(
        desk,
        books,
        bag,
        given,
        drawn=said.picture,
        deed=_deed(said, "handed-over", str(given.receiver)),
        at=said.event.device_at,
    )


def _hand_over_in_fact(desk: Desk, books: Books, bag: Bag, said: _Said, told: Told) -> Why:
    """Let the bag be handed over, though the rules refused it: first into the courier's hands.

    Where its paper was made anew since, the new one is not handed over by that: the bag alone is.
    """
    by = said.courier.id
    if bag.stage is BagStage.OPENED:
        raise NotNow(f"bag {bag.id} was opened: its paper is not in it")
    if bag.holder != by and not may_carry(said.courier, bag.office, books.offices.all()):
        # Nobody's word moves a bag that could never have come into his or her hands.
        raise NotPermitted(f"staff {by} carries no bags of this office")
    if bag.stage is not BagStage.CARRIED or bag.holder != by:
        found = replace(bag, stage=BagStage.CARRIED, holder=by, offered_to=None)
        bag = change_bag(desk, books, bag, found, replace(_deed(said, "found-with"), event=None))
    bag = replace(bag, mismatches=0, wrong_codes=0)
    after = replace(bag, stage=BagStage.HANDED_OVER, offered_to=None)
    deed = _deed(said, "handed-over", str(_given(told).receiver))
    if not holds_paper(desk, books, bag):
        change_bag(desk, books, bag, after, deed, alone=True)
        return Why.OLD_BAG
    try:
        handover.hand_over(bag, by=by, given=_given(told))
    except Refusal:
        # Without a proof there is no record to sign: the bag is gone all the same.
        change_bag(desk, books, bag, after, deed)
    else:
        _hand_over(desk, books, bag, said, told)
    return Why.RULES


def _given(told: Told) -> Given:
    if told.given is None:
        raise NotPermitted("the event does not say how it was handed over")
    return told.given


def _come_in_vain(desk: Desk, books: Books, bag: Bag, said: _Said, told: Told) -> None:
    why = told.why or InVain.NOBODY_HOME
    after = handover.visit_in_vain(bag, by=said.courier.id, why=why)
    change_bag(desk, books, bag, after, _deed(said, "in-vain", str(why)))
    if why in _INCIDENTS:
        raise_about(desk, books, bag, _INCIDENTS[why], by=said.courier.id)


def _hear_wrong_code(desk: Desk, books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    after = handover.wrong_code(bag, by=said.courier.id)
    change_bag(desk, books, bag, after, _deed(said, "wrong-code"))


def _see_mismatch(desk: Desk, books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    after = handover.mismatch(bag, by=said.courier.id)
    change_bag(desk, books, bag, after, _deed(said, "mismatch"))


def _give_back(desk: Desk, books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    give_back_in(desk, books, said.courier, bag.id, deed=_deed(said, "given-back"))


def _miss(desk: Desk, books: Books, bag: Bag, said: _Said, _told: Told) -> None:
    miss_in(desk, books, said.courier, bag.id, deed=_deed(said, "missing"))


_Do = Callable[[Desk, Books, Bag, _Said, Told], None]
_DEEDS: dict[EventKind, _Do] = {
    EventKind.ACCEPTED: _accept,
    EventKind.ARRIVED: _arrive,
    EventKind.HANDED_OVER: _hand_over_as_said,
    EventKind.IN_VAIN: _come_in_vain,
    EventKind.WRONG_CODE: _hear_wrong_code,
    EventKind.MISMATCH: _see_mismatch,
    EventKind.GIVEN_BACK: _give_back,
    EventKind.MISSING: _miss,
}


def _deed(said: _Said, name: str, detail: str = "") -> Deed:
    return Deed(
        name=name,
        by=said.courier.id,
        office=said.courier.office,
        detail=detail,
        event=said.id,
        device_at=said.event.device_at,
    )


def _note_wiping(desk: Desk, books: Books, said: _Said) -> None:
    """Note that a phone's pack is gone."""
    if said.event.kind != EventKind.WIPED:
        return
    now = int(desk.clock().timestamp())
    if said.device.revoked_at is not None and said.device.wiped_at is None:
        _write_device(books, said.device, replace(said.device, wiped_at=now))
    books.journal.write(
        at=desk.clock(),
        staff=said.courier.id,
        office=said.courier.office,
        deed="device-wiped",
        subject=subject_of_device(said.device.id),
    )


def _picture_of(event: DeviceEvent, sent: Sent) -> bytes:
    """The picture, if it is the one that the event names."""
    digest = hashlib.sha256(sent.picture).digest()
    named = any(one == digest for one in event.body)
    return sent.picture if named and len(sent.picture) <= LARGEST_PICTURE else b""


def _keep_late_picture(
    desk: Desk, books: Books, kept: KeptEvent, event: DeviceEvent, sent: Sent
) -> None:
    """Keep a picture that came after its event."""
    picture = _picture_of(event, sent)
    if picture and not content_of_event(desk, kept).picture:
        books.events.write_content(kept.id, seal_event(desk, kept.id, sent.message, picture))
