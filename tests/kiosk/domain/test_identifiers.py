"""Identifiers: only an impossible NIK is refused, and what only looks odd is told apart.

Regency 00 does not exist, so no NIK below is somebody's.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identifiers import (
    PROVINCES,
    NikProblem,
    Sex,
    mask_name,
    mask_nik,
    nik_fits_birth,
    nik_fits_sex,
    nik_problem,
)


@pytest.mark.parametrize(
    ("nik", "problem"),
    [
        ("3200000504960003", None),
        ("3200004504960003", None),
        ("3200002902000001", None),
        ("3200006902960001", None),
        ("3200002902970001", NikProblem.DATE),
        ("3200003002960001", NikProblem.DATE),
        ("3200007104960001", NikProblem.DATE),
        ("3200007105960001", None),
        ("3200007205960001", NikProblem.DATE),
        ("3200004004960001", NikProblem.DATE),
        ("3200000004960001", NikProblem.DATE),
        ("3200000500960001", NikProblem.DATE),
        ("3200000513960001", NikProblem.DATE),
        ("3200000504960000", NikProblem.SEQUENCE),
        ("320000050496003", NikProblem.LENGTH),
        ("32000005049600031", NikProblem.LENGTH),
        ("3200000504960OO3", NikProblem.LENGTH),
        ("٣200000504960003", NikProblem.LENGTH),
        ("", NikProblem.LENGTH),
        ("9900000504960003", NikProblem.REGION),
        ("0000000504960003", NikProblem.REGION),
    ],
)
def test_only_an_impossible_nik_has_a_problem(nik: str, problem: NikProblem | None) -> None:
    assert nik_problem(nik) is problem


PEOPLE = st.tuples(
    st.sampled_from(sorted(PROVINCES)),
    st.dates(date(1900, 3, 1), date(2026, 8, 31)),
    st.sampled_from(Sex),
    st.integers(1, 9999),
)


def nik_of(province: int, birth: date, sex: Sex, sequence: int) -> str:
    day = birth.day + (40 if sex is Sex.FEMALE else 0)
    return f"{province}0000{day:02}{birth.month:02}{birth.year % 100:02}{sequence:04}"


@given(PEOPLE)
def test_everybodys_nik_is_accepted_and_fits_its_owner(
    person: tuple[int, date, Sex, int],
) -> None:
    _, birth, sex, _ = person
    nik = nik_of(*person)

    assert nik_problem(nik) is None
    assert nik_fits_birth(nik, birth)
    assert nik_fits_sex(nik, sex)
    assert not nik_fits_sex(nik, Sex.MALE if sex is Sex.FEMALE else Sex.FEMALE)


@given(PEOPLE, st.dates(date(1900, 3, 1), date(2026, 8, 31)))
def test_a_birthday_fits_a_nik_whatever_the_century(
    person: tuple[int, date, Sex, int], other: date
) -> None:
    _, birth, _, _ = person
    same = (birth.day, birth.month, birth.year % 100) == (other.day, other.month, other.year % 100)

    assert nik_fits_birth(nik_of(*person), other) is same


def test_a_masked_nik_shows_region_and_sequence_only() -> None:
    assert mask_nik("3200000504960003") == "320000******0003"


def test_all_38_provinces_are_known() -> None:
    assert len(PROVINCES) == 38
    assert PROVINCES[32] == "Jawa Barat"


def test_a_masked_name_keeps_initials_and_lengths() -> None:
    assert mask_name("Ratna  Wulandari") == "R**** W********"
    assert mask_name("") == ""
