"""Numbers people read aloud: the NIK of a person, the number of a certificate.

A NIK is PP KK CC DDMMYY SSSS: province, regency and district of first registration, the date of
birth (women: day + 40), a running number from 0001. It is permanent: it changes neither with a move
nor when it disagrees with the true date of birth, so only what can never have been given out is
refused, and the rest is a warning. It has no check digit, and its year no century.
"""

import functools
import re
import string
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "LONGEST_NUMBER_TEMPLATE",
    "PROVINCES",
    "NikProblem",
    "NumberTemplate",
    "Sex",
    "mask_nik",
    "nik_fits_birth",
    "nik_fits_sex",
    "nik_problem",
    "parse_number_template",
    "roman_month",
]

LONGEST_NUMBER_TEMPLATE = 80

# Kepmendagri 300.2.2-2138/2025 and before: no code was ever given to another province since NIKs
# exist, so a NIK of any year starts with one of these.
PROVINCES = {
    11: "Aceh",
    12: "Sumatera Utara",
    13: "Sumatera Barat",
    14: "Riau",
    15: "Jambi",
    16: "Sumatera Selatan",
    17: "Bengkulu",
    18: "Lampung",
    19: "Kepulauan Bangka Belitung",
    21: "Kepulauan Riau",
    31: "DKI Jakarta",
    32: "Jawa Barat",
    33: "Jawa Tengah",
    34: "DI Yogyakarta",
    35: "Jawa Timur",
    36: "Banten",
    51: "Bali",
    52: "Nusa Tenggara Barat",
    53: "Nusa Tenggara Timur",
    61: "Kalimantan Barat",
    62: "Kalimantan Tengah",
    63: "Kalimantan Selatan",
    64: "Kalimantan Timur",
    65: "Kalimantan Utara",
    71: "Sulawesi Utara",
    72: "Sulawesi Tengah",
    73: "Sulawesi Selatan",
    74: "Sulawesi Tenggara",
    75: "Gorontalo",
    76: "Sulawesi Barat",
    81: "Maluku",
    82: "Maluku Utara",
    91: "Papua",
    92: "Papua Barat",
    93: "Papua Selatan",
    94: "Papua Tengah",
    95: "Papua Pegunungan",
    96: "Papua Barat Daya",
}

_PROVINCE_DIGITS = frozenset(str(code) for code in PROVINCES)
_WOMAN = 40
_LONGEST_MONTHS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Sex(StrEnum):
    """As on the identity card: laki-laki, perempuan."""

    MALE = "L"
    FEMALE = "P"


class NikProblem(StrEnum):
    """Why a NIK cannot have been given out."""

    LENGTH = "nik-length"
    SEQUENCE = "nik-sequence"
    DATE = "nik-date"
    REGION = "nik-region"


def nik_problem(nik: str) -> NikProblem | None:
    """Why `nik` cannot be one, or None. An unknown province is named last, after all else."""
    if len(nik) != 16 or not (nik.isascii() and nik.isdigit()):
        return NikProblem.LENGTH
    if nik[12:] == "0000":
        return NikProblem.SEQUENCE
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if day > _WOMAN:
        day -= _WOMAN
    if not 1 <= month <= 12 or not 1 <= day <= _LONGEST_MONTHS[month]:
        return NikProblem.DATE
    # 1900 was no leap year, but 2000 was: the century is not known.
    if day == 29 and month == 2 and year % 4:
        return NikProblem.DATE
    return None if nik[:2] in _PROVINCE_DIGITS else NikProblem.REGION


def nik_fits_birth(nik: str, birth: date) -> bool:
    """Whether the date in a possible NIK is the day of `birth`."""
    day = int(nik[6:8])
    return (day - _WOMAN if day > _WOMAN else day, int(nik[8:10]), int(nik[10:12])) == (
        birth.day,
        birth.month,
        birth.year % 100,
    )


def nik_fits_sex(nik: str, sex: Sex) -> bool:
    """Whether a possible NIK is one of a person of this sex."""
    return (nik[6:8] > "40") is (sex is Sex.FEMALE)


def mask_nik(nik: str) -> str:
    """The NIK as it may be shown: `320302******0003`."""
    return f"{nik[:6]}******{nik[12:]}"


def roman_month(month: int) -> str:
    """The month 1…12 as I…XII."""
    return _ROMAN[month]


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberTemplate:
    """How a unit writes its certificate numbers, for instance SKCK/YANMAS/{seq}/{month}/{year}."""

    text: str

    def render(self, sequence: int, issued_on: date) -> str:
        """The number of the `sequence`-th certificate of its year."""
        return (
            self.text.replace("{seq}", str(sequence))
            .replace("{month}", _ROMAN[issued_on.month])
            .replace("{year}", f"{issued_on.year:04}")
        )

    def sequence_in(self, number: str) -> tuple[int, int] | None:
        """The (year, running number) in a number of this template, or None if it is none."""
        found = _reader_of(self.text).fullmatch(number)
        return (int(found["year"]), int(found["seq"])) if found else None


def parse_number_template(text: str) -> NumberTemplate:
    """The template in `text`.

    It has {seq} and {year} once and {month} at most once, each parted by a sign from what stands
    beside it, so that no two running numbers give one text.

    Raises:
        ValueError: it is none; the message is a sentence without subject.
    """
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError("has a { or } too many") from None
    names = [name for _, name, _, _ in parts if name is not None]
    literals = "".join(literal for literal, _, _, _ in parts)
    if not re.fullmatch(r"[A-Za-z0-9/._ -]*", literals) or len(text) > LONGEST_NUMBER_TEMPLATE:
        raise ValueError(
            f"has at most {LONGEST_NUMBER_TEMPLATE} characters: letters, digits, spaces, / . - _"
        )
    if sorted({*names, "month"}) != ["month", "seq", "year"] or len(names) != len(set(names)):
        raise ValueError("has {seq} and {year} once, {month} at most once, and no other braces")
    if re.search(r"[A-Za-z0-9}]\{|\}[A-Za-z0-9{]|\{[^}]*[^a-z}]", text):
        raise ValueError("has a sign between {seq}, {month} or {year} and what stands beside")
    return NumberTemplate(text=text)


@functools.lru_cache(maxsize=64)
def _reader_of(template: str) -> re.Pattern[str]:
    pattern = re.escape(template)
    for name, expression in (
        ("seq", "[1-9][0-9]*"),
        ("month", "|".join(_ROMAN[1:])),
        ("year", "[0-9]{4}"),
    ):
        pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{expression})")
    return re.compile(pattern)
