"""Sealed reports over HTTP: bytes in, bytes out, no cookie, no trace, and never a closed door."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions.mailroom import Mailroom
from kiosk.cli.serving import office_of
from kiosk.web.app import create_app
from kiosk.web.public.mailbox import Mailbox, ask_turn
from signing.cose import encode, read
from signing.padding import unpad
from tests.proofs_of_work import done
from tests.sealed_reports import CANARY, Reporter
from tests.staffed import Staffed


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def app_of(staffed: Staffed, mailroom: Mailroom) -> Callable[..., Flask]:
    """The screens with a mailbox; `per_minute` limits each network."""

    def make(per_minute: int = 0, *, work: bool = True, clock: Clock | None = None) -> Flask:
        limited = replace(mailroom.settings, per_minute=per_minute, work=work)
        box = Mailbox(mailroom=replace(mailroom, settings=limited))
        office = office_of(staffed.workshop)
        return create_app(replace(office, clock=clock) if clock else office, mailbox=box)

    return make


@pytest.fixture
def client(app_of: Callable[..., Flask]) -> Iterator[FlaskClient]:
    """Somebody's browser."""
    with app_of().test_client() as found:
        yield found


def test_a_report_gets_a_number_and_its_thread(client: FlaskClient) -> None:
    reporter = Reporter.new()

    sent = client.post("/report/cases", data=reporter.delivery)
    shown = client.post("/report/thread", data=reporter.ask())
    said = client.post("/report/thread/messages", data=reporter.said(b"more", after=1))

    assert (sent.status_code, shown.status_code, said.status_code) == (201, 200, 200)
    parts = read(unpad(shown.data))
    assert parts[1:4] == [reporter.key.case, json.loads(sent.data)["number"], "received"]
    assert said.json == {"number": 2}
    for answer in (sent, shown, said):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/report/cases", b"not CBOR", 400),
        ("/report/cases", bytes(2 << 20), 413),
        ("/report/thread", Reporter.new(seed=8).ask(), 404),
        ("/report/thread/objections", encode([1, bytes(32), bytes(16)]), 404),
        ("/report/thread/messages", Reporter.new(seed=8).said(b"hello", after=1), 404),
    ],
)
def test_a_refusal_is_problem_details_and_repeats_nothing(
    client: FlaskClient, address: str, body: bytes, status: int
) -> None:
    answer = client.post(address, data=body, headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert set(json.loads(answer.data)) <= {"title", "status", "detail", "code"}


def test_a_report_that_was_altered_is_refused(client: FlaskClient) -> None:
    reporter = Reporter.new()
    client.post("/report/cases", data=reporter.delivery)

    again = client.post("/report/cases", data=reporter.delivery)
    other = client.post("/report/cases", data=reporter.delivery_with(unit=5))

    assert (again.status_code, other.status_code) == (201, 409)


def test_the_salt_stays_and_the_directory_is_as_published(
    client: FlaskClient, mailroom: Mailroom
) -> None:
    first, second = client.get("/report/challenge").json, client.get("/report/challenge").json
    mailroom.directory.write_bytes(b"signed elsewhere")
    kept = mailroom.directory.with_name("directories")
    kept.mkdir()
    (kept / "3").write_bytes(b"signed before")

    assert first == second
    assert len(bytes.fromhex(json.loads(client.get("/report/challenge").data)["salt"])) == 16
    assert client.get("/report/directory").data == b"signed elsewhere"
    assert client.get("/report/directories/3").data == b"signed before"
    mailroom.directory.unlink()
    for none in ("/report/directory", "/report/directories/4"):
        assert client.get(none).status_code == 404


def test_who_asks_too_often_is_told_when_to_come_again_and_is_served_then(
    app_of: Callable[..., Flask],
) -> None:
    clock = Clock()
    with app_of(per_minute=2, clock=clock).test_client() as client:
        bodies = [Reporter.new(seed=number).delivery for number in range(4)]
        answers = [client.post("/report/cases", data=body) for body in bodies]
        early = client.post("/report/cases", data=bodies[2], headers=_ticket(answers[2]))
        clock.now += int(answers[2].headers["Retry-After"])
        other = client.post("/report/cases", data=bodies[3], headers=_ticket(answers[2]))
        again = client.post("/report/cases", data=bodies[2], headers=_ticket(answers[2]))

    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    assert (early.status_code, other.status_code, again.status_code) == (429, 429, 201)


def test_a_page_asks_for_a_turn_and_for_a_longer_wait(app_of: Callable[..., Flask]) -> None:
    app = app_of(per_minute=1)
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert ask_turn("", b"body") == (0, "")
        wait, ticket = ask_turn("", b"body", least=90)
        assert wait == 90
        assert ticket
        # Not due yet: it waits as if there were none.
        assert ask_turn(ticket, b"body")[0] > 0


def test_while_many_come_in_a_browser_works_once_for_its_report(
    app_of: Callable[..., Flask],
) -> None:
    with app_of().test_client() as client:
        calm = client.get("/report/challenge").json
        for _ in range(30):
            client.post("/report/cases", data=b"junk")
        asked = client.get("/report/challenge").json
        assert calm is not None
        assert asked is not None
        shown = {"Segel-Work": done(asked["work"])}
        reports = [Reporter.new(seed=number).delivery for number in range(2)]
        answers = [
            client.post("/report/cases", data=reports[0]),
            client.post("/report/cases", data=reports[0], headers=shown),
            client.post("/report/cases", data=reports[0], headers=shown),
            client.post("/report/cases", data=reports[1], headers=shown),
        ]

    assert calm["work"] is None
    assert [answer.status_code for answer in answers] == [428, 201, 201, 428]


def test_an_office_may_ask_for_no_work_at_all(app_of: Callable[..., Flask]) -> None:
    with app_of(work=False).test_client() as client:
        for _ in range(30):
            client.post("/report/cases", data=b"junk")
        asked = client.get("/report/challenge").json
        taken = client.post("/report/cases", data=Reporter.new().delivery)

    assert asked is not None
    assert asked["work"] is None
    assert taken.status_code == 201


def test_an_office_that_takes_no_reports_has_no_such_address(staffed: Staffed) -> None:
    client = staffed.client()

    assert client.post("/report/cases", data=b"").status_code == 404
    assert client.get("/report/challenge").status_code == 404


def test_what_was_typed_is_in_no_request_no_database_and_no_log(
    client: FlaskClient, mailroom: Mailroom, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reporter = Reporter.new(b"text " + CANARY, identity=b"name " + CANARY)
    bodies = [reporter.delivery, reporter.ask(), reporter.said(b"more " + CANARY, after=1)]
    for address, body in zip(
        ("/report/cases", "/report/thread", "/report/thread/messages"), bodies, strict=True
    ):
        assert client.post(address, data=body).status_code < 300
    file = reporter.sealed_file(b"photo " + CANARY)
    where = f"/report/cases/{reporter.key.case.hex()}/files/0/0"
    bodies.append(reporter.chunk(file, 0))
    assert client.post(where, data=bodies[-1]).json == {"missing": [], "digest": file.digest.hex()}
    answer = client.post("/report/thread", data=reporter.ask())

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    places = [*bodies, answer.data, caplog.text.encode(), *(path.read_bytes() for path in files)]
    places.append(_dump(mailroom))
    assert [
        place for place in places if CANARY in place or CANARY.hex().encode() in place.lower()
    ] == []
    # Nor whence anybody came.
    assert [place for place in places if b"127.0.0.1" in place] == []


def _ticket(refused: TestResponse) -> dict[str, str]:
    """The header that a browser sends which comes again."""
    return {"Segel-Turn": json.loads(refused.data)["turn"]}


def _dump(mailroom: Mailroom) -> bytes:
    """Every row of every table of a mailroom, whichever its database."""
    from kiosk.storage.mailroom_schema import mailroom_metadata

    url = mailroom.settings.database
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump()).encode()
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = [
            repr(connection.execute(str(table.select())).fetchall())
            for table in mailroom_metadata.tables.values()
        ]
    return json.dumps(rows).encode()
