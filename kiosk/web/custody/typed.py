"""Numbers of bags as people type them, or as a scanner types a label's code."""

import re
from dataclasses import dataclass

from kiosk.actions.slips import open_slip
from kiosk.domain.errors import Refusal
from kiosk.web.guards import the_desk
from signing.slip import PREFIX, SlipKind

__all__ = ["Typed", "bag_numbers"]

_MOST = 200
_LONGEST = 20_000
_MOST_DIGITS = 9


@dataclass(frozen=True)
class Typed:
    """The numbers that were meant, each once, in order; and what nobody can read."""

    numbers: tuple[int, ...]
    unreadable: tuple[str, ...]


def bag_numbers(text: str) -> Typed:
    """What was typed or scanned into a field; spaces, commas and lines part it."""
    numbers: dict[int, None] = {}
    unreadable = []
    for word in re.split(r"[\s,;]+", text[:_LONGEST])[: _MOST + 1]:
        if not word:
            continue
        found = _number(word)
        if found is None:
            unreadable.append(word[:40])
        else:
            numbers[found] = None
    return Typed(tuple(numbers), tuple(unreadable))


def _number(word: str) -> int | None:
    if word.startswith(PREFIX):
        try:
            slip = open_slip(the_desk(), word)
        except Refusal:
            return None
        return slip.bag if slip.kind is SlipKind.BAG else None
    digits = word.lstrip("#")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return int(digits) if plain and int(digits) else None
