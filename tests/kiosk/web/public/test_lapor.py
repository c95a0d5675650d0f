"""The pages of sealed reports are there only where they were asked for, and take nothing in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.actions.mailroom import Mailroom
from kiosk.domain.cases import MOST_FILE_BYTES, MOST_FILES
from kiosk.web.app import create_app
from kiosk.web.headers import REPORT_POLICY
from kiosk.web.public.mailbox import Mailbox
from signing.padding import padded_file_length
from tests.public_site import PublicSite
from tests.sealed_reports import HOLDERS, Days, new_mailroom

PAGES = ("/l", "/lapor", "/lapor/balas")


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(PublicSite(tmp_path).office)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    mailroom = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, Days())
    office = PublicSite(tmp_path).office
    yield create_app(office, mailbox=Mailbox(mailroom=mailroom)).test_client()
    mailroom.archive.close()


@pytest.mark.parametrize("page", PAGES)
def test_an_office_that_takes_no_reports_has_no_page_for_them(app: Flask, page: str) -> None:
    assert app.test_client().get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_nothing_in_and_keeps_nothing(client: FlaskClient, page: str) -> None:
    answer = client.get(page)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == REPORT_POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.post(page, data={"story": "x"}).status_code == 405
    # No way that a browser could send the form by itself.
    assert not re.search(r"<form[^>]*(action|method)", answer.text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_not_say_what_it_is_about_in_its_title_nor_lead_to_certificates(
    client: FlaskClient, page: str
) -> None:
    text = client.get(page).text

    assert "<title>Formulir</title>" in text
    assert "SKCK" not in text
    links = set(re.findall(r'href="(/[^"]*)"', text))
    assert all(link.startswith(("/lapor", "/static/")) for link in links)


def test_a_kiosks_pages_empty_the_cache_and_no_page_empties_what_a_reader_keeps(
    client: FlaskClient,
) -> None:
    for page in PAGES:
        assert client.get(f"{page}?kiosk").headers["Clear-Site-Data"] == '"cache"'
        assert "Clear-Site-Data" not in client.get(page).headers


@pytest.mark.parametrize(("page", "said"), [("/lapor", "Leave quickly"), ("/lapor/balas", "Open")])
def test_a_page_speaks_english_on_request(client: FlaskClient, page: str, said: str) -> None:
    assert said in client.get(f"{page}?lang=en").text


def test_the_holders_of_root_keys_and_the_limits_of_files_stand_in_the_page(
    client: FlaskClient,
) -> None:
    text = client.get("/lapor").text
    [setup] = re.findall(r'id="setup">(.*?)</script>', text)

    found = json.loads(setup)
    assert found["roots"] == [holder.point.hex() for holder in HOLDERS]
    assert (found["files"]["most"], found["files"]["bytes"]) == (10, 200_000_000)
    # What the page lets somebody pick, the mailroom takes.
    assert found["files"]["slots"] == MOST_FILES
    assert padded_file_length(found["files"]["bytes"]) <= MOST_FILE_BYTES
    assert client.get(found["files"]["script"]).status_code == 200


def test_the_first_page_leads_to_reports_only_where_they_are_taken(
    site: PublicSite, mailroom: Mailroom
) -> None:
    box = Mailbox(mailroom=mailroom)
    taking = create_app(site.office, mailbox=box).test_client()

    assert 'href="/lapor"' in taking.get("/").text
    assert taking.get("/lapor").status_code == 200
    assert "/lapor" not in create_app(site.office).test_client().get("/").text
    mailroom.directory.unlink()
    assert "/lapor" not in taking.get("/").text
