"""Rating a delivery: on the applicant's own device, or with the receipt; never at an officer's.

Whoever brings papers does not collect what people think of it: a browser in which one of the staff
is signed in is refused.
"""

from contextlib import suppress

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kiosk.actions.ratings import Standing, rate, rating_of, rating_of_receipt, take_back_rating
from kiosk.actions.slips import open_slip
from kiosk.domain.errors import Invalid, NotNow, Unknown
from kiosk.domain.ratings import BEST, LONGEST_SAID
from kiosk.web.guards import has_session_cookie, open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public.handles import the_handle, too_often, typed_fields
from kiosk.web.public.limits import the_limit
from kiosk.web.public.plain import use_plain
from signing.slip import PREFIX, SlipKind

__all__ = ["rating"]

rating = use_plain(open_door(Blueprint("rating", __name__, url_prefix="/apply/rating")))

STARS = {
    5: lazy_gettext("Very good"),
    4: lazy_gettext("Good"),
    3: lazy_gettext("Fair"),
    2: lazy_gettext("Not so good"),
    1: lazy_gettext("Bad"),
}
_LONGEST_RECEIPT = 1000


@rating.before_request
def refuse_officers() -> Response | None:
    """Nobody rates on the device of one of the staff."""
    if has_session_cookie():
        return make_response(render_template("public/apply/rating_refused.html"), 403)
    return None


@rating.get("")
def show_rating() -> str | Response:
    """The questions; or, once they are answered, how to take that back."""
    return _page(_own(), {}, {})


@rating.post("")
def take_rating() -> Response:
    """Keep the answers."""
    typed = typed_fields()
    standing = _meant(typed)
    try:
        rate(the_desk(), standing.application, typed, by_receipt=bool(typed.get("receipt")))
    except Invalid as refused:
        faults = {fault.path: _fault(fault.code) for fault in refused.faults}
        return make_response(_page(standing, typed, faults), 422)
    except NotNow:
        pass
    return _shown_after(typed)


@rating.post("/taken-back")
def take_back() -> Response:
    """Forget the answers; of the applicant alone, for who brought a paper knows its receipt."""
    standing = _own()
    with suppress(NotNow):
        take_back_rating(the_desk(), standing.application)
    return redirect(localized_url("rating.show_rating"), 303)


@rating.get("/receipt")
def ask_for_receipt() -> str:
    """With which receipt?"""
    return _receipt_page({}, {})


@rating.post("/receipt")
def take_receipt() -> Response:
    """The questions, for who has the receipt."""
    typed = typed_fields()
    try:
        return make_response(_page(_of_receipt(typed), typed, {}))
    except (Invalid, Unknown):
        faults = {"receipt": _("There is no receipt of this number. Look at it once more.")}
        return make_response(_receipt_page(typed, faults), 422)


def _own() -> Standing:
    try:
        return rating_of(the_desk(), the_handle().id)
    except Unknown:
        abort(404)


def _meant(typed: dict[str, str]) -> Standing:
    """What is rated: by its receipt, where one was given, else what this browser has open."""
    if not typed.get("receipt"):
        return _own()
    try:
        return _of_receipt(typed)
    except (Invalid, Unknown):
        abort(404)


def _of_receipt(typed: dict[str, str]) -> Standing:
    """The delivery of a receipt: its number, or the text in its QR code."""
    if not the_limit("codes").allows(request.remote_addr):
        abort(make_response(_receipt_page(typed, {"receipt": too_often()}), 429))
    text = typed.get("receipt", "").strip()[:_LONGEST_RECEIPT]
    if text.startswith(PREFIX):
        slip = open_slip(the_desk(), text)
        text = slip.reference if slip.kind is SlipKind.RECEIPT else ""
    return rating_of_receipt(the_desk(), text)


def _shown_after(typed: dict[str, str]) -> Response:
    if typed.get("receipt"):
        return make_response(_page(_of_receipt(typed), {"receipt": typed["receipt"]}, {}))
    return redirect(localized_url("rating.show_rating"), 303)


def _fault(code: str) -> str:
    return str(_("This is too long.") if code == "too-long" else _("Choose one answer."))


def _page(standing: Standing, typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template(
        "public/apply/rating.html",
        rating=standing,
        typed=typed,
        faults=faults,
        stars={str(n): STARS[n] for n in range(BEST, 0, -1)},
        longest=LONGEST_SAID,
        hours=the_desk().settings.ratings.undo_hours,
    )


def _receipt_page(typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template("public/apply/rating_receipt.html", typed=typed, faults=faults)
