"""What a kind of card looks like: a file in layouts/, in millimetres from the card's top left.

A new kind of card is a new file there and its specimen (`specimen`), no new code: NAME.toml holds
the size, the fixed words with their places, and the zones whose lines are read.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["LAYOUTS", "PER_MM", "Box", "Holds", "Label", "Layout", "Zone", "load_layout"]

LAYOUTS: Final = Path(__file__).parent / "layouts"

PER_MM: Final = 15
"""Pixels to a millimetre of a rectified card (scanner.md 2.5)."""


class Holds(StrEnum):
    """What a zone's line is read as."""

    NIK = "nik"
    NAME = "name"
    BIRTH = "birth"  # place and date: "KOTA CONTOH, 25-12-1996"
    MRZ = "mrz"  # one machine readable line (ICAO 9303)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle on the card, in millimetres."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """Where a line is that is read."""

    holds: Holds
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """Words that stand on every card of this kind: `size` is the type's height in millimetres."""

    text: str
    left: float
    baseline: float
    size: float
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A kind of card. `ground` is the mean colour of its ground (red, green, blue)."""

    name: str
    title: str
    width: float
    height: float
    ground: tuple[int, int, int]
    labels: tuple[Label, ...]
    zones: tuple[Zone, ...]


@cache
def load_layout(name: str) -> Layout:
    """The layout in `layouts/NAME.toml`.

    Raises:
        KeyError: there is no such file.
    """
    raise NotImplementedError
