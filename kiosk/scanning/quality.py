"""What is wrong with a frame, as hints for whoever holds the card, the most urgent first.

The bounds were measured on invented cards (tests/cards.py): frames that read well get no hint.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.card import Hint
from kiosk.scanning.finding import Found
from kiosk.scanning.layout import PER_MM, Box, Layout

__all__ = ["hints_for"]

Pixels = NDArray[np.uint8]

# Grey values, 0 to 255: of the brightest hundredth of a frame, and of the middle of a card.
BLACK_BELOW: Final = 16
DARK_BELOW: Final = 75
DARK_CARD_BELOW: Final = 65

SATURATED: Final = 250
"""From this value on, nothing can be told any more."""

BRIGHT_SHARE: Final = 0.15
EMPTY_BRIGHT_SHARE: Final = 0.45
GLARE_SHARE: Final = 0.06
"""Parts that are saturated: of a card, of a frame without one, and of a line that is read."""

FAR_BELOW: Final = 4.5
"""Pixels to a millimetre below which letters drown (scanner.md 2.4)."""

SHARP_FROM: Final = 0.12
"""The steepest edges of the lines that are read, in parts of their contrast to a pixel of the
upright card, in the direction in which they are softest: motion blurs one alone."""

SMALL: Final = 320
"""The longest side of what the light is measured on, in pixels."""


def hints_for(frame: Pixels, found: Found | None, layout: Layout) -> tuple[Hint, ...]:
    """What would make the next frame better; nothing where it need not be better.

    `frame` is grey or BGR; `found` is the card in it, if one was found.
    """
    small = _small(frame)
    if np.percentile(small, 99) < BLACK_BELOW:
        return (Hint.BLACK,)
    if found is None:
        return (_without_card(small),)
    hints = [*_of_light(found.card), *_of_place(frame, found, layout)]
    zones = [_part(found.card, zone.box) for zone in layout.zones]
    if Hint.BRIGHT not in hints and any(_saturated(zone) > GLARE_SHARE for zone in zones):
        hints.append(Hint.GLARE)
    if (
        Hint.FAR not in hints
        and zones
        and np.mean([_sharpness(zone) for zone in zones]) < SHARP_FROM
    ):
        hints.append(Hint.BLURRED)
    return tuple(hints)


def _without_card(small: Pixels) -> Hint:
    if np.percentile(small, 99) < DARK_BELOW:
        return Hint.DARK
    return Hint.BRIGHT if np.mean(small >= SATURATED) > EMPTY_BRIGHT_SHARE else Hint.NO_CARD


def _of_light(card: Pixels) -> list[Hint]:
    grey = _small(card)
    if np.median(grey) < DARK_CARD_BELOW:
        return [Hint.DARK]
    return [Hint.BRIGHT] if np.mean(grey >= SATURATED) > BRIGHT_SHARE else []


def _of_place(frame: Pixels, found: Found, layout: Layout) -> list[Hint]:
    height, width = frame.shape[:2]
    x, y = found.corners.T
    # Of a card that leaves the frame, the frame's own edge may have been taken for the card's.
    edge = 0.003 * max(height, width)
    out = [bool((x < edge).any()), bool((x > width - 1 - edge).any()),
           bool((y < edge).any()), bool((y > height - 1 - edge).any())]  # fmt: skip
    if (out[0] and out[1]) or (out[2] and out[3]):
        return [Hint.NEAR]
    if any(out):
        return [Hint.CUT_OFF]
    top, right, bottom, left = np.hypot(*(np.roll(found.corners, -1, axis=0) - found.corners).T)
    per_mm = min((top + bottom) / layout.width, (left + right) / layout.height) / 2
    return [Hint.FAR] if per_mm < FAR_BELOW else []


def _sharpness(zone: Pixels) -> float:
    grey = cv2.GaussianBlur(_grey(zone).astype(np.float32), (0, 0), 1.5)
    contrast = max(8.0, float(np.percentile(grey, 90) - np.percentile(grey, 2)))
    steps = (cv2.Sobel(grey, cv2.CV_32F, *way) / 8 for way in ((1, 0), (0, 1)))
    return float(min(np.percentile(np.abs(step), 97) for step in steps)) / contrast


def _saturated(zone: Pixels) -> float:
    return float(np.mean(zone.min(axis=2) >= SATURATED))


def _part(card: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = (
        round(side * PER_MM) for side in (box.left, box.top, box.right, box.bottom)
    )
    return card[top:bottom, left:right]


def _small(picture: Pixels) -> Pixels:
    scale = min(1.0, SMALL / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return _grey(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))


def _grey(picture: Pixels) -> Pixels:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
