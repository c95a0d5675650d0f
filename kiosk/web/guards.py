"""The doors of the staff's screens: closed, unless somebody comes in with a session and a role.

    pages = door(
        Blueprint("counter", __name__, url_prefix="/counter"),
        roles={Role.VERIFIER, Role.EXAMINER},
        menu=[("counter.show_queue", _("Files"))],
    )

Whoever has no session is led to the sign-in page; whoever has none of the roles is told that the
page is for others. What a role may do with one file of one office is decided by the action. Pages
that anybody may open, but only from our own pages change anything, stand behind `open_door`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.actions.accounts import SignedIn, session_of
from kiosk.actions.desk import Desk
from kiosk.actions.staff import all_offices
from kiosk.domain.staff import Office, Role, Staff
from kiosk.web.errors import problem, wants_json
from kiosk.web.headers import comes_from_our_own_page
from kiosk.web.languages import language, localized_url
from verifier.wording import moment

__all__ = [
    "EVERYBODY",
    "MenuItem",
    "door",
    "end_session_cookie",
    "find_session",
    "first_page",
    "has_session_cookie",
    "keep_browser_cookie",
    "keep_session_cookie",
    "known_browser_cookie",
    "open_door",
    "roles_behind",
    "safe_target",
    "the_desk",
    "the_offices",
    "the_session",
    "the_staff",
    "use_guards",
]

EVERYBODY = frozenset(Role)
"""The roles of a door for whoever has an account, even one without a role."""

SIGN_IN = "sign_in.show_form"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_YEAR = 365 * 86_400

MenuItem = tuple[str, str]
"""An endpoint and what its link says, translated late."""


@dataclass(frozen=True, kw_only=True)
class _Door:
    roles: frozenset[Role]
    menu: tuple[MenuItem, ...]

    def lets_in(self, staff: Staff) -> bool:
        """Whether somebody has a role for which this door opens."""
        return self.roles == EVERYBODY or any(grant.role in self.roles for grant in staff.grants)


# By the name of the blueprint; filled where blueprints are made, when their modules are imported.
_DOORS: dict[str, _Door] = {}


def door(pages: Blueprint, *, roles: Collection[Role], menu: Sequence[MenuItem] = ()) -> Blueprint:
    """`pages`, for those of the staff who have one of `roles` at some office.

    `menu` is what these pages add to the navigation; its first line is where somebody lands whose
    first door this is.
    """
    _DOORS[pages.name] = _Door(roles=frozenset(roles), menu=tuple(menu))
    pages.before_request(_refuse_other_sites)
    pages.before_request(_turn_strangers_away)
    pages.after_request(_let_forms_say_where_they_stand)
    return pages


def open_door(pages: Blueprint) -> Blueprint:
    """`pages`, for anybody; but what changes anything is taken from our own pages alone."""
    pages.before_request(_refuse_other_sites)
    pages.after_request(_let_forms_say_where_they_stand)
    return pages


def roles_behind(blueprint: str) -> frozenset[Role] | None:
    """For whom the door of a blueprint opens; None where it has no door of the staff."""
    found = _DOORS.get(blueprint)
    return found.roles if found else None


def use_guards(app: Flask, desk: Desk) -> None:
    """Let `app` know the desk that its doors and screens work with."""
    app.extensions["desk"] = desk
    app.context_processor(_for_templates)
    app.add_template_filter(_moment, "moment")


def the_desk() -> Desk:
    """The desk of the running application."""
    desk: Desk = current_app.extensions["desk"]
    return desk


def the_staff() -> Staff:
    """Who asks; behind a door."""
    return the_session().staff


def the_session() -> SignedIn:
    """The session of whoever asks; behind a door."""
    found = find_session()
    if found is None:
        raise LookupError("nobody is signed in: is this page behind a door?")
    return found


def the_offices() -> list[Office]:
    """Every office, looked up once for an answer."""
    if "offices" not in g:
        g.offices = all_offices(the_desk())
    offices: list[Office] = g.offices
    return offices


def find_session() -> SignedIn | None:
    """The session of whoever asks, or None."""
    if "session" not in g:
        token = request.cookies.get(_cookie("session"))
        g.session = session_of(the_desk(), token) if token else None
    found: SignedIn | None = g.session
    return found


def has_session_cookie() -> bool:
    """Whether a request comes from a browser in which one of the staff is, or was, signed in."""
    return _cookie("session") in request.cookies


def first_page(staff: Staff) -> str:
    """The address of the page on which somebody lands after signing in."""
    return localized_url(_menu(staff)[0][0])


def safe_target(address: str) -> str:
    """`address` if it is a page of ours, else nothing: nobody is led away by a link."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and not parts.netloc and address.isprintable() else ""


def keep_session_cookie(response: AnyResponse, token: str) -> None:
    """Give a browser its session, until it is closed."""
    _set_cookie(response, "session", token)


def end_session_cookie(response: AnyResponse) -> None:
    """Take a browser's session away."""
    response.delete_cookie(_cookie("session"), secure=_is_https(), httponly=True, samesite="Strict")


def keep_browser_cookie(response: AnyResponse, known: str) -> None:
    """Let a browser remember that somebody signed in with it."""
    _set_cookie(response, "browser", known, max_age=_YEAR)


def known_browser_cookie() -> str | None:
    """What a browser remembers of earlier sign-ins."""
    return request.cookies.get(_cookie("browser"))


def _turn_strangers_away() -> AnyResponse | None:
    found = find_session()
    if found is None:
        if request.method == "GET" and not wants_json():
            wanted = request.full_path.removesuffix("?")
            return redirect(localized_url(SIGN_IN, next=wanted), 303)
        if wants_json():
            return problem(401, "sign in first")
        return redirect(localized_url(SIGN_IN), 303)
    if not _DOORS[str(request.blueprint)].lets_in(found.staff):
        abort(403)
    return None


def _refuse_other_sites() -> None:
    if request.method not in _SAFE and not comes_from_our_own_page():
        abort(403)


def _let_forms_say_where_they_stand(response: Response) -> Response:
    # Without a referrer, browsers name no origin with a form either.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _for_templates() -> dict[str, object]:
    # Only a page behind a door says who looks; public ones do not even look for a cookie.
    found = find_session() if request.blueprint in _DOORS else None
    staff = found.staff if found else None
    return {"staff": staff, "menu": _menu(staff) if staff else ()}


def _menu(staff: Staff) -> list[MenuItem]:
    doors = [_DOORS[name] for name in current_app.blueprints if name in _DOORS]
    return [item for one in doors if one.lets_in(staff) for item in one.menu]


def _moment(at: datetime | int) -> str:
    """Day and time in words, by the office's clock: `{{ entry.at | moment }}`."""
    seconds = at if isinstance(at, int) else int(at.timestamp())
    return moment(seconds, language(), utc_offset=the_desk().settings.unit.utc_offset)


def _is_https() -> bool:
    return the_desk().settings.site.url.startswith("https://")


def _cookie(name: str) -> str:
    # The prefix makes browsers refuse it from a neighbouring host, and without TLS.
    return f"__Host-segel-{name}" if _is_https() else f"segel-{name}"


def _set_cookie(
    response: AnyResponse, name: str, value: str, *, max_age: int | None = None
) -> None:
    response.set_cookie(
        _cookie(name),
        value,
        max_age=max_age,
        secure=_is_https(),
        httponly=True,
        samesite="Strict",
    )
