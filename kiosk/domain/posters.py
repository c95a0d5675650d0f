"""Posters that lead to a report: where they hang, who looked at them last, and what is quiet.

    printed --place--> placed --inspect, intact--> placed
    placed --inspect, anything else--> doubtful --inspect, intact--> placed
    printed, placed, doubtful --remove--> removed

A poster hangs for a year at most and is looked at every INSPECTED_EVERY days. One that was scanned
and is scanned no more is looked at sooner: it was torn down, or covered with somebody else's code.

Who scans tells nobody where: a phone counts for a cell of several places by randomised response, so
that no single count can be believed, and cells with fewer than LEAST are not shown. Never is a
poster, or a time, kept with a case.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

from kiosk.domain.errors import Fault, Invalid, NotNow

__all__ = [
    "DAYS_OF_POSTERS",
    "INSPECTED_EVERY",
    "LEAST",
    "LONGEST_PLACE",
    "MOST_PLACES",
    "Condition",
    "HungPoster",
    "Place",
    "Reason",
    "Stage",
    "checks_due",
    "estimates_of",
    "has_gone_silent",
    "inspect",
    "noise_of",
    "parse_places",
    "place",
    "randomised",
    "remove",
    "shown",
]

DAY = 86_400
DAYS_OF_POSTERS = 365
"""How long a poster counts after it was printed."""

INSPECTED_EVERY = 30
"""Days from one look at a poster to the next."""

PLACED_WITHIN = 14
LEAST = 10
"""A cell with fewer is not shown."""

LONGEST_PLACE, MOST_PLACES = 60, 1_000
# A report for one's own cell weighs e times one for another: randomised response with epsilon 1.
OWN, OTHER = 2718, 1000
# Deviations of noise that nobody takes for people.
NOISY = 2.0
# Weeks that are compared, and by how many deviations the last of them must fall short.
QUIET_WEEKS, WEEKS_BEFORE, DEVIATIONS, LOUDEST_SILENCE = 2, 4, 3.0, 0.25


class Stage(StrEnum):
    """Where a poster is."""

    PRINTED = "printed"
    PLACED = "placed"
    DOUBTFUL = "doubtful"  # somebody saw something wrong, and nobody put it right yet
    REMOVED = "removed"


class Condition(StrEnum):
    """What an inspection found."""

    INTACT = "intact"
    DAMAGED = "damaged"
    COVERED = "covered"  # something was stuck over it, a code above all
    MISSING = "missing"
    ELSEWHERE = "elsewhere"  # it hangs, and not where it says


class Reason(StrEnum):
    """Why somebody is to look at a poster; the most urgent first."""

    DOUBTFUL = "doubtful"
    SILENT = "silent"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    NOT_PLACED = "not-placed"


@dataclass(frozen=True, kw_only=True, slots=True)
class HungPoster:
    """A poster on its way from the printer to the bin. Times are seconds since 1970.

    `seen_at` is when it was put up or last found intact, None before; `condition` is what the last
    inspection found.
    """

    number: str
    unit: int
    place: str
    printed_at: int
    expires_at: int
    stage: Stage = Stage.PRINTED
    seen_at: int | None = None
    condition: Condition = Condition.INTACT


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a list of places: `unit` is 0 for the office's own."""

    name: str
    unit: int = 0


def place(poster: HungPoster, *, at: int) -> HungPoster:
    """The poster, put up where it says.

    Raises:
        NotNow: it was put up before, is removed, or its time is over.
    """
    _require(poster, Stage.PRINTED)
    _require_after(poster, at)
    if at >= poster.expires_at:
        raise NotNow(f"poster {poster.number}: its time is over; print another")
    return replace(poster, stage=Stage.PLACED, seen_at=at)


def inspect(poster: HungPoster, condition: Condition, *, at: int) -> HungPoster:
    """The poster, looked at: well, or in doubt until somebody puts it right or removes it.

    Raises:
        NotNow: it does not hang, or was seen later than this.
    """
    _require(poster, Stage.PLACED, Stage.DOUBTFUL)
    _require_after(poster, at)
    if condition is Condition.INTACT:
        return replace(poster, stage=Stage.PLACED, condition=condition, seen_at=at)
    return replace(poster, stage=Stage.DOUBTFUL, condition=condition)


def remove(poster: HungPoster, *, at: int) -> HungPoster:
    """The poster, taken down for good, or thrown away before it was put up.

    Raises:
        NotNow: it is removed already, or was seen later than this.
    """
    _require(poster, Stage.PRINTED, Stage.PLACED, Stage.DOUBTFUL)
    _require_after(poster, at)
    return replace(poster, stage=Stage.REMOVED)


def checks_due(
    posters: Iterable[HungPoster], scans: Mapping[str, Sequence[float]], *, at: int
) -> tuple[tuple[HungPoster, Reason], ...]:
    """The posters that somebody is to look at, and why: the most urgent first, then the longest.

    `scans` are a poster's counts by week, the latest one last; one that is not there is not judged.
    """
    due = [
        (poster, reason)
        for poster in posters
        if (reason := _reason(poster, scans.get(poster.number, ()), at=at)) is not None
    ]
    urgent = list(Reason)
    due.sort(key=lambda one: (urgent.index(one[1]), one[0].seen_at or 0, one[0].number))
    return tuple(due)


