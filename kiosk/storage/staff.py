"""Who works here. Name and service number are sealed by the caller (kiosk.actions.staff)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import Grant, Role
from kiosk.storage.schema import grants, staff

__all__ = ["KeptStaff", "StaffStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptStaff:
    """Somebody of the staff as kept; `content` is sealed."""

    id: int
    login: str
    office: int
    content: bytes = field(repr=False)
    left_at: datetime | None
    grants: frozenset[Grant]


class StaffStore:
    """The staff, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *, login: str, office: int, content: bytes) -> int:
        """The id of somebody new.

        Raises:
            NotNow: the login is somebody's already.
        """
        if self.find_by_login(login) is not None:
            raise NotNow("the login is somebody's already")
        new = insert(staff).values(login=login, office=office, content=content)
        return int(self._connection.execute(new.returning(staff.c.id)).scalar_one())

    def get(self, id_: int) -> KeptStaff:
        """Whoever has this id.

        Raises:
            Unknown: nobody.
        """
        found = self._found(select(staff).where(staff.c.id == id_))
        if not found:
            raise Unknown(f"there is no staff {id_}")
        return found[0]

    def lock(self, id_: int) -> None:
        """Let nobody else lock whoever has this id until the end of the transaction.

        It keeps nobody from naming him or her; SQLite writes one by one anyway.
        """
        self._connection.execute(
            select(staff.c.id).where(staff.c.id == id_).with_for_update(key_share=True)
        )

    def find_by_login(self, login: str) -> KeptStaff | None:
        """Whoever has this login, or None."""
        found = self._found(select(staff).where(staff.c.login == login))
        return found[0] if found else None

    def all(self) -> list[KeptStaff]:
        """Everybody, those who left too, by login."""
        return self._found(select(staff).order_by(staff.c.login))

    def some(self, ids: Collection[int]) -> list[KeptStaff]:
        """Those with these ids."""
        return self._found(select(staff).where(staff.c.id.in_(set(ids))))

    def replace(self, before: KeptStaff, after: KeptStaff) -> None:
        """Write `after` over `before`, grants too.

        Raises:
            NotNow: somebody else was quicker.
        """
        done = self._connection.execute(
            update(staff)
            .where(
                staff.c.id == before.id,
                staff.c.office == before.office,
                staff.c.content == before.content,
                staff.c.left_at.is_not_distinct_from(before.left_at),
            )
            .values(office=after.office, content=after.content, left_at=after.left_at)
        )
        # Both databases hold the row locked from here on, so its grants stand still.
        if done.rowcount != 1 or self._grants([before.id]).get(before.id, set()) != before.grants:
            raise NotNow(f"staff {before.id} was changed meanwhile")
        if before.grants == after.grants:
            return
        self._connection.execute(delete(grants).where(grants.c.staff == before.id))
        if after.grants:
            rows = [
                {"staff": before.id, "role": grant.role, "office": grant.office}
                for grant in after.grants
            ]
            self._connection.execute(insert(grants), rows)

    def _found(self, query: "Select[tuple[object, ...]]") -> list[KeptStaff]:
        rows = [dict(row._mapping) for row in self._connection.execute(query)]
        held = self._grants([row["id"] for row in rows])
        return [KeptStaff(**row, grants=frozenset(held.get(row["id"], ()))) for row in rows]

    def _grants(self, ids: Collection[int]) -> dict[int, set[Grant]]:
        found: dict[int, set[Grant]] = {}
        for row in self._connection.execute(select(grants).where(grants.c.staff.in_(ids))):
            found.setdefault(row.staff, set()).add(Grant(role=Role(row.role), office=row.office))
        return found
