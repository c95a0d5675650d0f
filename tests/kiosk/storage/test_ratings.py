"""One answer under a ticket; days bound what is found."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.errors import NotNow
from kiosk.storage.ratings import KeptRating
from kiosk.storage.register import Register

KEPT = KeptRating(office=1, day=date(2026, 11, 30), ticket=b"t" * 32, content=b"sealed")


def test_an_answer_is_kept_once_found_by_day_and_written_over_what_it_was(
    register: Register,
) -> None:
    with register.begin() as books:
        books.ratings.add(KEPT)
        books.ratings.add(replace(KEPT, day=date(2026, 12, 1), ticket=b"u" * 32))
    with pytest.raises(NotNow), register.begin() as books:
        books.ratings.add(replace(KEPT, office=2))

    with register.begin() as books:
        november = books.ratings.some([1, 2], since=date(2026, 11, 1), until=date(2026, 12, 1))
        assert november == [KEPT]
        assert books.ratings.find(KEPT.ticket) == KEPT
        books.ratings.replace(KEPT, replace(KEPT, content=b"another"))
        assert books.ratings.find(KEPT.ticket) == replace(KEPT, content=b"another")
    with pytest.raises(NotNow), register.begin() as books:
        books.ratings.replace(KEPT, KEPT)
