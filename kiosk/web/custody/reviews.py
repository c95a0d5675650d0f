"""What a courier's phone said and the register does not agree with; a duty officer looks."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.reviews import Outcome, close_review, open_reviews
from kiosk.domain.staff import Role
from kiosk.web.custody import wording
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url

__all__ = ["reviews"]

reviews = door(
    Blueprint("reviews", __name__, url_prefix="/custody/reviews"), roles={Role.DUTY_OFFICER}
)


@reviews.get("")
def show_reviews() -> str:
    """What is to be looked at, the oldest first."""
    return _page({})


@reviews.post("/<int:number>")
def close(number: int) -> Response:
    """Say what came of looking at it."""
    outcome = request.form.get("outcome", "")
    if outcome not in set(Outcome):
        return make_response(_page({number: str(wording.FAULTS["no-reason"])}), 422)
    close_review(the_desk(), the_staff(), number, Outcome(outcome))
    return redirect(localized_url("reviews.show_reviews", done="reviewed"), 303)


def _page(faults: dict[int, str]) -> str:
    return render_template(
        "custody/reviews.html",
        reviews=open_reviews(the_desk(), the_staff()),
        words=wording,
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )
