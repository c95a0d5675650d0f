"""The machine readable lines of a passport (ICAO Doc 9303 part 4, TD3: two lines of 44 letters).

    P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<    type, state, SURNAME<<GIVEN<NAMES
    L898902C36UTO7408122F1204159ZE184226B<<<<<10    number, state, birth, sex, expiry, optional
             ^         ^        ^              ^^   check digits

Every digit of the second line is under a check digit that finds any one of them misread, and the
last digit is over all of them. The names have none: how sure they are is the line reader's word.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from string import ascii_uppercase, digits
from typing import Final

__all__ = ["Bearer", "check_digit", "read_mrz"]

LENGTH: Final = 44

ADULT: Final = 17
"""The age in years of the youngest to whom a police record certificate is issued."""

_VALUES: Final = {letter: value for value, letter in enumerate(digits + ascii_uppercase)}
_WEIGHTS: Final = (7, 3, 1)
_SECOND: Final = re.compile(
    r"[A-Z0-9<]{9}\d[A-Z<]{3}(?P<birth>\d{6})\d[MFX<](?P<expiry>\d{6})\d[A-Z0-9<]{14}[\d<]\d",
    re.ASCII,
)
# Line readers know these marks from books, and no filler.
_FILLERS: Final = str.maketrans({"«": "<<", "‹": "<", "《": "<<", "〈": "<", " ": ""})
# Where only digits can stand, these letters are the digits that they look like.
_DIGITS: Final = str.maketrans("OQDILZSBG", "000112586")
_LETTERS: Final = str.maketrans("01258", "OIZSB")
_DIGIT_PLACES: Final = (slice(9, 10), slice(13, 20), slice(21, 28), slice(43, 44))
_LETTER_PLACES: Final = (slice(10, 13), slice(20, 21))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """Whom a passport names: given names before the surname, in capitals."""

    name: str = field(repr=False)
    birth: date = field(repr=False)


def check_digit(text: str) -> str:
    """The digit that stands behind `text` in machine readable lines."""
    values = (_VALUES.get(letter, 0) for letter in text)
    return str(sum(value * _WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def read_mrz(first: str, second: str) -> Bearer | None:
    """Whom the two lines name, or None where they are no passport's or a check digit is wrong.

    The lines may be as a line reader gives them: with spaces, with a filler too few or too many
    where fillers mean nothing, with letters in the place of the digits they look like.
    """
    head, tail = _cleaned(first), _of_its_kinds(_filled(_cleaned(second)))
    parts = _SECOND.fullmatch(tail)
    if parts is None or not head.startswith("P") or not _adds_up(tail):
        return None
    name = _name(head[5:LENGTH])
    birth = _birth(parts["birth"], parts["expiry"])
    return Bearer(name=name, birth=birth) if name and birth else None


def _cleaned(line: str) -> str:
    return line.translate(_FILLERS).upper()


def _filled(line: str) -> str:
    """The second line at its length: the fillers before its last two places are hard to count."""
    optional, last = line[28:-2].rstrip("<"), line[-2:]
    # A check digit of nothing may be a filler itself, and is then one of those counted.
    return f"{line[:28]}{optional.ljust(LENGTH - 30, '<')}{last}" if len(line) > 30 else line


def _of_its_kinds(line: str) -> str:
    """The second line with digits where only digits stand, and letters where only letters."""
    for places, kind in ((_DIGIT_PLACES, _DIGITS), (_LETTER_PLACES, _LETTERS)):
        for place in places:
            line = line[: place.start] + line[place].translate(kind) + line[place.stop :]
    return line


def _adds_up(line: str) -> bool:
    """Whether all five check digits are right; that of an empty field may be a filler."""
    optional, digit = line[28:42], line[42]
    if digit != check_digit(optional) and (digit != "<" or optional.strip("<")):
        return False
    whole = line[:10] + line[13:20] + line[21:43]
    return line[9] + line[19] + line[27] + line[43] == (
        check_digit(line[:9])
        + check_digit(line[13:19])
        + check_digit(line[21:27])
        + check_digit(whole)
    )


def _name(text: str) -> str:
    surname, _, given = text.rstrip("<").partition("<<")
    words = f"{given}<{surname}".translate(_LETTERS).split("<")
    return " ".join(word for word in words if word.isalpha())


def _birth(text: str, expiry: str) -> date | None:
    """The day in YYMMDD; its century is the later one in which the bearer, at expiry, is an adult.

    Passports that are shown end in this century.
    """
    years, last = int(text[:2]), 2000 + int(expiry[:2])
    century = 2000 if 2000 + years + ADULT <= last else 1900
    try:
        return date(century + years, int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
