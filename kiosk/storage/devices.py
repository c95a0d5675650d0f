"""Couriers' phones, what they said, and what of it somebody has to look at.

A device is written after over before by its chain: whoever brings it one event further names the
event it was at. Events are kept as they were signed, sealed, and are never changed; only the
picture of a signature may come later.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.schema import devices, events, reviews

__all__ = ["Device", "DeviceStore", "EventStore", "KeptEvent", "Review", "ReviewStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A courier's phone. `key` is its public point, `label` is sealed; times in seconds since 1970.

    `number` and `head` are the number and the digest of the last event of its chain. `wiped_at` is
    when the phone said that its pack is gone after it was revoked.
    """

    id: bytes
    staff: int
    key: bytes
    label: bytes
    added_at: int
    seen_at: int
    revoked_at: int | None = None
    wiped_at: int | None = None
    number: int
    head: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptEvent:
    """An event as it was kept.

    `number` is the device's own; a negative one is given to an event whose number was used before.
    `content` is the signed message and the picture beside it, sealed.
    """

    id: bytes
    device: bytes
    number: int
    digest: bytes
    kind: str
    bag: int | None
    device_at: int
    received_at: int
    skew: int
    answer: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """Something that somebody has to look at; until then it is open."""

    id: int = 0
    office: int
    bag: int | None
    event: bytes | None
    why: str
    raised_at: int
    closed_at: int | None = None
    closed_by: int | None = None
    outcome: str | None = None


_DEVICE = tuple(devices.c[item.name] for item in fields(Device))
_EVENT = tuple(events.c[item.name] for item in fields(KeptEvent))
_REVIEW = tuple(reviews.c[item.name] for item in fields(Review))


class DeviceStore:
    """The phones, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Device) -> None:
        """Keep a new phone.

        Raises:
            NotNow: it is kept already.
        """
        try:
            self._connection.execute(insert(devices).values(asdict(new)))
        except IntegrityError:
            raise NotNow("this device is known already") from None

    def find(self, id_: bytes) -> Device | None:
        """The phone with this id, or None."""
        row = self._connection.execute(select(*_DEVICE).where(devices.c.id == id_)).first()
        return None if row is None else Device(**row._mapping)

    def get(self, id_: bytes) -> Device:
        """The phone with this id.

        Raises:
            Unknown: there is none.
        """
        found = self.find(id_)
        if found is None:
            raise Unknown("a device of this id")
        return found

    def of(self, staff: Collection[int]) -> list[Device]:
        """The phones of these people, the newest first."""
        rows = self._connection.execute(
            select(*_DEVICE).where(devices.c.staff.in_(staff)).order_by(devices.c.added_at.desc())
        )
        return [Device(**row._mapping) for row in rows]

    def replace(self, before: Device, after: Device) -> None:
        """Write a phone over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(devices)
            .where(
                devices.c.id == before.id,
                devices.c.number == before.number,
                devices.c.head == before.head,
                devices.c.revoked_at.is_not_distinct_from(before.revoked_at),
                devices.c.wiped_at.is_not_distinct_from(before.wiped_at),
            )
            .values({name: value for name, value in asdict(after).items() if name != "id"})
        )
        if done.rowcount != 1:
            raise NotNow("the device was changed by somebody else")


class EventStore:
    """What the phones said, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: KeptEvent) -> None:
        """Keep an event.

        Raises:
            NotNow: it is kept already, or its number was used by another.
        """
        try:
            self._connection.execute(insert(events).values(asdict(new)))
        except IntegrityError:
            raise NotNow("the event is known already") from None

    def find(self, id_: bytes) -> KeptEvent | None:
        """The event with this id, or None."""
        row = self._connection.execute(select(*_EVENT).where(events.c.id == id_)).first()
        return None if row is None else KeptEvent(**row._mapping)

    def number_astray(self, device: bytes) -> int:
        """The number under which to keep an event whose own was used before."""
        lowest = self._connection.execute(
            select(func.min(events.c.number)).where(events.c.device == device)
        ).scalar()
        return min(lowest or 0, 0) - 1

    def of_device(self, device: bytes) -> list[KeptEvent]:
        """Everything a phone said, in its order; what went astray first."""
        rows = self._connection.execute(
            select(*_EVENT).where(events.c.device == device).order_by(events.c.number)
        )
        return [KeptEvent(**row._mapping) for row in rows]

    def write_content(self, id_: bytes, content: bytes) -> None:
        """Keep the content anew: the picture came later."""
        self._connection.execute(update(events).where(events.c.id == id_).values(content=content))


class ReviewStore:
    """What somebody has to look at, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Review) -> int:
        """Raise a review; its id."""
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id_: int = self._connection.execute(
            insert(reviews).values(values).returning(reviews.c.id)
        ).scalar_one()
        return id_

    def get(self, id_: int) -> Review:
        """The review with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_REVIEW).where(reviews.c.id == id_)).first()
        if row is None:
            raise Unknown(f"review {id_}")
        return Review(**row._mapping)

    def open_of(self, offices: Collection[int], *, limit: int = 50, after: int = 0) -> list[Review]:
        """The open reviews of these offices, the oldest first."""
        rows = self._connection.execute(
            select(*_REVIEW)
            .where(
                reviews.c.office.in_(offices), reviews.c.closed_at.is_(None), reviews.c.id > after
            )
            .order_by(reviews.c.id)
            .limit(limit)
        )
        return [Review(**row._mapping) for row in rows]

    def close(self, id_: int, *, by: int, outcome: str, at: int) -> None:
        """Close an open review.

        Raises:
            NotNow: somebody closed it before.
        """
        done = self._connection.execute(
            update(reviews)
            .where(reviews.c.id == id_, reviews.c.closed_at.is_(None))
            .values(closed_at=at, closed_by=by, outcome=outcome)
        )
        if done.rowcount != 1:
            raise NotNow(f"review {id_} is closed")
