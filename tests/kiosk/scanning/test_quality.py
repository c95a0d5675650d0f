"""Each thing that is wrong with a frame has its hint, and a frame that reads well has none."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.scanning.card import Hint
from kiosk.scanning.finding import find_card
from kiosk.scanning.layout import load_layout
from kiosk.scanning.quality import hints_for
from tests.card_photographs import Conditions, Glare, Pose, background_of, picture_of
from tests.card_prints import draw_card
from tests.people import invented_person

LAYOUT = load_layout("ktp-el")
SIZE = (1280, 720)
HELD = Pose(per_mm=8.0, centre=(20.0, 10.0), yaw=0.08, pitch=-0.06, roll=0.03)
FINE = Conditions(defocus=0.4, noise=1.5, exposure=0.9, slope=(0.1, 0.05))


@cache
def a_card() -> NDArray[np.uint8]:
    return draw_card(invented_person(np.random.default_rng(11)), LAYOUT)


def hints(
    pose: Pose = HELD, conditions: Conditions = FINE, ground: str = "wood"
) -> tuple[Hint, ...]:
    """The hints for a frame with a card held like this."""
    rng = np.random.default_rng(12)
    desk = background_of(ground, SIZE, rng)
    frame = picture_of(a_card(), pose, desk, conditions, rng)
    return hints_of(frame)


def hints_of(frame: NDArray[np.uint8]) -> tuple[Hint, ...]:
    found = find_card(frame, LAYOUT)
    return hints_for(frame, found[0] if found else None, LAYOUT)


@pytest.mark.parametrize("ground", ["wood", "paper", "clutter"])
def test_a_frame_that_reads_well_gets_no_hint(ground: str) -> None:
    assert hints(ground=ground) == ()


def glare_on(zone: int) -> Glare:
    box = LAYOUT.zones[zone].box
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Glare(at=middle, spread=(8.0, 4.0), peak=220.0)


@pytest.mark.parametrize(
    ("conditions", "hint"),
    [
        (replace(FINE, exposure=0.28), Hint.DARK),
        (replace(FINE, exposure=1.8), Hint.BRIGHT),
        (replace(FINE, glare=glare_on(0)), Hint.GLARE),
        (replace(FINE, glare=glare_on(2)), Hint.GLARE),
        (replace(FINE, defocus=2.6), Hint.BLURRED),
        (replace(FINE, motion=(8.0, 1.0)), Hint.BLURRED),
        (replace(FINE, motion=(1.0, 8.0)), Hint.BLURRED),
    ],
)
def test_what_is_wrong_with_light_or_lens_is_said(conditions: Conditions, hint: Hint) -> None:
    assert hints(conditions=conditions) == (hint,)


@pytest.mark.parametrize(
    ("pose", "hint"),
    [
        (replace(HELD, per_mm=3.6), Hint.FAR),
        (replace(HELD, centre=(380.0, 0.0)), Hint.CUT_OFF),
        (replace(HELD, centre=(0.0, -190.0)), Hint.CUT_OFF),
        (replace(HELD, per_mm=15.5, centre=(0.0, 0.0)), Hint.NEAR),
    ],
)
def test_where_the_card_should_be_held_instead_is_said(pose: Pose, hint: Hint) -> None:
    assert hint in hints(pose=pose)


@pytest.mark.parametrize(
    ("value", "hint"),
    [(0, Hint.BLACK), (40, Hint.DARK), (128, Hint.NO_CARD), (255, Hint.BRIGHT)],
)
def test_without_a_card_the_light_is_told_or_that_there_is_none(value: int, hint: Hint) -> None:
    assert hints_of(np.full((720, 1280, 3), value, np.uint8)) == (hint,)
    assert hints_of(np.full((720, 1280), value, np.uint8)) == (hint,)


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (3, 7)])
def test_the_smallest_frames_are_told_of_too(size: tuple[int, int]) -> None:
    assert hints_of(np.full((*size, 3), 128, np.uint8)) == (Hint.NO_CARD,)


def test_a_large_frame_is_measured_like_a_small_one() -> None:
    rng = np.random.default_rng(12)
    frame = picture_of(a_card(), HELD, background_of("wood", SIZE, rng), FINE, rng)
    large = np.asarray(cv2.resize(frame, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert hints_of(large) == ()
