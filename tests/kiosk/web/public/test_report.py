"""Reports of fakes: few questions, nothing lost, nothing taken that was not offered."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from signing.token import LONGEST_DIGITS
from tests.public_site import NOW, PublicSite

JSON = {"Accept": "application/json"}
TYPED = {"what": "Fotonya orang lain", "where": "Pasar, Senin", "contact": ""}


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    """A published office that nobody serves."""
    site = PublicSite(tmp_path)
    site.publish()
    return site


@pytest.fixture
def client(site: PublicSite) -> FlaskClient:
    """A client of its pages."""
    return create_app(site.office).test_client()


def test_a_report_reaches_the_office(client: FlaskClient, site: PublicSite) -> None:
    answer = client.post("/report", data=TYPED)

    assert "Terima kasih" in answer.text
    (report,) = site.reports
    assert (report.at, report.what, report.where) == (NOW, "Fotonya orang lain", "Pasar, Senin")
    assert (report.contact, report.digits) == ("", "")


def test_scripts_get_an_empty_answer(client: FlaskClient) -> None:
    answer = client.post("/report", data=TYPED, headers=JSON)

    assert (answer.status_code, json.loads(answer.data)) == (200, {})


@pytest.mark.parametrize("missing", ["what", "where"])
def test_what_is_missing_is_said_and_the_rest_is_kept(
    client: FlaskClient, site: PublicSite, missing: str
) -> None:
    typed = TYPED | {missing: "  ", "contact": "0800"}

    page = client.post("/report", data=typed)
    problem = json.loads(client.post("/report", data=typed, headers=JSON).data)

    assert page.status_code == 422
    assert 'value="0800"' in page.text
    assert set(problem["faults"]) == {missing}
    assert site.reports == []


def test_a_report_that_is_too_long_is_refused_and_kept_whole(client: FlaskClient) -> None:
    answer = client.post("/report", data=TYPED | {"where": "x" * 301})

    assert answer.status_code == 422
    assert "x" * 301 in answer.text
    assert "300" in answer.text


@pytest.mark.parametrize("digits", ["1" * (LONGEST_DIGITS + 1), "12a4", "<b>", "１２３"])
def test_only_digits_are_taken_for_digits(
    client: FlaskClient, site: PublicSite, digits: str
) -> None:
    client.post("/report", data=TYPED | {"digits": digits})

    assert site.reports[0].digits == ""


def test_a_flood_is_held_back_and_what_was_typed_is_kept(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.publish()
    site.changes["reports_per_minute"] = 1
    client = create_app(site.office).test_client()

    answers = [client.post("/report", data=TYPED) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Fotonya orang lain" in answers[1].text
    assert len(site.reports) == 1
