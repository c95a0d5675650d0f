"""Readers make their own keys, and who wrote a report is opened by custodians, for one person.

In Chromium, each reader in a browser of their own, against the real mailroom. What the server has
is searched for the name; what it might put in of its own is tried.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from kiosk.actions.directories import parse_asked
from kiosk.domain.cases import Case
from signing.cose import encode
from signing.directory import DirectoryKey, Role
from signing.hpke import Kem, OpeningKey
from signing.locked import KeptKey, Way, encode_kept, lock_key, parse_kept, unlock_key
from signing.opening import new_wish, one_time_key, open_reason
from signing.quorum import SealedShare, Share, Side, open_share, own_share, pass_share
from signing.receipt import ReceiptCode
from tests.journeys.reporting import look
from tests.report_site import KOMISI, MABES, POLDA, ReportSite
from tests.sealed_inbox import report_about, submit_report

pytestmark = pytest.mark.browser

CANARY = "KENARI-4H8W"
PASSPHRASE = "tegel setia depan belum senja bombai"
NAME = json.dumps({"v": 1, "name": f"Ratna {CANARY}", "contact": "0812"}).encode()
COLLEAGUE = OpeningKey(Kem.X25519, bytes([9] * 32))
_COLLEAGUE = DirectoryKey(unit=MABES, role=Role.HANDLER, key=COLLEAGUE.sealing_key, valid_from=0)
ORIGINAL = f"a picture as it was taken {CANARY}".encode()
PURPOSE = f"Melindungi saksi. {CANARY}"
LEFT = json.dumps([json.dumps({"v": 2, "key": "?"})])
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "hasPrf": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportSite]:
    """An office that takes sealed reports, with two handlers at MABES."""
    served = ReportSite(tmp_path_factory.mktemp("reports"))
    served.start()
    served.publish_directory(_COLLEAGUE)
    yield served
    served.stop()


class Reader:
    """Somebody with a key, and a browser of their own."""

    def __init__(self, site: ReportSite, chromium: Browser, key: OpeningKey, role: str) -> None:
        self.key, self.name = key, key.sealing_key.id.hex()
        locked = lock_key(key, Way.PASSPHRASE, PASSPHRASE)
        unit = KOMISI if role == "external" else MABES
        kept = encode_kept(KeptKey(unit=unit, role=role, passphrase=locked))
        width = 1280 if role == "handler" else 360
        self.context = chromium.new_context(
            locale="id-ID", viewport={"width": width, "height": 740}
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(9000)
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(f"{site.base_url}/reading")
        file = FilePayload(name="key.json", mimeType="application/json", buffer=kept.encode())
        self.page.locator("#file").set_input_files([file])
        self.page.locator("#passphrase").fill(PASSPHRASE.upper())
        self.page.get_by_role("button", name="Buka dengan frasa sandi").click()

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture(scope="module")
def readers(reports: ReportSite, chromium: Browser) -> Iterator[dict[str, Reader]]:
    """One handler, three custodians inside, one outside."""
    found = {"handler": Reader(reports, chromium, reports.keys(MABES, Role.HANDLER)[0], "handler")}
    for number, key in enumerate(reports.keys(MABES, Role.INTERNAL), start=1):
        found[f"internal {number}"] = Reader(reports, chromium, key, "internal")
    [outside] = reports.keys(KOMISI, Role.EXTERNAL)
    found["external"] = Reader(reports, chromium, outside, "external")
    yield found
    for reader in found.values():
        reader.context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A small phone that nobody has used."""
    with closing(
        chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    ) as context:
        yield context


class Signed:
    """A reader who speaks to the server without a page."""

    def __init__(self, site: ReportSite, key: OpeningKey) -> None:
        self.client, self.key = site.client, key
        name = key.sealing_key.id
        challenge = self.client.post("/reading/challenges", json={"reader": name.hex()}).json
        assert challenge is not None
        context = encode(["segel-reading-challenge", 1, name, challenge["expires"]])
        nonce = key.open(bytes.fromhex(challenge["sealed"]), context).hex()
        said = {"reader": name.hex(), "ticket": challenge["ticket"], "nonce": nonce}
        session = self.client.post("/reading/sessions", json=said).json
        assert session is not None
        self.headers = {"Authorization": f"Segel {session['session']}"}

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """What the server answers."""
        address = f"/reading/{path}"
        if body is None:
            answer = self.client.get(address, headers=self.headers)
        else:
            answer = self.client.post(address, json=body, headers=self.headers)
        return answer.status_code, answer.json


