"""Phones are written after over before; events once; reviews are closed once."""

from dataclasses import replace

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.devices import Device, KeptEvent, Review
from kiosk.storage.register import Register

PHONE = Device(
    id=bytes(16), staff=1, key=b"point", label=b"sealed", added_at=5, seen_at=5, number=0,
    head=bytes(32),
)  # fmt: skip
EVENT = KeptEvent(
    id=b"e" * 16, device=PHONE.id, number=1, digest=b"d" * 32, kind="note", bag=None,
    device_at=5, received_at=6, skew=0, answer="accepted", content=b"sealed",
)  # fmt: skip


def test_a_phone_moves_on_from_where_it_was(register: Register) -> None:
    after = replace(PHONE, number=1, head=b"h" * 32, seen_at=7)
    with register.begin() as books:
        books.devices.add(PHONE)
        books.devices.replace(PHONE, after)
        with pytest.raises(NotNow):
            books.devices.replace(PHONE, replace(PHONE, number=1))
    with register.read() as books:
        assert books.devices.get(PHONE.id) == after
        assert books.devices.of([1, 2]) == [after]
        assert books.devices.find(b"x" * 16) is None
        with pytest.raises(Unknown):
            books.devices.get(b"x" * 16)


def test_what_was_revoked_meanwhile_is_not_written_over(register: Register) -> None:
    with register.begin() as books:
        books.devices.add(PHONE)
        books.devices.replace(PHONE, replace(PHONE, revoked_at=9))
        with pytest.raises(NotNow):
            books.devices.replace(PHONE, replace(PHONE, number=1))


@pytest.mark.parametrize("same", ["id", "number"])
def test_an_event_is_kept_once(register: Register, same: str) -> None:
    changes = {"id": b"f" * 16} if same == "number" else {"number": 2}
    with register.begin() as books:
        books.devices.add(PHONE)
        books.events.add(EVENT)
    with pytest.raises(NotNow), register.begin() as books:
        books.events.add(replace(EVENT, **changes))
    with register.read() as books:
        assert books.events.of_device(PHONE.id) == [EVENT]


def test_what_went_astray_gets_a_number_of_its_own(register: Register) -> None:
    with register.begin() as books:
        books.devices.add(PHONE)
        assert books.events.number_astray(PHONE.id) == -1
        books.events.add(EVENT)
        assert books.events.number_astray(PHONE.id) == -1
        books.events.add(replace(EVENT, id=b"f" * 16, number=-1))
        assert books.events.number_astray(PHONE.id) == -2


def test_a_review_is_open_until_somebody_closes_it(register: Register) -> None:
    with register.begin() as books:
        first = books.reviews.add(Review(office=3, bag=41, event=None, why="clock", raised_at=5))
        books.reviews.add(Review(office=4, bag=None, event=EVENT.id, why="rules", raised_at=6))
        assert [one.id for one in books.reviews.open_of([3])] == [first]
        books.reviews.close(first, by=7, outcome="settled", at=8)
        assert books.reviews.open_of([3]) == []
        assert books.reviews.get(first).closed_by == 7
        assert [one.why for one in books.reviews.open_of([3, 4])] == ["rules"]
        with pytest.raises(NotNow):
            books.reviews.close(first, by=7, outcome="settled", at=8)
        with pytest.raises(Unknown):
            books.reviews.get(99)
