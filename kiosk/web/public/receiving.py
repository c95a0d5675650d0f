"""What an applicant needs to receive the paper: the slip, a letter for somebody else, a change.

A slip is made when it is asked for, and never sent: who has code and birth date has the slip.
"""

from contextlib import suppress

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.applications import open_draft, save_answers
from kiosk.actions.slips import ApplicantSlip, letter_of, slip_of
from kiosk.domain.errors import Invalid, NotNow, Unknown
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import localized_url
from kiosk.web.leaves import (
    SIZES,
    code_drawing,
    leaf_response,
    letter_leaf,
    slip_leaf,
    spaced,
)
from kiosk.web.public import asking
from kiosk.web.public.handles import end_handle, the_handle, typed_fields
from kiosk.web.public.plain import use_plain
from printer.slips import LeafSize

__all__ = ["receiving"]

receiving = use_plain(open_door(Blueprint("receiving", __name__, url_prefix="/apply/status")))

_PROXY = ("proxy_name", "proxy_relation", "proxy_last4")


@receiving.get("/slip")
def show_slip() -> str | Response:
    """The slip: its QR code, the six digits, and how a true officer is known."""
    slip = _slip()
    if slip is None:
        return _back()
    leaf = slip_leaf(slip, _window(slip))
    return render_template(
        "public/apply/slip.html",
        slip=slip,
        leaf=leaf,
        code=spaced(slip.code),
        drawing=code_drawing(slip.text),
    )


@receiving.get("/slip.pdf")
def print_slip() -> Response:
    """The slip for a printer, A6 or A4."""
    slip = _slip()
    if slip is None:
        return _back()
    size = SIZES.get(request.args.get("size", ""), LeafSize.A6)
    return leaf_response(slip_leaf(slip, _window(slip)), size, f"slip-{slip.number}")


@receiving.get("/letter")
def show_letter() -> str | Response:
    """Whom the applicant sends."""
    try:
        answers = open_draft(the_desk(), the_handle().id).answers
    except Unknown:
        return end_handle(redirect(localized_url("apply.show_opening"), 303))
    return _letter_page({name: answers.get(name, "") for name in _PROXY}, {})


@receiving.post("/letter")
def take_letter() -> Response:
    """The letter, to be printed and signed by hand."""
    handle = the_handle()
    typed = typed_fields()
    name, relation, last_four = (typed.get(one, "") for one in _PROXY)
    try:
        letter = letter_of(the_desk(), handle.id, name=name, relation=relation, last_four=last_four)
    except Invalid as refused:
        faults = {fault.path: asking.fault_sentence(fault) for fault in refused.faults}
        return make_response(_letter_page(typed, faults), 422)
    except (NotNow, Unknown):
        return _back()
    holder = open_draft(the_desk(), handle.id).answers.get("name", "")
    return leaf_response(letter_leaf(letter, holder), LeafSize.A4, f"surat-kuasa-{letter.number}")


@receiving.post("/collect")
def collect_instead() -> Response:
    """Have it brought no more: the applicant collects it."""
    with suppress(NotNow, Invalid):
        typed = {"receiving": "collect"}
        save_answers(the_desk(), the_handle().id, "receiving", typed, alone=False)
    return _back()


def _slip() -> ApplicantSlip | None:
    try:
        return slip_of(the_desk(), the_handle().id)
    except Unknown:
        return None


def _window(slip: ApplicantSlip) -> str:
    return str(asking.CHOICES["window"].get(slip.window, ""))


def _letter_page(typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template("public/apply/letter.html", typed=typed, faults=faults)


def _back() -> Response:
    return redirect(localized_url("status.show_status"), 303)
