"""A round: the bags that a courier takes out on a day, in the order of windows and of streets.

A paper is brought in the window its applicant chose, and not before the day on which it was
promised: who is brought it early would know that there was little to examine (domain.md, trap 2).
Stops are ordered by RW, roughly as the streets run; there is no map.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.calendar import Calendar, add_working_days
from kiosk.domain.handover import Bag
from kiosk.domain.questions import WINDOWS
from kiosk.domain.staff import Office, Role, Staff, has_role, offices_under

__all__ = ["WEEKEND", "Leg", "Stop", "delivery_day", "legs_of", "may_carry"]

WEEKEND = "weekend"
"""The window that lies on no working day."""

# Beyond this a search for a Saturday is a mistake, and not a long holiday.
_MOST_DAYS = 400
_SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A door at which a bag is to be handed over: what whoever carries it has to know.

    `proxy` is the name of who was named to take it instead, and `relation` what he or she is to the
    holder; empty where nobody was named.
    """

    bag: Bag
    name: str
    street: str
    rt: str = ""
    rw: str = ""
    village: str = ""
    district: str = ""
    landmark: str = ""
    proxy: str = ""
    relation: str = ""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """The stops of one window in one RW, in the order of their streets."""

    window: str
    village: str
    rw: str
    stops: tuple[Stop, ...]


def delivery_day(after: date, window: str, calendar: Calendar) -> date:
    """The next day after `after` on which the office delivers in this window.

    On working days; at the weekend where that is what was chosen, but for days on which the office
    is closed.

    Raises:
        ValueError: a year of holidays follows.
    """
    day = after + timedelta(days=1)
    if window != WEEKEND:
        return add_working_days(day, 0, calendar)
    for _ in range(_MOST_DAYS):
        if day.weekday() >= _SATURDAY and day not in calendar:
            return day
        day += timedelta(days=1)
    raise ValueError("there is no weekend for a year")


def may_carry(staff: Staff, office: int, offices: Collection[Office]) -> bool:
    """Whether somebody may carry the bags of an office: a courier there, above or below it.

    Below it, too: the Polres issues, and the Bhabinkamtibmas of a Polsek goes to the door.
    """
    if staff.left_at is not None:
        return False
    here = offices_under(office, offices)
    return has_role(staff, Role.COURIER, office, offices) or any(
        grant.role is Role.COURIER and grant.office in here for grant in staff.grants
    )


def legs_of(stops: Iterable[Stop]) -> list[Leg]:
    """The stops of a round by window, village and RW, in the suggested order."""
    groups: dict[tuple[str, str, str], list[Stop]] = {}
    for stop in stops:
        groups.setdefault((stop.bag.window, stop.village, _plain(stop.rw)), []).append(stop)
    ordered = sorted(
        groups.items(), key=lambda item: (_place(item[0][0]), item[0][1], _number(item[0][2]))
    )
    return [
        Leg(window=window, village=village, rw=rw, stops=tuple(sorted(found, key=_along)))
        for (window, village, rw), found in ordered
    ]


def _along(stop: Stop) -> tuple[int, str, Sequence[int], int]:
    """RT, street, house number as a number, bag: 2 stands before 12."""
    numbers = [int(digits) for digits in re.findall(r"\d+", stop.street)]
    words = re.sub(r"\d+", "", stop.street).lower()
    return _number(stop.rt), words, numbers, stop.bag.id


def _place(window: str) -> int:
    return WINDOWS.index(window) if window in WINDOWS else len(WINDOWS)


def _plain(rw: str) -> str:
    return rw.lstrip("0")


def _number(digits: str) -> int:
    # Where nobody knows the number, it is looked for last.
    return int(digits) if digits.isascii() and digits.isdigit() else 10**6
