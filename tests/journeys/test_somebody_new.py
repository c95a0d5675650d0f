"""Somebody new at the office: added, enrolled, at work, gone; on a phone and on a desk.

Every page on the way works without scripts, has nothing that axe finds, no target below 44 pixels,
and nothing that hangs over the edge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.domain.staff import Role
from tests.staffed import PASSWORD, StaffedSite

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OWN = "empat kata milik saya"
PHONE, DESK = (360, 740), (1280, 800)
# A tick counts with its label, a link in a sentence with its line (WCAG 2.2, 2.5.8).
SMALL = """[...document.querySelectorAll("a, button, select, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !one.closest("p, .skip"))
  .map((one) => one.type === "checkbox" ? one.parentElement : one)
  .filter((one) => one.getBoundingClientRect().height < 43.9)
  .map((one) => one.outerHTML.slice(0, 80))"""


@dataclass
class Visitor:
    """Somebody with a browser, who looks closely at every page."""

    site: StaffedSite
    page: Page

    def open(self, address: str) -> None:
        """Go to a page, and look."""
        self.page.goto(f"{self.site.url}{address}")
        self.look()

    def press(self, name: str, *, role: str = "button") -> None:
        """Press what is called so, and look at what comes."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]  # a word of ARIA
        self.look()

    def type(self, **typed: str) -> None:
        """Type into fields, each by the beginning of its label."""
        for label, text in typed.items():
            self.page.get_by_label(re.compile(label.replace("_", " "))).first.fill(text)

    def look(self) -> None:
        """Whether everybody can use this page."""
        self.page.wait_for_load_state("load")
        address = self.page.url.removeprefix(self.site.url)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide == 0, address
        assert self.page.evaluate(SMALL) == [], address
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({ resultTypes: ['violations'] })")
        assert [
            (one["id"], [node["html"][:120] for node in one["nodes"]])
            for one in found["violations"]
        ] == [], address


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """How large the screen is."""
    width, height = request.param
    return {"width": width, "height": height}


@pytest.fixture
def visitors(
    chromium: Browser, staffed_site: StaffedSite, size: dict[str, int]
) -> Iterator[tuple[Visitor, Visitor]]:
    """An administrator, and somebody new; each with a browser in which no script runs."""
    contexts = [
        chromium.new_context(locale="id-ID", viewport=size)  # type: ignore[arg-type]  # a ViewportSize
        for _ in range(2)
    ]
    for context in contexts:
        # axe is a script, too, so they are not turned off: those of the pages never arrive.
        context.route("**/*.js", lambda route: route.abort())
    ani, sekar = (Visitor(staffed_site, context.new_page()) for context in contexts)
    yield ani, sekar
    for context in contexts:
        context.close()


def sign_in(visitor: Visitor, login: str, password: str, code: str) -> None:
    """Type what lets somebody in."""
    visitor.type(Login=login, Kata_sandi=password, Kode=code)
    visitor.press("Masuk")


def add_sekar(ani: Visitor) -> str:
    """The administrator adds somebody, with a slip of the finger; the code that she is shown."""
    expect(ani.page.get_by_role("heading", name="Petugas")).to_be_visible()
    ani.press("Tambah petugas", role="link")
    ani.type(Nama="Sekar Contoh", Login="sekar", NRP="99990042")
    for role in ("Peneliti catatan", "Penanda tangan"):
        ani.page.get_by_label(role).check()
    ani.press("Tambah, lalu tampilkan kode")
    expect(ani.page.get_by_text("tidak boleh orang yang sama.")).to_be_visible()
    ani.page.get_by_label("Penanda tangan").uncheck()
    ani.press("Tambah, lalu tampilkan kode")
    code = ani.page.locator("dd.secret").inner_text()
    ani.press("Sudah dicatat: ke akun", role="link")
    expect(ani.page.get_by_text("Belum mulai. Kode berlaku sampai")).to_be_visible()
    return code


def begin(sekar: Visitor, code: str) -> pyotp.TOTP:
    """Somebody new begins, with a slip of the finger at each step; her app."""
    sekar.open("/enrol")
    sekar.type(Login="sekar", Kode_dari="AAAA-AAAA-AAAA")
    sekar.press("Berikutnya")
    expect(sekar.page.get_by_text("Tidak cocok, atau kodenya sudah dipakai")).to_be_visible()
    sekar.type(Login="sekar", Kode_dari=code.lower())
    sekar.press("Berikutnya")
    seed = sekar.page.locator(".secret").inner_text().replace(" ", "")
    sekar.type(Kode_yang_tampil="000000", Kata_sandi_baru=OWN, Sekali_lagi=OWN)
    sekar.press("Selesai: masuk")
    expect(sekar.page.get_by_text("Bukan itu yang tampil di aplikasi.")).to_be_visible()
    app = pyotp.TOTP(seed)
    right = app.at(sekar.site.clock())
    sekar.type(Kode_yang_tampil=right, Kata_sandi_baru=OWN, Sekali_lagi=OWN)
    sekar.press("Selesai: masuk")
    expect(sekar.page.get_by_text("Masuk sebagai Sekar Contoh")).to_be_visible()
    return app


def test_from_the_first_day_to_the_last(
    staffed_site: StaffedSite, visitors: tuple[Visitor, Visitor]
) -> None:
    ani, sekar = visitors
    administrator = staffed_site.people[Role.ADMINISTRATOR]
    ani.open("/staff")
    sign_in(ani, administrator.login, PASSWORD, administrator.code(staffed_site.clock()))
    app = begin(sekar, add_sekar(ani))

    # Another day: out, and in again; what is for others stays closed.
    sekar.press("Keluar")
    staffed_site.clock.forward(hours=16)
    sign_in(sekar, "sekar", OWN, app.at(staffed_site.clock()))
    sekar.open("/account")
    sekar.open("/staff")
    expect(sekar.page.get_by_text("Ini bukan untuk Anda")).to_be_visible()

    # The last day. It was the wrong person, so it is undone; then it was the right one after all.
    ani.open("/staff")
    sign_in(ani, administrator.login, PASSWORD, administrator.code(staffed_site.clock()))
    ani.type(Nama="sekar")
    ani.press("Cari")
    ani.press("Sekar Contoh", role="link")
    ani.press("Sudah keluar")
    sekar.open("/account")
    expect(sekar.page.get_by_role("heading", name="Masuk")).to_be_visible()
    ani.press("Batalkan: terima kembali, dan tampilkan kode baru")
    expect(ani.page.locator("dd.secret")).to_be_visible()


def test_an_office_comes_and_goes(
    staffed_site: StaffedSite, visitors: tuple[Visitor, Visitor]
) -> None:
    ani, _ = visitors
    staffed_site.sign_in(ani.page, Role.ADMINISTRATOR)
    ani.open("/staff")
    ani.press("Kantor", role="link")
    ani.press("Tambah kantor", role="link")
    ani.type(Nama="Pos Pasar Contoh")
    ani.page.get_by_label("Jenis").select_option("post")
    ani.press("Simpan")
    ani.press("Pos Pasar Contoh", role="link")
    ani.press("Tutup kantor ini")
    expect(ani.page.get_by_text("tutup")).to_be_visible()


def test_an_auditor_follows_what_was_done(
    staffed_site: StaffedSite, visitors: tuple[Visitor, Visitor]
) -> None:
    agus, _ = visitors
    staffed_site.add("sekar", Role.EXAMINER)
    staffed_site.sign_in(agus.page, Role.AUDITOR)

    agus.open("/journal")
    agus.page.get_by_label("Perbuatan").select_option("staff-added")
    agus.press("Tampilkan")
    agus.page.get_by_role("link", name=re.compile("^staff ")).first.click()
    agus.look()
    expect(agus.page.get_by_text("examiner@")).to_be_visible()
    agus.type(Login_pelakunya="nobody", Dari="31-31-2026")
    agus.press("Tampilkan")
    expect(agus.page.get_by_text("Tidak ada catatan yang cocok.")).to_be_visible()
    agus.press("English", role="link")
    expect(agus.page.get_by_role("heading", name="Journal")).to_be_visible()
