"""Shifts of couriers: one open at a time for each, written after over before."""

from collections.abc import Collection
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.shifts import Shift
from kiosk.storage.schema import shifts

__all__ = ["ShiftStore"]

_SHIFT = tuple(shifts.c[item.name] for item in fields(Shift))


class ShiftStore:
    """The shifts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Shift) -> Shift:
        """A new shift with an id of its own; the id of `new` does not count.

        Raises:
            NotNow: the courier has an open one.
        """
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        try:
            id_ = self._connection.execute(
                insert(shifts).values(values).returning(shifts.c.id)
            ).scalar_one()
        except IntegrityError:
            raise NotNow(f"staff {new.courier} has an open shift") from None
        return replace(new, id=id_)

    def get(self, id_: int) -> Shift:
        """The shift with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_SHIFT).where(shifts.c.id == id_)).first()
        if row is None:
            raise Unknown(f"shift {id_}")
        return _shift(row)

    def find_open(self, courier: int) -> Shift | None:
        """The open shift of a courier, or None."""
        row = self._connection.execute(
            select(*_SHIFT).where(shifts.c.courier == courier, shifts.c.ended_at.is_(None))
        ).first()
        return None if row is None else _shift(row)

    def open_at(self, offices: Collection[int]) -> list[Shift]:
        """The open shifts of these offices, the oldest first."""
        rows = self._connection.execute(
            select(*_SHIFT)
            .where(shifts.c.office.in_(offices), shifts.c.ended_at.is_(None))
            .order_by(shifts.c.began_at, shifts.c.id)
        )
        return [_shift(row) for row in rows]

    def closed_at(self, offices: Collection[int], *, limit: int) -> list[Shift]:
        """The closed shifts of these offices, the one that began last first."""
        rows = self._connection.execute(
            select(*_SHIFT)
            .where(shifts.c.office.in_(offices), shifts.c.ended_at.is_not(None))
            .order_by(shifts.c.began_at.desc(), shifts.c.id.desc())
            .limit(limit)
        )
        return [_shift(row) for row in rows]

    def replace(self, before: Shift, after: Shift) -> None:
        """Write a shift over what it was.

        Raises:
            NotNow: somebody else has closed it since it was read.
        """
        done = self._connection.execute(
            update(shifts)
            .where(shifts.c.id == before.id, shifts.c.ended_at.is_(None))
            .values({name: value for name, value in asdict(after).items() if name != "id"})
        )
        if done.rowcount != 1:
            raise NotNow(f"shift {before.id} was closed by somebody else")


def _shift(row: Any) -> Shift:
    return Shift(**row._mapping)
