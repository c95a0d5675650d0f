"""`segel demo`: an office with invented people, ready in seconds, and the same the next time."""

import json
import re
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.actions.admission import Admitted
from kiosk.actions.applications import open_by_code
from kiosk.actions.cases import receipt_salt, thread_of
from kiosk.actions.handling import inbox
from kiosk.actions.inspections import round_of
from kiosk.actions.openings import openings_for, release_identity
from kiosk.actions.staff import find_staff
from kiosk.cli.demo import EXAMPLES, FOLDER
from kiosk.cli.demo_people import PASSWORD
from kiosk.cli.demo_readers import REPORTS_FOLDER
from kiosk.domain.cases import Box, CaseState
from kiosk.domain.posters import Reason
from signing.cose import encode
from signing.directory import Role
from signing.envelope import Direction, Place, open_message, unwrap_key
from signing.hpke import Kem, OpeningKey
from signing.locked import unlock_key
from signing.quorum import open_identity, open_passed_share, parse_identity
from signing.receipt import derive_keys, parse_receipt
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


def unlocked(demo: Office, name: str) -> tuple[Admitted, OpeningKey]:
    """Who has the key in this file of the demo, as its page would find, and the key."""
    kept = json.loads((demo.site / REPORTS_FOLDER / name).read_text())
    key = unlock_key(bytes.fromhex(kept["passphrase"]), PASSWORD)
    reader, role = key.sealing_key.id, Role[kept["role"].upper()]
    return Admitted(reader=reader, role=role, unit=kept["unit"], unit_name="", expires=0), key


def test_its_reports_are_read_and_answered_by_what_it_prints(demo: Office) -> None:
    said = demo.segel("demo", "--no-serve").stdout
    (code,) = re.findall(r"^  ((?:[a-z]+ ){7}[a-z]+)$", said, re.M)
    printed = re.findall(r"^  (pen\S+\.json) +(?:handler|custodian) ", said, re.M)
    by, key = unlocked(demo, "penangan-mabes-1.json")

    assert set(printed) == {path.name for path in (demo.site / REPORTS_FOLDER).glob("*.json")}
    with closing(demo.workshop()) as workshop:
        mailroom = workshop.mailroom
        assert mailroom is not None
        proof = derive_keys(parse_receipt(code), receipt_salt(mailroom)).proof
        thread = thread_of(mailroom, encode([1, proof, 0]))
        rows = [row for box in Box for row in inbox(mailroom, by=by, box=box).rows]
    assert (thread.case.state, len(thread.messages)) == (CaseState.ANSWERED, 4)
    assert sorted(row.case.state for row in rows) == ["answered", "assigned", "received"]
    for row in rows:
        place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=row.identity_digest)
        opened = open_message(unwrap_key(row.wrap, row.case.id, key), place, row.first)
        assert json.loads(opened)["v"] == 1


def test_a_handler_of_the_demo_learns_whose_report_it_is_after_the_days_of_waiting(
    demo: Office,
) -> None:
    by, key = unlocked(demo, "penangan-mabes-1.json")
    with closing(demo.workshop()) as workshop:
        mailroom = workshop.mailroom
        assert mailroom is not None
        ((opening, _number),) = openings_for(mailroom, by=by)
        got = release_identity(mailroom, opening.id, by=by)
    kept = key.open(got.kept, encode(["segel-opening-kept", 1, opening.case, by.reader]))
    once = OpeningKey(Kem.X_WING, kept[:32])
    envelope = parse_identity(got.identity)
    shares = [
        open_passed_share(envelope, opening.case, reader, sealed, once)
        for reader, sealed in got.shares.items()
    ]

    assert b"Ratna Contoh" in open_identity(envelope, opening.case, shares)


def test_its_poster_leads_to_the_form_and_waits_for_somebody_to_look_at_it(demo: Office) -> None:
    with closing(pypdfium2.PdfDocument(demo.site / REPORTS_FOLDER / "poster.pdf")) as poster:
        (code,) = zxingcpp.read_barcodes(poster[0].render(scale=1).to_pil())

    assert code.text.startswith("http://localhost:8000/l#p=")
    assert demo.segel("check-poster", code.text).exit_code == 0
    with closing(demo.workshop()) as workshop:
        found = round_of(workshop.desk, find_staff(workshop.desk, "dewi"))
    assert {(one.place, why) for one, why in found.due} == {
        ("Loket SIM", Reason.OVERDUE),
        ("Balai Desa Contoh Jaya", Reason.NOT_PLACED),
    }
    # Another poster needs nothing made first.
    more = demo.segel("poster", "Lobi", "--out", demo.desk / "lobi.pdf")
    assert more.exit_code == 0, more.stderr


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
