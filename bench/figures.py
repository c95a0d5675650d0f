"""A figure, what it must reach, and how several things are measured by turns.

Machines are shared and their speed drifts, so nothing is compared across runs: the things to be
compared take turns within one, and what is told are medians and their ratios. Times are CPU seconds
of this process, unless a figure says otherwise.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Figure", "at_least", "at_most", "by_turns", "told"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. `must` is the bar in words, empty for a figure that is only told."""

    name: str
    value: float
    unit: str
    must: str = ""
    holds: bool | None = None


def at_most(name: str, value: float, bar: float, *, unit: str = "×") -> Figure:
    """A figure that must not be above `bar`."""
    return Figure(name=name, value=value, unit=unit, must=f"at most {bar:g}", holds=value <= bar)


def at_least(name: str, value: float, bar: float, *, unit: str = "×") -> Figure:
    """A figure that must not be below `bar`."""
    return Figure(name=name, value=value, unit=unit, must=f"at least {bar:g}", holds=value >= bar)


def told(name: str, value: float, unit: str) -> Figure:
    """A figure without a bar."""
    return Figure(name=name, value=value, unit=unit)


def by_turns(
    things: Mapping[str, tuple[Callable[[], object], int]],
    *,
    rounds: int = 15,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """The median seconds of one call of each thing.

    Each is given with how often it is called in its turn; a turn of each makes a round. The first
    round warms up and does not count. Nobody's turn begins with the garbage of another's, and what
    was imported only for the others is not looked through for garbage either.
    """
    measured: dict[str, list[float]] = {name: [] for name in things}
    gc.collect()
    gc.freeze()
    for number in range(rounds + 1):
        for name, (thing, times) in things.items():
            gc.collect()
            began = clock()
            for _ in range(times):
                thing()
            took = (clock() - began) / times
            if number:
                measured[name].append(took)
    gc.unfreeze()
    return {name: statistics.median(taken) for name, taken in measured.items()}
