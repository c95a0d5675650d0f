"""Bags taken back at the counter, one by one: the number is typed or scanned from the bag."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.bags import given_back
from kiosk.actions.custody import COUNTER_SIDE, accept_back
from kiosk.domain.errors import Refusal
from kiosk.web.custody import wording
from kiosk.web.custody.typed import bag_numbers
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url

__all__ = ["returns"]

returns = door(Blueprint("returns", __name__, url_prefix="/custody/back"), roles=COUNTER_SIDE)


@returns.get("")
def show_returns() -> str:
    """Which bags couriers give back, and the field for the one in hand."""
    return _page("", "")


@returns.post("")
def take() -> Response:
    """Take the one bag back whose number was typed or scanned."""
    typed = request.form.get("number", "")[:1_000]
    found = bag_numbers(typed)
    if len(found.numbers) != 1 or found.unreadable:
        return make_response(_page(typed[:40], str(wording.FAULTS["one-bag"])), 422)
    (number,) = found.numbers
    try:
        accept_back(the_desk(), the_staff(), number)
    except Refusal as refused:
        return make_response(_page(str(number), wording.not_taken_back(refused)), 422)
    return redirect(localized_url("returns.show_returns", done="back", bag=number), 303)


def _page(typed: str, fault: str) -> str:
    return render_template(
        "custody/back.html",
        rows=given_back(the_desk(), the_staff()),
        words=wording,
        typed={"number": typed},
        faults={"number": fault},
        bag=request.args.get("bag", type=int),
        done=wording.DONE.get(request.args.get("done", "")),
    )
