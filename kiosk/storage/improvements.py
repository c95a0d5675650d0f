"""What offices want to do better, written after over before."""

from collections.abc import Collection
from dataclasses import asdict, fields, replace

from sqlalchemy import Connection, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.improvements import Improvement
from kiosk.storage.schema import improvements

__all__ = ["ImprovementStore"]

_COLUMNS = tuple(improvements.c[item.name] for item in fields(Improvement))


class ImprovementStore:
    """The improvements, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Improvement) -> int:
        """Keep an improvement; its id is given here."""
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id_: int = self._connection.execute(
            insert(improvements).values(values).returning(improvements.c.id)
        ).scalar_one()
        return id_

    def get(self, id_: int) -> Improvement:
        """The improvement with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_COLUMNS).where(improvements.c.id == id_)).first()
        if row is None:
            raise Unknown(f"improvement {id_}")
        return Improvement(**row._mapping)

    def at(self, offices: Collection[int], *, limit: int, done: bool = False) -> list[Improvement]:
        """What these offices have not done yet, the oldest first; or did, the newest first."""
        wanted = select(*_COLUMNS).where(
            improvements.c.office.in_(offices),
            improvements.c.done_at.is_not(None) if done else improvements.c.done_at.is_(None),
        )
        order = improvements.c.id.desc() if done else improvements.c.id
        rows = self._connection.execute(wanted.order_by(order).limit(limit))
        return [Improvement(**row._mapping) for row in rows]

    def replace(self, before: Improvement, after: Improvement) -> None:
        """Write an improvement over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        written = replace(after, revision=before.revision + 1)
        done = self._connection.execute(
            update(improvements)
            .where(improvements.c.id == before.id, improvements.c.revision == before.revision)
            .values({name: value for name, value in asdict(written).items() if name != "id"})
        )
        if done.rowcount != 1:
            raise NotNow(f"improvement {before.id} was changed by somebody else")
