"""Cards are found where they lie and laid upright; nothing else is taken for one."""

from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.scanning.finding import Found, How, find_card, upright
from kiosk.scanning.layout import PER_MM, layout_names, load_layout
from tests.card_photographs import (
    BACKGROUNDS,
    Conditions,
    Photograph,
    Pose,
    background_of,
    photograph_card,
    picture_of,
)
from tests.cards import a_printing, draw_card, invented_person
from tests.pictures import photograph, sample_page

Pixels = NDArray[np.uint8]

KTP = load_layout("ktp-el")
CLEAR = Conditions(defocus=0.4, noise=2.0)


@cache
def a_card(name: str = "ktp-el", seed: int = 1) -> Pixels:
    rng = np.random.default_rng(seed)
    return draw_card(invented_person(rng), load_layout(name), printing=a_printing(rng))


def overlap(found: Found, corners: NDArray[np.float64], frame: Pixels) -> float:
    """How much of the one place is the other, of all that both take (IoU)."""
    one, other = (np.zeros(frame.shape[:2], np.uint8) for _ in range(2))
    cv2.fillPoly(one, [np.round(found.corners).astype(np.int32)], 1)
    cv2.fillPoly(other, [np.round(corners).astype(np.int32)], 1)
    return float((one & other).sum() / (one | other).sum())


def likeness(one: Pixels, other: Pixels) -> float:
    """How alike two pictures of a card are, light and corners aside."""
    parts = [cv2.resize(card, (321, 204), interpolation=cv2.INTER_AREA) for card in (one, other)]
    both = np.array([part[15:-15, 15:-15].ravel() for part in parts], np.float64)
    both -= both.mean(axis=1, keepdims=True)
    return float(both[0] @ both[1] / np.sqrt((both[0] @ both[0]) * (both[1] @ both[1])))


def taken(level: str = "mild", seed: int = 1, **how: object) -> Photograph:
    rng = np.random.default_rng(seed)
    return photograph_card(a_card(), rng, **{"level": level, "inside": True, **how})  # type: ignore[arg-type]  # of any kind


@pytest.mark.parametrize("level", ["mild", "moderate", "severe"])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_a_card_is_found_wherever_it_lies(background: str, level: str) -> None:
    picture = taken(level, background=background, seed=len(background))

    best, *_ = find_card(picture.frame, KTP)

    assert overlap(best, picture.corners, picture.frame) > 0.9


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_corners_begin_at_the_cards_own_top_left(turn: int) -> None:
    picture = taken(turn=turn)

    best, *_ = find_card(picture.frame, KTP)

    assert np.abs(best.corners - picture.corners).max() < 12
    assert likeness(best.card, a_card()) > 0.8


@pytest.mark.parametrize("name", layout_names())
def test_every_kind_of_card_is_found_and_laid_upright(name: str) -> None:
    layout, card = load_layout(name), a_card(name)
    picture = photograph_card(card, np.random.default_rng(2), level="mild", inside=True)

    best, *_ = find_card(picture.frame, layout)

    assert best.card.shape == (round(layout.height * PER_MM), round(layout.width * PER_MM), 3)
    assert likeness(best.card, card) > 0.8


def test_another_kind_of_card_is_not_taken_for_this_one() -> None:
    rng = np.random.default_rng(2)
    picture = photograph_card(a_card("passport"), rng, level="mild", background="wood", inside=True)

    assert find_card(picture.frame, KTP) == ()


@pytest.mark.parametrize("background", ["clutter", "wood", "paper", "blue"])
def test_an_empty_desk_has_no_card_on_it(background: str) -> None:
    frame = background_of(background, (1280, 720), np.random.default_rng(3))

    assert find_card(frame, KTP) == ()


def test_a_printed_page_is_no_card() -> None:
    page = photograph(sample_page(), np.random.default_rng(4))

    assert find_card(page, KTP) == ()


def test_a_card_upside_down_in_a_mirror_is_no_card() -> None:
    picture = taken(background="wood")

    assert find_card(np.ascontiguousarray(picture.frame[:, ::-1]), KTP) == ()


def test_on_a_ground_of_its_colour_a_card_is_found_by_its_labels() -> None:
    frame, corners = on_its_own_colour()

    best, *_ = find_card(frame, KTP)

    assert best.how is How.LABELS
    assert overlap(best, corners, frame) > 0.9


def on_its_own_colour() -> tuple[Pixels, NDArray[np.float64]]:
    """A card of which no edge is to be seen."""
    small = cv2.resize(a_card(), None, fx=0.34, fy=0.34, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    frame = np.full((720, 1280, 3), np.median(small, axis=(0, 1)), np.uint8)
    ramp = np.minimum.outer(
        np.minimum(np.arange(height), np.arange(height)[::-1]),
        np.minimum(np.arange(width), np.arange(width)[::-1]),
    )
    # Its lines fade away before they reach the edge.
    part = np.clip(ramp / 12, 0, 1)[..., None]
    frame[200 : 200 + height, 300 : 300 + width] = small * part + frame[0, 0] * (1 - part)
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]]) + np.array([299.5, 199.5])
    noise = np.random.default_rng(5).normal(0, 2, frame.shape)
    return np.clip(frame + noise, 0, 255).astype(np.uint8), own


