"""What the page's scripts ask about a card, and what they are answered."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions.scans import ScanState, ShownCard
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Refusal, Unknown
from kiosk.scanning.errors import CardPictureError, ReaderBusyError, ReaderMissingError
from tests.stations import LOOKING, PreparedStation
from verifier.errors import TrustError

PICTURE = b"\xff\xd8 made up"
JSON = {"Accept": "application/json"}
CORNERS = ((10.5, 20.0), (300.0, 21.0), (301.0, 200.0), (11.0, 199.0))


def begin(client: FlaskClient, code: str | None = None) -> str:
    """The id of a new scan."""
    scan: str = json.loads(client.post("/station/scans", json={"code": code}).data)["scan"]
    return scan


def show(client: FlaskClient, scan: str, picture: bytes = PICTURE, **other: Any) -> TestResponse:
    """The answer to one picture."""
    return client.post(
        f"/station/scans/{scan}/frames",
        data=picture,
        **({"content_type": "image/jpeg", "headers": JSON} | other),
    )


def said(answer: TestResponse) -> str:
    """The sentence of a problem."""
    assert answer.mimetype == "application/problem+json"
    sentence: str = json.loads(answer.data)["detail"]
    return sentence


@pytest.mark.parametrize("code", [None, "https://localhost/#0123", "SKCK/1 ABCD2345"])
def test_a_scan_begins_with_whom_to_expect(
    client: FlaskClient, station: PreparedStation, code: str | None
) -> None:
    answer = client.post("/station/scans", json={"code": code})

    assert answer.status_code == 201
    assert answer.json == {"scan": "scan-1"}
    assert station.opened == [code]


def test_a_typed_certificate_is_spelled_as_it_is_printed(
    client: FlaskClient, station: PreparedStation
) -> None:
    client.post("/station/scans", json={"number": " SKCK/1 ", "code": "abcd-o1l5"})

    assert station.opened == ["SKCK/1 ABCD0115"]


def test_a_typed_certificate_that_cannot_be_one_is_faulted_by_field(client: FlaskClient) -> None:
    answer = client.post("/station/scans", json={"number": "", "code": "R2Z"}, headers=JSON)

    assert answer.status_code == 422
    assert set(json.loads(answer.data)["faults"]) == {"number", "code"}


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (Unknown("x"), 404, "tidak pernah menerbitkan"),
        (NotPermitted("x"), 403, "jangan serahkan"),
        (NotNow("x"), 429, "Tunggu sebentar"),
        (TrustError("x"), 503, "tidak dapat memeriksa"),
    ],
)
def test_a_scan_that_cannot_begin_says_why(
    client: FlaskClient, station: PreparedStation, refusal: Exception, status: int, words: str
) -> None:
    station.refusal = refusal

    answer = client.post("/station/scans", json={"code": "SKCK/1 ABCD2345"}, headers=JSON)

    assert answer.status_code == status
    assert words in said(answer)


@pytest.mark.parametrize("body", ["[]", '{"code": 7}', '{"code": ["x"]}', "null", "{", ""])
def test_what_is_no_question_is_refused(
    client: FlaskClient, station: PreparedStation, body: str
) -> None:
    answer = client.post("/station/scans", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert station.opened == []


def test_a_question_is_json_and_short(client: FlaskClient) -> None:
    assert client.post("/station/scans", data={"code": "x"}).status_code == 415
    assert client.post("/station/scans", json={"code": "9" * 20_000}).status_code == 413


def test_a_picture_is_answered_with_where_the_scan_stands(
    client: FlaskClient, station: PreparedStation
) -> None:
    station.answers = [
        ScanState(state="looking", hints=("far",), corners=CORNERS, tries_left=2),
        ScanState(
            state="read",
            suspicions=("grey",),
            shown=ShownCard(nik="999901******0003", name="R**** W********", birth_year="1996"),
        ),
    ]
    scan = begin(client)

    first, second = show(client, scan).json, show(client, scan).json

    assert first == {
        "state": "looking",
        "hints": ["far"],
        "suspicions": [],
        "corners": [list(corner) for corner in CORNERS],
        "shown": None,
        "tries_left": 2,
    }
    assert second is not None
    assert second["shown"] == {
        "nik": "999901******0003",
        "name": "R**** W********",
        "birth_year": "1996",
    }
    assert station.pictures == [PICTURE, PICTURE]


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (Unknown("x"), 404, "sudah berakhir"),
        (CardPictureError("picture-broken", "x"), 422, "Gambar ini tidak dapat dibaca"),
        (ReaderBusyError("reader-busy", "x"), 429, "Tunggu sebentar"),
        (ReaderMissingError("reader-missing", "x"), 503, "ketik"),
    ],
)
def test_a_picture_that_cannot_be_looked_at_says_why(
    client: FlaskClient, station: PreparedStation, problem: Exception, status: int, words: str
) -> None:
    station.answers = [problem]

    answer = show(client, begin(client))

    assert answer.status_code == status
    assert words in said(answer)


def test_a_picture_is_never_a_form(client: FlaskClient, station: PreparedStation) -> None:
    scan = begin(client)

    for kind in ("multipart/form-data; boundary=x", "application/octet-stream", "image/png"):
        assert show(client, scan, content_type=kind).status_code == 415
    assert station.pictures == []


def test_a_picture_of_more_than_four_megabytes_is_not_taken(
    client: FlaskClient, station: PreparedStation
) -> None:
    scan = begin(client)

    assert show(client, scan, bytes(4 << 20)).status_code == 200
    refused = show(client, scan, bytes((4 << 20) + 1))

    assert refused.status_code == 413
    assert "4 MB" in said(refused)
    assert len(station.pictures) == 1


@pytest.mark.parametrize("birth", ["25-12-1996", "25121996", "25/12/1996", "1996-12-25"])
def test_what_is_typed_of_a_card_is_compared(
    client: FlaskClient, station: PreparedStation, birth: str
) -> None:
    station.answers = [ScanState(state="match")]
    scan = begin(client, "SKCK/1 ABCD2345")

    answer = client.post(
        f"/station/scans/{scan}/typed", json={"nik": "9999016512960003", "birth": birth}
    )

    assert answer.json is not None
    assert answer.json["state"] == "match"
    assert station.typed == [("9999016512960003", "1996-12-25")]


@pytest.mark.parametrize(
    ("problem", "status"), [(NotNow("nobody is expected"), 409), (Unknown("x"), 404)]
)
def test_a_scan_that_takes_nothing_typed_says_why(
    client: FlaskClient, station: PreparedStation, problem: Refusal, status: int
) -> None:
    station.answers = [problem]

    answer = client.post(f"/station/scans/{begin(client)}/typed", json={}, headers=JSON)

    assert answer.status_code == status
    assert said(answer)


def test_what_cannot_stand_on_a_card_is_faulted_by_field(
    client: FlaskClient, station: PreparedStation
) -> None:
    station.answers = [
        Invalid([Fault(path=path, code="x", sentence="y") for path in ("nik", "birth")])
    ]

    answer = client.post(
        f"/station/scans/{begin(client)}/typed", json={"nik": "99", "birth": "31-02-1996"}
    )

    assert answer.status_code == 422
    faults = json.loads(answer.data)["faults"]
    assert "16 angka" in faults["nik"]
    assert "25-12-1996" in faults["birth"]
    assert station.typed == [("99", "")]


def test_a_scan_ends(client: FlaskClient, station: PreparedStation) -> None:
    scan = begin(client)

    answer = client.delete(f"/station/scans/{scan}")

    assert (answer.status_code, answer.data) == (204, b"")
    assert station.ended == [scan]
    assert show(client, scan).status_code == 404


def test_the_id_of_a_scan_is_not_logged_even_when_something_breaks(
    client: FlaskClient, station: PreparedStation, caplog: pytest.LogCaptureFixture
) -> None:
    station.answers = [LOOKING, ZeroDivisionError("out of order")]
    scan = begin(client)
    with caplog.at_level(logging.DEBUG):
        show(client, scan)
        answer = show(client, scan)

    assert answer.status_code == 500
    assert "out of order" in caplog.text
    assert "scans.look" in caplog.text
    assert scan not in caplog.text


def test_nothing_about_a_scan_is_kept_by_the_browser(
    client_of: Callable[[PreparedStation], FlaskClient], station: PreparedStation
) -> None:
    client = client_of(station)
    answers = [client.get("/station"), show(client, begin(client))]

    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
