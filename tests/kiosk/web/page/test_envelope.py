"""The browser opens of a sealed report what Python opens of it, and refuses what Python refuses.

Both have sealed the report of the vectors, and each opens the other's.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from signing.envelope import digest_of
from tests.kiosk.web.page.engines import bundled, in_chromium, in_node
from tests.vectors import make_sealed

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "envelope.json").read_text(encoding="utf-8")
)


def expected() -> dict[str, Any]:
    """What the page's judge should answer."""
    return {
        "rfc9180": VECTORS["rfc9180"]["plain"],
        "readers": {
            name: {"public": key["public"], "id": key["id"]}
            for name, key in VECTORS["readers"].items()
        },
        "unusable": ["FormatError" for _ in VECTORS["unusable"]],
        "texts": [length for _, length in VECTORS["texts"]],
        "files": [length for _, length in VECTORS["files"]],
        "python": VECTORS["python"]["opened"],
        "javascript": VECTORS["javascript"]["opened"],
        "spoiled": [case["error"] for case in VECTORS["spoiled"]],
        "quorums": [
            {name: case[name] for name in ("error", "named", "identity")}
            for case in VECTORS["quorums"]
        ],
    }


def test_every_envelope_opens_as_in_python(tmp_path: Path) -> None:
    assert in_node("judgeEnvelopes", VECTORS, folder=tmp_path) == expected()


@pytest.mark.browser
def test_every_envelope_opens_as_in_python_in_chromium(chromium: Browser) -> None:
    assert in_chromium("judgeEnvelopes", VECTORS, chromium=chromium) == expected()


def test_the_pages_that_seal_carry_less_than_sixty_kilobytes_for_it() -> None:
    parts = [bundled(name, "--minify") for name in ("sealing.js", "receipt.js")]

    assert sum(len(gzip.compress(part, 9)) for part in parts) < 60_000


@pytest.mark.parametrize("name", ["main.js", "apply.js", "station.js", "courier.js"])
def test_no_other_page_carries_it(name: str) -> None:
    assert b"segel-case-key" not in bundled(name, "--minify")


def test_python_opens_what_the_page_seals_now_in_several_chunks(tmp_path: Path) -> None:
    file = bytes(range(256)) * 2100  # three chunks
    asked = {
        "case": make_sealed.CASE.hex(),
        "own": make_sealed.OWN_SECRET.hex(),
        "readers": make_sealed.readers(),
        "text": "Minta uang di loket 3 – \U0001f6a8",
        "identity": "",
        "note": "Catatan",
        "file": file.hex(),
        "passphrase": make_sealed.PASSPHRASE,
        "passkey": make_sealed.PASSKEY_SECRET.hex(),
    }

    found = make_sealed.opened(in_node("sealReport", asked, folder=tmp_path))

    assert found["is_own"]
    assert (found["text"], found["identity"], found["note"]) == (asked["text"], "", "Catatan")
    assert found["file"] == digest_of(file).hex()
    assert found["original"] == digest_of(file[:100]).hex()
