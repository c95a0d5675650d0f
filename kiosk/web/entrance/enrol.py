"""Enrol: with a code that counts once, somebody sets a password and binds an authenticator app.

Two pages: who is it, then password and app together. Nothing is kept between the two, so the code
is asked of the browser again; it is used up only at the end.
"""

from base64 import b64encode

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.accounts import Enrolment, open_enrolment
from kiosk.actions.accounts import enrol as enrol_with
from kiosk.domain.accounts import SHORTEST_PASSWORD, Wait, WrongSignIn
from kiosk.domain.errors import Invalid
from kiosk.web.entrance.sign_in import signed_in, wait_sentence
from kiosk.web.guards import open_door, the_desk
from printer.codes import draw_code

__all__ = ["enrol", "password_sentence"]

enrol = open_door(Blueprint("enrol", __name__, url_prefix="/enrol"))

_LONGEST = 200


@enrol.get("")
def show_form() -> str:
    """Who is it, and with which code?"""
    return _who({})


@enrol.post("")
def take_form() -> Response:
    """Show what to set; or set it, and let the person in."""
    typed = {
        name: request.form.get(name, "")[:_LONGEST]
        for name in ("login", "code", "password", "again", "app_code")
    }
    try:
        found = open_enrolment(the_desk(), login=typed["login"], code=typed["code"])
    except Wait as wait:
        return make_response(_who({"form": wait_sentence(wait)}), 429)
    except WrongSignIn:
        words = _("That did not fit, or the code was used or has run out. Ask for a new one.")
        return make_response(_who({"form": words}), 403)
    if "password" not in request.form:
        return _ways(found, typed, {})
    if typed["password"] != typed.pop("again"):
        return _ways(found, typed, {"again": _("This is not the same as above.")})
    try:
        return signed_in(enrol_with(the_desk(), **typed))
    except Invalid as refusal:
        return _ways(found, typed, {fault.path: _sentence(fault.code) for fault in refusal.faults})


def password_sentence(code: str) -> str:
    """What is wrong with a new password."""
    if code == "too-plain":
        return str(_("That is guessed too easily. Take four words that do not belong together."))
    return str(_("Take %(least)s to 128 characters.", least=SHORTEST_PASSWORD))


def _sentence(code: str) -> str:
    if code == "wrong":
        return str(_("That is not what the app shows. Type the six digits that it shows now."))
    return password_sentence(code)


def _who(faults: dict[str, str]) -> str:
    typed = {"login": request.form.get("login", "")[:_LONGEST]}
    return render_template("entrance/enrol.html", typed=typed, faults=faults)


def _ways(found: Enrolment, typed: dict[str, str], faults: dict[str, str]) -> Response:
    page = render_template(
        "entrance/enrol_ways.html",
        found=found,
        code=typed["code"],
        faults=faults,
        drawing=b64encode(draw_code(found.address)).decode(),
        least=SHORTEST_PASSWORD,
    )
    return make_response(page, 422 if faults else 200)
