"""Identity cards of invented people, and pictures of them as cameras take them, from a seed.

    invented_person(rng)  ->  draw_card(person, layout)  ->  photograph_card(card, rng)
                                                         ->  moving_card_frames(card, ...)
    card_set(seed, count)     all of it mixed: the bench's set

Everything that others need is here; people.py invents, card_prints.py draws, card_photographs.py
is the camera. The same seed gives the same picture wherever the versions of OpenCV, Pillow and the
fonts (Debian's fonts-liberation2, fonts-dejavu-core, fonts-ocr-a, fonts-ocr-b) are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.layout import load_layout
from tests.card_photographs import (
    BACKGROUNDS,
    CAMERAS,
    LEVELS,
    Camera,
    Conditions,
    Glare,
    Photograph,
    Pose,
    background_of,
    photograph_card,
    picture_of,
)
from tests.card_prints import (
    FINE,
    PLAIN,
    Printing,
    a_printing,
    draw_card,
    mrz_lines,
    on_a_screen,
    photocopied,
    printed_name,
)
from tests.people import Person, invented_person, sibling_of, twin_of
from tests.pictures import moving_page_frames

__all__ = [
    "BACKGROUNDS",
    "CAMERAS",
    "FINE",
    "LEVELS",
    "PLAIN",
    "Camera",
    "Person",
    "Photograph",
    "Printing",
    "Shot",
    "a_printing",
    "card_set",
    "draw_card",
    "invented_person",
    "moving_card_frames",
    "moving_sheet_and_card_frames",
    "mrz_lines",
    "on_a_screen",
    "photocopied",
    "photograph_card",
    "printed_name",
    "sibling_of",
    "twin_of",
]

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """One picture of a set, and all that was put into it."""

    person: Person
    kind: str
    printing: Printing
    camera: str
    level: str
    background: str
    turn: int
    frame: Pixels = field(repr=False)
    corners: Points = field(repr=False)
    inside: bool


def card_set(
    seed: int,
    count: int,
    *,
    kinds: Sequence[str] = ("ktp-el",),
    other_faces: float = 0.3,
    inside: bool | None = None,
) -> Iterator[Shot]:
    """`count` pictures, each of another person: cameras, levels and grounds in turn.

    Twelve in a row have each camera at each level; one in ten lies turned by 90, 180 or 270
    degrees. The first pictures of a set are the same whatever its `count`.
    """
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        person = invented_person(rng)
        kind = kinds[number % len(kinds)]
        printing = a_printing(rng, other_faces=other_faces)
        camera = tuple(CAMERAS)[number % 4]
        level = tuple(LEVELS)[number // 4 % 3]
        background = BACKGROUNDS[number % 5]
        turn = int(rng.choice([90, 180, 270])) if rng.random() < 0.1 else 0
        card = draw_card(person, load_layout(kind), printing=printing)
        taken = photograph_card(
            card,
            rng,
            camera=camera,
            level=level,
            background=background,
            turn=turn,
            inside=inside,
        )
        yield Shot(
            person=person,
            kind=kind,
            printing=printing,
            camera=camera,
            level=level,
            background=background,
            turn=turn,
            frame=taken.frame,
            corners=taken.corners,
            inside=taken.inside,
        )


def moving_card_frames(
    card: Pixels, seed: int, count: int, *, size: tuple[int, int] = (1280, 720), glossy: bool = True
) -> Iterator[Pixels]:
    """`count` frames: an empty desk, then a card comes in, is tilted this way and that, and leaves.

    The lamp's reflection wanders over a laminated card as it tilts; paper (not `glossy`) has none.
    """
    rng = np.random.default_rng(seed)
    desk = background_of("wood", size, rng)
    width, height = card.shape[1] / FINE, card.shape[0] / FINE
    fitting = min(size[0] / width, size[1] / height) * 0.66
    phase = rng.uniform(0, 2 * np.pi, 4)
    for number in range(count):
        at = number / max(1, count - 1)
        # Outside for the first and the last eighth, at rest in the middle of the rest.
        away = max(0.0, 1 - at / 0.3, 1 - (1 - at) / 0.2) ** 0.7
        yaw = float(0.14 * np.sin(9 * at + phase[0]))
        pitch = float(0.12 * np.sin(7 * at + phase[1]))
        pose = Pose(
            per_mm=float(fitting * (1 + 0.04 * np.sin(5 * at + phase[2]))),
            centre=(
                size[0] * (1.1 * away + 0.02 * np.sin(8 * at)),
                size[1] * 0.03 * np.cos(6 * at),
            ),
            yaw=yaw,
            pitch=pitch,
            roll=0.08 * np.sin(4 * at + phase[3]),
        )
        # A mirror turned by an angle turns what it shows by twice as much.
        spot = width * 0.75 + 260 * yaw, height * 0.35 + 260 * pitch
        glare = Glare(at=spot, spread=(9.0, 6.0), peak=130.0) if glossy else None
        conditions = Conditions(
            defocus=0.5, noise=3.0, exposure=0.9, slope=(0.15, 0.1), glare=glare, sharpened=0.3
        )
        yield picture_of(card, pose, desk, conditions, rng)


def moving_sheet_and_card_frames(
    page: Pixels, card: Pixels, seed: int, count: int
) -> Iterator[Pixels]:
    """`count` frames, 1280x720: an empty desk, a sheet with its code, a card; empty again."""
    sheet = count // 2
    for grey in moving_page_frames(page, seed, sheet):
        yield np.dstack([grey] * 3)
    yield from moving_card_frames(card, seed, count - sheet)
