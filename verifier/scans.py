"""Whether a PDF is a scan, and the QR codes on it, inside the child process that reads it.

A scan is pictures of pages, and counts as paper does: its QR code is checked and a person compares
the rest. A PDF that is drawn, with letters a person can see, must be signed instead; it is not
searched, or a certificate saved anew without its signature would pass as the copy it is not.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, Final

import cv2
import pypdfium2
from pypdfium2 import raw

from verifier.confined import answer
from verifier.errors import UnreadableImageError
from verifier.pages import MOST_PAGES, render_pages
from verifier.pictures import read_frames

__all__ = ["MOST_OBJECTS", "is_scan", "main"]

MOST_OBJECTS: Final = 2_000
"""How many objects of a page are looked at: a scan has few, even where it came in strips and with
the words that a scanner recognised."""

_UNSEEN: Final = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_LINES: Final = {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING}


def main() -> None:
    """Read a PDF from standard input: None if it is drawn, else the texts of the codes on it."""
    cv2.setNumThreads(1)
    answer(_read)


def _read(data: bytes, budget: str) -> list[str] | None:
    if not is_scan(data):
        return None
    found: list[dict[str, Any]] = read_frames(list(render_pages(data)), json.loads(budget))
    return [str(code["text"]) for code in found]


def is_scan(data: bytes) -> bool:
    """Whether the first pages of a PDF are pictures of pages, and nothing is drawn on them.

    Words that nobody sees are allowed: scanners lay what they recognise under the picture.

    Raises:
        UnreadableImageError: the file is broken, or wants a password.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        pages = [document[number] for number in range(min(len(document), MOST_PAGES))]
        return not any(_is_drawn(page) for page in pages)
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise UnreadableImageError("locked", "the PDF wants a password") from problem
        raise UnreadableImageError(
            "damaged", "the PDF is damaged: no page can be read"
        ) from problem


def _is_drawn(page: pypdfium2.PdfPage) -> bool:
    lines, covered = False, 0.0
    seen = 0
    for item in islice(page.get_objects(max_depth=4), MOST_OBJECTS + 1):
        seen += 1
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(item) not in _UNSEEN:
                return True
        elif item.type in _LINES:
            lines = True
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += abs((right - left) * (top - bottom))
    area = page.get_width() * page.get_height()
    # Letters can be drawn as lines. The frame that a scanner cuts a picture with is one too.
    return seen > MOST_OBJECTS or (lines and covered < area / 2)
