"""The page holds nothing of anybody; what it needs without signal is named in it."""

import json
import re

from kiosk.domain.staff import Role
from tests.staffed import Staffed


def test_the_page_is_the_same_for_everybody(staffed: Staffed) -> None:
    shell = staffed.client().get("/courier/shell")

    assert shell.status_code == 200
    assert staffed.client(Role.COURIER).get("/courier/shell").text == shell.text
    assert "Bambang" not in shell.text
    assert "Set-Cookie" not in shell.headers


def test_everything_that_it_needs_is_served(staffed: Staffed) -> None:
    client = staffed.client()
    found = re.search(r'id="kept">(.*?)</script>', client.get("/courier/shell").text)

    assert found
    kept = json.loads(found[1])
    assert [client.get(one).status_code for one in kept] == [200] * len(kept)
    assert {one.rpartition(".")[2] for one in kept} == {"js", "css", "svg", "png", "wasm"}


def test_it_can_be_installed(staffed: Staffed) -> None:
    manifest = staffed.client().get("/courier/manifest.webmanifest?lang=en").json

    assert manifest is not None
    assert (manifest["start_url"], manifest["scope"]) == ("/courier?lang=en", "/courier")
    assert manifest["short_name"] == "Courier"
