"""Without scripts the server seals: once, at once, for who may read, and it says so beforehand."""

import json
import logging
import re
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions.cases import append, take_chunk
from kiosk.actions.handling import open_case
from kiosk.actions.openings import ask_opening
from kiosk.actions.sealing import open_by_code
from kiosk.domain.cases import CaseState, Urgency
from kiosk.domain.openings import OpeningState
from kiosk.storage.mailroom_openings import Asked
from kiosk.web.public import unscripted
from kiosk.web.public.lapor import words_of_reply
from kiosk.web.public.mailbox import ask_turn
from kiosk.web.public.turns import Turns
from kiosk.web.public.unscripted import POLICY
from kiosk.web.public.work import Work
from signing.cose import encode, read
from signing.directory import (
    DirectoryKey,
    Role,
    approve_directory,
    encode_directory,
    join_approvals,
    verify_directory,
)
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    digest_of,
    open_message,
    parse_submission,
    seal_file,
    seal_message,
    unwrap_key,
)
from signing.errors import CannotOpenError
from signing.hpke import Kem, OpeningKey
from signing.keys import VerifyingKey
from signing.quorum import open_identity, open_share, parse_identity
from signing.receipt import parse_receipt
from tests.report_site import KOMISI, MABES, POLDA, POLRES, ReportSite
from tests.vectors.make_vectors import ROOT, STATUS

CANARY = "KENARI-5R8T"
FORM = "/lapor/tanpa-skrip"
OURS = {"Sec-Fetch-Site": "same-origin"}
WRITTEN = {
    "danger": "no",
    "kind": "levy",
    "duty": "on",
    "when": "ongoing",
    "where": f"Loket {CANARY}",
    "who": f"Bripka {CANARY}",
    "unit": str(POLRES),
    "story": f"Ia meminta uang kepada banyak orang.\r\n{CANARY} & <b>",
}


@pytest.fixture
def client(reports: ReportSite) -> FlaskClient:
    """A browser without scripts."""
    return reports.client


def post(client: FlaskClient, address: str = "", **typed: str) -> TestResponse:
    return client.post(FORM + address, data=typed, headers=OURS)


def hidden(page: str, name: str) -> str:
    [value] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return unescape(value)


def confirmed(client: FlaskClient, page: str, **changes: str) -> TestResponse:
    """Send what the page with the code brought along, with words 3 and 6."""
    words = re.findall("<li>([a-z]+)</li>", page)
    typed = {
        "code": hidden(page, "code"),
        "sealed": hidden(page, "sealed"),
        "third": words[2].capitalize(),
        "sixth": f" {words[5]}",
    }
    return post(client, "/kirim", **(typed | changes))


def reported(client: FlaskClient, **changes: str) -> tuple[str, str]:
    """A report that arrived: its code and its number."""
    page = post(client, **(WRITTEN | changes)).text
    done = confirmed(client, page).text
    [number] = re.findall('<p class="code short">([0-9A-Z]{6})</p>', done)
    return hidden(page, "code"), number


def count(site: ReportSite) -> int:
    """How many reports were taken in."""
    with closing(sqlite3.connect(site.folder / "mailroom.sqlite3")) as mailroom:
        [(found,)] = mailroom.execute("SELECT count(*) FROM cases")
    return int(found)


def decoded(text: str) -> bytes:
    """What was sealed, out of the field of a page."""
    return urlsafe_b64decode(text)


def test_what_is_written_is_sealed_for_those_who_may_read_it(
    reports: ReportSite, client: FlaskClient
) -> None:
    page = post(client, **WRITTEN)
    assert page.status_code == 200
    sealed = read(decoded(hidden(page.text, "sealed")))

    # POLRES is accused, and POLDA its superior: MABES reads.
    assert sealed[1:3] == [MABES, 2]
    submission = parse_submission(sealed[4])
    for unit in (POLRES, POLDA):
        [handler] = reports.keys(unit, Role.HANDLER)
        with pytest.raises(CannotOpenError):
            unwrap_key(submission.wraps[0], submission.case, handler)
    [handler] = reports.keys(MABES, Role.HANDLER)
    key = unwrap_key(submission.wraps[0], submission.case, handler)
    first = Place(
        direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(submission.identity)
    )
    report = json.loads(open_message(key, first, submission.message))
    assert (report["via"], report["mode"], report["class"]) == ("server", "anonymous", "levy")
    assert report["answers"] == {
        **{name: WRITTEN[name] for name in ("danger", "kind", "duty", "when", "where", "who")},
        "unit": POLRES,
    }
    assert report["story"] == WRITTEN["story"].replace("\r\n", "\n")


