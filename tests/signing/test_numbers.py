"""The printed number is rebuilt from the running number, and days are those of the unit's clock."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.numbers import day_of, last_day_of, number_of


@pytest.mark.parametrize(
    ("template", "sequence", "issued_on", "number"),
    [
        (
            "SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM",
            33781,
            date(2023, 11, 2),
            "SKCK/YANMAS/33781/XI/2023/INTELKAM",
        ),
        ("SKCK/YANMAS/{seq}/{month}/{year}", 1, date(2026, 9, 30), "SKCK/YANMAS/1/IX/2026"),
        ("{year}-{seq}", 7, date(2031, 1, 1), "2031-7"),
    ],
)
def test_a_number_follows_its_units_template(
    template: str, sequence: int, issued_on: date, number: str
) -> None:
    assert number_of(template, sequence=sequence, issued_on=issued_on) == number


def test_months_are_roman() -> None:
    romans = [
        number_of("{month}", sequence=1, issued_on=date(2026, month, 28)) for month in range(1, 13)
    ]

    assert " ".join(romans) == "I II III IV V VI VII VIII IX X XI XII"


@pytest.mark.parametrize(
    ("utc_offset", "day"), [(420, "2026-08-31"), (480, "2026-09-01"), (540, "2026-09-01")]
)
def test_at_half_past_eleven_in_jakarta_it_is_tomorrow_in_the_east(
    utc_offset: int, day: str
) -> None:
    moment = int(datetime(2026, 8, 31, 16, 30, tzinfo=UTC).timestamp())

    assert day_of(moment, utc_offset=utc_offset) == date.fromisoformat(day)


@given(st.dates(date(1990, 1, 2), date(2200, 1, 1)), st.sampled_from([420, 480, 540, -180, 0]))
def test_a_certificate_expires_at_midnight_after_its_last_day(last: date, utc_offset: int) -> None:
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() + 86_400
    expires_at = int(midnight) - 60 * utc_offset

    assert last_day_of(expires_at, utc_offset=utc_offset) == last
    assert day_of(expires_at - 1, utc_offset=utc_offset) == last
