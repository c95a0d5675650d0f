"""A sheet and an identity card held before a station's camera: both results, end to end.

The file is the one that `segel issue` wrote, the paper is that file drawn, the card is an invented
person's, the pages are those of `segel serve`, and its reader reads the print.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from kiosk.domain.identifiers import mask_name, mask_nik
from kiosk.scanning.layout import load_layout
from tests.card_prints import draw_card
from tests.cards import moving_sheet_and_card_frames
from tests.kiosk.web.page.engines import free_port
from tests.offices import Office
from tests.people import Person, invented_person
from tests.pictures import printed, write_clip

pytestmark = pytest.mark.browser

HOLDER, SOMEBODY = (invented_person(np.random.default_rng(seed)) for seed in (3, 4))
FRAMES = 40
# So many seconds of the clip for the card, and as many for the sheet.
RATE = 4


@pytest.fixture
def certificate(office: Office) -> Path:
    """The holder's certificate, as it was issued."""
    path = office.desk / "certificate.pdf"
    record = office.record(
        name=HOLDER.name,
        sex=str(HOLDER.sex),
        nik=HOLDER.nik,
        birth_date=HOLDER.birth.isoformat(),
        birth_place=HOLDER.birth_place,
        resident_since=HOLDER.birth.isoformat(),
    )
    result = office.segel("issue", record, "--photo", office.photo(), "--out", path)
    assert result.exit_code == 0, result.stderr
    return path


@pytest.fixture
def station(office: Office, certificate: Path) -> Iterator[str]:
    """The address of the office's station. In the end, the log knows nobody."""
    del certificate  # is issued before anything is published
    with (office.site / "site.toml").open("a") as settings:
        settings.write("\n[station]\nenabled = true\n")
    port = free_port()
    server = office.start(
        "serve", "--port", str(port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert server.stdout is not None
    said = b""
    while b"Serving" not in said:
        line = server.stdout.readline()
        assert line, said
        said += line
    yield f"http://localhost:{port}/station"
    server.terminate()
    said += server.communicate(timeout=20)[0]
    personal = (*_words_of(HOLDER), *_words_of(SOMEBODY), "/station/")
    assert [one for one in personal if one in said.decode()] == []


def _words_of(person: Person) -> tuple[str, ...]:
    return person.nik, person.name, *person.name.split()


@contextmanager
def screen(
    launch: Callable[..., Browser], certificate: Path, card_of: Person, folder: Path
) -> Iterator[Page]:
    """A screen whose camera sees this person's card, then the certificate, again and again."""
    frames = list(
        moving_sheet_and_card_frames(
            printed(certificate.read_bytes()), draw_card(card_of, load_layout("ktp-el")), 3, FRAMES
        )
    )
    sheet, card = frames[: FRAMES // 2], frames[FRAMES // 2 :]
    clip = folder / "held-up.y4m"
    # Chromium begins a clip anew whenever the page takes the camera.
    write_clip(clip, card + sheet, rate=RATE)
    browser = launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    context = browser.new_context(locale="id-ID", viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()
    browser.close()
    clip.unlink()


def answer(page: Page) -> str:
    """The word of the answer; tried again as often as the page asks for it."""
    heading = page.locator('[data-view="answer"] h1')
    for _ in range(3):
        expect(heading).to_be_visible(timeout=60_000)
        if heading.inner_text() != "COBA LAGI":
            break
        page.locator('[data-slot="once-more"]').click()
    return heading.inner_text()


def read_sheet(page: Page, station: str) -> None:
    page.goto(station)
    page.get_by_role("button", name="Periksa surat (QR)").click()
    expect(page.locator('[data-view="result"] h1')).to_have_text("ASLI", timeout=60_000)
    assert HOLDER.name in page.locator('[data-view="result"]').inner_text()


def test_the_recipient_holds_up_sheet_and_card(
    launch_chromium: Callable[..., Browser], station: str, certificate: Path, tmp_path: Path
) -> None:
    with screen(launch_chromium, certificate, HOLDER, tmp_path) as page:
        sent: list[Request] = []
        page.on("request", lambda one: sent.append(one) if one.method != "GET" else None)
        read_sheet(page, station)
        assert sent == []

        page.get_by_role("button", name="Sekarang periksa KTP penerima").click()
        assert answer(page) == "COCOK"

        until_the_answer = len(sent)
        page.wait_for_timeout(1500)
        assert len(sent) == until_the_answer > 2
        assert {
            re.sub(r"scans/.*/", "scans/ID/", one.url.removeprefix(station)) for one in sent
        } == {
            "/scans",
            "/scans/ID/frames",
        }

        # Without a certificate, the card alone is read and masked.
        page.get_by_role("button", name="Berikutnya").locator("visible=true").click()
        page.get_by_role("button", name="Periksa KTP").click()
        assert answer(page) == "KARTU TERBACA"
        shown = page.locator('[data-slot="shown"]').inner_text()
        assert mask_nik(HOLDER.nik) in shown
        assert mask_name(HOLDER.name)[0] in shown
        assert str(HOLDER.birth.year) in shown
        assert HOLDER.nik not in page.content()
        assert HOLDER.name not in page.content()


def test_somebody_else_holds_up_his_own_card(
    launch_chromium: Callable[..., Browser], station: str, certificate: Path, tmp_path: Path
) -> None:
    with screen(launch_chromium, certificate, SOMEBODY, tmp_path) as page:
        read_sheet(page, station)

        page.get_by_role("button", name="Sekarang periksa KTP penerima").click()

        assert answer(page) == "TIDAK COCOK"
        assert "Jangan serahkan" in page.locator('[data-view="answer"]').inner_text()
        assert SOMEBODY.nik not in page.content()
