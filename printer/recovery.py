"""The sheets of paper that bring a reader's key back: one page each, for five people to keep.

Their sentences are Indonesian; the words of the key are English, as SLIP-39 has them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

__all__ = ["RULES", "SheetOfKey", "draw_recovery_sheets"]

RULES = (
    "Tiga lembar dari lima membuka kunci. Satu atau dua lembar tidak membuka apa pun.",
    "Simpan setiap lembar pada orang atau tempat lain, dalam amplop tertutup.",
    "Jangan difoto, jangan difotokopi, jangan diketik di situs atau ponsel mana pun.",
    "Dipakai hanya dengan perintah: segel recovery join, di komputer pemegang kunci.",
    "Lembar hilang? Segera buat lima lembar baru, lalu musnahkan semua yang lama.",
)
ENGLISH = "Any three of the five sheets open the key. Keep them apart; photograph none."
REGULAR, BOLD, WORDS = "Helvetica", "Helvetica-Bold", "Courier-Bold"
COLUMNS = 3
MARGIN = 34
LEADING = 1.3


@dataclass(frozen=True, kw_only=True)
class SheetOfKey:
    """A sheet to be drawn: its number among how many, and its words."""

    number: int
    of: int
    words: tuple[str, ...]


def draw_recovery_sheets(sheets: Sequence[SheetOfKey], *, name: str, role: str, unit: int) -> bytes:
    """The sheets of the key with this name, which its holder has for a role at a unit, as a PDF."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A5, invariant=1, lang="id", pageCompression=1)
    # The title is shown by readers and indexed: it says no word of the key.
    canvas.setTitle(f"Lembar pemulihan {name}")
    for sheet in sheets:
        page = _Page(canvas)
        page.line("LEMBAR PEMULIHAN KUNCI", BOLD, 15)
        page.line(f"Lembar {sheet.number} dari {sheet.of}", BOLD, 12)
        page.line(f"Kunci {name} · peran {role} · satuan {unit}", REGULAR, 10)
        page.words(sheet.words)
        for rule in RULES:
            page.text(rule, 9)
        page.text(ENGLISH, 8)
        page.line("Dipegang oleh: ______________________   Tanggal: ______________", REGULAR, 9)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Page:
    """A sheet on its way onto a canvas, in points; `y` is how far down it has come."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.width, height = A5
        self.y = height - MARGIN

    def line(self, text: str, font: str, size: float) -> None:
        """One line."""
        self.y -= size * LEADING
        self.canvas.setFont(font, size)
        self.canvas.drawString(MARGIN, self.y, text)
        self.y -= size * 0.3

    def text(self, text: str, size: float) -> None:
        """As many lines as it needs."""
        for part in simpleSplit(text, REGULAR, size, self.width - 2 * MARGIN):
            self.line(part, REGULAR, size)

    def words(self, words: Sequence[str]) -> None:
        """The words with their places, to be read down each column."""
        size = 13.0
        rows = -(-len(words) // COLUMNS)
        step = (self.width - 2 * MARGIN) / COLUMNS
        self.y -= size
        for at, word in enumerate(words):
            column, row = divmod(at, rows)
            left, below = MARGIN + column * step, self.y - (row + 1) * size * LEADING
            self.canvas.setFont(REGULAR, size * 0.65)
            self.canvas.drawRightString(left + 16, below, str(at + 1))
            self.canvas.setFont(WORDS, size)
            self.canvas.drawString(left + 22, below, word)
        self.y -= (rows + 1) * size * LEADING
