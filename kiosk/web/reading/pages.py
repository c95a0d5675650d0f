"""The pages of those who read sealed reports: handlers and custodians.

They hold sentences and nothing else: what is shown in them is fetched and opened in the browser,
with a key that never leaves it.
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_babel import gettext as _

from kiosk.web.headers import REPORT_POLICY

from .guarding import words_of_keys, words_of_openings
from .wording import classes, routes, states, urgencies, words_of_desk

__all__ = ["ReadingPages", "reading_pages", "use_reading_pages"]

reading_pages = Blueprint("reading", __name__, url_prefix="/reading")


@dataclass(frozen=True, kw_only=True)
class ReadingPages:
    """What these pages are installed with.

    `roots` are the points of the holders whose approvals make a key directory count
    (signing.directory). After `idle_minutes` in which nobody touches it, a page locks itself.
    """

    roots: tuple[bytes, ...]
    idle_minutes: int = 10


def use_reading_pages(app: Flask, pages: ReadingPages) -> None:
    """Make `app` show the pages of those who read; without this there are none."""
    app.extensions["reading-pages"] = pages
    app.register_blueprint(reading_pages)


@reading_pages.get("")
def show_reading() -> str:
    """Unlocking a key; then the inbox of a handler, or the openings of a custodian."""
    return _page(
        "reading/desk.html",
        words_of_desk() | words_of_keys() | words_of_openings(),
        states=states(),
        urgencies=urgencies(),
        classes=classes(),
        routes=routes(),
    )


@reading_pages.get("/key")
def show_key() -> str:
    """Making a key, which stays with whoever makes it."""
    return _page("reading/key.html", words_of_keys())


@reading_pages.after_request
def _let_scripts_open(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    response.headers["Permissions-Policy"] = (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )
    return response


def _page(template: str, words: dict[str, str], **choices: tuple[tuple[str, str], ...]) -> str:
    pages: ReadingPages = current_app.extensions["reading-pages"]
    setup = {"roots": [root.hex() for root in pages.roots], "idle_minutes": pages.idle_minutes}
    return render_template(template, setup=setup, words=words | _words_of_every_page(), **choices)


def _words_of_every_page() -> dict[str, str]:
    return {
        "reading.offline": _("There is no connection."),
        "reading.busy": _("The server is busy. Wait a moment, then try again."),
        "reading.refused": _("The server did not take it."),
        "reading.failed": _("This browser could not do it."),
        "reading.quicker": _(
            "Somebody else was quicker. This is how it stands now: look, then do it again. "
            "What you typed is still there."
        ),
        "reading.gone": _("There is no such report for you any more."),
        "reading.over": _("Your key does not open this any more: it has ended, or was taken away."),
        "reading.keys-wrong": _(
            "The list of those who may read reports is not signed as it must be. Tell your office."
        ),
        "reading.keys-older": _(
            "The server shows an older list of those who may read than this browser has seen. "
            "Do nothing here, and tell those who hold the root keys."
        ),
        "reading.keys-past": _(
            "The list of those who may read is past its day. "
            "Nothing can be passed on before a new one is signed."
        ),
        "reading.not-listed": _(
            "This key is not in the list of those who may read yet. Its holders must sign it first."
        ),
        "reading.not-yet": _("This key counts from {day} on."),
        "reading.ended": _("This key has ended on {day}. It opens nothing any more."),
    }
