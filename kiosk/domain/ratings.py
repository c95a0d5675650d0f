"""What people think of a delivery: three questions, and whether anybody asked for money.

One answer for an application, under a ticket that names nobody; for a day it can be taken back.
Figures are made for an office and a month, and only of groups that are large enough: of a smaller
one not even the sum is told, because who delivered twice a month would know whose answer it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid

__all__ = [
    "BEST",
    "LONGEST_SAID",
    "Figures",
    "Rating",
    "Theme",
    "figures_of",
    "may_undo",
    "read_rating",
    "themes_of",
]

BEST = 5
"""Stars go from 1 to this many."""

LONGEST_SAID = 500
_LOW_STARS, _LOW_POLITE = 3.5, 0.8
_YES_OR_NO = {"yes": True, "no": False}


class Theme(StrEnum):
    """What figures say is to be done better."""

    SERVICE = "service"  # few stars
    POLITENESS = "politeness"
    MONEY = "money"  # somebody asked for some


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """One answer; `at` is in seconds since 1970, `money` whether somebody asked for some."""

    stars: int
    polite: bool
    money: bool
    said: str = field(default="", repr=False)
    at: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """An office's month: how many answers, by stars (1 first), how many polite, how many money."""

    count: int
    stars: tuple[int, ...]
    polite: int
    money: int

    @property
    def mean(self) -> float:
        """The mean of the stars."""
        return sum(n * times for n, times in enumerate(self.stars, 1)) / self.count


def read_rating(typed: Mapping[str, str], *, at: int) -> Rating:
    """The answer that was typed.

    Raises:
        Invalid: a question was left out, or too much was said.
    """
    faults = [
        Fault(path=name, code="not-chosen", sentence="was not chosen")
        for name, choices in (
            ("stars", [str(n + 1) for n in range(BEST)]),
            ("polite", list(_YES_OR_NO)),
            ("money", list(_YES_OR_NO)),
        )
        if typed.get(name) not in choices
    ]
    said = " ".join(typed.get("said", "").split())
    if len(said) > LONGEST_SAID:
        faults.append(Fault(path="said", code="too-long", sentence="is too long"))
    if faults:
        raise Invalid(faults)
    return Rating(
        stars=int(typed["stars"]),
        polite=_YES_OR_NO[typed["polite"]],
        money=_YES_OR_NO[typed["money"]],
        said=said,
        at=at,
    )


def may_undo(rating: Rating, *, now: int, hours: int) -> bool:
    """Whether an answer can still be taken back."""
    return now < rating.at + hours * 3600


def figures_of(ratings: Collection[Rating], *, smallest: int) -> Figures | None:
    """The figures of some answers, or None where they are fewer than `smallest`."""
    if len(ratings) < smallest:
        return None
    return Figures(
        count=len(ratings),
        stars=tuple(sum(one.stars == n + 1 for one in ratings) for n in range(BEST)),
        polite=sum(one.polite for one in ratings),
        money=sum(one.money for one in ratings),
    )


def themes_of(figures: Figures) -> tuple[Theme, ...]:
    """What the figures say is to be done better."""
    found = {
        Theme.SERVICE: figures.mean < _LOW_STARS,
        Theme.POLITENESS: figures.polite < _LOW_POLITE * figures.count,
        Theme.MONEY: figures.money > 0,
    }
    return tuple(theme for theme, low in found.items() if low)
