"""Days on which offices do not work."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from kiosk.domain.calendar import EVERYWHERE, Holiday, HolidayKind
from kiosk.storage.schema import holidays

__all__ = ["HolidayStore"]


class HolidayStore:
    """The holidays, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, office: int, *, since: date, until: date) -> frozenset[date]:
        """The days from `since` to `until` on which an office does not work, without weekends."""
        return frozenset(
            self._connection.execute(
                select(holidays.c.day).where(
                    holidays.c.day.between(since, until),
                    holidays.c.office.in_([EVERYWHERE, office]),
                )
            ).scalars()
        )

    def all(self, *, since: date) -> list[Holiday]:
        """Every holiday from `since` on."""
        rows = self._connection.execute(
            select(holidays).where(holidays.c.day >= since).order_by(holidays.c.day)
        )
        return [
            Holiday(day=row.day, kind=HolidayKind(row.kind), name=row.name, office=row.office)
            for row in rows
        ]

    def years(self) -> list[int]:
        """The years for which there are holidays of all offices."""
        days = self._connection.execute(
            select(holidays.c.day).where(holidays.c.office == EVERYWHERE)
        ).scalars()
        return sorted({day.year for day in days})

    def replace_years(self, new: Iterable[Holiday]) -> None:
        """Write `new` in place of all that was known of their years."""
        rows = [asdict(holiday) for holiday in new]
        for year in sorted({row["day"].year for row in rows}):
            self._connection.execute(
                delete(holidays).where(holidays.c.day.between(date(year, 1, 1), date(year, 12, 31)))
            )
        if rows:
            self._connection.execute(insert(holidays), rows)
