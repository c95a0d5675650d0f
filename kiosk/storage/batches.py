"""Batches: which were begun, and which are done. A batch that was killed is found by its label."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from kiosk.domain.errors import Unknown
from kiosk.storage.database import to_epoch
from kiosk.storage.schema import batches

__all__ = ["Batch", "BatchStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One run over a file of records; `finished_at` is None while records are left."""

    id: int
    label: str
    started_at: datetime
    finished_at: datetime | None


class BatchStore:
    """The batches, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, label: str, *, at: datetime) -> Batch:
        """The batch with this label, begun now if there is none."""
        self._connection.execute(
            text(
                "INSERT INTO batches (label, started_at) VALUES (:label, :at)"
                " ON CONFLICT (label) DO NOTHING"
            ),
            {"label": label, "at": to_epoch(at)},
        )
        row = self._connection.execute(select(batches).where(batches.c.label == label)).one()
        return Batch(**row._mapping)

    def finish(self, id_: int, *, at: datetime) -> None:
        """Note that every record of a batch was dealt with.

        Raises:
            Unknown: there is no such batch.
        """
        done = self._connection.execute(
            update(batches).where(batches.c.id == id_).values(finished_at=at)
        )
        if done.rowcount != 1:
            raise Unknown(f"batch {id_}")

    def unfinished(self) -> list[Batch]:
        """The batches with records left, the oldest first."""
        rows = self._connection.execute(
            select(batches).where(batches.c.finished_at.is_(None)).order_by(batches.c.id)
        )
        return [Batch(**row._mapping) for row in rows]
