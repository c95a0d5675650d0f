"""What went wrong, as a page or as JSON: one table.

Machines, and the scripts of our own pages, get problem details (RFC 9457). Neither shows what was
sent, nor where in the program it went wrong.
"""

from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal, Unknown

__all__ = ["REFUSALS", "SENTENCES", "problem", "use_errors", "wants_json"]

SENTENCES = {
    400: _("This request could not be understood."),
    403: _("This is for others, or somebody else must do it."),
    404: _("There is no such page."),
    405: _("This page does not take that."),
    409: _("This cannot be done now: somebody else was quicker, or something must come first."),
    413: _("This file is too large. At most {megabytes} MB."),
    415: _("Choose a photo (JPG, PNG, WebP) or a PDF."),
    422: _("Something that was typed cannot be right."),
    429: _("Too many requests from your network. Wait a minute and try again."),
    500: _("Something went wrong here. It is not your fault. Try again later."),
    503: _("The office cannot check anything right now. Try again later."),
}
"""What a page says for each status; others say what their hundred says."""

REFUSALS: dict[type[Refusal], int] = {Unknown: 404, NotPermitted: 403, NotNow: 409, Invalid: 422}
"""The status of each kind of refusal that a screen does not answer itself."""


def wants_json() -> bool:
    """Whether whoever asks would rather have JSON than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def problem(status: int, sentence: str, **more: object) -> Response:
    """Problem details with this status, `sentence` for people, and `more` for machines."""
    title = HTTPStatus(status).phrase
    response = jsonify({"title": title, "status": status, "detail": sentence} | more)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def use_errors(app: Flask) -> None:
    """Make `app` answer every error with a page or with problem details."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(Refusal, _refused)


def _refused(refusal: Refusal) -> Response:
    found = [status for kind, status in REFUSALS.items() if isinstance(refusal, kind)]
    return _said(found[0] if found else 409)


def _answer(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.response is not None:
        return make_response(error.response)
    response = _said(status, error)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _said(status: int, error: HTTPException | None = None) -> Response:
    sentence = str(SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400])
    if isinstance(error, RequestEntityTooLarge):
        sentence = sentence.format(megabytes=_megabytes())
    if wants_json():
        return problem(status, sentence)
    page = render_template("error.html", status=status, sentence=sentence)
    return make_response(page, status)


def _megabytes() -> int:
    return (request.max_content_length or 0) >> 20
