"""Badges of couriers: one code each; a new one takes the place of the last."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.domain.errors import NotNow
from kiosk.storage.schema import badges

__all__ = ["Badge", "BadgeStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """A courier's badge. Times are seconds since 1970."""

    staff: int
    code: str
    made_at: int
    revoked_at: int | None = None


_COLUMNS = tuple(badges.c[item.name] for item in fields(Badge))


class BadgeStore:
    """The badges, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, new: Badge) -> None:
        """Keep a badge in place of the one that somebody had; the old code leads to nobody."""
        self._connection.execute(delete(badges).where(badges.c.staff == new.staff))
        self._connection.execute(insert(badges).values(asdict(new)))

    def find_by_code(self, code: str) -> Badge | None:
        """The badge with this code."""
        row = self._connection.execute(select(*_COLUMNS).where(badges.c.code == code)).first()
        return None if row is None else Badge(**row._mapping)

    def of(self, staff: Collection[int]) -> dict[int, Badge]:
        """The badges of these people, by their ids."""
        rows = self._connection.execute(select(*_COLUMNS).where(badges.c.staff.in_(staff)))
        return {row.staff: Badge(**row._mapping) for row in rows}

    def revoke(self, staff: int, *, at: int) -> None:
        """Let somebody's badge count no more.

        Raises:
            NotNow: there is none that counts.
        """
        done = self._connection.execute(
            update(badges)
            .where(badges.c.staff == staff, badges.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        if done.rowcount != 1:
            raise NotNow(f"staff {staff} has no badge that counts")
