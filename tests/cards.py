"""Identity cards of invented people, and pictures of them as cameras take them, from a seed.

    invented_person(rng)  ->  draw_card(person, layout)  ->  photograph_card(card, rng)
                                                         ->  moving_card_frames(card, ...)
    card_set(seed, count)     all of it mixed: the bench's set

A card is drawn FINE pixels to a millimetre, in BGR as all pictures here. The same seed gives the
same picture wherever the versions of OpenCV and Pillow are the same.

Nobody here exists: names and places are made of syllables, every NIK begins with province 99, and
the emblem is a rosette. A card's labels come from the same layout as the specimen by which cards
are found. So that this does not flatter, each printing has a size and weight of its own, moves the
words a little, and for some cards uses another face.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.domain.identifiers import Sex
from kiosk.scanning.layout import Holds, Layout, load_layout
from tests.pictures import jpeg, moving_page_frames

__all__ = [
    "BACKGROUNDS",
    "CAMERAS",
    "FINE",
    "LEVELS",
    "PLAIN",
    "Camera",
    "Person",
    "Photograph",
    "Printing",
    "Shot",
    "a_printing",
    "card_set",
    "draw_card",
    "invented_person",
    "moving_card_frames",
    "moving_sheet_and_card_frames",
    "mrz_lines",
    "on_a_screen",
    "photocopied",
    "photograph_card",
    "printed_name",
    "sibling_of",
    "twin_of",
]

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
Light = NDArray[np.float32]

FINE: Final = 24
"""Pixels to a millimetre of a drawn card."""

_FONTS: Final = Path("/usr/share/fonts")
_SANS: Final = _FONTS / "truetype/liberation2/LiberationSans-Regular.ttf"
_SANS_BOLD: Final = _FONTS / "truetype/liberation2/LiberationSans-Bold.ttf"
_FACES: Final = {
    "sans": (_SANS, _SANS_BOLD),
    "dejavu": (
        _FONTS / "truetype/dejavu/DejaVuSans.ttf",
        _FONTS / "truetype/dejavu/DejaVuSans-Bold.ttf",
    ),
}
_OCR_A: Final = _FONTS / "truetype/ocr-a/OCRA.ttf"
_OCR_B: Final = _FONTS / "opentype/ocr-b/OCRB.otf"

# ---------------------------------------------------------------------------------- people


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_SYLLABLES: Final = _each(
    "su ra wi di ma ha na pu ka bi ti sa gi lo re mu ta ru wa la ni da jo me ci an ar en har ban"
    " kar sum bam dar wul nur yan pur lis tri fit gun mar wid ret jun sol tan ger pan ling"
)
_ENDINGS: Final = {
    Sex.MALE: _each("to no wan man di yono sono mad din jaya tra rudin rta gus"),
    Sex.FEMALE: _each("ti wati ni sih ningsih yah sari lia tun rini wulan nah dita"),
}
_PLACES: Final = _each("rejo sari mulya jaya wangi agung baru lor kidul makmur")
_STREETS: Final = _each("MELATI KENANGA CEMPAKA BOUGENVILLE ANGGREK DAHLIA TERATAI FLAMBOYAN")
_JOBS: Final = ("PELAJAR/MAHASISWA", "KARYAWAN SWASTA", "WIRASWASTA", "PETANI/PEKEBUN", "PERAWAT")
_FAITHS: Final = _each("ISLAM KRISTEN KATHOLIK HINDU BUDDHA KONGHUCU")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who does not exist, as a card would have it; words in capitals."""

    nik: str
    name: str
    birth: date
    birth_place: str
    sex: Sex
    province: str
    region: str
    address: str
    neighbourhood: str
    village: str
    district: str
    faith: str
    married: str
    job: str
    blood: str


