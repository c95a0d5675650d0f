"""A photo of a card, taken at a door with signal: match, no match or try again; nothing is kept."""

from flask import Blueprint, Response, abort, jsonify, request

from kiosk.actions.handovers import card_at_door, judge_at_door
from kiosk.domain.identities import Match
from kiosk.domain.staff import Role
from kiosk.scanning.errors import ScanningError
from kiosk.web.errors import problem
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.readers import LARGEST_PICTURE, find_judge

__all__ = ["card"]

card = door(Blueprint("card", __name__, url_prefix="/courier"), roles={Role.COURIER})


@card.post("/card")
def look() -> Response:
    """Whether the card on a photo is the holder's of the paper in `bag`, which the courier has."""
    judge = find_judge()
    if judge is None:
        # The phone then asks for the four digits, as it does without signal.
        abort(404)
    if request.mimetype != "image/jpeg":
        abort(415)
    request.max_content_length = LARGEST_PICTURE
    bag = request.args.get("bag", 0, int)
    expected = card_at_door(the_desk(), the_staff(), bag)
    try:
        state = judge(expected, request.get_data(cache=False))
    except ScanningError:
        return problem(503, "the card cannot be read")
    match = judge_at_door(the_desk(), the_staff(), bag, Match(state.state))
    return jsonify({"state": str(match), "hints": state.hints})
