"""Find the QR codes in a picture file, or on the pages of a scan saved as PDF.

Nothing is decoded in this process: see `verifier.confined`. Importing this module is cheap. Frames
of a camera, which are pixels already, go to `verifier.frame` directly.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from verifier.confined import run_confined

__all__ = ["LIVE", "UPLOAD", "Budget", "Code", "find_codes", "find_codes_on_pages"]


@dataclass(frozen=True, kw_only=True)
class Code:
    """A QR code that was read: its text, where it stands, and what it took to read it.

    `corners` are (x, y) in pixels from the top left of the upright picture, clockwise, and from the
    symbol's own top left corner unless `stage` is "zbar", which does not tell; `page` counts from
    0; `stage` names the step of the cascade.
    """

    text: str
    corners: tuple[tuple[float, float], ...]
    stage: str
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long one frame may be looked at: no stage begins after `seconds` of processor time.

    `slow` allows the stages that cost more than they bring while a camera keeps sending frames.
    """

    seconds: float
    slow: bool


LIVE: Final = Budget(seconds=0.1, slow=False)
"""For frames of a camera: the next frame is the better second attempt."""

UPLOAD: Final = Budget(seconds=0.7, slow=True)
"""For a picture that somebody sent and that is all there is."""


def find_codes(data: bytes, *, budget: Budget = UPLOAD) -> tuple[Code, ...]:
    """The QR codes in a JPEG, HEIC, PNG, WebP, TIFF or BMP file; empty if none can be read.

    Only the first pages of a TIFF file are looked at (`verifier.pictures.MOST_PAGES`).

    Raises:
        UnreadableImageError: the file cannot be decoded within the limits, or two
            different texts are read in one place.
    """
    return _codes(run_confined("verifier.pictures", data, json.dumps(asdict(budget))))


def find_codes_on_pages(data: bytes, *, budget: Budget = UPLOAD) -> tuple[Code, ...]:
    """The QR codes on the first pages of a PDF as they would be printed; the PDF is not judged.

    Raises:
        UnreadableImageError: as `find_codes`; a PDF that wants a password is `locked`.
    """
    return _codes(run_confined("verifier.pages", data, json.dumps(asdict(budget))))


def _codes(found: list[dict[str, Any]]) -> tuple[Code, ...]:
    return tuple(
        Code(**{**code, "corners": tuple((x, y) for x, y in code["corners"])}) for code in found
    )
