"""Somebody comes for a paper: the slip or its digits, the card, a signature or a witness.

Three pages, each a form that works without scripts. What was shown so far travels with the page,
sealed; nothing of it is in an address.
"""

import base64
import binascii
from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions import posts
from kiosk.actions.posts import Visit
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal, Unknown
from kiosk.domain.handover import Receiver
from kiosk.domain.identities import Match
from kiosk.domain.staff import Role
from kiosk.web.fields import spelled_date
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.post.wording import FAULTS, faults_of, refusal
from kiosk.web.readers import find_judge

__all__ = ["POST_ROLES", "the_visit", "visits"]

POST_ROLES = (Role.PRINT_ROOM, Role.COURIER)
"""Who hands papers over that are fetched: at the counter, or with the bags in hand at a post."""

visits = door(
    Blueprint("visits", __name__, url_prefix="/post"),
    roles=POST_ROLES,
    menu=[("visits.show_start", _("Hand over"))],
)

_LONGEST = 2_000
_LONGEST_DRAWING = 150_000
_PNG = b"\x89PNG\r\n\x1a\n"
_DATA = "data:image/png;base64,"


@visits.get("")
def show_start() -> str:
    """Somebody comes: which paper?"""
    return _start({"number": request.args.get("number", "")[:20]}, {})


@visits.post("/slip")
def take_slip() -> Response:
    """The slip that somebody brought."""
    return _found(lambda: posts.find_by_slip(the_desk(), the_staff(), _typed("slip")))


@visits.post("/code")
def take_code() -> Response:
    """The six digits that somebody said."""
    number, code = _typed("number"), _typed("code")
    return _found(lambda: posts.find_by_code(the_desk(), the_staff(), number, code))


@visits.post("/witness")
def take_witness() -> Response:
    """A holder who has lost slip and code, and somebody who bears it out."""
    number, birth, witness = _typed("number"), spelled_date(_typed("birth")), _typed("witness")
    if not birth:
        return make_response(_start(_all_typed(), {"birth": str(FAULTS["birth"])}), 422)
    return _found(lambda: posts.find_by_witness(the_desk(), the_staff(), number, birth, witness))


@visits.post("/card")
def take_card() -> Response:
    """The last four digits on the card of whoever came."""
    visit = the_visit()
    try:
        match, after = posts.check_card(
            the_desk(),
            the_staff(),
            visit,
            receiver=_receiver(),
            last_four=_typed("last_four"),
            of_age=bool(_typed("of_age")),
            letter=_typed("letter"),
        )
    except Invalid as refused:
        return _card_page(visit, faults_of(refused), 422)
    if match is Match.MATCH:
        return _sign_page(after, {}, 200)
    # The page itself says so, where no try is left.
    return _card_page(visit, {"last_four": str(FAULTS["no-match"])}, 422)


@visits.post("/read")
def take_read_card() -> Response:
    """Go on with a card that the camera has read."""
    visit = the_visit()
    return _sign_page(visit, {}, 200) if visit.card else _card_page(visit, {}, 422)


@visits.post("/hand-over")
def hand_over() -> Response:
    """Hand the paper over."""
    visit = the_visit()
    try:
        receipt = posts.finish(
            the_desk(), the_staff(), visit, drawn=_drawn(), witness=_typed("witness")[:100]
        )
    except Invalid as refused:
        return _sign_page(visit, faults_of(refused), 422)
    return redirect(localized_url("receipts.show_receipt", receipt=receipt.number), 303)


@visits.errorhandler(Refusal)
def refuse(refused: Refusal) -> Response:
    """Say in neutral words that nothing is handed over."""
    status = 409 if isinstance(refused, NotNow) else 403
    page = render_template("post/refused.html", sentence=refusal(refused))
    return make_response(page, status)


def the_visit() -> Visit:
    """The visit that the page carried on.

    Raises:
        NotNow: it is over.
    """
    sealed = request.form.get("visit") or request.headers.get("Segel-Visit", "")
    return posts.open_visit(the_desk(), the_staff(), sealed)


def _sign_page(visit: Visit, faults: dict[str, str], status: int) -> Response:
    """The page on which the paper is confirmed."""
    page = render_template(
        "post/sign.html",
        caller=posts.show(the_desk(), the_staff(), visit),
        visit=posts.seal_visit(the_desk(), visit),
        witnessed=visit.witness,
        faults=faults,
    )
    return make_response(page, status)


def _found(find: Callable[[], Visit]) -> Response:
    try:
        visit = find()
        return _card_page(visit, {}, 200)
    except Invalid as refused:
        return make_response(_start(_all_typed(), faults_of(refused)), 422)
    except Unknown:
        return make_response(_start(_all_typed(), {"number": str(FAULTS["number"])}), 422)


def _start(typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template("post/start.html", typed=typed, faults=faults)


def _card_page(visit: Visit, faults: dict[str, str], status: int) -> Response:
    caller = posts.show(the_desk(), the_staff(), visit)
    if not caller.tries_left:
        raise NotPermitted("no card matched")
    page = render_template(
        "post/card.html",
        caller=caller,
        visit=posts.seal_visit(the_desk(), visit),
        reads_cards=find_judge() is not None,
        typed=_all_typed(),
        faults=faults,
    )
    return make_response(page, status)


def _receiver() -> Receiver:
    try:
        return Receiver(_typed("receiver") or Receiver.HOLDER)
    except ValueError:
        return Receiver.HOLDER


def _drawn() -> bytes:
    text = request.form.get("drawn", "")
    if not text.startswith(_DATA) or len(text) > _LONGEST_DRAWING:
        return b""
    try:
        picture = base64.b64decode(text.removeprefix(_DATA), validate=True)
    except binascii.Error:
        return b""
    return picture if picture.startswith(_PNG) else b""


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:_LONGEST]


def _all_typed() -> dict[str, str]:
    # The digits of a card are never sent back.
    return {name: _typed(name) for name in ("number", "slip", "birth", "witness", "receiver")}
