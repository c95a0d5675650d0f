"""Find where a QR code lies whose modules are too small, or too blurred, for a decoder to see it.

    finders    places that look like one of the three large squares of a code (finder patterns)
    corners    three of them at a right angle, as large and as turned as each other
    version    how many modules lie between them, and the timing lines there bear it out

A decoder looks for the squares' stripes in single rows, and at two pixels to a module there are
none. A square as a whole still stands out: it is compared with blurred drawings of itself. What is
found is a glimpse, off by up to a module; `verifier.modules` reads it or does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.modules import Glimpse

__all__ = ["find_glimpses"]

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]
Vector = NDArray[np.float64]

BROAD: Final = (1.5, 1.9, 2.4, 3.0)
"""Pixels to a module for which a whole frame is searched."""

SIZES: Final = (1.3, 1.5, 1.7, 1.9, 2.15, 2.4, 2.7, 3.0, 3.4)
ANGLES: Final = tuple(float(angle) for angle in np.radians(np.arange(0, 90, 15)))
"""Sizes and angles between which a place is then looked at closely."""

EDGE: Final = 4.5
"""Modules from the middle of a finder to the end of the light around it."""

SEEMS: Final = 0.45
ALIKE: Final = 0.5
"""How alike a place is to a finder at first sight, and on a closer look; at most 1."""

PLACES: Final = 40
CORNERS: Final = 12
"""How many places are looked at closely, and how many of them are tried as corners."""

TRIOS: Final = 20
GLIMPSES: Final = 4

CREDIBLE: Final = 2.5
"""What likeness and timing lines must come to, of 5."""

VERSIONS: Final = range(1, 41)


@dataclass(frozen=True, kw_only=True)
class _Finder:
    """A place that looks like a finder: its middle, its module in pixels, how far it is turned."""

    likeness: float
    at: Vector
    module: float
    angle: float


@dataclass(frozen=True, kw_only=True)
class _Trio:
    """Three finders as the corners of a code; `across` and `down` lead from the first to others."""

    likeness: float
    first: Vector
    across: Vector
    down: Vector
    modules: float  # between the middles of two finders


def find_glimpses(pixels: Pixels) -> list[Glimpse]:
    """Where codes of small modules may lie in a grey picture, the likeliest first."""
    light = pixels.astype(np.float32)
    found = [finder for place in _places(light) if (finder := _looked_at(light, *place))]
    found.sort(key=lambda finder: -finder.likeness)
    glimpses = [
        glimpse for trio in _trios(found[:CORNERS])[:TRIOS] for glimpse in _versions(light, trio)
    ]
    glimpses.sort(key=lambda one: -one[0])
    return [glimpse for credit, glimpse in glimpses[:GLIMPSES] if credit >= CREDIBLE]


# A finder, drawn as a lens shows it. Light is 1, dark is -1.


@cache
def _drawn(module: float, angle: float) -> Values:
    half = int(np.ceil(EDGE * module))
    side, fine = 2 * half + 1, 4
    at = ((np.arange(side * fine) + 0.5) / fine - half - 0.5) / module
    x, y = np.meshgrid(at, at)
    cos, sin = np.cos(angle), np.sin(angle)
    out = np.maximum(np.abs(cos * x + sin * y), np.abs(cos * y - sin * x))
    dark = (out < 1.5) | ((out >= 2.5) & (out < 3.5))
    drawn = np.where(dark, -1, 1).astype(np.float32)
    small = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.5), dtype=np.float32)


@cache
def _drawn_round(module: float) -> Values:
    """The mean of a finder turned every way."""
    every = [_drawn(module, float(angle)) for angle in np.radians(np.arange(0, 90, 10))]
    return np.asarray(np.mean(every, axis=0), dtype=np.float32)


def _places(light: Values) -> list[tuple[int, int]]:
    """The middles of what looks like a finder, whichever way it is turned; the likest first."""
    seen: list[tuple[float, int, int, float]] = []
    for module in BROAD:
        drawn = _drawn_round(module)
        half = drawn.shape[0] // 2
        if min(light.shape) < len(drawn):
            continue
        like = cv2.matchTemplate(light, drawn, cv2.TM_CCOEFF_NORMED)
        tops = (like == cv2.dilate(like, np.ones((5, 5)))) & (like > SEEMS)
        ys, xs = np.nonzero(tops)
        best = np.argsort(-like[ys, xs])[:PLACES]
        seen += [
            (float(like[ys[one], xs[one]]), int(xs[one]) + half, int(ys[one]) + half, module)
            for one in best
        ]
    seen.sort(reverse=True)
    kept: list[tuple[float, int, int, float]] = []
    for one in seen:
        if len(kept) == PLACES:
            break
        if all(_apart(one, other) > 3 * min(one[3], other[3]) for other in kept):
            kept.append(one)
    return [(x, y) for _, x, y, _ in kept]


def _apart(one: tuple[float, int, int, float], other: tuple[float, int, int, float]) -> int:
    return abs(one[1] - other[1]) + abs(one[2] - other[2])


def _looked_at(light: Values, x: int, y: int) -> _Finder | None:
    """The finder at a place, in the size and at the angle that fit best; or None."""
    best: _Finder | None = None
    for module in SIZES:
        for angle in ANGLES:
            drawn = _drawn(module, angle)
            reach = drawn.shape[0] // 2 + 2
            if y < reach or x < reach:
                continue
            place = light[y - reach : y + reach + 1, x - reach : x + reach + 1]
            if place.shape != (2 * reach + 1, 2 * reach + 1):
                continue
            like = cv2.matchTemplate(place, drawn, cv2.TM_CCOEFF_NORMED)
            _, likeness, _, (right, down) = cv2.minMaxLoc(like)
            if likeness > (best.likeness if best else ALIKE):
                at = np.array([x - 2 + right, y - 2 + down], np.float64)
                best = _Finder(likeness=likeness, at=at, module=module, angle=angle)
    return best


# Three finders make a code.


def _trios(finders: list[_Finder]) -> list[_Trio]:
    """Any three finders that may be the corners of a code seen aslant; the likest first."""
    found = []
    for three in combinations(finders, 3):
        sizes = [finder.module for finder in three]
        if max(sizes) > 1.5 * min(sizes):
            continue
        for first, right, below in permutations(three):
            across, down = right.at - first.at, below.at - first.at
            wide, high = np.hypot(*across), np.hypot(*down)
            turned = across[0] * down[1] - across[1] * down[0]
            modules = (wide + high) / 2 / np.mean(sizes)
            square = turned > 0.85 * wide * high and 0.6 < wide / high < 1.67
            if square and 12 < modules < 90:
                found.append(
                    _Trio(
                        likeness=sum(finder.likeness for finder in three),
                        first=first.at,
                        across=across,
                        down=down,
                        modules=float(modules),
                    )
                )
    return sorted(found, key=lambda trio: -trio.likeness)


def _versions(light: Values, trio: _Trio) -> list[tuple[float, Glimpse]]:
    """The two versions whose timing lines are seen best, with how credible each is."""
    found = []
    for version in VERSIONS:
        side = 17 + 4 * version
        if 0.78 * trio.modules < side - 7 < 1.28 * trio.modules:
            # A short line looks right by chance sooner than a long one.
            worth = min(1.0, np.sqrt((side - 16) / 25))
            credit = trio.likeness + worth * _timing(light, trio, side)
            found.append((credit, _glimpse(trio, version, side)))
    return sorted(found, key=lambda one: -one[0])[:2]


def _timing(light: Values, trio: _Trio, side: int) -> float:
    """How much the two lines between the finders look like timing lines, at most 2."""
    along = np.arange(8, side - 8)
    dark = np.where(along % 2 == 0, -1, 1)
    across, down = trio.across / (side - 7), trio.down / (side - 7)
    total = 0.0
    for forth, aside in ((across, down), (down, across)):
        ways = [
            trio.first + np.outer(along - 3 + slip, forth) + (3 + shift) * aside
            for shift in (-1, -0.5, 0, 0.5, 1)
            for slip in (-0.5, 0, 0.5)
        ]
        places = np.stack(ways).astype(np.float32)
        seen = cv2.remap(light, places, np.empty(0), cv2.INTER_LINEAR)
        seen = seen - seen.mean(axis=1, keepdims=True)
        total += float(((seen * dark).mean(axis=1) / (seen.std(axis=1) + 1)).max())
    return total


def _glimpse(trio: _Trio, version: int, side: int) -> Glimpse:
    """The code's corners, the fourth as if the code were seen from afar."""
    across, down = trio.across / (side - 7), trio.down / (side - 7)
    outer = trio.first - 3.5 * (across + down)
    corners = (outer, outer + side * across, outer + side * (across + down), outer + side * down)
    return Glimpse(
        corners=tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners),
        version=version,
    )
