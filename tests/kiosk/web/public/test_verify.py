"""The page itself, its manifest and its service worker."""

import json
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import PublicSite
from tests.vectors.make_vectors import ROOT, STRANGER


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


def test_the_page_bears_the_roots_key(client: FlaskClient) -> None:
    assert f'data-root="{ROOT.point.hex()}"' in client.get("/").text


def test_a_new_root_is_on_the_page_at_once(client: FlaskClient, site: PublicSite) -> None:
    client.get("/")

    site.publish(root=STRANGER)
    os.utime(site.folder / "public" / "root.pem", (1, 1))

    assert STRANGER.point.hex() in client.get("/").text


def test_the_true_address_stands_on_the_page(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.publish()
    site.changes["base_url"] = "https://skck.polres-contoh.example"

    page = create_app(site.office).test_client().get("/").text

    assert '<p class="host">skck.polres-contoh.example</p>' in page


def test_no_script_stands_in_the_page_itself(client: FlaskClient) -> None:
    page = client.get("/").text

    assert page.count("<script") == 2
    assert '<script type="application/json"' in page
    assert '<script type="module" src="/static/main-' in page
    assert " onclick=" not in page
    assert " style=" not in page


@pytest.mark.parametrize(("lang", "name"), [("", "Periksa SKCK"), ("?lang=en", "Check SKCK")])
def test_the_manifest_can_be_installed(client: FlaskClient, lang: str, name: str) -> None:
    answer = client.get(f"/manifest.webmanifest{lang}")
    manifest = json.loads(answer.data)

    assert answer.mimetype == "application/manifest+json"
    assert manifest["short_name"] == name
    assert manifest["display"] == "standalone"
    assert manifest["start_url"] == f"/{lang}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_the_service_worker_speaks_for_the_whole_site_and_is_asked_for_anew(
    client: FlaskClient,
) -> None:
    answer = client.get("/sw.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    # What it keeps is there.
    for part in answer.text.split('"'):
        if part.startswith("/static/") and part != "/static/":
            assert client.get(part).status_code == 200