def invented_person(rng: np.random.Generator) -> Person:
    """A person of 17 to 80 years (in 2026), with a NIK that fits, of a province that is not."""
    sex = Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
    birth = date(2009, 1, 1) - timedelta(days=int(rng.integers(0, 63 * 365)))
    serial = int(rng.integers(1, 30) if rng.random() < 0.8 else rng.integers(1, 10_000))
    region = f"99{rng.integers(1, 80):02}{rng.integers(1, 31):02}"
    kind = "KOTA" if rng.random() < 0.3 else "KABUPATEN"
    return Person(
        nik=f"{region}{_day_of_nik(birth, sex)}{serial:04}",
        name=_name(rng, sex),
        birth=birth,
        birth_place=_place(rng),
        sex=sex,
        province=_place(rng),
        region=f"{kind} {_place(rng)}",
        address=f"JL. {_pick(rng, _STREETS)} NO. {rng.integers(1, 200)}",
        neighbourhood=f"{rng.integers(1, 20):03}/{rng.integers(1, 15):03}",
        village=_place(rng),
        district=_place(rng),
        faith=_pick(rng, _FAITHS),
        married=_pick(rng, ("KAWIN", "BELUM KAWIN", "CERAI MATI")),
        job=_pick(rng, _JOBS),
        blood=_pick(rng, ("A", "B", "AB", "O", "-")),
    )


def twin_of(person: Person, rng: np.random.Generator) -> Person:
    """The twin: one digit of the serial and the first name differ, nothing else."""
    place = int(rng.integers(12, 16))
    digits = [digit for digit in "0123456789" if digit != person.nik[place]]
    nik = person.nik[:12] + "0000"
    while nik.endswith("0000"):
        nik = person.nik[:place] + _pick(rng, digits) + person.nik[place + 1 :]
    first, *rest = person.name.split()
    other = first
    while other == first:
        other = _word(rng, person.sex)
    return replace(person, nik=nik, name=" ".join([other, *rest]))


