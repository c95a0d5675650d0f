"""What a courier's device says happened: signed by its own key, each bound to the one before.

The bytes are a COSE_Sign1 (docs/formats/event.md). What the words in it mean is decided by the
office (kiosk.domain.events); here is only that they were said, by which device, in which order.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from .cose import Sign1, parse_sign1, sign1
from .errors import FormatError
from .keys import SigningKey, VerifyingKey

__all__ = [
    "FIRST",
    "ID_BYTES",
    "LONGEST_EVENT",
    "DeviceEvent",
    "SignedEvent",
    "digest_of_event",
    "parse_event",
    "sign_event",
    "verify_event",
]

LONGEST_EVENT = 4096
"""Bytes of one event; a picture goes beside it, and is named by its digest."""

ID_BYTES = 16
FIRST = bytes(32)
"""What stands for the event before the first one."""

TYPE = "segel-event"
VERSION = 1
ISSUED, ID, EVENT = 6, 7, -65545
FIELDS = 9
DIGEST_BYTES = 32
LONGEST_KIND = 20
LONGEST_TEXT = 500
MOST_ITEMS = 8
BELOW = 1 << 53  # a whole number that JavaScript keeps exactly
ANCHORS = (0, 2, 3)

Item = int | str | bytes | tuple["Item", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceEvent:
    """One event, as its device says it.

    `number` counts the device's events from 1; `previous` is the digest of the one before, FIRST
    for the first. `device_at` is the device's own clock in seconds since 1970, `uptime` the
    milliseconds since its page was opened. `anchor` is when it last heard from the server: nothing,
    or the server's time and the device's at that moment, and the uptime of then where the page was
    not opened anew since. `bag` is 0 where it is about none.
    """

    id: bytes
    device: bytes
    number: int
    previous: bytes
    device_at: int
    uptime: int
    anchor: tuple[int, ...]
    kind: str
    bag: int
    body: tuple[Item, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedEvent:
    """An event with its message; nothing is believed until `verify_event`."""

    event: DeviceEvent
    digest: bytes
    message: Sign1


def sign_event(key: SigningKey, event: DeviceEvent) -> bytes:
    """`event`, signed by the device's key."""
    claims = {
        ISSUED: event.device_at,
        ID: event.id,
        EVENT: [
            VERSION,
            event.device,
            event.number,
            event.previous,
            event.uptime,
            list(event.anchor),
            event.kind,
            event.bag,
            _listed(event.body),
        ],
    }
    return sign1(key, claims, type_=TYPE)


def parse_event(data: bytes) -> SignedEvent:
    """The event in these bytes; nothing is believed.

    Raises:
        FormatError: they are no event in its one spelling.
    """
    message = parse_sign1(data, longest=LONGEST_EVENT)
    if message.type != TYPE:
        raise FormatError("a signed message of another type")
    claims = message.claims
    if list(claims) != [ISSUED, ID, EVENT]:
        raise FormatError("not the claims of an event")
    fields = claims[EVENT]
    if type(fields) is not list or len(fields) != FIELDS or type(fields[0]) is not int:
        raise FormatError("not the fields of an event")
    if fields[0] != VERSION:
        raise FormatError("not an event of version 1")
    _, device, number, previous, uptime, anchor, kind, bag, body = fields
    if type(anchor) is not list or len(anchor) not in ANCHORS:
        raise FormatError("an anchor has no, two or three numbers")
    if type(kind) is not str or not 0 < len(kind) <= LONGEST_KIND:
        raise FormatError("a kind is a short word")
    if type(body) is not list:
        raise FormatError("the body is no list")
    return SignedEvent(
        event=DeviceEvent(
            id=_bytes(claims[ID], ID_BYTES),
            device=_bytes(device, ID_BYTES),
            number=_whole(number),
            previous=_bytes(previous, DIGEST_BYTES),
            device_at=_whole(claims[ISSUED]),
            uptime=_whole(uptime),
            anchor=tuple(_whole(one) for one in anchor),
            kind=kind,
            bag=_whole(bag),
            body=_items(body, depth=0),
        ),
        digest=digest_of_event(data),
        message=message,
    )


def verify_event(signed: SignedEvent, key: VerifyingKey) -> DeviceEvent:
    """The event, once it is known to be this device's.

    Raises:
        SignatureError: it is not.
    """
    signed.message.verify(key)
    return signed.event


def digest_of_event(data: bytes) -> bytes:
    """The digest by which the next event names this one."""
    return hashlib.sha256(data).digest()


def _listed(items: tuple[Item, ...]) -> list[Any]:
    return [_listed(one) if isinstance(one, tuple) else one for one in items]


def _items(given: list[Any], *, depth: int) -> tuple[Item, ...]:
    if len(given) > MOST_ITEMS or depth > 1:
        raise FormatError("the body holds too much")
    return tuple(_items(one, depth=depth + 1) if type(one) is list else _item(one) for one in given)


def _item(value: Any) -> Item:
    if type(value) is int:
        return _whole(value)
    if type(value) is str and len(value) <= LONGEST_TEXT:
        return value
    if type(value) is bytes and len(value) <= DIGEST_BYTES:
        return value
    raise FormatError("the body holds something else")


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < BELOW:
        raise FormatError("not a whole number that every reader keeps")
    return value


def _bytes(value: Any, length: int) -> bytes:
    if type(value) is not bytes or len(value) != length:
        raise FormatError(f"not {length} bytes")
    return value
