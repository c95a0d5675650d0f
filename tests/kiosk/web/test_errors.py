"""Errors are answered kindly: a page for people, problem details for machines."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import PublicSite
from verifier.verdict import Verdict

JSON = {"Accept": "application/json"}


def failing(number: str, code: str) -> Verdict | None:
    """A register that is out of order, with a name in its error."""
    raise ZeroDivisionError(f"{number} {code} RATNA")


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A client of an office whose register is out of order."""
    site = PublicSite(tmp_path)
    site.publish()
    site.changes["find_by_number"] = failing
    return create_app(site.office).test_client()


def test_people_get_a_page_with_a_way_on(client: FlaskClient) -> None:
    answer = client.get("/teapot")

    assert answer.status_code == 404
    assert "Halaman ini tidak ada." in answer.text
    assert 'href="/"' in answer.text


def test_the_page_speaks_the_language_that_was_asked_for(client: FlaskClient) -> None:
    assert "There is no such page." in client.get("/teapot?lang=en").text


def test_machines_get_problem_details(client: FlaskClient) -> None:
    answer = client.get("/teapot", headers=JSON)

    assert answer.mimetype == "application/problem+json"
    assert answer.status_code == 404
    assert json.loads(answer.data) == {
        "title": "Not Found",
        "status": 404,
        "detail": "Halaman ini tidak ada.",
    }


def test_what_broke_inside_is_not_shown(client: FlaskClient) -> None:
    answer = client.post("/check", data={"number": "SKCK/7", "code": "ABCDEFGH"})

    assert answer.status_code == 500
    assert "bukan salah Anda" in answer.text
    assert "RATNA" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_a_file_that_is_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.publish()
    site.changes["upload_limit"] = 1 << 20
    client = create_app(site.office).test_client()

    answer = client.post(
        "/check/file",
        data=bytes(2 << 20),
        content_type="multipart/form-data; boundary=x",
        headers=JSON,
    )

    assert answer.status_code == 413
    assert "1 MB" in json.loads(answer.data)["detail"]


def test_a_wrong_method_is_no_accident_either(client: FlaskClient) -> None:
    answer = client.post("/")

    assert answer.status_code == 405
    assert "Halaman ini tidak menerima itu." in answer.text
