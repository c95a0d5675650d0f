"""A courier's phone, and bags to be carried, for tests and measurements.

The phone does in Python what kiosk/web/page/courier.js does in a browser: it makes its own key,
signs what happens, each event after the one before, and forgets nothing that was not answered.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.actions import applications
from kiosk.actions.desk import Desk
from kiosk.actions.devices import register_device
from kiosk.actions.filing import Cell, get_application, replace_application, write_cell
from kiosk.actions.sync import Sent
from kiosk.domain.applications import Receiving, Stage
from kiosk.domain.handover import Bag, BagStage
from kiosk.domain.staff import Staff
from signing.event import FIRST, DeviceEvent, Item, digest_of_event, sign_event
from signing.keys import LocalKey, new_key
from tests.applying import BIRTH, birth_fields

__all__ = ["ANSWERS", "GIVEN", "SIGNATURE", "Phone", "bag_in", "carried_bag", "sealed_bag"]

SIGNATURE = b"\x89PNG a drawn signature"
GIVEN: tuple[Item, ...] = (
    "holder",
    ("card-typed", "slip"),
    1,
    "",
    hashlib.sha256(SIGNATURE).digest(),
)
"""The body of an event: handed to the holder, who showed slip and card and signed."""

ANSWERS = {
    "name": "Ratna Wulandari",
    "nik": "9971016512960003",
    "street": "Jalan Kenanga Gang Buntu No. 12",
    "rt": "003",
    "rw": "007",
    "village": "Desa Contoh Jaya",
    "district": "Kecamatan Contoh",
    "regency": "Kabupaten Contoh",
    "landmark": "Rumah hijau, depan warung",
    "window": "evening",
    "receiver": "proxy",
    "proxy_name": "Budi Contoh",
    "proxy_relation": "Kakak",
    "proxy_last4": "0001",
    "phone": "+6281200000000",
    "contact": "none",
}


@dataclass
class Phone:
    """A phone of `staff`. `unsent` holds what the office has not answered yet, in order."""

    desk: Desk
    staff: Staff
    key: LocalKey = field(default_factory=new_key)
    number: int = 0
    head: bytes = FIRST
    unsent: list[tuple[DeviceEvent, Sent]] = field(default_factory=list)
    clock_off: int = 0

    @property
    def id(self) -> bytes:
        """The id under which the office knows it."""
        return hashlib.sha256(self.key.point).digest()[:16]

    def register(self) -> "Phone":
        """Let the office know it."""
        register_device(self.desk, self.staff, point=self.key.point, label="Telepon contoh")
        return self

    def say(
        self, kind: str, bag: int = 0, body: tuple[Item, ...] = (), *, picture: bytes = b""
    ) -> DeviceEvent:
        """Note that something happened; it waits to be sent."""
        event = DeviceEvent(
            id=secrets.token_bytes(16),
            device=self.id,
            number=self.number + 1,
            previous=self.head,
            device_at=int(self.desk.clock().timestamp()) + self.clock_off,
            uptime=0,
            anchor=(),
            kind=kind,
            bag=bag,
            body=body,
        )
        message = sign_event(self.key, event)
        self.number, self.head = event.number, digest_of_event(message)
        self.unsent.append((event, Sent(message=message, picture=picture)))
        return event

    def sent(self) -> list[Sent]:
        """What it would send now."""
        return [one for _, one in self.unsent]


def sealed_bag(
    desk: Desk, bag: int, *, office: int, wrap: Callable[[Bag], Bag] = lambda b: b
) -> Bag:
    """A bag at the counter with somebody's paper, as if every desk had done its part."""
    new, _code = applications.begin(
        desk, purpose=1, birth=birth_fields(BIRTH), helper=None, language="id"
    )
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, new.id)
        after = replace(
            before,
            office=office,
            stage=Stage.SEALED,
            receiving=Receiving.DELIVER,
            paid=True,
            bag=bag,
            submitted_at=now,
        )
        replace_application(books, desk.cells, before, after)
        write_cell(books, desk.cells, new.id, Cell.ANSWERS, ANSWERS)
        write_cell(books, desk.cells, new.id, Cell.DELIVERY, ANSWERS)
        made = wrap(Bag(id=bag, office=office, application=new.id, window="evening", sealed_at=now))
        books.bags.add(made)
    return made


def carried_bag(desk: Desk, bag: int, *, office: int, by: Staff) -> Bag:
    """A bag that somebody has taken already."""
    return sealed_bag(
        desk,
        bag,
        office=office,
        wrap=lambda one: replace(one, stage=BagStage.CARRIED, holder=by.id),
    )


def bag_in(desk: Desk, bag: int) -> Bag:
    """The bag as it stands."""
    with desk.register.read() as books:
        return books.bags.get(bag)
