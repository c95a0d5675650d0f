"""Draws the identity cards of invented people, flat and evenly lit, from a layout and a seed.

A card is drawn FINE pixels to a millimetre, in BGR. Its emblem is a rosette, and somewhere it says
CONTOH. The labels come from the layout that the specimen is drawn from, by which cards are found.
So that this does not flatter, each printing has a size and weight of its own, moves the words a
little, and may be in another face.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.domain.identifiers import Sex
from kiosk.scanning.layout import Holds, Layout
from tests.people import Person

__all__ = [
    "FINE",
    "PLAIN",
    "SANS",
    "Printing",
    "a_printing",
    "draw_card",
    "draw_curve",
    "font_of",
    "mrz_lines",
    "on_a_screen",
    "photocopied",
    "printed_name",
]

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
Light = NDArray[np.float32]

FINE: Final = 24
"""Pixels to a millimetre of a drawn card."""

# OpenCV takes points in whole numbers: these are eighths of a pixel.
_FINELY: Final[Any] = {"isClosed": False, "lineType": cv2.LINE_AA, "shift": 3}

_FONTS: Final = Path("/usr/share/fonts")
SANS: Final = _FONTS / "truetype/liberation2/LiberationSans-Regular.ttf"
_SANS_BOLD: Final = _FONTS / "truetype/liberation2/LiberationSans-Bold.ttf"
_FACES: Final = {
    "sans": (SANS, _SANS_BOLD),
    "dejavu": (
        _FONTS / "truetype/dejavu/DejaVuSans.ttf",
        _FONTS / "truetype/dejavu/DejaVuSans-Bold.ttf",
    ),
}
_OCR_A: Final = _FONTS / "truetype/ocr-a/OCRA.ttf"
_OCR_B: Final = _FONTS / "opentype/ocr-b/OCRB.otf"


@dataclass(frozen=True, kw_only=True, slots=True)
class Printing:
    """How a card was printed, and what it went through since.

    `scale` is of the type's size, `weight` darkens (above 0) or thins the strokes, `shift` is how
    far in millimetres every word may stand from its place, `wear` runs from 0 to 1.
    """

    face: str = "sans"
    scale: float = 1.0
    weight: float = 0.0
    shift: float = 0.15
    wear: float = 0.3
    seed: int = 0


PLAIN: Final = Printing()


def a_printing(rng: np.random.Generator, *, other_faces: float = 0.3) -> Printing:
    """Any printing; that part of them in a face that is not the specimen's."""
    return Printing(
        face="dejavu" if rng.random() < other_faces else "sans",
        scale=float(rng.uniform(0.96, 1.04)),
        weight=float(rng.uniform(-0.3, 0.5)),
        wear=float(rng.random()),
        seed=int(rng.integers(1 << 30)),
    )


def printed_name(name: str, room: float, size: float) -> str:
    """The name as far as it fits into `room` millimetres: a card has one line for it."""
    while _width(name, size) > room:
        name = name[:-1]
    return name.rstrip()


def draw_card(person: Person, layout: Layout, *, printing: Printing = PLAIN) -> Pixels:
    """The person's card, flat and evenly lit."""
    rng = np.random.default_rng([printing.seed, int(person.nik)])
    height, width = round(layout.height * FINE), round(layout.width * FINE)
    card = _ground(layout, (width, height), rng)
    _draw_photo(card, layout, person, rng)
    ink = np.zeros((height, width), np.uint8)
    for at in _words(person, layout):
        shift = rng.uniform(-printing.shift, printing.shift, 2)
        moved = replace(at, left=at.left + shift[0], baseline=at.baseline + shift[1])
        _write(ink, moved, printing)
    _sign(ink, layout, rng)
    soft = cv2.GaussianBlur(ink, (0, 0), 0.03 * FINE).astype(np.float32) / 255
    soft = np.clip(soft * (1 + printing.weight), 0, 1)[..., None] * rng.uniform(0.78, 0.95)
    colour = np.array([46, 38, 36], np.float32)
    inked = card.astype(np.float32) * (1 - soft) + colour * soft
    return _worn(np.clip(inked, 0, 255).astype(np.uint8), printing.wear, rng)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Word:
    """Words and where they are written, in millimetres."""

    text: str
    left: float
    baseline: float
    size: float
    bold: bool = False
    face: Path | None = None
    middle: bool = False


