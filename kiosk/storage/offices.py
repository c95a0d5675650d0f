"""The tree of offices."""

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import Office, OfficeKind
from kiosk.storage.schema import offices

__all__ = ["OfficeStore"]


class OfficeStore:
    """The offices, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, *, kind: OfficeKind, name: str, above: int | None = None, unit: int | None = None
    ) -> Office:
        """A new office, under the office `above`; it issues certificates as `unit`, if at all."""
        row = self._connection.execute(
            insert(offices)
            .values(kind=kind, name=name, above=above, unit=unit, closed=False)
            .returning(offices)
        ).one()
        return _office(row)

    def get(self, id_: int) -> Office:
        """The office with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(offices).where(offices.c.id == id_)).first()
        if row is None:
            raise Unknown(f"there is no office {id_}")
        return _office(row)

    def all(self) -> list[Office]:
        """Every office, closed ones too, in the order in which they were added."""
        return [_office(row) for row in self._connection.execute(select(offices).order_by("id"))]

    def replace(self, before: Office, after: Office) -> None:
        """Write `after` over `before`.

        Raises:
            NotNow: somebody else was quicker.
        """
        done = self._connection.execute(
            update(offices)
            .where(
                offices.c.id == before.id,
                offices.c.kind == before.kind,
                offices.c.name == before.name,
                offices.c.above.is_not_distinct_from(before.above),
                offices.c.unit.is_not_distinct_from(before.unit),
                offices.c.closed == before.closed,
            )
            .values(
                kind=after.kind,
                name=after.name,
                above=after.above,
                unit=after.unit,
                closed=after.closed,
            )
        )
        if done.rowcount != 1:
            raise NotNow(f"office {before.id} was changed meanwhile")


def _office(row: Row[tuple[object, ...]]) -> Office:
    values = dict(row._mapping)
    return Office(**(values | {"kind": OfficeKind(values["kind"])}))
