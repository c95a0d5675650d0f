"""One's own account: roles, passkeys, password."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import Blueprint, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kiosk.actions.accounts import change_password
from kiosk.actions.passkeys import (
    add_passkey,
    has_passkeys,
    options_to_add,
    passkeys_of,
    remove_passkey,
)
from kiosk.domain.accounts import LONGEST_LABEL, SHORTEST_PASSWORD, SignInAgain, Wait, WrongSignIn
from kiosk.domain.errors import Invalid
from kiosk.web.entrance.enrol import password_sentence
from kiosk.web.entrance.sign_in import wait_sentence
from kiosk.web.errors import problem
from kiosk.web.guards import (
    EVERYBODY,
    door,
    the_desk,
    the_offices,
    the_session,
    the_staff,
)
from kiosk.web.languages import localized_url
from kiosk.web.people import role_words

__all__ = ["account"]

account = door(
    Blueprint("account", __name__, url_prefix="/account"),
    roles=EVERYBODY,
    menu=[("account.show", lazy_gettext("My account"))],
)

_LONGEST = 200


@account.get("")
def show() -> str:
    """Who somebody is here, and how he or she signs in."""
    return _page()


@account.post("/password")
def take_password() -> Response:
    """Change the password; every other session ends."""
    typed = {name: request.form.get(name, "")[:_LONGEST] for name in ("old", "password", "again")}
    if typed["password"] != typed["again"]:
        return _refused({"again": _("This is not the same as above.")})
    try:
        change_password(the_desk(), the_session(), old=typed["old"], new=typed["password"])
    except Invalid as refusal:
        return _refused({"password": password_sentence(refusal.faults[0].code)})
    except Wait as wait:
        return _refused({"old": wait_sentence(wait)})
    except WrongSignIn:
        return _refused({"old": _("That is not your password.")})
    return redirect(localized_url("account.show", done="password"), 303)


@account.post("/passkeys/options")
def offer_passkey() -> Response:
    """What a browser needs to make a passkey."""
    try:
        options = options_to_add(the_desk(), the_session())
    except SignInAgain:
        return problem(409, _again())
    return Response(options, mimetype="application/json")


@account.post("/passkeys")
def take_passkey() -> Response:
    """Add the passkey that a browser made."""
    sent = request.get_json()
    label = str(sent.get("label", "")) if isinstance(sent, dict) else ""
    credential = sent.get("credential") if isinstance(sent, dict) else None
    try:
        add_passkey(the_desk(), the_session(), credential, label=label)
    except SignInAgain:
        return problem(409, _again())
    except Invalid as refusal:
        if refusal.faults[0].path == "label":
            return problem(422, _("Give it a name of at most 40 characters."))
        return problem(422, _("This passkey cannot be used here."))
    return jsonify({"to": localized_url("account.show", done="passkey")})


@account.post("/passkeys/remove")
def drop_passkey() -> Response:
    """Remove a passkey."""
    try:
        id_ = urlsafe_b64decode(request.form.get("id", ""))
    except ValueError:
        id_ = b""
    try:
        remove_passkey(the_desk(), the_session(), id_)
    except SignInAgain:
        return _refused({"passkeys": _again()})
    return redirect(localized_url("account.show", done="removed"), 303)


def _again() -> str:
    return str(_("You signed in a while ago. Sign out, sign in again, and then change this."))


def _refused(faults: dict[str, str]) -> Response:
    return make_response(_page(faults), 422)


def _page(faults: dict[str, str] | None = None) -> str:
    done = {
        "password": _("The password is changed. Other browsers are signed out."),
        "passkey": _("The passkey is added. Next time, sign in with it."),
        "removed": _("The passkey is removed."),
    }
    passkeys = [
        (urlsafe_b64encode(one.id).decode(), one) for one in passkeys_of(the_desk(), the_session())
    ]
    return render_template(
        "entrance/account.html",
        roles=role_words(the_staff().grants, the_offices()),
        passkeys=passkeys,
        has_passkeys=has_passkeys(the_desk()),
        longest=LONGEST_LABEL,
        least=SHORTEST_PASSWORD,
        faults=faults or {},
        done=done.get(request.args.get("done", "")),
    )
