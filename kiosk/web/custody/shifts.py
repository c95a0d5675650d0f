"""Couriers' shifts: which are open, how they balance, and which do not come out even."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.custody import COUNTER_SIDE
from kiosk.actions.shifts import close_shift, closed_shifts, open_shifts
from kiosk.domain.desks import offices_of
from kiosk.domain.shifts import BagsLeft
from kiosk.domain.staff import Role
from kiosk.web.custody import wording
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["shifts"]

shifts = door(Blueprint("shifts", __name__, url_prefix="/custody/shifts"), roles=COUNTER_SIDE)

LONG = 24 * 3600
"""After so many seconds with a bag out, a shift is marked."""


@shifts.get("")
def show_shifts() -> str:
    """The open shifts, and the last closed ones."""
    return _page("")


@shifts.post("/<int:courier>/close")
def close(courier: int) -> Response:
    """Close a courier's shift, if nothing is left of it."""
    try:
        close_shift(the_desk(), the_staff(), courier)
    except BagsLeft as refused:
        return make_response(_page(wording.left(refused)), 409)
    return redirect(localized_url("shifts.show_shifts", done="closed"), 303)


def _page(fault: str) -> str:
    desk, staff = the_desk(), the_staff()
    return render_template(
        "custody/shifts.html",
        standings=open_shifts(desk, staff),
        closed=closed_shifts(desk, staff),
        closes=offices_of(staff, Role.DUTY_OFFICER, the_offices()),
        long_since=int(desk.clock().timestamp()) - LONG,
        words=wording,
        fault=fault,
        done=wording.DONE.get(request.args.get("done", "")),
    )