def test_a_grey_frame_will_do() -> None:
    picture = taken(background="wood")
    grey = np.asarray(cv2.cvtColor(picture.frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)

    best, *_ = find_card(grey, KTP)

    assert overlap(best, picture.corners, picture.frame) > 0.9
    assert best.card.ndim == 3


def test_of_a_card_that_is_cut_off_the_corners_lie_outside() -> None:
    rng = np.random.default_rng(6)
    desk = background_of("wood", (1280, 720), rng)
    pose = Pose(per_mm=9.0, centre=(430.0, 0.0))
    frame = picture_of(a_card(), pose, desk, CLEAR, rng)

    best, *_ = find_card(frame, KTP)

    assert best.corners[1:3, 0].min() > 1280
    assert best.corners[[0, 3], 0] == pytest.approx(639.5 + 430 - 9 * KTP.width / 2, abs=8)


def test_part_of_its_words_are_enough_to_know_a_card_by() -> None:
    rng = np.random.default_rng(6)
    desk = background_of("wood", (1280, 720), rng)
    pose = Pose(per_mm=9.0, centre=(-340.0, 0.0))
    frame = picture_of(a_card(), pose, desk, CLEAR, rng)

    best, *_ = find_card(frame, KTP)

    assert best.corners[[0, 3], 0].max() < -70
    assert best.corners[1:3, 0] == pytest.approx(639.5 - 340 + 9 * KTP.width / 2, abs=30)


def two_cards() -> Pixels:
    """One card in the left half, another in the right."""
    rng = np.random.default_rng(7)
    desk = background_of("wood", (1280, 720), rng)
    left = picture_of(a_card(), Pose(per_mm=6.0, centre=(-310.0, 0.0)), desk, CLEAR, rng)
    right = picture_of(a_card(seed=2), Pose(per_mm=6.0, centre=(310.0, 0.0)), desk, CLEAR, rng)
    return np.hstack([left[:, :640], right[:, 640:]])


@pytest.mark.parametrize("middle", [329.5, 949.5])
def test_a_card_is_sought_first_where_it_was(middle: float) -> None:
    there = [
        (middle + x, 359.5 + y) for x, y in ((-260, -165), (260, -165), (260, 165), (-260, 165))
    ]

    best, *_ = find_card(two_cards(), KTP, near=there)

    assert best.corners.mean(axis=0) == pytest.approx((middle, 359.5), abs=6)


@pytest.mark.parametrize(
    "near",
    [
        pytest.param(((0, 0), (200, 0), (200, 120), (0, 120)), id="elsewhere"),
        pytest.param(((-900, -900), (-500, -900), (-500, -600), (-900, -600)), id="outside"),
        pytest.param(((5, 5),) * 4, id="a point"),
        pytest.param(((float("nan"), 0), (1, 0), (1, 1), (0, 1)), id="nowhere"),
        pytest.param((), id="nothing"),
    ],
)
def test_a_card_that_has_moved_away_is_found_all_the_same(
    near: tuple[tuple[float, float], ...],
) -> None:
    picture = taken(background="wood")

    best, *_ = find_card(picture.frame, KTP, near=near)

    assert overlap(best, picture.corners, picture.frame) > 0.9


@pytest.mark.parametrize(
    "shape",
    [(0, 0, 3), (1, 1), (1, 1, 3), (1, 5000), (5000, 1, 3), (47, 1280, 3), (48, 48, 3), (60, 6000)],
)
def test_a_frame_of_an_odd_shape_holds_no_card(shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(8).integers(0, 256, shape).astype(np.uint8)

    assert find_card(noise, KTP) == ()


def test_in_a_picture_of_many_pixels_a_card_is_found_where_it_lies() -> None:
    picture = taken(background="wood")
    large = cv2.resize(picture.frame, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)

    best, *_ = find_card(np.asarray(large, dtype=np.uint8), KTP)

    assert np.abs((best.corners + 0.5) / 4 - 0.5 - picture.corners).max() < 12


def test_noise_that_is_finer_than_the_card_needs_is_averaged_away() -> None:
    rng = np.random.default_rng(9)
    corners = np.array([[0, 0], [5136, 0], [5136, 3239], [0, 3239]], np.float32)
    noise = rng.integers(0, 256, (3239, 5136)).astype(np.uint8)

    card = upright(noise, corners, KTP)

    assert card[20:-20, 20:-20].std() < 30
