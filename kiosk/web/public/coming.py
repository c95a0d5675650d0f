"""When the applicant comes for fingerprints: pick a time, change it, give it back."""

from datetime import date
from itertools import groupby

from flask import Blueprint, make_response, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.appointments import (
    appointment_of,
    free_times_of,
    give_back,
    make_appointment,
)
from kiosk.domain.errors import NotNow, Unknown
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public.handles import end_handle, the_handle, typed_fields
from kiosk.web.public.plain import use_plain

__all__ = ["coming"]

coming = use_plain(open_door(Blueprint("coming", __name__, url_prefix="/apply/status/come")))


@coming.get("")
def show_times() -> str | Response:
    """The times that are free, day by day."""
    return _page("")


@coming.post("")
def take_time() -> str | Response:
    """Pick one of them."""
    day, _at, time = typed_fields().get("when", "").partition(" ")
    try:
        make_appointment(the_desk(), the_handle().id, day=date.fromisoformat(day), time=time)
    except (NotNow, ValueError):
        # Somebody was quicker, or nothing was chosen: what is free now is shown again.
        fault = _("Choose one of these times. The one before may have been taken just now.")
        return make_response(_page(fault), 422)
    return _to_status()


@coming.post("/give-back")
def take_back() -> Response:
    """Give the picked time back."""
    give_back(the_desk(), the_handle().id)
    return _to_status()


def _page(fault: str) -> str | Response:
    handle = the_handle()
    try:
        free = free_times_of(the_desk(), handle.id)
    except Unknown:
        return end_handle(redirect(localized_url("apply.show_opening"), 303))
    days = [(day, list(times)) for day, times in groupby(free, key=lambda one: one.day)]
    return render_template(
        "public/apply/come.html",
        days=days,
        picked=appointment_of(the_desk(), handle.id),
        fault=fault,
    )


def _to_status() -> Response:
    return redirect(localized_url("status.show_status"), 303)
