"""How many came by posters: areas to tell, counting one, what fell silent, a quarter's table.

Nothing of who told, and when, is kept: an area and a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from kiosk.domain.errors import NotPermitted, Unknown
from kiosk.domain.footfall import (
    QUIET_WEEKS,
    WEEKS_COMPARED,
    area_of,
    areas_counted,
    quarter_of,
    shown,
    silent_areas,
    week_of,
)
from kiosk.domain.posters import HungPoster, Stage
from kiosk.domain.staff import Staff
from kiosk.storage.register import Books

from .desk import Desk
from .posters import units_of

__all__ = ["Quarter", "areas_now", "quarters", "silent_posters", "tell_area"]

_WEEK = timedelta(weeks=1)
_QUARTERS_SHOWN = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarter:
    """A quarter: how many came by the posters of each area, in tens; None where too few did."""

    first: date
    areas: dict[str, int | None]


def areas_now(desk: Desk) -> tuple[str, ...]:
    """The areas to tell in this week; they are the same from Monday to Sunday."""
    with desk.register.glance() as books:
        return _areas(desk, books, week_of(_today(desk)))


def tell_area(desk: Desk, area: str) -> None:
    """Count an area that somebody's phone told.

    Raises:
        Unknown: it is none of those that are counted in this week.
    """
    week = week_of(_today(desk))
    with desk.register.begin() as books:
        areas = _areas(desk, books, week)
        if area not in areas:
            raise Unknown("no such area is counted in this week")
        books.footfall.tell(week, area, areas)


def silent_posters(desk: Desk, books: Books, posters: Sequence[HungPoster]) -> dict[str, int]:
    """The numbers of those posters around which it fell silent, and since when."""
    this = week_of(_today(desk))
    kept = books.footfall.since(this - WEEKS_COMPARED * _WEEK)
    begun = min(kept, default=this)
    if begun >= this:
        return {}
    areas = _areas(desk, books, this)
    weeks = []
    while begun < this:
        # Of a week in which nobody came there is no row.
        weeks.append(kept.get(begun) or dict.fromkeys(areas, 0))
        begun += _WEEK
    silent = silent_areas(weeks)
    since = int(_begin(desk, this - QUIET_WEEKS * _WEEK).timestamp())
    return {
        one.number: since
        for one in posters
        if one.stage is Stage.PLACED and area_of(one, areas) in silent
    }


def quarters(desk: Desk, staff: Staff) -> list[Quarter]:
    """How many came by posters in the last quarters that are over, and in this one so far.

    Raises:
        NotPermitted: `staff` looks after no posters.
    """
    first = quarter_of(_today(desk))
    for _quarter in range(_QUARTERS_SHOWN - 1):
        first = quarter_of(first - timedelta(days=1))
    with desk.register.read() as books:
        if not units_of(staff, books.offices.all()):
            raise NotPermitted(f"staff {staff.id} looks after no posters")
        kept = books.footfall.since(first)
    weeks: dict[date, list[dict[str, int]]] = {}
    for week, told in kept.items():
        weeks.setdefault(quarter_of(week), []).append(told)
    return [Quarter(first=quarter, areas=shown(weeks[quarter])) for quarter in sorted(weeks)[::-1]]


def _areas(desk: Desk, books: Books, week: date) -> tuple[str, ...]:
    return areas_counted(books.posters.hanging(at=_begin(desk, week)))


def _begin(desk: Desk, day: date) -> datetime:
    zone = timezone(timedelta(minutes=desk.settings.unit.utc_offset))
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _today(desk: Desk) -> date:
    zone = timezone(timedelta(minutes=desk.settings.unit.utc_offset))
    return desk.clock().astimezone(zone).date()
