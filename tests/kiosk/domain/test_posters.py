"""Where posters hang, when somebody is to look, and what may be said of who scans them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from math import e
from random import Random  # noqa: TID251 -- a seeded generator, handed in

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.posters import (
    DAY,
    INSPECTED_EVERY,
    LEAST,
    OTHER,
    OWN,
    PLACED_WITHIN,
    Condition,
    HungPoster,
    Place,
    Reason,
    Stage,
    checks_due,
    estimates_of,
    has_gone_silent,
    inspect,
    noise_of,
    parse_places,
    place,
    randomised,
    remove,
    shown,
)

START = 1_788_150_000
POSTER = HungPoster(
    number="PST-7H3K-9Q2M",
    unit=997100,
    place="Loket SIM",
    printed_at=START,
    expires_at=START + 365 * DAY,
)
HUNG = place(POSTER, at=START + DAY)
BUSY, QUIET = (9.0, 12.0, 8.0, 11.0), (0.0, 0.0)


class Life(RuleBasedStateMachine):
    """A poster to which anything may happen, at any later time."""

    def __init__(self) -> None:
        super().__init__()
        self.poster, self.at = POSTER, START

    @rule(days=st.integers(0, 200))
    def time_goes_by(self, days: int) -> None:
        self.at += days * DAY

    @precondition(lambda self: self.poster.stage is Stage.PRINTED)
    @rule()
    def put_up(self) -> None:
        if self.at < POSTER.expires_at:
            self.poster = place(self.poster, at=self.at)
        else:
            with pytest.raises(NotNow):
                place(self.poster, at=self.at)

    @rule(condition=st.sampled_from(Condition))
    def look(self, condition: Condition) -> None:
        if self.poster.stage in {Stage.PLACED, Stage.DOUBTFUL}:
            self.poster = inspect(self.poster, condition, at=self.at)
            assert (self.poster.stage is Stage.PLACED) is (condition is Condition.INTACT)
        else:
            with pytest.raises(NotNow):
                inspect(self.poster, condition, at=self.at)

    @rule()
    def take_down(self) -> None:
        if self.poster.stage is Stage.REMOVED:
            with pytest.raises(NotNow):
                remove(self.poster, at=self.at)
        else:
            self.poster = remove(self.poster, at=self.at)

    @invariant()
    def nothing_that_is_wrong_is_forgotten(self) -> None:
        due = dict.fromkeys(reason for _, reason in checks_due([self.poster], {}, at=self.at))
        wrong = (
            self.poster.stage is Stage.DOUBTFUL
            or self.at >= POSTER.expires_at
            or self.at >= (self.poster.seen_at or self.at) + INSPECTED_EVERY * DAY
            or (self.poster.stage is Stage.PRINTED and self.at >= START + PLACED_WITHIN * DAY)
        )
        assert bool(due) is (wrong and self.poster.stage is not Stage.REMOVED)

    @invariant()
    def what_was_printed_of_it_never_changes(self) -> None:
        kept = replace(POSTER, stage=self.poster.stage, seen_at=self.poster.seen_at)
        assert self.poster == replace(kept, condition=self.poster.condition)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=20)


def test_nobody_sees_a_poster_before_it_was_seen_last() -> None:
    with pytest.raises(NotNow):
        place(POSTER, at=START - 1)
    with pytest.raises(NotNow):
        inspect(HUNG, Condition.INTACT, at=START)
    with pytest.raises(NotNow):
        remove(HUNG, at=START)


def test_a_poster_is_put_up_once() -> None:
    with pytest.raises(NotNow):
        place(HUNG, at=START + 2 * DAY)


def test_the_most_urgent_is_looked_at_first() -> None:
    at = START + 40 * DAY
    doubtful = replace(inspect(HUNG, Condition.COVERED, at=at), number="COVERED")
    silent = replace(HUNG, number="SILENT", seen_at=at)
    old = replace(HUNG, number="OLD", expires_at=at)
    posters = [
        replace(POSTER, number="LEFT"),
        replace(HUNG, number="LATE", seen_at=START + 5 * DAY),
        replace(HUNG, number="LATER", seen_at=START + 2 * DAY),
        replace(HUNG, number="WELL", seen_at=at),
        remove(replace(HUNG, number="GONE"), at=at),
        old,
        silent,
        doubtful,
    ]

    due = checks_due(posters, {"SILENT": BUSY + QUIET, "WELL": BUSY + BUSY}, at=at)

    assert [(poster.number, reason) for poster, reason in due] == [
        ("COVERED", Reason.DOUBTFUL),
        ("SILENT", Reason.SILENT),
        ("OLD", Reason.EXPIRED),
        ("LATER", Reason.OVERDUE),
        ("LATE", Reason.OVERDUE),
        ("LEFT", Reason.NOT_PLACED),
    ]


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
def test_a_poster_that_is_scanned_more_is_never_silent(weeks: list[int], more: int) -> None:
    if not has_gone_silent(weeks):
        assert not has_gone_silent([*weeks[:-1], *(count + more for count in weeks[-1:])])


@pytest.mark.parametrize("cells", [1, 2, 5])
def test_no_answer_makes_one_cell_more_than_e_times_as_likely_as_another(cells: int) -> None:
    whole = OWN + OTHER * (cells - 1)

    for own in range(cells):
        told = Counter(randomised(own, cells, draws(at)) for at in range(whole))
        assert told == {cell: OWN if cell == own else OTHER for cell in range(cells)}
    assert e >= OWN / OTHER


def draws(drawn: int) -> Callable[[int], int]:
    """What draws this number, whatever it is to be below."""
    return lambda below: min(drawn, below - 1)


def test_many_answers_give_the_counts_back_within_their_noise() -> None:
    rng = Random(20261122)  # noqa: S311 -- the same numbers in every run
    true = [900, 300, 60, 0, 0, 240]
    told = [0] * len(true)
    for cell, count in enumerate(true):
        for _ in range(count):
            told[randomised(cell, len(true), rng.randrange)] += 1

    estimates = estimates_of(told)

    deviation = noise_of(sum(true), len(true)) ** 0.5
    assert sum(estimates) == pytest.approx(sum(true))
    assert all(
        abs(found - right) < 4 * deviation for found, right in zip(estimates, true, strict=True)
    )
    assert shown(told)[3] is None


@given(st.lists(st.integers(0, 500), min_size=2, max_size=12))
def test_nothing_is_shown_of_a_small_cell(told: list[int]) -> None:
    for count, estimate in zip(shown(told), estimates_of(told), strict=True):
        assert count is None or (count >= LEAST and estimate >= LEAST and count % 10 == 0)


def test_places_are_read_from_a_list() -> None:
    assert parse_places("\ufeffplace,unit\r\nLoket SIM,997101\r\n Masjid ,\r\n") == (
        Place(name="Loket SIM", unit=997101),
        Place(name="Masjid"),
    )
    assert parse_places('place\n"Pasar, pintu 2"\n') == (Place(name="Pasar, pintu 2"),)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("", "columns")]),
        ("tempat\nLobi\n", [("", "columns")]),
        ("place\n", [("", "count")]),
        ("place\n" + "".join(f"L{n}\n" for n in range(1001)), [("", "count")]),
        ("place,unit\nLobi,x\n,1\nAula,2,3\n", [(f"line {n}", "place") for n in (2, 3, 4)]),
        ("place\nLobi\nLobi\n", [("line 3", "twice")]),
        ("place\n" + "é" * 31 + "\n", [("line 2", "place")]),
        ('place\n"Lobi\n', [("", "csv")]),
    ],
)
def test_what_is_wrong_with_a_list_is_said(text: str, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as problem:
        parse_places(text)

    assert [(fault.path, fault.code) for fault in problem.value.faults] == faults
