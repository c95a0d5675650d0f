"""Appointments: offered on working days, never today, and no more than there are places."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.appointments import Offer, free_times, is_offered

OFFER = Offer(times=("10:00", "08:30"), places=2, days=7)
FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def test_times_are_offered_from_the_next_working_day_on() -> None:
    found = free_times(OFFER, {}, today=FRIDAY, calendar={MONDAY})

    assert [(one.day, one.time) for one in found[:2]] == [(TUESDAY, "08:30"), (TUESDAY, "10:00")]
    assert {one.day.weekday() for one in found} <= set(range(5))
    assert found[-1].day == FRIDAY + timedelta(days=7)


def test_a_time_whose_places_are_taken_is_not_offered() -> None:
    taken = {(MONDAY, "08:30"): 2, (MONDAY, "10:00"): 1}

    first = free_times(OFFER, taken, today=FRIDAY, calendar=())[0]

    assert (first.day, first.time, first.left) == (MONDAY, "10:00", 1)


@given(st.integers(-5, 20), st.sampled_from(["08:30", "10:00", "11:00", ""]))
def test_what_is_offered_is_what_is_listed(ahead: int, time: str) -> None:
    day = FRIDAY + timedelta(days=ahead)
    listed = {(one.day, one.time) for one in free_times(OFFER, {}, today=FRIDAY, calendar=())}

    assert is_offered(OFFER, day, time, today=FRIDAY, calendar=()) == ((day, time) in listed)