def confidential(site: ReportSite, code: ReceiptCode) -> Case:
    """A report by somebody who says who they are, to custodians alone."""
    report = report_about("Petugas meminta uang di loket.") | {"mode": "confidential"}
    return submit_report(
        site, report, identity=NAME, code=code, also=[COLLEAGUE], original=ORIGINAL
    )


def take_up(handler: Reader, case: Case) -> None:
    """Open the report from the inbox."""
    handler.press("Muat ulang")
    handler.page.get_by_role("button", name=case.number).click()
    handler.press("Konfirmasi")
    standing = handler.page.locator("[data-slot=standing]")
    expect(standing).to_contain_text("Digolongkan sebagai")


def ask_for_name(handler: Reader, *, quick: bool = True) -> list[str]:
    """Ask who wrote the report; the six words that stand there then. Not `quick`: look at it."""
    page = handler.page
    page.get_by_text("Minta nama pelapor", exact=True).click()
    handler.press("Beri tahu pelapor, lalu minta")
    expect(page.locator("#wish [data-fault=purpose]")).to_be_visible()
    if not quick:
        look(page)
    page.locator("#wish-purpose").fill(PURPOSE)
    page.locator("#wish-basis").fill("UU 31/2014 pasal 5")
    page.locator("#wish-audience").fill("Saya dan hakim")
    handler.press("Beri tahu pelapor, lalu minta")
    words = page.locator("[data-slot=opening-words]")
    expect(page.get_by_text("Sudah diminta.")).to_be_visible()
    if not quick:
        look(page)
    return words.inner_text().split()


def read_wish(custodian: Reader, case: Case) -> Page:
    """The page on which a custodian reads why a name is asked for."""
    custodian.press("Muat ulang")
    custodian.page.get_by_role("button", name=case.number).first.click()
    expect(custodian.page.locator("[data-slot=opening-facts]")).to_contain_text(PURPOSE)
    return custodian.page


def pass_on(custodian: Reader, case: Case, words: list[str]) -> None:
    """Hear the words, agree."""
    page = read_wish(custodian, case)
    page.locator("#heard-words").fill(" ".join(word[:4].upper() for word in words))
    page.locator("#agreed").check()
    custodian.press("Serahkan bagian saya")
    expect(page.get_by_text(f"Bagian Anda untuk laporan {case.number} sudah")).to_be_visible()


def reads_answers(site: ReportSite, phone: BrowserContext, code: ReceiptCode) -> Page:
    """The reporter's page, opened by the code."""
    page = phone.new_page()
    page.goto(f"{site.base_url}/lapor/balas")
    page.locator("[name=receipt]").fill(" ".join(code.words))
    page.get_by_role("button", name="Buka").click()
    return page


def make_key(page: Page, home: str) -> str:
    """Make a custodian's key, with a passkey besides; its passphrase."""
    onward = page.locator("[data-screen]:not([hidden]) button[type=submit]")
    page.goto(f"{home}/reading/key")
    # What a later version of the page may have left.
    page.evaluate("(left) => localStorage.setItem('segel-reading-keys', left)", LEFT)
    onward.click()
    expect(page.locator("[data-fault=unit]")).to_be_visible()
    look(page)
    page.get_by_text("Saya penjaga kunci di dalam Polri").click()
    page.locator("#unit").fill(str(POLDA))
    onward.click()
    passphrase = page.locator("[data-slot=suggested]").inner_text()
    page.get_by_text("Saya mau kata-kata sendiri").click()
    page.locator("#own").fill("satu dua tiga empat")
    onward.click()
    expect(page.locator("[data-fault=own]")).to_be_visible()
    look(page)
    page.locator("#own").fill("")
    onward.click()
    look(page)
    page.locator("#again").fill(passphrase.replace(" ", "  ").title())
    onward.click()
    page.get_by_role("button", name="Tambah kunci sandi").click()
    expect(page.get_by_text("Mulai sekarang passkey membuka")).to_be_visible()
    look(page)
    return passphrase


