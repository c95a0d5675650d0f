"""A courier's own bags and shift in any browser: where the phone is broken, and at a day's end."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.bags import own_bags
from kiosk.actions.custody import accept, give_back
from kiosk.actions.shifts import close_shift, own_shift
from kiosk.domain.shifts import BagsLeft
from kiosk.domain.staff import Role
from kiosk.web.custody import wording
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url

__all__ = ["own"]

own = door(
    Blueprint("own", __name__, url_prefix="/custody/own"),
    roles={Role.COURIER},
    menu=[("own.show_own", _("My shift"))],
)


@own.get("")
def show_own() -> str:
    """The bags that one carries or is asked to take, and how the shift stands."""
    return _page("")


@own.post("/<int:number>/accept")
def take(number: int) -> Response:
    """Take a bag that is offered, which one has in the hand."""
    accept(the_desk(), the_staff(), number)
    return redirect(localized_url("own.show_own", done="taken"), 303)


@own.post("/<int:number>/back")
def offer_back(number: int) -> Response:
    """Give a bag back to the counter, which takes it at its own screen."""
    give_back(the_desk(), the_staff(), number)
    return redirect(localized_url("own.show_own", done="given-back"), 303)


@own.post("/close")
def close() -> Response:
    """Close the shift, if nothing is left of it."""
    try:
        close_shift(the_desk(), the_staff())
    except BagsLeft as refused:
        return make_response(_page(wording.left(refused)), 409)
    return redirect(localized_url("own.show_own", done="closed"), 303)


def _page(fault: str) -> str:
    return render_template(
        "custody/own.html",
        rows=own_bags(the_desk(), the_staff()),
        standing=own_shift(the_desk(), the_staff()),
        words=wording,
        fault=fault,
        done=wording.DONE.get(request.args.get("done", "")),
    )
