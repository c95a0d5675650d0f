"""Handovers are kept once, and found again by their receipt and by their day."""

import pytest

from kiosk.domain.applications import Application
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.handovers import Handover
from tests.offices import Office


def a_handover(application: int, receipt: str, at: int = 100) -> Handover:
    return Handover(
        application=application,
        bag=None,
        office=1,
        by=2,
        at=at,
        receiver="holder",
        proofs="card-typed slip",
        receipt=receipt,
        record=b"record",
        proof=b"proof",
        received_at=at,
    )


def test_a_handover_is_kept_once_and_found_again(any_office: Office) -> None:
    workshop = any_office.workshop()
    with workshop.desk.register.begin() as books:
        ids = [
            books.applications.add(
                Application(id=0, office=1), code_hash=bytes([n]) * 32, birth_hash=bytes(32)
            ).id
            for n in range(2)
        ]
        books.handovers.add(a_handover(ids[0], "T-AAAAA-AAAAA", at=100))
        books.handovers.add(a_handover(ids[1], "T-BBBBB-BBBBB", at=200))

    with workshop.desk.register.read() as books:
        first = books.handovers.get_by_receipt("T-AAAAA-AAAAA")
        assert books.handovers.find(ids[0]) == first
        assert [one.application for one in books.handovers.since([1], at=150)] == [ids[1]]
        assert books.handovers.since([2], at=0) == []
        with pytest.raises(Unknown):
            books.handovers.get_by_receipt("T-CCCCC-CCCCC")
    for again in (a_handover(ids[0], "T-CCCCC-CCCCC"), a_handover(ids[1], "T-AAAAA-AAAAA")):
        with pytest.raises(NotNow), workshop.desk.register.begin() as books:
            books.handovers.add(again)
    workshop.close()
