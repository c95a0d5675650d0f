"""What phones report: taken from anybody, believed by the phone's signature alone.

A day without signal outlasts every session. Whoever sends what no known phone has signed leaves no
trace; the body has a size, and so many events are read of it.
"""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from kiosk.actions.sync import LARGEST_PICTURE, MOST_EVENTS, Sent, Synced, take_events
from kiosk.web.guards import open_door, the_desk
from signing.cose import read
from signing.errors import FormatError
from signing.event import ID_BYTES

__all__ = ["reports"]

reports = open_door(Blueprint("reports", __name__, url_prefix="/courier"))

_LARGEST = 2 << 20
_VERSION = 1


@reports.post("/sync")
def take_reports() -> Response:
    """Take events in; what became of each, and whether the phone is to wipe its pack."""
    request.max_content_length = _LARGEST
    device, sent = _delivery(request.get_data(cache=False))
    return jsonify(_told(take_events(the_desk(), device, sent)))


def _told(synced: Synced) -> dict[str, Any]:
    return {
        "known": synced.known,
        "wipe": synced.wipe,
        "number": synced.number,
        "at": synced.at,
        "answers": [
            {"id": one.id.hex(), "answer": one.answer}
            | ({} if one.wanted is None else {"wanted": one.wanted})
            for one in synced.answers
        ],
    }


def _delivery(body: bytes) -> tuple[bytes, list[Sent]]:
    """The phone and its events, taken apart; nothing is believed."""
    try:
        version, device, events = read(body)
        if version != _VERSION or not _is_bytes(device, ID_BYTES) or len(events) > MOST_EVENTS:
            abort(400)
        sent = [Sent(message=message, picture=picture) for message, picture in events]
    except (FormatError, TypeError, ValueError):
        abort(400)
    if not all(_is_bytes(one.message) and _is_bytes(one.picture) for one in sent):
        abort(400)
    if any(len(one.picture) > LARGEST_PICTURE for one in sent):
        abort(413)
    return device, sent


def _is_bytes(value: object, length: int | None = None) -> bool:
    return isinstance(value, bytes) and length in {None, len(value)}
