"""People and their roles are kept; of two who change one, one is refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import Grant, OfficeKind, Role
from kiosk.storage.register import Register
from kiosk.storage.staff import KeptStaff

NOON = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)


@pytest.fixture
def sari(register: Register) -> KeptStaff:
    """Somebody with two roles at one office."""
    with register.begin() as books:
        office = books.offices.add(kind=OfficeKind.POLRES, name="Polres Contoh").id
        id_ = books.staff.add(login="sari", office=office, content=b"sealed")
        before = books.staff.get(id_)
        grants = frozenset(
            {Grant(role=role, office=office) for role in (Role.VERIFIER, Role.EXAMINER)}
        )
        books.staff.replace(before, replace(before, grants=grants))
        return books.staff.get(id_)


def test_who_was_added_is_found(register: Register, sari: KeptStaff) -> None:
    with register.read() as books:
        assert books.staff.get(sari.id) == sari
        assert books.staff.find_by_login("sari") == sari
        assert books.staff.find_by_login("Sari") is None
        assert books.staff.all() == [sari]
        assert books.staff.some([sari.id, 4711]) == [sari]
        assert books.staff.some([]) == []
    assert {grant.role for grant in sari.grants} == {Role.VERIFIER, Role.EXAMINER}


def test_who_is_not_there_is_unknown(register: Register) -> None:
    with register.read() as books, pytest.raises(Unknown):
        books.staff.get(4711)


def test_a_login_is_one_persons(register: Register, sari: KeptStaff) -> None:
    with register.begin() as books, pytest.raises(NotNow):
        books.staff.add(login="sari", office=sari.office, content=b"other")


@pytest.mark.parametrize(
    "changes",
    [{"grants": frozenset()}, {"left_at": NOON}, {"content": b"resealed"}],
    ids=lambda changes: next(iter(changes)),
)
def test_only_one_of_two_who_change_somebody_succeeds(
    register: Register, sari: KeptStaff, changes: dict[str, object]
) -> None:
    after = replace(sari, **changes)  # type: ignore[arg-type]  # any of the fields
    with register.begin() as books:
        books.staff.replace(sari, after)
    with register.begin() as books, pytest.raises(NotNow):
        books.staff.replace(sari, replace(sari, grants=frozenset()))
    with register.read() as books:
        assert books.staff.get(sari.id) == after
