"""Text is made small for those who take it so, and left alone for others."""

import gzip

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from kiosk.web.headers import use_headers

LONG = "Catatan kepolisian. " * 100


@pytest.fixture
def client() -> FlaskClient:
    """A client of an application with one long text, one short one and one picture."""
    app = Flask("texts")
    use_headers(app, clock=lambda: 0, https=False)
    app.add_url_rule("/long", "long", lambda: LONG)
    app.add_url_rule("/short", "short", lambda: "pendek")
    app.add_url_rule("/image", "image", lambda: Response(bytes(5000), mimetype="image/png"))
    return app.test_client()


def test_a_long_text_is_compressed(client: FlaskClient) -> None:
    answer = client.get("/long", headers={"Accept-Encoding": "br, gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == LONG
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(LONG)


@pytest.mark.parametrize("wanted", ["", "br", "gzip;q=0"])
def test_nobody_gets_what_he_cannot_read(client: FlaskClient, wanted: str) -> None:
    answer = client.get("/long", headers={"Accept-Encoding": wanted})

    assert answer.text == LONG
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("address", ["/short", "/image"])
def test_what_would_not_shrink_is_left_alone(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_pages_are_not_kept_by_anybody_on_the_way(client: FlaskClient) -> None:
    assert client.get("/long").headers["Cache-Control"] == "no-store"