def test_the_identity_envelope_of_such_a_report_is_empty(
    reports: ReportSite, client: FlaskClient
) -> None:
    page = post(client, **WRITTEN).text
    submission = parse_submission(read(decoded(hidden(page, "sealed")))[4])
    identity = parse_identity(submission.identity)
    some = [*reports.keys(MABES, Role.INTERNAL)[:2], *reports.keys(KOMISI, Role.EXTERNAL)]

    shares = [open_share(identity, submission.case, one) for one in some]

    assert open_identity(identity, submission.case, shares) == b""


def test_nothing_is_taken_in_before_two_words_show_that_the_code_was_written_down(
    reports: ReportSite, client: FlaskClient
) -> None:
    before = count(reports)
    page = post(client, **WRITTEN).text
    wrong = confirmed(client, page, third="bukan")
    assert (wrong.status_code, count(reports)) == (422, before)
    assert "Itu tidak benar" in wrong.text
    assert hidden(wrong.text, "sealed") == hidden(page, "sealed")

    done = [confirmed(client, wrong.text) for _ in range(2)]

    # Sent twice, as a browser does that heard no answer: one report.
    assert count(reports) == before + 1
    numbers = {re.findall('short">([0-9A-Z]{6})<', one.text)[0] for one in done}
    assert len(numbers) == 1


def test_what_was_written_passes_the_server_once_and_lies_nowhere(
    reports: ReportSite, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = post(client, **WRITTEN)
    done = confirmed(client, page.text)

    for answer in (page, done):
        assert CANARY not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    kept = b"".join(one.read_bytes() for one in reports.folder.rglob("*") if one.is_file())
    assert CANARY.encode() not in kept
    assert CANARY not in caplog.text
    assert hidden(page.text, "code").encode() not in kept


@pytest.mark.parametrize("address", ["", "/balas"])
def test_the_warning_stands_before_the_first_field_and_no_field_asks_for_a_name_or_a_file(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(FORM + address)
    fields = re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"', answer.text)
    first = re.search("<(?:input|textarea|select)", answer.text)

    assert first
    assert 0 < answer.text.index('id="warning"') < first.start()
    assert "server" in answer.text[answer.text.index('id="warning"') : first.start()]
    assert set(fields) <= {*WRITTEN, "receipt"}
    assert "<script" not in answer.text
    assert 'type="file"' not in answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "script" not in POLICY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("danger", ""),
        ("kind", "murder"),
        ("duty", ""),
        ("when", "2027"),
        ("where", "x" * 301),
        ("who", "x" * 301),
        ("unit", ""),
        ("unit", str(KOMISI)),
        ("story", "pendek"),
        ("story", "x" * 30_001),
        # As many signs as are allowed, and more bytes than can be sealed.
        ("story", "\x01" * 30_000),
    ],
)
def test_a_fault_is_said_beside_its_field_and_what_was_typed_stays(
    client: FlaskClient, name: str, value: str
) -> None:
    answer = post(client, **(WRITTEN | {name: value}))

    assert answer.status_code == 422
    assert f'id="{name}-fault"' in answer.text
    for other in {"where", "who", "story"} - {name}:
        first = WRITTEN[other].split("\r\n", maxsplit=1)[0]
        assert first in unescape(answer.text)
    assert 'value="levy" checked' in answer.text or name == "kind"


