"""Trust files are served as published, whole, and with the time of the server."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from kiosk.web.public.trust import lists_now
from tests.public_site import PublicSite


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


def test_bundle_and_lists_are_served_byte_for_byte(client: FlaskClient, site: PublicSite) -> None:
    public = site.folder / "public"

    assert client.get("/trust/bundle").data == (public / "bundle").read_bytes()
    assert client.get("/trust/root.pem").data == (public / "root.pem").read_bytes()
    for number in site.list_numbers:
        expected = (public / "status" / str(number)).read_bytes()
        assert client.get(f"/trust/status/{number}").data == expected


def test_what_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/trust/bundle")

    again = client.get("/trust/bundle", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""


def test_the_lists_of_last_month_and_later_are_named(client: FlaskClient, site: PublicSite) -> None:
    oldest, *_ = site.list_numbers
    for number in (oldest - 5, oldest - 1):
        (site.folder / "public" / "status" / str(number)).write_bytes(b"long ago")
    (site.folder / "public" / "status" / "notes.tmp").write_bytes(b"half written")

    assert json.loads(client.get("/trust/lists").data) == site.list_numbers
    assert lists_now(site.office) == site.list_numbers


def test_the_names_of_lists_are_never_kept(client: FlaskClient) -> None:
    assert client.get("/trust/lists").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["status/9999", "status/..%2froot.pem", "status/-1", "register"])
def test_nothing_else_is_published(client: FlaskClient, path: str) -> None:
    assert client.get(f"/trust/{path}").status_code == 404
