"""The browser reads of a poster what Python reads of it, or refuses it for the same reason."""

import json
from pathlib import Path

from tests.kiosk.web.page.engines import in_node

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "poster.json").read_text(encoding="utf-8")
)


def test_every_poster_reads_as_in_python(tmp_path: Path) -> None:
    answers = in_node("judgePosters", VECTORS, folder=tmp_path)

    assert answers == [
        {name: case[name] for name in ("name", "error", "fields")} for case in VECTORS["cases"]
    ]
