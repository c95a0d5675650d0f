"""One picture of a card, through all steps: where it lies, what stands on it, what is odd."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kiosk.domain.identities import CardReading, nik_stands

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.scanning.finding import Found
    from kiosk.scanning.layout import Box, Layout

__all__ = ["Corners", "Hint", "Sighting", "Suspicion", "look"]

Corners = tuple[tuple[float, float], ...]

MOST_READ: Final = 4
"""How many places and ways round of a card are read at most in one picture."""


class Hint(StrEnum):
    """What whoever holds the card may do better, the most urgent first."""

    BLACK = "black"  # no light at all: cover or lens
    DARK = "dark"
    BRIGHT = "bright"
    NO_CARD = "no-card"
    CUT_OFF = "cut-off"
    FAR = "far"
    NEAR = "near"
    GLARE = "glare"
    BLURRED = "blurred"


class Suspicion(StrEnum):
    """What may be said against the card's material. None of it is a verdict."""

    GREY = "grey"  # no colour where the layout has some: a photocopy
    SCREEN = "screen"  # moiré: the picture of a screen


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one picture showed. Nothing of it is kept, and none of it is logged.

    `corners` are (x, y) in pixels of the picture, clockwise from the card's own top left; None
    where no card was found. `reading` is None where nothing of the card could be read.
    """

    corners: Corners | None = None
    reading: CardReading | None = None
    hints: tuple[Hint, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()


def look(frame: NDArray[np.uint8], layout: Layout, *, near: Corners | None = None) -> Sighting:
    """What a frame of BGR bytes shows of such a card; `near` is where it lay just before.

    Raises:
        ReaderMissingError: the part that reads print is not installed.
    """
    # Whoever only handles sightings does not pay for what sees.
    from kiosk.scanning.fields import read_fields
    from kiosk.scanning.finding import find_card
    from kiosk.scanning.paper import suspicions_of
    from kiosk.scanning.quality import hints_for

    seen: list[tuple[Found, CardReading]] = []
    for place in find_card(frame, layout, near=near)[:MOST_READ]:
        seen.append((place, read_fields(place.card, _without_cut_zones(layout, place, frame))))
        if nik_stands(seen[-1][1]):
            break
    if not seen:
        return Sighting(hints=hints_for(frame, None, layout))
    best, reading = max(seen, key=lambda one: (nik_stands(one[1]), bool(one[1].nik)))
    return Sighting(
        corners=tuple((float(x), float(y)) for x, y in best.corners),
        reading=reading if reading.nik or reading.name else None,
        hints=hints_for(frame, best, layout),
        suspicions=suspicions_of(best.card, layout),
    )


def _without_cut_zones(layout: Layout, found: Found, frame: NDArray[np.uint8]) -> Layout:
    """The layout less the zones that leave the frame: half a digit looks like another one."""
    import cv2
    import numpy as np

    own = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (layout.width, layout.height)
    to_frame = cv2.getPerspectiveTransform(own.astype(np.float32), found.corners)
    height, width = frame.shape[:2]

    def is_inside(box: Box) -> bool:
        ends = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        there = cv2.perspectiveTransform(np.array([ends], np.float32), to_frame)[0]
        return bool((there >= 0).all() and (there <= (width - 1, height - 1)).all())

    return replace(layout, zones=tuple(zone for zone in layout.zones if is_inside(zone.box)))
