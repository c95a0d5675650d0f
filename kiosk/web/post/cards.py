"""The applicant's card before the camera of a post: one picture, one answer, nothing kept."""

from flask import Blueprint, Response, abort, jsonify, request

from kiosk.actions import posts
from kiosk.domain.errors import Refusal
from kiosk.domain.identities import Match
from kiosk.scanning.errors import ScanningError
from kiosk.web.errors import problem
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.post.visits import POST_ROLES, the_visit
from kiosk.web.post.wording import refusal
from kiosk.web.readers import LARGEST_PICTURE, find_judge

__all__ = ["cards"]

cards = door(Blueprint("cards", __name__, url_prefix="/post"), roles=POST_ROLES)


@cards.post("/card/pictures")
def look() -> Response:
    """Whether the card on this picture is the applicant's; and the visit to go on with."""
    judge = find_judge()
    if judge is None:
        abort(404)
    if request.mimetype != "image/jpeg":
        abort(415)
    request.max_content_length = LARGEST_PICTURE
    picture = request.get_data(cache=False)
    try:
        visit = the_visit()
        state = judge(posts.expected_card(the_desk(), the_staff(), visit), picture)
        match, visit = posts.keep_card(the_desk(), the_staff(), visit, Match(state.state))
    except Refusal as refused:
        return problem(409, refusal(refused))
    except ScanningError:
        return problem(503, "the card cannot be read")
    sealed = posts.seal_visit(the_desk(), visit)
    return jsonify({"state": str(match), "visit": sealed})
