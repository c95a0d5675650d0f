"""Incidents: raised, acknowledged by two, closed. What was written of them is sealed."""

from collections.abc import Collection
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.incidents import Incident, Kind, Outcome
from kiosk.storage.schema import incidents

__all__ = ["IncidentStore"]

_INCIDENT = tuple(incidents.c[item.name] for item in fields(Incident))
_FIXED = ("id", "office", "kind", "application", "bag", "raised_at", "raised_by")
_CHANGING = tuple(item.name for item in fields(Incident) if item.name not in _FIXED)


class IncidentStore:
    """The incidents, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Incident) -> int:
        """Keep an incident; its id is given here. Its words follow by `write_content`."""
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id_: int = self._connection.execute(
            insert(incidents).values(values | {"content": b""}).returning(incidents.c.id)
        ).scalar_one()
        return id_

    def get(self, id_: int) -> Incident:
        """The incident with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_INCIDENT).where(incidents.c.id == id_)).first()
        if row is None:
            raise Unknown(f"incident {id_}")
        return _incident(row)

    def of_application(self, application: int) -> list[Incident]:
        """The incidents of an application, the newest first."""
        rows = self._connection.execute(
            select(*_INCIDENT)
            .where(incidents.c.application == application)
            .order_by(incidents.c.id.desc())
        )
        return [_incident(row) for row in rows]

    def at(self, offices: Collection[int], *, limit: int, closed: bool = False) -> list[Incident]:
        """The open incidents of these offices, the oldest first; or closed ones, the newest first.

        At most `limit` of them.
        """
        wanted = select(*_INCIDENT).where(
            incidents.c.office.in_(offices),
            incidents.c.closed_at.is_not(None) if closed else incidents.c.closed_at.is_(None),
        )
        order = incidents.c.id.desc() if closed else incidents.c.id
        return [
            _incident(row) for row in self._connection.execute(wanted.order_by(order).limit(limit))
        ]

    def replace(self, before: Incident, after: Incident) -> None:
        """Write an incident over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(incidents)
            .where(
                incidents.c.id == before.id,
                *(
                    incidents.c[name].is_not_distinct_from(getattr(before, name))
                    for name in _CHANGING
                ),
            )
            .values({name: getattr(after, name) for name in _CHANGING})
        )
        if done.rowcount != 1:
            raise NotNow(f"incident {before.id} was changed by somebody else")

    def content(self, id_: int) -> bytes:
        """What was written of an incident, as the caller sealed it.

        Raises:
            Unknown: there is no such incident.
        """
        found: bytes | None = self._connection.execute(
            select(incidents.c.content).where(incidents.c.id == id_)
        ).scalar()
        if found is None:
            raise Unknown(f"incident {id_}")
        return found

    def write_content(self, id_: int, content: bytes) -> None:
        """Write what is known of an incident, sealed, over what there was."""
        self._connection.execute(
            update(incidents).where(incidents.c.id == id_).values(content=content)
        )


def _incident(row: Any) -> Incident:
    values = dict(row._mapping)
    outcome = values["outcome"]
    return Incident(
        **values
        | {
            "kind": Kind(values["kind"]),
            "outcome": None if outcome is None else Outcome(outcome),
        }
    )
