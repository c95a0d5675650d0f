"""The poster that leads to a report: A4, A3, or a sticker. Its words are those that were signed.

Large enough to be read before one stands at the wall; the code has a frame of the site's own name,
which a sticker over it would break. Nothing on it asks for anything.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from signing.poster import ParsedPoster, parse_poster

from .codes import rows_of_code
from .errors import DoesNotFitError
from .skck1 import MONTHS

__all__ = ["DEMO", "PosterSize", "draw_posters"]

DEMO = "CONTOH – BUKAN UNTUK DIPASANG"
TITLE = ("Laporkan", "pelanggaran polisi")
NAMELESS = "Boleh tanpa nama."
TITLE_ENGLISH = "Report misconduct by police. Your name is not needed."
TYPE_IT = "Pindai kode ini, atau ketik alamatnya:"
NEVER = "Kami TIDAK PERNAH meminta NIK, OTP, uang, atau pasang APK."
NEVER_ENGLISH = "We NEVER ask for your ID number, OTP codes, money, or to install an app."
HINTS = (
    ("Foto poster ini, isi dari rumah.", "Photograph this poster, write at home."),
    ("Ada stiker di atas QR? Jangan pindai.", "A sticker over the code? Do not scan it."),
)
DANGER = "Dalam bahaya sekarang? Telepon 110.  In danger now? Call 110."

MM = 72 / 25.4
REGULAR, BOLD = "Vera", "VeraBd"
Colour = tuple[float, float, float]
NAVY, WHITE, BLACK = (0.04, 0.16, 0.32), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
YELLOW, RED = (1.0, 0.85, 0.1), (0.7, 0.0, 0.0)
# What stands between baselines, and how much of its size a line may lose to fit.
LEADING, SMALLEST = 1.22, 0.55


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measures:
    """Millimetres: the sheet, the side of the code with its quiet zone, the sizes of type."""

    width: float
    height: float
    margin: float
    code: float
    title: float
    address: float
    loud: float
    body: float
    small: float


class PosterSize(Enum):
    """How large a poster is; its code is read from about ten times the code's side."""

    A4 = _Measures(
        width=210,
        height=297,
        margin=13,
        code=98,
        title=14.5,
        address=12,
        loud=8.6,
        body=6.2,
        small=4.1,
    )
    A3 = _Measures(
        width=297,
        height=420,
        margin=18,
        code=139,
        title=20.5,
        address=17,
        loud=12.2,
        body=8.8,
        small=5.8,
    )
    STICKER = _Measures(
        width=105,
        height=175,
        margin=6,
        code=64,
        title=7,
        address=6,
        loud=4.5,
        body=3.5,
        small=2.5,
    )


def draw_posters(
    texts: Sequence[str], size: PosterSize, *, unit: str, utc_offset: int, demo: bool = False
) -> bytes:
    """The posters of one unit whose codes have these `texts`, as a PDF with a page for each.

    `unit` is the name of the unit that the texts name by its code, and `utc_offset` its time zone
    in minutes.

    Raises:
        FormatError: one is not the text of a poster.
        DoesNotFitError: the place, the unit or the address is too long, or has letters that the
            type lacks.
    """
    posters = [parse_poster(text) for text in texts]
    _register_fonts()
    file = io.BytesIO()
    measures = size.value
    canvas = Canvas(
        file,
        pagesize=(measures.width * MM, measures.height * MM),
        invariant=1,
        lang="id",
        pageCompression=1,
    )
    canvas.setTitle(f"Poster {posters[0].poster.number}")
    for text, parsed in zip(texts, posters, strict=True):
        sheet = _Sheet(canvas, measures)
        _draw(sheet, text, parsed, unit=unit, utc_offset=utc_offset)
        if demo:
            sheet.mark(DEMO)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(sheet: "_Sheet", text: str, parsed: ParsedPoster, *, unit: str, utc_offset: int) -> None:
    sheet.band(unit)
    sheet.code(text, parsed.host)
    sheet.address(parsed.host)
    sheet.warning()
    sheet.hints()
    poster = parsed.poster
    printed, until = (_day(at, utc_offset) for at in (poster.issued_at, poster.expires_at))
    where = f"{poster.place} · {poster.area}" if poster.area else poster.place
    sheet.foot(
        (
            ("number", f"Poster {poster.number}", BOLD),
            ("place", f"Tempat / place: {where}", BOLD),
            ("unit", f"{unit} · dicetak / printed {printed} · diganti / replaced {until}", REGULAR),
        )
    )


