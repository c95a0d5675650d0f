"""Identifiers: only an impossible NIK is refused; two certificates never share a number.

Regency 00 does not exist, so no NIK below is somebody's.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identifiers import (
    LONGEST_NUMBER_TEMPLATE,
    PROVINCES,
    NikProblem,
    Sex,
    mask_nik,
    nik_fits_birth,
    nik_fits_sex,
    nik_problem,
    parse_number_template,
    roman_month,
)

USUAL = "SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM"


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


def test_months_are_roman() -> None:
    assert [roman_month(month) for month in (1, 4, 9, 12)] == ["I", "IV", "IX", "XII"]


@pytest.mark.parametrize(
    ("template", "number"),
    [
        (USUAL, "SKCK/YANMAS/33781/VIII/2026/INTELKAM"),
        ("SKCK/YANMAS/{seq}/{month}/{year}/Sek.TJ", "SKCK/YANMAS/33781/VIII/2026/Sek.TJ"),
        ("{year}-{seq}", "2026-33781"),
    ],
)
def test_a_number_follows_the_units_template(template: str, number: str) -> None:
    parsed = parse_number_template(template)

    assert parsed.render(33781, date(2026, 8, 31)) == number
    assert parsed.sequence_in(number) == (2026, 33781)


@pytest.mark.parametrize(
    "number",
    [
        "SKCK/YANMAS/033781/VIII/2026/INTELKAM",
        "SKCK/YANMAS/33781/VIIII/2026/INTELKAM",
        "SKCK/YANMAS/33781/VIII/2026/INTELKAM/",
        "SKCK/YANMAS/33781/VIII/26/INTELKAM",
        "SKCK/YANMAS/١/VIII/2026/INTELKAM",
        "",
    ],
)
def test_a_number_of_another_kind_is_none_of_the_template(number: str) -> None:
    assert parse_number_template(USUAL).sequence_in(number) is None


@pytest.mark.parametrize(
    "template",
    [
        "",
        "SKCK/{seq}",
        "SKCK/{year}",
        "SKCK/{seq}/{year}/{seq}",
        "SKCK/{seq}/{year}/{month}/{month}",
        "SKCK/{seq}/{year}/{day}",
        "SKCK/{seq}{year}",
        "SKCK{seq}/{year}",
        "SKCK/{seq}0/{year}",
        "SKCK/{seq:05}/{year}",
        "SKCK/{seq!r}/{year}",
        "SKCK/{seq/{year}",
        "SKCK/{seq}}/{year}",
        "SKCK/{{seq}}/{year}",
        "SKCK/{seq}/{year}/é",
        "SKCK\n/{seq}/{year}",
        "X" * LONGEST_NUMBER_TEMPLATE + "/{seq}/{year}",
    ],
)
def test_a_template_that_would_be_ambiguous_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"^has "):
        parse_number_template(template)


SEQUENCES = st.tuples(st.integers(1, 10**9), st.dates(date(2020, 1, 1), date(2099, 12, 31)))


@given(SEQUENCES, SEQUENCES, st.sampled_from([USUAL, "{seq}/{year}", "{year}.{month}.{seq}"]))
def test_two_sequences_of_a_year_never_give_one_number(
    one: tuple[int, date], other: tuple[int, date], template: str
) -> None:
    parsed = parse_number_template(template)
    same = (one[0], one[1].year) == (other[0], other[1].year)

    assert parsed.sequence_in(parsed.render(*one)) == (one[1].year, one[0])
    assert same or parsed.render(*one) != parsed.render(*other)
