"""Draws the blank card of a layout, by which a card is found in a frame: its fixed words, nobody's.

The specimens lie beside the layouts, because an office's machine has no fonts. After a change of a
layout they are drawn anew, by hand, where Debian's fonts-liberation2 is installed:

    python -m kiosk.scanning.specimen LiberationSans-Regular.ttf LiberationSans-Bold.ttf
"""

import io
import sys
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.scanning.layout import LAYOUTS, PER_MM, Box, Layout, layout_names, load_layout

__all__ = ["draw_specimen", "load_specimen", "specimen_png"]

Pixels = NDArray[np.uint8]

_INK: Final = (38, 38, 44)


@cache
def load_specimen(layout: Layout) -> Pixels:
    """The blank card, grey, PER_MM pixels to a millimetre. Nobody may write to it."""
    with Image.open(LAYOUTS / f"{layout.name}.png") as picture:
        specimen = np.array(picture.convert("L"))
    specimen.flags.writeable = False
    return specimen


def draw_specimen(layout: Layout, font: Path, bold: Path) -> Pixels:
    """The blank card, in a face and its bold: the labels and the frame of the photo."""
    size = round(layout.width * PER_MM), round(layout.height * PER_MM)
    card = Image.new("RGB", size, layout.ground)
    draw = ImageDraw.Draw(card)
    draw.rectangle(_pixels(layout.photo), outline=_INK, width=2)
    for label in layout.labels:
        face = ImageFont.truetype(bold if label.bold else font, label.size * PER_MM)
        at = label.left * PER_MM, label.baseline * PER_MM
        draw.text(at, label.text, font=face, fill=_INK, anchor="ls")
    return np.array(card.convert("L"))


def specimen_png(specimen: Pixels) -> bytes:
    """The specimen as it is committed."""
    out = io.BytesIO()
    Image.fromarray(specimen).save(out, "PNG", optimize=True)
    return out.getvalue()


def _pixels(box: Box) -> tuple[int, int, int, int]:
    left, top = round(box.left * PER_MM), round(box.top * PER_MM)
    return left, top, round(box.right * PER_MM), round(box.bottom * PER_MM)


if __name__ == "__main__":
    _font, _bold = map(Path, sys.argv[1:])
    for _name in layout_names():
        _drawn = draw_specimen(load_layout(_name), _font, _bold)
        (LAYOUTS / f"{_name}.png").write_bytes(specimen_png(_drawn))
