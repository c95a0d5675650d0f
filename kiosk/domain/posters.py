"""Posters that lead to a report: where they hang, who looked at them last, and what is quiet.

    printed --place--> placed --inspect, intact--> placed
    placed --inspect, anything else--> doubtful --inspect, intact--> placed
    printed, placed, doubtful --remove--> removed

A poster hangs for a year at most and is looked at every INSPECTED_EVERY days. One that was scanned
and is scanned no more is looked at sooner: it was torn down, or covered with somebody else's code.

Each look is kept as an inspection, which names nobody; a slip of the finger is undone. How many
came by posters is counted apart (kiosk.domain.footfall).
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.improvements import read_line

__all__ = [
    "DAYS_OF_POSTERS",
    "INSPECTED_EVERY",
    "LONGEST_AREA",
    "LONGEST_NOTE",
    "LONGEST_PLACE",
    "MOST_PLACES",
    "UNDONE_WITHIN",
    "Condition",
    "HungPoster",
    "Inspection",
    "Place",
    "Reason",
    "Stage",
    "checks_due",
    "inspect",
    "parse_lines",
    "parse_places",
    "place",
    "read_note",
    "remove",
    "undo",
]

DAY = 86_400
DAYS_OF_POSTERS = 365
"""How long a poster counts after it was printed."""

INSPECTED_EVERY = 30
"""Days from one look at a poster to the next."""

UNDONE_WITHIN = 900
"""Seconds in which what was noted of a poster may be undone."""

PLACED_WITHIN = 14
LONGEST_PLACE, LONGEST_AREA, LONGEST_NOTE, MOST_PLACES = 60, 30, 120, 1_000


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

    `area` is the part of the town around its place (kecamatan), or nothing. `seen_at` is when it
    was put up or last found intact, None before; `condition` is what the last inspection found.
    """

    number: str
    unit: int
    place: str
    area: str = ""
    printed_at: int
    expires_at: int
    stage: Stage = Stage.PRINTED
    seen_at: int | None = None
    condition: Condition = Condition.INTACT


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """That somebody looked at a poster, put it up or took it down; the journal says who.

    What the poster became of it, and what it was before, so that it can be undone.
    """

    id: int
    poster: str
    at: int
    stage: Stage
    condition: Condition
    note: str = ""
    stage_before: Stage
    condition_before: Condition
    seen_before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a list of places: `unit` is 0 for the office's own, `area` what lies around it."""

    name: str
    unit: int = 0
    area: str = ""


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


def undo(poster: HungPoster, inspection: Inspection, *, at: int) -> HungPoster:
    """The poster as it was before its last inspection: somebody's finger had slipped.

    Raises:
        NotNow: that was too long ago, or something else was noted since.
    """
    found = poster.number, poster.stage, poster.condition
    if (inspection.poster, inspection.stage, inspection.condition) != found:
        raise NotNow(f"poster {poster.number} is {poster.stage} by now")
    if at > inspection.at + UNDONE_WITHIN:
        raise NotNow(f"poster {poster.number}: that was noted too long ago")
    return replace(
        poster,
        stage=inspection.stage_before,
        condition=inspection.condition_before,
        seen_at=inspection.seen_before,
    )


def read_note(text: str) -> str:
    """What somebody says of a poster, in one line that names nobody by a number; or nothing.

    Raises:
        Invalid: it is too long, or has a long number.
    """
    line = read_line("note", text) if text.strip() else ""
    if len(line) > LONGEST_NOTE:
        raise Invalid([Fault(path="note", code="too-long", sentence="is too long")])
    return line


def checks_due(
    posters: Iterable[HungPoster], silent: Mapping[str, int], *, at: int
) -> tuple[tuple[HungPoster, Reason], ...]:
    """The posters that somebody is to look at, and why: the most urgent first, then the longest.

    `silent` has the numbers of those around which it fell silent, and since when.
    """
    due = [
        (poster, reason)
        for poster in posters
        if (reason := _reason(poster, silent.get(poster.number), at=at)) is not None
    ]
    urgent = list(Reason)
    due.sort(key=lambda one: (urgent.index(one[1]), one[0].seen_at or 0, one[0].number))
    return tuple(due)


def parse_places(text: str) -> tuple[Place, ...]:
    """The places of a CSV file with the column `place`; and `unit`, `area`, where they have them.

    Raises:
        Invalid: it has other columns, no places, too many, or the same one twice.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        columns, rows = set(lines.fieldnames or ()), [(lines.line_num, row) for row in lines]
    except csv.Error:
        raise Invalid([Fault(path="", code="csv", sentence="is no CSV file")]) from None
    if not {"place"} <= columns <= {"place", "unit", "area"}:
        sentence = "has other columns than place,unit,area"
        raise Invalid([Fault(path="", code="columns", sentence=sentence)])
    return _places(
        (number, None if None in row else {name: row.get(name) or "" for name in columns})
        for number, row in rows
    )


def parse_lines(text: str, unit: int) -> tuple[Place, ...]:
    """The places of a unit that somebody typed: one a line, its area behind a semicolon.

    Raises:
        Invalid: there are none, too many, or the same one twice.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, _, area = line.partition(";")
        if line.strip():
            rows.append((number, {"place": name, "area": area, "unit": str(unit)}))
    return _places(rows)


def _places(rows: Iterable[tuple[int, Mapping[str, str] | None]]) -> tuple[Place, ...]:
    faults: list[Fault] = []
    places: list[Place | None] = []
    for number, row in rows:
        if len(places) == MOST_PLACES:
            faults.append(_fault("", "count"))
            break
        found = _place(row or {})
        if found is None:
            faults.append(_fault(f"line {number}", "place"))
        elif found in places:
            faults.append(_fault(f"line {number}", "twice"))
        places.append(found)
    if not places:
        faults.append(_fault("", "count"))
    if faults:
        raise Invalid(faults)
    return tuple(one for one in places if one is not None)


def _place(row: Mapping[str, str]) -> Place | None:
    name, area = row.get("place", "").strip(), row.get("area", "").strip()
    unit = row.get("unit", "").strip() or "0"
    if not 0 < len(name.encode()) <= LONGEST_PLACE or len(area.encode()) > LONGEST_AREA:
        return None
    return Place(name=name, unit=int(unit), area=area) if _is_unit(unit) else None


def _is_unit(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


_SENTENCES = {
    "place": f"is no place of 1 to {LONGEST_PLACE} bytes, in an area of at most {LONGEST_AREA}",
    "twice": "is there twice",
    "count": f"has not 1 to {MOST_PLACES} places",
}


def _fault(path: str, code: str) -> Fault:
    return Fault(path=path, code=code, sentence=_SENTENCES[code])


def _reason(poster: HungPoster, silent: int | None, *, at: int) -> Reason | None:
    if poster.stage is Stage.REMOVED:
        return None
    if poster.stage is Stage.DOUBTFUL:
        return Reason.DOUBTFUL
    if poster.seen_at is not None and silent is not None and poster.seen_at < silent:
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
