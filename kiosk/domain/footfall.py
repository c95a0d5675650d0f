"""How many came to the form by posters: counted by area and week, and never surely.

An area is a part of the town (kecamatan) with at least PLACES_IN_AREA places where posters hang;
what has fewer is counted together, as the rest. A phone tells an area by randomised response
(epsilon 1), often another than its own: no single answer can be believed, many together give the
counts back. Nothing is shown of an area with fewer than LEAST in a quarter, nor of what may be
noise alone.

An area that was scanned and is scanned no more is looked at: posters there were torn down, or
covered with somebody else's code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt

from kiosk.domain.posters import HungPoster

__all__ = [
    "LEAST",
    "PLACES_IN_AREA",
    "QUIET_WEEKS",
    "REST",
    "WEEKS_COMPARED",
    "area_of",
    "areas_counted",
    "estimates_of",
    "has_gone_silent",
    "noise_of",
    "quarter_of",
    "randomised",
    "shown",
    "silent_areas",
    "week_of",
]

LEAST = 10
"""Of an area with fewer nothing is shown."""

PLACES_IN_AREA = 5
"""How many places an area has at least, to be counted apart."""

REST = ""
"""What the areas are called that are too small to be counted apart, all together."""

QUIET_WEEKS = 2
"""For how many weeks it must be quiet before somebody is sent."""

WEEKS_COMPARED = 10
"""How many weeks are looked at, the quiet ones among them."""

# An answer for one's own area weighs e times one for another: randomised response with epsilon 1.
OWN, OTHER = 2718, 1000
# Deviations of noise that nobody takes for people.
NOISY = 2.0
# How many weeks there must be before, and by how many deviations the quiet ones fall short.
WEEKS_BEFORE, DEVIATIONS, LOUDEST_SILENCE = 4, 3.0, 0.25


def week_of(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def quarter_of(day: date) -> date:
    """The first day of the quarter in which a day lies."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def areas_counted(posters: Iterable[HungPoster]) -> tuple[str, ...]:
    """The areas of these posters that are counted apart, by name, and REST behind them.

    Where the rest would be fewer places than an area, the smallest area is counted with it.
    """
    places: dict[str, set[tuple[int, str]]] = {}
    for poster in posters:
        places.setdefault(poster.area, set()).add((poster.unit, poster.place))
    counts = {area: len(found) for area, found in places.items()}
    large = {area: n for area, n in counts.items() if area != REST and n >= PLACES_IN_AREA}
    rest = sum(counts.values()) - sum(large.values())
    if large and 0 < rest < PLACES_IN_AREA:
        del large[min(large, key=lambda area: (large[area], area))]
    return (*sorted(large), REST)


def area_of(poster: HungPoster, areas: Sequence[str]) -> str:
    """Which of `areas` a poster is counted with."""
    return poster.area if poster.area in areas else REST


def randomised(own: int, areas: int, draw: Callable[[int], int]) -> int:
    """The area that a phone tells for its `own` of so many, by their places: often another one.

    `draw` gives a random number below its argument. Whatever is told, no area makes it more than e
    times as likely as any other (randomised response, epsilon 1). Its twin is lapor-footfall.js.
    """
    drawn = draw(OWN + OTHER * (areas - 1))
    if drawn < OWN:
        return own
    other = (drawn - OWN) // OTHER
    return other if other < own else other + 1


def estimates_of(told: Sequence[int]) -> tuple[float, ...]:
    """How many there were in each area, going by how often each was told; not biased, only noisy.

    They add up to as many as were told.
    """
    whole = OWN + OTHER * (len(told) - 1)
    often, seldom = OWN / whole, OTHER / whole
    chance = sum(told) * seldom
    return tuple((count - chance) / (often - seldom) for count in told)


def noise_of(total: int, areas: int) -> float:
    """The variance that telling at random adds to the estimate of one of so many areas."""
    if areas == 1:
        return 0.0
    whole = OWN + OTHER * (areas - 1)
    seldom = OTHER / whole
    return total * seldom * (1 - seldom) / ((OWN - OTHER) / whole) ** 2


def has_gone_silent(weeks: Sequence[float], *, noise: float = 0.0) -> bool:
    """Whether an area that was scanned is scanned no more, going by its counts of each week.

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


def shown(weeks: Iterable[Mapping[str, int]]) -> dict[str, int | None]:
    """What may be shown of each area in a quarter: in tens, and None where there were too few.

    `weeks` say how often each area was told in each of its weeks.
    """
    sums: dict[str, float] = {}
    noise: dict[str, float] = {}
    for told in weeks:
        total, estimates = sum(told.values()), estimates_of(tuple(told.values()))
        for area, estimate in zip(told, estimates, strict=True):
            sums[area] = sums.get(area, 0.0) + estimate
            noise[area] = noise.get(area, 0.0) + noise_of(total, len(told))
    return {area: _shown(sums[area], noise[area]) for area in sums}


def silent_areas(weeks: Sequence[Mapping[str, int]]) -> frozenset[str]:
    """The areas that fell silent, going by how often each was told in each week, the last last."""
    found = set()
    for area in weeks[-1] if weeks else ():
        counted = [told for told in weeks if area in told]
        estimates = [estimates_of(tuple(told.values()))[list(told).index(area)] for told in counted]
        noise = max(noise_of(sum(told.values()), len(told)) for told in counted)
        if has_gone_silent(estimates, noise=noise):
            found.add(area)
    return frozenset(found)


def _shown(estimate: float, noise: float) -> int | None:
    least = max(LEAST, NOISY * sqrt(noise))
    return None if estimate < least else round(estimate / 10) * 10
