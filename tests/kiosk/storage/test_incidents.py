"""Incidents are listed by office, and written after over before."""

from dataclasses import replace

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.incidents import Incident, Kind, Outcome
from kiosk.storage.register import Register


def an_incident(office: int = 1) -> Incident:
    return Incident(id=0, office=office, kind=Kind.MISSING, bag=4, raised_at=100, raised_by=3)


def test_incidents_are_kept_changed_and_listed(register: Register) -> None:
    with register.begin() as books:
        first, second = books.incidents.add(an_incident()), books.incidents.add(an_incident())
        books.incidents.add(an_incident(office=2))
        books.incidents.write_content(first, b"sealed")
        before = books.incidents.get(first)
        after = replace(
            before,
            first_by=5,
            first_at=110,
            second_by=6,
            second_at=120,
            proposed_by=5,
            closed_by=6,
            closed_at=130,
            outcome=Outcome.FOUND,
        )
        books.incidents.replace(before, after)

    with register.read() as books:
        assert books.incidents.get(first) == after
        assert books.incidents.content(first) == b"sealed"
        assert [one.id for one in books.incidents.at([1], limit=9)] == [second]
        assert [one.id for one in books.incidents.at([1], limit=9, closed=True)] == [first]
        with pytest.raises(Unknown):
            books.incidents.get(99)
    with pytest.raises(NotNow), register.begin() as books:
        books.incidents.replace(before, replace(before, first_by=7))
