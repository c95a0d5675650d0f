"""How often phones told an area, by week; no moment and no poster is kept."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, select, text, update

from kiosk.storage.schema import footfall

__all__ = ["FootfallStore"]

# Both databases know it, SQLAlchemy only in the words of each.
_NEW = text(
    "INSERT INTO footfall (week, area, told) VALUES (:week, :area, 0) ON CONFLICT DO NOTHING"
).bindparams(bindparam("week", type_=footfall.c.week.type))


class FootfallStore:
    """The counts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, week: date, area: str, areas: Sequence[str]) -> None:
        """Count an area that was told, one of those that are counted in this week."""
        counted = (
            update(footfall)
            .where(footfall.c.week == week, footfall.c.area == area)
            .values(told=footfall.c.told + 1)
        )
        if self._connection.execute(counted).rowcount == 0:
            # All of them: how many there are to choose from, says how to read the counts.
            self._connection.execute(_NEW, [{"week": week, "area": one} for one in areas])
            self._connection.execute(counted)

    def since(self, week: date) -> dict[date, dict[str, int]]:
        """How often each area was told, by week, from this one on."""
        found: dict[date, dict[str, int]] = {}
        rows = self._connection.execute(
            select(footfall.c.week, footfall.c.area, footfall.c.told)
            .where(footfall.c.week >= week)
            .order_by(footfall.c.week, footfall.c.area)
        )
        for row in rows:
            found.setdefault(row.week, {})[row.area] = row.told
        return found