def sibling_of(person: Person, rng: np.random.Generator) -> Person:
    """A brother or sister: the family's last name and address, another date and serial."""
    away = int(rng.integers(320, 4000)) * (1 if rng.random() < 0.5 else -1)
    birth = person.birth + timedelta(days=away)
    sex = Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
    first, *rest = person.name.split()
    # Parents like names that sound alike.
    name = " ".join([first[: max(2, len(first) // 2)] + _pick(rng, _ENDINGS[sex]).upper(), *rest])
    nik = f"{person.nik[:6]}{_day_of_nik(birth, sex)}{rng.integers(1, 30):04}"
    return replace(person, nik=nik, name=name, birth=birth, sex=sex, job=_pick(rng, _JOBS))


def _day_of_nik(birth: date, sex: Sex) -> str:
    day = birth.day + (40 if sex is Sex.FEMALE else 0)
    return f"{day:02}{birth.month:02}{birth.year % 100:02}"


def _name(rng: np.random.Generator, sex: Sex) -> str:
    words = int(rng.choice([1, 2, 3, 4], p=[0.12, 0.5, 0.28, 0.1]))
    return " ".join(_word(rng, sex) for _ in range(words))


def _word(rng: np.random.Generator, sex: Sex) -> str:
    stems = [_pick(rng, _SYLLABLES) for _ in range(int(rng.choice([1, 2, 3], p=[0.5, 0.4, 0.1])))]
    return "".join([*stems, _pick(rng, _ENDINGS[sex])]).upper()


def _place(rng: np.random.Generator) -> str:
    stem = _pick(rng, _SYLLABLES) + _pick(rng, _SYLLABLES)
    return (stem + _pick(rng, _PLACES)).upper()[:12]


def _pick(rng: np.random.Generator, among: Sequence[str]) -> str:
    return among[int(rng.integers(len(among)))]


# ---------------------------------------------------------------------------------- cards


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
        size = 2.54 / (_font(_OCR_B, 1000).getlength("<") / 1000)
        baseline = (box.top + box.bottom) / 2 + 0.36 * size
        yield _Word(text=line, left=box.left + 3.4, baseline=baseline, size=size, face=_OCR_B)


@cache
def _font(face: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face, size)


def _width(text: str, size: float, face: Path = _SANS) -> float:
    """How wide a text is, in the units of `size`."""
    return float(_font(face, 100).getlength(text)) * size / 100


def _write(ink: Pixels, word: _Word, printing: Printing) -> None:
    """Draw a word into the layer of ink, as wide as the specimen's face would be."""
    face = word.face or _FACES[printing.face][word.bold]
    usual = word.face or (_SANS_BOLD if word.bold else _SANS)
    size = word.size * printing.scale
    wide = _width(word.text, word.size, usual) * (1 + (printing.scale - 1) / 2)
    font = _font(face, round(size * FINE, 1))
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
        _curve(card, np.column_stack([x, y]), tone, 2)
    turn = np.linspace(0, 2 * np.pi, 700)
    for ring in range(9):
        radius = (7 + 2.2 * np.cos(14 * turn + ring * 0.7) + ring * 0.9) * FINE
        spot = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
        middle = np.array([width * 0.5, height * 0.55])
        _curve(card, spot + middle, base + np.array([-10, -14, 4], np.float32), 2)
    return np.asarray(card)


def _curve(card: Pixels, points: Points, colour: Light, thickness: int) -> None:
    spots = np.round(points * 8).astype(np.int32)[:, None]
    tone = tuple(float(part) for part in np.clip(colour, 0, 255))
    cv2.polylines(card, [spots], False, tone, thickness, cv2.LINE_AA, 3)  # noqa: FBT003 - as it is


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
    cv2.polylines(ink, [spots], False, 230, 6, cv2.LINE_AA, 3)  # noqa: FBT003 - as it is


def _worn(card: Pixels, wear: float, rng: np.random.Generator) -> Pixels:
    """What a purse does: scratches, rubbed spots, yellow laminate, pale edges."""
    height, width = card.shape[:2]
    marks = np.zeros((height, width), np.uint8)
    for _ in range(round(wear * 14)):
        start = rng.uniform((0, 0), (width, height))
        angle, length = rng.uniform(0, np.pi), rng.uniform(3, 30) * FINE
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        ends = np.round(np.stack([start, end])).astype(np.int32)
        strength = int(rng.uniform(25, 110))
        cv2.line(marks, tuple(ends[0]), tuple(ends[1]), strength, int(rng.integers(1, 4)))
    specks = rng.uniform((0, 0), (width, height), (round(wear * 250), 2)).astype(np.int32)
    marks[specks[:, 1], specks[:, 0]] = 200
    marks = cv2.GaussianBlur(cv2.dilate(marks, np.ones((2, 2), np.uint8)), (0, 0), 0.8)
    small = rng.normal(0, 1, (12, 18)).astype(np.float32)
    rubbed = np.clip(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), 0, 2)
    pale = (marks.astype(np.float32) / 255 + rubbed * 0.07 * wear)[..., None]
    yellow = np.array([1 - 0.10 * wear, 1 - 0.02 * wear, 1.0], np.float32)
    seen = card.astype(np.float32) * yellow
    return np.clip(seen * (1 - pale) + 235 * pale, 0, 255).astype(np.uint8)


def photocopied(card: Pixels, rng: np.random.Generator | None = None) -> Pixels:
    """The card from an office copier: grey, hard, toner where there was colour; on paper."""
    rng = rng or np.random.default_rng(0)
    grey = cv2.cvtColor(card, cv2.COLOR_BGR2GRAY).astype(np.float32)
    hard = 255 / (1 + np.exp(-(cv2.GaussianBlur(grey, (0, 0), 1.5) - 128) / 24))
    toner = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 1.2) * 22
    copied = np.clip(hard * 0.86 + 28 + toner * (1.15 - hard / 255), 0, 255).astype(np.uint8)
    return np.dstack([copied] * 3)


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


# ---------------------------------------------------------------------------------- cameras


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """A camera: its picture in pixels, and how many of them a millimetre of a card gets."""

    size: tuple[int, int]
    per_mm: tuple[float, float]


CAMERAS: Final = {
    "480p": Camera(size=(640, 480), per_mm=(4.6, 6.8)),
    "720p": Camera(size=(1280, 720), per_mm=(4.6, 12.0)),
    "1080p": Camera(size=(1920, 1080), per_mm=(6.0, 17.0)),
    "phone": Camera(size=(2016, 1512), per_mm=(8.0, 18.0)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    """The worst of a level: degrees, millimetres, pixels of a 720p picture, and parts of 1."""

    tilt: float
    roll: float
    bend: float
    motion: float
    defocus: float
    noise: float
    darkest: float
    slope: float
    glare: float
    quality: tuple[int, int]


LEVELS: Final = {
    "mild": _Level(
        tilt=12,
        roll=8,
        bend=0.3,
        motion=0.0,
        defocus=0.5,
        noise=2.5,
        darkest=0.75,
        slope=0.2,
        glare=0.15,
        quality=(85, 95),
    ),
    "moderate": _Level(
        tilt=25,
        roll=20,
        bend=1.0,
        motion=0.15,
        defocus=0.9,
        noise=6.0,
        darkest=0.5,
        slope=0.45,
        glare=0.4,
        quality=(70, 90),
    ),
    "severe": _Level(
        tilt=38,
        roll=40,
        bend=2.0,
        motion=0.4,
        defocus=1.3,
        noise=11.0,
        darkest=0.3,
        slope=0.7,
        glare=0.6,
        quality=(45, 75),
    ),
}

BACKGROUNDS: Final = ("clutter", "wood", "paper", "blue", "hand")


class Photograph(NamedTuple):
    """A picture of a card: BGR, the card's corners clockwise from its own top left, in pixels.

    `inside` says whether the card lies wholly in the picture.
    """

    frame: Pixels
    corners: Points
    inside: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pose:
    """How a card is held: pixels to a millimetre, its middle's place in the frame, radians."""

    per_mm: float
    centre: tuple[float, float]
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Glare:
    """A lamp mirrored in the laminate: where on the card and how wide (millimetres), how bright."""

    at: tuple[float, float]
    spread: tuple[float, float]
    peak: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Conditions:
    """Light, lens and sensor. `motion` is a vector in pixels, `defocus` a sigma."""

    defocus: float
    noise: float
    motion: tuple[float, float] = (0.0, 0.0)
    exposure: float = 0.9
    slope: tuple[float, float] = (0.0, 0.0)
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    glare: _Glare | None = None
    sharpened: float = 0.0
    quality: int = 90


def photograph_card(
    card: Pixels,
    rng: np.random.Generator,
    *,
    camera: str = "720p",
    level: str = "moderate",
    background: str | None = None,
    turn: int = 0,
    inside: bool | None = None,
) -> Photograph:
    """What a camera sees of the card.

    `turn` is by how many degrees clockwise the card lies turned, besides the roll of the level:
    0, 90, 180 or 270. By itself one card in eight is cut off by the picture's edge; `inside` says
    whether it shall be.
    """
    size, worst = CAMERAS[camera].size, LEVELS[level]
    inside = bool(rng.random() < 0.875) if inside is None else inside
    background = _pick(rng, BACKGROUNDS) if background is None else background
    millimetres = card.shape[1] / FINE, card.shape[0] / FINE
    pose = _held(millimetres, rng, camera=camera, level=worst, turn=turn, inside=inside)
    scale = max(0.7, size[0] / 1280)
    angle = rng.uniform(0, 2 * np.pi)
    motion = rng.uniform(0, worst.motion) * pose.per_mm
    glare = None
    if rng.random() < worst.glare:
        glare = _Glare(
            at=tuple(rng.uniform((0, 0), millimetres)),
            spread=tuple(rng.uniform(3, 12, 2)),
            peak=float(rng.uniform(40, 150)),
        )
    slope = rng.uniform(0, worst.slope)
    conditions = _Conditions(
        defocus=float(rng.uniform(0.3, worst.defocus)) * scale,
        noise=float(rng.uniform(0.4, 1.0)) * worst.noise,
        motion=(motion * np.cos(angle), motion * np.sin(angle)),
        exposure=float(rng.uniform(worst.darkest, 1.0)),
        slope=(slope * np.cos(2 * angle), slope * np.sin(2 * angle)),
        tint=tuple(rng.uniform(0.92, 1.06, 3)),
        glare=glare,
        sharpened=float(rng.uniform(0, 0.8)),
        quality=int(rng.integers(worst.quality[0], worst.quality[1] + 1)),
    )
    fingers = _fingers(millimetres, rng) if background == "hand" else None
    ground = _background(background, size, rng)
    frame = _taken(card, pose, ground, conditions, rng, fingers=fingers)
    corners = _outline(millimetres, pose, size, steps=1)
    return Photograph(frame, corners, _in_frame(_outline(millimetres, pose, size), size))


def _held(
    millimetres: tuple[float, float],
    rng: np.random.Generator,
    *,
    camera: str,
    level: _Level,
    turn: int,
    inside: bool,
) -> _Pose:
    """A pose that shows the whole card, or does not, as asked for."""
    (width, height), (low, high) = CAMERAS[camera].size, CAMERAS[camera].per_mm
    yaw, pitch = np.radians(rng.uniform(-level.tilt, level.tilt, 2)) / np.sqrt(2)
    # Passports are larger than cards, and are held farther away.
    smaller = 85.6 / millimetres[0]
    per_mm = rng.uniform(low, high) * smaller
    roll = np.radians(turn + rng.uniform(-level.roll, level.roll))
    bend = float(rng.uniform(-level.bend, level.bend))
    for attempt in range(200):
        reach = 0.25 if inside else 0.5
        centre = rng.uniform((-width * reach, -height * reach), (width * reach, height * reach))
        pose = _Pose(
            per_mm=float(per_mm),
            centre=(float(centre[0]), float(centre[1])),
            yaw=float(yaw),
            pitch=float(pitch),
            roll=float(roll),
            bend=bend,
        )
        if _in_frame(_outline(millimetres, pose, (width, height)), (width, height)) is inside:
            return pose
        if inside and attempt % 10 == 9:
            per_mm = max(per_mm * 0.93, low * smaller * 0.8)
        if inside and attempt == 100:
            roll = np.radians(turn)
    raise ValueError(f"no card that is inside={inside} fits {camera}")


def _in_frame(points: Points, size: tuple[int, int]) -> bool:
    return bool((points >= 0).all() and (points <= np.array(size) - 1).all())


def _turning(pose: _Pose) -> Points:
    """The rotation from the card to the camera."""
    (cy, sy), (cp, sp), (cr, sr) = (
        (np.cos(angle), np.sin(angle)) for angle in (pose.yaw, pose.pitch, pose.roll)
    )
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(yaw @ pitch @ roll)


def _focal(size: tuple[int, int]) -> float:
    """The focal length in pixels of a lens that sees 57 degrees across."""
    return 0.92 * max(size)


def _outline(
    millimetres: tuple[float, float], pose: _Pose, size: tuple[int, int], *, steps: int = 12
) -> Points:
    """Points of the card's edge in the frame, `steps` a side, clockwise from its top left."""
    width, height = millimetres
    part = np.arange(steps) / steps
    zero, one = np.zeros(steps), np.ones(steps)
    x = (np.concatenate([part, one, 1 - part, zero]) - 0.5) * width
    y = (np.concatenate([zero, part, one, 1 - part]) - 0.5) * height
    points = np.stack([x, y, pose.bend * (1 - (2 * x / width) ** 2)])
    focal = _focal(size)
    away = focal / pose.per_mm
    shift = np.array([pose.centre[0] / pose.per_mm, pose.centre[1] / pose.per_mm, away])
    seen = _turning(pose) @ points + shift[:, None]
    middle = (np.array(size) - 1) / 2
    return np.asarray((focal * seen[:2] / seen[2]).T + middle)


def _places(millimetres: tuple[float, float], pose: _Pose, size: tuple[int, int]) -> Light:
    """For each pixel of the frame the place of the card it sees, in millimetres: (h, w, 2).

    Every eighth pixel is computed, the rest lies between.
    """
    coarse, (width, height) = 8, size
    across, down = width // coarse + 3, height // coarse + 3
    focal = _focal(size)
    u = ((np.arange(across) - 0.5) * coarse - 0.5 - (width - 1) / 2) / focal
    v = ((np.arange(down) - 0.5) * coarse - 0.5 - (height - 1) / 2) / focal
    rays = np.stack([*np.meshgrid(u, v), np.ones((down, across))], axis=-1)
    turning = _turning(pose)
    away = focal / pose.per_mm
    shift = np.array([pose.centre[0] / pose.per_mm, pose.centre[1] / pose.per_mm, away])
    start, rays = -turning.T @ shift, rays @ turning
    depth = np.zeros((down, across))
    x = y = depth
    for _ in range(4):
        far = (depth - start[2]) / rays[..., 2]
        x, y = start[0] + far * rays[..., 0], start[1] + far * rays[..., 1]
        depth = pose.bend * (1 - np.clip(2 * x / millimetres[0], -1.2, 1.2) ** 2)
    places = np.dstack([x + millimetres[0] / 2, y + millimetres[1] / 2]).astype(np.float32)
    fine = cv2.resize(places, (across * coarse, down * coarse), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[coarse : coarse + height, coarse : coarse + width], dtype=np.float32)


def _taken(
    card: Pixels,
    pose: _Pose,
    ground: Pixels,
    conditions: _Conditions,
    rng: np.random.Generator,
    *,
    fingers: Sequence[tuple[Points, Light]] | None = None,
) -> Pixels:
    """The picture: card on ground, through lens, sensor and JPEG."""
    size = ground.shape[1], ground.shape[0]
    millimetres = card.shape[1] / FINE, card.shape[0] / FINE
    places = _places(millimetres, pose, size)
    seen, cover = _sharp_card(card, pose, places, conditions.defocus)
    if conditions.glare is not None:
        seen = seen + _shine(conditions.glare, places)[..., None]
    off = pose.per_mm * 0.8
    fallen = cv2.warpAffine(cover, np.array([[1, 0, off], [0, 1, off]]), size)
    shadow = cv2.GaussianBlur(fallen, (0, 0), max(0.8, pose.per_mm * 0.5))
    below = cv2.GaussianBlur(ground, (0, 0), conditions.defocus * 1.3).astype(np.float32)
    below *= 1 - 0.4 * shadow[..., None]
    whole = below * (1 - cover[..., None]) + seen * cover[..., None]
    for finger, skin in fingers or ():
        spots = np.round(_project(finger, millimetres, pose, size)).astype(np.int32)
        mask = np.zeros(cover.shape, np.uint8)
        cv2.fillConvexPoly(mask, spots, 255, cv2.LINE_AA)
        part = cv2.GaussianBlur(mask, (0, 0), 1 + pose.per_mm * 0.15).astype(np.float32)[..., None]
        whole = whole * (1 - part / 255) + skin * (part / 255)
    return _through_a_camera(_smeared(whole, conditions.motion), conditions, rng)


def _sharp_card(card: Pixels, pose: _Pose, places: Light, defocus: float) -> tuple[Light, Light]:
    """The card as it lands on the sensor, and how much of each pixel it covers (0 to 1)."""
    # The lens blurs before the sensor samples; that order is what makes moiré.
    finer = float(min(1.0, pose.per_mm * 1.6 / FINE))
    height, width = round(card.shape[0] * finer), round(card.shape[1] * finer)
    small = cv2.resize(card, (width, height), interpolation=cv2.INTER_AREA)
    margin = round(2 * FINE * finer)
    small = cv2.copyMakeBorder(small, *(margin,) * 4, cv2.BORDER_REPLICATE)
    cover = np.zeros(small.shape[:2], np.float32)
    cover[margin : margin + height, margin : margin + width] = _rounded(width, height, finer)
    soft = defocus * FINE * finer / pose.per_mm
    small = cv2.GaussianBlur(small, (0, 0), soft)
    cover = cv2.GaussianBlur(cover, (0, 0), soft)
    x = places[..., 0] * (FINE * finer) + (margin - 0.5)
    y = places[..., 1] * (FINE * finer) + (margin - 0.5)
    seen = cv2.remap(small, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    covered = cv2.remap(cover, x, y, cv2.INTER_LINEAR)
    return seen.astype(np.float32), np.asarray(covered, dtype=np.float32)


def _rounded(width: int, height: int, finer: float) -> Light:
    """A rectangle with a card's round corners (ISO/IEC 7810)."""
    radius = round(3.18 * FINE * finer)
    shape = np.zeros((height, width), np.uint8)
    cv2.rectangle(shape, (radius, 0), (width - 1 - radius, height - 1), 1, -1)
    cv2.rectangle(shape, (0, radius), (width - 1, height - 1 - radius), 1, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(shape, (x, y), radius, 1, -1)
    return shape.astype(np.float32)


def _shine(glare: _Glare, places: Light) -> Light:
    x = (places[..., 0] - glare.at[0]) / glare.spread[0]
    y = (places[..., 1] - glare.at[1]) / glare.spread[1]
    return np.asarray(glare.peak * np.exp(-(x * x + y * y) / 2), dtype=np.float32)


def _smeared(picture: Light, motion: tuple[float, float]) -> Light:
    """The picture, moved by a vector while the shutter was open."""
    length = float(np.hypot(*motion))
    if length < 0.3:
        return picture
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for at in np.linspace(-0.5, 0.5, 41):
        x, y = half + at * motion[0], half + at * motion[1]
        x0, y0 = int(x), int(y)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            kernel[y0 + dy, x0 + dx] += (1 - abs(x - x0 - dx)) * (1 - abs(y - y0 - dy))
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), dtype=np.float32)


def _through_a_camera(picture: Light, conditions: _Conditions, rng: np.random.Generator) -> Pixels:
    """Unevenly lit, exposed, noisy, sharpened by the camera, and compressed."""
    height, width = picture.shape[:2]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    light = 1 + conditions.slope[0] * x + conditions.slope[1] * y - 0.25 * (x * x + y * y)
    light = np.clip(light, 0.15, None) * conditions.exposure
    seen = picture * light[..., None] * np.array(conditions.tint, np.float32) + 6
    # Shot noise grows with the root of the light, and a darker picture is amplified more.
    level = np.sqrt(np.clip(seen, 0, 255) / 255) + 0.25
    gain = conditions.noise / np.sqrt(conditions.exposure)
    seen = seen + rng.standard_normal(seen.shape, dtype=np.float32) * level * gain
    if conditions.sharpened:
        soft = cv2.GaussianBlur(seen, (0, 0), 1.2)
        seen = seen + (seen - soft) * conditions.sharpened
    raw = np.clip(seen, 0, 255).astype(np.uint8)
    packed = np.frombuffer(jpeg(raw, quality=conditions.quality), np.uint8)
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


# ---------------------------------------------------------------------------------- grounds


def _background(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    return {
        "clutter": _clutter,
        "wood": _wood,
        "paper": _paper,
        "blue": _blue,
        "hand": _wood,
    }[kind](size, rng)


def _wood(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A desk: long streaks."""
    width, height = size
    streaks = rng.normal(0, 26, (height // 2, 1 + width // 40)).astype(np.float32)
    grain = cv2.GaussianBlur(cv2.resize(streaks, size), (0, 0), 2)[..., None]
    tone = np.array([60, 95, 140], np.float32) * rng.uniform(0.6, 1.3)
    return np.clip(tone + grain * (0.7, 0.9, 1.0), 0, 255).astype(np.uint8)


def _blue(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A cloth of nearly the card's colour, with lines like the card's."""
    width, height = size
    base = np.array([226, 206, 176], np.float32) + rng.uniform(-10, 10, 3).astype(np.float32)
    cloth = np.full((height, width, 3), 0, np.uint8) + base.astype(np.uint8)
    x = np.linspace(0, width, 120)
    for number in range(height // 14):
        y = number * 14 + 9 * np.sin(x / 60 + number * 0.3)
        _curve(cloth, np.column_stack([x, y]), base - 14, 1)
    return cloth


def _paper(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A printed page under the card."""
    width, height = size
    page = Image.new("RGB", size, (238, 238, 232))
    draw = ImageDraw.Draw(page)
    letters = width // 70
    font = _font(_SANS, letters)
    for row in range(height // (letters + 6)):
        words = (_word(rng, Sex.MALE).lower() for _ in range(24))
        draw.text(
            (width // 20, row * (letters + 6) + 4), " ".join(words), font=font, fill=(40, 40, 44)
        )
    turned = page.rotate(float(rng.uniform(-12, 12)), fillcolor=(238, 238, 232))
    return np.array(turned)[..., ::-1].copy()


def _clutter(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A full desk: sheets, boxes, pens and lids in all colours."""
    width, height = size
    desk = _wood(size, rng)
    for _ in range(24):
        spot = tuple(map(int, rng.uniform((0, 0), (width, height))))
        colour = tuple(map(float, rng.uniform(20, 250, 3)))
        across, down = rng.uniform(0.03, 0.3, 2) * width
        kind = rng.integers(3)
        if kind == 0:
            box = cv2.boxPoints((spot, (across, down), float(rng.uniform(0, 90))))
            cv2.fillConvexPoly(desk, np.round(box).astype(np.int32), colour, cv2.LINE_AA)
        elif kind == 1:
            cv2.circle(desk, spot, int(down / 3), colour, int(rng.choice([-1, 3, 8])), cv2.LINE_AA)
        else:
            end = tuple(map(int, rng.uniform((0, 0), (width, height))))
            cv2.line(desk, spot, end, colour, int(rng.integers(2, 14)), cv2.LINE_AA)
    return desk


def _fingers(
    millimetres: tuple[float, float], rng: np.random.Generator
) -> list[tuple[Points, Light]]:
    """A thumb over the right edge or the lower right: an outline on the card, and its colour."""
    width, height = millimetres
    skin = np.array([105, 145, 200], np.float32) * rng.uniform(0.55, 1.1)
    deep, thick = rng.uniform(4, 9), rng.uniform(13, 18)
    side = np.array(
        [[40, -0.5], [40, 0.5], [0.25 * thick, 0.5], [0, 0.25], [0, -0.25], [0.25 * thick, -0.5]]
    )
    y = rng.uniform(0.35, 0.8) * height
    if rng.random() < 0.5:
        thumb = side * (1, thick) + (width - deep, y)
    else:
        thumb = side[:, ::-1] * (thick, 1) + (rng.uniform(0.78, 0.9) * width, height - deep * 0.7)
    return [(thumb, skin)]


def _project(
    places: Points, millimetres: tuple[float, float], pose: _Pose, size: tuple[int, int]
) -> Points:
    """Where places of the card (millimetres) are in the frame."""
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * millimetres
    corners = _outline(millimetres, pose, size, steps=1)
    matrix = cv2.getPerspectiveTransform(own.astype(np.float32), corners.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(places[None].astype(np.float64), matrix)[0])


# ---------------------------------------------------------------------------------- sets, clips


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """One picture of a set, and all that was put into it."""

    person: Person
    kind: str
    printing: Printing
    camera: str
    level: str
    background: str
    turn: int
    frame: Pixels = field(repr=False)
    corners: Points = field(repr=False)
    inside: bool


def card_set(
    seed: int,
    count: int,
    *,
    kinds: Sequence[str] = ("ktp-el",),
    other_faces: float = 0.3,
    inside: bool | None = None,
) -> Iterator[Shot]:
    """`count` pictures, each of another person: cameras, levels and grounds in turn.

    Twelve in a row have each camera at each level; one in ten lies turned by 90, 180 or 270
    degrees. The first pictures of a set are the same whatever its `count`.
    """
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        person = invented_person(rng)
        kind = kinds[number % len(kinds)]
        printing = a_printing(rng, other_faces=other_faces)
        camera = tuple(CAMERAS)[number % 4]
        level = tuple(LEVELS)[number // 4 % 3]
        background = BACKGROUNDS[number % 5]
        turn = int(rng.choice([90, 180, 270])) if rng.random() < 0.1 else 0
        card = draw_card(person, load_layout(kind), printing=printing)
        taken = photograph_card(
            card,
            rng,
            camera=camera,
            level=level,
            background=background,
            turn=turn,
            inside=inside,
        )
        yield Shot(
            person=person,
            kind=kind,
            printing=printing,
            camera=camera,
            level=level,
            background=background,
            turn=turn,
            frame=taken.frame,
            corners=taken.corners,
            inside=taken.inside,
        )


def moving_card_frames(
    card: Pixels, seed: int, count: int, *, size: tuple[int, int] = (1280, 720), glossy: bool = True
) -> Iterator[Pixels]:
    """`count` frames: an empty desk, then a card comes in, is tilted this way and that, and leaves.

    The lamp's reflection wanders over a laminated card as it tilts; paper (not `glossy`) has none.
    """
    rng = np.random.default_rng(seed)
    desk = _wood(size, rng)
    width, height = card.shape[1] / FINE, card.shape[0] / FINE
    fitting = min(size[0] / width, size[1] / height) * 0.66
    phase = rng.uniform(0, 2 * np.pi, 4)
    for number in range(count):
        at = number / max(1, count - 1)
        # Outside for the first and the last eighth, at rest in the middle of the rest.
        away = max(0.0, 1 - at / 0.3, 1 - (1 - at) / 0.2) ** 0.7
        yaw = 0.14 * np.sin(9 * at + phase[0])
        pitch = 0.12 * np.sin(7 * at + phase[1])
        pose = _Pose(
            per_mm=float(fitting * (1 + 0.04 * np.sin(5 * at + phase[2]))),
            centre=(
                size[0] * (1.1 * away + 0.02 * np.sin(8 * at)),
                size[1] * 0.03 * np.cos(6 * at),
            ),
            yaw=yaw,
            pitch=pitch,
            roll=0.08 * np.sin(4 * at + phase[3]),
        )
        # A mirror turned by an angle turns what it shows by twice as much.
        spot = width * 0.75 + 260 * yaw, height * 0.35 + 260 * pitch
        glare = _Glare(at=spot, spread=(9.0, 6.0), peak=130.0) if glossy else None
        conditions = _Conditions(
            defocus=0.5, noise=3.0, exposure=0.9, slope=(0.15, 0.1), glare=glare, sharpened=0.3
        )
        yield _taken(card, pose, desk, conditions, rng)


def moving_sheet_and_card_frames(
    page: Pixels, card: Pixels, seed: int, count: int
) -> Iterator[Pixels]:
    """`count` frames, 1280x720: an empty desk, a sheet with its code, a card; empty again."""
    sheet = count // 2
    for grey in moving_page_frames(page, seed, sheet):
        yield np.dstack([grey] * 3)
    yield from moving_card_frames(card, seed, count - sheet)
