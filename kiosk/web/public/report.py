"""Report a fake: what, where, and a way to answer only if somebody wants one.

The code's content comes along only when a person ticked that it should. Nothing is logged here.
"""

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _

from kiosk.web.errors import problem, wants_json
from kiosk.web.public.limits import the_limit
from kiosk.web.public.office import FakeReport, the_office
from signing.token import LONGEST_DIGITS

__all__ = ["report"]

report = Blueprint("report", __name__, url_prefix="/report")

_LONGEST = {"what": 2000, "where": 300, "contact": 200}


@report.get("")
def show_form() -> str:
    """The form."""
    return render_template("public/report.html", typed={}, faults={}, sent=False)


@report.post("")
def take_report() -> Response | str:
    """Take a report, or say what is missing and keep what was typed."""
    typed = {name: request.form.get(name, "").strip() for name in _LONGEST}
    faults = _faults(typed)
    if faults:
        return _refused(422, typed, faults)
    if not the_limit("reports").allows(request.remote_addr):
        return _refused(
            429,
            typed,
            {"form": _("Too many requests from your network. Wait a minute and try again.")},
        )
    office = the_office()
    office.report_fake(FakeReport(at=office.clock(), digits=_digits(), **typed))
    if wants_json():
        return jsonify({})
    return render_template("public/report.html", typed={}, faults={}, sent=True)


def _faults(typed: dict[str, str]) -> dict[str, str]:
    faults = {
        name: _("This is longer than %(longest)s characters.", longest=longest)
        for name, longest in _LONGEST.items()
        if len(typed[name]) > longest
    }
    if not typed["what"]:
        faults["what"] = _("Write what is wrong with the paper.")
    if not typed["where"]:
        faults["where"] = _("Write where you saw it.")
    return faults


def _digits() -> str:
    digits = request.form.get("digits", "")
    fits = len(digits) <= LONGEST_DIGITS and digits.isascii() and digits.isdigit()
    return digits if fits else ""


def _refused(status: int, typed: dict[str, str], faults: dict[str, str]) -> Response:
    if wants_json():
        return problem(status, " ".join(faults.values()), faults=faults)
    page = render_template("public/report.html", typed=typed, faults=faults, sent=False)
    response = make_response(page, status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
