"""`use_reading`: everything for those who read reports, put into an application."""

from flask import Flask

from .asking import Reading
from .cases import cases
from .openings import openings
from .sessions import sessions

__all__ = ["use_reading"]


def use_reading(app: Flask, reading: Reading) -> None:
    """Make `app` answer those who read sealed reports; without this there is nothing for them."""
    app.extensions["reading"] = reading
    for answers in (sessions, cases, openings):
        app.register_blueprint(answers)
