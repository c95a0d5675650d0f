"""The form of reports beside what else changes: the list of readers, and the page that checks.

In Chromium on a small phone, against the real mailroom.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from signing.cose import read
from signing.directory import DirectoryKey, Role, Unit
from signing.envelope import Submission, parse_submission, parse_wrap
from signing.hpke import OpeningKey
from tests.journeys.reporting import (
    answer_questions,
    give_words_back,
    look,
    pick,
    words_on,
    write,
)
from tests.report_site import MABES, POLDA, POLRES, ReportSite

pytestmark = pytest.mark.browser

BETWEEN = 997050
ARRIVED = "Laporan Anda sudah sampai"


@pytest.fixture
def page(chromium: Browser, reports: ReportSite) -> Iterator[Page]:
    """The reporter's phone."""
    reports.publish_directory()
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    found = context.new_page()
    found.goto(f"{reports.base_url}/lapor")
    yield found
    context.close()


def submitted(site: ReportSite) -> list[Submission]:
    """The new reports that were sent, taken or not."""
    sent = [one.body for one in site.requests if one.address.startswith("/report/cases")]
    return [parse_submission(read(body)[4]) for body in sent]


def test_a_report_is_sealed_again_when_somebody_joins_those_who_read_it(
    reports: ReportSite, page: Page
) -> None:
    answer_questions(page, mode="anonymous", unit=str(POLRES), quick=True)
    words = words_on(page)
    newcomer = OpeningKey.new().sealing_key
    reports.publish_directory(
        DirectoryKey(unit=MABES, role=Role.HANDLER, key=newcomer, valid_from=0)
    )
    give_words_back(page, words, quick=True)

    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    first, second = submitted(reports)[-2:]
    assert newcomer.id not in {parse_wrap(wrap).reader for wrap in first.wraps}
    assert newcomer.id in {parse_wrap(wrap).reader for wrap in second.wraps}


def test_where_another_unit_reads_it_now_its_writer_looks_first(
    reports: ReportSite, page: Page
) -> None:
    answer_questions(page, mode="anonymous", unit=str(POLRES), quick=True)
    words = words_on(page)
    # The superior of the accused unit is another one now: POLDA may read. MABES has nobody left.
    [gone] = reports.keys(MABES, Role.HANDLER)
    reports.publish_directory(
        DirectoryKey(unit=MABES, role=Role.HANDLER, key=gone.sealing_key, valid_from=0, until=1),
        Unit(code=BETWEEN, name="POLWIL CONTOH", above=POLDA),
        Unit(code=POLRES, name="POLRES CONTOH", above=BETWEEN),
    )
    before = len(submitted(reports))
    give_words_back(page, words, quick=True)

    expect(page.get_by_text("bisa dibaca orang lain daripada tadi")).to_be_visible()
    expect(page.locator("[data-slot=readers]")).to_contain_text("POLDA CONTOH")
    look(page)
    page.locator("[data-screen]:not([hidden]) button[type=submit]").click()
    assert words_on(page) == words
    give_words_back(page, words, quick=True)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    assert len(submitted(reports)) == before + 2


def test_a_phone_with_the_checking_page_keeps_nothing_of_the_form(
    reports: ReportSite, page: Page
) -> None:
    kept = """async () => (await Promise.all((await caches.keys()).map(async (name) =>
      (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""
    page.goto(reports.base_url)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.get_by_role("link", name="Lapor", exact=True).click()
    page.get_by_role("button", name="Tidak").click()

    paths = page.evaluate(kept)
    assert any("main" in path for path in paths)
    assert [path for path in paths if "lapor" in path] == []


def test_two_taps_go_on_once(page: Page) -> None:
    page.get_by_role("button", name="Tidak").click()
    for choice in ("anonymous", "levy", "on", "ongoing"):
        pick(page, choice, quick=True)
    write(page, "where", "Loket", quick=True)

    page.evaluate("document.forms.report.requestSubmit(), document.forms.report.requestSubmit()")

    expect(page.locator("[name=unit]")).to_be_visible()
    units = page.locator("[name=unit] option").all_inner_texts()
    assert len(units) == len(set(units)) > 1
