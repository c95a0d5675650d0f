"""How many came by posters: nobody's answer is sure, and nothing is shown of a few."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import e
from random import Random  # noqa: TID251 -- a seeded generator, handed in

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.footfall import (
    LEAST,
    OTHER,
    OWN,
    REST,
    area_of,
    areas_counted,
    estimates_of,
    has_gone_silent,
    noise_of,
    quarter_of,
    randomised,
    shown,
    silent_areas,
    week_of,
)
from kiosk.domain.posters import HungPoster

BUSY, QUIET = (9.0, 12.0, 8.0, 11.0), (0.0, 0.0)


def test_silence_is_noticed_and_a_holiday_is_none() -> None:
    assert has_gone_silent(BUSY + QUIET)
    assert not has_gone_silent((*BUSY, 0.0, 8.0))
    assert not has_gone_silent((*BUSY, 4.0, 4.0))
    assert not has_gone_silent((900.0, 900.0, 900.0, 900.0, 450.0, 450.0))
    assert not has_gone_silent(BUSY[:3] + QUIET)
    assert not has_gone_silent((1.0, 2.0, 1.0, 0.0, *QUIET))
    assert not has_gone_silent(())


def test_noise_makes_it_more_careful() -> None:
    assert not has_gone_silent(BUSY + QUIET, noise=60.0)
    assert has_gone_silent((90.0, 110.0, 100.0, 95.0, 3.0, 0.0), noise=60.0)


@given(st.lists(st.integers(0, 200), max_size=12), st.integers(1, 30))
def test_an_area_that_is_scanned_more_is_never_silent(weeks: list[int], more: int) -> None:
    if not has_gone_silent(weeks):
        assert not has_gone_silent([*weeks[:-1], *(count + more for count in weeks[-1:])])


@pytest.mark.parametrize("areas", [1, 2, 5])
def test_no_answer_makes_one_area_more_than_e_times_as_likely_as_another(areas: int) -> None:
    whole = OWN + OTHER * (areas - 1)

    for own in range(areas):
        told = Counter(randomised(own, areas, draws(at)) for at in range(whole))
        assert told == {area: OWN if area == own else OTHER for area in range(areas)}
    assert e >= OWN / OTHER


def draws(drawn: int) -> Callable[[int], int]:
    """What draws this number, whatever it is to be below."""
    return lambda below: min(drawn, below - 1)


def test_many_answers_give_the_counts_back_within_their_noise() -> None:
    rng = Random(20261122)  # noqa: S311 -- the same numbers in every run
    true = [900, 300, 60, 0, 0, 240]
    told = [0] * len(true)
    for area, count in enumerate(true):
        for _ in range(count):
            told[randomised(area, len(true), rng.randrange)] += 1

    estimates = estimates_of(told)

    deviation = noise_of(sum(true), len(true)) ** 0.5
    assert sum(estimates) == pytest.approx(sum(true))
    assert all(
        abs(found - right) < 4 * deviation for found, right in zip(estimates, true, strict=True)
    )
    assert shown([dict(zip("abcdef", told, strict=True))])["d"] is None


@given(st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), min_size=1, max_size=4))
def test_nothing_is_shown_of_a_small_area(weeks: list[list[int]]) -> None:
    found = shown([dict(zip("abc", told, strict=True)) for told in weeks])

    for place, count in enumerate(found.values()):
        estimate = sum(estimates_of(told)[place] for told in weeks)
        assert count is None or (count >= LEAST and estimate >= LEAST and count % 10 == 0)


def test_an_area_alone_is_counted_as_it_is() -> None:
    assert shown([{REST: 7}, {REST: 5}]) == {REST: 10}
    assert shown([{REST: 9}]) == {REST: None}


def posters_in(**places: int) -> list[HungPoster]:
    """So many posters in each of these areas, and one more at a place that has one already."""
    one = HungPoster(number="PST", unit=997100, place="", printed_at=1, expires_at=2)
    found = [
        replace(one, number=f"{area}-{n}", place=f"Tempat {n}", area=area.strip("_"))
        for area, count in places.items()
        for n in range(count)
    ]
    return [*found, replace(found[0], number="AGAIN")]


def test_an_area_has_five_places_and_what_has_fewer_is_counted_together() -> None:
    assert areas_counted([]) == (REST,)
    assert areas_counted(posters_in(Timur=4)) == (REST,)
    assert areas_counted(posters_in(Timur=5)) == ("Timur", REST)
    assert areas_counted(posters_in(Timur=6, Barat=5)) == ("Barat", "Timur", REST)
    assert areas_counted(posters_in(Timur=6, Barat=5, Utara=3, _=2)) == ("Barat", "Timur", REST)
    # The rest would be two places: so the smallest area is counted with them.
    assert areas_counted(posters_in(Timur=6, Barat=5, Utara=2)) == ("Timur", REST)

    assert area_of(posters_in(Utara=1)[0], ("Timur", REST)) == REST
    assert area_of(posters_in(Timur=1)[0], ("Timur", REST)) == "Timur"


def test_an_area_that_falls_silent_is_named_and_no_other() -> None:
    busy, quiet = {"Barat": 300, "Timur": 300}, {"Barat": 300, "Timur": 110}

    assert silent_areas([busy] * 5 + [quiet] * 2) == {"Timur"}
    assert silent_areas([busy] * 7) == frozenset()
    assert silent_areas([]) == frozenset()
    assert silent_areas([{REST: 20}] * 5 + [{REST: 0}] * 2) == {REST}


def test_weeks_begin_on_mondays_and_quarters_in_their_month() -> None:
    assert week_of(date(2026, 11, 22)) == date(2026, 11, 16)
    assert week_of(date(2026, 11, 23)) == date(2026, 11, 23)
    assert quarter_of(date(2026, 11, 22)) == date(2026, 10, 1)
    assert quarter_of(date(2026, 3, 31)) == date(2026, 1, 1)
