"""Shifts in the register: a courier has one open at a time, and it is closed once."""

from dataclasses import replace

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.shifts import Shift
from kiosk.storage.register import Register

OPEN = Shift(courier=5, office=2, began_at=100, after_move=3)


def test_a_courier_has_one_open_shift_that_is_closed_once(register: Register) -> None:
    with register.begin() as books:
        shift = books.shifts.add(OPEN)
        assert books.shifts.find_open(5) == shift == books.shifts.get(shift.id)
        assert books.shifts.open_at({2}) == [shift]
    with pytest.raises(NotNow), register.begin() as books:
        books.shifts.add(OPEN)

    with register.begin() as books:
        closed = replace(shift, ended_at=200, taken=1, brought_back=1)
        books.shifts.replace(shift, closed)
        assert books.shifts.find_open(5) is None
        assert books.shifts.closed_at({2}, limit=9) == [closed]
        assert books.shifts.closed_at({3}, limit=9) == books.shifts.open_at({2}) == []
        with pytest.raises(NotNow):
            books.shifts.replace(shift, closed)
        with pytest.raises(Unknown):
            books.shifts.get(99)
        assert books.shifts.add(OPEN).id != shift.id
