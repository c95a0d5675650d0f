"""What is to be done better has an owner, a day, an effect, and names nobody."""

from datetime import date

import pytest

from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.improvements import LONGEST_LINE, Improvement, finish, read_line, take_on

TODAY = date(2026, 11, 22)
NOTED = Improvement(
    id=1, office=2, source="incident 4", what="Antar lebih pagi", made_by=3, made_at=5
)


def test_somebody_takes_it_on_and_says_what_came_of_it() -> None:
    taken = take_on(NOTED, owner=9, due_on=TODAY, today=TODAY)
    done = finish(taken, effect="Dua keluhan, lalu tidak ada", at=70)

    assert (done.owner, done.due_on, done.done_at) == (9, TODAY, 70)
    assert done.effect == "Dua keluhan, lalu tidak ada"
    with pytest.raises(NotNow):
        finish(done, effect="Sekali lagi", at=80)
    with pytest.raises(NotNow):
        take_on(done, owner=9, due_on=TODAY, today=TODAY)


def test_a_day_that_is_over_is_refused() -> None:
    with pytest.raises(Invalid):
        take_on(NOTED, owner=9, due_on=date(2026, 11, 21), today=TODAY)


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_LINE + 1), "NIK 9971016512960003"])
def test_a_line_is_short_and_names_nobody(text: str) -> None:
    with pytest.raises(Invalid):
        read_line("what", text)
