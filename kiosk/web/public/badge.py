"""Who stands at the door? By the code on an officer's badge. No cookie; nobody notes who asks."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.badges import find_officer
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public import asking
from kiosk.web.public.handles import too_often
from kiosk.web.public.limits import the_limit

__all__ = ["badge"]

badge = open_door(Blueprint("badge", __name__))

_LONGEST = 20


@badge.get("/badge")
def show_form() -> str | Response:
    """A place for the code; with one, whose it is."""
    code = request.args.get("code", "").strip()[:_LONGEST]
    if code:
        return redirect(localized_url("badge.show_officer", code=code), 303)
    return render_template("public/badge.html", officer=None, asked=False, sentence="")


@badge.get("/badge/<code>")
def show_officer(code: str) -> Response:
    """Whose badge this is, and whether he is on his round today."""
    if not the_limit("lookups").allows(request.remote_addr):
        return make_response(_page(None, asked=False, sentence=too_often()), 429)
    officer = find_officer(the_desk(), code[:_LONGEST])
    if officer is None:
        sentence = _("This is no badge of an officer who brings papers today.")
        return make_response(_page(None, asked=True, sentence=sentence), 404)
    windows = [str(asking.CHOICES["window"].get(one, one)) for one in officer.windows]
    return make_response(_page(officer, asked=True, sentence="", windows=windows))


def _page(officer: object, *, asked: bool, sentence: str, windows: list[str] | None = None) -> str:
    return render_template(
        "public/badge.html",
        officer=officer,
        asked=asked,
        sentence=sentence,
        windows=windows or [],
        telephone=the_desk().settings.site.telephone,
    )
