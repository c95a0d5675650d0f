"""The tree of offices: added, renamed, moved, closed and opened again."""

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kiosk.actions.staff import add_office, administered, replace_office
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.staff import Office, OfficeKind, Role, in_tree
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.people import KINDS

__all__ = ["offices"]

offices = door(
    Blueprint("offices", __name__, url_prefix="/offices"),
    roles={Role.ADMINISTRATOR},
    menu=[("offices.show_tree", lazy_gettext("Offices"))],
)

_LONGEST = 100


@offices.get("")
def show_tree() -> str:
    """Every office; links lead to those that one administers."""
    return render_template(
        "office/offices.html",
        tree=in_tree(the_offices()),
        mine=administered(the_staff(), the_offices()),
        kinds=KINDS,
    )


@offices.get("/new")
def show_new() -> str:
    """The form for a new office."""
    return _form(None, {}, {})


@offices.post("/new")
def add() -> Response:
    """Add an office."""
    typed = _typed()
    try:
        add_office(
            the_desk(),
            by=the_staff(),
            kind=_kind(typed),
            name=typed["name"],
            above=_number(typed["above"]),
            unit=_number(typed["unit"]),
        )
    except Invalid as refusal:
        return make_response(_form(None, typed, _sentences(refusal)), 422)
    return redirect(localized_url("offices.show_tree"), 303)


@offices.get("/<int:number>")
def show_one(number: int) -> str:
    """One office, to be changed."""
    office = _mine(number)
    return _form(office, _as_typed(office), {})


@offices.post("/<int:number>")
def change(number: int) -> Response:
    """Change an office; or close it, or open it again."""
    before = _mine(number)
    typed = _typed()
    try:
        if request.form.get("do") in {"close", "open"}:
            after = replace(before, closed=request.form["do"] == "close")
        else:
            after = replace(
                before,
                kind=_kind(typed),
                name=typed["name"],
                above=_number(typed["above"]) or before.above,
                unit=_number(typed["unit"]),
            )
        replace_office(the_desk(), before, after, by=the_staff())
    except Invalid as refusal:
        return make_response(_form(before, typed, _sentences(refusal)), 422)
    except NotNow:
        faults = {"form": _("People still work there, or an open office stands under it.")}
        return make_response(_form(before, _as_typed(before), faults), 409)
    return redirect(localized_url("offices.show_tree"), 303)


def _typed() -> dict[str, str]:
    return {
        name: request.form.get(name, "").strip()[:_LONGEST]
        for name in ("name", "kind", "above", "unit")
    }


def _as_typed(office: Office) -> dict[str, str]:
    return {
        "name": office.name,
        "kind": office.kind,
        "above": str(office.above or ""),
        "unit": str(office.unit or ""),
    }


def _kind(typed: dict[str, str]) -> OfficeKind:
    if typed["kind"] not in set(OfficeKind):
        raise Invalid([Fault(path="kind", code="not-under", sentence="is no kind of office")])
    return OfficeKind(typed["kind"])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _mine(number: int) -> Office:
    found = [office for office in the_offices() if office.id == number]
    if not found:
        raise Unknown(f"there is no office {number}")
    if number not in administered(the_staff(), the_offices()):
        raise NotPermitted(f"another administrator keeps office {number}")
    return found[0]


def _sentences(refusal: Invalid) -> dict[str, str]:
    words = {
        "missing": _("Write the name, at most 80 characters."),
        "no-unit": _("The settings have no such unit, or another office has it."),
        "not-under": _("An office of this kind does not stand there in the tree."),
    }
    return {fault.path: words.get(fault.code, fault.sentence) for fault in refusal.faults}


def _form(office: Office | None, typed: dict[str, str], faults: dict[str, str]) -> str:
    mine = administered(the_staff(), the_offices())
    return render_template(
        "office/office.html",
        place=office,
        typed=typed,
        faults=faults,
        kinds=KINDS,
        units=the_desk().settings.units,
        tree=[
            (depth, one)
            for depth, one in in_tree(the_offices())
            if one.id in mine and not one.closed and (office is None or one.id != office.id)
        ],
        top=office is not None and office.above not in mine,
    )
