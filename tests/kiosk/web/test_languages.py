"""Indonesian unless English is asked for; and no cookie remembers it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from kiosk.web.languages import localized_url
from tests.public_site import PublicSite


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    """A published office that nobody serves."""
    site = PublicSite(tmp_path)
    site.publish()
    return site


def client_of(site: PublicSite) -> FlaskClient:
    """A client of this site's pages."""
    return create_app(site.office).test_client()


def test_the_first_language_is_indonesian(site: PublicSite) -> None:
    answer = client_of(site).get("/")

    assert '<html lang="id">' in answer.text
    assert "Apakah SKCK ini asli?" in answer.text


def test_english_is_a_link_away(site: PublicSite) -> None:
    client = client_of(site)

    assert 'href="?lang=en"' in client.get("/").text
    answer = client.get("/?lang=en")
    assert '<html lang="en">' in answer.text
    assert "Is this SKCK genuine?" in answer.text
    assert 'lang="id" hreflang="id" href="/"' in answer.text


def test_links_stay_in_the_language(site: PublicSite) -> None:
    assert 'href="/report?lang=en"' in client_of(site).get("/check?lang=en").text


def test_an_unknown_language_is_no_error(site: PublicSite) -> None:
    assert '<html lang="id">' in client_of(site).get("/?lang=fr").text


def test_an_office_may_put_english_first(site: PublicSite) -> None:
    site.changes["language"] = "en"
    client = client_of(site)

    assert '<html lang="en">' in client.get("/").text
    assert "Apakah SKCK ini asli?" in client.get("/?lang=id").text


def test_an_address_names_its_language_only_where_it_must(site: PublicSite) -> None:
    app = create_app(site.office)

    with app.test_request_context("/?lang=en"):
        assert localized_url("check.show_forms") == "/check?lang=en"
        assert localized_url("check.show_forms", lang="id") == "/check"
