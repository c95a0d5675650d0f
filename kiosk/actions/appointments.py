"""Appointments for fingerprints: picked, changed and given back by whoever has to come."""

from collections.abc import Sequence
from datetime import date

from kiosk.domain.applications import Application, Stage
from kiosk.domain.appointments import Appointment, FreeTime, Offer, free_times, is_offered
from kiosk.domain.errors import NotNow
from kiosk.storage.register import Books

from .desk import Desk
from .due import calendar_of, today_at
from .filing import get_application

__all__ = ["appointment_of", "free_times_of", "give_back", "make_appointment"]


def appointment_of(desk: Desk, application: int) -> Appointment | None:
    """When the applicant comes, or None where no time was picked."""
    with desk.register.read() as books:
        return books.appointments.of([application]).get(application)


def free_times_of(desk: Desk, application: int) -> Sequence[FreeTime]:
    """The times that may be picked; none where the office offers none, or nobody has to come.

    Raises:
        Unknown: there is no such application.
    """
    with desk.register.read() as books:
        found = get_application(books, desk.cells, application)
        if found.stage is not Stage.FINGERPRINTS:
            return ()
        today = today_at(desk, books, found.office)
        return free_times(
            _offer(desk),
            books.appointments.taken(found.office, since=today),
            today=today,
            calendar=calendar_of(books, found.office, int(desk.clock().timestamp())),
        )


def make_appointment(desk: Desk, application: int, *, day: date, time: str) -> Appointment:
    """Pick a time (HH:MM), in place of the one picked before.

    Raises:
        Unknown: there is no such application.
        NotNow: nobody has to come, that time is not offered, or all its places are taken.
    """
    with desk.register.begin() as books:
        found = _to_come(desk, books, application)
        today = today_at(desk, books, found.office)
        calendar = calendar_of(books, found.office, int(desk.clock().timestamp()))
        if not is_offered(_offer(desk), day, time, today=today, calendar=calendar):
            raise NotNow("that time is not offered")
        new = Appointment(application=application, office=found.office, day=day, time=time)
        books.appointments.make(new, places=_offer(desk).places)
        _journal(desk, books, application, "appointment-made")
    return new


def give_back(desk: Desk, application: int) -> None:
    """Give the picked time back, so that somebody else may come then; without one, nothing."""
    with desk.register.begin() as books:
        if books.appointments.end(application):
            _journal(desk, books, application, "appointment-given-back")


def _to_come(desk: Desk, books: Books, application: int) -> Application:
    found = get_application(books, desk.cells, application)
    if found.stage is not Stage.FINGERPRINTS:
        raise NotNow(f"application {application} is {found.stage}")
    return found


def _offer(desk: Desk) -> Offer:
    settings = desk.settings.applications
    return Offer(
        times=settings.fingerprint_times,
        places=settings.fingerprint_places,
        days=settings.fingerprint_days,
    )


def _journal(desk: Desk, books: Books, application: int, deed: str) -> None:
    books.journal.write(
        at=desk.clock(), staff=None, office=None, deed=deed, subject=f"application {application}"
    )
