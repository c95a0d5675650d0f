"""Where an application stands, in plain steps, and what its applicant may still do.

Everything from the examination to the signature is one step here. What the page shows and offers in
it, and what it asks the register, is the same for everybody, whatever was found.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from flask import Blueprint, make_response, redirect, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.applications import open_draft
from kiosk.actions.appointments import appointment_of
from kiosk.actions.due import utc_offset_of
from kiosk.actions.following import (
    LONGEST_WISH,
    Standing,
    cancel,
    openings_of,
    standing_of,
    wish,
)
from kiosk.actions.incidents import aftermath_of
from kiosk.actions.payments import renew_payment
from kiosk.domain.applications import PublicStep, Receiving
from kiosk.domain.errors import Invalid, NotNow, Unknown
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public import asking
from kiosk.web.public.handles import end_handle, the_handle, typed_fields
from kiosk.web.public.plain import use_plain

__all__ = ["FIELD_NAMES", "STEPS", "status"]

status = use_plain(open_door(Blueprint("status", __name__, url_prefix="/apply/status")))

STEPS = {
    PublicStep.PAY: _("Waiting for the payment"),
    PublicStep.CHECKED: _("Papers are being checked"),
    PublicStep.FIX: _("Something is to be put right"),
    PublicStep.COME: _("Come for your fingerprints"),
    PublicStep.EXAMINED: _("Being examined"),
    PublicStep.COLLECT: _("Ready: come and collect it"),
    PublicStep.TO_DELIVER: _("Ready: it will be brought to you"),
    PublicStep.HANDED_OVER: _("Handed over"),
    PublicStep.REFUSED: _("Not accepted"),
    PublicStep.CANCELLED: _("Cancelled"),
}
"""The step in words; a draft has no status page."""

# The way in five steps, and on which of them each public step is.
_WAY = (
    _("Pay"),
    _("Papers are checked"),
    _("Being examined"),
    _("Ready"),
    _("With you"),
)
_PLACES = {
    PublicStep.PAY: 0,
    PublicStep.CHECKED: 1,
    PublicStep.FIX: 1,
    PublicStep.COME: 1,
    PublicStep.EXAMINED: 2,
    PublicStep.COLLECT: 3,
    PublicStep.TO_DELIVER: 3,
    PublicStep.HANDED_OVER: 5,
}

# From here on there may be a paper, and something may have become of it.
_MADE = (
    PublicStep.CHECKED,
    PublicStep.EXAMINED,
    PublicStep.COLLECT,
    PublicStep.TO_DELIVER,
    PublicStep.HANDED_OVER,
)


@status.get("")
def show_status() -> str | Response:
    """Where it stands."""
    standing = _standing()
    return standing if isinstance(standing, Response) else _page(standing)


@status.post("/pay")
def ask_for_reference() -> Response:
    """A fresh reference for a payment that has lapsed."""
    with suppress(NotNow):
        renew_payment(the_desk(), the_handle().id)
    return _back()


@status.get("/cancel")
def show_cancelling() -> str | Response:
    """Ask once more before an application is cancelled."""
    standing = _standing()
    if isinstance(standing, Response):
        return standing
    return render_template("public/apply/cancel.html", standing=standing)


@status.post("/cancel")
def take_cancelling() -> Response:
    """Cancel it; or, while it is being examined, ask the office to."""
    handle = the_handle()
    standing = _standing()
    if isinstance(standing, Response):
        return standing
    try:
        if standing.may_cancel:
            cancel(the_desk(), handle.id)
        else:
            wish(the_desk(), handle.id, "", cancels=True)
    except NotNow:
        pass
    return _back()


@status.get("/correct")
def show_correcting() -> str | Response:
    """What is to be corrected?"""
    standing = _standing()
    if isinstance(standing, Response):
        return standing
    return _correcting_page(standing, {}, {})


@status.post("/correct")
def take_correcting() -> Response:
    """Tell the office what is to be corrected."""
    handle = the_handle()
    standing = _standing()
    if isinstance(standing, Response):
        return standing
    typed = typed_fields()
    try:
        wish(the_desk(), handle.id, typed.get("wish", ""))
    except Invalid as refused:
        faults = {fault.path: asking.fault_sentence(fault) for fault in refused.faults}
        return make_response(_correcting_page(standing, typed, faults), 422)
    except NotNow:
        pass
    return _back()


@status.get("/openings")
def show_openings() -> str | Response:
    """Who has opened the file."""
    standing = _standing()
    if isinstance(standing, Response):
        return standing
    openings = openings_of(the_desk(), standing.id)
    return render_template("public/apply/openings.html", standing=standing, openings=openings)


def _standing() -> Standing | Response:
    """Where the application stands that this browser has open; a draft goes on with its form."""
    handle = the_handle()
    try:
        standing = standing_of(the_desk(), handle.id)
    except Unknown:
        return end_handle(redirect(localized_url("apply.show_opening"), 303))
    if standing.step is PublicStep.DRAFT:
        return redirect(localized_url("apply.go_on"), 303)
    return standing


def _page(standing: Standing) -> str:
    office = standing.office
    offset = utc_offset_of(the_desk(), office.unit if office else None)

    def moment(at: int) -> datetime:
        return datetime.fromtimestamp(at, UTC) + timedelta(minutes=offset)

    # Never before the promised time: that a bag is missing tells that it was sealed.
    out = standing.step not in {PublicStep.CHECKED, PublicStep.EXAMINED}
    # Of most applications there is nothing to ask before their paper is out.
    asks = standing.step in _MADE and (out or standing.incidents)
    aftermath = aftermath_of(the_desk(), standing.id) if asks else None
    complaint = aftermath.complaint if aftermath is not None and out else None
    fix = open_draft(the_desk(), standing.id) if standing.step is PublicStep.FIX else None
    return render_template(
        "public/apply/status.html",
        standing=standing,
        step=_("Suspended: we look into it") if complaint else STEPS[_shown_step(standing)],
        way=_WAY,
        place=None if complaint else _PLACES.get(standing.step),
        office_name=office.name if office else "",
        delivers=standing.receiving is Receiving.DELIVER,
        due=None if standing.due_at is None else moment(standing.due_at).date(),
        appointment=appointment_of(the_desk(), standing.id)
        if standing.step is PublicStep.COME
        else None,
        pay_until=moment(standing.payment.until) if standing.payment else None,
        reasons=[
            (str(FIELD_NAMES.get(name, "")), str(asking.REASONS.get(code, asking.REASONS["other"])))
            for name, code in standing.reasons.items()
        ],
        fix=[] if fix is None else fix.to_fix,
        moment=moment,
        windows=asking.CHOICES["window"],
        title=lambda one: asking.words_of(one.slug).title,
        aftermath=aftermath,
        complaint_due=moment(complaint.due_at).date() if complaint else None,
    )


def _shown_step(standing: Standing) -> PublicStep:
    # A bag that was sealed to be brought, and that its applicant collects now.
    collects = standing.receiving is Receiving.COLLECT
    return (
        PublicStep.COLLECT if collects and standing.step is PublicStep.TO_DELIVER else standing.step
    )


def _correcting_page(standing: Standing, typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template(
        "public/apply/correct.html",
        standing=standing,
        typed=typed,
        faults=faults,
        longest=LONGEST_WISH,
    )


def _back() -> Response:
    return redirect(localized_url("status.show_status"), 303)


FIELD_NAMES = {
    "name": _("Full name"),
    "nik": _("NIK"),
    "birth": _("Date of birth"),
    "sex": _("Sex, as on the KTP"),
    "religion": _("Religion, as on the KTP"),
    "nationality": _("Nationality"),
    "address": _("Address"),
    "occupation": _("Work"),
    "purpose": _("What it is for"),
    "photo": _("Photo, 4 × 6 cm on red"),
    "papers": _("Photo and papers"),
}
"""What a verifier ticks, as its applicant calls it."""
