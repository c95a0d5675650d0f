"""Numbers people read aloud: the NIK of a person.

A NIK is PP KK CC DDMMYY SSSS: province, regency and district of first registration, the date of
birth (women: day + 40), a running number from 0001. It is permanent: it changes neither with a move
nor when it disagrees with the true date of birth, so only what can never have been given out is
refused, and the rest is a warning. It has no check digit, and its year no century.
"""

from datetime import date
from enum import StrEnum

__all__ = [
    "PROVINCES",
    "NikProblem",
    "Sex",
    "mask_name",
    "mask_nik",
    "nik_fits_birth",
    "nik_fits_sex",
    "nik_problem",
]

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


def mask_name(name: str) -> str:
    """A name as it may be shown where nobody needs it: `R**** W********`."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
