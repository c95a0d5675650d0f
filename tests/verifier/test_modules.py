"""A code that was seen and not read is read module by module, though its corners are a little off.

What this brings in numbers is in `bench/read_frames.py`; here, that each part of it is needed.
"""

import time

import cv2
import numpy as np
import pytest
import qrcode
from numpy.typing import NDArray

from tests.pictures import symbol
from verifier import modules
from verifier.modules import Glimpse, read_modules

LONG = time.thread_time() + 3600
TEXT = "https://localhost:8000/#" + "7" * 60
DOTS = 8


def glimpse(version: int, *, dots: float = DOTS, border: int = 4, off: float = 0) -> Glimpse:
    """Where a code of this version stands in its own picture, each corner `off` elsewhere."""
    near, far = border * dots, (border + 17 + 4 * version) * dots
    moves = off * np.array([[1, -1], [-1, -0.5], [1, 1], [-0.5, 1]])
    corners = np.array([[near, near], [far, near], [far, far], [near, far]]) + moves
    return Glimpse(corners=tuple((float(x), float(y)) for x, y in corners), version=version)


def shrunk(
    square: NDArray[np.uint8], pixels: float, blur: float, noise: float
) -> NDArray[np.uint8]:
    """The square with so many pixels to a module, through a lens that blurs by `blur` pixels."""
    soft = cv2.GaussianBlur(square, (0, 0), blur * DOTS / pixels)
    small = cv2.resize(soft, None, fx=pixels / DOTS, fy=pixels / DOTS, interpolation=cv2.INTER_AREA)
    grain = np.random.default_rng(1).normal(0, noise, small.shape)
    return np.asarray(np.clip(small * 0.7 + 30 + grain, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("version", range(1, 41))
def test_what_is_known_of_a_version_stands_in_each_of_its_codes(version: int) -> None:
    for mask, text in ((1, "A"), (6, "B" * 10)):
        code = qrcode.QRCode(version=version, border=modules.QUIET, mask_pattern=mask)
        code.add_data(text)
        code.make(fit=False)
        light = np.where(np.array(code.get_matrix(), dtype=bool), -1, 1)

        plan = modules._plan(version)

        assert (plan.value == light)[plan.known].all()
        # Format, and the data: nothing else is unknown.
        unknown = {1: 30 + 208, 2: 30 + 359, 7: 30 + 1568, 40: 30 + 29648}.get(version)
        assert unknown in (None, (~plan.known).sum())


@pytest.mark.parametrize("off", [0, 3.5, 7])
def test_the_corners_may_be_off_by_most_of_a_module(off: float) -> None:
    found = glimpse(4, off=off)

    assert read_modules(symbol(TEXT, version=4), found, until=LONG) == TEXT


@pytest.mark.parametrize(
    ("pixels", "blur", "noise"), [(1.25, 0.7, 10), (1.5, 1.0, 8), (2.0, 1.3, 8), (3.0, 1.6, 2)]
)
def test_what_a_lens_has_mixed_is_told_apart(pixels: float, blur: float, noise: float) -> None:
    seen = shrunk(symbol(TEXT, version=4), pixels, blur, noise)

    assert read_modules(seen, glimpse(4, dots=pixels), until=LONG) == TEXT


def test_what_a_moving_hand_has_mixed_is_told_apart() -> None:
    streak = np.eye(7, dtype=np.float32) / 7
    seen = cv2.filter2D(shrunk(symbol(TEXT, version=4), 3.0, 0.5, 2), -1, streak)

    assert read_modules(np.asarray(seen, np.uint8), glimpse(4, dots=3), until=LONG) == TEXT


def test_bent_paper_is_followed() -> None:
    square = symbol(TEXT, version=4)
    side = square.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    wave = 1.8 * DOTS * np.sin(np.pi * y / side) ** 2
    bent = cv2.remap(square, x + wave, y + wave / 2, cv2.INTER_LINEAR, borderValue=255)

    assert read_modules(np.asarray(bent, np.uint8), glimpse(4), until=LONG) == TEXT


@pytest.mark.parametrize("version", [3, 5])
def test_a_glimpse_of_another_version_gives_nothing(version: int) -> None:
    assert read_modules(symbol(TEXT, version=4), glimpse(version), until=LONG) is None


def test_in_noise_there_is_no_code() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400), dtype=np.uint8)

    assert read_modules(noise, glimpse(4), until=LONG) is None


def test_no_turn_begins_after_the_time_is_up() -> None:
    square = symbol(TEXT, version=4)

    assert read_modules(square, glimpse(4), until=LONG) == TEXT
    assert read_modules(square, glimpse(4), until=0) is None


def test_a_glimpse_at_the_edge_of_the_picture_or_of_no_size_harms_nothing() -> None:
    square = symbol(TEXT, version=4, border=0)
    outside = Glimpse(corners=((-90, -90), (-20, -90), (-20, -20), (-90, -20)), version=4)
    nothing = Glimpse(corners=((9, 9), (9, 9.1), (9.1, 9.1), (9.1, 9)), version=40)

    assert read_modules(square, glimpse(4, border=0), until=LONG) == TEXT
    assert read_modules(square, outside, until=LONG) is None
    assert read_modules(square, nothing, until=LONG) is None
