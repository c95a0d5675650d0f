"""Sign in with login, password and code, or with a passkey; sign out.

All three are asked on one page and judged together, so that nobody learns which was wrong.
"""

from flask import Blueprint, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.accounts import SignedIn, known_browser, sign_out
from kiosk.actions.accounts import sign_in as sign_in_with
from kiosk.actions.passkeys import has_passkeys, options_to_sign_in, sign_in_with_passkey
from kiosk.domain.accounts import Wait, WrongSignIn
from kiosk.web.errors import problem
from kiosk.web.guards import (
    end_session_cookie,
    find_session,
    first_page,
    keep_browser_cookie,
    keep_session_cookie,
    known_browser_cookie,
    open_door,
    safe_target,
    the_desk,
)
from kiosk.web.languages import localized_url

__all__ = ["sign_in", "signed_in", "wait_sentence"]

sign_in = open_door(Blueprint("sign_in", __name__))

_LONGEST = 200


@sign_in.get("/sign-in")
def show_form() -> Response | str:
    """The form; whoever is signed in already is led on."""
    found = find_session()
    if found is not None:
        return redirect(_target() or first_page(found.staff), 303)
    return _form({})


@sign_in.post("/sign-in")
def take_form() -> Response:
    """Sign in, or say that it was wrong, or how long to wait."""
    typed = {name: request.form.get(name, "")[:_LONGEST] for name in ("login", "password", "code")}
    try:
        found = sign_in_with(the_desk(), **typed, browser=known_browser_cookie())
    except Wait as wait:
        return make_response(_form({"form": wait_sentence(wait)}), 429)
    except WrongSignIn:
        return make_response(
            _form({"form": _("That did not fit. Check the login, the password and the code.")}), 403
        )
    return signed_in(found)


@sign_in.post("/sign-in/passkey/options")
def offer_passkey() -> Response:
    """What a browser needs to look for a passkey."""
    return Response(options_to_sign_in(the_desk()), mimetype="application/json")


@sign_in.post("/sign-in/passkey")
def take_passkey() -> Response:
    """Sign in with what a passkey signed; the page goes where the answer says."""
    try:
        found = sign_in_with_passkey(the_desk(), request.get_json())
    except WrongSignIn:
        return problem(403, _("This passkey is not known here. Sign in with your password."))
    response = jsonify({"to": _target() or first_page(found.staff)})
    _keep_cookies(response, found)
    return response


@sign_in.post("/sign-out")
def leave() -> Response:
    """Sign out; whoever was not signed in ends up at the same page."""
    found = find_session()
    response = redirect(localized_url("sign_in.show_form"), 303)
    if found is not None:
        sign_out(the_desk(), found)
        end_session_cookie(response)
    return response


def signed_in(found: SignedIn) -> Response:
    """Lead somebody who has just signed in to where he or she wanted to go."""
    response = redirect(_target() or first_page(found.staff), 303)
    _keep_cookies(response, found)
    return response


def _keep_cookies(response: Response, found: SignedIn) -> None:
    """Give a browser the session, and let it remember that this login was used there."""
    keep_session_cookie(response, found.token)
    keep_browser_cookie(response, known_browser(the_desk(), found.staff))


def wait_sentence(wait: Wait) -> str:
    """How long to wait, in words."""
    if wait.seconds < 60:
        return str(_("Too many wrong tries. Wait %(count)s seconds.", count=wait.seconds))
    return str(_("Too many wrong tries. Wait %(count)s minutes.", count=-(-wait.seconds // 60)))


def _target() -> str:
    return safe_target(request.values.get("next", ""))


def _form(faults: dict[str, str]) -> str:
    typed = {"login": request.form.get("login", "")[:_LONGEST]}
    return render_template(
        "entrance/sign_in.html",
        typed=typed,
        faults=faults,
        target=_target(),
        passkeys=has_passkeys(the_desk()),
    )
