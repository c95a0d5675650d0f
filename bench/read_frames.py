"""Are QR codes read where other readers fail? The cascade against single decoders, frame by frame.

The frames are those of tests/torture.py, each read by everybody before the next is made. A text
that was not printed ends the bench. Single decoders look for QR codes only, with their options as
they come.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from bench.figures import Figure, at_least, at_most, told
from tests.torture import NO_CODE, PIXELS, no_code_frame, torture_frame
from verifier.errors import UnreadableImageError
from verifier.frame import find_codes_in
from verifier.image import LIVE, UPLOAD, Budget

__all__ = ["figures"]

Pixels = NDArray[np.uint8]

SEED = 7000
TORTURE = 21
"""Frames for each level and each number of pixels to a module: 504 in all."""
CLEAN = 100
AT_TWO = 100
NO_CODE_FRAMES = 10
"""Of each kind that holds no code."""

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
_OPENCV = {"OpenCV": cv2.QRCodeDetector(), "OpenCV Aruco": cv2.QRCodeDetectorAruco()}


def _by_zxing(frame: Pixels) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(frame, formats=_QR)]


def _by_zbar(frame: Pixels) -> list[str]:
    found = pyzbar.decode(frame, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode("utf-8", "replace") for code in found]


def _by_opencv(name: str) -> Callable[[Pixels], list[str]]:
    def read(frame: Pixels) -> list[str]:
        try:
            text = _OPENCV[name].detectAndDecode(frame)[0]
        except cv2.error:  # it gives up so at some frames
            text = ""
        return [text] if text else []

    return read


def _by_cascade(budget: Budget, stages: Counter[str]) -> Callable[[Pixels], list[str]]:
    def read(frame: Pixels) -> list[str]:
        try:
            codes = find_codes_in(frame, budget=budget)
        except UnreadableImageError:
            stages["disagree"] += 1
            return []
        stages.update(code.stage for code in codes)
        return [code.text for code in codes]

    return read


class _Contest:
    """Who read how many frames, and what that took."""

    def __init__(self, *names: str) -> None:
        self.stages: Counter[str] = Counter()
        everybody = {
            "cascade": _by_cascade(UPLOAD, self.stages),
            "live": _by_cascade(LIVE, Counter()),
            "zxing-cpp": _by_zxing,
            "pyzbar": _by_zbar,
            **{name: _by_opencv(name) for name in _OPENCV},
        }
        self.readers = {name: everybody[name] for name in names or everybody}
        self.read: dict[str, Counter[tuple[str, float]]] = {
            name: Counter() for name in self.readers
        }
        self.hits: dict[str, list[float]] = {name: [] for name in self.readers}
        self.misses: dict[str, list[float]] = {name: [] for name in self.readers}
        self.wrong = 0

    def show(self, level: str, pixels: float, seed: int) -> None:
        frame = torture_frame(level, pixels, seed)
        for name, read in self.readers.items():
            began = time.thread_time()
            texts = read(frame.pixels)
            took = 1000 * (time.thread_time() - began)
            hit = frame.text in texts
            (self.hits if hit else self.misses)[name].append(took)
            self.read[name][level, pixels] += hit
            if name in {"cascade", "live"}:
                self.wrong += sum(text != frame.text for text in texts)

    def total(self, name: str) -> int:
        return self.read[name].total()

    def best_single(self) -> str:
        return max(set(self.readers) - {"cascade", "live"}, key=self.total)


def figures() -> Iterator[Figure]:
    """The torture set; clean frames; moderate ones at 2 pixels to a module; frames of no code."""
    contest = _Contest()
    for level in ("mild", "moderate", "severe"):
        for pixels in PIXELS:
            for seed in range(SEED, SEED + TORTURE):
                contest.show(level, pixels, seed)
    count = 3 * len(PIXELS) * TORTURE
    best = contest.best_single()
    name = f"QR, torture set ({count} frames, seed {SEED}): "
    yield at_least(f"{name}cascade : {best}", contest.total("cascade") / contest.total(best), 1.3)
    for reader in contest.readers:
        yield told(f"{name}read by {reader}", contest.total(reader), "frames")
    for level in ("mild", "moderate", "severe"):
        for pixels in PIXELS:
            rate = 100 * contest.read["cascade"][level, pixels] / TORTURE
            yield told(f"QR, {level}, {pixels} px to a module: read by the cascade", rate, "%")
    for stage, codes in contest.stages.most_common():
        yield told(f"{name}read by stage {stage}", codes, "frames")
    yield told("QR, torture set: a hit, median", statistics.median(contest.hits["cascade"]), "ms")
    yield told(
        "QR, torture set: a miss, median", statistics.median(contest.misses["cascade"]), "ms"
    )
    clean = _Contest()
    for seed in range(SEED, SEED + CLEAN):
        clean.show("clean", PIXELS[2 + seed % 6], seed)
    more = clean.total("cascade") - clean.total(clean.best_single())
    yield at_least(
        f"QR, clean ({CLEAN} frames, seed {SEED}): cascade - {clean.best_single()}",
        more,
        0,
        unit="frames",
    )
    two = _Contest("cascade", "live", "zxing-cpp")
    for seed in range(SEED + TORTURE, SEED + TORTURE + AT_TWO):
        two.show("moderate", 2.0, seed)
    name = f"QR, moderate, 2.0 px to a module ({AT_TWO} frames, seed {SEED + TORTURE}): read"
    yield at_least(name, 100 * two.total("cascade") / AT_TWO, 95, unit="%")
    yield told("QR, the same, live", 100 * two.total("live") / AT_TWO, "%")
    yield told("QR, the same, zxing-cpp", 100 * two.total("zxing-cpp") / AT_TWO, "%")
    wrong = contest.wrong + clean.wrong + two.wrong
    yield at_most("QR, all of these frames: wrong texts of the cascade", wrong, 0, unit="texts")
    yield from _without_code()


def _without_code() -> Iterator[Figure]:
    readers = {
        "live": lambda frame: find_codes_in(frame, budget=LIVE),
        "upload": lambda frame: find_codes_in(frame, budget=UPLOAD),
        "zxing-cpp": _by_zxing,
    }
    took: dict[str, list[float]] = {name: [] for name in readers}
    found = 0
    for kind in NO_CODE:
        for seed in range(SEED, SEED + NO_CODE_FRAMES):
            frame = no_code_frame(kind, seed).pixels
            for name, read in readers.items():
                began = time.thread_time()
                found += len(read(frame))
                took[name].append(1000 * (time.thread_time() - began))
    count = len(NO_CODE) * NO_CODE_FRAMES
    middle = {name: statistics.median(times) for name, times in took.items()}
    name = f"No QR, 720p ({count} frames, seed {SEED}): "
    yield at_most(f"{name}codes found", found, 0, unit="codes")
    yield at_most(f"{name}live : zxing-cpp", middle["live"] / middle["zxing-cpp"], 8)
    for reader, times in middle.items():
        yield told(f"{name}{reader}, median", times, "ms")
