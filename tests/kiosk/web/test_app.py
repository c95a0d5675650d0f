"""The screens together: what every answer carries, and what no public answer does."""

import io
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import PublicSite

PAGES = ["/", "/?lang=en", "/check", "/report", "/trust/lists", "/trust/bundle", "/teapot"]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A client of the public pages, without a server."""
    return client_of(PublicSite(tmp_path))


def client_of(site: PublicSite) -> FlaskClient:
    """A client of this site's pages."""
    site.publish()
    return create_app(site.office).test_client()


@pytest.mark.parametrize("address", PAGES)
def test_no_public_answer_sets_a_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_tells_browsers_to_be_careful(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_https_is_kept_to_only_where_the_site_has_it(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.changes["base_url"] = "https://skck.example"

    assert "Strict-Transport-Security" in client_of(site).get("/").headers
    site.changes["base_url"] = "http://localhost:8000"
    assert "Strict-Transport-Security" not in client_of(site).get("/").headers


def test_the_date_of_an_answer_is_the_offices(client: FlaskClient) -> None:
    assert client.get("/trust/lists").headers["Date"] == "Thu, 10 Sep 2026 05:20:00 GMT"


def test_a_demonstration_says_so_on_every_page(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.changes["demo"] = True
    client = client_of(site)

    for address in ("/", "/check", "/report", "/teapot"):
        assert "CONTOH – BUKAN SKCK" in client.get(address).text


def test_an_ordinary_site_does_not_call_itself_an_example(client: FlaskClient) -> None:
    assert "BUKAN SKCK" not in client.get("/").text


def test_behind_a_proxy_each_asker_has_a_limit_of_his_own(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.changes |= {"trusted_proxies": 1, "lookups_per_minute": 1}
    client = client_of(site)
    typed = {"number": "SKCK/1", "code": "ABCDEFGH"}

    def ask(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return client.post("/check", data=typed, headers=headers).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.1")] == [404, 404, 429]


def test_without_a_proxy_nobody_is_believed_about_his_address(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.changes["lookups_per_minute"] = 1
    client = client_of(site)
    typed = {"number": "SKCK/1", "code": "ABCDEFGH"}

    answers = [
        client.post("/check", data=typed, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(2)
    ]

    assert answers == [404, 429]


def test_what_is_sent_never_lies_in_a_file(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.publish()
    app = create_app(site.office)
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="card.jpg"\r\n\r\n'
    body = part + bytes(2 << 20) + b"\r\n--x--\r\n"

    with app.test_request_context(
        "/check", method="POST", data=body, content_type="multipart/form-data; boundary=x"
    ):
        stream = request.files["file"].stream
        assert isinstance(stream, io.BytesIO)
        assert len(stream.getvalue()) == 2 << 20
