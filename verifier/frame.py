"""Find the QR codes in one frame of grey pixels: a cascade that stops at the first hit.

    plain       zxing, upright and turned, light on dark too, reduced too
    x2          sharpened and enlarged twice: the step that pays most on small modules
      modules   what zxing has seen by now and could not read, module by module (`verifier.modules`)
    x3          sharpened and enlarged three times; and what is seen by this, module by module
    finders     nothing is read: where the corners of a code seem to be (`verifier.finders`), which
      modules   is then read module by module
    half        reduced to a half: takes the noise out of a large picture
    threshold   one threshold for the whole frame
    zbar        the other decoder
    crop        the spots most like a code, each enlarged as far as it bears; and module by module

zxing finds its own threshold better than we can, so it is fed grey. Every text it reads is read
once more by zbar, on the code alone: where both can read it and differ, neither is believed. zbar
needs the system's libzbar0; without it the log says so, and zxing stands alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from verifier.errors import UnreadableImageError
from verifier.finders import find_glimpses
from verifier.image import LIVE, Budget, Code
from verifier.modules import Glimpse, read_modules

__all__ = ["STAGES", "View", "find_codes_in", "read"]

_log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Corners = tuple[tuple[float, float], ...]

# `QRCode` would be the whole family, and a Micro QR code is found in noise now and then.
_FORMATS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])

TILE: Final = 2_000
"""Longest side of what is enlarged at once, in pixels: four grey megapixels become sixteen."""

OVERLAP: Final = 300
"""How far tiles overlap, in pixels. A code that needs enlarging has modules under 3.5 pixels, so
with 69 modules and its quiet zone it fits."""

LARGE: Final = 2_500_000
"""Pixels from which a frame is spared the stages that cost most: what those gain, only small
pictures need."""

SMALLEST: Final = 21
"""The modules of the smallest QR code: a frame of fewer pixels holds none."""

SPOTS: Final = 3
"""How many spots of a frame are looked at closely."""

MODULE: Final = 6.0
"""Pixels to a module above which a code is reduced before its modules are looked at singly."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Some pixels made out of a frame, and the matrix that leads from them back to it."""

    pixels: Pixels
    to_frame: Matrix


