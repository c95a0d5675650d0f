"""Read a QR code module by module, where it was seen and could not be read.

    glimpse    corners and version of a code, as zxing saw it before it gave up
      lattice  a point on the code for every quarter of a module, bent as the paper is
      modules  how light each module is, once what its neighbours shine into it is taken away
      text     what zxing makes of the code drawn anew from these modules

A module that is one or two pixels wide is not seen alone: the lens, a moving hand and the camera's
own sharpening have mixed it with those around it, and bent paper has moved it. Both can be undone,
as a good part of every code is known beforehand: its corners, its timing lines, the small squares
between. From these it is learnt how much of each module reaches the places around it, and then from
all modules, once most are right. The bend is the polynomial under which the modules look most like
black and white. Nothing is believed here: the error correction decides whether it is a code.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

import cv2
import numpy as np
import zxingcpp
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["Glimpse", "read_modules"]

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]
Points = NDArray[np.float64]

QUIET: Final = 4
"""Modules of the quiet zone that are looked at along with the code."""

FINE: Final = 4
"""Points of the lattice to a module; the middle of a module is one of them."""

TURNS: Final = 7
"""How often bend and modules are estimated, each with what the other has become."""

DEGREES: Final = (2, 3, 4, 4, 5, 5)
"""The bend's degree as polynomial, in each turn but the last: broad first, then finer."""

SMOOTH: Final = 4.0
"""Over how many modules the evidence for a shift is gathered (standard deviation)."""

STEPS: Final = 4
"""How far a place may be off in one turn, in points of the lattice: a module."""

NEAR: Final = 3
"""How far a filter reaches that separates a module from others, in half modules."""

REACH: Final = 3
"""How far a module shines into others, in modules."""

CANCELLATIONS: Final = 6

TINY: Final = 1e-6

_FORMATS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """A code that was seen and not read.

    `corners` are (x, y) in pixels, those of the code's top left, top right, bottom right and bottom
    left; they may be off by a module.
    """

    corners: tuple[tuple[float, float], ...]
    version: int


