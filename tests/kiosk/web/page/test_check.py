"""The browser's checks say what Python's say, in every engine: one table of vectors for all."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from signing.cose import sign1
from signing.trust import sign_trust_bundle
from tests.kiosk.web.page.engines import in_chromium, in_firefox, in_node, in_webkit
from tests.vectors.make_vectors import BASE, BUNDLE, LIST, LISTED, ROOT, SIGNER, STATUS, STRANGER

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "token.json").read_text(encoding="utf-8")
)
Judge = Callable[[str, object], Any]


BROWSERS = [
    pytest.param(name, marks=pytest.mark.browser) for name in ("chromium", "firefox", "webkit")
]


@pytest.fixture
def engines(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> dict[str, Judge]:
    """What runs a judge of judge.js over JSON, by engine."""
    return {
        "node": lambda run, given: in_node(run, given, folder=tmp_path_factory.mktemp("node")),
        "chromium": lambda run, given: in_chromium(run, given, chromium=chromium),
        "firefox": in_firefox,
        "webkit": lambda run, given: in_webkit(run, given, folder=tmp_path_factory.mktemp("wk")),
    }


@pytest.mark.parametrize("engine", ["node", *BROWSERS])
def test_every_case_has_the_outcome_the_findings_and_the_fields_of_pythons_check(
    engine: str, engines: dict[str, Judge]
) -> None:
    expected = [
        {name: case[name] for name in ("name", "outcome", "findings", "certificate")}
        for case in VECTORS["cases"]
    ]

    answer = engines[engine]("judge", VECTORS)

    assert answer["cases"] == expected
    assert answer["base10"] == [one["bytes"] for one in VECTORS["base10"]]
    assert answer["key_ids"] == VECTORS["key_ids"]
    assert answer["nik"] == VECTORS["nik"]["code"]
    assert answer["numbers"] == [one["number"] for one in VECTORS["numbers"]]


def a_list(
    *, key: Any = STATUS, packed: bytes, number: int = LIST, claims: dict[Any, Any] | None = None
) -> str:
    """A status list with this packed content, in hexadecimal."""
    body = {
        2: f"{BASE}/trust/status/{number}",
        6: LISTED,
        65533: {"lst": packed, "bits": 2},
        65534: 43200,
        -65539: 7,
    }
    return sign1(key, body | (claims or {}), type_="application/statuslist+cwt").hex()


FULL = zlib.compress(bytes(1 << 18), 9)
SPOILT: dict[str, tuple[dict[str, Any], str]] = {
    "as it should be": ({"lists": {LIST: a_list(packed=FULL)}}, "accepted"),
    "no list at all": ({"lists": {}}, "accepted"),
    "bundle by a stranger": (
        {"bundle": sign_trust_bundle(STRANGER, BUNDLE).hex()},
        "SignatureError",
    ),
    "another root pinned": ({"root": STRANGER.point.hex()}, "SignatureError"),
    "bundle without its type": (
        {"bundle": sign1(ROOT, {4: 1, 6: 1, -65538: [1, 1, [], [], [], []]}).hex()},
        "FormatError",
    ),
    "list of another number": (
        {"lists": {LIST: a_list(packed=FULL, number=LIST + 1)}},
        "SignatureError",
    ),
    "list by a certificate key": (
        {"lists": {LIST: a_list(packed=FULL, key=SIGNER)}},
        "SignatureError",
    ),
    "list a byte short": (
        {"lists": {LIST: a_list(packed=zlib.compress(bytes((1 << 18) - 1)))}},
        "SignatureError",
    ),
    "list a byte long": (
        {"lists": {LIST: a_list(packed=zlib.compress(bytes((1 << 18) + 1)))}},
        "SignatureError",
    ),
    "list of a hundred megabytes": (
        {"lists": {LIST: a_list(packed=zlib.compress(bytes(100 << 20), 9))}},
        "SignatureError",
    ),
    "list with bytes after its end": (
        {"lists": {LIST: a_list(packed=FULL + b"\0")}},
        "SignatureError",
    ),
    "list cut short": ({"lists": {LIST: a_list(packed=FULL[:-4])}}, "SignatureError"),
    "list that is not packed": ({"lists": {LIST: a_list(packed=b"not zlib")}}, "SignatureError"),
    "list with an entry of no meaning": (
        {"lists": {LIST: a_list(packed=zlib.compress(bytes((1 << 18) - 1) + b"\x0c"))}},
        "SignatureError",
    ),
    "list of one bit": (
        {
            "lists": {
                LIST: a_list(packed=FULL, claims={65533: {"lst": FULL, "bits": 1}}),
            }
        },
        "SignatureError",
    ),
}


# Node's DecompressionStream overlooks bytes after the end; no browser may.
@pytest.mark.parametrize("engine", BROWSERS)
def test_a_spoilt_bundle_or_list_is_refused(engine: str, engines: dict[str, Judge]) -> None:
    whole = {
        "bundle": VECTORS["bundle"],
        "lists": VECTORS["status_lists"],
        "root": VECTORS["root_point"],
    }

    answers = engines[engine]("judgeTrust", [whole | changes for changes, _ in SPOILT.values()])

    assert dict(zip(SPOILT, answers, strict=True)) == {
        name: answer for name, (_, answer) in SPOILT.items()
    }