class _Sheet:
    """A poster on its way onto a canvas, in points.

    `y` is how far down it has come, and `middle` the height of the middle of the code.
    """

    def __init__(self, canvas: Canvas, measures: _Measures) -> None:
        self.canvas, self.measures = canvas, measures
        self.width, self.height = measures.width * MM, measures.height * MM
        self.margin = measures.margin * MM
        self.room = self.width - 2 * self.margin
        self.y = self.height
        self.middle = self.height / 2

    def band(self, unit: str) -> None:
        """Whose poster it is, and what it is for, white on dark."""
        title, small = self.measures.title * MM, self.measures.small * MM
        body = self.measures.body * MM
        height = (2 * title + body) * LEADING + small * 5.2
        self._fill(0, self.height - height, self.width, height, NAVY)
        self.y -= small * 0.9
        self._line("unit", unit, small * 1.2, colour=WHITE)
        for line in TITLE:
            self._line("title", line, title, font=BOLD, colour=WHITE)
        self._line("title", NAMELESS, body, font=BOLD, colour=YELLOW)
        self._line("title", TITLE_ENGLISH, small * 1.15, colour=WHITE)
        self.y = self.height - height - small

    def code(self, text: str, host: str) -> None:
        """The code on white, in a frame of the site's own name."""
        side = self.measures.code * MM
        frame = self.measures.small * MM * 1.5
        left, below = (self.width - side) / 2, self.y - frame - side
        self._frame(host, left, below, side, frame)
        rows = rows_of_code(text)
        module = side / len(rows)
        path = self.canvas.beginPath()
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    path.rect(
                        left + across * module, below + side - (down + 1) * module, module, module
                    )
        self.canvas.setFillColorRGB(*BLACK)
        self.canvas.drawPath(path, stroke=0, fill=1)
        self.middle = below + side / 2
        self.y = below - frame - self.measures.small * MM * 0.4

    def address(self, host: str) -> None:
        """The address in large letters, for whoever rather types it."""
        self._line("host", TYPE_IT, self.measures.body * MM * 0.8, colour=NAVY)
        self._line("host", host, self.measures.address * MM, font=BOLD, colour=NAVY)
        self.y -= self.measures.small * MM * 0.7

    def warning(self) -> None:
        """What we never ask for, black on yellow."""
        loud, small = self.measures.loud * MM, self.measures.small * MM
        inside = self.room - 2 * small
        lines = simpleSplit(NEVER, BOLD, loud, inside)
        height = len(lines) * loud * LEADING + small * 3
        self._fill(self.margin, self.y - height, self.room, height, YELLOW)
        self.y -= small * 0.5
        for line in lines:
            self._line("text", line, loud, font=BOLD, room=inside)
        self._line("text", NEVER_ENGLISH, small * 1.1, room=inside)
        self.y -= small * 1.4

    def hints(self) -> None:
        """What to do, in two columns."""
        body, small = self.measures.body * MM * 0.9, self.measures.small * MM
        column = (self.room - small * 2) / 2
        top, lowest = self.y, self.y
        for number, (words, english) in enumerate(HINTS):
            self.y = top
            left = self.margin + number * (column + small * 2)
            for line in simpleSplit(words, BOLD, body, column):
                self._line("text", line, body, font=BOLD, left=left, room=column)
            self._line("text", english, small, left=left, room=column)
            lowest = min(lowest, self.y)
        self.y = lowest - small * 0.6

    def foot(self, lines: tuple[tuple[str, str, str], ...]) -> None:
        """What was signed of the poster, at the bottom, and where help is when it is urgent."""
        small = self.measures.small * MM
        needed = small * (LEADING * (len(lines) + 1) + 0.8)
        bottom = small * 1.5
        if self.y - needed < bottom:
            raise DoesNotFitError("text", "the words of the poster are too long for this size")
        self.y = bottom + needed
        self.canvas.setStrokeColorRGB(*NAVY)
        self.canvas.line(self.margin, self.y, self.width - self.margin, self.y)
        self.y -= small * 0.3
        for name, line, font in lines:
            self._line(name, line, small, font=font, left=self.margin, room=self.room)
        self._line("text", DANGER, small, font=BOLD, colour=RED, left=self.margin, room=self.room)

    def mark(self, words: str) -> None:
        """Words across the sheet that nobody overlooks, beside the code and not on it."""
        size = self.measures.body * MM
        self.canvas.setFont(BOLD, size)
        self.canvas.setFillColorRGB(*RED)
        frame = self.measures.small * MM * 1.5
        beside = (self.width - self.measures.code * MM) / 4 - frame / 2
        for x, turn in ((beside, 90), (self.width - beside, -90)):
            self.canvas.saveState()
            self.canvas.translate(x, self.middle)
            self.canvas.rotate(turn)
            width = pdfmetrics.stringWidth(words, BOLD, size)
            long = min(1.0, self.measures.code * MM * 1.1 / width)
            self.canvas.scale(long, long)
            self.canvas.drawCentredString(0, -size * 0.35, words)
            self.canvas.restoreState()

    def _frame(self, host: str, left: float, below: float, side: float, wide: float) -> None:
        """A dark band around the code in which the site's name runs on all four sides."""
        self._fill(left - wide, below - wide, side + 2 * wide, side + 2 * wide, NAVY)
        self._fill(left, below, side, side, WHITE)
        size = wide * 0.6
        once = pdfmetrics.stringWidth(f"{host}  ·  ", REGULAR, size)
        words = "  ·  ".join([host] * max(1, int((side + wide) / once)))
        self.canvas.setFillColorRGB(*WHITE)
        self.canvas.setFont(REGULAR, size)
        middle = side / 2
        for turn, x, y in (
            (0, left + middle, below + side + wide * 0.3),
            (0, left + middle, below - wide * 0.7),
            (90, left - wide * 0.3, below + middle),
            (-90, left + side + wide * 0.3, below + middle),
        ):
            self.canvas.saveState()
            self.canvas.translate(x, y)
            self.canvas.rotate(turn)
            self.canvas.drawCentredString(0, 0, words)
            self.canvas.restoreState()

    def _line(
        self,
        name: str,
        text: str,
        size: float,
        *,
        font: str = REGULAR,
        colour: Colour = BLACK,
        left: float | None = None,
        room: float | None = None,
    ) -> None:
        """One line below the last; smaller where it must be. In the middle, if `left` is not given.

        Raises:
            DoesNotFitError: it would become too small, or has letters that the type lacks.
        """
        room = room or self.room
        known = pdfmetrics.getFont(font).face.charToGlyph  # type: ignore[attr-defined]  # TrueType
        if any(ord(sign) not in known for sign in text):
            raise DoesNotFitError(name, "has letters that the poster's type lacks")
        shrunk = min(1.0, room / pdfmetrics.stringWidth(text, font, size))
        if shrunk < SMALLEST:
            raise DoesNotFitError(name, "is too long for the poster")
        self.y -= size * LEADING
        self.canvas.setFont(font, size * shrunk)
        self.canvas.setFillColorRGB(*colour)
        if left is None:
            self.canvas.drawCentredString(self.width / 2, self.y + size * 0.2, text)
        else:
            self.canvas.drawString(left, self.y + size * 0.2, text)

    def _fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)


def _day(at: int, utc_offset: int) -> str:
    day = datetime.fromtimestamp(at, UTC) + timedelta(minutes=utc_offset)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _register_fonts() -> None:
    for name in (REGULAR, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
