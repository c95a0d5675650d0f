"""People who do not exist, from a seed: names and places of syllables, NIKs of province 99."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from kiosk.domain.identifiers import Sex

__all__ = ["Person", "invented_person", "invented_word", "pick", "sibling_of", "twin_of"]


LONGEST: Final = 34
"""The letters of the longest name; a card's line has room for some 24."""


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_WORDS: Final = (0.12, 0.5, 0.28, 0.1)
"""How many have a name of one word, of two, three and four."""

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
        address=f"JL. {pick(rng, _STREETS)} NO. {rng.integers(1, 200)}",
        neighbourhood=f"{rng.integers(1, 20):03}/{rng.integers(1, 15):03}",
        village=_place(rng),
        district=_place(rng),
        faith=pick(rng, _FAITHS),
        married=pick(rng, ("KAWIN", "BELUM KAWIN", "CERAI MATI")),
        job=pick(rng, _JOBS),
        blood=pick(rng, ("A", "B", "AB", "O", "-")),
    )


def twin_of(person: Person, rng: np.random.Generator) -> Person:
    """The twin: one digit of the serial and the first name differ, nothing else."""
    place = int(rng.integers(12, 16))
    digits = [digit for digit in "0123456789" if digit != person.nik[place]]
    nik = person.nik[:12] + "0000"
    while nik.endswith("0000"):
        nik = person.nik[:place] + pick(rng, digits) + person.nik[place + 1 :]
    first, *rest = person.name.split()
    other = first
    while other == first:
        other = invented_word(rng, person.sex)
    return replace(person, nik=nik, name=" ".join([other, *rest]))


def sibling_of(person: Person, rng: np.random.Generator) -> Person:
    """A brother or sister: the family's last name and address, another date and serial."""
    away = int(rng.integers(320, 4000)) * (1 if rng.random() < 0.5 else -1)
    birth = person.birth + timedelta(days=away)
    sex = Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
    first, *rest = person.name.split()
    # Parents like names that sound alike.
    name = " ".join([first[: max(2, len(first) // 2)] + pick(rng, _ENDINGS[sex]).upper(), *rest])
    nik = f"{person.nik[:6]}{_day_of_nik(birth, sex)}{rng.integers(1, 30):04}"
    return replace(person, nik=nik, name=name, birth=birth, sex=sex, job=pick(rng, _JOBS))


def _day_of_nik(birth: date, sex: Sex) -> str:
    day = birth.day + (40 if sex is Sex.FEMALE else 0)
    return f"{day:02}{birth.month:02}{birth.year % 100:02}"


def _name(rng: np.random.Generator, sex: Sex) -> str:
    words = [invented_word(rng, sex) for _ in range(rng.choice([1, 2, 3, 4], p=_WORDS))]
    while len(" ".join(words)) > LONGEST:
        words.pop()
    return " ".join(words)


def invented_word(rng: np.random.Generator, sex: Sex) -> str:
    stems = [pick(rng, _SYLLABLES) for _ in range(int(rng.choice([1, 2, 3], p=[0.5, 0.4, 0.1])))]
    return "".join([*stems, pick(rng, _ENDINGS[sex])]).upper()


def _place(rng: np.random.Generator) -> str:
    stem = pick(rng, _SYLLABLES) + pick(rng, _SYLLABLES)
    return (stem + pick(rng, _PLACES)).upper()[:12]


def pick(rng: np.random.Generator, among: Sequence[str]) -> str:
    return among[int(rng.integers(len(among)))]
