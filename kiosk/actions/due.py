"""By when something is due: the office's clock and the calendar of its working days."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from kiosk.domain.applications import Application
from kiosk.domain.calendar import Calendar, Holiday, due_after
from kiosk.domain.certificates import local_date
from kiosk.domain.rounds import delivery_day
from kiosk.storage.database import of_epoch
from kiosk.storage.register import Books

from .desk import Desk

__all__ = [
    "calendar_of",
    "day_to_deliver",
    "due_in",
    "promised",
    "set_holidays",
    "today_at",
    "utc_offset_of",
]

# Holidays are looked up this far ahead; nothing is due later.
_AHEAD = timedelta(days=400)


def utc_offset_of(desk: Desk, unit: int | None) -> int:
    """How many minutes the clocks of a unit are ahead of UTC; the site's own, where none is."""
    settings = desk.settings
    return settings.units.get(unit or 0, settings.unit).utc_offset


def today_at(desk: Desk, books: Books, office: int) -> date:
    """The day at an office; 0 stands for no office in particular."""
    now = desk.clock().astimezone(UTC)
    unit = books.offices.get(office).unit if office else None
    return (now + timedelta(minutes=utc_offset_of(desk, unit))).date()


def calendar_of(books: Books, office: int, at: int) -> Calendar:
    """The days on which an office does not work, from shortly before `at` on."""
    day = datetime.fromtimestamp(at, UTC).date()
    return books.holidays.of(office, since=day - timedelta(days=1), until=day + _AHEAD)


def due_in(desk: Desk, books: Books, office: int, *, days: int, at: int | None = None) -> int:
    """When something is due that came in at `at` (now) and takes so many working days."""
    at = int(desk.clock().timestamp()) if at is None else at
    offset = utc_offset_of(desk, books.offices.get(office).unit)
    return due_after(at, days, calendar_of(books, office, at), offset)


def promised(desk: Desk, books: Books, application: Application) -> int:
    """When an examination that begins now is promised to be over.

    It is also when each step within it is due: a date of its own would tell which step it is.
    """
    days = desk.settings.applications.examination_days
    return due_in(desk, books, application.office, days=days)


def day_to_deliver(desk: Desk, books: Books, application: Application, window: str) -> date:
    """The next day on which an application's paper is brought in this window.

    Never before it was promised: a paper that comes early would tell that nothing was found.
    """
    now = int(desk.clock().timestamp())
    offset = utc_offset_of(desk, books.offices.get(application.office).unit)
    after = local_date(of_epoch(max(now, application.promised_at or 0)), offset)
    return delivery_day(after, window, calendar_of(books, application.office, now))


def set_holidays(desk: Desk, new: Sequence[Holiday]) -> list[int]:
    """Write `new` in place of all that was known of their years; the years.

    What is due already stays due when it was.
    """
    years = sorted({holiday.day.year for holiday in new})
    with desk.register.begin() as books:
        books.holidays.replace_years(new)
        for year in years:
            count = sum(holiday.day.year == year for holiday in new)
            books.journal.write(
                at=desk.clock(),
                staff=None,
                office=None,
                deed="holidays-set",
                subject=f"year {year}",
                detail=str(count),
            )
    return years
