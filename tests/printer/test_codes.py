"""A QR code for a screen is read back as what was put into it."""

import re

import cv2
import numpy as np
import pytest

from printer.codes import draw_code, write_code
from verifier.frame import find_codes_in

OTPAUTH = "otpauth://totp/Polres%20Contoh:sari?secret=JBSWY3DPEHPK3PXP&issuer=Polres%20Contoh"


def rendered(svg: bytes, *, scale: int = 6) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """The picture of the runs in a drawing, as a browser fills them."""
    side = int(re.findall(rb"viewBox=\"0 0 (\d+)", svg)[0])
    picture = np.full((side, side), 255, np.uint8)
    path = svg.rpartition(b'd="')[2]
    for x, y, length in re.findall(rb"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        picture[int(y), int(x) : int(x) + int(length)] = 0
    return np.asarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST), np.uint8
    )


@pytest.mark.parametrize("text", [OTPAUTH, "https://skck.polres-contoh.example/s/7K3M9P2X", "1"])
def test_what_is_drawn_is_read(text: str) -> None:
    assert [code.text for code in find_codes_in(rendered(draw_code(text)))] == [text]


def test_the_quiet_zone_is_white() -> None:
    picture = rendered(draw_code("1"), scale=1)
    assert (picture[:4] == 255).all()
    assert (picture[:, -4:] == 255).all()


def test_a_terminal_shows_it_too() -> None:
    lines = write_code(OTPAUTH).splitlines()
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows = [[halves[letter][half] * 255 for letter in line] for line in lines for half in (0, 1)]
    picture = np.asarray(
        cv2.resize(np.array(rows, np.uint8), None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST),
        np.uint8,
    )
    assert [code.text for code in find_codes_in(picture)] == [OTPAUTH]
