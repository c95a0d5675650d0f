"""Whoever has to come for fingerprints picks a time; the desk sees it until the step is over."""

from datetime import date, timedelta

import pytest

from kiosk.actions import counter
from kiosk.actions.appointments import (
    appointment_of,
    free_times_of,
    give_back,
    make_appointment,
)
from kiosk.actions.due import set_holidays
from kiosk.actions.following import cancel
from kiosk.domain.calendar import Holiday, HolidayKind
from kiosk.domain.desks import Queue
from kiosk.domain.errors import NotNow
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import checked, handed_in


def picked(staffed: Staffed, id_: int) -> tuple[date, str]:
    first = free_times_of(staffed.desk, id_)[0]
    make_appointment(staffed.desk, id_, day=first.day, time=first.time)
    return first.day, first.time


def test_a_picked_time_is_seen_at_the_desk_and_ends_with_the_fingerprints(staffed: Staffed) -> None:
    id_ = checked(staffed, on_file=False)
    when = picked(staffed, id_)

    (row,) = counter.look_into_queue(
        staffed.desk, staffed.staff(Role.VERIFIER), Queue.FINGERPRINTS
    ).rows
    assert row.comes is not None
    assert (row.comes.day, row.comes.time) == when

    counter.take_fingerprints(staffed.desk, staffed.staff(Role.VERIFIER), id_, formula="")
    assert appointment_of(staffed.desk, id_) is None
    assert free_times_of(staffed.desk, id_) == ()
    with pytest.raises(NotNow):
        make_appointment(staffed.desk, id_, day=when[0], time=when[1])


def test_places_run_out_and_come_back(staffed: Staffed) -> None:
    places = staffed.desk.settings.applications.fingerprint_places
    people = [
        checked(staffed, on_file=False, nik={"nik": f"99710165129600{n + 1:02d}"})
        for n in range(places + 1)
    ]
    when = {picked(staffed, id_) for id_ in people[:places]}
    assert len(when) == 1
    ((day, time),) = when

    with pytest.raises(NotNow):
        make_appointment(staffed.desk, people[places], day=day, time=time)
    cancel(staffed.desk, people[0])
    make_appointment(staffed.desk, people[places], day=day, time=time)
    give_back(staffed.desk, people[places])
    give_back(staffed.desk, people[places])

    assert appointment_of(staffed.desk, people[places]) is None


def test_no_time_is_offered_on_a_holiday_or_today(staffed: Staffed) -> None:
    id_ = checked(staffed, on_file=False)
    first = free_times_of(staffed.desk, id_)[0].day
    set_holidays(staffed.desk, [Holiday(day=first, kind=HolidayKind.NATIONAL, name="Contoh")])

    assert free_times_of(staffed.desk, id_)[0].day > first
    for day in (first, staffed.desk.clock().date(), first + timedelta(days=400)):
        with pytest.raises(NotNow):
            make_appointment(staffed.desk, id_, day=day, time="08:30")


def test_nobody_else_picks_a_time(staffed: Staffed) -> None:
    id_ = handed_in(staffed)

    assert free_times_of(staffed.desk, id_) == ()
