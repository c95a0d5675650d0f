"""Where in a frame a card lies, and the card made upright.

    frame --edges-->  outlines with four sides  --+
          --labels--> the fixed words, by SIFT  --+--> do the words stand there? --> cards, upright

Edges come first, as they cost a tenth of the labels, and mostly suffice. They show where something
has four sides, not what it is nor which way up it lies; the labels find a card on a ground of its
own colour, or with a hand over its edge. Neither is believed: each place is laid upright, and its
ink compared with the ink of the specimen, where that has words. A card has a likeness of 0.45 to
0.9 to its specimen, also in another face; other things, and the card the wrong way up, stay under
0.3 (bench). So whatever the frame shows, no quad comes out that has no words where this kind of
card has them.

A card lies where it lay a moment before, or near it: who says where is answered sooner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.layout import PER_MM, Box, Label, Layout
from kiosk.scanning.specimen import load_specimen

__all__ = ["LIKE", "Found", "How", "find_card", "per_mm_of", "upright"]

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
Light = NDArray[np.float32]

LIKE: Final = 0.45
"""From this likeness of the ink on, something is a card."""

SURELY: Final = 0.55
"""From this likeness on, the labels are not looked for when the edges have found a card."""

ENOUGH: Final = 0.66
"""At this likeness, no further edge is looked at."""

SMALLEST: Final = 48
"""A frame with a side of fewer pixels holds no card that could be told from other things."""

LARGEST_SIDE: Final = 1280
EDGES_SIDE: Final = 480
LABELS_SIDE: Final = 800
"""The longest side, in pixels, of what is looked at, of what edges are sought in, and labels. On
smaller pictures there is less noise, so these are the best as well as quick (bench)."""

LEAST_SHARE: Final = 0.02
"""A card takes at least that part of the frame."""

MOST_FEATURES: Final = 3000

AROUND: Final = 0.25
SMALLER: Final = 0.65
"""How far around the place where the card lay it is sought first, in parts of its size; and how
much smaller that part of the frame may be looked at than a whole frame."""

INK_PER_MM: Final = 2.0
FEATURES_PER_MM: Final = 8.0
"""Pixels to a millimetre where ink is compared, and of the specimen whose features are sought."""

MOST_HIDDEN: Final = 0.7
"""The part of its words that a card may have outside of the frame, to be told all the same."""

SLACK: Final = 1.2
"""How far a place may be off, in millimetres, for its ink to be recognized."""


class How(StrEnum):
    """By what a card was found."""

    EDGES = "edges"
    LABELS = "labels"


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Found:
    """A card in a frame.

    `corners` are (x, y) in pixels of the frame, clockwise from the card's own top left, (4, 2);
    where the card leaves the frame, so do they. `card` is the card laid upright, BGR, PER_MM
    pixels to a millimetre. `trust` is the likeness of its ink to the specimen's, LIKE to 1.
    """

    corners: Points
    card: Pixels = field(repr=False)
    how: How
    trust: float


def find_card(
    frame: Pixels, layout: Layout, *, near: Sequence[Sequence[float]] | None = None
) -> tuple[Found, ...]:
    """The cards of this kind in a frame of grey (height, width) or BGR (height, width, 3) bytes.

    The best comes first; a second one is another place for the same card, if two were found. `near`
    are the corners of a moment ago: a card is sought there first, and elsewhere if there is none.
    """
    for (left, top, right, bottom), size in _parts(frame, near):
        places = _places(frame[top:bottom, left:right], layout, size)
        if places:
            shift = np.array([left, top], np.float32)
            return tuple(
                Found(
                    corners=place.quad + shift,
                    card=upright(frame, place.quad + shift, layout),
                    how=place.how,
                    trust=place.likeness,
                )
                for place in places
            )
    return ()


def upright(frame: Pixels, corners: Points, layout: Layout) -> Pixels:
    """What lies between `corners` of a frame, laid upright: BGR, PER_MM pixels to a millimetre."""
    height, width = frame.shape[:2]
    low, high = np.floor(corners.min(axis=0)) - 3, np.ceil(corners.max(axis=0)) + 4
    left, top = np.clip(low, 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(high, (left + 1, top + 1), (width, height)).astype(int)
    part, quad = frame[top:bottom, left:right], corners - np.array([left, top], np.float32)
    finer = per_mm_of(quad, layout) / PER_MM
    if finer > 1.5:
        # A warp takes single pixels; of a much larger picture that would be the noise.
        size = max(1, round(part.shape[1] / finer)), max(1, round(part.shape[0] / finer))
        part = _bytes(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
        quad = _scaled(quad, 1 / finer)
    card = _laid(part, quad, layout, PER_MM, way=cv2.INTER_CUBIC)
    return _bytes(card if card.ndim == 3 else cv2.cvtColor(card, cv2.COLOR_GRAY2BGR))


def per_mm_of(corners: Points, layout: Layout) -> float:
    """How many pixels of the frame a millimetre of the card has, in the narrower direction."""
    top, right, bottom, left = _sides(corners)
    return min((top + bottom) / layout.width, (left + right) / layout.height) / 2


# Places: four corners somewhere, and how much the ink there is like the specimen's.


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Place:
    quad: Points
    likeness: float
    how: How


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Level:
    """A frame, grey, at `scale` times its size."""

    scale: float
    grey: Pixels


def _parts(
    frame: Pixels, near: Sequence[Sequence[float]] | None
) -> Iterator[tuple[tuple[int, int, int, int], float]]:
    """The parts of a frame to look at, one after the other, and how large to look at them.

    A part is its left, top, right and bottom; of one that a card fills, less is enough.
    """
    height, width = frame.shape[:2]
    if near is not None:
        corners = np.asarray(near, np.float64).reshape(-1, 2)
        if np.isfinite(corners).all() and len(corners):
            margin = AROUND * np.ptp(corners, axis=0)
            low = np.clip(corners.min(axis=0) - margin, 0, (width, height)).astype(int)
            high = np.clip(corners.max(axis=0) + margin, 0, (width, height)).astype(int)
            if (high - low).min() >= SMALLEST:
                yield (low[0], low[1], high[0], high[1]), SMALLER
    if min(height, width) >= SMALLEST:
        yield (0, 0, width, height), 1.0


def _places(frame: Pixels, layout: Layout, size: float) -> list[_Place]:
    """Where cards lie, the best first."""
    whole = _shrunk(frame, LARGEST_SIDE)
    scale = whole.shape[1] / frame.shape[1]
    grey = _bytes(cv2.cvtColor(whole, cv2.COLOR_BGR2GRAY)) if whole.ndim == 3 else whole
    levels = _levels(grey)
    best = _best_by_edges(whole, levels, layout, round(EDGES_SIDE * size))
    places = [best] if best else []
    if best is None or best.likeness < SURELY:
        by_labels = _best_by_labels(grey, levels, layout, round(LABELS_SIDE * size))
        places += [by_labels] if by_labels else []
    places.sort(key=_rank, reverse=True)
    return [
        _Place(quad=_scaled(place.quad, 1 / scale), likeness=place.likeness, how=place.how)
        for place in places
    ]


def _rank(place: _Place) -> float:
    # Words in another face than the specimen's pull the labels along; an edge is where it is.
    return place.likeness + (0.1 if place.how is How.EDGES else 0.0)


def _best_by_edges(whole: Pixels, levels: list[_Level], layout: Layout, side: int) -> _Place | None:
    small = _shrunk(whole, side)
    scale = small.shape[1] / whole.shape[1]
    best = None
    for outline in _outlines(small):
        for way in _ways_up(outline):
            if not _is_plausible(way, small, layout):
                continue
            quad = _scaled(way, 1 / scale)
            likeness = _likeness(levels, quad, layout)
            if likeness >= (best.likeness if best else LIKE):
                best = _Place(quad=quad, likeness=likeness, how=How.EDGES)
        if best and best.likeness >= ENOUGH:
            break
    return best


def _best_by_labels(grey: Pixels, levels: list[_Level], layout: Layout, side: int) -> _Place | None:
    quad = _quad_by_labels(grey, layout, side)
    if quad is None or not _is_plausible(quad, grey, layout):
        return None
    likeness = _likeness(levels, quad, layout)
    if likeness < LIKE:
        return None
    return _Place(quad=quad, likeness=likeness, how=How.LABELS)


def _is_plausible(quad: Points, frame: Pixels, layout: Layout) -> bool:
    """Whether the corners, clockwise, can be a card's, seen from in front or from the side."""
    height, width = frame.shape[:2]
    if not np.isfinite(quad).all() or np.abs(quad).max() > 3 * max(height, width):
        return False
    if cv2.contourArea(quad, oriented=True) < LEAST_SHARE * height * width:
        return False
    if not cv2.isContourConvex(quad):
        return False
    top, right, bottom, left = _sides(quad)
    if max(top, bottom) > 1.7 * min(top, bottom) or max(left, right) > 1.7 * min(left, right):
        return False
    proportion = (top + bottom) / (left + right) * layout.height / layout.width
    return 0.68 < proportion < 1.47


