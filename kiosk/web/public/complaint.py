"""What an applicant says who never received the paper: one button and one confirmation."""

from contextlib import suppress

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response

from kiosk.actions.incidents import complain, take_back_complaint
from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.incidents import LONGEST_WORDS
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public import asking
from kiosk.web.public.handles import the_handle, typed_fields
from kiosk.web.public.plain import use_plain

__all__ = ["complaint"]

complaint = use_plain(open_door(Blueprint("complaint", __name__, url_prefix="/apply/not-received")))


@complaint.get("")
def show_complaint() -> str:
    """Ask once more, and for a few words."""
    the_handle()
    return _page({}, {})


@complaint.post("")
def take_complaint() -> Response:
    """Suspend the certificate, and have two officers look into it."""
    handle, typed = the_handle(), typed_fields()
    try:
        complain(the_desk(), handle.id, typed.get("words", ""))
    except Invalid as refused:
        faults = {fault.path: asking.fault_sentence(fault) for fault in refused.faults}
        return make_response(_page(typed, faults), 422)
    except NotNow:
        pass
    return _back()


@complaint.post("/taken-back")
def take_back() -> Response:
    """Note that the paper is there after all."""
    with suppress(NotNow):
        take_back_complaint(the_desk(), the_handle().id)
    return _back()


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template(
        "public/apply/complaint.html", typed=typed, faults=faults, longest=LONGEST_WORDS
    )


def _back() -> Response:
    return redirect(localized_url("status.show_status"), 303)
