"""A handler opens what was reported, answers, notes, passes on and clears a flood away.

In Chromium, against the real mailroom: the server has only what is sealed, and what the browser
opened is gone when the page locks itself.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.actions import handling
from kiosk.domain.cases import Case, CaseState, Urgency
from signing.directory import DirectoryKey, Role
from signing.hpke import Kem, OpeningKey
from signing.locked import KeptKey, Way, encode_kept, lock_key
from tests.journeys.reporting import CANARY, answer_questions, give_words_back, look, words_on
from tests.report_site import MABES, POLDA, POLRES, ReportSite
from tests.sealed_inbox import report_about, submit_report

pytestmark = pytest.mark.browser

PASSPHRASE = "tegel setia depan belum senja bombai"
KEPT = """async () => [sessionStorage.length, document.cookie, (await indexedDB.databases()).length,
  (await caches.keys()).length, Object.keys(localStorage).sort().join()]"""
LEVY = report_about(
    "Petugas di loket meminta uang tanpa kuitansi kepada setiap orang yang datang.",
    kind="levy",
    when="ongoing",
    where="Loket SIM",
    who="Bripka Contoh",
    unit=POLRES,
)
JUNK = "Obat kuat murah, hubungi kami sekarang juga untuk promo besar hari ini, kode {number}"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A handler's browser."""
    with closing(
        chromium.new_context(
            locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 1280, "height": 900}
        )
    ) as made:
        yield made


@cache
def kept(unit: int, seed: bytes) -> str:
    """The file of a handler's key; slow to lock, so once."""
    locked = lock_key(OpeningKey(Kem.X25519, seed), Way.PASSPHRASE, PASSPHRASE)
    return encode_kept(KeptKey(unit=unit, role="handler", passphrase=locked))


def desk(
    site: ReportSite, context: BrowserContext, unit: int = MABES, *, seed: bytes = b""
) -> Page:
    """The page at which a handler of this unit has unlocked their key, or one with this seed."""
    [own] = site.keys(unit, Role.HANDLER)
    keys = json.dumps(json.dumps([kept(unit, seed or own.secret)]))
    context.add_init_script(f"localStorage.setItem('segel-reading-keys', {keys})")
    page = context.new_page()
    page.goto(f"{site.base_url}/reading")
    unlock(page)
    return page


def unlock(page: Page) -> None:
    page.locator("[name=passphrase]").fill(PASSPHRASE)
    page.locator("#unlock button[type=submit]").click()


def open_report(page: Page, number: str) -> None:
    """Open it from the inbox."""
    page.get_by_role("button", name=number).click()
    expect(page.get_by_role("heading", name=f"Laporan {number}")).to_be_visible()


def take_up(page: Page, number: str) -> None:
    """Open it, confirm what the table of answers says, and say who works on it."""
    open_report(page, number)
    expect(page.locator("#confirm")).to_contain_text("Karena: Tentang: Pungutan liar; Kapan: Masih")
    look(page)
    page.get_by_role("button", name="Konfirmasi").click()
    expect(page.locator("[data-slot=standing]")).to_contain_text("Digolongkan sebagai")
    page.get_by_role("button", name="Saya yang menangani").click()
    expect(page.locator("[data-slot=standing]")).to_contain_text("Siapa yang menangani")
    expect(page.locator("#text")).to_be_focused()
    look(page)


def keep_note(page: Page, text: str) -> None:
    page.locator("#note-text").fill(text)
    page.get_by_role("button", name="Kunci dan simpan").click()
    expect(page.locator("[data-slot=notes]")).to_contain_text(text)