# Edges: what has four sides.


def _outlines(small: Pixels) -> Iterator[Points]:
    """What has four sides in a small frame, without knowing which is the upper one."""
    height, width = small.shape[:2]
    least = LEAST_SHARE * height * width
    seen = set()
    for shape in _shapes(small):
        contours, _ = cv2.findContours(shape, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            # The round of a card has at least as many pixels as that of the smallest square.
            if len(contour) < 3 * np.sqrt(least):
                continue
            left, top, across, down = cv2.boundingRect(contour)
            spot = left // 3, top // 3, across // 3, down // 3
            if across * down < least or spot in seen:
                continue
            seen.add(spot)
            hull = cv2.convexHull(contour)[:, 0].astype(np.float32)
            quad = _four_sides(hull)
            if quad is not None:
                yield quad


def _shapes(small: Pixels) -> Iterator[Pixels]:
    """Black and white pictures in which a card may stand out: by light, by colour, by its edge."""
    for channel in _channels(small):
        calm = cv2.medianBlur(channel, 5)
        dark, bright = np.percentile(calm[::4, ::4], (1, 99))
        stretch = 255 / max(24.0, bright - dark)
        table = np.clip((np.arange(256) - dark) * stretch, 0, 255).astype(np.uint8)
        calm = cv2.LUT(calm, table)
        _, halves = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield _bytes(halves)
        for edge in (100, 40):
            lines = cv2.Canny(calm, edge / 2, edge)
            yield _bytes(cv2.dilate(lines, np.ones((3, 3), np.uint8)))


def _channels(small: Pixels) -> Iterator[Pixels]:
    if small.ndim == 2:
        yield small
        return
    light, green_red, blue_yellow = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2LAB))
    yield _bytes(light)
    yield _bytes(blue_yellow)
    yield _bytes(green_red)
    yield _bytes(cv2.extractChannel(cv2.cvtColor(small, cv2.COLOR_BGR2HSV), 1))