def _words(person: Person, layout: Layout) -> Iterator[_Word]:
    """Labels, values and head of a card."""
    values = _values(person)
    colons = [label for label in layout.labels if label.text == ":"]
    name_zone = next((zone.box for zone in layout.zones if zone.holds is Holds.NAME), None)
    for label in layout.labels:
        yield _Word(
            text=label.text,
            left=label.left,
            baseline=label.baseline,
            size=label.size,
            bold=label.bold,
        )
        value = values.get(label.text)
        if value is None:
            continue
        after = [
            colon
            for colon in colons
            if colon.baseline == label.baseline and colon.left > label.left
        ]
        if not after:
            # Passports have the value below its label.
            below = label.baseline + 3.9
            yield _Word(text=value, left=label.left, baseline=below, size=2.6)
            continue
        left = min(colon.left for colon in after) + 1.9
        if value == person.nik:
            size = label.size * 1.03
            yield _Word(
                text=value, left=left + 1.2, baseline=label.baseline, size=size, face=_OCR_A
            )
            continue
        if value == person.name and name_zone is not None:
            value = printed_name(value, name_zone.right - left - 0.4, label.size)
        yield _Word(text=value, left=left, baseline=label.baseline, size=label.size)
    yield from _machine_readable(person, layout)
    yield from _headings(person, layout)


def _values(person: Person) -> dict[str, str]:
    """What stands beside or below which label."""
    birth = f"{person.birth_place}, {person.birth:%d-%m-%Y}"
    sex = "LAKI-LAKI" if person.sex is Sex.MALE else "PEREMPUAN"
    until = f"{_last_day(person):%d-%m-%Y}"
    number = _passport_number(person)
    return {
        **dict.fromkeys(("NIK", "No."), person.nik),
        **dict.fromkeys(("Nama", "1. Nama", "NAMA LENGKAP / FULL NAME"), person.name),
        **dict.fromkeys(("Tempat/Tgl Lahir", "2. Tempat, Tgl. Lahir"), birth),
        **dict.fromkeys(("Jenis kelamin", "Jenis Kelamin", "3. Jenis Kelamin"), sex),
        **dict.fromkeys(("Alamat", "4. Alamat"), person.address),
        **dict.fromkeys(("Kel/Desa", "Desa/Kel"), person.village),
        **dict.fromkeys(("Pekerjaan", "5. Pekerjaan"), person.job),
        **dict.fromkeys(("6. Berlaku s/d", "TGL. HABIS BERLAKU / DATE OF EXPIRY"), until),
        "Gol. Darah": person.blood,
        "RT/RW": person.neighbourhood,
        "Kecamatan": person.district,
        "Agama": person.faith,
        "Status Perkawinan": person.married,
        "Kewarganegaraan": "WNI",
        "Berlaku Hingga": "SEUMUR HIDUP",
        "Nomor KK": f"99{person.nik[2:6]}010120{person.nik[12:]}",
        "Nama Kepala Keluarga": f"BAPAK {person.name.split()[-1]}",
        "No. Akta Kelahiran": f"99{person.nik[2:6]}-LT-{person.nik[8:]}",
        "JENIS / TYPE": "P",
        "KODE NEGARA / COUNTRY CODE": "IDN",
        "NO. PASPOR / PASSPORT NO.": number,
        "JENIS KELAMIN / SEX": "L/M" if person.sex is Sex.MALE else "P/F",
        "KEWARGANEGARAAN / NATIONALITY": "INDONESIA",
        "TGL. LAHIR / DATE OF BIRTH": f"{person.birth:%d-%m-%Y}",
        "TEMPAT LAHIR / PLACE OF BIRTH": person.birth_place,
        "TGL. PENGELUARAN / DATE OF ISSUE": f"{person.birth:%d-%m}-2025",
        "NO. REG. / REG. NO.": f"1A{person.nik[9:]}",
        "KANTOR YANG MENGELUARKAN / ISSUING OFFICE": person.birth_place,
    }


