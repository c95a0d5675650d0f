"""Batches: begun once by label, found again, finished."""

from datetime import timedelta

import pytest

from kiosk.domain.errors import Unknown
from kiosk.storage.batches import Batch
from kiosk.storage.register import Register
from tests.kiosk.storage.reservations import NOW

LATER = NOW + timedelta(hours=1)


def test_a_batch_is_begun_once_and_found_by_its_label(register: Register) -> None:
    with register.begin() as books:
        first = books.batches.open("august.jsonl", at=NOW)
    with register.begin() as books:
        again = books.batches.open("august.jsonl", at=LATER)
        other = books.batches.open("september.jsonl", at=LATER)

    assert first == again
    assert first == Batch(id=first.id, label="august.jsonl", started_at=NOW, finished_at=None)
    assert other.id != first.id


def test_a_finished_batch_is_no_longer_listed(register: Register) -> None:
    with register.begin() as books:
        one = books.batches.open("one", at=NOW)
        other = books.batches.open("other", at=NOW)
        assert books.batches.unfinished() == [one, other]
        books.batches.finish(one.id, at=LATER)

    with register.read() as books:
        assert books.batches.unfinished() == [other]
    with register.begin() as books:
        assert books.batches.open("one", at=LATER).finished_at == LATER


def test_a_batch_that_was_never_begun_cannot_be_finished(register: Register) -> None:
    with pytest.raises(Unknown), register.begin() as books:
        books.batches.finish(7, at=NOW)
