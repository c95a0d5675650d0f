"""The pages of those who read reports: their rules, and that they hold nothing themselves."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from kiosk.web.headers import REPORT_POLICY
from kiosk.web.reading.pages import ReadingPages, use_reading_pages
from tests.public_site import PublicSite
from tests.vectors.make_vectors import ROOT


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(PublicSite(tmp_path).office)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    use_reading_pages(app, ReadingPages(roots=(ROOT.point,)))
    return app.test_client()


def test_an_office_without_reports_has_no_page_for_those_who_read(app: Flask) -> None:
    assert app.test_client().get("/reading").status_code == 404


def test_the_desk_takes_nothing_in_sets_no_cookie_and_can_be_framed_by_nobody(
    client: FlaskClient,
) -> None:
    answer = client.get("/reading")

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == REPORT_POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.post("/reading", data={"x": "y"}).status_code == 405
    # No way that a browser could send a form by itself.
    assert not re.search(r"<form[^>]*(action|method)", answer.text)


def test_the_desk_brings_the_holders_along_by_whom_the_browser_knows_the_directory(
    client: FlaskClient,
) -> None:
    text = client.get("/reading").text

    [setup] = re.findall(r'id="setup">(.*?)</script>', text)
    assert json.loads(setup) == {"roots": [ROOT.point.hex()], "idle_minutes": 10}
