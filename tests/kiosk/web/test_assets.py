"""Built files: kept for good by browsers, compressed, and nothing else is served."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from kiosk.web.app import create_app
from kiosk.web.assets import Assets, AssetsError, use_assets
from tests.public_site import PublicSite


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    """A published office that nobody serves."""
    site = PublicSite(tmp_path)
    site.publish()
    return site


def test_a_file_is_kept_for_good_because_its_name_holds_its_hash(site: PublicSite) -> None:
    client = create_app(site.office).test_client()

    answer = client.get(Assets().url("main.js"))

    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]


def test_text_is_sent_compressed_to_those_who_take_it(site: PublicSite) -> None:
    client = create_app(site.office).test_client()
    address = Assets().url("page.css")

    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2


def test_only_the_reader_of_pictures_may_run_webassembly(site: PublicSite) -> None:
    client = create_app(site.office).test_client()

    def policy(name: str) -> str:
        return client.get(Assets().url(name)).headers["Content-Security-Policy"]

    assert "wasm-unsafe-eval" in policy("decoder.js")
    assert "wasm-unsafe-eval" not in policy("main.js")
    assert "wasm-unsafe-eval" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["assets.json", "..%2f..%2fapp.py", "main.js", "sw.js"])
def test_nothing_else_is_served(site: PublicSite, name: str) -> None:
    assert create_app(site.office).test_client().get(f"/static/{name}").status_code == 404


def test_a_site_without_built_pages_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match="make setup"):
        use_assets(Flask("unbuilt"), Assets(tmp_path))


def test_a_build_that_left_nothing_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "assets.json").write_text("{}")

    with pytest.raises(AssetsError, match="make setup"):
        use_assets(Flask("empty"), Assets(tmp_path))
