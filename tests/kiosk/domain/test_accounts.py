"""Waiting after wrong tries, sessions that end, passwords that are not guessed early."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.accounts import (
    FREE_TRIES,
    FRESH,
    LONGEST_WAIT,
    SignInAgain,
    Wait,
    is_over,
    normal_login,
    require_fresh,
    require_password,
    require_turn,
    wait_after,
)
from kiosk.domain.errors import Invalid

NOON = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_the_wait_doubles_and_ends_somewhere() -> None:
    waits = [int(wait_after(failures).total_seconds()) for failures in range(17)]
    assert waits == [0] * FREE_TRIES + [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


@given(st.integers(0, 10**9))
def test_nobody_waits_longer_than_the_longest_wait(failures: int) -> None:
    assert timedelta(0) <= wait_after(failures) <= LONGEST_WAIT


def test_a_try_counts_once_the_wait_is_over_and_not_before() -> None:
    with pytest.raises(Wait) as refused:
        require_turn(7, NOON, now=NOON + seconds(0.5))
    assert refused.value.seconds == 8
    with pytest.raises(Wait) as refused:
        require_turn(7, NOON, now=NOON + seconds(7.999))
    assert refused.value.seconds == 1
    require_turn(7, NOON, now=NOON + seconds(8))


def test_a_thousand_tries_a_day_is_more_than_anybody_gets() -> None:
    now, failures, tries = NOON, 0, 0
    while now < NOON + timedelta(days=1):
        tries, failures = tries + 1, failures + 1
        now += wait_after(failures) + seconds(0.1)
    assert tries < 120


@pytest.mark.parametrize(
    ("idle", "age", "over"),
    [(29, 60, False), (30, 60, True), (0, 719, False), (0, 720, True)],
)
def test_a_session_is_over_when_nobody_used_it_or_it_is_old(
    idle: int,
    age: int,
    over: bool,  # noqa: FBT001 -- a case of the test
) -> None:
    assert (
        is_over(
            began_at=NOON - timedelta(minutes=age),
            seen_at=NOON - timedelta(minutes=idle),
            now=NOON,
            idle=timedelta(minutes=30),
            longest=timedelta(hours=12),
        )
        is over
    )


def test_ways_in_are_changed_only_soon_after_signing_in() -> None:
    require_fresh(NOON, now=NOON + FRESH - seconds(1))
    with pytest.raises(SignInAgain):
        require_fresh(NOON, now=NOON + FRESH)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ninechars", "too-short"),
        ("x" * 129, "too-long"),
        ("abababababab", "too-plain"),
        ("AbAbAbAbAbAb", "too-plain"),
        ("my-SARI-2026", "too-plain"),
    ],
)
def test_a_password_that_is_guessed_early_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        require_password(password, login="sari")
    assert [fault.code for fault in refused.value.faults] == [code]
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["benar kuda baterai jepit", "pässwörter", "x9" * 5 + "abc"])
def test_any_other_password_is_the_persons_own_matter(password: str) -> None:
    require_password(password, login="sari")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("sari", "sari"), (" Sari ", "sari"), ("s", "s"), ("sari.w-2_x", "sari.w-2_x")],
)
def test_a_login_has_one_spelling(typed: str, kept: str) -> None:
    assert normal_login(typed) == kept


@pytest.mark.parametrize("typed", ["", "sari w", "-sari", "sari.", "säri", "s" * 41, "a\nb"])
def test_what_cannot_be_a_login_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        normal_login(typed)
