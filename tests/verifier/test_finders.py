"""Where a code of small modules lies is told by its three large squares and its timing lines."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pictures import symbol
from tests.torture import NO_CODE, no_code_frame, torture_frame
from verifier import finders
from verifier.finders import find_glimpses

TEXT = "https://localhost:8000/#" + "7" * 60
SIDE = 33  # modules of version 4
DOTS = 8


def seen(pixels: float, turned: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A code with so many pixels to a module, turned by so many degrees; and its corners."""
    square = symbol(TEXT, border=4, dots=DOTS, version=4)
    middle = (square.shape[0] - 1) / 2
    way = cv2.getRotationMatrix2D((middle, middle), turned, pixels / DOTS)
    way[:, 2] += 150 - middle
    soft = cv2.GaussianBlur(square, (0, 0), 0.6 * DOTS / pixels)
    picture = cv2.warpAffine(soft, way, (300, 300), borderValue=255)
    near, far = 4 * DOTS - 0.5, (4 + SIDE) * DOTS - 0.5
    corners = np.array([[near, near, 1], [far, near, 1], [far, far, 1], [near, far, 1]])
    grain = np.random.default_rng(1).normal(0, 4, picture.shape)
    return np.clip(picture * 0.6 + 40 + grain, 0, 255).astype(np.uint8), corners @ way.T


@pytest.mark.parametrize("turned", [0, 20, 45, 100, 190, 285])
@pytest.mark.parametrize("pixels", [1.5, 2.2, 3.0])
def test_a_code_is_found_in_every_size_and_however_it_is_turned(
    pixels: float, turned: float
) -> None:
    picture, corners = seen(pixels, turned)

    first = find_glimpses(picture)[0]

    assert first.version == 4
    assert np.abs(np.array(first.corners) - corners).max() < 1.2 * pixels


def test_of_a_code_seen_aslant_three_corners_are_true() -> None:
    frame = torture_frame("moderate", 2.0, 8052)

    first = find_glimpses(frame.pixels)[0]

    off = np.abs(np.array(first.corners) - frame.corners).max(axis=1)
    assert off[[0, 1, 3]].max() < 2.5


@pytest.mark.parametrize("kind", NO_CODE)
def test_where_there_is_no_code_there_is_nothing_to_try(kind: str) -> None:
    assert find_glimpses(no_code_frame(kind, 1, size=(640, 360)).pixels) == []


def test_the_timing_lines_tell_the_version() -> None:
    picture, _ = seen(2.2, 20)
    light = picture.astype(np.float32)
    places = [finders._looked_at(light, *place) for place in finders._places(light)]
    (trio, *_) = finders._trios([finder for finder in places if finder])

    side = {version: finders._timing(light, trio, 17 + 4 * version) for version in (2, 3, 4, 5, 6)}

    assert max(side, key=side.__getitem__) == 4


@pytest.mark.parametrize("shape", [(21, 21), (21, 400), (5, 5)])
def test_the_smallest_pictures_are_no_trouble(shape: tuple[int, int]) -> None:
    assert find_glimpses(np.zeros(shape, np.uint8)) == []