def test_what_was_typed_is_shown_as_text(client: FlaskClient) -> None:
    answer = post(client, **(WRITTEN | {"duty": ""}))

    assert "&amp; &lt;b&gt;" in answer.text
    assert "& <b>" not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_sites_page_cannot_send_these_forms(client: FlaskClient, site: str) -> None:
    for address in ("", "/kirim", "/balas", "/balas/tulis", "/balas/keberatan"):
        for headers in ({"Sec-Fetch-Site": site}, {"Origin": "https://other.example"}, {}):
            answer = client.post(FORM + address, data=WRITTEN, headers=headers)
            assert answer.status_code == 403


def test_an_origin_is_enough_where_a_browser_says_no_more(client: FlaskClient) -> None:
    answer = client.post(FORM, data=WRITTEN, headers={"Origin": "http://localhost"})

    assert answer.status_code == 200


@pytest.mark.parametrize("changes", [{"sealed": "AAAA"}, {"sealed": "%"}, {"code": "satu dua"}])
def test_a_page_that_came_back_damaged_is_said_to_be_lost(
    reports: ReportSite, client: FlaskClient, changes: dict[str, str]
) -> None:
    before = count(reports)
    answer = confirmed(client, post(client, **WRITTEN).text, **changes)

    assert (answer.status_code, count(reports)) == (400, before)
    assert "Tidak ada yang dikirim" in answer.text


def test_more_than_any_form_holds_is_not_read(client: FlaskClient) -> None:
    assert post(client, **(WRITTEN | {"story": "x" * (600 << 10)})).status_code == 413


@contextmanager
def another_handler(site: ReportSite) -> Iterator[OpeningKey]:
    """The directory, once MABES has one more handler."""
    before = site.mailroom.directory.read_bytes()
    known = verify_directory(before, [VerifyingKey(one.point) for one in (ROOT, STATUS)])
    new = OpeningKey.new()
    entry = DirectoryKey(unit=MABES, role=Role.HANDLER, key=new.sealing_key, valid_from=0)
    body = encode_directory(replace(known, keys=(*known.keys, entry)))
    approvals = [approve_directory(one, body) for one in (ROOT, STATUS)]
    site.mailroom.directory.write_bytes(join_approvals(body, approvals))
    yield new
    site.mailroom.directory.write_bytes(before)


def test_a_report_is_sealed_again_where_its_readers_have_changed_meanwhile(
    reports: ReportSite, client: FlaskClient
) -> None:
    page = post(client, **WRITTEN).text
    before = count(reports)
    with another_handler(reports) as handler:
        done = [confirmed(client, page) for _ in range(2)]

    assert [one.status_code for one in done] == [200, 200]
    assert count(reports) == before + 1
    opened = open_by_code(reports.mailroom, parse_receipt(hidden(page, "code")))
    with reports.mailroom.archive.read() as shelves:
        readers = {wrap.reader for wrap in shelves.cases.wraps_of(opened.case.id)}
    assert handler.sealing_key.id in readers
    assert CANARY in str(opened.lines[0].text)


def test_where_nobody_may_read_it_nothing_typed_is_lost(
    reports: ReportSite, client: FlaskClient
) -> None:
    directory = reports.mailroom.directory.read_bytes()
    reports.mailroom.directory.unlink()
    asked, sent = client.get(FORM), post(client, **WRITTEN)
    reports.mailroom.directory.write_bytes(directory)

    assert (asked.status_code, sent.status_code) == (503, 503)
    assert "<form" not in asked.text
    assert WRITTEN["where"] in sent.text


@pytest.fixture
def crowded(client: FlaskClient) -> Iterator[list[int]]:
    """Everybody has to wait, but for who shows a ticket whose time has come; the time."""
    found = client.application.extensions
    now = [1_000_000]
    usual, found["turns"] = found["turns"], Turns(1, clock=lambda: now[0])
    with client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        while not ask_turn("", b"")[0]:
            pass
    yield now
    found["turns"] = usual