def has_gone_silent(weeks: Sequence[float], *, noise: float = 0.0) -> bool:
    """Whether a poster that was scanned is scanned no more, going by its counts of each week.

    The last two weeks must fall short of the four or more before them by three deviations, and be
    below a quarter of them: fewer people on a holiday is no silence. `noise` is the variance that
    randomised response adds to a week's count.
    """
    before, last = weeks[:-QUIET_WEEKS], weeks[-QUIET_WEEKS:]
    if len(before) < WEEKS_BEFORE:
        return False
    usual = max(0.0, sum(before) / len(before))
    expected, counted = usual * QUIET_WEEKS, sum(last)
    # The mean of the weeks before is itself not sure.
    variance = (expected + noise * QUIET_WEEKS) * (1 + QUIET_WEEKS / len(before))
    short = expected - counted
    return short > DEVIATIONS * sqrt(variance) and counted <= LOUDEST_SILENCE * expected


def randomised(cell: int, cells: int, draw: Callable[[int], int]) -> int:
    """The cell that a phone tells for `cell` of so many: often another one.

    `draw` gives a random number below its argument. Whatever is told, no cell makes it more than e
    times as likely as any other (randomised response, epsilon 1).
    """
    drawn = draw(OWN + OTHER * (cells - 1))
    if drawn < OWN:
        return cell
    other = (drawn - OWN) // OTHER
    return other if other < cell else other + 1


def estimates_of(told: Sequence[int]) -> tuple[float, ...]:
    """How many there were in each cell, going by how often each was told; not biased, only noisy.

    They add up to as many as were told.
    """
    whole = OWN + OTHER * (len(told) - 1)
    often, seldom = OWN / whole, OTHER / whole
    chance = sum(told) * seldom
    return tuple((count - chance) / (often - seldom) for count in told)


def noise_of(total: int, cells: int) -> float:
    """The variance that telling at random adds to the estimate of one of so many cells."""
    whole = OWN + OTHER * (cells - 1)
    seldom = OTHER / whole
    return total * seldom * (1 - seldom) / ((OWN - OTHER) / whole) ** 2


def shown(told: Sequence[int]) -> tuple[int | None, ...]:
    """What may be shown of each cell of a quarter: in tens, and nothing of fewer than LEAST.

    Nor of what may be noise alone, which is at times more.
    """
    least = max(LEAST, NOISY * sqrt(noise_of(sum(told), len(told))))
    return tuple(
        None if estimate < least else round(estimate / 10) * 10 for estimate in estimates_of(told)
    )


def parse_places(text: str) -> tuple[Place, ...]:
    """The places of a CSV file with the column `place`, and `unit` where they are of several units.

    Raises:
        Invalid: it has other columns, no places, too many, or the same one twice.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        columns, rows = set(lines.fieldnames or ()), [(lines.line_num, row) for row in lines]
    except csv.Error:
        raise Invalid([Fault(path="", code="csv", sentence="is no CSV file")]) from None
    if columns not in ({"place"}, {"place", "unit"}):
        raise Invalid(
            [Fault(path="", code="columns", sentence="has other columns than place,unit")]
        )
    faults, places = [], []
    for number, row in rows[: MOST_PLACES + 1]:
        name, unit = (row.get("place") or "").strip(), (row.get("unit") or "0").strip()
        found = Place(name=name, unit=int(unit) if _is_unit(unit) else -1)
        if None in row or found.unit < 0 or not 0 < len(name.encode()) <= LONGEST_PLACE:
            faults.append(_fault(number, "place", f"is no place of 1 to {LONGEST_PLACE} bytes"))
        elif found in places:
            faults.append(_fault(number, "twice", "is there twice"))
        places.append(found)
    if not 0 < len(rows) <= MOST_PLACES:
        faults.append(Fault(path="", code="count", sentence=f"has not 1 to {MOST_PLACES} places"))
    if faults:
        raise Invalid(faults)
    return tuple(places)


def _is_unit(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _fault(line: int, code: str, sentence: str) -> Fault:
    return Fault(path=f"line {line}", code=code, sentence=sentence)


def _reason(poster: HungPoster, weeks: Sequence[float], *, at: int) -> Reason | None:
    if poster.stage is Stage.REMOVED:
        return None
    if poster.stage is Stage.DOUBTFUL:
        return Reason.DOUBTFUL
    if poster.stage is Stage.PLACED and has_gone_silent(weeks):
        return Reason.SILENT
    if at >= poster.expires_at:
        return Reason.EXPIRED
    if poster.seen_at is None:
        return Reason.NOT_PLACED if at >= poster.printed_at + PLACED_WITHIN * DAY else None
    return Reason.OVERDUE if at >= poster.seen_at + INSPECTED_EVERY * DAY else None


def _require(poster: HungPoster, *stages: Stage) -> None:
    if poster.stage not in stages:
        raise NotNow(f"poster {poster.number} is {poster.stage}")


def _require_after(poster: HungPoster, at: int) -> None:
    if at < max(poster.printed_at, poster.seen_at or 0):
        raise NotNow(f"poster {poster.number} was seen later than that")
