"""Offices and the people who work there: added, given roles, let go.

Whoever is on the staff is kept with name and service number sealed. What an operator does at the
command line is done without an actor (`by` is None); on the screens it takes an administrator.
"""

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.accounts import normal_login
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.staff import (
    Grant,
    Office,
    OfficeKind,
    Role,
    Staff,
    conflicts,
    has_role,
    may_stand_under,
)
from kiosk.storage.accounts import Account
from kiosk.storage.register import Books
from kiosk.storage.staff import KeptStaff
from signing.cells import CellKey, open_cell, seal_cell

from .desk import Desk

__all__ = [
    "Ways",
    "add_office",
    "add_staff",
    "administered",
    "all_offices",
    "everybody",
    "find_staff",
    "kept_by",
    "let_go",
    "names_of",
    "one_kept_by",
    "opened_staff",
    "replace_office",
    "set_roles",
    "staff_of",
    "take_back",
]

_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How somebody can sign in; `enrolment_until` while a code waits to be used."""

    password: bool
    passkeys: int
    enrolment_until: datetime | None


def all_offices(desk: Desk) -> list[Office]:
    """Every office, closed ones too."""
    with desk.register.read() as books:
        return books.offices.all()


def everybody(desk: Desk) -> list[Staff]:
    """Everybody who works here or did, by login."""
    with desk.register.read() as books:
        return [opened_staff(desk.cells, kept) for kept in books.staff.all()]


def kept_by(desk: Desk, by: Staff) -> list[Staff]:
    """Those whose accounts this administrator keeps, by login."""
    offices = all_offices(desk)
    mine = administered(by, offices)
    return [one for one in everybody(desk) if one.office in mine]


def one_kept_by(desk: Desk, by: Staff, id_: int) -> tuple[Staff, Ways]:
    """Somebody whose account this administrator keeps, and how he or she can sign in.

    Raises:
        NotPermitted: another administrator keeps it.
        Unknown: there is nobody with this id.
    """
    with desk.register.read() as books:
        kept = books.staff.get(id_)
        _require_administrator(books, by, kept.office)
        account = books.accounts.get(id_)
        ways = Ways(
            password=account.password is not None,
            passkeys=len(books.accounts.passkeys_of(id_)),
            enrolment_until=account.enrolment_until,
        )
    return opened_staff(desk.cells, kept), ways


def administered(by: Staff, offices: Collection[Office]) -> frozenset[int]:
    """The offices whose accounts this administrator keeps."""
    return frozenset(one.id for one in offices if has_role(by, Role.ADMINISTRATOR, one.id, offices))


def staff_of(desk: Desk, id_: int) -> Staff:
    """Whoever has this id.

    Raises:
        Unknown: nobody.
    """
    with desk.register.read() as books:
        return opened_staff(desk.cells, books.staff.get(id_))


def find_staff(desk: Desk, login: str) -> Staff:
    """Whoever has this login.

    Raises:
        Unknown: nobody.
    """
    with desk.register.read() as books:
        kept = books.staff.find_by_login(login.strip().lower())
    if kept is None:
        raise Unknown("nobody has this login")
    return opened_staff(desk.cells, kept)


def names_of(desk: Desk, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of those with these ids, for lists on screens."""
    wanted = {id_ for id_ in ids if id_ is not None}
    with desk.register.read() as books:
        return {kept.id: opened_staff(desk.cells, kept).name for kept in books.staff.some(wanted)}


def opened_staff(key: CellKey, kept: KeptStaff) -> Staff:
    """Somebody of the staff, with the name that is kept sealed."""
    said = json.loads(open_cell(key, _cell(kept.login), kept.content))
    return Staff(
        id=kept.id,
        login=kept.login,
        name=said["name"],
        service_number=said["service_number"],
        office=kept.office,
        grants=kept.grants,
        left_at=kept.left_at,
    )


