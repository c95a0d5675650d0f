"""What applicants ask to be corrected: the list of those who wait, and the answer to each."""

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.corrections import cancel_as_wished, correct, decline, wishes
from kiosk.actions.notices import shown_number
from kiosk.domain.errors import Invalid
from kiosk.domain.staff import Role
from kiosk.web.counter import wording
from kiosk.web.counter.files import file_page
from kiosk.web.counter.shown import FIX, faults_of
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["corrections"]

corrections = door(Blueprint("corrections", __name__, url_prefix="/counter"), roles={Role.VERIFIER})

_LONGEST = 500


@corrections.get("/wishes")
def show_wishes() -> str:
    """Whoever waits for a correction, the longest wait first."""
    return render_template(
        "counter/wishes.html",
        wishes=wishes(the_desk(), the_staff()),
        places={one.id: one.name for one in the_offices()},
        number_of=shown_number,
        done=wording.DONE.get(request.args.get("done", "")),
    )


@corrections.post("/files/<int:number>/wish/correct")
def make_correction(number: int) -> Response:
    """Correct what was typed, and tell the applicant."""
    typed = {
        name.removeprefix(FIX): value[:_LONGEST]
        for name, value in request.form.items()
        if name.startswith(FIX)
    }
    remark = request.form.get("answer", "")[:_LONGEST]
    return _done(
        number, lambda: correct(the_desk(), the_staff(), number, typed, remark=remark), "corrected"
    )


@corrections.post("/files/<int:number>/wish/cancel")
def cancel(number: int) -> Response:
    """Cancel the application, as its applicant asked."""
    return _done(
        number, lambda: cancel_as_wished(the_desk(), the_staff(), number), "cancelled-as-wished"
    )


@corrections.post("/files/<int:number>/wish/decline")
def decline_it(number: int) -> Response:
    """Leave it as it is, and tell the applicant why."""
    remark = request.form.get("why_not", "")[:_LONGEST]
    return _done(
        number, lambda: decline(the_desk(), the_staff(), number, remark=remark), "declined"
    )


def _done(number: int, act: Callable[[], object], done: str) -> Response:
    try:
        act()
    except Invalid as refused:
        typed = {name: value[:_LONGEST] for name, value in request.form.items()}
        faults = {FIX + name: said for name, said in faults_of(refused).items()}
        return make_response(file_page(number, typed, faults), 422)
    return redirect(localized_url("corrections.show_wishes", done=done), 303)
