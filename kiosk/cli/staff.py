"""`segel offices`, `segel staff`: the tree of offices, and who works there in which roles.

Nobody types another person's password: somebody new gets a code that counts once, and sets a
password with it at /enrol.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.domain.staff import Grant, OfficeKind, Role

from .opening import opened
from .saying import fail, said_errors, say

if TYPE_CHECKING:
    from kiosk.actions.desk import Desk
    from kiosk.domain.staff import Staff

__all__ = ["offices", "staff"]


class RoleAtOffice(click.ParamType[Grant]):
    """A role, at the person's office or at another one: `verifier`, `verifier@3`."""

    name = "role"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Grant:
        """The role, at office 0 where none is named."""
        role, _, office = str(value).partition("@")
        if role not in set(Role) or (office and not office.isdecimal()):
            self.fail(f"a role is one of {', '.join(Role)}; @OFFICE may follow", param, ctx)
        return Grant(role=Role(role), office=int(office or 0))


ROLE = RoleAtOffice()


@click.group()
def offices() -> None:
    """The tree of offices."""


@offices.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in OfficeKind]),
    required=True,
    help="What it is: its level in the tree.",
)
@click.option("--under", type=int, help="The number of the office above; none for the top.")
@click.option("--unit", type=int, help="The code of its settings, where it issues certificates.")
@click.pass_obj
@said_errors
def add_one(site: Path, *, name: str, kind: str, under: int | None, unit: int | None) -> None:
    """Add an office."""
    from kiosk.actions.staff import add_office

    desk = opened(site).desk
    office = add_office(desk, by=None, kind=OfficeKind(kind), name=name, above=under, unit=unit)
    say(f"office {office.id}: {office.name}")


@offices.command("list")
@click.pass_obj
@said_errors
def list_offices(site: Path) -> None:
    """List the offices, each below the one it stands under.

    The number in front is what other commands want; `unit` stands where the office issues.
    """
    from kiosk.actions.staff import all_offices
    from kiosk.domain.staff import in_tree

    tree = in_tree(all_offices(opened(site).desk))
    if not tree:
        fail("there is no office yet: segel offices add NAME --kind polres")
    for depth, office in tree:
        unit = f"  unit {office.unit}" if office.unit else ""
        closed = "  closed" if office.closed else ""
        say(f"{office.id:>4}  {'  ' * depth}{office.name} ({office.kind}){unit}{closed}")


@click.group()
def staff() -> None:
    """Who works here, in which roles."""


@staff.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--office", type=int, required=True, help="The number of the office.")
@click.option("--nrp", default="", help="The service number, where there is one.")
@click.option("--role", "roles", type=ROLE, multiple=True, help="ROLE or ROLE@OFFICE.")
@click.pass_obj
@said_errors
def add_person(
    site: Path, *, login: str, name: str, office: int, nrp: str, roles: tuple[Grant, ...]
) -> None:
    """Add somebody, and print the code with which he or she enrols."""
    from kiosk.actions.staff import add_staff

    desk = opened(site).desk
    person = add_staff(
        desk,
        by=None,
        login=login,
        name=name,
        service_number=nrp,
        office=office,
        grants=[_placed(role, office) for role in roles],
    )
    say(f"staff {person.id}: {person.login}")
    _say_code(desk, person)


@staff.command("list")
@click.option("--all", "everybody_", is_flag=True, help="Also those who left.")
@click.pass_obj
@said_errors
def list_staff(site: Path, *, everybody_: bool) -> None:
    """List the staff with their roles."""
    from kiosk.actions.staff import everybody

    people = [one for one in everybody(opened(site).desk) if everybody_ or one.left_at is None]
    if not people:
        fail("there is nobody yet: segel staff add LOGIN --name NAME --office N --role ROLE")
    for one in people:
        roles = " ".join(sorted(f"{grant.role}@{grant.office}" for grant in one.grants))
        left = "  left" if one.left_at else ""
        say(f"{one.id:>4}  {one.login:<20} office {one.office:<4} {roles}{left}")


@staff.command()
@click.argument("login")
@click.argument("roles", type=ROLE, nargs=-1)
@click.option("--office", type=int, help="Move the person to this office.")
@click.pass_obj
@said_errors
def roles(site: Path, *, login: str, roles: tuple[Grant, ...], office: int | None) -> None:
    """Give somebody exactly these ROLES, each ROLE or ROLE@OFFICE; none takes all away."""
    from kiosk.actions.staff import set_roles

    desk = opened(site).desk
    person = _found(desk, login)
    grants = [_placed(role, office or person.office) for role in roles]
    set_roles(desk, person.id, grants, by=None, office=office)
    say(f"{login}: {' '.join(f'{grant.role}@{grant.office}' for grant in grants) or 'no role'}")


@staff.command()
@click.argument("login")
@click.pass_obj
@said_errors
def leave(site: Path, *, login: str) -> None:
    """Note that somebody has left: no role counts any more, every session ends.

    Nothing is removed: the journal goes on naming the person, and the roles come back with him or
    her (`segel staff return`).
    """
    from kiosk.actions.staff import let_go

    desk = opened(site).desk
    let_go(desk, _found(desk, login).id, by=None)
    say(f"{login} has left; undo it with: segel staff return {login}")


@staff.command("return")
@click.argument("login")
@click.pass_obj
@said_errors
def come_back(site: Path, *, login: str) -> None:
    """Undo a leaving: the roles count again; print the code with which the person enrols."""
    from kiosk.actions.staff import take_back

    desk = opened(site).desk
    _say_code(desk, take_back(desk, _found(desk, login).id, by=None))


@staff.command()
@click.argument("login")
@click.pass_obj
@said_errors
def reset(site: Path, *, login: str) -> None:
    """Take every way in away from somebody, and print a code with which he or she enrols anew.

    For a lost phone, or a code that has run out. Password, app and passkeys are gone at once.
    """
    desk = opened(site).desk
    _say_code(desk, _found(desk, login))


@staff.command()
@click.argument("login")
@click.pass_obj
@said_errors
def code(site: Path, *, login: str) -> None:
    """Print what somebody's authenticator app shows now; at a demonstration only.

    It counts for half a minute, and once.
    """
    from kiosk.actions.accounts import demo_code

    say(demo_code(opened(site).desk, login))


def _found(desk: "Desk", login: str) -> "Staff":
    from kiosk.actions.staff import find_staff

    return find_staff(desk, login)


def _placed(role: Grant, office: int) -> Grant:
    return role if role.office else Grant(role=role.role, office=office)


def _say_code(desk: "Desk", person: "Staff") -> None:
    from kiosk.actions.accounts import new_enrolment

    code = new_enrolment(desk, person.id, by=None)
    hours = desk.settings.staff.enrolment_hours
    say(f"Give it to the person, and to nobody else; it counts once, for {hours} hours:")
    say(f"  {desk.settings.site.url}/enrol")
    say(f"  login {person.login}   code {code}")
