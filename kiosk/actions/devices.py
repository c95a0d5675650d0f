"""Couriers' phones: registered by the courier, revoked by whoever watches over them.

A phone makes its key itself and keeps it; the office knows the public half. A phone that is lost is
revoked: at its next contact it wipes what it carries, and whatever it says after that is looked at
by a person before it counts.
"""

import hashlib
from dataclasses import dataclass, replace

from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted
from kiosk.domain.staff import Role, Staff, has_role
from kiosk.storage.devices import Device, KeptEvent
from kiosk.storage.register import Books
from signing.cells import open_cell, seal_cell
from signing.cose import encode, read
from signing.errors import FormatError
from signing.event import FIRST, ID_BYTES
from signing.keys import VerifyingKey

from .desk import Desk
from .incidents import raise_incident
from .staff import opened_staff

__all__ = [
    "MOST_DEVICES",
    "ShownDevice",
    "device_id_of",
    "devices_watched_by",
    "find_own_device",
    "open_event",
    "register_device",
    "revoke_device",
    "seal_event",
    "subject_of_device",
]

MOST_DEVICES = 4
"""Phones of one courier that count at a time."""

_LONGEST_LABEL = 60
_WATCHERS = (Role.DUTY_OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class ShownDevice:
    """A phone, as those who watch over it see it."""

    device: Device
    courier: Staff
    label: str


def device_id_of(point: bytes) -> bytes:
    """The id of the phone with this public key."""
    return hashlib.sha256(point).digest()[:ID_BYTES]


def subject_of_device(device: bytes) -> str:
    """What the journal calls a phone."""
    return f"device {device.hex()[:8]}"


def register_device(desk: Desk, staff: Staff, *, point: bytes, label: str) -> Device:
    """Let the office know a courier's phone; the same one again if it is known.

    Raises:
        Invalid: that is no public key.
        NotPermitted: `staff` carries no bags, or the phone is somebody else's.
        NotNow: the phone was revoked, or there are too many.
    """
    if not any(grant.role is Role.COURIER for grant in staff.grants):
        raise NotPermitted(f"staff {staff.id} carries no bags")
    try:
        VerifyingKey(point)
    except FormatError:
        raise Invalid([Fault(path="point", code="key", sentence="is no public key")]) from None
    id_ = device_id_of(point)
    now = int(desk.clock().timestamp())
    shown = "".join(letter for letter in label if letter.isprintable())[:_LONGEST_LABEL]
    new = Device(
        id=id_,
        staff=staff.id,
        key=point,
        label=seal_cell(desk.cells, _label_cell(id_), shown.encode()),
        added_at=now,
        seen_at=now,
        number=0,
        head=FIRST,
    )
    with desk.register.begin() as books:
        known = books.devices.find(id_)
        if known is not None:
            return _still_counting(known, staff)
        counting = [one for one in books.devices.of([staff.id]) if one.revoked_at is None]
        if len(counting) >= MOST_DEVICES:
            raise NotNow(f"staff {staff.id} has {MOST_DEVICES} devices: revoke one first")
        books.devices.add(new)
        _write(desk, books, staff, "device-added", new, office=staff.office)
    return new


def find_own_device(desk: Desk, staff: Staff, id_: bytes) -> Device:
    """The phone with this id, if it is this courier's and counts.

    Raises:
        Unknown: there is none.
        NotPermitted: it is somebody else's.
        NotNow: it was revoked.
    """
    with desk.register.read() as books:
        return _still_counting(books.devices.get(id_), staff)


def revoke_device(desk: Desk, by: Staff, id_: bytes, *, lost: bool) -> Device:
    """Let a phone count no more; where it is `lost`, that is an incident.

    Raises:
        Unknown: there is none.
        NotPermitted: `by` neither watches over it nor is its courier.
        NotNow: it was revoked before.
    """
    with desk.register.begin() as books:
        before = books.devices.get(id_)
        courier = opened_staff(desk.cells, books.staff.get(before.staff))
        tree = books.offices.all()
        watches = any(has_role(by, role, courier.office, tree) for role in _WATCHERS)
        if not watches and by.id != courier.id:
            raise NotPermitted(f"staff {by.id} does not watch over this device")
        if before.revoked_at is not None:
            raise NotNow("the device was revoked before")
        after = replace(before, revoked_at=int(desk.clock().timestamp()))
        books.devices.replace(before, after)
        _write(desk, books, by, "device-revoked", after, office=courier.office)
        if lost:
            raise_incident(
                desk,
                books,
                kind="phone-lost",
                office=courier.office,
                application=None,
                bag=None,
                by=by.id,
                text=f"staff {courier.id}, {subject_of_device(id_)}",
            )
    return after


def devices_watched_by(desk: Desk, by: Staff) -> list[ShownDevice]:
    """The phones that somebody watches over, and his or her own, the newest first."""
    with desk.register.read() as books:
        tree = books.offices.all()
        offices = {
            one.id for one in tree if any(has_role(by, role, one.id, tree) for role in _WATCHERS)
        }
        everybody = [opened_staff(desk.cells, kept) for kept in books.staff.all()]
        couriers = {one.id: one for one in everybody if one.office in offices or one.id == by.id}
        found = books.devices.of(list(couriers))
    return [
        ShownDevice(
            device=one,
            courier=couriers[one.staff],
            label=open_cell(desk.cells, _label_cell(one.id), one.label).decode(),
        )
        for one in found
    ]


def seal_event(desk: Desk, id_: bytes, message: bytes, picture: bytes) -> bytes:
    """What is kept of an event: the message as it was signed, and the picture, sealed."""
    return seal_cell(desk.cells, _content_cell(id_), encode([message, picture]))


def open_event(desk: Desk, kept: KeptEvent) -> tuple[bytes, bytes]:
    """The message and the picture that were kept of an event."""
    message, picture = read(open_cell(desk.cells, _content_cell(kept.id), kept.content))
    return message, picture


def _content_cell(id_: bytes) -> bytes:
    return f"events.content:{id_.hex()}".encode()


def _still_counting(known: Device, staff: Staff) -> Device:
    if known.staff != staff.id:
        raise NotPermitted("the device is somebody else's")
    if known.revoked_at is not None:
        raise NotNow("the device was revoked")
    return known


def _write(desk: Desk, books: Books, by: Staff, deed: str, device: Device, *, office: int) -> None:
    books.journal.write(
        at=desk.clock(),
        staff=by.id,
        office=office,
        deed=deed,
        subject=subject_of_device(device.id),
        detail=f"staff {device.staff}",
    )


def _label_cell(id_: bytes) -> bytes:
    return f"devices.label:{id_.hex()}".encode()
