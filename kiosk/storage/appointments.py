"""Appointments: one for an application, and no more people at a time than it has places."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from kiosk.domain.appointments import Appointment
from kiosk.domain.errors import NotNow
from kiosk.storage.schema import appointments

__all__ = ["AppointmentStore"]

_FIELDS = tuple(appointments.c[item.name] for item in fields(Appointment))


class AppointmentStore:
    """The appointments, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, new: Appointment, *, places: int) -> None:
        """Keep an appointment, in place of the one that its application had.

        Raises:
            NotNow: every place of that time is taken, or was a moment ago.
        """
        self.end(new.application)
        at = (
            appointments.c.office == new.office,
            appointments.c.day == new.day,
            appointments.c.time == new.time,
        )
        taken = set(self._connection.execute(select(appointments.c.place).where(*at)).scalars())
        free = next((place for place in range(places) if place not in taken), None)
        if free is None:
            raise NotNow("every place of that time is taken")
        try:
            # The place is unique: of two who take the last one, the database lets one in.
            self._connection.execute(insert(appointments).values(asdict(new) | {"place": free}))
        except IntegrityError:
            raise NotNow("the place was taken a moment ago") from None

    def end(self, application: int) -> bool:
        """Forget the appointment of an application; whether there was one."""
        done = self._connection.execute(
            delete(appointments).where(appointments.c.application == application)
        )
        return done.rowcount == 1

    def of(self, applications: Collection[int]) -> Mapping[int, Appointment]:
        """The appointments of these applications, by application."""
        rows = self._connection.execute(
            select(*_FIELDS).where(appointments.c.application.in_(applications))
        )
        return {row.application: Appointment(**row._mapping) for row in rows}

    def taken(self, office: int, *, since: date) -> Mapping[tuple[date, str], int]:
        """How many people come to an office from that day on, by day and time."""
        rows = self._connection.execute(
            select(appointments.c.day, appointments.c.time, func.count())
            .where(appointments.c.office == office, appointments.c.day >= since)
            .group_by(appointments.c.day, appointments.c.time)
        )
        return {(day, time): count for day, time, count in rows}
