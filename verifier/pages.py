"""From a PDF to grey frames of its first pages, inside the child process that reads them.

For scans that were saved as PDF. What the file says of itself, its signature included, is
`verifier.pdf`'s business; here it is nothing but a way to hold pictures. Run by
`verifier.confined`: PDFium decompresses whatever a page names, and only the limits stop it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from verifier.confined import answer
from verifier.errors import UnreadableImageError
from verifier.pictures import read_frames

__all__ = ["DOTS_PER_INCH", "MOST_PAGES", "MOST_SIDE", "main", "render_pages"]

DOTS_PER_INCH: Final = 200
"""A certificate's code has modules of 0.68 mm: 5 pixels each."""

MOST_SIDE: Final = 2_400
"""The longest side of a frame, in pixels: A4 at 200 dots per inch. Larger pages get fewer dots."""

MOST_PAGES: Final = 3
"""How many pages are looked at. A certificate has one; a scanner may add an empty back."""


def main() -> None:
    """Read a PDF from standard input and answer with its codes; see `verifier.confined`."""
    cv2.setNumThreads(1)
    answer(lambda data, budget: read_frames(list(render_pages(data)), json.loads(budget)))


def render_pages(data: bytes) -> Iterator[NDArray[np.uint8]]:
    """The first pages as they would be printed, grey, at 200 dots per inch or `MOST_SIDE` pixels.

    To be called in a confined process only: a hostile file makes this take any time and memory.

    Raises:
        UnreadableImageError: the file is no PDF, is broken, or wants a password.
    """
    if b"%PDF-" not in data[:1024]:
        raise UnreadableImageError("not-a-pdf", "the file does not begin like a PDF")
    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), MOST_PAGES)):
            yield _rendered(document[number])
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise UnreadableImageError("locked", "the PDF wants a password") from problem
        raise UnreadableImageError(
            "damaged", "the PDF is damaged: no page can be read"
        ) from problem


def _rendered(page: pypdfium2.PdfPage) -> NDArray[np.uint8]:
    longest = max(page.get_width(), page.get_height(), 1)
    scale = min(DOTS_PER_INCH / 72, MOST_SIDE / longest)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    return np.ascontiguousarray(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width]
