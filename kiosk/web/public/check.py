"""Checks by the server: number and code, an uploaded file.

For browsers without scripts, and for what a browser cannot look into. The page says before
anything is sent that the office then learns what is checked. A file is checked and forgotten.
"""

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask_babel import gettext as _

from kiosk.web.errors import problem, wants_json
from kiosk.web.fields import spelled_code, typed_certificate
from kiosk.web.languages import language
from kiosk.web.public.limits import the_limit
from kiosk.web.public.office import the_office
from kiosk.web.public.shown import in_words
from verifier.command import verdict_json
from verifier.errors import TrustError
from verifier.verdict import Verdict

__all__ = ["check"]

check = Blueprint("check", __name__, url_prefix="/check")


@check.get("")
def show_forms() -> str:
    """The two forms."""
    return render_template("public/check.html", typed={}, faults={})


@check.post("")
def check_number() -> Response | str:
    """The verdict on a printed number with its check code."""
    office = the_office()
    typed, faults = typed_certificate(request.form)
    if faults:
        return _refused(422, typed, faults)
    if not the_limit("lookups").allows(request.remote_addr):
        faults["form"] = _("Too many requests from your network. Wait a minute and try again.")
        return _refused(429, typed, faults)
    verdict = office.find_by_number(typed["number"], spelled_code(typed["code"]))
    if verdict is None:
        faults["form"] = _(
            "There is no certificate with this number and this code. Compare what you typed with "
            "the paper. If it is the same, the paper is not genuine: do not accept it, report it."
        )
        return _refused(404, typed, faults)
    return _answer(verdict)


@check.post("/file")
def check_file() -> Response | str:
    """The verdict on an uploaded photo, scan or PDF."""
    office = the_office()
    if not the_limit("uploads").allows(request.remote_addr):
        abort(429)
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        nothing = _("Choose a photo or a PDF first.")
        if wants_json():
            return problem(422, nothing)
        return _refused(422, {}, {"file": nothing})
    try:
        return _answer(office.check_file(data, file.filename or ""))
    except TrustError:
        abort(503)


def _answer(verdict: Verdict) -> Response | str:
    if wants_json():
        return jsonify(verdict_json(verdict, language()))
    return render_template("public/result.html", verdict=in_words(verdict, the_office()))


def _refused(status: int, typed: dict[str, str], faults: dict[str, str]) -> Response:
    page = render_template("public/check.html", typed=typed, faults=faults)
    response = make_response(page, status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
