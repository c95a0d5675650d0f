"""Which application a browser has open: a sealed cookie, for /apply and for a while only.

It says which application, its code, and until when; nobody but this office can read or make one,
and nothing of it is kept here. It is set only after somebody began an application, or opened one
with code and birth date, and never by any other page.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from flask import abort, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.applications import open_by_code
from kiosk.domain.accounts import Wait
from kiosk.domain.codes import parse_code
from kiosk.domain.errors import Invalid, NotPermitted
from kiosk.domain.questions import typed_date
from kiosk.web.guards import the_desk
from kiosk.web.languages import localized_url
from kiosk.web.public.limits import the_limit
from signing.cells import open_cell, seal_cell
from signing.errors import SigningError

__all__ = [
    "ALONE",
    "IDLE",
    "Handle",
    "end_handle",
    "handle_by_code",
    "keep_handle",
    "now",
    "the_handle",
    "too_often",
    "typed_fields",
]

PATH = "/apply"
IDLE = 2 * 60 * 60
"""After so many seconds without a page that was sent in, the code has to be typed again."""

ALONE = 10 * 60
"""For so many seconds the applicant counts as being there, after code and birth date."""

_CONTEXT = b"apply handle"
_LONGEST_COOKIE = 1_000
_LONGEST_FIELD = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """An application that a browser has open; times are seconds since 1970."""

    id: int
    code: str
    until: int = 0
    alone_until: int = 0


def the_handle() -> Handle:
    """What this browser has open; where that is nothing, the code is asked for."""
    found = _read(request.cookies.get(_name(), ""))
    if found is None:
        abort(redirect(localized_url("apply.show_opening"), 303))
    return found


def keep_handle(response: Response, handle: Handle) -> Response:
    """`response`, with which the browser keeps `handle` for another while."""
    fresh = replace(handle, until=now() + IDLE)
    sealed = seal_cell(the_desk().cells, _CONTEXT, json.dumps(asdict(fresh)).encode())
    response.set_cookie(
        _name(),
        base64.urlsafe_b64encode(sealed).decode(),
        path=PATH,
        secure=_is_https(),
        httponly=True,
        samesite="Strict",
    )
    return response


def end_handle(response: Response) -> Response:
    """`response`, with which the browser forgets what it had open."""
    response.delete_cookie(_name(), path=PATH, secure=_is_https(), httponly=True, samesite="Strict")
    return response


def handle_by_code(typed: Mapping[str, str]) -> tuple[Handle | None, dict[str, str]]:
    """What code and birth date open; or what is wrong with them, by field, and `wait` if so."""
    faults: dict[str, str] = {}
    code = birth = None
    try:
        code = parse_code(typed.get("code", ""))
    except Invalid:
        faults["code"] = _("This is no code. It has 8 letters and digits, for example R2ZV-B9AH.")
    try:
        birth = typed_date("birth_date", typed)
    except Invalid:
        faults["birth_date"] = _("There is no such day. For example: 25, December, 1996.")
    if code is None or birth is None:
        return None, faults
    if not the_limit("codes").allows(request.remote_addr):
        return None, {"form": too_often(), "wait": "1"}
    try:
        return Handle(id=open_by_code(the_desk(), code, birth), code=code), {}
    except Wait as wait:
        minutes = -(-wait.seconds // 60)
        sentence = _("Too many wrong tries. Wait %(count)s minutes.", count=minutes)
        return None, {"form": sentence, "wait": "1"}
    except NotPermitted:
        return None, {"form": _("Code and date of birth do not fit. Look at both once more.")}


def typed_fields() -> dict[str, str]:
    """What was sent with a form, bounded."""
    return {name: value[:_LONGEST_FIELD] for name, value in request.form.items()}


def now() -> int:
    """Seconds since 1970."""
    return int(the_desk().clock().timestamp())


def too_often() -> str:
    """What is said to whoever asks too often."""
    return str(_("Too many requests from your network. Wait a minute and try again."))


def _read(text: str) -> Handle | None:
    if not text or len(text) > _LONGEST_COOKIE:
        return None
    try:
        sealed = base64.urlsafe_b64decode(text)
        handle = Handle(**json.loads(open_cell(the_desk().cells, _CONTEXT, sealed)))
    except (SigningError, binascii.Error, ValueError):
        return None
    return handle if now() < handle.until else None


def _is_https() -> bool:
    return the_desk().settings.site.url.startswith("https://")


def _name() -> str:
    # The prefix makes browsers refuse it where there is no TLS.
    return "__Secure-segel-apply" if _is_https() else "segel-apply"
