"""The browser reads of a poster what Python reads of it, or refuses it for the same reason."""

import json
from pathlib import Path

from signing.keys import VerifyingKey
from tests.kiosk.web.page.engines import in_node
from tests.vectors.make_vectors import DAY, ISSUED, ROOT
from verifier.poster import check_poster
from verifier.status import carried_trust

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "poster.json").read_text(encoding="utf-8")
)


def test_every_poster_reads_as_in_python(tmp_path: Path) -> None:
    answers = in_node("judgePosters", VECTORS, folder=tmp_path)

    assert answers == [
        {name: case[name] for name in ("name", "error", "fields")} for case in VECTORS["cases"]
    ]


def test_every_poster_gets_the_verdict_that_python_gives(tmp_path: Path) -> None:
    times = [ISSUED, ISSUED + 2 * DAY, ISSUED + 366 * DAY, ISSUED + 4000 * DAY]
    trust = carried_trust(bytes.fromhex(VECTORS["bundle"]), {}, VerifyingKey(ROOT.point))
    verdicts = [
        check_poster(case["text"], trust, now=now) for now in times for case in VECTORS["cases"]
    ]

    answers = in_node("checkPosters", {"vectors": VECTORS, "times": times}, folder=tmp_path)

    assert answers == [
        {
            "outcome": verdict.outcome,
            "code": verdict.findings[0].code,
            "values": verdict.findings[0].values,
        }
        for verdict in verdicts
    ]
