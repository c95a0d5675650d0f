"""`segel demo`: an office with invented people, ready in seconds, and the same the next time."""

import json
import re
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.actions.applications import open_by_code
from kiosk.cli.demo import EXAMPLES, FOLDER
from tests.journeys.batches import until
from tests.offices import Office, nobodys_environment

VERDICTS = {
    "asli": "genuine",
    "asli-nama-panjang": "genuine",
    "ada-catatan": "genuine",
    "dicabut": "withdrawn",
    "ditangguhkan": "suspended",
    "kedaluwarsa": "expired",
    "palsu": "not-genuine",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The demo, as it was made."""
    office = Office(desk=tmp_path_factory.mktemp("demo"))
    result = office.segel("demo", "--no-serve")
    assert result.exit_code == 0, result.stderr
    return office


def test_it_shows_every_verdict(demo: Office) -> None:
    files = sorted((demo.site / FOLDER).glob("*.pdf"))

    answers = json.loads(demo.segel("verify", "--json", *files).stdout)

    assert {Path(answer["file"]).stem: answer["outcome"] for answer in answers} == VERDICTS


def test_it_says_what_to_open_and_to_scan(demo: Office) -> None:
    said = demo.segel("demo", "--no-serve").stdout

    assert "Open http://localhost:8000" in said
    for example in EXAMPLES:
        assert f"{demo.site / FOLDER / example.name}.pdf\n    {example.shows}\n" in said
    assert said.count("http://localhost:8000/#") == len(EXAMPLES)


def test_it_prints_who_may_sign_in_and_what_may_be_followed(demo: Office) -> None:
    said = demo.segel("demo", "--no-serve").stdout

    for login in ("sari", "ujang", "bambang", "dewi", "ani"):
        assert f"\n  {login} " in said
    followed = re.findall(r"^ +(\d+)  ([0-9A-Z]{8})  (\d\d-\d\d-\d{4})  ", said, re.M)
    assert len(followed) == len({code for _, code, _ in followed}) > 10
    with closing(demo.workshop()) as workshop:
        for number, code, day in followed:
            birth = datetime.strptime(day, "%d-%m-%Y").date()  # noqa: DTZ007 -- a day has no zone
            assert open_by_code(workshop.desk, code, birth) == int(number)


def test_once_made_it_stays_as_it_is(demo: Office) -> None:
    before = {path: path.read_bytes() for path in demo.site.rglob("*") if path.is_file()}

    assert demo.segel("demo", "--no-serve").exit_code == 0

    assert before == {path: path.read_bytes() for path in demo.site.rglob("*") if path.is_file()}


def test_it_is_quick(tmp_path: Path) -> None:
    before = time.process_time()
    Office(desk=tmp_path).segel("demo", "--no-serve")

    assert time.process_time() - before < 15


def test_an_office_is_not_taken_for_a_demo(office: Office) -> None:
    result = office.segel("demo", "--no-serve")

    assert result.exit_code == 1
    assert "is not one of the demo" in result.stderr


def test_a_demo_that_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    office = Office(desk=tmp_path)
    making = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--site", office.site, "demo", "--no-serve"],
        env=nobodys_environment(),
        stdout=subprocess.DEVNULL,
    )
    until(lambda: any((office.site / FOLDER).glob("*.pdf")))
    making.kill()
    making.wait()

    assert office.segel("demo", "--no-serve").exit_code == 0
    assert len(list((office.site / FOLDER).glob("*.pdf"))) == len(VERDICTS)
