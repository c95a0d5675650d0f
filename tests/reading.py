"""Those who read reports, before an application that has nothing but their answers.

    desk = Desk.before(client, HANDLER)
    desk.get("/cases")

The directory knows two handlers of UNIT, one of another unit, one of the accused one, three
internal custodians and a spare, and an external one.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions.mailroom import Mailroom
from kiosk.web.errors import use_errors
from kiosk.web.languages import use_languages
from kiosk.web.reading.asking import Reading
from kiosk.web.reading.opened import use_reading
from signing.cose import encode
from signing.directory import FIRST, Directory, DirectoryKey, Role, Unit
from signing.hpke import OpeningKey
from tests.sealed_reports import (
    COMMISSION,
    EXTERNAL,
    FOREVER,
    HANDLER,
    INTERNAL,
    ISSUED,
    UNIT,
    directory_key,
    publish_directory,
)

__all__ = [
    "ACCUSED",
    "ACCUSED_HANDLER",
    "COLLEAGUE",
    "ELSEWHERE",
    "OTHER_HANDLER",
    "SPARE",
    "Clock",
    "Desk",
    "everybody",
    "publish_everybody",
    "reading_app",
]

ELSEWHERE, ACCUSED = 999902, 999903
COLLEAGUE, OTHER_HANDLER, ACCUSED_HANDLER, SPARE = (OpeningKey.new() for _ in range(4))


def everybody() -> list[DirectoryKey]:
    """The keys of all of them."""
    return [
        directory_key(HANDLER, UNIT, Role.HANDLER),
        directory_key(COLLEAGUE, UNIT, Role.HANDLER),
        directory_key(OTHER_HANDLER, ELSEWHERE, Role.HANDLER),
        directory_key(ACCUSED_HANDLER, ACCUSED, Role.HANDLER),
        *(directory_key(key, UNIT, Role.INTERNAL) for key in (*INTERNAL, SPARE)),
        *(directory_key(key, COMMISSION, Role.EXTERNAL) for key in EXTERNAL),
    ]


def publish_everybody(mailroom: Mailroom, keys: list[DirectoryKey] | None = None) -> None:
    """Publish a directory with these keys, or with those of all."""
    units = [(COMMISSION, True), (UNIT, False), (ELSEWHERE, False), (ACCUSED, False)]
    directory = Directory(
        serial=1,
        previous=FIRST,
        issued_at=ISSUED,
        expires_at=FOREVER,
        units=tuple(
            Unit(code=code, name=f"SATUAN {code}", outside=outside) for code, outside in units
        ),
        keys=tuple(everybody() if keys is None else keys),
    )
    publish_directory(mailroom, directory)


@dataclass
class Clock:
    """The time of day, which stands until it is moved."""

    now: int = 1_800_000_000

    def __call__(self) -> int:
        return self.now


def reading_app(mailroom: Mailroom, clock: Clock) -> Flask:
    """An application with the answers to readers, and nothing else."""
    app = Flask(__name__)
    use_languages(app, default="id")
    use_errors(app)
    use_reading(app, Reading(mailroom=mailroom, clock=clock))
    return app


@dataclass
class Desk:
    """One reader at their browser; `session` is empty for a stranger."""

    client: FlaskClient
    session: str = ""

    @classmethod
    def before(cls, client: FlaskClient, key: OpeningKey) -> "Desk":
        """A reader, signed in by their key."""
        reader = key.sealing_key.id
        given = client.post("/reading/challenges", json={"reader": reader.hex()}).json or {}
        context = encode(["segel-reading-challenge", 1, reader, given["expires"]])
        nonce = key.open(bytes.fromhex(given["sealed"]), context)
        answer = {"reader": reader.hex(), "ticket": given["ticket"], "nonce": nonce.hex()}
        said = client.post("/reading/sessions", json=answer).json or {}
        return cls(client, said["session"])

    def get(self, path: str) -> TestResponse:
        """What is there."""
        return self.client.get(f"/reading{path}", headers=self._headers)

    def post(self, path: str, **body: Any) -> TestResponse:
        """What becomes of it."""
        return self.client.post(f"/reading{path}", json=body, headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Segel {self.session}"} if self.session else {}
