"""The hidden order of a status list: every place once, another order for every list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.storage.permutation import LIST_SIZE, new_list_key, places

KEY = bytes(range(16))


def test_every_place_is_given_out_once() -> None:
    order = places(KEY, range(LIST_SIZE))

    assert sorted(order) == list(range(LIST_SIZE))


@given(st.integers(0, LIST_SIZE - 100), st.integers(0, 100))
def test_the_same_draw_always_gives_the_same_place(start: int, count: int) -> None:
    together = places(KEY, range(start, start + count))

    assert together == [
        places(KEY, range(draw, draw + 1))[0] for draw in range(start, start + count)
    ]


# The register keeps ids, not places by themselves: an order that changed would give places twice.
def test_the_order_of_a_known_key_never_changes() -> None:
    assert places(KEY, range(8)) == PLACES_OF_KEY


PLACES_OF_KEY = [298414, 501104, 872622, 1031631, 660228, 383856, 631812, 119701]


@pytest.mark.parametrize("bit", [0, 7, 64, 127])
def test_another_key_gives_another_order(bit: int) -> None:
    other = (int.from_bytes(KEY, "big") ^ 1 << bit).to_bytes(16, "big")

    same = sum(
        a == b for a, b in zip(places(KEY, range(5000)), places(other, range(5000)), strict=True)
    )
    assert same < 5


def test_neighbouring_draws_are_strewn_over_the_whole_list() -> None:
    counts = [0] * 64
    for place in places(KEY, range(6400)):
        counts[place * 64 // LIST_SIZE] += 1

    # A hundred on average in each part, give or take five sigma.
    assert all(50 < count < 150 for count in counts)


def test_a_new_list_has_a_key_of_its_own() -> None:
    assert len({new_list_key() for _ in range(100)}) == 100
    assert len(new_list_key()) == 16
