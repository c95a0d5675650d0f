"""What a kind of card looks like: a file in layouts/, in millimetres from the card's top left.

A new kind of card is a new file there and its specimen (`specimen`), no new code: NAME.toml holds
the size, the fixed words with their places, and the zones whose lines are read. A file with a key
that nobody knows, or with something outside the card, is refused as a whole.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

__all__ = [
    "LAYOUTS",
    "PER_MM",
    "Box",
    "Holds",
    "Label",
    "Layout",
    "Zone",
    "layout_names",
    "load_layout",
    "parse_layout",
]

LAYOUTS: Final = Path(__file__).parent / "layouts"

_KEYS: Final = ("title", "width", "height", "ground", "photo", "labels", "zones")

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
    """Words that stand on every card of this kind.

    `size` is that of the type in millimetres, as printers measure it: a capital is about seven
    tenths of it high.
    """

    text: str
    left: float
    baseline: float
    size: float
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A kind of card. `ground` is the mean colour of its ground (red, green, blue).

    `photo` is where the holder's picture stands. The lines of a machine readable zone are in the
    order in which they are read.
    """

    name: str
    title: str
    width: float
    height: float
    ground: tuple[int, int, int]
    photo: Box
    labels: tuple[Label, ...]
    zones: tuple[Zone, ...]


def layout_names() -> tuple[str, ...]:
    """The kinds of card there are, by name."""
    return tuple(sorted(path.stem for path in LAYOUTS.glob("*.toml")))


@cache
def load_layout(name: str) -> Layout:
    """The layout in `layouts/NAME.toml`.

    Raises:
        KeyError: there is no such file.
    """
    if name not in layout_names():
        raise KeyError(name)
    return parse_layout(name, (LAYOUTS / f"{name}.toml").read_text(encoding="utf-8"))


def parse_layout(name: str, text: str) -> Layout:
    """The layout that a file says.

    Raises:
        ValueError: it is no TOML, or says something else than a layout does.
    """
    table = _table(tomllib.loads(text), _KEYS, name)
    width, height = _length(table["width"], name), _length(table["height"], name)
    card = Box(left=0, top=0, right=width, bottom=height)
    ground = _list(table["ground"], f"{name}, ground")
    if len(ground) != 3 or any(type(n) is not int or not 0 <= n <= 255 for n in ground):
        raise ValueError(f"{name}: ground is red, green, blue, each from 0 to 255")
    return Layout(
        name=name,
        title=_text(table["title"], name),
        width=width,
        height=height,
        ground=(ground[0], ground[1], ground[2]),
        photo=_box(table["photo"], card, f"{name}, photo"),
        labels=tuple(_label(one, card, name) for one in _list(table["labels"], f"{name}, labels")),
        zones=tuple(_zone(one, card, name) for one in _list(table["zones"], f"{name}, zones")),
    )


def _label(table: object, card: Box, name: str) -> Label:
    label = _table(table, ["text", "left", "baseline", "size"], f"{name}, label", ["bold"])
    where = f"{name}, label {label['text']!r}"
    left, baseline, size = (_length(label[key], where) for key in ("left", "baseline", "size"))
    if left >= card.right or not size <= baseline < card.bottom:
        raise ValueError(f"{where}: stands outside the card")
    bold = label.get("bold", False)
    if type(bold) is not bool:
        raise ValueError(f"{where}: bold is true or false")
    return Label(
        text=_text(label["text"], where), left=left, baseline=baseline, size=size, bold=bold
    )


def _zone(table: object, card: Box, name: str) -> Zone:
    zone = _table(table, ["holds", "box"], f"{name}, zone")
    if zone["holds"] not in set(Holds):
        raise ValueError(f"{name}: no zone holds {zone['holds']!r}")
    holds = Holds(zone["holds"])
    return Zone(holds=holds, box=_box(zone["box"], card, f"{name}, zone {holds}"))


def _box(value: object, card: Box, where: str) -> Box:
    sides = _list(value, where)
    if len(sides) != 4:
        raise ValueError(f"{where}: a box is left, top, right, bottom")
    left, top, right, bottom = (_length(side, where) for side in sides)
    if not (left < right <= card.right and top < bottom <= card.bottom):
        raise ValueError(f"{where}: the box is empty, or leaves the card")
    return Box(left=left, top=top, right=right, bottom=bottom)


def _table(
    table: object, needed: Iterable[str], where: str, known: Iterable[str] = ()
) -> dict[str, Any]:
    """The table, if it has every key it needs and none that nobody knows."""
    if not isinstance(table, dict):
        raise ValueError(f"{where}: {table!r} is no table")
    missing, odd = {*needed} - {*table}, {*table} - {*needed} - {*known}
    if missing or odd:
        raise ValueError(f"{where}: missing {sorted(missing)}, unknown {sorted(odd)}")
    return table


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{where}: {value!r} is no list, or an empty one")
    return value


def _length(value: object, where: str) -> float:
    """A length in millimetres: positive, and no larger than any card."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        raise ValueError(f"{where}: {value!r} is no length in millimetres")
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: {value!r} is no text")
    return value