def add_office(
    desk: Desk,
    *,
    by: Staff | None,
    kind: OfficeKind,
    name: str,
    above: int | None = None,
    unit: int | None = None,
) -> Office:
    """Add an office under another one, or at the top of the tree.

    Raises:
        Invalid: the name is empty or too long, the unit has no settings, or the kind does not stand
            under the other's.
        NotPermitted: `by` is no administrator of the office above.
        Unknown: there is no office `above`.
    """
    now = desk.clock()
    with desk.register.begin() as books:
        _require_administrator(books, by, above)
        office = Office(id=0, kind=kind, name=name.strip(), above=above, unit=unit)
        _check_office(desk, books, office)
        added = books.offices.add(kind=kind, name=office.name, above=above, unit=unit)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=added.id,
            deed="office-added",
            subject=f"office {added.id}",
        )
    return added


def replace_office(desk: Desk, before: Office, after: Office, *, by: Staff | None) -> Office:
    """Write an office's new name, place or unit, or that it is closed.

    Raises:
        Invalid, NotPermitted, Unknown: as `add_office`; also a place under itself.
        NotNow: somebody else was quicker, or people still work there.
    """
    now = desk.clock()
    after = replace(after, name=after.name.strip())
    with desk.register.begin() as books:
        _require_administrator(books, by, before.id)
        if before.above != after.above:
            _require_administrator(books, by, after.above)
        _check_office(desk, books, after)
        if after.closed and not before.closed:
            _require_empty(books, after.id)
        books.offices.replace(before, after)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=after.id,
            deed="office-closed" if after.closed and not before.closed else "office-changed",
            subject=f"office {after.id}",
        )
    return after


def add_staff(
    desk: Desk,
    *,
    by: Staff | None,
    login: str,
    name: str,
    service_number: str = "",
    office: int,
    grants: Collection[Grant] = (),
) -> Staff:
    """Add somebody, who cannot sign in until he or she enrols (kiosk.actions.accounts).

    Raises:
        Invalid: the login, the name or the roles cannot be.
        NotNow: the login is somebody's already.
        NotPermitted: `by` is no administrator there.
        Unknown: there is no such office.
    """
    now = desk.clock()
    login = normal_login(login)
    name, service_number = name.strip(), service_number.strip()
    if not 1 <= len(name) <= _LONGEST or len(service_number) > _LONGEST:
        raise Invalid([Fault(path="name", code="missing", sentence="has 1 to 80 characters")])
    with desk.register.begin() as books:
        _require_administrator(books, by, office)
        books.offices.get(office)
        said = json.dumps({"name": name, "service_number": service_number}, ensure_ascii=False)
        content = seal_cell(desk.cells, _cell(login), said.encode())
        id_ = books.staff.add(login=login, office=office, content=content)
        before = books.staff.get(id_)
        _set_roles(books, before, frozenset(grants), by=by)
        _new_account(books, id_)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=office,
            deed="staff-added",
            subject=f"staff {id_}",
            detail=_spelled(grants),
        )
        return opened_staff(desk.cells, books.staff.get(id_))


def set_roles(
    desk: Desk, id_: int, grants: Collection[Grant], *, by: Staff | None, office: int | None = None
) -> Staff:
    """Give somebody exactly these roles, and move him or her to `office` if one is given.

    Raises:
        Invalid: two of the roles are not to be held by one person.
        NotPermitted: `by` is no administrator of where the person works or of where a role is given
            or taken; or it is the person's own role.
        NotNow: the person has left, or was changed meanwhile.
    """
    now = desk.clock()
    with desk.register.begin() as books:
        before = books.staff.get(id_)
        _require_administrator(books, by, before.office)
        if by is not None and by.id == id_:
            raise NotPermitted("nobody sets his or her own roles")
        if before.left_at is not None:
            raise NotNow(f"staff {id_} has left")
        moved = before
        if office is not None and office != before.office:
            _require_administrator(books, by, office)
            books.offices.get(office)
            moved = replace(before, office=office)
            books.staff.replace(before, moved)
        _set_roles(books, moved, frozenset(grants), by=by)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=moved.office,
            deed="roles-set",
            subject=f"staff {id_}",
            detail=_spelled(grants),
        )
        return opened_staff(desk.cells, books.staff.get(id_))


def let_go(desk: Desk, id_: int, *, by: Staff | None) -> Staff:
    """Note that somebody has left: no role counts any more, and every session ends.

    Raises:
        NotNow: he or she has left already.
        NotPermitted: `by` is no administrator there, or leaves himself or herself.
    """
    return _came_or_went(desk, id_, by=by, leaves=True)


