"""How many come by posters: a phone tells a part of the town, apart from any report.

    GET  /footfall     the parts of the town to choose from
    POST /footfall     one of them, often another than the phone's own

No cookie, no log, no address kept, no code of a poster. What comes too often is dropped in
silence: a count that is lost is no loss. Written for kiosk/web/page/lapor-footfall.js.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from kiosk.domain.errors import Unknown
from kiosk.web.guards import open_door
from kiosk.web.public.limits import Limit

__all__ = ["Footfall", "footfall", "use_footfall"]

footfall = open_door(Blueprint("footfall", __name__, url_prefix="/footfall"))

_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Footfall:
    """What these answers need: the areas of this week, and to count one of them."""

    areas: Callable[[], Sequence[str]]
    tell: Callable[[str], None]


def use_footfall(app: Flask, given: Footfall, *, per_minute: int, clock: Callable[[], int]) -> None:
    """Make `app` count who comes by posters."""
    app.extensions["footfall"] = given
    app.extensions["limits"]["footfall"] = Limit(per_minute, clock=clock)
    app.register_blueprint(footfall)


@footfall.get("")
def show_areas() -> Response:
    """The areas that are counted apart in this week, and the rest as an empty name."""
    return jsonify({"areas": list(_the().areas())})


@footfall.post("")
def take_area() -> tuple[str, int]:
    """Count an area. The answer is always the same."""
    limit: Limit = current_app.extensions["limits"]["footfall"]
    request.max_content_length = _LONGEST
    told = request.get_json(force=True, silent=True)
    area = told.get("area") if isinstance(told, dict) else None
    if isinstance(area, str) and limit.allows(request.remote_addr):
        # Else the week has turned, or somebody plays: nothing to count.
        with suppress(Unknown):
            _the().tell(area)
    return "", 204


def _the() -> Footfall:
    given: Footfall = current_app.extensions["footfall"]
    return given
