"""What every request of a reader brings: a session in its header, and a body of known fields.

Bytes travel as hex. Refusals are problem details (RFC 9457); nothing is logged, and no cookie set.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext as _

from kiosk.actions.admission import Admitted, admitted
from kiosk.actions.mailroom import Mailroom
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.storage.errors import StorageError
from kiosk.web.errors import problem
from signing.errors import FormatError

__all__ = [
    "Reading",
    "answered",
    "body_of",
    "bytes_from",
    "given",
    "id_from",
    "list_in",
    "number_in",
    "reader",
]

SCHEME = "Segel "
# 64 wraps of either kind of key for each of two keys, in hex.
_LONGEST_BODY = 1 << 20
_SECRET_BYTES = 32
_LARGEST = 1 << 53


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What these answers need. `clock` is in seconds since 1970, and good for sessions only.

    `secret` signs sessions; it is drawn anew by each process, whose end ends them.
    """

    mailroom: Mailroom
    clock: Callable[[], int]
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(_SECRET_BYTES), repr=False)


def given() -> Reading:
    """What the running application was given."""
    found: Reading = current_app.extensions["reading"]
    return found


def reader() -> Admitted:
    """Whoever asks; behind a session."""
    found: Admitted = g.reader
    return found


def answered(pages: Blueprint, *, open_to_strangers: bool = False) -> Blueprint:
    """`pages`, which ask for a session unless they are open, and answer as all of these do."""
    if not open_to_strangers:
        pages.before_request(_look_at_session)
    for kind, answer in _ANSWERS.items():
        pages.register_error_handler(kind, answer)
    return pages


def body_of(*names: str, may: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of the body, which are these and, of no others, those that `may` be there.

    Raises:
        FormatError: it is no such body.
    """
    request.max_content_length = _LONGEST_BODY
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        body = None  # lists within lists, without end
    if type(body) is not dict or set(body) - set(may) != set(names):
        raise FormatError("not the fields of this request")
    return body


def bytes_from(value: object) -> bytes:
    """The bytes that a string of hex says.

    Raises:
        FormatError: it is none.
    """
    if type(value) is not str or value != value.lower() or any(sign.isspace() for sign in value):
        raise FormatError("not bytes in hex")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise FormatError("not bytes in hex") from None


def id_from(text: str) -> bytes:
    """The id that an address names.

    Raises:
        Unknown: it is none.
    """
    try:
        return bytes_from(text)
    except FormatError:
        raise Unknown("no such address") from None


def number_in(value: object) -> int:
    """A whole number.

    Raises:
        FormatError: it is none, or is out of bounds.
    """
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < _LARGEST:
        raise FormatError("not a whole number")
    return value


def list_in(value: object) -> list[Any]:
    """A list.

    Raises:
        FormatError: it is none.
    """
    if type(value) is not list:
        raise FormatError("not a list")
    return value


def _look_at_session() -> None:
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME):
        raise _NoSessionError
    have = given()
    try:
        session = bytes_from(header.removeprefix(SCHEME))
        g.reader = admitted(have.mailroom, session, secret=have.secret, now=have.clock())
    except (FormatError, NotPermitted):
        raise _NoSessionError from None


class _NoSessionError(Exception):
    """Whoever asks has to sign in first, or again."""


def _no_session(_error: Exception) -> Response:
    return problem(401, _("Open your key first, or open it again."), code="session")


def _malformed(_error: Exception) -> Response:
    return problem(400, _("This request could not be understood."), code="malformed")


def _unknown(_error: Exception) -> Response:
    return problem(404, _("There is no such report for you."), code="unknown")


def _forbidden(_error: Exception) -> Response:
    return problem(403, _("This is for others to do."), code="not-permitted")


def _not_now(_error: Exception) -> Response:
    sentence = _("Something else came between. Load what is new, then do it again.")
    return problem(409, sentence, code="not-now")


def _failed(_error: Exception) -> Response:
    return problem(503, _("The server cannot answer right now. Try again later."), code="failed")


_ANSWERS: dict[type[Exception], Callable[[Exception], Response]] = {
    _NoSessionError: _no_session,
    FormatError: _malformed,
    Unknown: _unknown,
    NotPermitted: _forbidden,
    NotNow: _not_now,
    StorageError: _failed,
}
