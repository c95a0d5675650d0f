"""A poster's way: printed and walked to by an officer, scanned by somebody who writes, checked.

In Chromium on a small phone. What the code says leaves no browser; a count goes out later, apart
from the report; and every page of the round is looked at.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.actions.desk import Desk
from kiosk.actions.posters import print_posters
from kiosk.cli.serving import office_of
from kiosk.domain.posters import Place as Spot
from kiosk.domain.staff import Role as Duty
from kiosk.web.app import create_app
from kiosk.web.public.footfall import Footfall, use_footfall
from printer.poster import PosterSize
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
    unwrap_key,
)
from signing.errors import CannotOpenError
from signing.poster import Poster, make_poster
from signing.trust import sign_trust_bundle
from tests.journeys.reporting import answer_questions, give_words_back, look, onward
from tests.pictures import write_clip
from tests.public_site import DAY, NOW
from tests.report_site import MABES, POLRES, ReportSite
from tests.staffed import StaffedSite
from tests.vectors.make_vectors import POSTER_BUNDLE, POSTERS, ROOT, STRANGER

pytestmark = pytest.mark.browser

AREA = "Kec. Contoh Timur"
SOONEST_MS, LATEST_MS = 30_000, 300_000
# What waits for long is done at once, and how long it would have waited is kept.
AT_ONCE = f"""window.delays = [];
const wait = window.setTimeout;
window.setTimeout = (deed, time) => {{
  if (time >= {SOONEST_MS}) window.delays.push(time);
  return wait(deed, time >= {SOONEST_MS} ? 0 : time);
}};"""


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[ReportSite]:
    """An office that takes sealed reports, prints posters and counts who comes by them."""
    served = ReportSite(tmp_path)
    served.start()
    given = Footfall(areas=lambda: (AREA, ""), tell=lambda _area: None)
    use_footfall(served._pages, given, per_minute=0, clock=lambda: NOW)
    keys = tuple(
        replace(key, sign_from=NOW - 400 * DAY, sign_until=NOW + 400 * DAY)
        for key in POSTER_BUNDLE.keys
    )
    bundle = replace(POSTER_BUNDLE, serial=8, issued_at=NOW, hosts=(served.host,), keys=keys)
    (tmp_path / "public" / "bundle").write_bytes(sign_trust_bundle(ROOT, bundle))
    yield served
    served.stop()


def poster(site: ReportSite, **changes: object) -> Poster:
    """A poster at the counter of POLRES, printed a moment ago."""
    found = Poster(
        number="PST-1",
        unit=POLRES,
        place="Loket SIM",
        area=AREA,
        issued_at=NOW - 60,
        expires_at=NOW + 365 * DAY,
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # a test names a field


def key_of(site: ReportSite, submission: Submission) -> CaseKey:
    """The key of the case, as the handler at MABES opens it."""
    [handler] = site.keys(MABES, Role.HANDLER)
    for wrap in submission.wraps:
        with suppress(CannotOpenError):
            return unwrap_key(wrap, submission.case, handler)
    raise CannotOpenError("not for this unit")


def test_who_comes_by_a_poster_is_counted_later_and_says_the_area_inside_alone(
    reports: ReportSite, page: Page
) -> None:
    text = make_poster(POSTERS, poster(reports), base_url=reports.base_url)
    page.add_init_script(AT_ONCE)
    with page.expect_response(lambda one: one.request.method == "POST") as told:
        page.goto(text)

    assert told.value.status == 204
    assert "#" not in page.url
    [delay] = page.evaluate("window.delays")
    assert SOONEST_MS <= delay <= LATEST_MS
    answer_questions(page, mode="anonymous", unit=str(POLRES), quick=True)
    page.locator("[data-screen]:not([hidden]) [data-back]").click()
    page.locator("label[for=from]").click()
    onward(page)
    words = [str(one) for one in page.locator("[data-slot=words] li").all_inner_texts()]
    give_words_back(page, words, quick=True)
    expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()

    counted = [one for one in reports.requests if one.address.startswith("/footfall")]
    assert [one.method for one in counted] == ["GET", "POST"]
    assert json.loads(counted[1].body) in ({"area": AREA}, {"area": ""})
    for one in counted:
        assert {"COOKIE", "REFERER", "AUTHORIZATION"} & {name for name, _ in one.headers} == set()
    [sent] = [one for one in reports.requests if one.address.startswith("/report/cases")]
    submission = parse_submission(read(sent.body)[4])
    for one in counted:
        assert submission.case.hex() not in one.everything.decode()
    first = Place(
        direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(submission.identity)
    )
    inside = json.loads(open_message(key_of(reports, submission), first, submission.message))
    assert inside["area"] == AREA
    everything = b"".join(one.everything for one in reports.requests if one not in counted)
    for secret in (text.partition("#p=")[2][:60], AREA, "PST-1", "Loket SIM"):
        assert secret.encode() not in everything


def test_is_this_poster_ours(reports: ReportSite, page: Page) -> None:
    ours = poster(reports)
    texts = {
        "POSTER INI MILIK KAMI": make_poster(POSTERS, ours, base_url=reports.base_url),
        "POSTER INI BUKAN MILIK KAMI": make_poster(STRANGER, ours, base_url=reports.base_url),
        "POSTER INI SUDAH LEWAT MASANYA": make_poster(
            POSTERS,
            poster(reports, issued_at=NOW - 99 * DAY, expires_at=NOW - DAY),
            base_url=reports.base_url,
        ),
    }
    page.clock.set_fixed_time(NOW)
    for heading, text in texts.items():
        page.goto("about:blank")
        page.goto(f"{reports.base_url}/")
        page.get_by_role("link", name="Ketik nomor dan kode").click()
        page.locator("#paste").fill(text)
        page.locator("[data-form=paste] button").click()
        expect(page.locator("[data-view=result] h1")).to_have_text(heading)
        assert page.locator("[data-slot=why]").inner_text().count("Loket SIM") == (
            "BUKAN" not in heading
        )
    assert not any(b"l#p=" in one.everything for one in reports.requests)


def takes_reports(site: StaffedSite) -> Desk:
    """The desk of the site, which takes reports from now on, and has a key for posters."""
    site.office.segel("keys", "new", "poster")
    site.clock.forward(minutes=1)
    reports = replace(site.desk.settings.reports, enabled=True)
    desk = replace(site.desk, settings=replace(site.desk.settings, reports=reports))
    site.__dict__["app"] = create_app(office_of(site.workshop), desk=desk)
    return desk


def test_a_round_is_walked_on_a_phone(staffed_site: StaffedSite, page: Page) -> None:
    takes_reports(staffed_site)
    staffed_site.sign_in(page, Duty.DUTY_OFFICER)
    where = f"{staffed_site.url}/watch/posters"

    page.goto(where)
    look(page)
    page.get_by_role("link", name="Cetak yang pertama").click()
    page.get_by_label("Di mana").fill("Loket SIM, lantai 1; Contoh Timur\nPasar; Contoh Timur")
    look(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Buat PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    staffed_site.clock.forward(days=15)
    staffed_site.sign_in(page, Duty.DUTY_OFFICER)
    page.goto(where)
    look(page)
    page.get_by_role("button", name="Sudah saya pasang").first.click()
    expect(page.get_by_role("status").first).to_contain_text("sudah dipasang")
    page.get_by_role("button", name="Sudah saya pasang").first.click()
    staffed_site.clock.forward(days=31)
    staffed_site.sign_in(page, Duty.DUTY_OFFICER)
    page.goto(where)
    page.get_by_role("button", name="Ada yang ditempel").first.click()
    expect(page.get_by_role("button", name="Urungkan")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_role("status").first).to_contain_text("Diurungkan")
    page.get_by_role("button", name="Rusak").first.click()
    page.get_by_role("link", name="Tambah keterangan").click()
    expect(page.get_by_label("Keterangan tentang")).to_be_visible()
    look(page)
    for more in ("all", "areas"):
        page.goto(f"{where}/{more}")
        look(page)


def test_the_phone_of_whoever_walks_the_round_reads_the_code(
    staffed_site: StaffedSite, launch_chromium: Callable[..., Browser], tmp_path: Path
) -> None:
    desk = takes_reports(staffed_site)
    [one] = print_posters(desk, [Spot(name="Lobi")], PosterSize.STICKER)
    sheet = pypdfium2.PdfDocument(one.pdf)[0].render(scale=1.4).to_numpy()[:, :, 0]
    frame = np.full((720, 1280), 190, np.uint8)
    frame[:690, 400 : 400 + sheet.shape[1]] = sheet[:690]
    write_clip(clip := tmp_path / "poster.mjpeg", [frame] * 4)
    browser = launch_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    page = browser.new_page(locale="id-ID", viewport={"width": 360, "height": 740})
    staffed_site.sign_in(page, Duty.COMMANDER)
    page.goto(f"{staffed_site.url}/watch/posters")

    page.get_by_role("button", name="Pindai poster").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Lobi", timeout=30_000)
    expect(page.get_by_role("status")).to_contain_text("Kode ini milik kami")
    browser.close()
