"""While many reports come in, a phone works and waits its turn by itself, and its report arrives.

In Chromium on a small phone, against the real mailroom. Nobody has to prove that they are human.
"""

import base64
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk.web.public.turns import Turns
from kiosk.web.public.work import Work
from tests.journeys.reporting import answer_questions, give_words_back, look, words_on
from tests.public_site import real_time
from tests.report_site import POLRES, ReportSite

pytestmark = pytest.mark.browser

ARRIVED = "Laporan Anda sudah sampai"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportSite]:
    """An office that takes sealed reports, by the clock on the wall: people wait for turns."""
    served = ReportSite(tmp_path_factory.mktemp("reports"), clock=real_time)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def phone(chromium: Browser, reports: ReportSite) -> Iterator[Page]:
    """The form on somebody's phone, answered up to the code."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    reports.requests.clear()
    extensions = reports.client.application.extensions
    extensions["work"], extensions["turns"] = Work(clock=real_time), Turns(0, clock=real_time)
    page = context.new_page()
    page.goto(f"{reports.base_url}/lapor")
    answer_questions(page, mode="anonymous", unit=str(POLRES), quick=True)
    yield page
    context.close()


def flood(site: ReportSite, count: int) -> None:
    """Junk from somewhere, without any work."""
    for _ in range(count):
        site.client.post("/report/cases", data=b"junk")


def deliveries(site: ReportSite) -> list[dict[str, str]]:
    """The headers of what was sent as new reports."""
    return [dict(one.headers) for one in site.requests if one.address.startswith("/report/cases")]


def test_in_calm_times_nothing_is_worked_out_and_no_code_for_it_is_loaded(
    reports: ReportSite, phone: Page
) -> None:
    give_words_back(phone, words_on(phone), quick=True)

    expect(phone.get_by_role("heading", name=ARRIVED)).to_be_visible()
    [delivery] = deliveries(reports)
    assert "SEGEL_WORK" not in delivery
    assert not [one for one in reports.requests if "/work-" in one.address]


def test_a_flood_that_begins_while_the_code_is_copied_costs_a_moment_of_work(
    reports: ReportSite, phone: Page
) -> None:
    flood(reports, 130)
    give_words_back(phone, words_on(phone), quick=True)

    expect(phone.get_by_role("heading", name=ARRIVED)).to_be_visible()
    first, second = deliveries(reports)
    assert "SEGEL_WORK" not in first
    said = json.loads(base64.b64decode(second["SEGEL_WORK"]))
    # Not how long it took, which would tell what device this is.
    assert set(said) == {"challenge", "solution"}
    assert set(said["solution"]) == {"counter", "derivedKey"}


def test_what_takes_longer_than_copying_the_code_is_said_in_a_sentence(
    reports: ReportSite, phone: Page
) -> None:
    flood(reports, 130)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/static/work-*", hold)
    give_words_back(phone, words_on(phone), quick=True)

    expect(phone.get_by_text("Perangkat Anda menghitung sesuatu dulu")).to_be_visible()
    look(phone)
    [worker] = held
    worker.continue_()
    expect(phone.get_by_role("heading", name=ARRIVED)).to_be_visible()


def test_work_is_done_while_the_code_is_copied(reports: ReportSite, phone: Page) -> None:
    flood(reports, 130)
    phone.reload()
    reports.requests.clear()
    answer_questions(phone, mode="anonymous", unit=str(POLRES), quick=True)
    words = words_on(phone)
    give_words_back(phone, words, quick=True)

    expect(phone.get_by_role("heading", name=ARRIVED)).to_be_visible()
    [delivery] = deliveries(reports)
    assert "SEGEL_WORK" in delivery


def test_a_page_that_has_to_wait_says_so_and_comes_again_by_itself(
    reports: ReportSite, phone: Page
) -> None:
    # One each two seconds from this network, and it has asked for all of this minute already.
    turns = reports.client.application.extensions["turns"] = Turns(30, clock=real_time)
    while not turns.wait("127.0.0.1"):
        pass
    give_words_back(phone, words_on(phone), quick=True)

    expect(phone.get_by_text("Sebentar lagi giliran Anda")).to_be_visible()
    look(phone)
    # Others of this network go on asking, and all the same it gets its turn.
    for _ in range(50):
        turns.wait("127.0.0.1")
    expect(phone.get_by_role("heading", name=ARRIVED)).to_be_visible(timeout=20_000)
    first, second = deliveries(reports)[-2:]
    assert "SEGEL_TURN" not in first
    assert "SEGEL_TURN" in second