def find_codes_in(pixels: NDArray[np.uint8], *, budget: Budget = LIVE) -> tuple[Code, ...]:
    """The QR codes in a frame of grey (height, width) or BGR (height, width, 3) bytes.

    Raises:
        UnreadableImageError: two different texts are read in one place.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels
    if min(grey.shape) < SMALLEST:
        return ()
    whole = View(pixels=_as_bytes(grey), to_frame=np.eye(3))
    end = time.thread_time() + budget.seconds
    glimpses: list[Glimpse] = []
    tried: list[Glimpse] = []
    for stage, look in STAGES.items():
        if stage in _SLOW and not budget.slow:
            continue
        codes: list[Code] = []
        for view in look(whole):
            found, seen = read(view, stage)
            codes += found
            glimpses = [*seen, *glimpses]
            if time.thread_time() > end:
                break
        # What is seen at first sight is mostly read at the second.
        if not codes and stage != "plain":
            codes = _by_module(whole, glimpses, tried, until=end)
        if codes:
            return _confirmed(whole.pixels, codes)
        if time.thread_time() > end:
            break
    return ()


# Stages: a frame in, views of it out.


def _as_it_is(frame: View) -> Iterator[View]:
    yield frame


def _unless_large(frame: View) -> Iterator[View]:
    if frame.pixels.size <= LARGE:
        yield frame


def _half(frame: View) -> Iterator[View]:
    if frame.pixels.size > LARGE // 2:
        yield _resized(frame, 0.5)


def _twice(frame: View) -> Iterator[View]:
    for tile in _tiles(frame):
        yield _resized(_sharpened(tile, sigma=0.8, amount=0.75), 2)


def _thrice(frame: View) -> Iterator[View]:
    if frame.pixels.size <= LARGE:
        yield _resized(_sharpened(frame, sigma=0.8, amount=1.0), 3)


def _two_tones(frame: View) -> Iterator[View]:
    _, tones = cv2.threshold(frame.pixels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield View(pixels=_as_bytes(tones), to_frame=frame.to_frame)


def _close_ups(frame: View) -> Iterator[View]:
    """The spots most like a code: as dense in upright edges as in level ones, and square."""
    for x, y, side in _spots(frame.pixels):
        spot = _cut(frame, x, y, side, side)
        for times in (2, 3, 4):
            yield _sharpened(_resized(spot, times), sigma=times, amount=1.5)


STAGES: Final[dict[str, Callable[[View], Iterator[View]]]] = {
    "plain": _as_it_is,
    "x2": _twice,
    "x3": _thrice,
    "finders": _unless_large,
    "half": _half,
    "threshold": _two_tones,
    "zbar": _unless_large,
    "crop": _close_ups,
}
_SLOW: Final = set(STAGES) - {"plain", "x2"}


# Views: parts of a frame, and what is made of them.


def _tiles(frame: View) -> Iterator[View]:
    height, width = frame.pixels.shape
    for y, tall in _cuts(height):
        for x, wide in _cuts(width):
            yield _cut(frame, x, y, wide, tall)


def _cuts(length: int) -> Iterator[tuple[int, int]]:
    """Start and length of as few equal parts as cover `length` and overlap."""
    count = max(1, -(-(length - OVERLAP) // (TILE - OVERLAP)))
    step = -(-(length - OVERLAP) // count) if count > 1 else length
    for number in range(count):
        start = number * step
        yield start, min(step + OVERLAP, length - start)


def _cut(frame: View, x: int, y: int, width: int, height: int) -> View:
    shift = np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])
    part = np.ascontiguousarray(frame.pixels[y : y + height, x : x + width])
    return View(pixels=part, to_frame=frame.to_frame @ shift)


def _resized(view: View, times: float) -> View:
    way = cv2.INTER_CUBIC if times > 1 else cv2.INTER_AREA
    pixels = cv2.resize(view.pixels, None, fx=times, fy=times, interpolation=way)
    # The middle of a pixel stays the middle of what it became.
    shift = (1 / times - 1) / 2
    back = np.array([[1 / times, 0, shift], [0, 1 / times, shift], [0, 0, 1]])
    return View(pixels=_as_bytes(pixels), to_frame=view.to_frame @ back)


def _sharpened(view: View, *, sigma: float, amount: float) -> View:
    blurred = cv2.GaussianBlur(view.pixels, (0, 0), sigma)
    sharp = cv2.addWeighted(view.pixels, 1 + amount, blurred, -amount, 0)
    return View(pixels=_as_bytes(sharp), to_frame=view.to_frame)


def _spots(pixels: Pixels) -> Iterator[tuple[int, int, int]]:
    """Left, top and side of the squares that hold the strongest mix of edges, strongest first."""
    shortest = min(pixels.shape)
    times = max(1, shortest // 700)
    small = cv2.resize(pixels, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA)
    side = min(shortest, max(160, shortest // 3)) // times
    upright = cv2.absdiff(small[:-1, 1:], small[:-1, :-1])
    level = cv2.absdiff(small[1:, :-1], small[:-1, :-1])
    box = (side // 2 + 1, side // 2 + 1)
    mix = np.minimum(cv2.boxFilter(upright, cv2.CV_32F, box), cv2.boxFilter(level, cv2.CV_32F, box))
    for _ in range(SPOTS):
        _, strength, _, (x, y) = cv2.minMaxLoc(mix)
        if strength <= 1:
            return
        left = min(max(0, x - side // 2), mix.shape[1] - side)
        top = min(max(0, y - side // 2), mix.shape[0] - side)
        yield max(0, left) * times, max(0, top) * times, side * times
        cv2.rectangle(mix, (x - side // 2, y - side // 2), (x + side // 2, y + side // 2), 0, -1)


def _as_bytes(pixels: Any) -> Pixels:
    return np.ascontiguousarray(pixels, dtype=np.uint8)


# Decoders: a view in, codes in the coordinates of its frame out.


def read(view: View, stage: str) -> tuple[list[Code], list[Glimpse]]:
    """What the decoder of `stage` reads in `view`, and what it sees without being able to read it.

    Nobody has confirmed these codes yet.
    """
    if stage == "zbar":
        return _read_by_zbar(view, stage), []
    if stage == "finders":
        return [], find_glimpses(view.pixels)
    found = zxingcpp.read_barcodes(
        view.pixels,
        formats=_FORMATS,
        text_mode=zxingcpp.TextMode.Plain,
        # What is enlarged was not inverted or turned, or it would be read by now.
        try_rotate=stage == "plain",
        try_downscale=stage == "plain",
        try_invert=stage == "plain",
        return_errors=True,
    )
    codes, glimpses = [], []
    for one in found:
        place = one.position
        outline = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
        corners = _led([(corner.x, corner.y) for corner in outline], view.to_frame)
        if one.error is None:
            codes.append(Code(text=one.text, corners=corners, stage=stage))
        # Other errors come before the version is known; and at times without a place.
        elif one.error.type == zxingcpp.ErrorType.Checksum and len({*corners}) == len(corners):
            extra: Any = one.extra
            glimpses.append(Glimpse(corners=corners, version=int(extra["Version"])))
    return codes, glimpses


def _by_module(
    frame: View, glimpses: list[Glimpse], tried: list[Glimpse], *, until: float
) -> list[Code]:
    """The first of the `glimpses` that can be read module by module; the others are `tried` now."""
    while glimpses and time.thread_time() < until:
        glimpse = glimpses.pop(0)
        if any(_is_near(glimpse, other) for other in tried):
            continue
        tried.append(glimpse)
        module = _module(glimpse)
        view = _around(frame.pixels, glimpse.corners, 5 * module)
        view = _resized(view, MODULE / module) if module > MODULE else view
        corners = _led(glimpse.corners, np.linalg.inv(view.to_frame).astype(np.float64))
        there = Glimpse(corners=corners, version=glimpse.version)
        text = read_modules(view.pixels, there, until=until)
        if text is not None:
            return [Code(text=text, corners=glimpse.corners, stage="modules")]
    return []


def _module(glimpse: Glimpse) -> float:
    """How wide a module of a glimpsed code is, in pixels."""
    corners = np.array(glimpse.corners)
    around = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean()
    return float(around) / (17 + 4 * glimpse.version)


def _is_near(one: Glimpse, other: Glimpse) -> bool:
    """Whether two glimpses are the same but for half a module."""
    apart = np.abs(np.array(one.corners) - np.array(other.corners)).max()
    return one.version == other.version and float(apart) < _module(one) / 2


def _read_by_zbar(view: View, stage: str) -> list[Code]:
    zbar = _zbar()
    if zbar is None:
        return []
    try:
        found = zbar.decode(view.pixels, symbols=[zbar.ZBarSymbol.QRCODE])
    except ValueError:
        # pyzbar stumbles over a code that is one part of several.
        return []
    codes = []
    for one in found:
        # zbar goes around the other way.
        outline = [*one.polygon[:1], *one.polygon[:0:-1]]
        points = [(point.x, point.y) for point in outline]
        text = one.data.decode("utf-8", "replace")
        codes.append(Code(text=text, corners=_led(points, view.to_frame), stage=stage))
    return codes


@cache
def _zbar() -> Any:
    """The module that speaks to libzbar, or None where the library is not installed."""
    try:
        from pyzbar import pyzbar
    except ImportError as problem:
        _log.warning("codes are read by one decoder only, install libzbar0: %s", problem)
        return None
    return pyzbar


def _led(points: Iterable[tuple[float, float]], way: Matrix) -> Corners:
    """The points where the matrix leads them."""
    there = cv2.perspectiveTransform(np.array([list(points)], dtype=np.float64), way)[0]
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in there)


def _confirmed(frame: Pixels, codes: list[Code]) -> tuple[Code, ...]:
    """The codes, each text once, unless some other text is read in the place of one of them."""
    distinct = {code.text: code for code in reversed(codes)}
    found = tuple(reversed(distinct.values()))
    for code in found:
        others = found if code.stage == "zbar" else (*found, *_second_opinion(frame, code))
        if any(_disagree(code, other) for other in others):
            raise UnreadableImageError(
                "disagree", "two different texts are read in one place: neither is believed"
            )
    return found


def _second_opinion(frame: Pixels, code: Code) -> list[Code]:
    """What zbar reads at the place of `code`, and what both decoders read around it.

    Around it too, because a code can be hidden in the middle of a larger one: both are readable,
    and which of them a phone opens is chance.
    """
    side = float(np.ptp(np.array(code.corners), axis=0).max())
    near, far = (
        _around(frame, code.corners, side / 3),
        _around(frame, code.corners, max(4 * side, 600)),
    )
    # zbar wants larger modules than zxing does; a code of 400 pixels gives it 5 to 6.
    small = max(near.pixels.shape) < 400
    near = _resized(near, 2) if small else near
    far = _resized(far, 0.5) if far.pixels.size > LARGE else far
    return [*_read_by_zbar(near, "zbar"), *_read_by_zbar(far, "zbar"), *read(far, "plain")[0]]


def _around(frame: Pixels, corners: Corners, edge: float) -> View:
    """The place with these corners in the frame, and `edge` pixels around it."""
    xs, ys = np.array(corners).T
    left, top = max(0, int(xs.min() - edge)), max(0, int(ys.min() - edge))
    right, bottom = int(xs.max() + edge) + 1, int(ys.max() + edge) + 1
    return _cut(View(pixels=frame, to_frame=np.eye(3)), left, top, right - left, bottom - top)


def _disagree(one: Code, other: Code) -> bool:
    """Whether the two stand in one place and say different things.

    The bytes beyond ASCII are in a character set that both decoders guess, each in its own way.
    """
    if one.text == other.text or not (one.text.isascii() or other.text.isascii()):
        return False
    return _encloses(one, other) or _encloses(other, one)


def _encloses(one: Code, other: Code) -> bool:
    outline = np.array(one.corners, dtype=np.float32)
    x, y = np.array(other.corners, dtype=np.float32).mean(axis=0)
    return float(cv2.pointPolygonTest(outline, (float(x), float(y)), measureDist=False)) >= 0
