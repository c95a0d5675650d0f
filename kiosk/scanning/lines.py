"""One line of print becomes text, by the recogniser that RapidOCR's package carries (PP-OCRv6).

RapidOCR itself is never imported. Its package is where the network's weights come from; ONNX
Runtime computes them, and what is left to do around a network that reads lines is below. So there
is no detector to load, no setting that outlives a call, and no code that could fetch anything.

Both packages are an optional part (the extra `cards`). Nothing is imported before a line is read,
so that asking whether they are there costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.scanning.errors import ReaderMissingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

__all__ = ["Line", "is_installed", "read_lines", "reader_missing"]

HEIGHT: Final = 48
"""The height of the lines that the network learnt to read, in pixels."""

WIDEST: Final = 1600
"""The widest line that is read, in pixels at that height: what it costs grows with the width."""

_MODEL: Final = Path("models", "PP-OCRv6_rec_small.onnx")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a line says, and how sure each of its letters is, from 0 to 1."""

    text: str = field(repr=False)
    confidences: tuple[float, ...]


def is_installed() -> bool:
    """Whether the part that reads print is there."""
    return find_spec("onnxruntime") is not None and _model() is not None


def reader_missing() -> ReaderMissingError:
    """What is raised where that part is not there."""
    return ReaderMissingError(
        "reader-missing", "what reads print on cards is not installed: pip install 'segel[cards]'"
    )


def read_lines(crops: Sequence[Pixels]) -> list[Line]:
    """The text of each crop: BGR bytes, one upright line in each. A line may drop its spaces.

    Raises:
        ReaderMissingError: the part that reads print is not installed.
    """
    network = _network()
    # One by one: together they would all be as wide as the widest, and take more memory.
    return [_decoded(network.run(None, {"x": _input(crop)})[0][0]) for crop in crops]


def _model() -> Path | None:
    package = find_spec("rapidocr")
    if package is None or package.origin is None:
        return None
    model = Path(package.origin).parent / _MODEL
    return model if model.is_file() else None


@cache
def _network() -> Any:
    model = _model()
    if model is None or find_spec("onnxruntime") is None:
        raise reader_missing()
    # From 1.29 on it tells its makers of every process that loads it, and keeps a file with a
    # number for this machine. It asks the environment once, when it is loaded.
    os.putenv("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread, as its callers are many; no arena, as it would keep what its widest line took.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )


@cache
def _letters() -> tuple[str, ...]:
    """The letter of each column of the network's output; the first is "no letter"."""
    listed = _network().get_modelmeta().custom_metadata_map["character"].splitlines()
    return ("", *listed, " ")


def _input(crop: Pixels) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    height, width = crop.shape[:2]
    size = (min(WIDEST, max(HEIGHT, round(width * HEIGHT / height))), HEIGHT)
    scaled = cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.ascontiguousarray((scaled / 127.5 - 1).transpose(2, 0, 1)[np.newaxis])


def _decoded(columns: NDArray[np.float32]) -> Line:
    """The line in (places, letters): at each place the likeliest; a run of one is one letter."""
    import numpy as np

    likeliest = columns.argmax(axis=1)
    begins = np.flatnonzero(np.diff(likeliest, prepend=-1))
    letters = _letters()
    read = [
        (letters[likeliest[begin]], float(run.max()))
        for begin, run in zip(begins, np.split(columns.max(axis=1), begins[1:]), strict=True)
        if likeliest[begin]
    ]
    return Line(
        text="".join(letter for letter, _ in read),
        confidences=tuple(confidence for _, confidence in read),
    )
