"""The browser believes the directories that Python believes, and leaves out the same units."""

import json
from pathlib import Path

from tests.kiosk.web.page.engines import in_node

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "directory.json").read_text(encoding="utf-8")
)


def test_every_directory_and_route_is_as_in_python(tmp_path: Path) -> None:
    answers = in_node("judgeDirectories", VECTORS, folder=tmp_path)

    kept = ("name", "near", "accused", "at")
    assert answers == {
        "digest": VECTORS["digest"],
        "directories": [case["error"] for case in VECTORS["directories"]],
        "successors": [case["error"] for case in VECTORS["successors"]],
        "routes": [
            {name: value for name, value in case.items() if name not in kept}
            for case in VECTORS["routes"]
        ],
    }