def _four_sides(hull: Points) -> Points | None:
    """The four lines that fit a convex outline best, as the corners where they meet."""
    around = np.concatenate([hull, hull[:1]])
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(around, axis=0).T))])
    steps = np.linspace(0, way[-1], 160, endpoint=False)
    points = np.column_stack([np.interp(steps, way, around[:, axis]) for axis in (0, 1)])
    points = points.astype(np.float32)
    quad: Points | None = cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float32)
    for distance in (cv2.DIST_L2, cv2.DIST_L2, cv2.DIST_HUBER):
        if quad is None:
            return None
        quad = _fitted(quad, points, distance)
    return quad


def _fitted(quad: Points, points: Points, distance: int) -> Points | None:
    """The quad, each side put where the points nearest to it are."""
    along = np.roll(quad, -1, axis=0) - quad
    length = np.hypot(*along.T)
    if length.min() < 4:
        return None
    along = along / length[:, None]
    x, y = (points[:, axis, None] - quad[None, :, axis] for axis in (0, 1))
    off = np.abs(x * along[:, 1] - y * along[:, 0])
    part = (x * along[:, 0] + y * along[:, 1]) / length
    # Cards have round corners, and fingers are at their edges.
    on_side = (part > 0.12) & (part < 0.88)
    nearest = off.argmin(axis=1)
    lines = []
    for side in range(4):
        of_side = points[(nearest == side) & on_side[:, side]]
        if len(of_side) < 4:
            return None
        lines.append(cv2.fitLine(of_side, distance, 0, 0.01, 0.01).ravel())
    directions, middles = np.split(np.array(lines), 2, axis=1)
    before, start = np.roll(directions, 1, axis=0), np.roll(middles, 1, axis=0)
    cross = _cross(before, directions)
    if np.abs(cross).min() < 0.2:
        return None
    away = _cross(middles - start, directions) / cross
    return np.asarray(start + away[:, None] * before, dtype=np.float32)