def saved(page: Page, button: str) -> tuple[str, dict[str, Any]]:
    """The name of the file that this button saves, and what it says."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    return download.value.suggested_filename, found


def stays_here(
    reports: ReportSite, page: Page, locked: dict[str, Any], secrets: tuple[str, ...]
) -> None:
    """No secret left the browser, not even locked, and none lies in it unlocked."""
    sent = b"".join(one.everything for one in reports.requests).decode(errors="replace")
    lies = page.evaluate("JSON.stringify(localStorage)")
    assert locked["passkey"] in lies
    assert json.loads(json.loads(lies)["segel-reading-keys"])[0] == json.loads(LEFT)[0]
    for secret in secrets:
        assert secret not in lies
    for secret in (*secrets, locked["passphrase"], locked["passkey"]):
        assert secret not in sent


def test_a_key_made_in_the_browser_reads_once_two_holders_signed_it(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    cdp = phone.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # A passkey belongs to a name, never to an address of four numbers.
    passphrase = make_key(page, f"http://localhost:{reports.port}")
    locked_name, locked = saved(page, "Simpan kunci terkunci")
    wanted_name, wanted = saved(page, "Simpan permintaan")

    # What the browser made, Python opens; the request holds nothing that is secret.
    asked = parse_asked(json.dumps(wanted).encode())
    public = asked.key
    opened = unlock_key(parse_kept(json.dumps(locked)).passphrase, passphrase)
    name = public.id.hex()[:8]
    assert (opened.sealing_key, len(passphrase.split())) == (public, 6)
    assert (asked.unit, asked.role, public.kem) == (POLDA, Role.INTERNAL, Kem.X_WING)
    assert locked_name == f"segel-key-{name}.json"
    assert wanted_name == f"segel-reader-{name}.json"

    page.get_by_role("link", name="Buka kunci saya").click()
    look(page)
    junk = FilePayload(name="x.json", mimeType="application/json", buffer=b'{"v":1}')
    page.locator("#file").set_input_files([junk])
    expect(page.locator("[data-fault=file]")).to_contain_text("bukan berkas kunci")
    page.get_by_role("button", name="Buka dengan passkey").click()
    expect(page.locator("[data-fault=passphrase]")).to_contain_text("belum ada di daftar")
    entry = DirectoryKey(unit=POLDA, role=Role.INTERNAL, key=public, valid_from=0)
    reports.publish_directory(entry, _COLLEAGUE)
    page.get_by_role("button", name="Buka dengan passkey").click()
    expect(page.get_by_role("heading", name="Yang diminta dari Anda")).to_be_visible()
    expect(page.get_by_text("Tidak ada permintaan.")).to_be_visible()
    page.get_by_role("button", name="Kunci", exact=True).click()
    page.locator("#passphrase").fill("lain sekali dari yang benar ini")
    page.get_by_role("button", name="Buka dengan frasa sandi").click()
    expect(page.locator("[data-fault=passphrase]")).to_contain_text("tidak membuka kunci")
    page.locator("#passphrase").fill(passphrase)
    page.get_by_role("button", name="Buka dengan frasa sandi").click()
    expect(page.locator("[data-slot=me]")).to_have_text("POLDA CONTOH")

    seed = bytes(opened.secret).hex()
    stays_here(reports, page, locked, (passphrase, passphrase.title(), seed))


def all_but_one_decline(readers: dict[str, Reader], case: Case) -> None:
    """Ask, and have two of three custodians inside say no: nothing is opened."""
    handler = readers["handler"]
    ask_for_name(handler, quick=False)
    for name in ("internal 1", "internal 2"):
        page = read_wish(readers[name], case)
        readers[name].press("Tolak")
        expect(page.get_by_text(f"Anda menolak untuk laporan {case.number}.")).to_be_visible()
        look(page)
    handler.press("Muat ulang")
    expect(handler.page.locator("[data-slot=opening-list]")).to_contain_text("Ditolak")


def pass_wrong_share(reports: ReportSite, custodian: Reader) -> str:
    """Pass on a share that is not the one the custodian was given; the id of the opening."""
    signed = Signed(reports, custodian.key)
    [id_] = [
        one["id"] for one in signed.ask("openings")[1]["openings"] if one["state"] == "waiting"
    ]
    sealed = wrong_share(signed.ask(f"openings/{id_}")[1], custodian.key)
    assert signed.ask(f"openings/{id_}/share", {"sealed": sealed.hex()})[0] == 200
    return str(id_)


def object_to_it(reporter: Page, handler: Reader) -> None:
    """Read who asks, why and by what law, and object."""
    told = reporter.locator("[data-slot=openings] li", has_text="belum memutuskan")
    for said in ("MABES CONTOH", handler.name[:8], PURPOSE, "UU 31/2014", "Saya dan hakim"):
        expect(told).to_contain_text(said)
    look(reporter)
    told.get_by_role("button", name="Saya keberatan").click()
    expect(reporter.get_by_text("Anda keberatan.")).to_be_visible()
    reporter.close()


def nobody_else_gets_it(reports: ReportSite, readers: dict[str, Reader], id_: str) -> None:
    """No other reader is given what opens the name, by any way."""
    for key in (COLLEAGUE, readers["internal 1"].key, readers["external"].key):
        other = Signed(reports, key)
        assert other.ask(f"openings/{id_}/release", {})[0] in {403, 404}
        assert "kept" not in other.ask(f"openings/{id_}")[1]
    assert Signed(reports, COLLEAGUE).ask(f"openings/{id_}")[0] == 404


def nothing_is_known(reports: ReportSite, *secrets: str) -> None:
    """What was sealed is nowhere on the server, and was in no request."""
    everything = b"".join(one.everything for one in reports.requests)
    kept = b"".join(path.read_bytes() for path in reports.folder.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.encode() not in everything
        assert secret.encode() not in kept


def original_is_shut(handler: Reader) -> None:
    """That the picture as it was taken is there, and cannot be opened."""
    original = handler.page.locator("[data-slot=files] li").last
    expect(original).to_contain_text("hanya para penjaga kunci")
    expect(original.get_by_role("button")).to_have_count(0)


def original_opens(handler: Reader) -> None:
    """Take the picture along as it was taken."""
    original = handler.page.locator("[data-slot=files] li").last
    original.get_by_role("button", name="Ambil dan buka").click()
    with handler.page.expect_download() as given:
        original.get_by_role("link", name="belum dibersihkan").click()
    assert given.value.path().read_bytes() == ORIGINAL


def test_a_name_is_opened_by_all_custodians_for_the_one_who_asked_and_nobody_else(
    reports: ReportSite, readers: dict[str, Reader], phone: BrowserContext
) -> None:
    code = ReceiptCode.new()
    case = confidential(reports, code)
    handler = readers["handler"]
    take_up(handler, case)
    original_is_shut(handler)

    all_but_one_decline(readers, case)

    # Asked again. The reporter reads who, why and by what law, and objects.
    words = ask_for_name(handler)
    object_to_it(reads_answers(reports, phone, code), handler)
    for name in ("internal 1", "internal 2", "external"):
        pass_on(readers[name], case, words)
    expect(readers["external"].page.locator("[data-slot=openings]")).to_contain_text("Paling cepat")
    handler.press("Muat ulang")
    panel = handler.page.locator("#identity-of-case")
    expect(panel).to_contain_text("hanya semua penjaga kunci")
    expect(panel.locator("#release")).to_be_hidden()

    # The third passes on a share that is not the one they were given: it is named, and left out.
    id_ = pass_wrong_share(reports, readers["internal 3"])
    handler.press("Muat ulang")
    handler.press("Tampilkan pelapornya")
    expect(panel.locator("[data-fault=sure]")).to_be_visible()
    panel.locator("#sure").check()
    look(handler.page)
    with another_envelope(handler.page):
        handler.press("Tampilkan pelapornya")
        fault = handler.page.locator("[data-slot=case-fault]")
        expect(fault).to_contain_text("tidak cocok dengan laporan ini")
    handler.press("Tampilkan pelapornya")
    expect(panel.locator("[data-slot=identity]")).to_contain_text(f"Ratna {CANARY}")
    expect(panel.locator("[data-slot=opening-wrong]")).to_contain_text(
        readers["internal 3"].name[:8]
    )
    # What else is locked with the name opens with it.
    original_opens(handler)
    look(handler.page)

    nobody_else_gets_it(reports, readers, id_)
    reporter = reads_answers(reports, phone, code)
    expect(reporter.get_by_text("Dibuka tanggal 14 September 2026, untuk")).to_be_visible()
    look(reporter)

    # It stands on the screen until it is taken off, and nowhere else.
    handler.press("Hilangkan dari layar")
    assert f"Ratna {CANARY}" not in handler.page.content()
    original_is_shut(handler)
    assert CANARY not in handler.page.evaluate("JSON.stringify(localStorage)")
    nothing_is_known(reports, CANARY, "Melindungi saksi", "hakim", " ".join(words))

    shredded_name_hides_nothing_else(reports, handler, case)


def shredded_name_hides_nothing_else(reports: ReportSite, handler: Reader, case: Case) -> None:
    """Once the name is gone, who asked for it reads the rest as everybody does."""
    with reports.mailroom.archive.begin() as shelves:
        kept = shelves.cases.get(case.id)
        shelves.cases.drop_identity(case.id)
        shelves.cases.replace(kept, replace(kept, identity=False))
    handler.press("Kembali ke semua laporan")
    handler.page.get_by_role("button", name=case.number).click()
    panel = handler.page.locator("#identity-of-case")
    expect(panel).to_contain_text("Nama itu sudah tidak disimpan lagi")
    expect(panel.locator("[data-slot=opening-mine]")).to_be_hidden()
    handler.press("Kembali ke semua laporan")


@contextmanager
def another_envelope(page: Page) -> Iterator[None]:
    """A server that gives an envelope other than the one that came with the report."""

    def altered(route: Route) -> None:
        given = route.fetch().json()
        route.fulfill(json=given | {"identity": given["identity"][:-2] + "00"})

    page.route("**/release", altered)
    yield
    page.unroute("**/release")


def wrong_share(seen: dict[str, Any], key: OpeningKey) -> bytes:
    """What a custodian passes on who was told to, or paid to, break an opening."""
    asked = [(Side(side), Kem(kem), bytes.fromhex(one)) for side, kem, one in seen["custodians"]]
    name = key.sealing_key.id
    side, kem, reader = next(one for one in asked if one[2] == name)
    commitment, sealed_part = (bytes.fromhex(seen[part]) for part in ("commitment", "share"))
    sealed = SealedShare(
        side=side, kem=kem, reader=reader, commitment=commitment, sealed=sealed_part
    )
    own = own_share(asked, sealed)
    share = open_share(own, bytes.fromhex(seen["case"]), key)
    altered = Share(reader=name, secret=bytes([share.secret[0] ^ 1]) + share.secret[1:])
    return pass_share(
        own, bytes.fromhex(seen["case"]), altered, one_time_key(bytes.fromhex(seen["key"]))
    )


def test_a_server_that_puts_in_a_key_of_its_own_is_caught_by_six_words(
    reports: ReportSite, readers: dict[str, Reader]
) -> None:
    case = confidential(reports, ReceiptCode.new())
    take_up(readers["handler"], case)
    words = ask_for_name(readers["handler"])
    custodian = readers["internal 1"]

    def with_own_key(route: Route) -> None:
        """All as it was, but that shares would go to the server."""
        seen = route.fetch().json()
        if "reason" in seen:
            id_, reason = bytes.fromhex(seen["case"]), bytes.fromhex(seen["reason"])
            once = one_time_key(bytes.fromhex(seen["key"]))
            said, _digest = open_reason(id_, reason, custodian.key, once)
            guard = custodian.key.sealing_key
            forged = new_wish(id_, said, [guard], readers["handler"].key.sealing_key)
            seen |= {"key": forged.key.hex(), "reason": forged.reasons[guard.id].hex()}
        route.fulfill(json=seen)

    def in_a_name(route: Route) -> None:
        """All as it was, but that it is asked for by one who is no handler."""
        nobody = readers["internal 2"].name
        route.fulfill(json=route.fetch().json() | {"asker": nobody})

    custodian.page.route("**/reading/openings/*", in_a_name)
    page = read_wish(custodian, case)
    expect(page.locator("[data-slot=opening-suspect]")).to_contain_text("bukan dari penangan")
    expect(page.locator("#heard")).to_be_hidden()
    expect(page.get_by_role("button", name="Tolak")).to_be_visible()
    look(page)
    custodian.press("Kembali ke semua")
    custodian.page.unroute("**/reading/openings/*")
    custodian.page.route("**/reading/openings/*", with_own_key)
    page = read_wish(custodian, case)
    page.locator("#heard-words").fill(" ".join(words))
    page.locator("#agreed").check()
    custodian.press("Serahkan bagian saya")

    expect(page.locator("[data-fault=words]")).to_contain_text("Itu bukan enam kata")
    look(page)
    [id_] = {
        one["id"]
        for one in Signed(reports, custodian.key).ask("openings")[1]["openings"]
        if one["case"] == case.id.hex()
    }
    assert Signed(reports, custodian.key).ask(f"openings/{id_}")[1]["granted"] == []
