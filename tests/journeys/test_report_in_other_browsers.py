"""The form of sealed reports in Firefox and in WebKit, as wide as a small phone.

A script clicks through it from inside the page, with files; what arrived is opened with the keys of
those who may read it.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.cose import read
from signing.directory import Role
from signing.envelope import (
    Direction,
    Place,
    digest_of,
    open_message,
    parse_submission,
    unwrap_key,
)
from tests.journeys.reporting import CANARY
from tests.kiosk.web.page.engines import open_in_firefox, webkit
from tests.report_site import MABES, POLRES, ReportSite

pytestmark = pytest.mark.browser

DRIVE = Path(__file__).with_name("reporting.js").read_text(encoding="utf-8").strip()
SCRIPT = f"{DRIVE}({json.dumps(CANARY)}, {json.dumps(str(POLRES))})"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTH = 360
# Its window grows no smaller than 447 pixels: the page is squeezed instead, each screen in turn.
TOO_WIDE = f"""
document.documentElement.style.width = "{WIDTH}px";
const screens = [...document.querySelectorAll("[data-screen]")];
return screens.filter((screen) => {{
  for (const one of screens) one.hidden = one !== screen;
  return document.body.scrollWidth > {WIDTH};
}}).map((screen) => screen.dataset.screen);"""


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[ReportSite]:
    """An office that takes sealed reports."""
    served = ReportSite(tmp_path)
    served.start()
    yield served
    served.stop()


def require_arrived(site: ReportSite) -> None:
    """Whether the report came, whole and sealed, with its files."""
    [body] = [one.body for one in site.requests if one.address == "/report/cases?"]
    submission = parse_submission(read(body)[4])
    [handler] = site.keys(MABES, Role.HANDLER)
    key = unwrap_key(submission.wraps[0], submission.case, handler)
    place = Place(
        direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(submission.identity)
    )
    report = json.loads(open_message(key, place, submission.message))
    assert CANARY in report["story"]
    assert [one["cleaned"] for one in report["files"]] == [True, False, False]
    with site.mailroom.archive.read() as shelves:
        kept = shelves.cases.files_of(submission.case)
    assert [one.digest and one.digest.hex() for one in kept] == [
        one["digest"] for one in report["files"]
    ]
    assert CANARY.encode() not in b"".join(one.everything for one in site.requests)


def test_a_report_is_sealed_and_sent_from_firefox(reports: ReportSite) -> None:
    script = f"{SCRIPT}.then(() => (document.title += ` ${{innerWidth}} ${{{WIDE}}}`))"

    answer = open_in_firefox(f"{reports.base_url}/lapor", "title", script, width=WIDTH)["answer"]

    assert answer == f"done {WIDTH} 0"
    require_arrived(reports)


def test_a_report_is_sealed_and_sent_from_webkit(reports: ReportSite, tmp_path: Path) -> None:
    with webkit(tmp_path) as window:
        window.resize(WIDTH, 740)
        window.open(f"{reports.base_url}/lapor")
        window.run(SCRIPT)
        title = window.wait_for("return document.title !== 'Formulir' && document.title")
        too_wide = window.run(TOO_WIDE)

    assert title == "done"
    assert too_wide == []
    require_arrived(reports)
