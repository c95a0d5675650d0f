"""Appointments in the register: places are counted, and the last one goes to one person."""

from datetime import date
from threading import Barrier, Thread

import pytest

from kiosk.domain.applications import Application
from kiosk.domain.appointments import Appointment
from kiosk.domain.errors import NotNow
from kiosk.storage.register import Register

DAY = date(2026, 11, 24)


def applicants(register: Register, count: int) -> list[int]:
    with register.begin() as books:
        return [
            books.applications.add(
                Application(id=0, office=1), code_hash=bytes([n]) * 32, birth_hash=bytes(32)
            ).id
            for n in range(count)
        ]


def come(register: Register, application: int, *, places: int, time: str = "08:30") -> None:
    new = Appointment(application=application, office=1, day=DAY, time=time)
    with register.begin() as books:
        books.appointments.make(new, places=places)


def test_a_time_is_full_when_its_places_are_taken(register: Register) -> None:
    one, two, three = applicants(register, 3)
    come(register, one, places=2)
    come(register, two, places=2)

    with pytest.raises(NotNow):
        come(register, three, places=2)

    with register.begin() as books:
        assert books.appointments.end(one)
        assert not books.appointments.end(one)
    come(register, three, places=2)
    with register.read() as books:
        assert books.appointments.taken(1, since=DAY) == {(DAY, "08:30"): 2}
        assert set(books.appointments.of([one, two, three])) == {two, three}


def test_a_second_choice_takes_the_place_of_the_first(register: Register) -> None:
    (one,) = applicants(register, 1)
    come(register, one, places=1)
    come(register, one, places=1, time="10:00")

    with register.read() as books:
        assert books.appointments.taken(1, since=DAY) == {(DAY, "10:00"): 1}


def test_of_many_who_want_the_last_place_one_gets_it(register: Register) -> None:
    people = applicants(register, 4)
    together, got = Barrier(len(people)), []

    def want(application: int) -> None:
        together.wait()
        try:
            come(register, application, places=1)
        except NotNow:
            return
        got.append(application)

    threads = [Thread(target=want, args=(application,)) for application in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 1
