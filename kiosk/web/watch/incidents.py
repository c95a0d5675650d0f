"""Incidents: the open ones first, each acknowledged by two and ended by two."""

import base64
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.improvements import note_improvement
from kiosk.actions.notices import shown_number
from kiosk.actions.watch import (
    WATCH,
    acknowledge,
    agree,
    list_incidents,
    open_incident,
    open_proof,
    propose,
)
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.incidents import OUTCOMES, Outcome
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.watch import wording
from signing.errors import FormatError, SignatureError

__all__ = ["incidents"]

incidents = door(
    Blueprint("incidents", __name__, url_prefix="/watch"),
    roles=WATCH,
    menu=[("incidents.show_incidents", _("Incidents"))],
)


@incidents.get("")
def show_incidents() -> str:
    """The open incidents, the oldest first; or those that were closed."""
    closed = request.args.get("closed") == "1"
    return render_template(
        "watch/incidents.html",
        rows=list_incidents(the_desk(), the_staff(), closed=closed),
        closed=closed,
        now=int(the_desk().clock().timestamp()),
        words=wording,
        number_of=shown_number,
        done=wording.DONE.get(request.args.get("done", "")),
    )


@incidents.get("/<int:number>")
def show_incident(number: int) -> str:
    """An incident, with all that is known of it."""
    return _page(number)


@incidents.post("/<int:number>/acknowledge")
def take_acknowledgement(number: int) -> Response:
    """Say that one knows of it."""
    return _done(number, "acknowledged", acknowledge)


@incidents.post("/<int:number>/propose")
def take_proposal(number: int) -> Response:
    """Propose how it ends."""
    return _done(number, "proposed", propose, _outcome())


@incidents.post("/<int:number>/agree")
def take_agreement(number: int) -> Response:
    """Agree to how it ends, as the second officer."""
    return _done(number, "closed", agree, _outcome())


@incidents.post("/<int:number>/proof")
def open_proof_of(number: int) -> str:
    """What was signed when the paper was handed over; that it was opened is written down."""
    record = confirmation = None
    try:
        record, confirmation = open_proof(the_desk(), the_staff(), number)
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)
    except (FormatError, SignatureError):
        # Said on the page: whoever looks into it has to know.
        pass
    drawn = "" if confirmation is None else base64.b64encode(confirmation.drawn).decode()
    return render_template(
        "watch/proof.html",
        number=number,
        record=record,
        confirmation=confirmation,
        drawn=drawn,
        words=wording,
    )


@incidents.post("/<int:number>/improve")
def improve(number: int) -> Response:
    """Put what would have prevented it on the list of improvements."""
    try:
        case = open_incident(the_desk(), the_staff(), number)
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)
    note_improvement(
        the_desk(),
        the_staff(),
        office=case.incident.office,
        source=f"incident {number}",
        what=str(wording.BETTER[case.incident.kind]),
    )
    return redirect(localized_url("improvements.show_improvements", done="noted"), 303)


def _outcome() -> Outcome:
    typed = request.form.get("outcome", "")
    if typed not in set(Outcome):
        abort(400)
    return Outcome(typed)


def _done(number: int, done: str, deed: Any, *more: object) -> Response:
    try:
        deed(the_desk(), the_staff(), number, *more)
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)
    except NotNow:
        # Paper or bag are not where they must be for it, or somebody else was quicker.
        return make_response(_page(number, refused=True), 409)
    return redirect(localized_url("incidents.show_incident", number=number, done=done), 303)


def _page(number: int, *, refused: bool = False) -> str:
    try:
        case = open_incident(the_desk(), the_staff(), number)
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)
    return render_template(
        "watch/incident.html",
        case=case,
        incident=case.incident,
        outcomes=OUTCOMES[case.incident.kind],
        refused=refused,
        words=wording,
        number_of=shown_number,
        places={one.id: one.name for one in the_offices()},
        done=wording.DONE.get(request.args.get("done", "")),
    )
