"""One picture of a card, through all steps: where it lies, what stands on it, what is odd."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.identities import CardReading

__all__ = ["Hint", "Sighting", "Suspicion"]


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
    FLAT = "flat"  # no glare moved over several frames of a card that did


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one picture showed. Nothing of it is kept, and none of it is logged.

    `corners` are (x, y) in pixels of the picture, clockwise from the card's own top left; None
    where no card was found. `reading` is None where nothing of the card could be read.
    """

    corners: tuple[tuple[float, float], ...] | None = None
    reading: CardReading | None = None
    hints: tuple[Hint, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
