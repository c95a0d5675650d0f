"""Codes: a slip of the finger is always noticed, and whoever guesses waits."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.accounts import Wait
from kiosk.domain.codes import (
    CODE_LETTERS,
    CODES,
    FIRST_WAIT,
    FREE_TRIES,
    LONGEST_WAIT,
    code_of,
    parse_code,
    printed_code,
    require_turn,
    wait_after,
)
from kiosk.domain.errors import Invalid

codes = st.integers(0, CODES - 1).map(code_of)


@given(codes)
def test_a_code_is_read_as_it_is_printed(code: str) -> None:
    printed = printed_code(code)

    assert parse_code(printed) == parse_code(f" {printed.lower().replace('-', ' ')} ") == code
    assert len(code) == 8


def test_no_character_looks_like_another() -> None:
    assert set("0O1IL").isdisjoint(CODE_LETTERS)
    assert len(set(CODE_LETTERS)) == 31


@given(codes)
def test_one_wrong_character_is_noticed(code: str) -> None:
    for place, sign in itertools.product(range(8), CODE_LETTERS):
        typed = code[:place] + sign + code[place + 1 :]
        if typed != code:
            with pytest.raises(Invalid):
                parse_code(typed)


@given(codes)
def test_two_characters_that_changed_places_are_noticed(code: str) -> None:
    for one, other in itertools.combinations(range(8), 2):
        signs = list(code)
        signs[one], signs[other] = signs[other], signs[one]
        if "".join(signs) != code:
            with pytest.raises(Invalid):
                parse_code("".join(signs))


@pytest.mark.parametrize("typed", ["", "ABC", "R2ZVB9AHX", "R2ZV-B9A0", "ÄÄÄÄÄÄÄÄ", "2" * 500])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_code(typed)


@given(st.lists(st.integers(0, CODES - 1), unique=True, max_size=20))
def test_different_numbers_give_different_codes(numbers: list[int]) -> None:
    assert len({code_of(number) for number in numbers}) == len(numbers)


def test_five_tries_are_free_and_each_further_one_doubles_the_wait() -> None:
    waits = [wait_after(wrong) for wrong in range(FREE_TRIES + 12)]

    assert waits[:FREE_TRIES] == [0] * FREE_TRIES
    assert waits[FREE_TRIES : FREE_TRIES + 3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_a_try_counts_again_when_the_wait_is_over() -> None:
    require_turn(FREE_TRIES, 1_000, at=1_000 + FIRST_WAIT)
    with pytest.raises(Wait) as refused:
        require_turn(FREE_TRIES, 1_000, at=1_000 + FIRST_WAIT - 1)

    assert refused.value.seconds == 1
