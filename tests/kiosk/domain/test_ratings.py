"""Answers are read whole or not at all, and small groups are never shown."""

import pytest

from kiosk.domain.errors import Invalid
from kiosk.domain.ratings import LONGEST_SAID, Rating, Theme, figures_of, may_undo, read_rating
from kiosk.domain.ratings import themes_of as themes

TYPED = {"stars": "2", "polite": "no", "money": "yes", "said": " lama \n sekali "}
GOOD = Rating(stars=5, polite=True, money=False)
BAD = Rating(stars=1, polite=False, money=True)


def test_an_answer_is_read() -> None:
    assert read_rating(TYPED, at=7) == Rating(
        stars=2, polite=False, money=True, said="lama sekali", at=7
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"stars": "6"},
        {"stars": "0"},
        {"polite": ""},
        {"money": "perhaps"},
        {"said": "x" * (LONGEST_SAID + 1)},
    ],
)
def test_every_question_has_an_answer(changes: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_rating(TYPED | changes, at=7)

    assert [fault.path for fault in refused.value.faults] == list(changes)


def test_of_a_small_group_not_even_the_sum_is_told() -> None:
    assert figures_of([GOOD] * 4, smallest=5) is None


def test_a_month_in_figures() -> None:
    found = figures_of([GOOD] * 4 + [BAD], smallest=5)

    assert found is not None
    assert (found.count, found.stars, found.polite, found.money) == (5, (1, 0, 0, 0, 4), 4, 1)
    assert found.mean == pytest.approx(4.2)
    assert themes(found) == (Theme.MONEY,)


def test_low_figures_have_their_themes() -> None:
    found = figures_of([BAD, GOOD], smallest=2)

    assert found is not None
    assert set(themes(found)) == set(Theme)


def test_an_answer_can_be_taken_back_for_a_day() -> None:
    rating = Rating(stars=5, polite=True, money=False, at=1000)

    assert may_undo(rating, now=1000 + 86_399, hours=24)
    assert not may_undo(rating, now=1000 + 86_400, hours=24)
