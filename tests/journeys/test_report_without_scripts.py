"""Without scripts somebody is warned, reports and talks back; with scripts nobody is led there.

In Chromium on a small phone, against the real mailroom.
"""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.reporting import answer_questions, give_words_back, look, words_on
from tests.report_site import POLRES, ReportSite

pytestmark = pytest.mark.browser

PLAIN = "/lapor/tanpa-skrip"
BREAKS = {
    "no keys can be made": "Object.defineProperty(Crypto.prototype, 'subtle', { get() {} })",
    "no WebAssembly": "delete globalThis.WebAssembly",
    "sealing fails": "SubtleCrypto.prototype.encrypt = () => Promise.reject(new Error('broken'))",
}


@pytest.fixture
def phone(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A small phone, whose browser runs scripts only where a test says so."""
    context = chromium.new_context(
        locale="id-ID",
        viewport={"width": 360, "height": 740},
        java_script_enabled=getattr(request, "param", False),
    )
    yield context
    context.close()


with_scripts = pytest.mark.parametrize("phone", [True], indirect=True, ids=["scripts"])


def pick(page: Page, value: str) -> None:
    page.locator(f"label[for={value}]").click()


def report_and_talk_back(site: ReportSite, page: Page, seen: Callable[[Page], None]) -> None:
    """Everything from the warning to an answer of one's own; `seen` looks at each page."""
    page.goto(f"{site.base_url}{PLAIN}")
    expect(page.get_by_text("terbaca sesaat oleh server")).to_be_visible()
    seen(page)
    for value in ("danger-no", "kind-levy", "duty-on"):
        pick(page, value)
    page.locator("[name=unit]").select_option(str(POLRES))
    page.locator("[name=story]").fill("Ia meminta uang kepada banyak orang.")
    page.get_by_role("button", name="Kunci dan tunjukkan kode saya").click()

    # One question was left out: what was typed is still there.
    expect(page.locator("#when-fault")).to_be_visible()
    expect(page.locator("[name=story]")).to_have_value("Ia meminta uang kepada banyak orang.")
    seen(page)
    pick(page, "when-today")
    page.get_by_role("button", name="Kunci dan tunjukkan kode saya").click()
    expect(page.locator("ol.code li")).to_have_count(8)
    words = [str(word) for word in page.locator("ol.code li").all_inner_texts()]
    seen(page)
    page.locator("[name=third]").fill(words[2])
    page.locator("[name=sixth]").fill(words[5])
    page.get_by_role("button", name="Kirim laporan yang terkunci").click()
    expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
    seen(page)

    page.get_by_role("link", name="Cara membaca jawaban").click()
    seen(page)
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_text("meminta uang kepada banyak orang")).to_be_visible()
    page.locator("[name=reply]").fill("Loket dua.")
    page.get_by_role("button", name="Kunci dan kirim").click()
    expect(page.get_by_text("Terkirim.", exact=True)).to_be_visible()
    expect(page.get_by_text("Loket dua.")).to_be_visible()
    seen(page)


def test_somebody_whose_browser_runs_no_scripts_reports_and_reads_the_answers(
    reports: ReportSite, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}/lapor")
    page.get_by_role("link", name="Ke formulir tanpa JavaScript").click()

    report_and_talk_back(reports, page, lambda _page: None)

    assert phone.cookies() == []


@with_scripts
def test_everybody_can_use_the_pages_without_scripts(
    reports: ReportSite, phone: BrowserContext
) -> None:
    def shown(route: Route) -> None:
        # What looks at a page is a script; shown all the same is what else would be hidden.
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("scripting:", "scripting-x:"))

    phone.route("**/lapor-*.css", shown)

    def seen(page: Page) -> None:
        # The style sheets come by way of this test, and later than the page.
        for _ in range(100):
            if page.evaluate("document.styleSheets.length") == 2:
                break
            page.wait_for_timeout(50)
        look(page)

    report_and_talk_back(reports, phone.new_page(), seen)


@with_scripts
@pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS)
def test_where_scripts_run_and_sealing_fails_nothing_is_sent_and_nothing_leads_to_less(
    reports: ReportSite, phone: BrowserContext, breaks: str
) -> None:
    page = phone.new_page()
    page.add_init_script(breaks)
    before = len(reports.requests)
    page.goto(f"{reports.base_url}/lapor")
    otherwise = page.get_by_role("heading", name="Melapor dengan cara lain")
    if not otherwise.is_visible():
        answer_questions(page, mode="anonymous", unit=str(POLRES), quick=True)
        give_words_back(page, words_on(page))
        expect(page.locator("[data-slot=broken-why]")).to_contain_text("Tidak ada yang keluar")

    addresses = [one.address for one in reports.requests[before:]]
    assert [one for one in addresses if PLAIN in one] == []
    assert [one.method for one in reports.requests[before:] if one.method == "POST"] == []
    links = page.eval_on_selector_all("a, form", "all => all.map((one) => one.href || one.action)")
    assert [link for link in links if PLAIN in str(link)] == []
    expect(page.get_by_text("Ke formulir tanpa JavaScript")).to_have_count(0)


@with_scripts
@pytest.mark.parametrize("address", ["", "/balas"])
def test_where_scripts_run_the_pages_without_them_show_no_form(
    reports: ReportSite, phone: BrowserContext, address: str
) -> None:
    page = phone.new_page()
    page.goto(f"{reports.base_url}{PLAIN}{address}")

    expect(page.get_by_role("link", name="Ke formulir yang mengunci")).to_be_visible()
    for name in ("form", "input", "textarea", "select"):
        for one in page.locator(name).all():
            expect(one).to_be_hidden()
    look(page)
    assert json.loads(page.evaluate("JSON.stringify(document.scripts.length)")) == 0