def test_who_comes_when_too_many_do_keeps_the_text_and_is_served_in_turn(
    client: FlaskClient, request: pytest.FixtureRequest
) -> None:
    code, _ = reported(client)
    page = post(client, **WRITTEN).text
    now = request.getfixturevalue("crowded")

    sealing, sending = post(client, **WRITTEN), confirmed(client, page)
    replying = post(client, "/balas/tulis", receipt=code, reply=f"Ini {CANARY}-3")

    answers = (sealing, sending, replying)
    assert [one.status_code for one in answers] == [429] * 3
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers)
    assert WRITTEN["where"] in sealing.text
    assert hidden(sending.text, "sealed") == hidden(page, "sealed")
    assert hidden(replying.text, "reply") == f"Ini {CANARY}-3"
    now[0] += 60
    turns = [hidden(one.text, "turn") for one in answers]
    assert post(client, **WRITTEN, turn=turns[0]).status_code == 200
    assert confirmed(client, page, turn=turns[1]).status_code == 200
    said = post(client, "/balas/tulis", receipt=code, turn=turns[2], reply="Ini lagi")
    assert "Terkirim." in said.text


def test_while_browsers_have_to_work_for_their_reports_those_without_scripts_wait(
    reports: ReportSite, client: FlaskClient
) -> None:
    page = post(client, **WRITTEN).text
    before = count(reports)
    found = client.application.extensions
    usual, found["work"] = found["work"], Work(clock=lambda: 0)
    while not found["work"].is_asked:
        found["work"].count()

    sending = confirmed(client, page)
    found["work"] = usual

    assert (sending.status_code, count(reports)) == (429, before)
    assert int(sending.headers["Retry-After"]) == 30


def test_too_many_at_once_are_asked_to_come_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unscripted, "_PATIENCE_SECONDS", 0)
    places = client.application.extensions["unscripted"].places
    while places.acquire(blocking=False):
        pass
    answer = post(client, **WRITTEN)
    for _ in range(2):
        places.release()

    assert answer.status_code == 429
    assert WRITTEN["where"] in answer.text


def key_and_submission(site: ReportSite, code: str) -> tuple[CaseKey, bytes, bytes]:
    """The key of a case as MABES has it, its id, and the digest of what was said last."""
    opened = open_by_code(site.mailroom, parse_receipt(code))
    [handler] = site.keys(MABES, Role.HANDLER)
    with site.mailroom.archive.read() as shelves:
        wraps = shelves.cases.wraps_of(opened.case.id)
    [own] = [wrap for wrap in wraps if wrap.reader == handler.sealing_key.id]
    return unwrap_key(own.sealed, opened.case.id, handler), opened.case.id, opened.place.previous


def asked_who_it_was(site: ReportSite, code: str) -> None:
    """A handler asks for the identity, and tells the reporter why."""
    key, case, previous = key_and_submission(site, code)
    place = Place(direction=Direction.TO_REPORTER, sequence=0, previous=previous)
    why = json.dumps({"v": 1, "text": "Untuk perlindungan saksi."}).encode()
    by = site.handling(MABES)
    open_case(site.mailroom, case, by=by, urgency=Urgency.SOON)
    with site.mailroom.archive.read() as shelves:
        shares = parse_identity(shelves.cases.identity_of(case) or b"").shares
    wish = Asked(
        key=bytes((Kem.X25519,)) + bytes(32),
        kept=b"sealed",
        reasons={share.reader: b"sealed" for share in shares},
    )
    ask_opening(site.mailroom, case, by=by, asked=wish, told=(1, 0, seal_message(key, place, why)))


def test_the_code_opens_the_thread_and_writes_back(
    reports: ReportSite, client: FlaskClient
) -> None:
    code, number = reported(client)
    asked_who_it_was(reports, code)

    shown = post(client, "/balas", receipt=" ".join(parse_receipt(code).words))
    empty = post(client, "/balas/tulis", receipt=code, reply=" ")
    long = post(client, "/balas/tulis", receipt=code, reply="x" * 8_001)
    written = post(client, "/balas/tulis", receipt=code, reply=f"Loket dua. {CANARY}-2")

    assert number in shown.text
    assert "Sudah dibuka." in shown.text
    assert CANARY in shown.text
    assert shown.text.count("Untuk perlindungan saksi.") == 2
    assert "MABES CONTOH" in shown.text
    assert "langkah berikut paling lambat" in shown.text
    assert (empty.status_code, long.status_code, written.status_code) == (422, 422, 200)
    assert "x" * 8_001 in long.text
    assert "Terkirim." in written.text
    key, case, _previous = key_and_submission(reports, code)
    with reports.mailroom.archive.read() as shelves:
        *_, told, said = shelves.cases.messages_of(case)
    second = Place(direction=Direction.TO_OFFICE, sequence=1, previous=digest_of(told.sealed))
    assert json.loads(open_message(key, second, said.sealed)) == {
        "v": 1,
        "via": "server",
        "text": f"Loket dua. {CANARY}-2",
    }


