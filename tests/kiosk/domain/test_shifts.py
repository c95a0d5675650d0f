"""A shift closes exactly where nothing is left of it."""

import pytest

from kiosk.domain.errors import NotNow
from kiosk.domain.handover import Balance
from kiosk.domain.shifts import BagsLeft, Shift, close, tell

OPEN = Shift(id=1, courier=4, office=2, began_at=100)
EVEN = Balance(taken=3, handed_over=2, brought_back=1)


def test_what_came_out_even_closes_with_its_counts() -> None:
    closed = close(OPEN, balance=EVEN, bags=[], at=200)

    assert (closed.ended_at, closed.taken, closed.handed_over, closed.brought_back) == (
        200,
        3,
        2,
        1,
    )
    with pytest.raises(NotNow):
        close(closed, balance=EVEN, bags=[], at=300)


@pytest.mark.parametrize(
    ("balance", "bags"),
    [
        (Balance(taken=3, handed_over=1, brought_back=1), [7]),
        (Balance(taken=3, handed_over=2, brought_back=2), []),
        (EVEN, [7]),
    ],
)
def test_whatever_does_not_come_out_even_stays_open(balance: Balance, bags: list[int]) -> None:
    with pytest.raises(BagsLeft) as refused:
        close(OPEN, balance=balance, bags=bags, at=200)
    assert refused.value.bags == tuple(bags)


def test_it_is_told_when_it_was_told_first() -> None:
    assert tell(tell(OPEN, at=150), at=160).told_at == 150