def _headings(person: Person, layout: Layout) -> Iterator[_Word]:
    """What differs from card to card and is read by nobody: the head, the words at the photo."""
    middle = layout.width / 2
    if layout.name == "ktp-el":
        head = ("PROVINSI " + person.province, 4.4), (person.region, 7.8)
        for text, baseline in head:
            yield _Word(text=text, left=middle, baseline=baseline, size=3.0, bold=True, middle=True)
    if layout.name == "kia":
        text = f"{person.region}, PROVINSI {person.province}"
        yield _Word(text=text, left=middle, baseline=9.0, size=2.4, middle=True)
    photo = layout.photo
    under = (photo.left + photo.right) / 2
    for row, text in enumerate(("CONTOH", f"{person.birth:%d-%m}-2019")):
        baseline = photo.bottom + 2.4 + 2.3 * row
        yield _Word(text=text, left=under, baseline=baseline, size=1.9, middle=True)


def _passport_number(person: Person) -> str:
    return f"X{person.nik[9:]}"


def _last_day(person: Person) -> date:
    return date(2030, person.birth.month, min(28, person.birth.day))


def mrz_lines(person: Person) -> tuple[str, str]:
    """The two machine readable lines of the person's passport (ICAO 9303-4), valid to 2030."""
    *given, last = person.name.split()
    names = "<<".join(filter(None, (last, "<".join(given))))
    number = _passport_number(person).ljust(9, "<")
    birth, until = f"{person.birth:%y%m%d}", f"{_last_day(person):%y%m%d}"
    sex = "M" if person.sex is Sex.MALE else "F"
    own = "<" * 14
    dated = birth + _check_digit(birth), until + _check_digit(until)
    numbered = number + _check_digit(number)
    # A field of fillers only may have a filler for its check digit.
    total = _check_digit(numbered + "".join(dated) + own + "<")
    second = f"{numbered}IDN{dated[0]}{sex}{dated[1]}{own}<{total}"
    return f"P<IDN{names}".ljust(44, "<")[:44], second


def _check_digit(text: str) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    values = (letters.find(letter) if letter != "<" else 0 for letter in text)
    return str(sum(value * (7, 3, 1)[n % 3] for n, value in enumerate(values)) % 10)


def _machine_readable(person: Person, layout: Layout) -> Iterator[_Word]:
    zones = [zone.box for zone in layout.zones if zone.holds is Holds.MRZ]
    for box, line in zip(zones, mrz_lines(person), strict=False):
        # Ten letters to the inch; a capital stands in the middle of its zone.
        size = 2.54 / (font_of(_OCR_B, 1000).getlength("<") / 1000)
        baseline = (box.top + box.bottom) / 2 + 0.36 * size
        yield _Word(text=line, left=box.left + 3.4, baseline=baseline, size=size, face=_OCR_B)


@cache
def font_of(face: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face, size)


def _width(text: str, size: float, face: Path = SANS) -> float:
    """How wide a text is, in the units of `size`."""
    return float(font_of(face, 100).getlength(text)) * size / 100


def _write(ink: Pixels, word: _Word, printing: Printing) -> None:
    """Draw a word into the layer of ink, as wide as the specimen's face would be."""
    face = word.face or _FACES[printing.face][word.bold]
    usual = word.face or (_SANS_BOLD if word.bold else SANS)
    size = word.size * printing.scale
    wide = _width(word.text, word.size, usual) * (1 + (printing.scale - 1) / 2)
    font = font_of(face, round(size * FINE, 1))
    natural = max(1, round(font.getlength(word.text)))
    up, down = round(size * FINE * 1.1), round(size * FINE * 0.4)
    strip = Image.new("L", (natural + 8, up + down), 0)
    ImageDraw.Draw(strip).text((4, up), word.text, font=font, fill=255, anchor="ls")
    stretch = wide * FINE / natural
    mask = np.asarray(strip.resize((max(1, round(strip.width * stretch)), strip.height)))
    left = word.left * FINE - 4 * stretch - (wide * FINE / 2 if word.middle else 0)
    x, y = round(left), round(word.baseline * FINE) - up
    height, width = ink.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + mask.shape[1], width), min(y + up + down, height)
    part = ink[y0:y1, x0:x1]
    part[:] = np.maximum(part, mask[y0 - y : y1 - y, x0 - x : x1 - x])


