"""Offices are kept as they are in the tree."""

from dataclasses import replace

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import Office, OfficeKind
from kiosk.storage.register import Register


def two_offices(register: Register) -> tuple[Office, Office]:
    """A Polda and a Polres under it."""
    with register.begin() as books:
        polda = books.offices.add(kind=OfficeKind.POLDA, name="Polda Contoh")
        polres = books.offices.add(
            kind=OfficeKind.POLRES, name="Polres Contoh", above=polda.id, unit=999901
        )
    return polda, polres


def test_what_was_added_is_there(register: Register) -> None:
    polda, polres = two_offices(register)
    with register.read() as books:
        assert books.offices.all() == [polda, polres]
        assert books.offices.get(polres.id) == polres
    assert (polres.above, polres.unit, polres.closed) == (polda.id, 999901, False)


def test_an_office_that_is_not_there_is_unknown(register: Register) -> None:
    with register.read() as books, pytest.raises(Unknown):
        books.offices.get(4711)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Lain"},
        {"above": None},
        {"unit": None},
        {"closed": True},
        {"kind": OfficeKind.POLSEK},
    ],
    ids=str,
)
def test_only_one_of_two_who_change_an_office_succeeds(
    register: Register, changes: dict[str, object]
) -> None:
    _, before = two_offices(register)
    after = replace(before, **changes)  # type: ignore[arg-type]  # any of the fields
    with register.begin() as books:
        books.offices.replace(before, after)
    with register.begin() as books, pytest.raises(NotNow):
        books.offices.replace(before, replace(before, name="Zuspät"))
    with register.read() as books:
        assert books.offices.get(before.id) == after
