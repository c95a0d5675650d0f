"""Somebody scans a poster, reports, and talks back; only those who may read it, and nobody alone.

In Chromium on a small phone, against the real mailroom. A canary typed into every field is looked
for in every byte that left the browser and in all that the server keeps.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kiosk.actions import handling
from kiosk.actions.deeds import last_published, publish_deeds
from kiosk.actions.openings import ask_opening
from kiosk.domain.cases import Case, CaseState, Urgency
from kiosk.storage.mailroom_openings import Asked
from signing.cose import read
from signing.directory import Role
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Submission,
    digest_of,
    open_message,
    parse_submission,
    seal_message,
    unwrap_key,
)
from signing.errors import CannotOpenError
from signing.hpke import Kem
from signing.poster import Poster, make_poster
from signing.quorum import open_identity, open_share, parse_identity
from tests.journeys.reporting import (
    CANARY,
    answer_questions,
    give_words_back,
    look,
    onward,
    pick,
    send,
    words_on,
)
from tests.public_site import DAY, NOW
from tests.report_site import KOMISI, MABES, POLDA, POLRES, ReportSite
from tests.sealed_reports import as_seen
from tests.vectors.make_vectors import SIGNER

pytestmark = pytest.mark.browser

TYPED = """[...document.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")]
  .map((one) => one.value).join("")"""
KEPT = """async () => [localStorage.length, sessionStorage.length, document.cookie,
  (await indexedDB.databases()).length, (await caches.keys()).length]"""


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[ReportSite]:
    """An office that takes sealed reports."""
    served = ReportSite(tmp_path)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """The reporter's phone."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    yield context
    context.close()


def poster(site: ReportSite) -> str:
    """The text of a poster at the counter of POLRES."""
    return make_poster(
        SIGNER,
        Poster(
            number="PST-1", unit=POLRES, place="Loket", issued_at=NOW - DAY, expires_at=NOW + DAY
        ),
        base_url=site.base_url,
    )


def characters_on(page: Page) -> str:
    """The code in its other spelling."""
    return page.locator("[data-slot=characters]").inner_text()


def only_case(site: ReportSite, unit: int) -> Case:
    [row] = handling.inbox(site.mailroom, by=site.handling(unit)).rows
    return row.case


def deliveries(site: ReportSite) -> list[bytes]:
    """What was sent as new reports."""
    return [one.body for one in site.requests if one.address.startswith("/report/cases")]


def submitted(site: ReportSite) -> Submission:
    """The last new report, as the mailroom took it."""
    return parse_submission(read(deliveries(site)[-1])[4])


def key_of(site: ReportSite, unit: int) -> CaseKey:
    """The key of the case, as a handler of this unit opens it."""
    submission = submitted(site)
    [handler] = site.keys(unit, Role.HANDLER)
    for wrap in submission.wraps:
        with suppress(CannotOpenError):
            return unwrap_key(wrap, submission.case, handler)
    raise CannotOpenError("not for this unit")


def answer(site: ReportSite, text: str) -> bytes:
    """What the office at MABES answers, sealed."""
    submission = submitted(site)
    by = site.handling(MABES)
    handling.open_case(site.mailroom, submission.case, by=by, urgency=Urgency.SOON)
    handling.assign(site.mailroom, submission.case, by=by)
    place = Place(
        direction=Direction.TO_REPORTER, sequence=0, previous=digest_of(submission.message)
    )
    plain = json.dumps({"v": 1, "text": text}).encode()
    sealed = seal_message(key_of(site, MABES), place, plain)
    handling.answer(site.mailroom, submission.case, by=by, said=(1, 0, sealed))
    return sealed


def nothing_is_told(site: ReportSite, words: list[str], *more: str) -> None:
    """No word, name or code left the browser, and the server keeps none."""
    everything = b"".join(one.everything for one in site.requests)
    kept = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    digits = poster(site).partition("#p=")[2]
    for secret in (CANARY, "Ratna", "Bripka", " ".join(words), digits[:60], *more):
        assert secret.encode() not in everything
        assert secret.encode() not in kept
    assert "COOKIE" not in {name for one in site.requests for name, _value in one.headers}


def test_a_report_reaches_those_who_may_read_it_and_nobody_else(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    assert "#" not in page.url

    send(page, mode="confidential")

    # POLRES is accused, as the poster's unit, and POLDA is its superior: MABES reads.
    number = page.locator("[data-slot=number]").inner_text()
    case = only_case(reports, MABES)
    assert (case.number, case.urgency) == (number, Urgency.SOON)
    for unit in (POLRES, POLDA):
        with pytest.raises(CannotOpenError):
            key_of(reports, unit)
    submission = submitted(reports)
    first = Place(
        direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(submission.identity)
    )
    report = json.loads(open_message(key_of(reports, MABES), first, submission.message))
    assert (report["class"], report["route"], report["mode"]) == ("levy", "inquiry", "confidential")
    assert CANARY in report["story"]
    assert "identity" not in report


def test_who_wrote_is_opened_by_two_custodians_and_one_from_outside(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    send(page, mode="confidential")
    submission = submitted(reports)
    identity = parse_identity(submission.identity)
    inside, outside = reports.keys(MABES, Role.INTERNAL), reports.keys(KOMISI, Role.EXTERNAL)
    shares = [open_share(identity, submission.case, one) for one in [*inside[:2], *outside]]

    assert CANARY in json.loads(open_identity(identity, submission.case, shares))["name"]
    for too_few in (shares[:2], shares[1:]):
        with pytest.raises(CannotOpenError):
            open_identity(identity, submission.case, too_few)
    # The accused unit's own custodian has no share.
    with pytest.raises(CannotOpenError):
        open_share(identity, submission.case, reports.keys(POLRES, Role.INTERNAL)[0])


def test_the_code_reads_the_answer_on_another_phone_and_writes_back(
    reports: ReportSite, phone: BrowserContext, chromium: Browser
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    words = send(page, mode="confidential")
    number = only_case(reports, MABES).number
    answered = answer(reports, "Loket yang mana?")
    elsewhere = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    other = elsewhere.new_page()

    other.goto(f"{reports.base_url}/lapor/balas")
    look(other)
    other.locator("[name=receipt]").fill(" ".join(word[:4].upper() for word in words))
    other.get_by_role("button", name="Buka").click()
    expect(other.get_by_text("Loket yang mana?")).to_be_visible()
    expect(other.get_by_text(f"banyak orang. {CANARY}")).to_be_visible()
    expect(other.locator("[data-slot=number]")).to_have_text(number)
    look(other)
    other.locator("[name=reply]").fill(f"Loket dua. {CANARY}")
    other.get_by_role("button", name="Kunci dan kirim").click()
    expect(other.get_by_text("Terkirim.", exact=True)).to_be_visible()

    assert other.evaluate(KEPT) == [0, 0, "", 0, 0]
    assert only_case(reports, MABES).state is CaseState.ASSIGNED
    [told] = [one.body for one in reports.requests if one.address.startswith("/report/thread/mess")]
    second = Place(direction=Direction.TO_OFFICE, sequence=1, previous=digest_of(answered))
    assert CANARY in open_message(key_of(reports, MABES), second, read(told)[4]).decode()
    nothing_is_told(reports, words)
    elsewhere.close()


def test_who_wrote_learns_that_their_identity_is_asked_for_and_objects(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    words = send(page, mode="confidential")
    submission = submitted(reports)
    by = reports.handling(MABES)
    place = Place(
        direction=Direction.TO_REPORTER, sequence=0, previous=digest_of(submission.message)
    )
    why = json.dumps({"v": 1, "text": "Untuk perlindungan saksi."}).encode()
    sealed = seal_message(key_of(reports, MABES), place, why)
    handling.open_case(reports.mailroom, submission.case, by=by, urgency=Urgency.SOON)
    custodians = [share.reader for share in parse_identity(submission.identity).shares]
    wish = Asked(
        key=bytes((Kem.X25519,)) + bytes(32),
        kept=b"sealed",
        reasons=dict.fromkeys(custodians, b"sealed"),
    )
    ask_opening(reports.mailroom, submission.case, by=by, asked=wish, told=(1, 0, sealed))
    publish_deeds(reports.mailroom)
    head = (last_published(reports.mailroom) or ("", b""))[1].hex()

    page.goto(f"{reports.base_url}/lapor/balas")
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()
    asked = page.locator("[data-slot=openings] li")
    expect(asked).to_contain_text("Untuk perlindungan saksi.")
    expect(asked).to_contain_text("Yang meminta: MABES CONTOH.")
    expect(page.locator("[data-slot=due]")).to_contain_text("21 September 2026")
    look(page)
    page.get_by_role("button", name="Saya keberatan").click()

    expect(asked).to_contain_text("Anda keberatan.")
    # What looks like junk is said to be set aside; the opening is over with it.
    handling.set_aside(reports.mailroom, [as_seen(reports.mailroom, submission.case)], by=by)
    page.reload()
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()
    expect(page.locator("[data-slot=state]")).to_contain_text("Disisihkan")
    expect(page.locator("[data-slot=due]")).to_contain_text("Tidak ada langkah")
    page.get_by_text("Cara memastikan tidak ada yang diubah").click()
    expect(page.locator("details code")).to_contain_text(head)
    look(page)
    with reports.mailroom.archive.read() as shelves:
        [opening] = shelves.openings.of_case(submission.case)
    assert opening.objected


def test_nobody_on_the_way_sees_a_word_and_nothing_stays_on_the_phone(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    characters = []
    words = send(page, mode="open", seen=lambda: characters.append(characters_on(page)))

    nothing_is_told(reports, words, *characters)
    assert page.evaluate(KEPT) == [0, 0, "", 0, 0]
    assert page.evaluate(TYPED) == ""
    assert CANARY not in page.content()
    assert characters[0] not in page.content()


def test_an_answer_under_another_key_is_not_believed(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(poster(reports))
    words = send(page, mode="anonymous")

    def altered(route: Route) -> None:
        taken = route.fetch()
        body = bytearray(taken.body())
        body[body.index(submitted(reports).proof)] ^= 1
        route.fulfill(response=taken, body=bytes(body))

    page.route("**/report/thread", altered)
    page.goto(f"{reports.base_url}/lapor/balas")
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()

    expect(page.get_by_text("Jangan percaya isinya")).to_be_visible()
    expect(page.locator("[name=reply]")).to_be_hidden()
    look(page)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("disiplin tegel", "delapan kata"),
        ("disiplin tegel setia depan belum senja bombai komputerku", "Kata ke-8"),
        ("tegel disiplin setia depan belum senja bombai apalagi", "tertukar"),
        ("6VYG-6PGS-R60T-FJ1G-AM", "Tidak ada laporan"),
    ],
)
def test_a_mistyped_code_is_told_what_is_wrong_with_it(
    reports: ReportSite, phone: BrowserContext, typed: str, said: str
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor/balas")
    page.locator("[name=receipt]").fill(typed)
    page.get_by_role("button", name="Buka").click()

    expect(page.locator("[data-fault=receipt]")).to_contain_text(said)
    look(page)


def test_a_broken_connection_loses_nothing_and_doubles_nothing(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor")
    answer_questions(page, mode="anonymous", unit=str(POLRES))
    words = words_on(page)
    tries = []

    def taken_but_not_said(route: Route) -> None:
        tries.append(route.request.post_data_buffer)
        route.fetch()
        route.abort("connectionreset")

    page.route("**/report/cases", taken_but_not_said, times=4)
    give_words_back(page, words)
    again = page.get_by_role("button", name="Coba lagi")
    expect(again).to_be_visible(timeout=30_000)
    look(page)
    again.click()

    expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
    number = page.locator("[data-slot=number]").inner_text()
    assert only_case(reports, MABES).number == number
    assert len({*tries, *deliveries(reports)}) == 1


def test_an_envelope_tells_nobody_whether_there_is_a_name_in_it(
    reports: ReportSite, phone: BrowserContext
) -> None:
    lengths = set()
    for mode in ("anonymous", "open"):
        page = phone.new_page()
        page.goto(f"{reports.base_url}/lapor")
        send(page, mode=mode, unit=str(POLRES))
        lengths.add((len(submitted(reports).identity), len(deliveries(reports)[-1])))
        page.close()

    assert len(lengths) == 1


def test_nothing_is_sent_before_the_words_were_given_back(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor")
    answer_questions(page, mode="anonymous", unit=str(POLRES))
    words = words_on(page)
    give_words_back(page, [*words[:2], words[5], *words[3:5], words[2], *words[6:]])

    expect(page.get_by_text("Itu tidak benar.")).to_be_visible()
    assert not [one for one in reports.requests if one.method == "POST"]


def test_where_danger_is_now_the_emergency_number_comes_before_all_else(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor")
    page.get_by_role("button", name="Ya, sekarang").click()

    call = page.get_by_role("link", name="Telepon 110")
    expect(call).to_be_visible()
    assert call.get_attribute("href") == "tel:110"
    look(page)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("telepon saya 0812-3456-7890", "nomor telepon"),
        ("NIK saya 9971010101900001", "16 angka"),
        ("padahal hanya saya yang tahu", "Hanya saya yang tahu"),
        ("Nama saya Ratna", "Nama Anda"),
    ],
)
def test_a_text_that_gives_its_writer_away_is_warned_of_while_it_is_written(
    reports: ReportSite, phone: BrowserContext, text: str, warning: str
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor")
    page.get_by_role("button", name="Tidak").click()
    page.locator("input[value=anonymous] + label").click()
    place = page.locator("[data-screen=where] [data-slot=traces]")
    field = page.locator("[name=where]")
    field.evaluate("(one) => one.closest('section').hidden = false")

    field.fill(text)
    expect(place).to_contain_text(warning)
    field.fill("di jalan raya")
    expect(place).to_be_empty()


def test_a_directory_that_its_holders_did_not_sign_gets_no_report(
    tmp_path: Path, phone: BrowserContext
) -> None:
    forged = ReportSite(tmp_path, holders=(SIGNER,))
    forged.start()
    page = phone.new_page()
    page.goto(f"{forged.base_url}/lapor")
    page.get_by_role("button", name="Tidak").click()
    for value in ("anonymous", "other", "on", "today"):
        pick(page, value)
    onward(page)
    onward(page)

    expect(page.get_by_text("tidak ditandatangani")).to_be_visible()
    look(page)
    assert not [one for one in forged.requests if one.method == "POST"]
    forged.stop()


def test_without_scripts_the_page_says_how_to_report_otherwise_and_has_no_form(
    reports: ReportSite, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    for address in ("/lapor", "/l", "/lapor/balas"):
        page.goto(reports.base_url + address)

        expect(page.get_by_role("heading", name="Melapor dengan cara lain")).to_be_visible()
        expect(page.locator("form")).to_be_hidden()
    context.close()


def test_leaving_quickly_leaves_nothing_and_no_way_back(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    phone.route("https://www.bmkg.go.id/**", lambda route: route.fulfill(body="cuaca"))
    for leave in ("link", "keys"):
        page.goto("about:blank")
        page.goto(f"{reports.base_url}/lapor")
        assert page.title() == "Formulir"
        page.get_by_role("button", name="Tidak").click()
        if leave == "link":
            page.get_by_role("link", name="Keluar cepat").click()
        else:
            for _ in range(3):
                page.keyboard.press("Shift")
        page.wait_for_url("https://www.bmkg.go.id/")
        page.go_back()
        assert page.url == "about:blank"


def test_only_these_pages_may_run_web_assembly_and_none_of_them_sends_a_form(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    policies = {}
    for address in ("/lapor", "/lapor/balas", "/check"):
        answer = page.goto(reports.base_url + address)
        assert answer is not None
        policies[address] = answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers

    assert "wasm" not in policies["/check"]
    for address in ("/lapor", "/lapor/balas"):
        assert "'wasm-unsafe-eval'" in policies[address]
        assert "form-action 'none'" in policies[address]
        assert not re.search(r"https?:", policies[address])
