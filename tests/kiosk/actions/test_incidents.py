"""Who says that the paper never came is believed at once: its certificate is suspended."""

import pytest

from kiosk.actions.incidents import (
    complain,
    complaint_of,
    open_words,
    raise_incident,
    take_back_complaint,
)
from kiosk.actions.journal import entries_about
from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow
from kiosk.domain.incidents import Kind
from kiosk.domain.staff import Role
from tests.delivered import carried, certificate_of, handed_over
from tests.staffed import Staffed
from tests.working import accepted, bagged


def test_a_complaint_suspends_the_certificate_and_is_taken_back_by_who_made_it(
    any_staffed: Staffed,
) -> None:
    desk = any_staffed.desk
    application = handed_over(any_staffed).application
    certificate = certificate_of(any_staffed, application)
    assert certificate is not None

    complain(desk, application, "Tidak ada yang datang")

    suspended = certificate_of(any_staffed, application)
    assert suspended is not None
    assert suspended.state is State.SUSPENDED
    with desk.register.read() as books:
        assert certificate.status_index in books.certificates.suspended_indexes(
            certificate.status_list
        )
        (incident,) = books.incidents.of_application(application)
        assert b"Tidak" not in books.incidents.content(incident.id)
        assert open_words(desk, books, incident.id)["text"] == "Tidak ada yang datang"
        found = complaint_of(desk, books, application)
    assert found is not None
    assert (found.office, found.taken_back) == ("Polres Contoh", False)
    deeds = [one.deed for one in entries_about(desk.register, f"incident {incident.id}")]
    assert deeds == ["incident-raised"]

    take_back_complaint(desk, application)
    complain(desk, application, "Sekali lagi")

    with desk.register.read() as books:
        found = complaint_of(desk, books, application)
        assert len(books.incidents.of_application(application)) == 1
    assert found is not None
    assert found.taken_back
    still = certificate_of(any_staffed, application)
    assert still is not None
    assert still.state is State.SUSPENDED


def test_while_it_is_carried_it_may_be_said_too(staffed: Staffed) -> None:
    application = carried(staffed).application

    complain(staffed.desk, application, "")

    certificate = certificate_of(staffed, application)
    assert certificate is not None
    assert certificate.state is State.SUSPENDED


def test_nobody_misses_what_is_still_at_the_counter(staffed: Staffed) -> None:
    application = bagged(staffed).application

    with pytest.raises(NotNow):
        complain(staffed.desk, application, "")
    with pytest.raises(NotNow):
        take_back_complaint(staffed.desk, application)


def test_one_thing_is_raised_once_while_it_is_open(staffed: Staffed) -> None:
    bag = accepted(staffed)
    courier = staffed.staff(Role.COURIER)

    with staffed.desk.register.begin() as books:
        ids = {
            raise_incident(
                staffed.desk,
                books,
                kind=kind,
                office=bag.office,
                application=bag.application,
                bag=bag.id,
                by=courier.id,
            )
            for kind in (Kind.DAMAGED, Kind.DAMAGED, "seal-torn")
        }

    assert len(ids) == 2
