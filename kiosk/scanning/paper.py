"""Signs that a card is a photocopy, or stands on a screen. Suspicions, and never a verdict.

A colour print on paper shows neither sign, a good screen seen at the right distance may show none,
and a worn card in bad light may show one. So no suspicion says nothing for a card, and one is a
reason to look at it, no more.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.card import Suspicion
from kiosk.scanning.layout import Layout

__all__ = ["suspicions_of"]

Pixels = NDArray[np.uint8]

GREY_BELOW: Final = 0.12
"""How far the colours of a card lie apart, in parts of its light: of cards 0.2 and more, however
the lamp is tinted, of photocopies 0.1 and less."""

COLOURLESS_GROUND: Final = 12
"""A layout whose ground differs no more than this between red, green and blue has no colour."""

LIGHT_FROM: Final = 40
"""Below this grey value a camera sees no colours."""

MOIRE_FROM: Final = 4.6
"""How far the strongest tones of a grid stand out of the spectrum around them, as a logarithm: up
to 4.2 on cards, 3 to 8 on screens."""

TILE: Final = 256
FINE, COARSE = 110, 20
"""The tones of a grid that are looked at: periods of 2.3 to 13 pixels of the upright card."""


def suspicions_of(card: Pixels, layout: Layout) -> tuple[Suspicion, ...]:
    """What may be said against the material of an upright card (BGR, PER_MM)."""
    found = []
    if _is_grey(card, layout):
        found.append(Suspicion.GREY)
    if _grid(card) > MOIRE_FROM:
        found.append(Suspicion.SCREEN)
    return tuple(found)


def _is_grey(card: Pixels, layout: Layout) -> bool:
    if max(layout.ground) - min(layout.ground) <= COLOURLESS_GROUND:
        return False
    small = np.asarray(cv2.resize(card, (171, 108), interpolation=cv2.INTER_AREA), np.uint8)
    light = float(np.median(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)))
    if light < LIGHT_FROM:
        return False
    colours = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)[..., 1:].astype(np.float32)
    # Calmer than the noise of a sensor; and from their middle, so that the lamp's tint goes away.
    calm = cv2.GaussianBlur(colours, (0, 0), 2).reshape(-1, 2)
    apart = np.hypot(*(calm - np.median(calm, axis=0)).T)
    return float(np.percentile(apart, 98)) / light < GREY_BELOW


def _grid(card: Pixels) -> float:
    """How strongly the card's surface repeats itself in one direction."""
    grey = cv2.cvtColor(card, cv2.COLOR_BGR2GRAY).astype(np.float32)
    grey -= cv2.GaussianBlur(grey, (0, 0), 8)
    height, width = grey.shape
    window = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
    power = np.full((TILE, TILE), 1e-3)
    for top in range(0, height - TILE + 1, TILE // 2):
        for left in range(0, width - TILE + 1, TILE // 2):
            tile = grey[top : top + TILE, left : left + TILE] * window
            power += np.abs(np.fft.fftshift(np.fft.fft2(tile))) ** 2
    tones = np.log(power).astype(np.float32)
    above = tones - cv2.blur(tones, (15, 15))
    y, x = np.mgrid[-TILE // 2 : TILE // 2, -TILE // 2 : TILE // 2]
    away = np.hypot(x, y)
    return float(np.sort(above[(away > COARSE) & (away < FINE)])[-4:].mean())
