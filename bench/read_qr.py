"""Which symbol is read best from bad pictures: 11-M or 13-Q? And is a chat picture read at all?

Both hold the same token in the same box of 41 mm; 13-Q has smaller modules and survives more
damage. What counts is the worst scene. Pictures are made as in tests/pictures.py, the page is
sample page of the tests, and the whole cascade of an upload may be used.
"""

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import qrcode
from numpy.typing import NDArray

from bench.figures import Figure, at_least, told
from tests.pictures import SAMPLE_TEXT, jpeg, photograph, sample_page, symbol, webcam_frame
from verifier.frame import find_codes_in
from verifier.image import UPLOAD

__all__ = ["figures"]

Pixels = NDArray[np.uint8]
Scene = Callable[[Pixels, np.random.Generator], Pixels]

MM = 300 / 25.4
CENTRE = (round(88.4 * MM), round(239.5 * MM))
PICTURES = 20
"""Pictures of each scene with each symbol; a rate is thus good to some ten points."""


def _symbols() -> dict[str, Pixels]:
    return {
        "11-M": symbol(dots=8, version=11, level=qrcode.ERROR_CORRECT_M),
        "13-Q": symbol(dots=7, version=13, level=qrcode.ERROR_CORRECT_Q),
    }


def _stained(page: Pixels, rng: np.random.Generator, count: int) -> Pixels:
    """Dark blots of 3 to 7 mm across, somewhere on the code."""
    page = page.copy()
    for _ in range(count):
        x, y = (round(at + rng.uniform(-17, 17) * MM) for at in CENTRE)
        axes = (round(rng.uniform(1.5, 3.5) * MM), round(rng.uniform(1.5, 3.5) * MM))
        cv2.ellipse(page, (x, y), axes, rng.uniform(0, 180), 0, 360, 70, -1)
    return page


def _folded(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A fold across the code: ink is gone along it, and the lower part leans away."""
    page = page.copy()
    crease = round(CENTRE[1] + rng.uniform(-12, 12) * MM)
    half = round(rng.uniform(0.15, 0.35) * MM)
    page[crease - half : crease + half] = 235
    lower = page[crease:]
    lean = cv2.resize(lower, None, fx=1, fy=rng.uniform(0.9, 0.97), interpolation=cv2.INTER_AREA)
    dark = np.asarray(lean * rng.uniform(0.75, 0.95), dtype=np.uint8)
    return np.vstack([page[:crease], dark])


def _faint(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A cartridge near its end: grey instead of black, and less of it in some columns."""
    ink = np.repeat(rng.uniform(0.1, 0.35, 1 + page.shape[1] // 40), 40)[: page.shape[1]]
    return np.asarray(255 - (255 - page) * ink, dtype=np.uint8)


def _chat(page: Pixels, rng: np.random.Generator) -> Pixels:
    return photograph(page, rng, long_edge=1600)


SCENES: dict[str, Scene] = {
    "chat picture, 1600 px": _chat,
    "chat picture, 1000 px": lambda page, rng: photograph(page, rng, long_edge=1000),
    "chat picture, 800 px": lambda page, rng: photograph(page, rng, long_edge=800),
    "chat picture, strong blur": lambda page, rng: photograph(page, rng, defocus=2.4),
    "720p webcam at 30 cm": lambda page, rng: webcam_frame(page, rng, distance=0.3),
    "720p webcam at 40 cm": lambda page, rng: webcam_frame(page, rng, distance=0.4),
    "720p webcam at 50 cm": lambda page, rng: webcam_frame(page, rng, distance=0.5),
    "fold": lambda page, rng: _chat(_folded(page, rng), rng),
    "5 stains": lambda page, rng: _chat(_stained(page, rng, 5), rng),
    "8 stains": lambda page, rng: _chat(_stained(page, rng, 8), rng),
    "faint print": lambda page, rng: _chat(_faint(page, rng), rng),
}


def _taken(scene: Scene, page: Pixels, seed: int) -> Pixels:
    data = jpeg(scene(page, np.random.default_rng(seed)), quality=70)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(picture, dtype=np.uint8)


def _rate(scene: Scene, page: Pixels, pictures: int) -> float:
    """Percent of the pictures that are read; a wrong text ends the bench."""
    read = 0
    for seed in range(pictures):
        texts = [code.text for code in find_codes_in(_taken(scene, page, seed), budget=UPLOAD)]
        if texts not in ([], [SAMPLE_TEXT]):
            raise AssertionError(f"a wrong text was read, seed {seed}")
        read += len(texts)
    return 100 * read / pictures


def _seconds(pictures: list[Pixels]) -> float:
    took = []
    for picture in pictures:
        began = time.process_time()
        find_codes_in(picture, budget=UPLOAD)
        took.append(time.process_time() - began)
    return float(np.median(took))


def figures() -> Iterator[Figure]:
    """The rate of each scene for both symbols, and the worst; then what reading costs."""
    pages = {name: sample_page(square) for name, square in _symbols().items()}
    yield at_least("QR in a chat picture: read", _rate(_chat, pages["11-M"], 100), 95, unit="%")
    worst = dict.fromkeys(pages, 100.0)
    for scene, take in SCENES.items():
        for name, page in pages.items():
            rate = _rate(take, page, PICTURES)
            worst[name] = min(worst[name], rate)
            yield told(f"QR {name}, {scene}: read", rate, "%")
    for name, rate in worst.items():
        yield told(f"QR {name}, its worst scene: read", rate, "%")
    chat = [_taken(_chat, pages["11-M"], seed) for seed in range(10)]
    yield told("QR in a chat picture: reading it", 1000 * _seconds(chat), "ms")
    blank = [np.full_like(chat[0], 200)]
    yield told("No QR in a chat picture: looking for one", 1000 * _seconds(blank), "ms")
