"""At the onion address reports are taken, and nothing else of the office answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kiosk.actions.mailroom import Mailroom
from kiosk.cli.serving import office_of
from kiosk.web.app import create_app
from kiosk.web.public.mailbox import Mailbox
from tests.staffed import Staffed

ONION = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion"
OFFICE = "https://skck.example"


@pytest.fixture
def client(staffed: Staffed, mailroom: Mailroom) -> Iterator[FlaskClient]:
    """A browser, at an office with an onion service."""
    there = replace(mailroom, settings=replace(mailroom.settings, onion=ONION))
    app = create_app(
        office_of(staffed.workshop), desk=staffed.desk, mailbox=Mailbox(mailroom=there)
    )
    with app.test_client() as found:
        yield found


def test_the_pages_of_reports_name_the_way_and_no_other_page_does(client: FlaskClient) -> None:
    for page in ("/lapor", "/l", "/lapor/balas", "/lapor/tanpa-skrip/balas"):
        answer = client.get(page, base_url=OFFICE)
        assert answer.headers["Onion-Location"] == f"http://{ONION}{page}"
    for page in ("/", "/check", "/apply", "/sign-in", "/report/challenge"):
        assert "Onion-Location" not in client.get(page, base_url=OFFICE).headers


def test_what_was_asked_for_beside_the_path_is_not_repeated(client: FlaskClient) -> None:
    answer = client.get("/lapor?lang=en&x=y", base_url=OFFICE)

    assert answer.headers["Onion-Location"] == f"http://{ONION}/lapor"


def test_at_the_onion_address_nothing_but_reports_answers(client: FlaskClient) -> None:
    there = f"http://{ONION}"

    for page in ("/lapor", "/lapor/balas", "/lapor/tanpa-skrip/balas", "/report/challenge"):
        answer = client.get(page, base_url=there)
        assert answer.status_code == 200
        assert "Onion-Location" not in answer.headers
    style = client.application.extensions["assets"].url("lapor.css")
    assert client.get(style, base_url=there).status_code == 200
    for page in ("/", "/check", "/apply", "/sign-in", "/account", "/trust/bundle"):
        for host in (there, f"http://www.{ONION}", f"http://{ONION.upper()}:80"):
            assert client.get(page, base_url=host).status_code == 404
        assert client.get(page, base_url=OFFICE).status_code != 404 or page == "/trust/bundle"


def test_an_office_without_an_onion_service_names_none(
    staffed: Staffed, mailroom: Mailroom
) -> None:
    client = create_app(office_of(staffed.workshop), mailbox=Mailbox(mailroom=mailroom))

    answer = client.test_client().get("/lapor", base_url=OFFICE)

    assert "Onion-Location" not in answer.headers