def _cross(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _ways_up(outline: Points) -> Iterator[Points]:
    """The four ways to read an outline, clockwise from what may be the card's top left."""
    clockwise = outline if cv2.contourArea(outline, oriented=True) > 0 else outline[::-1]
    for turn in range(4):
        yield np.ascontiguousarray(np.roll(clockwise, turn, axis=0))


# Labels: the fixed words of this kind of card.


def _quad_by_labels(grey: Pixels, layout: Layout, side: int) -> Points | None:
    """Where the card lies if the words in the frame that look like its labels are these."""
    small = _shrunk(grey, side)
    scale = small.shape[1] / grey.shape[1]
    # Noise is blurred away first; then what lies in the dark gets as much contrast as the rest.
    calm = cv2.GaussianBlur(small, (0, 0), 0.8)
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(calm)
    keypoints, described = cv2.SIFT.create(MOST_FEATURES).detectAndCompute(even, None)
    if len(keypoints) < 8:
        return None
    there = np.array([keypoint.pt for keypoint in keypoints], np.float32)
    own, own_described = _features(layout)
    pairs = np.array(_pairs(own_described, _rooted(described)))
    if len(pairs) < 8:
        return None
    matrix, _ = cv2.findHomography(
        own[pairs[:, 0]], there[pairs[:, 1]], cv2.USAC_MAGSAC, 4, maxIters=3000, confidence=0.999
    )
    if matrix is None:
        return None
    corners = cv2.perspectiveTransform(_own_corners(layout)[None], matrix)[0]
    return _scaled(corners.astype(np.float32), 1 / scale)


@cache
def _features(layout: Layout) -> tuple[Points, NDArray[np.float32]]:
    """Places on the card in millimetres, and the features of the labels there."""
    scale = FEATURES_PER_MM / PER_MM
    small = cv2.resize(
        load_specimen(layout), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    mask = _mask(layout, small.shape, FEATURES_PER_MM, margin=0.5)
    keypoints, described = cv2.SIFT.create().detectAndCompute(small, mask)
    places = np.array([keypoint.pt for keypoint in keypoints], np.float32)
    return (places + 0.5) / FEATURES_PER_MM, _rooted(described)


def _rooted(described: NDArray[Any]) -> NDArray[np.float32]:
    """The roots of the parts of each feature: those are compared better (RootSIFT)."""
    total = np.maximum(described.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(np.sqrt(described / total), dtype=np.float32)


def _pairs(own: NDArray[np.float32], there: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Which feature of the specimen may be which of the frame.

    Both are asked: labels repeat letters, and a printed page under the card repeats labels.
    """
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    pairs: set[tuple[int, int]] = set()
    for first, second in (pair for pair in matcher.knnMatch(own, there, 2) if len(pair) == 2):
        if first.distance < 0.8 * second.distance:
            pairs.add((first.queryIdx, first.trainIdx))
    for first, second in (pair for pair in matcher.knnMatch(there, own, 2) if len(pair) == 2):
        if first.distance < 0.8 * second.distance:
            pairs.add((first.trainIdx, first.queryIdx))
    return sorted(pairs)


# Likeness: does ink stand where the labels are?


def _likeness(levels: list[_Level], quad: Points, layout: Layout) -> float:
    """How much the ink between the corners is like the specimen's, at its labels: -1 to 1."""
    wanted = INK_PER_MM / per_mm_of(quad, layout)
    level = next((level for level in levels if level.scale >= 0.9 * wanted), levels[-1])
    quad = _scaled(quad, level.scale)
    laid = _laid(level.grey, quad, layout, INK_PER_MM, margin=SLACK)
    ink = _ink(laid, INK_PER_MM)
    specimen, mask = _specimen_ink(layout)
    hidden = 0.0
    if _leaves(quad, level.grey):
        seen = _laid(np.ones_like(level.grey), quad, layout, INK_PER_MM, border=cv2.BORDER_CONSTANT)
        hidden = 1 - float((mask * seen).sum() / mask.sum())
        mask = mask * seen
    if hidden > MOST_HIDDEN:
        return -1.0
    pattern = _varied(specimen, mask)
    # Where the words fit best, not far off; and there, how well.
    _, _, _, (left, top) = cv2.minMaxLoc(cv2.matchTemplate(ink, pattern, cv2.TM_CCORR))
    height, width = pattern.shape
    likeness = (_varied(ink[top : top + height, left : left + width], mask) * pattern).sum()
    # The fewer words are seen, the more things are like them.
    return float(likeness) - 0.15 * hidden


def _leaves(quad: Points, frame: Pixels) -> bool:
    height, width = frame.shape[:2]
    return bool((quad < 0).any() or (quad > (width - 1, height - 1)).any())


def _varied(ink: Light, mask: Light) -> Light:
    """The ink where it counts, with a mean of zero and a length of one."""
    varied = (ink - float((ink * mask).sum() / mask.sum())) * mask
    return np.asarray(varied / max(1e-6, float(np.sqrt((varied**2).sum()))), dtype=np.float32)


@cache
def _specimen_ink(layout: Layout) -> tuple[Light, Light]:
    """The ink of the labels, and where it counts."""
    size = round(layout.width * INK_PER_MM), round(layout.height * INK_PER_MM)
    small = _bytes(cv2.resize(load_specimen(layout), size, interpolation=cv2.INTER_AREA))
    mask = _mask(layout, small.shape, INK_PER_MM, margin=1.1).astype(np.float32)
    return _ink(small, INK_PER_MM), mask


def _ink(grey: Pixels, per_mm: float) -> Light:
    """How much darker than its surroundings everything narrow is."""
    side = int(1.3 * per_mm) | 1
    narrow = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((side, side), np.uint8))
    soft = cv2.GaussianBlur(narrow.astype(np.float32), (0, 0), 0.3 * per_mm)
    return np.asarray(soft, dtype=np.float32)


def _mask(layout: Layout, shape: tuple[int, ...], per_mm: float, *, margin: float) -> Pixels:
    """1 where the labels stand, with a margin in millimetres."""
    mask = np.zeros(shape, np.uint8)
    for box in map(_label_box, layout.labels):
        left, top, right, bottom = (
            round(side * per_mm)
            for side in (
                max(0, box.left - margin),
                max(0, box.top - margin),
                box.right + margin,
                box.bottom + margin,
            )
        )
        mask[top:bottom, left:right] = 1
    return mask


def _label_box(label: Label) -> Box:
    """About where a label stands: letters are half as wide as the type is high."""
    return Box(
        left=label.left,
        top=label.baseline - 0.8 * label.size,
        right=label.left + 0.56 * label.size * len(label.text),
        bottom=label.baseline + 0.25 * label.size,
    )


# Geometry. The middle of the first pixel is at (0, 0), its corner at (-0.5, -0.5).


def _laid(
    frame: Pixels,
    quad: Points,
    layout: Layout,
    per_mm: float,
    *,
    margin: float = 0,
    way: int = cv2.INTER_LINEAR,
    border: int = cv2.BORDER_REPLICATE,
) -> Pixels:
    """What lies in a frame between four corners, and `margin` millimetres around it, upright."""
    size = (
        round((layout.width + 2 * margin) * per_mm),
        round((layout.height + 2 * margin) * per_mm),
    )
    own = (_own_corners(layout) + margin) * per_mm - 0.5
    matrix = cv2.getPerspectiveTransform(own, quad)
    return _bytes(
        cv2.warpPerspective(
            frame, matrix, size, flags=way | cv2.WARP_INVERSE_MAP, borderMode=border
        )
    )


def _own_corners(layout: Layout) -> Points:
    """The corners of a card in millimetres."""
    width, height = layout.width, layout.height
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _sides(quad: Points) -> tuple[float, float, float, float]:
    top, right, bottom, left = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    return float(top), float(right), float(bottom), float(left)


def _scaled(quad: Points, scale: float) -> Points:
    """The same corners in a picture `scale` times as large."""
    return np.asarray((quad + 0.5) * scale - 0.5, dtype=np.float32)


def _shrunk(frame: Pixels, longest: int) -> Pixels:
    """The frame, made smaller until its longest side is that."""
    height, width = frame.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return frame
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return _bytes(cv2.resize(frame, size, interpolation=cv2.INTER_AREA))


def _levels(grey: Pixels) -> list[_Level]:
    """The frame at half its size, a quarter and so on, the smallest first."""
    levels = [_Level(scale=1.0, grey=grey)]
    while max(levels[-1].grey.shape) > 240:
        half = _shrunk(levels[-1].grey, max(levels[-1].grey.shape) // 2)
        levels.append(_Level(scale=half.shape[1] / grey.shape[1], grey=half))
    return levels[::-1]


def _bytes(pixels: NDArray[np.generic]) -> Pixels:
    return np.asarray(pixels, dtype=np.uint8)