def take_back(desk: Desk, id_: int, *, by: Staff | None) -> Staff:
    """Undo a leaving: the roles of before count again; signing in takes a new enrolment.

    Raises:
        NotNow: he or she is here.
        NotPermitted: `by` is no administrator there.
    """
    return _came_or_went(desk, id_, by=by, leaves=False)


def _came_or_went(desk: Desk, id_: int, *, by: Staff | None, leaves: bool) -> Staff:
    now = desk.clock()
    with desk.register.begin() as books:
        before = books.staff.get(id_)
        _require_administrator(books, by, before.office)
        if by is not None and by.id == id_:
            raise NotPermitted("nobody lets himself or herself go")
        if (before.left_at is not None) is leaves:
            raise NotNow(f"staff {id_} has left already" if leaves else f"staff {id_} is here")
        after = replace(before, left_at=now if leaves else None)
        books.staff.replace(before, after)
        _close_account(books, id_)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=before.office,
            deed="staff-left" if leaves else "staff-taken-back",
            subject=f"staff {id_}",
        )
    return opened_staff(desk.cells, after)


def _require_administrator(books: Books, by: Staff | None, office: int | None) -> None:
    if by is None:
        return
    # The top of the tree is nobody's below it: it is for whoever runs the machine.
    if office is None or not has_role(by, Role.ADMINISTRATOR, office, books.offices.all()):
        raise NotPermitted(f"staff {by.id} is no administrator of office {office}")


def _check_office(desk: Desk, books: Books, office: Office) -> None:
    faults = []
    if not 1 <= len(office.name) <= _LONGEST:
        faults.append(Fault(path="name", code="missing", sentence="has 1 to 80 characters"))
    others = [one for one in books.offices.all() if one.id != office.id]
    if office.unit is not None and (
        office.unit not in desk.settings.units or office.unit in {one.unit for one in others}
    ):
        faults.append(
            Fault(path="unit", code="no-unit", sentence="is no unit of the settings, or taken")
        )
    if office.above is not None and not may_stand_under(office, books.offices.get(office.above)):
        faults.append(Fault(path="above", code="not-under", sentence="cannot stand above this one"))
    below = [one for one in others if one.above == office.id]
    if any(not may_stand_under(one, office) for one in below):
        faults.append(Fault(path="kind", code="not-under", sentence="cannot stand below it"))
    if faults:
        raise Invalid(faults)


def _require_empty(books: Books, id_: int) -> None:
    there = any(kept.office == id_ and kept.left_at is None for kept in books.staff.all())
    below = any(one.above == id_ and not one.closed for one in books.offices.all())
    if there or below:
        raise NotNow(f"people work at office {id_}, or there is an open one under it")


def _set_roles(
    books: Books, before: KeptStaff, wanted: frozenset[Grant], *, by: Staff | None
) -> None:
    pairs = conflicts(wanted)
    if pairs:
        raise Invalid(
            Fault(
                path="roles",
                code="incompatible",
                sentence=f"may not be one person's: {' and '.join(sorted(pair))}",
            )
            for pair in pairs
        )
    for grant in before.grants ^ wanted:
        books.offices.get(grant.office)
        _require_administrator(books, by, grant.office)
    books.staff.replace(before, replace(before, grants=wanted))


def _new_account(books: Books, id_: int) -> None:
    books.accounts.add(Account(staff=id_, handle=secrets.token_bytes(32)))


def _close_account(books: Books, id_: int) -> None:
    before = books.accounts.get(id_)
    books.accounts.replace(before, Account(staff=id_, handle=before.handle))
    books.accounts.remove_passkeys(id_)
    books.accounts.end_sessions(id_)


def _cell(login: str) -> bytes:
    return f"staff {login}".encode()


def _spelled(grants: Iterable[Grant]) -> str:
    """Roles as the journal has them; cut where there are very many."""
    said = " ".join(sorted(f"{grant.role}@{grant.office}" for grant in grants))
    return said if len(said) <= 200 else f"{said[:197]}..."
