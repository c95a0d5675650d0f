"""Working days and due times, by a calendar that is data.

Offices work from Monday to Friday but for the holidays that a decree names anew every year (libur
nasional, cuti bersama), and for days on which one office is closed. A person reads them in from a
CSV file; nothing is computed, for the moon decides some of them and the government the others.
"""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid

__all__ = [
    "EVERYWHERE",
    "Calendar",
    "Holiday",
    "HolidayKind",
    "add_working_days",
    "due_after",
    "end_of_day",
    "is_working_day",
    "parse_holidays",
]

EVERYWHERE = 0
"""The office of a holiday that all offices keep."""

LONGEST_NAME = 100
LONGEST_FILE_LINES = 5_000
# Beyond this a search for a working day is a mistake, and not a long holiday.
_MOST_DAYS = 3_660
_SATURDAY = 5
_COLUMNS = ("date", "kind", "name")


class HolidayKind(StrEnum):
    """Why nobody works."""

    NATIONAL = "national"  # libur nasional
    JOINT = "joint"  # cuti bersama
    CLOSED = "closed"  # one office only


@dataclass(frozen=True, kw_only=True, slots=True)
class Holiday:
    """A day on which an office does not work; `office` EVERYWHERE for all of them."""

    day: date
    kind: HolidayKind
    name: str
    office: int = EVERYWHERE


Calendar = Collection[date]
"""The days on which an office does not work although they are no weekend: a set, best."""


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether the office works that day."""
    return day.weekday() < _SATURDAY and day not in calendar


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The working day `count` working days after `day`; 0 is `day` itself, or the next one.

    Raises:
        ValueError: the count is negative, or years of holidays follow.
    """
    if count < 0:
        raise ValueError("a count of working days is not negative")
    left = count
    for _ in range(_MOST_DAYS):
        if is_working_day(day, calendar):
            if left == 0:
                return day
            left -= 1
        day += timedelta(days=1)
    raise ValueError("there is no working day for ten years")


def end_of_day(day: date, utc_offset: int) -> int:
    """The last second of a day where clocks are `utc_offset` minutes ahead, since 1970."""
    zone = timezone(timedelta(minutes=utc_offset))
    begin = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return int(begin.timestamp()) - 1


def due_after(at: int, count: int, calendar: Calendar, utc_offset: int) -> int:
    """When what came in at `at` is due: the end of the day `count` working days later."""
    local = datetime.fromtimestamp(at, UTC) + timedelta(minutes=utc_offset)
    return end_of_day(add_working_days(local.date(), count, calendar), utc_offset)


def parse_holidays(text: str) -> list[Holiday]:
    """The holidays of a CSV file, whose first line names the columns date, kind, name.

    A column `office` may name the one office (its number) that is closed. `kind` is national,
    joint or closed. Commas or semicolons part the columns.

    Raises:
        Invalid: with every line that cannot be read. Nothing of the file counts then.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > LONGEST_FILE_LINES:
        raise Invalid([Fault(path="", code="too-long", sentence="has too many lines")])
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Invalid([Fault(path="", code="not-csv", sentence="is not CSV")]) from None
    names = [name.strip().lower() for name in rows[0]] if rows else []
    if not set(_COLUMNS) <= set(names):
        sentence = "must name the columns date, kind and name in its first line"
        raise Invalid([Fault(path="line 1", code="columns", sentence=sentence)])
    found: dict[tuple[date, int], Holiday] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        values = dict(zip(names, (cell.strip() for cell in row), strict=False))
        try:
            holiday = _holiday(values)
        except ValueError as problem:
            faults.append(Fault(path=f"line {number}", code="line", sentence=str(problem)))
            continue
        if (holiday.day, holiday.office) in found:
            faults.append(Fault(path=f"line {number}", code="twice", sentence="names a day twice"))
        found[holiday.day, holiday.office] = holiday
    if faults:
        raise Invalid(faults)
    return [found[key] for key in sorted(found)]


def _holiday(values: dict[str, str]) -> Holiday:
    try:
        day = date.fromisoformat(values.get("date", ""))
    except ValueError:
        raise ValueError("has no date written YYYY-MM-DD") from None
    kind, name, office = values.get("kind", ""), values.get("name", ""), values.get("office", "")
    if kind not in set(HolidayKind):
        raise ValueError("has a kind that is not national, joint or closed")
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise ValueError(f"has no name of 1 to {LONGEST_NAME} letters")
    if office and not (office.isascii() and office.isdigit()):
        raise ValueError("has an office that is no number")
    if (kind == HolidayKind.CLOSED) != bool(int(office or "0")):
        raise ValueError("must name an office where, and only where, the kind is closed")
    return Holiday(day=day, kind=HolidayKind(kind), name=name, office=int(office or "0"))
