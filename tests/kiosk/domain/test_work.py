"""Work rises by steps with what comes in, is none in calm times, and is never too much."""

import pytest

from kiosk.domain.work import ITERATIONS, most_tries, step_of

# A core of the A53 class without instructions for SHA-2; see the module.
ROUNDS_A_SECOND = 300_000


def test_in_calm_times_nothing_is_asked() -> None:
    assert step_of(0) == step_of(29) == 0
    assert most_tries(0) == 0


def test_the_more_come_in_the_more_is_asked() -> None:
    asked = [most_tries(step_of(count)) for count in range(400)]

    assert asked == sorted(asked)
    assert len(set(asked)) == 5


@pytest.mark.parametrize("count", [30, 300, 10_000, 1_000_000])
def test_a_cheap_phone_never_works_longer_than_three_seconds(count: int) -> None:
    assert 0 < most_tries(step_of(count)) * ITERATIONS / ROUNDS_A_SECOND <= 3