def _ground(layout: Layout, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """The ground: wavy security lines over a soft slope of colour, and a rosette for an emblem."""
    width, height = size
    base = np.array(layout.ground[::-1], np.float32) + rng.uniform(-6, 6, 3).astype(np.float32)
    slope = np.linspace(-6, 6, width, dtype=np.float32)[None, :, None]
    card = np.clip(base + slope + np.zeros((height, 1, 1), np.float32), 0, 255).astype(np.uint8)
    x = np.linspace(0, width, 160)
    phase = rng.uniform(0, 2 * np.pi)
    for number in range(70):
        tone = base + (-16 if number % 2 else 12)
        wave = 1.6 * np.sin(x / (5.5 * FINE) + phase + number * 0.24)
        wave += 0.9 * np.sin(x / (2.1 * FINE) - number * 0.35)
        y = (number / 69 * (layout.height + 6) - 3 + wave) * FINE
        draw_curve(card, np.column_stack([x, y]), tone, 2)
    turn = np.linspace(0, 2 * np.pi, 700)
    for ring in range(9):
        radius = (7 + 2.2 * np.cos(14 * turn + ring * 0.7) + ring * 0.9) * FINE
        spot = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
        middle = np.array([width * 0.5, height * 0.55])
        draw_curve(card, spot + middle, base + np.array([-10, -14, 4], np.float32), 2)
    return np.asarray(card)


def draw_curve(card: Pixels, points: Points, colour: Light, thickness: int) -> None:
    spots = np.round(points * 8).astype(np.int32)[:, None]
    tone = tuple(float(part) for part in np.clip(colour, 0, 255))
    cv2.polylines(card, [spots], color=tone, thickness=thickness, **_FINELY)


def _draw_photo(card: Pixels, layout: Layout, person: Person, rng: np.random.Generator) -> None:
    """Head and shoulders; the ground is red for an odd year of birth and blue for an even one."""
    box = layout.photo
    left, top = round(box.left * FINE), round(box.top * FINE)
    right, bottom = round(box.right * FINE), round(box.bottom * FINE)
    ground = (40, 40, 190) if person.birth.year % 2 else (190, 80, 40)
    photo = np.full((bottom - top, right - left, 3), ground, np.uint8)
    height, width = photo.shape[:2]
    skin = np.array([110, 150, 200]) * rng.uniform(0.7, 1.05)
    cloth, hair = rng.uniform(20, 230, 3), rng.uniform(10, 45, 3)
    middle = width / 2 + rng.uniform(-0.03, 0.03) * width

    def oval(x: float, y: float, across: float, down: float, colour: NDArray[np.float64]) -> None:
        centre = round(x), round(y * height)
        axes = round(across * width), round(down * height)
        cv2.ellipse(photo, centre, axes, 0, 0, 360, tuple(map(float, colour)), -1, cv2.LINE_AA)

    oval(middle, 1.02, 0.46, 0.34, cloth)
    oval(middle, 0.40, 0.27, 0.29, hair)
    if person.sex is Sex.FEMALE:
        oval(middle, 0.62, 0.30, 0.24, hair)
    oval(middle, 0.70, 0.11, 0.12, skin * 0.9)
    oval(middle, 0.45, 0.21, 0.25, skin)
    for side in (-0.09, 0.09):
        oval(middle + side * width, 0.43, 0.035, 0.014, hair)
    oval(middle, 0.57, 0.07, 0.015, skin * 0.6)
    shade = np.linspace(1.08, 0.85, width, dtype=np.float32)[None, :, None]
    soft = cv2.GaussianBlur(photo, (0, 0), 0.12 * FINE) * shade
    card[top:bottom, left:right] = np.clip(soft, 0, 255).astype(np.uint8)


def _sign(ink: Pixels, layout: Layout, rng: np.random.Generator) -> None:
    """A scribble under the photo."""
    along = np.linspace(0, 1, 90)
    photo = layout.photo
    x = photo.left + 2 + along * 11 + 1.2 * np.sin(along * rng.uniform(14, 30))
    y = photo.bottom + 8.2 + 1.8 * np.sin(along * rng.uniform(12, 26) + 1) * (1.1 - along)
    spots = np.round(np.column_stack([x, y]) * FINE * 8).astype(np.int32)[:, None]
    cv2.polylines(ink, [spots], color=(230,), thickness=6, **_FINELY)


def _worn(card: Pixels, wear: float, rng: np.random.Generator) -> Pixels:
    """What a purse does: scratches, rubbed spots, yellow laminate, pale edges."""
    height, width = card.shape[:2]
    marks: Pixels = np.zeros((height, width), np.uint8)
    for _ in range(round(wear * 14)):
        start = rng.uniform((0, 0), (width, height))
        angle, length = rng.uniform(0, np.pi), rng.uniform(3, 30) * FINE
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        ends = np.round(np.stack([start, end])).astype(np.int32)
        strength = int(rng.uniform(25, 110))
        cv2.line(marks, tuple(ends[0]), tuple(ends[1]), strength, int(rng.integers(1, 4)))
    specks = rng.uniform((0, 0), (width, height), (round(wear * 250), 2)).astype(np.int32)
    marks[specks[:, 1], specks[:, 0]] = 200
    soft = cv2.GaussianBlur(cv2.dilate(marks, np.ones((2, 2), np.uint8)), (0, 0), 0.8)
    small = rng.normal(0, 1, (12, 18)).astype(np.float32)
    rubbed = np.clip(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), 0, 2)
    pale = (soft.astype(np.float32) / 255 + rubbed * 0.07 * wear)[..., None]
    yellow = np.array([1 - 0.10 * wear, 1 - 0.02 * wear, 1.0], np.float32)
    seen = card.astype(np.float32) * yellow
    return np.asarray(np.clip(seen * (1 - pale) + 235 * pale, 0, 255), dtype=np.uint8)


