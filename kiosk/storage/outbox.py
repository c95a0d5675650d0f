"""Notices that wait to be sent, and those that were; at least once each."""

from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, insert, select, text, update

from kiosk.storage.schema import outbox

__all__ = ["Notice", "OutboxStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice on its way. `key` is its own for ever: a gateway that knows it sends nothing twice.

    `address` is sealed by the caller; `trouble` is what went wrong last, in words for a log.
    """

    id: int = 0
    key: str
    application: int
    channel: str
    template: str
    language: str
    address: bytes = field(repr=False)
    made_at: int
    next_at: int
    tries: int = 0
    sent_at: int | None = None
    given_up_at: int | None = None
    trouble: str = ""


_COLUMNS = tuple(outbox.c[item.name] for item in fields(Notice))
_WAITING = text("sent_at IS NULL AND given_up_at IS NULL")


class OutboxStore:
    """The outbox, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Notice) -> bool:
        """Put a notice into the outbox; False if one with its key has been there."""
        known = self._connection.execute(select(outbox.c.id).where(outbox.c.key == new.key)).first()
        if known is not None:
            return False
        values = {
            item.name: getattr(new, item.name) for item in fields(Notice) if item.name != "id"
        }
        self._connection.execute(insert(outbox).values(values))
        return True

    def due(self, at: int, *, limit: int) -> list[Notice]:
        """Notices to be sent by now, those that wait longest first."""
        rows = self._connection.execute(
            select(*_COLUMNS)
            .where(_WAITING, outbox.c.next_at <= at)
            .order_by(outbox.c.next_at, outbox.c.id)
            .limit(limit)
        )
        return [Notice(**row._mapping) for row in rows]

    def claim(self, notice: Notice, *, next_at: int) -> bool:
        """Take a notice in hand until `next_at`; False if another process was quicker."""
        done = self._connection.execute(
            update(outbox)
            .where(outbox.c.id == notice.id, outbox.c.tries == notice.tries, _WAITING)
            .values(tries=notice.tries + 1, next_at=next_at)
        )
        return done.rowcount == 1

    def sent(self, id_: int, *, at: int) -> None:
        """Note that a notice has left."""
        self._connection.execute(
            update(outbox).where(outbox.c.id == id_).values(sent_at=at, trouble="")
        )

    def failed(self, id_: int, *, next_at: int | None, at: int, trouble: str) -> None:
        """Note that a notice could not be sent; tried again at `next_at`, or with None no more."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == id_)
            .values(
                {"trouble": trouble[:80]}
                | ({"given_up_at": at} if next_at is None else {"next_at": next_at})
            )
        )

    def of(self, application: int) -> list[Notice]:
        """The notices about an application, the newest first."""
        rows = self._connection.execute(
            select(*_COLUMNS)
            .where(outbox.c.application == application)
            .order_by(outbox.c.id.desc())
        )
        return [Notice(**row._mapping) for row in rows]
