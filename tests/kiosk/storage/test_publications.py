"""Serials of publications: they only grow, each kind by itself."""

import pytest

from kiosk.storage.register import Register


def test_serials_grow_by_one_for_each_kind(register: Register) -> None:
    for expected in (1, 2, 3):
        with register.begin() as books:
            assert books.publications.next("bundle") == expected
    with register.begin() as books:
        assert books.publications.next("status 85") == 1

    with register.read() as books:
        assert books.publications.current("bundle") == 3
        assert books.publications.current("status 85") == 1
        assert books.publications.current("status 86") == 0


def test_a_serial_that_was_not_published_is_not_used_up(register: Register) -> None:
    def fail() -> None:
        with register.begin() as books:
            books.publications.next("bundle")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    with register.read() as books:
        assert books.publications.current("bundle") == 0
