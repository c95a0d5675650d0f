"""A kiosk leaves nothing of whoever was there: it warns, wipes, and prints the words alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.reporting import CANARY, answer_questions, look, words_on
from tests.report_site import POLRES, ReportSite

pytestmark = pytest.mark.browser

TYPED = """[...document.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")]
  .map((one) => one.value).join("")"""
SEEN = "document.body.innerText"


@pytest.fixture
def kiosk(chromium: Browser, reports: ReportSite) -> Iterator[Page]:
    """The form on a kiosk's screen, whose clock a test may push on."""
    context = chromium.new_context(locale="id-ID", viewport={"width": 1080, "height": 1400})
    page = context.new_page()
    page.clock.install()
    page.goto(f"{reports.base_url}/lapor?kiosk")
    yield page
    context.close()


def test_after_a_minute_without_a_touch_it_warns_and_half_a_minute_later_all_is_gone(
    kiosk: Page,
) -> None:
    warning = kiosk.get_by_role("alertdialog")
    kiosk.get_by_role("button", name="Tidak").click()
    kiosk.get_by_text("Anonim").first.click()
    kiosk.locator("[name=story]").evaluate("(field, text) => (field.value = text)", CANARY)

    kiosk.clock.fast_forward(59_000)
    expect(warning).to_be_hidden()
    kiosk.clock.fast_forward(1_000)
    expect(warning).to_contain_text("Dalam 30 detik semuanya dihapus.")
    look(kiosk)
    kiosk.get_by_role("button", name="Saya masih di sini").click()
    expect(warning).to_be_hidden()
    kiosk.clock.fast_forward(60_000)
    expect(warning).to_be_visible()
    kiosk.clock.fast_forward(30_000)

    expect(kiosk.get_by_role("heading", name="Apakah sekarang ada yang")).to_be_visible()
    assert kiosk.evaluate(TYPED) == ""
    assert kiosk.locator("input:checked").count() == 0
    kiosk.go_back()
    assert CANARY not in kiosk.content()


def test_while_something_is_being_sent_nobody_has_to_touch_anything(kiosk: Page) -> None:
    kiosk.get_by_role("button", name="Tidak").click()
    kiosk.locator("form").evaluate("(form) => form.setAttribute('aria-busy', 'true')")

    kiosk.clock.fast_forward(61_000)
    expect(kiosk.get_by_role("alertdialog")).to_be_hidden()
    kiosk.locator("form").evaluate("(form) => form.removeAttribute('aria-busy')")
    kiosk.clock.fast_forward(60_000)
    expect(kiosk.get_by_role("alertdialog")).to_be_visible()


def test_the_slip_has_the_words_and_what_to_do_with_them_and_nothing_else(
    kiosk: Page, reports: ReportSite
) -> None:
    kiosk.goto(f"{reports.base_url}/lapor?kiosk=files")
    answer_questions(kiosk, mode="anonymous", unit=str(POLRES), quick=True)
    words = words_on(kiosk)
    kiosk.evaluate("window.print = () => (window.printed = true)")
    kiosk.get_by_role("button", name="Cetak kode").click()
    assert kiosk.evaluate("window.printed") is True
    kiosk.emulate_media(media="print")

    lines = [line.strip() for line in kiosk.evaluate(SEEN).splitlines() if line.strip()]
    what = f"Ketik kata-kata ini di {reports.base_url}/lapor/balas, dari ponsel mana pun."
    assert [*words, f"{what} Jangan tunjukkan kepada siapa pun."] == lines


def test_nobody_is_shown_the_disk_of_a_kiosk_unless_it_takes_files(
    kiosk: Page, reports: ReportSite
) -> None:
    for address, count in (("/lapor?kiosk", 0), ("/lapor?kiosk=files", 1), ("/lapor", 1)):
        kiosk.goto(f"{reports.base_url}{address}")
        expect(kiosk.locator("[name=files]")).to_have_count(count)


def test_every_page_of_a_kiosk_leads_to_pages_of_a_kiosk_and_tells_where_it_stands(
    kiosk: Page,
) -> None:
    expect(kiosk.get_by_text("Jangan lapor dari sini tentang orang yang bekerja")).to_be_visible()
    links = kiosk.locator("a[href^='/lapor'], a[href^='?lang'], .leave")
    assert links.count() == 4
    for link in links.all():
        assert "kiosk" in (link.get_attribute("href") or "")


def test_a_sheet_to_hang_beside_the_screen_says_where_not_to_report_from(
    kiosk: Page, reports: ReportSite
) -> None:
    kiosk.goto(f"{reports.base_url}/lapor/kiosk")

    expect(kiosk.get_by_role("heading", name="Jangan lapor dari layar ini")).to_be_visible()
    expect(kiosk.get_by_text(f"{reports.base_url}/lapor")).to_be_visible()
    look(kiosk)
