"""Who opened a file can be asked; names are told only where the office decided so."""

from dataclasses import replace

import pytest

from kiosk.actions.desk import Desk
from kiosk.actions.journal import Opening, Sought, openings_of, read_journal, write_opening
from kiosk.domain.errors import NotPermitted
from kiosk.domain.staff import Role
from tests.staffed import Staffed

FILE = "application 17"


def opened_by(staffed: Staffed, *roles: Role) -> None:
    """These open the file, a minute apart."""
    for role in roles:
        with staffed.desk.register.begin() as books:
            write_opening(
                books,
                at=staffed.clock(),
                staff=staffed.staff(role),
                role=role,
                office=staffed.places["polres"].id,
                subject=FILE,
            )
            books.journal.write(
                at=staffed.clock(),
                staff=staffed.staff(role).id,
                office=staffed.places["polres"].id,
                deed="checked",
                subject=FILE,
            )
        staffed.clock.forward(minutes=1)


def telling_names(desk: Desk) -> Desk:
    """The desk of an office that tells residents who opened their file."""
    staff = replace(desk.settings.staff, show_who_opened=True)
    return replace(desk, settings=replace(desk.settings, staff=staff))


def test_a_resident_learns_when_in_which_role_and_where(any_staffed: Staffed) -> None:
    began = any_staffed.clock()
    opened_by(any_staffed, Role.VERIFIER, Role.EXAMINER)

    found = openings_of(any_staffed.desk, FILE)

    assert [one.role for one in found] == [Role.EXAMINER, Role.VERIFIER]
    assert found[1] == Opening(at=began, role=Role.VERIFIER, office="Polres Contoh", name="")
    assert openings_of(any_staffed.desk, "application 1") == []


def test_names_are_told_only_if_the_settings_say_so(any_staffed: Staffed) -> None:
    opened_by(any_staffed, Role.VERIFIER)
    [told] = openings_of(telling_names(any_staffed.desk), FILE)
    [usual] = openings_of(any_staffed.desk, FILE)
    assert (told.name, usual.name) == ("Sari Contoh", "")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_an_auditor_reads_the_journal(staffed: Staffed, role: Role) -> None:
    with pytest.raises(NotPermitted):
        read_journal(staffed.desk, staffed.staff(role), Sought())


def test_an_auditor_who_left_reads_it_no_more(staffed: Staffed) -> None:
    left = replace(staffed.staff(Role.AUDITOR), left_at=staffed.clock())
    with pytest.raises(NotPermitted):
        read_journal(staffed.desk, left, Sought())
