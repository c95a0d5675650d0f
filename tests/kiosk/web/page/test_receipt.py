"""The browser spells, reads and opens receipt codes as Python does."""

import json
from pathlib import Path

from signing.receipt import LISTED, words_beginning
from tests.kiosk.web.page.engines import in_node

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "receipt.json").read_text(encoding="utf-8")
)


def test_every_code_is_what_it_is_in_python(tmp_path: Path) -> None:
    given = {"list": LISTED.read_text("ascii"), **VECTORS}

    answers = in_node("judgeReceipts", given, folder=tmp_path)

    for part in ("codes", "typed", "keys", "numbers"):
        assert answers[part] == VECTORS[part]
    assert answers["fresh"] is True
    assert answers["beginning"] == list(words_beginning("ba"))
