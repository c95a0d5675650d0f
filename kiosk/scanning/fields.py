"""The lines of an upright card become NIK, name and date of birth; what is doubtful stays unread.

A reader of print is sure of itself even where it errs, and a NIK has no check digit. So the NIK's
line is read from pixels that differ, twice, and four more times where a digit was unsure. It counts
only if all say the same; a less sure one only if the printed date bears it out, or cannot be read.
A letter that can only be one digit misread becomes that digit, and makes the reading an unsure one.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.identifiers import nik_fits_birth
from kiosk.domain.identities import SURE, CardReading
from kiosk.scanning.layout import PER_MM, Box, Holds, Layout
from kiosk.scanning.lines import Line, read_lines
from kiosk.scanning.mrz import read_mrz

__all__ = ["Value", "parse_birth", "parse_name", "parse_nik", "read_fields"]

Pixels = NDArray[np.uint8]

CALM: Final = 0.2 * PER_MM
"""How far a line is blurred, in pixels, against noise: strokes are wider (bench)."""

REACH: Final = 1.3
"""How far above or below its zone a line may stand, in millimetres: cards bend, and print moves.
Less than half of what lies between two lines, so that none is taken for its neighbour."""

DOUBTFUL: Final = 0.6
"""The confidence under which a NIK is not offered, even if all readings agree."""

LOOKS_LIKE: Final = 0.5
"""The most confidence in a digit that was read as a letter."""

LIKELY: Final = 0.8
"""The least confidence in a NIK beside which no date could be read."""

DATED: Final = 0.7
"""The least confidence in a printed date that is believed."""

# What readers take a digit for where no letter can be; "b" is the 6 of the face on the cards.
_DIGITS: Final = {
    **{digit: digit for digit in "0123456789"},
    **dict.fromkeys("OoQDU", "0"),
    **dict.fromkeys("Iil|!", "1"),
    **dict.fromkeys("Zz", "2"),
    **dict.fromkeys("Ss", "5"),
    **dict.fromkeys("bG", "6"),
    "B": "8",
}
_DIGIT: Final = f"[{re.escape(''.join(_DIGITS))}]"
_BIRTH: Final = re.compile(rf"({_DIGIT}{{2}})\W{{0,3}}({_DIGIT}{{2}})\W{{0,3}}({_DIGIT}{{4}})\W*$")
_BESIDE_DIGITS: Final = frozenset(" .,:;-_'")
_IN_NAMES: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ .,'-")
_LETTERS: Final = str.maketrans("01568’", "OISGB'")


class Value(NamedTuple):
    """A value that was read, and the confidence of its weakest letter."""

    text: str
    confidence: float


class _Way(NamedTuple):
    """How a crop differs from its zone: taller at both ends and moved (millimetres), stretched."""

    taller: float
    right: float
    wider: float
    blur: float


# Readings whose errors are least alike (bench).
_FIRST: Final = (_Way(0.3, 0, 1, CALM), _Way(0, -0.5, 1.15, CALM))
_FURTHER: Final = (
    _Way(0, 0, 0.85, 0),
    _Way(0, 0, 0.85, CALM),
    _Way(-0.4, 0, 1.3, CALM),
    _Way(0.5, 0.4, 1.3, 0.8 * CALM),
)

_UNREAD: Final = Value("", 0.0)


def read_fields(card: Pixels, layout: Layout) -> CardReading:
    """What can be read on an upright `card` of BGR bytes, PER_MM pixels to a millimetre.

    Where no NIK is read that the layout has, the rest is not looked at.

    Raises:
        ReaderMissingError: the part that reads print is not installed.
    """
    if any(zone.holds is Holds.MRZ for zone in layout.zones):
        return _read_passport(card, layout)
    boxes = {zone.holds: _on_its_line(card, zone.box) for zone in layout.zones}
    nik = _read_nik(card, boxes[Holds.NIK]) if Holds.NIK in boxes else _UNREAD
    if not nik.text:
        return CardReading(kind=layout.name)
    birth = _read_birth(card, boxes[Holds.BIRTH]) if Holds.BIRTH in boxes else None
    if nik.confidence < (SURE if birth else LIKELY) and not _bears_out(birth, nik.text):
        return CardReading(kind=layout.name)
    name = _UNREAD
    if Holds.NAME in boxes:
        name = parse_name(*read_lines([_crop(card, boxes[Holds.NAME])]))
    return CardReading(
        kind=layout.name,
        nik=nik.text,
        nik_confidence=nik.confidence,
        name=name.text,
        name_confidence=name.confidence,
        birth=birth,
    )


def parse_nik(line: Line) -> Value:
    """The sixteen digits of a line, or nothing."""
    digits, confidence = "", 1.0
    for letter, sure in zip(line.text, line.confidences, strict=True):
        if letter in _BESIDE_DIGITS:
            continue
        if letter not in _DIGITS:
            return _UNREAD
        digits += _DIGITS[letter]
        confidence = min(confidence, sure if letter in "0123456789" else min(sure, LOOKS_LIKE))
    return Value(digits, confidence) if len(digits) == 16 else _UNREAD


def parse_name(line: Line) -> Value:
    """The name in a line, in capitals: without the label and the colon before it."""
    start = line.text.rfind(":") + 1
    letters = [letter.translate(_LETTERS).upper() for letter in line.text[start:]]
    kept = [
        (letter, sure)
        for letter, sure in zip(letters, line.confidences[start:], strict=True)
        if letter in _IN_NAMES
    ]
    name = "".join(letter for letter, _ in kept).strip(" .,'-")
    return Value(name, min(sure for _, sure in kept)) if name else _UNREAD


def parse_birth(line: Line) -> date | None:
    """The day at the end of "PLACE, DD-MM-YYYY"; the marks between may be others, or missing.

    A doubtful one is none: it would turn away who is on the card.
    """
    found = _BIRTH.search(line.text)
    if found is None or min(line.confidences[found.start() : found.end()]) < DATED:
        return None
    day, month, year = (int("".join(_DIGITS[letter] for letter in part)) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_nik(card: Pixels, box: Box) -> Value:
    """The NIK of which all readings agree, and how sure the weakest digit of each is, on average.

    Once both are sure, two readings are enough.
    """
    first, second = _readings(card, box, _FIRST)
    if not first.text or first.text != second.text:
        return _UNREAD
    surest = min(first.confidence, second.confidence)
    if surest >= SURE:
        return Value(first.text, surest)
    readings = [first, second, *_readings(card, box, _FURTHER)]
    surest = sum(reading.confidence for reading in readings) / len(readings)
    if any(reading.text != first.text for reading in readings) or surest < DOUBTFUL:
        return _UNREAD
    return Value(first.text, surest)


def _bears_out(birth: date | None, nik: str) -> bool:
    return birth is not None and nik_fits_birth(nik, birth)


def _read_birth(card: Pixels, box: Box) -> date | None:
    """The date, from the first way to look at it in which there is one."""
    for wider, blur in ((1.0, CALM), (1.2, CALM / 2)):
        birth = parse_birth(*read_lines([_crop(card, box, wider=wider, blur=blur)]))
        if birth is not None:
            return birth
    return None


def _readings(card: Pixels, box: Box, ways: Sequence[_Way]) -> list[Value]:
    crops = []
    for way in ways:
        moved = Box(
            left=box.left + way.right,
            top=box.top - way.taller,
            right=box.right + way.right,
            bottom=box.bottom + way.taller,
        )
        crops.append(_crop(card, moved, wider=way.wider, blur=way.blur))
    return [parse_nik(line) for line in read_lines(crops)]


def _read_passport(card: Pixels, layout: Layout) -> CardReading:
    """Name and birth out of the machine readable lines; a NIK is not printed in them."""
    boxes = [_on_its_line(card, zone.box) for zone in layout.zones if zone.holds is Holds.MRZ]
    if len(boxes) != 2:
        return CardReading(kind=layout.name)
    first, second = read_lines([_crop(card, box) for box in boxes])
    bearer = read_mrz(first.text, second.text)
    if bearer is None:
        return CardReading(kind=layout.name)
    return CardReading(
        kind=layout.name,
        name=bearer.name,
        name_confidence=min(first.confidences),
        birth=bearer.birth,
    )


def _on_its_line(card: Pixels, box: Box) -> Box:
    """The box, moved up or down to where its line of print stands.

    A line fills the middle half of its box; there are the edges of its letters, and above and below
    are none.
    """
    reach, height = round(REACH * PER_MM), round((box.bottom - box.top) * PER_MM)
    area = Box(left=box.left, top=box.top - REACH, right=box.right, bottom=box.bottom + REACH)
    grey = cv2.cvtColor(_crop(card, area), cv2.COLOR_BGR2GRAY).astype(np.float32)
    edges = np.abs(grey[:, 4:] - grey[:, :-4]).mean(axis=1)
    if len(edges) < height + 2 * reach:
        return box
    middle = height // 2
    pattern = np.full(height, -middle / (height - middle))
    pattern[height // 4 : height // 4 + middle] = 1
    fits = np.correlate(edges, pattern, "valid")
    # Where two places fit about alike, it is the nearer one.
    fits = fits / max(1e-6, float(np.abs(fits).max()))
    fits -= 0.05 * np.abs(np.arange(len(fits)) - reach) / PER_MM
    off = (int(fits.argmax()) - reach) / PER_MM
    return Box(left=box.left, top=box.top + off, right=box.right, bottom=box.bottom + off)


def _crop(card: Pixels, box: Box, *, wider: float = 1.0, blur: float = CALM) -> Pixels:
    """What the box holds, as far as the card reaches; stretched, and blurred against noise."""
    left, top, right, bottom = (
        max(0, round(side * PER_MM)) for side in (box.left, box.top, box.right, box.bottom)
    )
    crop = card[top:bottom, left:right]
    if blur:
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), blur), dtype=np.uint8)
    if wider != 1:
        size = round(crop.shape[1] * wider), crop.shape[0]
        crop = np.asarray(cv2.resize(crop, size), dtype=np.uint8)
    return crop
