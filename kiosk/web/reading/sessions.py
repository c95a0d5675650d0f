"""Signing in by a key: a number sealed for it, and a session for who says it back."""

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _

from kiosk.actions.admission import admit, new_challenge
from kiosk.domain.errors import NotPermitted
from kiosk.web.errors import problem

from .asking import answered, body_of, bytes_from, given

__all__ = ["sessions"]

sessions = answered(
    Blueprint("reading_sessions", __name__, url_prefix="/reading"), open_to_strangers=True
)


@sessions.post("/challenges")
def take_challenge() -> Response:
    """A challenge for the reader who is named."""
    have = given()
    reader = bytes_from(body_of("reader")["reader"])
    found = new_challenge(have.mailroom, reader, secret=have.secret, now=have.clock())
    return jsonify(
        {"sealed": found.sealed.hex(), "ticket": found.ticket.hex(), "expires": found.expires}
    )


@sessions.post("/sessions")
def take_session() -> Response:
    """A session for who opened a challenge."""
    have = given()
    body = body_of("reader", "ticket", "nonce")
    session, who = admit(
        have.mailroom,
        bytes_from(body["reader"]),
        ticket=bytes_from(body["ticket"]),
        nonce=bytes_from(body["nonce"]),
        secret=have.secret,
        now=have.clock(),
    )
    return jsonify(
        {
            "session": session.hex(),
            "expires": who.expires,
            "role": who.role.name.lower(),
            "unit": who.unit,
            "unit_name": who.unit_name,
        }
    )


@sessions.errorhandler(NotPermitted)
def _not_opened(_error: NotPermitted) -> Response:
    return problem(401, _("Open your key first, or open it again."), code="session")
