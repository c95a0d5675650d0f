"""Whoever holds a key of the directory gets in, nobody else, and not for longer than the key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.actions.mailroom import Mailroom
from signing.cose import encode
from signing.hpke import OpeningKey
from tests.reading import Clock, Desk, everybody, publish_everybody, reading_app
from tests.sealed_reports import EXTERNAL, HANDLER, INTERNAL, UNIT, Days, new_mailroom

READER = HANDLER.sealing_key.id


@pytest.fixture
def mailroom(tmp_path: Path, today: Days) -> Iterator[Mailroom]:
    """A mailroom; nothing here asks its database anything."""
    found = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, today)
    yield found
    found.archive.close()


@pytest.fixture
def clock() -> Clock:
    """The time of day."""
    return Clock()


@pytest.fixture
def client(mailroom: Mailroom, clock: Clock) -> Iterator[FlaskClient]:
    """Somebody's browser."""
    publish_everybody(mailroom)
    with reading_app(mailroom, clock).test_client() as found:
        yield found


@pytest.mark.parametrize(
    ("key", "role", "unit"),
    [
        (HANDLER, "handler", UNIT),
        (INTERNAL[0], "internal", UNIT),
        (EXTERNAL[0], "external", 999001),
    ],
    ids=["handler", "internal", "external"],
)
def test_whoever_opens_the_challenge_is_told_who_they_are(
    client: FlaskClient, key: OpeningKey, role: str, unit: int
) -> None:
    reader = key.sealing_key.id
    given = client.post("/reading/challenges", json={"reader": reader.hex()})
    assert "Set-Cookie" not in given.headers

    desk = Desk.before(client, key)

    assert desk.get("/openings").status_code == 200
    said = _session(client, key)
    assert (said["role"], said["unit"], said["unit_name"]) == (role, unit, f"SATUAN {unit}")


def test_who_is_in_no_directory_gets_no_challenge(client: FlaskClient) -> None:
    reader = OpeningKey.new().sealing_key.id

    assert client.post("/reading/challenges", json={"reader": reader.hex()}).status_code == 404


@pytest.mark.parametrize("spoilt", ["nonce", "ticket", "reader"])
def test_whoever_cannot_open_the_challenge_stays_outside(client: FlaskClient, spoilt: str) -> None:
    answer = (
        _answer(client, HANDLER)
        | {
            "nonce": {"nonce": bytes(32).hex()},
            "ticket": {"ticket": bytes(40).hex()},
            "reader": {"reader": INTERNAL[0].sealing_key.id.hex()},
        }[spoilt]
    )

    refused = client.post("/reading/sessions", json=answer)

    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"


def test_a_challenge_is_answered_soon_or_never(client: FlaskClient, clock: Clock) -> None:
    answer = _answer(client, HANDLER)
    clock.now += 120

    assert client.post("/reading/sessions", json=answer).status_code == 401


def test_a_session_is_over_after_half_an_hour(client: FlaskClient, clock: Clock) -> None:
    desk = Desk.before(client, HANDLER)
    clock.now += 1799
    assert desk.get("/cases").status_code == 200
    clock.now += 1

    assert desk.get("/cases").status_code == 401


def test_a_session_is_over_once_the_directory_ends_the_key(
    client: FlaskClient, mailroom: Mailroom
) -> None:
    desk = Desk.before(client, HANDLER)
    assert desk.get("/cases").status_code == 200
    ended = [
        replace(key, until=1_790_000_001) if key.key.id == READER else key for key in everybody()
    ]
    publish_everybody(mailroom, ended)

    assert desk.get("/cases").status_code == 401
    asked = client.post("/reading/challenges", json={"reader": READER.hex()})
    assert asked.status_code == 404


def test_a_session_is_nobody_elses_and_no_other_process_believes_it(
    client: FlaskClient, mailroom: Mailroom, clock: Clock
) -> None:
    session = Desk.before(client, HANDLER).session
    other = session[:16] + INTERNAL[0].sealing_key.id.hex() + session[48:]
    longer = f"{int(session[:16], 16) + 1:016x}" + session[16:]

    for forged in (other, longer, session[:-2], "00" * 56, "", "zz"):
        assert Desk(client, forged).get("/openings").status_code == 401
    with reading_app(mailroom, clock).test_client() as elsewhere:
        assert Desk(elsewhere, session).get("/openings").status_code == 401
    assert Desk(client, session).get("/openings").status_code == 200


def test_where_no_directory_counts_nobody_gets_in(client: FlaskClient, mailroom: Mailroom) -> None:
    desk = Desk.before(client, HANDLER)
    mailroom.directory.write_bytes(b"not signed")

    assert desk.get("/cases").status_code == 503


@pytest.mark.parametrize(
    "body",
    [{}, {"reader": 1}, {"reader": "zz"}, {"reader": "00", "more": 1}, {"reader": " 00"}, []],
)
def test_a_body_of_another_shape_is_refused(client: FlaskClient, body: object) -> None:
    assert client.post("/reading/challenges", json=body).status_code == 400


def test_lists_within_lists_are_refused_and_break_nothing(client: FlaskClient) -> None:
    assert client.post("/reading/challenges", data="[" * 100_000).status_code == 400


def _answer(client: FlaskClient, key: OpeningKey) -> dict[str, str]:
    """What opens a session."""
    reader = key.sealing_key.id
    given = client.post("/reading/challenges", json={"reader": reader.hex()}).json or {}
    context = encode(["segel-reading-challenge", 1, reader, given["expires"]])
    nonce = key.open(bytes.fromhex(given["sealed"]), context)
    return {"reader": reader.hex(), "ticket": given["ticket"], "nonce": nonce.hex()}


def _session(client: FlaskClient, key: OpeningKey) -> dict[str, object]:
    return dict(client.post("/reading/sessions", json=_answer(client, key)).json or {})