def write_report(form: Page, site: ReportSite) -> tuple[str, list[str]]:
    """Report on a phone; the number and the words of the code."""
    form.goto(f"{site.base_url}/lapor")
    answer_questions(form, mode="open", unit="0", quick=True)
    words = words_on(form)
    give_words_back(form, words, quick=True)
    expect(form.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
    return form.locator("[data-slot=number]").inner_text(), words


def write_back(form: Page, site: ReportSite, words: list[str], *, asked: str, text: str) -> None:
    """Read by the code what was asked, and answer."""
    form.goto(f"{site.base_url}/lapor/balas")
    form.locator("[name=receipt]").fill(" ".join(words))
    form.get_by_role("button", name="Buka").click()
    expect(form.get_by_text(asked)).to_be_visible()
    form.locator("[name=reply]").fill(text)
    form.get_by_role("button", name="Kunci dan kirim").click()
    expect(form.get_by_text("Terkirim.", exact=True)).to_be_visible()


def nothing_is_told(site: ReportSite, *secrets: str) -> None:
    """No word left a browser, and the server keeps none."""
    sent = b"".join(one.everything for one in site.requests)
    stored = b"".join(one.read_bytes() for one in site.folder.rglob("*") if one.is_file())
    assert not [secret for secret in secrets if secret.encode() in sent + stored]
    assert "COOKIE" not in {name for one in site.requests for name, _value in one.headers}


def state_of(site: ReportSite, case: Case) -> CaseState:
    with site.mailroom.archive.read() as shelves:
        return shelves.cases.get(case.id).state


def test_a_report_is_read_and_answered_and_its_reporter_writes_back(
    reports: ReportSite, context: BrowserContext, chromium: Browser
) -> None:
    phone = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    form = phone.new_page()
    number, words = write_report(form, reports)
    page = desk(reports, context)

    row = page.locator("[data-slot=cases] li", has_text=number)
    expect(row).to_contain_text("Pungutan liar")
    expect(row).to_contain_text(CANARY)
    look(page)
    take_up(page, number)
    expect(page.locator("[data-slot=who-wrote]")).to_contain_text(f"Ratna {CANARY}")
    page.get_by_role("button", name="Perlu keterangan lagi").click()
    page.locator("#text").fill(f"{page.locator('#text').input_value()} Loket mana?")
    page.get_by_role("button", name="Kunci dan kirim").click()
    expect(page.locator("[data-slot=case-messages]")).to_contain_text("Loket mana?")
    keep_note(page, f"Sudah dua kali tahun ini. {CANARY}")

    write_back(form, reports, words, asked="Loket mana?", text="Loket dua, setiap pagi.")
    expect(form.get_by_text("Sudah dua kali")).to_have_count(0)
    page.get_by_role("button", name="Muat ulang").click()
    expect(page.locator("[data-slot=case-messages]")).to_contain_text("Loket dua, setiap pagi.")
    look(page)
    page.locator("#text").fill("Petugas itu sudah dihukum.")
    page.get_by_role("button", name="Kirim sebagai hasil, lalu tutup").click()
    expect(page.locator("[data-slot=standing]")).to_contain_text("Ditutup")

    nothing_is_told(reports, CANARY, "Loket mana", "Loket dua", "Sudah dua kali", "dihukum")
    assert page.evaluate(KEPT) == [
        *(0, "", 0, 0),
        "segel-reading-directory,segel-reading-keys",
    ]
    assert page.url == f"{reports.base_url}/reading"
    assert number not in page.title()
    phone.close()


def test_a_case_that_is_passed_on_is_read_there_and_here_no_longer(
    reports: ReportSite, context: BrowserContext, chromium: Browser
) -> None:
    unknown = LEVY | {"answers": LEVY["answers"] | {"unit": 0}, "via": "server"}
    case = submit_report(reports, unknown)
    page = desk(reports, context)
    open_report(page, case.number)
    expect(page.get_by_text("server sempat dapat membacanya")).to_be_visible()
    keep_note(page, "Lihat berkas lama.")
    page.get_by_text("Teruskan ke satuan lain").click()
    page.locator("#accused").select_option(str(POLRES))

    expect(page.locator(f"#to-{POLRES}")).to_be_disabled()
    expect(page.locator(f"#to-{POLDA}")).to_be_disabled()
    expect(page.locator("[data-slot=places]")).to_contain_text("membawahi satuan yang dilaporkan")
    look(page)
    page.locator("#accused").select_option("0")
    page.locator(f"label[for=to-{POLDA}]").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Teruskan", exact=True).click()
    expect(page.get_by_text(f"{case.number} kini ada pada POLDA CONTOH")).to_be_visible()
    expect(page.get_by_role("button", name=case.number)).to_have_count(0)

    there = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    other = desk(reports, there, POLDA)
    open_report(other, case.number)
    expect(other.locator("[data-slot=story]")).to_contain_text("meminta uang tanpa kuitansi")
    expect(other.locator("[data-slot=notes]")).to_contain_text("Lihat berkas lama.")
    look(other)
    there.close()


def test_a_flood_is_set_aside_in_one_go_and_the_real_report_in_it_is_found(
    reports: ReportSite, context: BrowserContext
) -> None:
    flood = [submit_report(reports, report_about(JUNK.format(number=n))) for n in range(52)]
    real = submit_report(reports, LEVY | {"urgency": 2})
    page = desk(reports, context)
    page.clock.install()
    alike = page.get_by_text("52 laporan di sini serupa")

    page.get_by_role("button", name="Muat semua, untuk mencari di semuanya").click()
    expect(alike).to_be_visible()
    page.locator("[name=query]").fill("kuitansi loket")
    expect(alike).to_have_count(0)
    expect(page.get_by_role("button", name=real.number)).to_be_visible()
    page.locator("[name=query]").fill("")
    set_aside_alike(page)
    page.get_by_role("button", name="Urungkan").click()
    expect(alike).to_be_visible()
    assert {state_of(reports, case) for case in flood} == {CaseState.RECEIVED}
    set_aside_alike(page)
    expect(alike).to_have_count(0)
    page.clock.fast_forward(11_000)

    expect(page.get_by_text("52 sudah disisihkan.")).to_be_visible()
    look(page)
    assert {state_of(reports, case) for case in flood} == {CaseState.SET_ASIDE}
    assert state_of(reports, real) is CaseState.RECEIVED
    page.locator("[name=box]").select_option("set-aside")
    page.get_by_role("button", name="Muat lagi").click()
    expect(page.get_by_text("52 laporan di sini serupa")).to_be_visible()
    page.get_by_role("button", name="Tampilkan satu per satu").click()
    open_report(page, flood[0].number)
    page.get_by_role("button", name="Saya yang menangani").click()
    expect(page.locator("[data-slot=standing]")).to_contain_text("Sedang ditangani")
    assert state_of(reports, flood[0]) is CaseState.ASSIGNED
    page.get_by_role("button", name="Kembali ke semua laporan").click()
    expect(page.get_by_text("51 dari 51 laporan")).to_be_visible()
    # Two weeks before who wrote is forgotten, the handlers are told.
    reports.day += timedelta(days=20)
    page.get_by_role("button", name="Muat ulang").click()
    page.get_by_text("Ada yang segera dihapus").click()
    reminders = page.locator("[data-slot=going-list] li")
    expect(reminders).to_have_count(50)
    expect(reminders.first).to_contain_text("identitas penulisnya dihapus tanggal 14 Oktober 2026")
    look(page)
    reports.day -= timedelta(days=20)


def test_junk_that_guesses_place_and_words_of_a_report_does_not_hide_it(
    reports: ReportSite, context: BrowserContext
) -> None:
    guessed = "Saya datang pagi ke Samsat, petugas meminta uang tanpa kuitansi, saya takut."
    junk = [
        submit_report(reports, report_about(f"{guessed} {n}", where="Samsat")) for n in range(3)
    ]
    told = "Pagi itu di Samsat petugas meminta uang dari saya. Tanpa kuitansi. Saya takut."
    real = submit_report(reports, report_about(told, where="Samsat"))
    page = desk(reports, context)
    page.locator("[name=query]").fill("samsat")

    expect(page.get_by_text("4 laporan di sini serupa").first).to_be_visible()

    shown = [page.get_by_role("button", name=case.number).count() for case in (*junk, real)]
    assert sorted(shown[:3]) == [0, 0, 1]
    assert shown[3] == 1
    # A colleague takes it up before what was chosen with it is sent.
    page.clock.install()
    set_aside_alike(page)
    by = reports.handling(MABES)
    handling.open_case(reports.mailroom, real.id, by=by, urgency=Urgency.SOON)
    page.clock.fast_forward(11_000)
    expect(
        page.get_by_text("3 sudah disisihkan. 1 sudah berubah dan tetap di sini")
    ).to_be_visible()
    assert state_of(reports, real) is CaseState.OPENED


def set_aside_alike(page: Page) -> None:
    page.get_by_role("button", name="Pilih semua yang serupa").first.click()
    look(page)
    page.get_by_role("button", name="Sisihkan sebagai laporan sampah").first.click()


def taken(site: ReportSite) -> Case:
    """A report that somebody at MABES works on."""
    case, by = submit_report(site, LEVY), site.handling(MABES)
    handling.open_case(site.mailroom, case.id, by=by, urgency=Urgency.SOON)
    return handling.assign(site.mailroom, case.id, by=by)


def test_a_page_that_locks_itself_forgets_all_and_gives_back_what_was_typed(
    reports: ReportSite, context: BrowserContext
) -> None:
    case = taken(reports)
    page = desk(reports, context)
    page.clock.install()
    open_report(page, case.number)
    page.locator("#text").fill(f"Belum selesai. {CANARY}")
    page.clock.fast_forward(10 * 60_000 + 1)

    expect(page.get_by_role("heading", name="Buka kunci Anda")).to_be_visible()
    look(page)
    fields = page.evaluate("[...document.querySelectorAll('textarea')].map((one) => one.value)")
    assert CANARY not in page.content() + "".join(fields)
    assert "tanpa kuitansi" not in page.content()
    page.clock.resume()
    unlock(page)
    expect(page.get_by_role("heading", name=f"Laporan {case.number}")).to_be_visible()
    expect(page.locator("#text")).to_have_value(f"Belum selesai. {CANARY}")


def test_whoever_comes_second_sees_what_is_new_and_loses_no_word(
    reports: ReportSite, context: BrowserContext
) -> None:
    case = taken(reports)
    first, second = desk(reports, context), desk(reports, context)
    for page, text in ((first, "Jawaban satu."), (second, "Jawaban dua.")):
        open_report(page, case.number)
        page.locator("#text").fill(text)
    first.get_by_role("button", name="Kunci dan kirim").click()
    expect(first.locator("[data-slot=case-messages]")).to_contain_text("Jawaban satu.")
    second.get_by_role("button", name="Kunci dan kirim").click()

    expect(second.get_by_text("Ada yang lebih dahulu.")).to_be_visible()
    expect(second.locator("[data-slot=case-messages]")).to_contain_text("Jawaban satu.")
    expect(second.locator("#text")).to_have_value("Jawaban dua.")
    look(second)
    second.get_by_role("button", name="Kunci dan kirim").click()
    expect(second.locator("[data-slot=case-messages]")).to_contain_text("Jawaban dua.")


def test_without_a_connection_or_after_a_new_start_of_the_server_nothing_typed_is_lost(
    reports: ReportSite, context: BrowserContext
) -> None:
    case = taken(reports)
    page = desk(reports, context)
    open_report(page, case.number)
    page.locator("#text").fill("Kami selidiki.")
    context.set_offline(True)
    page.get_by_role("button", name="Kunci dan kirim").click()
    expect(page.get_by_text("Tidak ada sambungan.")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Kami selidiki.")
    context.set_offline(False)
    reports.stop()
    reports.start()
    # No session of before counts any more; the key is still in the page.
    page.get_by_role("button", name="Kunci dan kirim").click()

    expect(page.locator("[data-slot=case-messages]")).to_contain_text("Kami selidiki.")


def test_a_key_that_ends_while_its_owner_works_opens_no_more_and_says_so(
    reports: ReportSite, context: BrowserContext
) -> None:
    case = taken(reports)
    page = desk(reports, context)
    open_report(page, case.number)
    page.locator("#text").fill("Kami selidiki.")
    [key] = reports.keys(MABES, Role.HANDLER)
    entry = DirectoryKey(unit=MABES, role=Role.HANDLER, key=key.sealing_key, valid_from=0)
    reports.publish_directory(replace(entry, until=86_400))

    page.get_by_role("button", name="Kunci dan kirim").click()
    expect(page.get_by_text("Kunci Anda tidak lagi membuka ini")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Kami selidiki.")
    page.get_by_role("button", name="Kunci", exact=True).click()
    unlock(page)
    expect(page.get_by_text("Kunci ini berakhir pada 2 Januari 1970.")).to_be_visible()
    look(page)
    reports.publish_directory()
    stranger = desk(reports, context, seed=bytes(32))
    expect(
        stranger.get_by_text("Kunci ini belum ada di daftar yang boleh membaca.")
    ).to_be_visible()


def test_an_older_list_of_readers_than_was_seen_before_is_not_believed(
    reports: ReportSite, context: BrowserContext
) -> None:
    page = desk(reports, context)
    expect(page.get_by_role("heading", name="Laporan untuk satuan Anda")).to_be_visible()
    page.evaluate("localStorage.setItem('segel-reading-directory', '2')")
    page.reload()
    unlock(page)

    expect(page.get_by_text("daftar yang lebih lama")).to_be_visible()
