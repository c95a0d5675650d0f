"""Slips of paper: a page for a printer, or lines for a receipt printer, from the same words.

A leaf says what is to stand on it; it is drawn as a PDF (A6, A4, or the size of a card) or encoded
for a receipt printer (ESC/POS). A receipt printer says nothing of what it did: whoever stands there
is asked whether paper came out.
"""

import io
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .codes import rows_of_code
from .errors import NoAnswerError, NotTakenError

__all__ = ["DEMO", "Leaf", "LeafSize", "draw_leaf", "encode_leaf", "send_to_receipt_printer"]

DEMO = "CONTOH – BUKAN SKCK"
MM = 72 / 25.4
SECONDS = 5.0
_COLUMNS = 32
# Below the smallest, a module of a slip's code is less than half a millimetre.
_SMALLEST_CODE, _LARGEST_CODE = 32 * MM, 45 * MM
# They come with reportlab, so that no machine lacks them.
_REGULAR, _BOLD = "Vera", "VeraBd"


class LeafSize(Enum):
    """Width and height of a leaf in millimetres, its margin, and the size of its type in points."""

    A6 = (105, 148, 8, 8.5)
    A4 = (210, 297, 22, 11.0)
    CARD = (85.6, 54, 4, 6.5)
    LABEL = (100, 60, 5, 8.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """What stands on a slip of paper, from top to bottom.

    `large` is set in large type, `facts` are pairs of label and value, `signatures` are places to
    sign, by what stands under them. `code` is the text of the QR code, which `code_says` explains.
    """

    office: str
    title: str
    large: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    code: str = field(default="", repr=False)
    code_says: str = ""
    signatures: tuple[str, ...] = ()
    foot: str = ""
    demo: bool = False


def draw_leaf(leaf: Leaf, size: LeafSize) -> bytes:
    """The leaf as a PDF of one page; what does not fit makes a second one."""
    _register_fonts()
    width, height, margin, points = size.value
    file = io.BytesIO()
    canvas = Canvas(
        file, pagesize=(width * MM, height * MM), invariant=1, lang="id", pageCompression=1
    )
    canvas.setTitle(leaf.title)
    _Page(canvas, leaf, width * MM, height * MM, margin * MM, points).draw()
    canvas.save()
    return file.getvalue()


def encode_leaf(leaf: Leaf) -> bytes:
    """The leaf for a receipt printer of 58 mm or more (ESC/POS), cut off at its end."""
    from escpos.printer import Dummy  # type: ignore[import-untyped]  # comes without types

    # Any printer of a known width will do: else the library prints a remark of its own.
    paper = Dummy(profile="TM-T88III")
    paper.hw("INIT")
    if leaf.demo:
        _lines(paper, DEMO, align="center", bold=True)
    _lines(paper, leaf.office, align="center")
    _lines(paper, leaf.title, align="center", bold=True)
    if leaf.large:
        paper.set(align="center", bold=True, double_width=True, double_height=True)
        paper.text(_plain(leaf.large) + "\n")
    for label, value in leaf.facts:
        _lines(paper, f"{label}: {value}")
    for paragraph in leaf.text:
        _lines(paper, paragraph)
    if leaf.code:
        paper.set(align="center")
        # Drawn here: not every printer knows QR codes, and every one knows pictures.
        paper.image(_picture(leaf.code), impl="bitImageRaster")
        _lines(paper, leaf.code_says, align="center")
    for signature in leaf.signatures:
        _lines(paper, "\n\n" + "_" * 24 + "\n" + signature, align="center")
    _lines(paper, leaf.foot, align="center")
    paper.cut()
    output: bytes = paper.output
    return output


def send_to_receipt_printer(address: str, data: bytes, *, seconds: float = SECONDS) -> None:
    """Hand `data` to the printer at `address`: `tcp://host:port`, or a device file.

    That it returns does not mean that paper came out.

    Raises:
        NotTakenError: nobody took anything.
        NoAnswerError: it broke off on the way: something may come out.
    """
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if address.startswith("tcp://"):
        try:
            connection = socket.create_connection((host, int(port)), timeout=seconds)
        except OSError as problem:
            raise NotTakenError(f"the receipt printer is not there: {problem.strerror}") from None
        try:
            with connection:
                connection.sendall(data)
        except OSError as problem:
            raise NoAnswerError(f"the receipt printer broke off: {problem.strerror}") from None
        return
    if not Path(address).exists():
        raise NotTakenError("the receipt printer is not there")
    try:
        with Path(address).open("wb", buffering=0) as device:
            device.write(data)
    except OSError as problem:
        raise NoAnswerError(f"the receipt printer broke off: {problem.strerror}") from None


class _Page:
    """A leaf on its way onto a canvas; `y` is how far down it has come."""

    def __init__(
        self, canvas: Canvas, leaf: Leaf, width: float, height: float, margin: float, points: float
    ) -> None:
        self.canvas, self.leaf, self.points = canvas, leaf, points
        self.width, self.height, self.margin = width, height, margin
        self.y = height - margin

    def draw(self) -> None:
        """Draw everything, from top to bottom."""
        leaf, points = self.leaf, self.points
        beside = leaf.code and self.width > self.height
        side = min(self.height - 2 * self.margin, 0.42 * self.width) if beside else 0
        if beside:
            self._code(self.width - self.margin - side, self.height - self.margin - side, side)
        room = self.width - 2 * self.margin - (side + 6 if beside else 0)
        if leaf.demo:
            self._text(DEMO, room, bold=True, size=points * 1.1, colour=(0.7, 0, 0))
        self._text(leaf.office, room, size=points * 0.95)
        self._text(leaf.title, room, bold=True, size=points * 1.4, after=0.4)
        if leaf.large:
            self._text(leaf.large, room, bold=True, size=points * 2.4, after=0.4)
        for label, value in leaf.facts:
            self._text(f"{label}: {value}", room, bold_until=len(label) + 1)
        self.y -= points * 0.4
        for paragraph in leaf.text:
            self._text(paragraph, room, after=0.4)
        if leaf.signatures:
            self._signatures()
        if leaf.code and not beside:
            words = 3 * self.points
            side = min(_LARGEST_CODE, self.width - 2 * self.margin, self.y - self.margin - words)
            if side < _SMALLEST_CODE:
                self._next_page()
                side = _LARGEST_CODE
            self._code((self.width - side) / 2, self.y - side, side)
            self.y -= side
        if leaf.code_says:
            self._text(leaf.code_says, room, size=points * 0.9)
        if leaf.foot:
            self._text(leaf.foot, room, size=points * 0.9)

    def _text(
        self,
        text: str,
        room: float,
        *,
        bold: bool = False,
        bold_until: int = 0,
        size: float | None = None,
        after: float = 0.0,
        colour: tuple[float, float, float] = (0, 0, 0),
    ) -> None:
        size = size or self.points
        font = _BOLD if bold else _REGULAR
        self.canvas.setFillColorRGB(*colour)
        # Measured in the wider type, where some of it is bold.
        widest = _BOLD if bold_until else font
        for number, line in enumerate(simpleSplit(text, widest, size, room)):
            self._need(size * 1.35)
            self.y -= size * 1.35
            x = self.margin
            if bold_until and number == 0:
                label = line[:bold_until]
                self.canvas.setFont(_REGULAR, size)
                self.canvas.drawString(x, self.y, label)
                x += pdfmetrics.stringWidth(label, _REGULAR, size)
            self.canvas.setFont(_BOLD if bold_until else font, size)
            self.canvas.drawString(x, self.y, line[bold_until if number == 0 else 0 :])
        self.y -= after * size

    def _signatures(self) -> None:
        room = (self.width - 2 * self.margin) / len(self.leaf.signatures)
        height = 22 * MM
        self._need(height + self.points * 2)
        self.y -= height
        for number, words in enumerate(self.leaf.signatures):
            x = self.margin + number * room
            self.canvas.line(x, self.y, x + room - 8, self.y)
            self.canvas.setFont(_REGULAR, self.points * 0.9)
            self.canvas.drawString(x, self.y - self.points * 1.2, words)
        self.y -= self.points * 2.4

    def _code(self, x: float, y: float, side: float) -> None:
        rows = rows_of_code(self.leaf.code)
        module = side / len(rows)
        path = self.canvas.beginPath()
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    path.rect(x + across * module, y + side - (down + 1) * module, module, module)
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def _need(self, height: float) -> None:
        if self.y - height < self.margin * 0.6:
            self._next_page()

    def _next_page(self) -> None:
        self.canvas.showPage()
        self.y = self.height - self.margin


def _register_fonts() -> None:
    for name in (_REGULAR, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def _lines(paper: Any, text: str, *, align: str = "left", bold: bool = False) -> None:
    paper.set(align=align, bold=bold, normal_textsize=True)
    for line in _wrapped(_plain(text)):
        paper.text(line + "\n")


def _wrapped(text: str) -> Iterable[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > _COLUMNS:
                yield line
                line = word
            else:
                line = f"{line} {word}" if line else word
        yield line


def _plain(text: str) -> str:
    """The text in letters that every receipt printer has."""
    known = text.translate({0x2013: "-", 0x2019: "'", 0xD7: "x", 0x2026: "...", 0x00B7: "-"})
    return known.encode("ascii", "replace").decode()


def _picture(text: str) -> Any:
    from PIL import Image

    rows = rows_of_code(text)
    picture = Image.new("1", (len(rows), len(rows)), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x, y), 0)
    times = max(1, 360 // len(rows))
    return picture.resize((len(rows) * times,) * 2)
