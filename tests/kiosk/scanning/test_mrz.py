"""A passport's lines: the specimen of ICAO Doc 9303 part 4, and no digit misread unnoticed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.mrz import check_digit, read_mrz

FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
UNDER_DIGITS = [*range(10), *range(13, 20), *range(21, 44)]


def lines_of(
    name: str = "NUGROHO<<RATNA", birth: str = "960305", expiry: str = "331231", optional: str = ""
) -> tuple[str, str]:
    number = "X0000001<"
    optional = optional.ljust(14, "<")
    second = (
        f"{number}{check_digit(number)}IDN{birth}{check_digit(birth)}F"
        f"{expiry}{check_digit(expiry)}{optional}{check_digit(optional)}"
    )
    over_all = check_digit(second[:10] + second[13:20] + second[21:43])
    return f"P<IDN{name}".ljust(44, "<"), second + over_all


def test_the_specimen_of_the_standard_is_read() -> None:
    bearer = read_mrz(FIRST, SECOND)

    assert bearer is not None
    assert (bearer.name, bearer.birth) == ("ANNA MARIA ERIKSSON", date(1974, 8, 12))


@pytest.mark.parametrize(
    ("field", "digit"), [("520727", "3"), ("D23145890734", "9"), ("L898902C3", "6"), ("", "0")]
)
def test_a_check_digit_is_that_of_the_standard(field: str, digit: str) -> None:
    assert check_digit(field) == digit


@given(
    given_names=st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8), max_size=3),
    surname=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8),
    birth=st.dates(date(1930, 1, 1), date(2012, 12, 31)),
    optional=st.text("ABC0123456789", max_size=14),
)
def test_whatever_is_written_is_read(
    given_names: list[str], surname: str, birth: date, optional: str
) -> None:
    name = f"{surname}<<{'<'.join(given_names)}"

    bearer = read_mrz(*lines_of(name, f"{birth:%y%m%d}", optional=optional))

    assert bearer is not None
    assert bearer.birth == birth
    assert bearer.name == " ".join([*given_names, surname])


def test_no_digit_is_misread_unnoticed() -> None:
    first, second = lines_of(optional="31245678901234")

    unnoticed = {
        (second[place], digit)
        for place in UNDER_DIGITS
        for digit in "0123456789"
        if digit != second[place]
        and read_mrz(first, second[:place] + digit + second[place + 1 :]) is not None
    }

    # A filler counts as 0, and X as 33: check digits do not tell these two apart.
    assert unnoticed == {("<", "0"), ("X", "3")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(FIRST, SECOND.replace("<<<<<1", "<<<1"), id="fillers too few"),
        pytest.param(FIRST, SECOND.replace("<<<<<1", "<<<<<<<<1"), id="fillers too many"),
        pytest.param(FIRST[:30], SECOND, id="no fillers behind the name"),
        pytest.param(FIRST, SECOND.replace("<", "< "), id="spaces"),
        pytest.param(FIRST.replace("<<", "«"), SECOND.replace("<<", "«"), id="quotation marks"),
        pytest.param(FIRST, SECOND.replace("7408122", "74O8I22"), id="letters like digits"),
        pytest.param(FIRST.replace("IKSSO", "1KSS0"), SECOND, id="digits like letters"),
        pytest.param(FIRST, SECOND.replace("UTO", "UT0"), id="a digit in the state"),
        pytest.param(FIRST.lower(), SECOND.lower(), id="small letters"),
    ],
)
def test_what_line_readers_get_wrong_is_put_right(first: str, second: str) -> None:
    bearer = read_mrz(first, second)

    assert bearer is not None
    assert (bearer.name, bearer.birth) == ("ANNA MARIA ERIKSSON", date(1974, 8, 12))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("V" + FIRST[1:], SECOND, id="a visa"),
        pytest.param("", "", id="nothing"),
        pytest.param(SECOND, FIRST, id="the lines the wrong way round"),
        pytest.param(FIRST[:5] + "<" * 39, SECOND, id="no name"),
        pytest.param(FIRST, SECOND[:28], id="the half of a line"),
        pytest.param(FIRST, SECOND[:28] + "ZE184226BZE184226B" + SECOND[-2:], id="too long"),
        pytest.param(*lines_of(birth="960231"), id="a day that never was"),
    ],
)
def test_other_lines_name_nobody(first: str, second: str) -> None:
    assert read_mrz(first, second) is None


def test_the_check_digit_of_an_empty_field_may_be_a_filler() -> None:
    first, second = lines_of()
    assert second[42] == "0"

    bearer = read_mrz(first, second[:42] + "<" + second[43])

    assert bearer is not None


@pytest.mark.parametrize(
    ("birth", "expiry", "year"),
    [("960305", "331231", 1996), ("300101", "331231", 1930), ("081231", "331231", 2008)],
)
def test_the_bearer_is_an_adult_and_not_a_hundred(birth: str, expiry: str, year: int) -> None:
    bearer = read_mrz(*lines_of(birth=birth, expiry=expiry))

    assert bearer is not None
    assert bearer.birth.year == year


def test_nothing_of_a_bearer_shows_when_it_is_printed() -> None:
    assert repr(read_mrz(FIRST, SECOND)) == "Bearer()"