def read_modules(pixels: Pixels, glimpse: Glimpse, *, until: float) -> str | None:
    """The text of the code that was glimpsed in a grey picture, or None.

    No turn begins when `time.thread_time()` is past `until`.
    """
    plan = _plan(glimpse.version)
    flat = np.zeros((plan.wide, plan.wide, 2), np.float32)
    # The three large squares show even unfiltered how far the corners are off.
    points = _points(pixels, glimpse, plan, flat)
    bend = _bent(flat, points, plan, 1, of=plan.finders)
    values: Values | None = None
    for turn in range(TURNS):
        if time.thread_time() > until:
            break
        points = _points(pixels, glimpse, plan, bend)
        filtered = _filtered(points, plan, values)
        values = np.ascontiguousarray(filtered[FINE // 2 :: FINE, FINE // 2 :: FINE])
        text = _text(values, plan)
        if text is None and turn:
            text = _text(_separated(points, plan, values), plan)
        if text is not None:
            return text
        if turn < TURNS - 1:
            bend = _bent(bend, filtered, plan, DEGREES[turn], of=plan.inside)
    return None


# What is known of every code of a version (ISO/IEC 18004, 6.3). Light is 1, dark is -1.


@dataclass(frozen=True, kw_only=True, eq=False)
class _Plan:
    """The modules of a version, `side` of them and with the quiet zone `wide`, across and down."""

    side: int
    wide: int
    known: NDArray[np.bool_]
    value: Values  # where it is not known, 1
    inside: Values  # 1 in the code and one module around it; farther out there may be print
    finders: Values  # 1 where the three large squares are, whose places were seen


@lru_cache(maxsize=40)
def _plan(version: int) -> _Plan:
    side = 17 + 4 * version
    wide = side + 2 * QUIET
    modules = np.ones((wide, wide), np.int8)
    modules[QUIET:-QUIET, QUIET:-QUIET] = _patterns(version, side)
    inside = np.zeros((wide, wide), np.float32)
    inside[QUIET - 1 : 1 - QUIET, QUIET - 1 : 1 - QUIET] = 1
    finders = np.zeros_like(inside)
    near, far = slice(QUIET - 1, QUIET + 9), slice(-QUIET - 9, 1 - QUIET)
    for rows, columns in ((near, near), (near, far), (far, near)):
        finders[rows, columns] = 1
    return _Plan(
        side=side,
        wide=wide,
        known=modules != 0,
        value=np.where(modules < 0, -1, 1).astype(np.float32),
        inside=inside,
        finders=finders,
    )


def _patterns(version: int, side: int) -> NDArray[np.int8]:
    """The modules that every code of this version has; 0 where they differ."""
    code = np.zeros((side, side), np.int8)
    code[6], code[:, 6] = [np.resize(np.array([-1, 1], np.int8), side)] * 2
    middles = _middles(version, side)
    for y, x in product(middles, middles):
        if (y, x) not in {(6, 6), (6, side - 7), (side - 7, 6)}:
            _draw_square(code[y - 2 : y + 3, x - 2 : x + 3])
    for rows, columns in ((1, 1), (1, -1), (-1, 1)):
        corner = code[::rows, ::columns]
        corner[:8, :8] = 1
        _draw_square(corner[:7, :7])
        corner[2:5, 2:5] = -1
    code[side - 8, 8] = -1
    if version >= 7:
        bits = _version_bits(version)
        code[:6, side - 11 : side - 8] = bits
        code[side - 11 : side - 8, :6] = bits.T
    return code


def _draw_square(modules: NDArray[np.int8]) -> None:
    """A dark frame, a light one in it, and a dark middle."""
    modules[:] = -1
    modules[1:-1, 1:-1] = 1
    modules[2:-2, 2:-2] = -1


def _middles(version: int, side: int) -> list[int]:
    """Where the middles of the small squares are, across and down (annex E)."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else 2 * -(-(side - 13) // (2 * count - 2))
    return [6, *(side - 7 - step * back for back in reversed(range(count - 1)))]


def _version_bits(version: int) -> NDArray[np.int8]:
    """The version as it stands above the lower left square, turned: 6 × 3 modules (annex D)."""
    rest = version << 12
    for bit in range(17, 11, -1):
        if rest >> bit & 1:
            rest ^= 0x1F25 << (bit - 12)
    bits = (version << 12 | rest) >> np.arange(18) & 1
    return np.where(bits, -1, 1).astype(np.int8).reshape(6, 3)


@lru_cache(maxsize=40)
def _terms(side: int, wide: int, degree: int) -> Values:
    """The terms of a polynomial of two variables, at each module: (wide * wide, terms)."""
    at = ((np.arange(wide) + 0.5) * 2 - wide) / side
    powers = [at**power for power in range(degree + 1)]
    terms = [
        np.outer(down, across).ravel()
        for used, across in enumerate(powers)
        for down in powers[: degree + 1 - used]
    ]
    return np.stack(terms, axis=-1).astype(np.float32)


# From the picture to the lattice.


def _points(pixels: Pixels, glimpse: Glimpse, plan: _Plan, bend: Values) -> Values:
    """How light the picture is at each point of the lattice, beside how light it is around."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * plan.side
    to_picture = cv2.getPerspectiveTransform(square, np.array(glimpse.corners, np.float32))
    count = plan.wide * FINE
    flat = np.stack(np.meshgrid(*[np.arange(count) / FINE - QUIET] * 2), axis=-1)
    places = flat + cv2.resize(bend, (count, count))
    seen = cv2.perspectiveTransform(places, to_picture).astype(np.float32)
    light = cv2.remap(
        pixels, seen, np.empty(0), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    change = light - cv2.GaussianBlur(light, (0, 0), 3 * FINE)
    usual = np.sqrt(cv2.GaussianBlur(change * change, (0, 0), 3 * FINE))
    return np.asarray(change / (usual + 2), dtype=np.float32)


def _filtered(points: Values, plan: _Plan, values: Values | None) -> Values:
    """The points through the filter that brings the modules nearest to what they should be.

    Any blur looks the same from both sides, and so does the filter, which keeps it from moving the
    modules instead of telling them apart.
    """
    if values is None:
        aims, weights, loose = plan.value, plan.known * plan.finders, 0.05
    else:
        aims = np.where(plan.known, plan.value, np.sign(values))
        weights, loose = _trust(plan, values), 0.02
    edge = 2 * NEAR
    padded = _padded(points, edge)
    ways = range(FINE // 2, FINE // 2 + 2 * edge + 1, 2)
    seen = np.stack(
        [padded[y::FINE, x::FINE][: plan.wide, : plan.wide].ravel() for y in ways for x in ways]
    )
    half = len(seen) // 2
    pairs = np.concatenate([seen[:half] + seen[: -half - 1 : -1], seen[half : half + 1]])
    parts = _fitted(np.vstack([pairs, np.ones_like(pairs[:1])]).T, aims, weights, loose)
    kernel = np.zeros((2 * edge + 1, 2 * edge + 1), np.float32)
    kernel[::2, ::2] = np.append(parts[: half + 1], parts[:half][::-1]).reshape(len(ways), -1)
    return np.asarray(_through(kernel, points) + parts[-1], dtype=np.float32)


def _trust(plan: _Plan, values: Values) -> Values:
    """How far the value of each module can be relied on: by itself, and by those around it."""
    clear = np.minimum(np.abs(values), 1)
    right = np.where(plan.known, 1 - np.minimum(np.abs(values - plan.value), 1), clear)
    around = cv2.GaussianBlur(right.astype(np.float32), (0, 0), 2)
    known = np.clip((around - 0.3) / 0.3, 0.1, 1)
    guessed = clear**2 * np.clip((around - 0.35) / 0.3, 0, 1)
    return np.asarray(np.where(plan.known, known, guessed) * plan.inside, dtype=np.float32)


def _bent(bend: Values, filtered: Values, plan: _Plan, degree: int, *, of: Values) -> Values:
    """The bend, mended: each place may move to where the modules `of` it are clearest."""
    padded = _padded(filtered, STEPS)
    window = sliding_window_view(padded, (2 * STEPS + 1, 2 * STEPS + 1))
    middle = slice(FINE // 2, None, FINE)
    moved = window[middle, middle].reshape(plan.wide, plan.wide, -1)
    wrong = np.abs(moved - plan.value[..., None])
    vague = np.abs(np.abs(moved) - 1)
    clear = np.where(
        plan.known[..., None], 1.5 * (1 - np.minimum(wrong, 2)), 1 - np.minimum(vague, 1)
    )
    ways = np.stack(np.meshgrid(*[np.arange(-STEPS, STEPS + 1)] * 2), axis=-1).reshape(-1, 2)
    score = cv2.GaussianBlur(clear * of[..., None], (0, 0), SMOOTH)
    score -= 0.002 * (ways**2).sum(axis=1, dtype=np.float32)
    best = score.max(axis=2)
    share = np.exp(60 * (score - best[..., None]))
    whole = share.sum(axis=2)
    shift = share @ ways.astype(np.float32) / whole[..., None] / FINE
    # Who sees many ways that are as good as the best has little to say.
    weights = of / whole * np.clip(best / max(best.max(), TINY), 0, 1) ** 2
    terms = _terms(plan.side, plan.wide, degree)
    parts = _fitted(terms, (bend + shift).reshape(-1, 2), weights, 1e-3 / terms.shape[1])
    return np.asarray((terms @ parts).reshape(bend.shape), dtype=np.float32)


# From the lattice to the modules.


def _separated(points: Values, plan: _Plan, values: Values) -> Values:
    """How light each module is, without what the others shine into it.

    What all modules together should look like is taken from what is seen. What is left over and
    goes with one module's own light corrects that module. The better they are known, the better is
    known what they shine into each other; so this is done a few times.
    """
    seen = points[FINE // 2 :: FINE, FINE // 2 :: FINE]
    believed = np.where(plan.known, plan.value, np.clip(values, -1, 1)).astype(np.float32)
    better = believed
    for _ in range(CANCELLATIONS):
        padded = _padded(believed, REACH)
        around = sliding_window_view(padded, (2 * REACH + 1, 2 * REACH + 1))
        shining = around.reshape(believed.size, -1)
        shining = np.hstack([shining, np.ones((believed.size, 1), np.float32)])
        weights = np.where(plan.known, 1, np.abs(believed)) * plan.inside
        parts = _fitted(shining, seen, weights, 0.02)
        rest = seen - (shining @ parts).reshape(seen.shape)
        noise = float(np.average(rest**2, weights=weights)) + TINY
        light = parts[:-1].reshape(2 * REACH + 1, -1)
        power = float((light**2).sum()) + TINY
        better = believed + _through(light[::-1, ::-1].copy(), rest) / power
        sure = np.tanh(0.3 * better * power / noise)
        believed = np.where(plan.known, plan.value, (believed + sure) / 2).astype(np.float32)
    return better


def _fitted(terms: Values, aims: Values, weights: Values, loose: float) -> Values:
    """By how much of each term the aims are met best; `loose` keeps them small."""
    weighed = terms * weights.reshape(-1, 1)
    square = weighed.T @ terms
    square[np.diag_indices_from(square)] += loose * weights.sum() + TINY
    goal = weighed.T @ aims.reshape(len(terms), -1)
    parts = np.linalg.solve(square.astype(np.float64), goal.astype(np.float64))
    return np.asarray(parts.squeeze(), dtype=np.float32)


def _through(kernel: Values, values: Values) -> Values:
    done = cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(done, dtype=np.float32)


def _padded(values: Values, edge: int) -> Values:
    wide = cv2.copyMakeBorder(values, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    return np.asarray(wide, dtype=np.float32)


def _text(values: Values, plan: _Plan) -> str | None:
    """What zxing reads in a clean drawing of these modules."""
    light = np.where(plan.known, plan.value, values) > 0
    drawn = np.kron(light.astype(np.uint8) * 255, np.ones((2, 2), np.uint8))
    found = zxingcpp.read_barcodes(
        drawn,
        formats=_FORMATS,
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return found[0].text if found else None