def test_the_writer_objects_to_an_opening_without_scripts(
    reports: ReportSite, client: FlaskClient
) -> None:
    code, _ = reported(client)
    asked_who_it_was(reports, code)
    opening = hidden(post(client, "/balas", receipt=code).text, "opening")

    once, twice = (
        post(client, "/balas/keberatan", receipt=code, opening=opening) for _ in range(2)
    )

    for objected in (once, twice):
        assert "Anda keberatan." in objected.text
        assert 'name="opening"' not in objected.text
    assert post(client, "/balas/keberatan", receipt=code, opening="zz").status_code == 200


def test_every_state_that_a_reporter_can_meet_has_its_words(client: FlaskClient) -> None:
    with client.application.test_request_context():
        words = words_of_reply()

    for state in set(CaseState) - {CaseState.SHREDDED}:
        assert f"reply.state-{state}" in words
    for opening in OpeningState:
        assert f"reply.opening-{opening}" in words


def test_files_that_scripts_sent_are_named_with_what_became_of_them(
    reports: ReportSite, client: FlaskClient
) -> None:
    code, _ = reported(client)
    key, case, previous = key_and_submission(reports, code)
    file = seal_file(key.secret, case, b"picture")
    proof = open_by_code(reports.mailroom, parse_receipt(code)).proof
    named = [
        {"id": file.id.hex(), "digest": file.digest.hex(), "key": "case", "name": "bukti.pdf"},
        {"id": "00" * 16, "digest": "00" * 32, "key": "case", "name": ""},
        {"id": "11" * 16, "digest": "11" * 32, "key": "identity", "name": "asli.jpg"},
    ]
    place = Place(direction=Direction.TO_OFFICE, sequence=1, previous=previous)
    plain = json.dumps({"v": 1, "text": "", "files": named}).encode()
    append(reports.mailroom, encode([1, proof, 1, 0, seal_message(key, place, plain)]))
    chunk = [1, proof, file.id, file.size, file.header, file.chunks[0]]
    take_chunk(reports.mailroom, case, (0, 0), encode(chunk))

    shown = post(client, "/balas", receipt=code).text

    assert "Berkas: bukti.pdf" in shown
    assert "tidak sampai utuh: foto" in shown
    assert "asli.jpg" not in shown


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("disiplin tegel", 422, "delapan kata"),
        ("disiplin tegel setia depan belum senja bombai komputerku", 422, "Kata ke-8"),
        ("tegel disiplin setia depan belum senja bombai apalagi", 422, "tertukar"),
        ("6VYG-6PGS-R60T-FJ1G-AM", 404, "Laporan yang sudah lama ditutup dihapus."),
    ],
)
def test_a_mistyped_code_is_told_what_is_wrong_with_it_and_stays(
    client: FlaskClient, typed: str, status: int, said: str
) -> None:
    answer = post(client, "/balas", receipt=typed)

    assert answer.status_code == status
    assert said in answer.text
    assert typed in answer.text


def test_messages_under_a_key_of_somebody_else_are_not_believed(
    reports: ReportSite, client: FlaskClient
) -> None:
    code, _ = reported(client)
    with closing(sqlite3.connect(reports.folder / "mailroom.sqlite3")) as mailroom:
        mailroom.execute("UPDATE cases SET own_proof = zeroblob(32)")
        mailroom.commit()

    answer = post(client, "/balas", receipt=code)

    assert "Jangan percaya isinya" in answer.text
    assert CANARY not in answer.text
    assert 'name="reply"' not in answer.text
    refused = post(client, "/balas/tulis", receipt=code, reply="halo")
    assert refused.status_code == 409
