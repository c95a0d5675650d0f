"""What people type is taken as they mean it, or not at all."""

import pytest

from kiosk.web.fields import spelled_code, spelled_date


@pytest.mark.parametrize(
    "typed", ["25-12-1996", " 25/12/1996 ", "25.12.1996", "25 12 1996", "25121996", "1996-12-25"]
)
def test_a_date_is_taken_as_it_stands_on_cards(typed: str) -> None:
    assert spelled_date(typed) == "1996-12-25"


def test_a_day_of_one_digit_is_one() -> None:
    assert spelled_date("1-2-2003") == "2003-02-01"


@pytest.mark.parametrize(
    "typed", ["", "31-02-1996", "29-02-1900", "12-25-1996", "25-12-96", "00-01-2000", "tomorrow"]
)
def test_what_is_no_day_is_nothing(typed: str) -> None:
    assert spelled_date(typed) == ""


@pytest.mark.parametrize("typed", ["R2ZV-B9A0", "r2zv b9ao", "R2ZV·B9AO"])
def test_a_check_code_is_taken_however_it_is_spaced(typed: str) -> None:
    assert spelled_code(typed) == "R2ZVB9A0"
