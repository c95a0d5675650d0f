"""Who works here, at which office, in which role; and which two roles one person may not hold.

Offices form a tree: Polda, Polres, Polsek, village post (S9, S103). A role is held at one office
and counts there and at every office below it. Separation of duties is decided in two places: by
INCOMPATIBLE, when roles are given, and by the rules of a subject, when somebody acts on a file that
he or she has already acted on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.errors import NotPermitted

__all__ = [
    "INCOMPATIBLE",
    "Grant",
    "Office",
    "OfficeKind",
    "Role",
    "Staff",
    "conflicts",
    "has_role",
    "in_tree",
    "may_stand_under",
    "offices_under",
    "require_another_person",
    "require_role",
]


class OfficeKind(StrEnum):
    """The levels of the tree; each stands under the one before, or further up."""

    POLDA = "polda"
    POLRES = "polres"
    POLSEK = "polsek"
    POST = "post"


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """An office. `unit` is the code of its settings where it issues certificates, else None."""

    id: int
    kind: OfficeKind
    name: str
    above: int | None = None
    unit: int | None = None
    closed: bool = False


def may_stand_under(office: Office, above: Office) -> bool:
    """Whether the kind of `office` stands under that of `above`; so no tree bites its tail."""
    levels = list(OfficeKind)
    return levels.index(above.kind) < levels.index(office.kind)


class Role(StrEnum):
    """What somebody may do. The screens say it in Indonesian (docs/glossary.md)."""

    HELPER = "helper"  # helps people apply: village staff, NGO; sees no answer about crimes
    VERIFIER = "verifier"  # checks papers and fields
    EXAMINER = "examiner"  # types what the police records say
    SIGNATORY = "signatory"  # approves, and signs the sheet
    PRINT_ROOM = "print-room"  # prints, seals bags, hands them out
    COURIER = "courier"  # Bhabinkamtibmas: takes bags to doors
    DUTY_OFFICER = "duty-officer"  # custody, incidents, shifts that do not close
    COMMANDER = "commander"  # figures and lists, no file
    AUDITOR = "auditor"  # the journal
    ADMINISTRATOR = "administrator"  # accounts and offices; sees no content


INCOMPATIBLE = frozenset(
    {frozenset({Role.EXAMINER, Role.SIGNATORY})}
    | {frozenset({Role.ADMINISTRATOR, role}) for role in Role if role is not Role.ADMINISTRATOR}
    | {
        frozenset({Role.AUDITOR, role})
        for role in Role
        if role not in {Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMANDER}
    }
    | {frozenset({Role.COURIER, role}) for role in (Role.PRINT_ROOM, Role.DUTY_OFFICER)}
)
"""Pairs that no one person holds, wherever: who examines does not approve, who carries does not
watch the custody, who keeps the accounts or reads the journal does nothing that stands in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A role at an office."""

    role: Role
    office: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Somebody with an account. `service_number` is the NRP of police, empty for others."""

    id: int
    login: str
    name: str
    service_number: str = ""
    office: int
    grants: frozenset[Grant] = frozenset()
    left_at: datetime | None = field(default=None)


def offices_under(office: int, offices: Iterable[Office]) -> frozenset[int]:
    """The ids of an office and of all that stand under it."""
    below: dict[int | None, list[int]] = {}
    for one in offices:
        below.setdefault(one.above, []).append(one.id)
    found: set[int] = set()
    left = [office]
    while left:
        this = left.pop()
        if this not in found:
            found.add(this)
            left += below.get(this, [])
    return frozenset(found)


def in_tree(offices: Iterable[Office]) -> list[tuple[int, Office]]:
    """The offices as a list that reads like a tree: each with its depth, below the one above it."""
    below: dict[int | None, list[Office]] = {}
    for office in offices:
        below.setdefault(office.above, []).append(office)
    found: list[tuple[int, Office]] = []

    def walk(above: int | None, depth: int) -> None:
        for office in sorted(below.get(above, []), key=lambda one: one.name):
            found.append((depth, office))
            walk(office.id, depth + 1)

    walk(None, 0)
    return found


def has_role(staff: Staff, role: Role, office: int, offices: Collection[Office]) -> bool:
    """Whether `staff` holds `role` at `office`, or at one above it, and still works here."""
    if staff.left_at is not None:
        return False
    return any(
        grant.role is role and office in offices_under(grant.office, offices)
        for grant in staff.grants
    )


def require_role(staff: Staff, role: Role, office: int, offices: Collection[Office]) -> None:
    """Refuse whoever does not hold the role there.

    Raises:
        NotPermitted: `staff` does not.
    """
    if not has_role(staff, role, office, offices):
        raise NotPermitted(f"staff {staff.id} is no {role} at office {office}")


def require_another_person(staff: int, others: Iterable[int | None], deed: str) -> None:
    """Refuse whoever has acted on this file before, where a second person is wanted.

    Raises:
        NotPermitted: `staff` is one of `others`.
    """
    if staff in others:
        raise NotPermitted(f"staff {staff} acted on this file before: {deed} needs another person")


def conflicts(grants: Iterable[Grant]) -> list[frozenset[Role]]:
    """The pairs of roles among `grants` that no one person may hold, in a fixed order."""
    roles = {grant.role for grant in grants}
    return sorted((pair for pair in INCOMPATIBLE if pair <= roles), key=sorted)
