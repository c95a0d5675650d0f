"""The staff: added, given roles, let go. An administrator sees accounts, and no content."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kiosk.actions.accounts import new_enrolment
from kiosk.actions.staff import (
    add_staff,
    administered,
    kept_by,
    let_go,
    one_kept_by,
    set_roles,
    take_back,
)
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.staff import INCOMPATIBLE, Grant, Office, Role, Staff, in_tree
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.people import ROLES, role_words

__all__ = ["people"]

people = door(
    Blueprint("people", __name__, url_prefix="/staff"),
    roles={Role.ADMINISTRATOR},
    menu=[("people.show_list", lazy_gettext("Staff"))],
)

_LONGEST = 100
_A_PAGE = 50


@people.get("")
def show_list() -> str:
    """Those whose accounts one keeps; those who left only if asked for."""
    sought = request.args.get("q", "").strip()[:_LONGEST]
    with_left = request.args.get("left") == "1"
    page = max(request.args.get("page", 1, int), 1)
    found = [
        one
        for one in kept_by(the_desk(), the_staff())
        if (with_left or one.left_at is None)
        and sought.lower() in f"{one.name} {one.login} {one.service_number}".lower()
    ]
    shown = found[(page - 1) * _A_PAGE : page * _A_PAGE]
    return render_template(
        "office/people.html",
        people=[(one, role_words(one.grants, the_offices())) for one in shown],
        offices={office.id: office.name for office in the_offices()},
        sought=sought,
        with_left=with_left,
        page=page,
        more=len(found) > page * _A_PAGE,
        count=len(found),
    )


@people.get("/new")
def show_new() -> str:
    """The form for somebody new."""
    return _new_form({}, {})


@people.post("/new")
def add() -> Response:
    """Add somebody, and show the code to begin with."""
    typed = {
        name: request.form.get(name, "").strip()[:_LONGEST]
        for name in ("login", "name", "service_number", "office")
    }
    office = int(typed["office"]) if typed["office"].isdecimal() else 0
    roles = [role for role in Role if role in request.form.getlist("role")]
    try:
        found = add_staff(
            the_desk(),
            by=the_staff(),
            login=typed["login"],
            name=typed["name"],
            service_number=typed["service_number"],
            office=office,
            grants=[Grant(role=role, office=office) for role in roles],
        )
    except Invalid as refusal:
        faults = {fault.path: _sentence(fault, roles) for fault in refusal.faults}
        return make_response(_new_form(typed, faults, roles), 422)
    except NotNow:
        faults = {"login": _("Somebody has this login, or had it. Take another one.")}
        return make_response(_new_form(typed, faults, roles), 422)
    return _code_page(found)


@people.get("/<int:number>")
def show_one(number: int) -> str:
    """One account: roles, ways to sign in, leaving."""
    return _one(number)


@people.post("/<int:number>/roles")
def give_roles(number: int) -> Response:
    """Give somebody exactly the roles that are ticked, and move him or her if asked to."""
    grants = {
        Grant(role=Role(role), office=int(office))
        for role, _at, office in (one.partition("@") for one in request.form.getlist("grant"))
        if role in set(Role) and office.isdecimal()
    }
    role, elsewhere = request.form.get("more_role", ""), request.form.get("more_office", "")
    if role in set(Role) and elsewhere.isdecimal():
        grants.add(Grant(role=Role(role), office=int(elsewhere)))
    office = request.form.get("office", "")
    try:
        set_roles(
            the_desk(),
            number,
            grants,
            by=the_staff(),
            office=int(office) if office.isdecimal() else None,
        )
    except Invalid as refusal:
        held = [grant.role for grant in grants]
        faults = {fault.path: _sentence(fault, held) for fault in refusal.faults}
        return make_response(_one(number, faults, grants), 422)
    return redirect(localized_url("people.show_one", number=number, done="roles"), 303)


@people.post("/<int:number>/code")
def make_code(number: int) -> Response:
    """Take every way in away from somebody, and show a code to begin anew."""
    found, _ways = one_kept_by(the_desk(), the_staff(), number)
    return _code_page(found)


@people.post("/<int:number>/leave")
def leave(number: int) -> Response:
    """Note that somebody has left."""
    let_go(the_desk(), number, by=the_staff())
    return redirect(localized_url("people.show_one", number=number, done="left"), 303)


@people.post("/<int:number>/return")
def come_back(number: int) -> Response:
    """Undo a leaving, and show a code to begin anew."""
    return _code_page(take_back(the_desk(), number, by=the_staff()))


def _code_page(found: Staff) -> Response:
    # Shown once, in the answer itself: no address and no log ever holds the code.
    code = new_enrolment(the_desk(), found.id, by=the_staff())
    page = render_template(
        "office/code.html",
        person=found,
        code=code,
        hours=the_desk().settings.staff.enrolment_hours,
        address=f"{the_desk().settings.site.url}{localized_url('enrol.show_form')}",
    )
    return make_response(page)


def _new_form(
    typed: dict[str, str], faults: dict[str, str], roles: list[Role] | None = None
) -> str:
    return render_template(
        "office/new_person.html",
        typed=typed,
        faults=faults,
        roles=ROLES,
        ticked=roles or [],
        tree=_mine(),
    )


def _one(
    number: int, faults: dict[str, str] | None = None, wanted: set[Grant] | None = None
) -> str:
    person, ways = one_kept_by(the_desk(), the_staff(), number)
    grants = person.grants if wanted is None else frozenset(wanted)
    here = {Grant(role=role, office=person.office) for role in Role}
    done = {
        "roles": _("The roles are set. They count from now on."),
        "left": _("Noted: this person has left. Every session has ended."),
    }
    return render_template(
        "office/person.html",
        person=person,
        ways=ways,
        roles=ROLES,
        grants=grants,
        elsewhere=[
            (grant, role_words([grant], the_offices())[0]) for grant in _ordered(grants - here)
        ],
        offices={office.id: office.name for office in the_offices()},
        tree=_mine(),
        is_me=person.id == the_staff().id,
        faults=faults or {},
        done=done.get(request.args.get("done", "")),
    )


def _ordered(grants: frozenset[Grant]) -> list[Grant]:
    order = list(Role)
    return sorted(grants, key=lambda grant: (order.index(grant.role), grant.office))


def _mine() -> list[tuple[int, Office]]:
    """The open offices that one administers, as a tree."""
    mine = administered(the_staff(), the_offices())
    return [
        (depth, office)
        for depth, office in in_tree(the_offices())
        if office.id in mine and not office.closed
    ]


def _sentence(fault: Fault, roles: list[Role]) -> str:
    if fault.code == "incompatible":
        pairs = [sorted(pair) for pair in INCOMPATIBLE if pair <= set(roles)]
        return " ".join(
            str(
                _(
                    "“%(one)s” and “%(other)s” may not be one person.",
                    one=ROLES[one],
                    other=ROLES[other],
                )
            )
            for one, other in sorted(pairs)
        )
    words = {
        "not-a-login": _("Small letters and digits, with . _ or - between them."),
        "missing": _("Write the name, at most 80 characters."),
    }
    return str(words.get(fault.code, fault.sentence))
