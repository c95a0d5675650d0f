"""Appointments for fingerprints: times that an office offers, so that nobody comes in vain.

An office offers the same times on each of its working days, each to a few people. Whoever has to
come picks one, changes it or gives it back; whoever picks none comes when the office is open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.calendar import Calendar, is_working_day

__all__ = ["Appointment", "FreeTime", "Offer", "free_times", "is_offered"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What an office offers: `times` (HH:MM), each to so many `places`, so many `days` ahead."""

    times: tuple[str, ...]
    places: int
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """Somebody comes that day at that time (HH:MM, by the office's clock)."""

    application: int
    office: int
    day: date
    time: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeTime:
    """A time at which `left` more people may come."""

    day: date
    time: str
    left: int


def is_offered(offer: Offer, day: date, time: str, *, today: date, calendar: Calendar) -> bool:
    """Whether an office offers that time on that day: from tomorrow on, on a working day."""
    ahead = (day - today).days
    return 1 <= ahead <= offer.days and time in offer.times and is_working_day(day, calendar)


def free_times(
    offer: Offer, taken: Mapping[tuple[date, str], int], *, today: date, calendar: Calendar
) -> Sequence[FreeTime]:
    """Every time that has a place left, the soonest first; `taken` by day and time."""
    days = (today + timedelta(days=ahead) for ahead in range(1, offer.days + 1))
    found = [
        FreeTime(day=day, time=time, left=offer.places - taken.get((day, time), 0))
        for day in days
        for time in sorted(offer.times)
        if is_offered(offer, day, time, today=today, calendar=calendar)
    ]
    return [one for one in found if one.left > 0]
