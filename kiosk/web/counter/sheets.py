"""Pre-printed sheets: received, void, left; and the print jobs that are not over."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.notices import shown_number
from kiosk.actions.printing import pile_of, receive_sheets, standings, void_sheet
from kiosk.domain.desks import offices_of
from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.prints import Spoilt
from kiosk.domain.staff import Office, Role
from kiosk.web.counter import wording
from kiosk.web.counter.shown import faults_of
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["sheets"]

sheets = door(
    Blueprint("sheets", __name__, url_prefix="/counter/sheets"),
    roles={Role.PRINT_ROOM},
    menu=[("sheets.show_piles", _("Sheets"))],
)

# Void without ever having been in a printer.
_REASONS = (Spoilt.TORN, Spoilt.LOST, Spoilt.MISPRINT)


@sheets.get("")
def show_piles() -> str:
    """The sheets of one's offices, and what the printer has."""
    return _page({}, {})


@sheets.post("/received")
def receive() -> Response:
    """Note that sheets were received."""
    typed = _typed("office", "first", "count")
    try:
        receive_sheets(
            the_desk(), the_staff(), _office(typed), first=typed["first"], count=typed["count"]
        )
    except Invalid as refused:
        return make_response(_page(typed, faults_of(refused)), 422)
    return redirect(localized_url("sheets.show_piles", done="received"), 303)


@sheets.post("/void")
def make_void() -> Response:
    """Note that a sheet is void."""
    typed = _typed("office", "serial", "reason")
    try:
        if typed["reason"] not in set(_REASONS):
            raise Invalid([Fault(path="reason", code="not-chosen", sentence="was not chosen")])
        void_sheet(
            the_desk(),
            the_staff(),
            _office(typed),
            serial=typed["serial"],
            reason=Spoilt(typed["reason"]),
        )
    except Invalid as refused:
        return make_response(_page(typed, faults_of(refused)), 422)
    return redirect(localized_url("sheets.show_piles", done="void"), 303)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:100] for name in names}


def _office(typed: dict[str, str]) -> int:
    if not typed["office"].isdecimal():
        raise Invalid([Fault(path="office", code="not-chosen", sentence="was not chosen")])
    return int(typed["office"])


def _issuing() -> list[Office]:
    mine = offices_of(the_staff(), Role.PRINT_ROOM, the_offices())
    return [one for one in the_offices() if one.id in mine and one.unit is not None]


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    desk, staff = the_desk(), the_staff()
    offices = _issuing()
    return render_template(
        "counter/sheets.html",
        piles=[(office, pile_of(desk, staff, office.id)) for office in offices],
        offices=offices,
        standings=standings(desk, staff),
        words=wording,
        reasons=[(one, wording.SPOILT[one]) for one in _REASONS],
        number_of=shown_number,
        typed=typed,
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )
