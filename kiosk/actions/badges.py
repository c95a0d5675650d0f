"""Badges: by the code on it anybody learns who stands at the door, and whether he is on his round.

What is answered is what an honest officer says of himself anyhow: name, number, unit, and today's
round without an address. Nobody writes down who asked.
"""

import secrets
from dataclasses import dataclass

from kiosk.domain.codes import CODES, code_of, parse_code
from kiosk.domain.errors import Invalid, NotPermitted, Unknown
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Office, Role, Staff, has_role
from kiosk.storage.badges import Badge
from kiosk.storage.register import Books

from .desk import Desk
from .staff import opened_staff

__all__ = ["Officer", "couriers_with_badges", "find_officer", "make_badge", "revoke_badge", "shown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """An officer as the public sees him: no address, no name of anybody he goes to.

    `windows` are the times for which he carries bags.
    """

    name: str
    service_number: str
    office: str
    on_duty: bool
    bags: int = 0
    windows: tuple[str, ...] = ()


def find_officer(desk: Desk, code: str) -> Officer | None:
    """Whose badge this is, if it is one that counts and its bearer brings papers; else None."""
    try:
        spelled = parse_code(code)
    except Invalid:
        return None
    with desk.register.read() as books:
        badge = books.badges.find_by_code(spelled)
        if badge is None or badge.revoked_at is not None:
            return None
        staff = opened_staff(desk.cells, books.staff.get(badge.staff))
        if not _brings_papers(staff):
            return None
        office = books.offices.get(staff.office)
        shift = books.shifts.find_open(staff.id)
        carried = [
            bag
            for bag in books.bags.with_(staff.id)
            if bag.stage is BagStage.CARRIED and bag.holder == staff.id
        ]
    return Officer(
        name=staff.name,
        service_number=staff.service_number,
        office=office.name,
        on_duty=shift is not None or bool(carried),
        bags=len(carried),
        windows=tuple(sorted({bag.window for bag in carried if bag.window})),
    )


def couriers_with_badges(desk: Desk, by: Staff) -> list[tuple[Staff, Badge | None]]:
    """The couriers whose badges `by` keeps, by name, each with the badge if there is one."""
    with desk.register.read() as books:
        tree = books.offices.all()
        people = [opened_staff(desk.cells, kept) for kept in books.staff.all()]
        mine = [one for one in people if _brings_papers(one) and _keeps(by, one, tree)]
        badges = books.badges.of([one.id for one in mine])
    return [(one, badges.get(one.id)) for one in sorted(mine, key=lambda one: one.name)]


def make_badge(desk: Desk, by: Staff, staff: int) -> Badge:
    """A new badge for a courier; the old one leads to nobody from now on.

    Raises:
        Unknown: nobody has this id.
        NotPermitted: `by` keeps no badges there, or that person brings no papers.
    """
    now = int(desk.clock().timestamp())
    badge = Badge(staff=staff, code=code_of(secrets.randbelow(CODES)), made_at=now)
    with desk.register.begin() as books:
        _require_keeper(desk, books, by, staff)
        books.badges.put(badge)
        _journal(desk, books, by, staff, "badge-made")
    return badge


def revoke_badge(desk: Desk, by: Staff, staff: int) -> None:
    """Let a courier's badge count no more.

    Raises:
        Unknown, NotPermitted: as `make_badge`.
        NotNow: there is none that counts.
    """
    with desk.register.begin() as books:
        _require_keeper(desk, books, by, staff)
        books.badges.revoke(staff, at=int(desk.clock().timestamp()))
        _journal(desk, books, by, staff, "badge-revoked")


def shown(desk: Desk, by: Staff, staff: int) -> tuple[Staff, Office, Badge]:
    """Whose badge is to be printed, at which office, and the badge.

    Raises:
        Unknown: there is none that counts.
        NotPermitted: as `make_badge`.
    """
    with desk.register.read() as books:
        person = _require_keeper(desk, books, by, staff)
        badge = books.badges.of([staff]).get(staff)
        if badge is None or badge.revoked_at is not None:
            raise Unknown("a badge that counts")
        return person, books.offices.get(person.office), badge


def _require_keeper(desk: Desk, books: Books, by: Staff, staff: int) -> Staff:
    person = opened_staff(desk.cells, books.staff.get(staff))
    if not _brings_papers(person) or not _keeps(by, person, books.offices.all()):
        raise NotPermitted(f"staff {by.id} keeps no badge of staff {staff}")
    return person


def _brings_papers(staff: Staff) -> bool:
    return staff.left_at is None and any(grant.role is Role.COURIER for grant in staff.grants)


def _keeps(by: Staff, staff: Staff, tree: list[Office]) -> bool:
    keepers = (Role.ADMINISTRATOR, Role.DUTY_OFFICER)
    # Nobody makes himself a badge.
    return by.id != staff.id and any(has_role(by, one, staff.office, tree) for one in keepers)


def _journal(desk: Desk, books: Books, by: Staff, staff: int, deed: str) -> None:
    books.journal.write(
        at=desk.clock(), staff=by.id, office=by.office, deed=deed, subject=f"staff {staff}"
    )
