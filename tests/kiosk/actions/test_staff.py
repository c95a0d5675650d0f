"""Who keeps the accounts, and where; what is refused changes nothing."""

from dataclasses import replace

import pytest

from kiosk.actions.staff import (
    add_office,
    add_staff,
    all_offices,
    everybody,
    find_staff,
    let_go,
    names_of,
    replace_office,
    set_roles,
    staff_of,
    take_back,
)
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.staff import Grant, OfficeKind, Role
from tests.staffed import Staffed


def head(staffed: Staffed) -> tuple[int, bytes]:
    """The end of the journal: it stands still where nothing happened."""
    with staffed.desk.register.read() as books:
        return books.journal.head()


def test_people_are_found_by_id_and_login_and_named(any_staffed: Staffed) -> None:
    sari = any_staffed.staff(Role.VERIFIER)
    desk = any_staffed.desk
    assert staff_of(desk, sari.id) == sari
    assert find_staff(desk, " Verifier ") == sari
    assert names_of(desk, [sari.id, None, 4711]) == {sari.id: "Sari Contoh"}
    assert len(everybody(desk)) == len(Role)
    with pytest.raises(Unknown):
        find_staff(desk, "nobody")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_keeps_accounts(staffed: Staffed, role: Role) -> None:
    desk, by = staffed.desk, staffed.staff(role)
    polres = staffed.places["polres"]
    other = staffed.staff(Role.VERIFIER if role is not Role.VERIFIER else Role.HELPER)
    before = head(staffed)

    with pytest.raises(NotPermitted):
        add_staff(desk, by=by, login="x", name="X", office=polres.id)
    with pytest.raises(NotPermitted):
        set_roles(desk, other.id, [], by=by)
    with pytest.raises(NotPermitted):
        let_go(desk, other.id, by=by)
    with pytest.raises(NotPermitted):
        add_office(desk, by=by, kind=OfficeKind.POLSEK, name="X", above=polres.id)
    with pytest.raises(NotPermitted):
        replace_office(desk, polres, replace(polres, name="X"), by=by)

    assert head(staffed) == before


def test_roles_that_do_not_go_together_change_nothing(any_staffed: Staffed) -> None:
    sari = any_staffed.staff(Role.VERIFIER)
    office = any_staffed.places["polres"].id
    wanted = [Grant(role=role, office=office) for role in (Role.EXAMINER, Role.SIGNATORY)]
    before = head(any_staffed)
    with pytest.raises(Invalid):
        set_roles(any_staffed.desk, sari.id, wanted, by=None)
    assert staff_of(any_staffed.desk, sari.id) == sari
    assert head(any_staffed) == before


def test_roles_at_two_offices_do_not_go_together_either(any_staffed: Staffed) -> None:
    places = any_staffed.places
    with pytest.raises(Invalid):
        add_staff(
            any_staffed.desk,
            by=None,
            login="licik",
            name="Licik Contoh",
            office=places["polres"].id,
            grants=[
                Grant(role=Role.EXAMINER, office=places["polres"].id),
                Grant(role=Role.SIGNATORY, office=places["other"].id),
            ],
        )


def test_a_role_at_an_office_that_is_not_there_is_unknown(any_staffed: Staffed) -> None:
    sari = any_staffed.staff(Role.VERIFIER)
    with pytest.raises(Unknown):
        set_roles(any_staffed.desk, sari.id, [Grant(role=Role.VERIFIER, office=4711)], by=None)


def test_whoever_left_gets_no_roles_until_taken_back(any_staffed: Staffed) -> None:
    desk, sari = any_staffed.desk, any_staffed.staff(Role.VERIFIER)
    let_go(desk, sari.id, by=None)
    with pytest.raises(NotNow):
        set_roles(desk, sari.id, [], by=None)
    with pytest.raises(NotNow):
        let_go(desk, sari.id, by=None)
    assert take_back(desk, sari.id, by=None) == sari
    with pytest.raises(NotNow):
        take_back(desk, sari.id, by=None)


def test_an_office_does_not_stand_under_what_stands_under_it(any_staffed: Staffed) -> None:
    places = any_staffed.places
    polres, polsek = places["polres"], places["polsek"]
    with pytest.raises(Invalid):
        replace_office(any_staffed.desk, polres, replace(polres, above=polsek.id), by=None)
    with pytest.raises(Invalid):
        replace_office(any_staffed.desk, polres, replace(polres, kind=OfficeKind.POST), by=None)
    assert polres in all_offices(any_staffed.desk)


def test_of_two_who_change_an_office_the_later_is_told(any_staffed: Staffed) -> None:
    polsek = any_staffed.places["polsek"]
    replace_office(any_staffed.desk, polsek, replace(polsek, name="Polsek Baru"), by=None)
    with pytest.raises(NotNow):
        replace_office(any_staffed.desk, polsek, replace(polsek, name="Polsek Lain"), by=None)
