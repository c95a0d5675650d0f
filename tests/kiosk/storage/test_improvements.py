"""Improvements are listed by office, and written after over before."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.improvements import Improvement
from kiosk.storage.register import Register

NEW = Improvement(id=0, office=1, source="incident 4", what="Antar pagi", made_by=3, made_at=5)


def test_improvements_are_kept_changed_and_listed(register: Register) -> None:
    with register.begin() as books:
        first, second = books.improvements.add(NEW), books.improvements.add(NEW)
        before = books.improvements.get(first)
        after = replace(
            before, owner=7, due_on=date(2026, 12, 1), done_at=90, effect="Tidak ada lagi"
        )
        books.improvements.replace(before, after)

    with register.read() as books:
        assert books.improvements.get(first) == replace(after, revision=1)
        assert [one.id for one in books.improvements.at([1], limit=9)] == [second]
        assert [one.id for one in books.improvements.at([1], limit=9, done=True)] == [first]
        with pytest.raises(Unknown):
            books.improvements.get(99)
    with pytest.raises(NotNow), register.begin() as books:
        books.improvements.replace(before, after)