def photocopied(card: Pixels, rng: np.random.Generator | None = None) -> Pixels:
    """The card from an office copier: grey, hard, toner where there was colour; on paper."""
    rng = rng or np.random.default_rng(0)
    grey: Light = np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2GRAY), dtype=np.float32)
    hard = 255 / (1 + np.exp(-(cv2.GaussianBlur(grey, (0, 0), 1.5) - 128) / 24))
    specks: Light = rng.standard_normal(card.shape[:2], dtype=np.float32)
    toner = cv2.GaussianBlur(specks, (0, 0), 1.2) * 22
    copied = np.clip(hard * 0.86 + 28 + toner * (1.15 - hard / 255), 0, 255)
    return np.asarray(np.dstack([copied] * 3), dtype=np.uint8)


def on_a_screen(card: Pixels, rng: np.random.Generator, *, pitch: float | None = None) -> Pixels:
    """The card as a screen shows it: red, green and blue stripes, `pitch` millimetres a pixel.

    A camera that looks at them sees moiré. By itself the pitch is that of a tablet or a monitor.
    """
    pitch = float(rng.uniform(0.1, 0.28)) if pitch is None else pitch
    height, width = card.shape[:2]
    across, down = round(width / FINE / pitch), round(height / FINE / pitch)
    small = cv2.resize(card, (across, down), interpolation=cv2.INTER_AREA)
    shown = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.float32)
    x = (np.arange(width) + 0.5) / FINE / pitch % 1
    y = (np.arange(height) + 0.5) / FINE / pitch % 1
    off = np.stack([np.abs((x - at + 0.5) % 1 - 0.5) for at in (5 / 6, 0.5, 1 / 6)], axis=-1)
    columns = np.clip((0.22 - off) / 0.06, 0, 1)[None]
    rows = np.clip((0.44 - np.abs(y - 0.5)) / 0.05, 0, 1)[:, None, None]
    # A lens lets some light into the dark between, and bytes are no linear measure of light.
    lit = (columns * rows * 0.9 + 0.45) * (1.04, 1.0, 0.96)
    glow = cv2.GaussianBlur((shown * lit).astype(np.float32), (0, 0), 0.02 * FINE)
    return np.clip(glow, 0, 255).astype(np.uint8)
