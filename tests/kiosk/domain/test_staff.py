"""A role counts at its office and below; some two roles nobody holds together."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.errors import NotPermitted
from kiosk.domain.staff import (
    INCOMPATIBLE,
    Grant,
    Office,
    OfficeKind,
    Role,
    Staff,
    conflicts,
    has_role,
    in_tree,
    may_stand_under,
    offices_under,
    require_another_person,
    require_role,
)

OFFICES = (
    Office(id=1, kind=OfficeKind.POLDA, name="Polda Contoh"),
    Office(id=2, kind=OfficeKind.POLRES, name="Polres Contoh", above=1),
    Office(id=3, kind=OfficeKind.POLSEK, name="Polsek Contoh Timur", above=2),
    Office(id=4, kind=OfficeKind.POST, name="Balai Desa Contoh Jaya", above=3),
    Office(id=5, kind=OfficeKind.POLRES, name="Polres Lain", above=1),
)
SARI = Staff(
    id=7,
    login="sari",
    name="Sari Contoh",
    office=2,
    grants=frozenset({Grant(role=Role.VERIFIER, office=2)}),
)


def test_an_office_has_everything_below_it() -> None:
    assert offices_under(2, OFFICES) == {2, 3, 4}
    assert offices_under(1, OFFICES) == {1, 2, 3, 4, 5}
    assert offices_under(9, OFFICES) == {9}


def test_a_tree_that_bites_its_tail_still_ends() -> None:
    round_ = (replace(OFFICES[0], above=2), OFFICES[1])
    assert offices_under(1, round_) == {1, 2}


def test_a_role_counts_at_its_office_and_below() -> None:
    def holds(role: Role) -> set[int]:
        return {one.id for one in OFFICES if has_role(SARI, role, one.id, OFFICES)}

    assert holds(Role.VERIFIER) == {2, 3, 4}
    assert holds(Role.EXAMINER) == set()


def test_whoever_left_has_no_role() -> None:
    gone = replace(SARI, left_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not has_role(gone, Role.VERIFIER, 2, OFFICES)


def test_without_the_role_it_is_refused_and_nobody_is_named() -> None:
    with pytest.raises(NotPermitted) as refused:
        require_role(SARI, Role.SIGNATORY, 2, OFFICES)
    assert "Sari" not in str(refused.value)
    require_role(SARI, Role.VERIFIER, 4, OFFICES)


def test_a_second_person_is_another_one() -> None:
    require_another_person(1, [2, None], "sealing")
    with pytest.raises(NotPermitted):
        require_another_person(1, [None, 1], "sealing")


def pairs_of(*roles: Role) -> list[set[Role]]:
    grants = [Grant(role=role, office=number) for number, role in enumerate(roles)]
    return [set(pair) for pair in conflicts(grants)]


def test_who_examines_does_not_approve_wherever() -> None:
    assert pairs_of(Role.EXAMINER, Role.SIGNATORY, Role.VERIFIER) == [
        {Role.EXAMINER, Role.SIGNATORY}
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_an_administrator_does_nothing_else(role: Role) -> None:
    assert pairs_of(Role.ADMINISTRATOR, role) == [{Role.ADMINISTRATOR, role}]


@pytest.mark.parametrize("role", [Role.PRINT_ROOM, Role.DUTY_OFFICER])
def test_a_courier_does_not_watch_the_custody(role: Role) -> None:
    assert pairs_of(Role.COURIER, role) == [{Role.COURIER, role}]


@pytest.mark.parametrize(
    "role",
    [
        Role.HELPER,
        Role.VERIFIER,
        Role.EXAMINER,
        Role.SIGNATORY,
        Role.PRINT_ROOM,
        Role.COURIER,
        Role.DUTY_OFFICER,
    ],
)
def test_who_reads_the_journal_does_nothing_that_stands_in_it(role: Role) -> None:
    assert pairs_of(Role.AUDITOR, role) == [{Role.AUDITOR, role}]


def test_these_are_all_the_pairs_there_are() -> None:
    # One by one above; a pair that is added wants a test of its own.
    assert len(INCOMPATIBLE) == 1 + 9 + 7 + 2
    assert pairs_of(Role.AUDITOR, Role.COMMANDER) == []


def test_an_office_stands_under_one_of_a_higher_kind() -> None:
    stands = {
        (one.kind, other.kind)
        for one in OFFICES
        for other in OFFICES
        if may_stand_under(one, other)
    }
    levels = list(OfficeKind)
    assert stands == {(low, high) for at, low in enumerate(levels) for high in levels[:at]}


def test_a_list_of_offices_reads_like_the_tree() -> None:
    assert [(depth, office.id) for depth, office in in_tree(OFFICES)] == [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (1, 5),
    ]


def test_a_small_polsek_can_do_with_few_people() -> None:
    assert pairs_of(Role.VERIFIER, Role.EXAMINER, Role.PRINT_ROOM) == []
    assert pairs_of(Role.SIGNATORY, Role.DUTY_OFFICER, Role.COMMANDER) == []
    assert pairs_of(Role.COURIER, Role.HELPER) == []
