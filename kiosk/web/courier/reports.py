"""What phones report: taken from anybody, believed by the phone's signature alone.

A day without signal outlasts every session. Whoever sends what no known phone has signed leaves no
trace; the body has a size, and so many events are read of it.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from kiosk.actions.sync import Synced, read_delivery, take_events
from kiosk.web.guards import open_door, the_desk

__all__ = ["reports"]

reports = open_door(Blueprint("reports", __name__, url_prefix="/courier"))

_LARGEST = 2 << 20


@reports.post("/sync")
def take_reports() -> Response:
    """Take events in; what became of each, and whether the phone is to wipe its pack."""
    request.max_content_length = _LARGEST
    device, sent = read_delivery(request.get_data(cache=False))
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
