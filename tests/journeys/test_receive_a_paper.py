"""A paper reaches its person: the slip on a phone, the handover at a post, the badge at the door.

Every page on the way is looked at on a small phone: axe, targets, nothing that hangs over.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.actions import handovers
from kiosk.actions.applications import renew_code
from kiosk.actions.badges import make_badge
from kiosk.actions.slips import slip_of
from kiosk.domain.applications import Stage
from kiosk.domain.staff import Role
from printer.slips import Leaf, LeafSize, draw_leaf
from tests.kiosk.web.post.test_cards import HELD, Camera
from tests.looking import look
from tests.pictures import printed, write_clip
from tests.staffed import StaffedSite
from tests.working import application_in, sheets, signed

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A small phone with a finger."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


def ready(site: StaffedSite) -> int:
    """An application whose paper can be collected."""
    sheets(site)
    id_ = signed(site, receiving={"receiving": "collect"})
    site.clock.forward(days=30)
    return id_


def shot(page: Page, name: str, tmp_path: Path) -> None:
    """Look at a page, and keep a picture of it for people."""
    look(page)
    page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def test_a_paper_is_fetched_with_slip_card_and_a_signature_by_hand(
    staffed_site: StaffedSite, phone: Page, tmp_path: Path
) -> None:
    id_ = ready(staffed_site)
    slip = slip_of(staffed_site.desk, id_)
    assert slip is not None
    staffed_site.sign_in(phone, Role.PRINT_ROOM)
    phone.goto(f"{staffed_site.url}/post")
    shot(phone, "start", tmp_path)

    phone.locator("#slip").fill(slip.text)
    phone.get_by_role("button", name="Lanjut").first.click()
    shot(phone, "card", tmp_path)
    phone.locator("#last_four").fill("9999")
    phone.locator("#of_age").check()
    phone.get_by_role("button", name="Cocokkan").click()
    expect(phone.locator("#last_four-fault")).to_contain_text("percobaan terakhir")
    shot(phone, "once-more", tmp_path)
    phone.locator("#last_four").fill("0003")
    phone.locator("#of_age").check()
    phone.get_by_role("button", name="Cocokkan").click()
    shot(phone, "sign", tmp_path)
    box = phone.locator("canvas").bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    phone.mouse.up()
    phone.get_by_role("button", name="Serahkan").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Tanda terima surat")
    shot(phone, "receipt", tmp_path)

    assert application_in(staffed_site.desk, id_).stage is Stage.HANDED_OVER
    with staffed_site.desk.register.read() as books:
        kept = books.handovers.find(id_)
    assert kept is not None
    _, confirmation = handovers.confirmation_of(staffed_site.desk, kept)
    # What was drawn, and not the white canvas.
    assert len(b64encode(confirmation.drawn)) > 1000
    assert kept.receipt in phone.locator("main").inner_text()


def test_the_camera_of_a_post_reads_slip_and_card(
    staffed_site: StaffedSite, launch_chromium: Callable[..., Browser], tmp_path: Path
) -> None:
    id_ = ready(staffed_site)
    slip = slip_of(staffed_site.desk, id_)
    assert slip is not None
    # The pictures are the camera's; what is read on them is said here (bench/read_cards.py reads).
    Camera(reading=HELD).use(staffed_site.app, staffed_site)
    leaf = Leaf(office="Polres Contoh", title="Slip", large="123 456", code=slip.text)
    clip = tmp_path / "slip.mjpeg"
    frame = np.full((720, 1280), 120, np.uint8)
    paper = printed(draw_leaf(leaf, LeafSize.LABEL))[:700, :1240]
    frame[10 : 10 + paper.shape[0], 20 : 20 + paper.shape[1]] = paper
    write_clip(clip, [frame] * 8)
    browser = launch_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    page = browser.new_page(locale="id-ID", viewport={"width": 360, "height": 740})
    staffed_site.sign_in(page, Role.PRINT_ROOM)
    page.goto(f"{staffed_site.url}/post")

    page.get_by_role("button", name="Pindai slip").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kartu", timeout=30_000)
    expect(page.locator("main")).to_contain_text("Ratna Wulandari")
    look(page)

    page.get_by_role("button", name="Baca dengan kamera").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Konfirmasi", timeout=30_000)
    browser.close()


def test_an_applicant_has_slip_and_letter_on_a_phone_and_knows_the_officer_by_the_badge(
    staffed_site: StaffedSite, phone: Page, tmp_path: Path
) -> None:
    id_ = ready(staffed_site)
    code = renew_code(staffed_site.desk, staffed_site.staff(Role.VERIFIER), id_, identity_seen=True)
    phone.goto(f"{staffed_site.url}/apply/open")
    phone.locator("#code").fill(code)
    phone.locator("#birth_date-day").fill("25")
    phone.locator("#birth_date-month").select_option("12")
    phone.locator("#birth_date-year").fill("1996")
    phone.locator("form button.main").first.click()
    shot(phone, "status", tmp_path)
    phone.get_by_role("link", name="Slip saya").click()
    shot(phone, "slip", tmp_path)
    phone.get_by_role("link", name="Kembali").click()
    phone.get_by_role("link", name="Diwakilkan orang lain").click()
    shot(phone, "letter", tmp_path)

    courier = staffed_site.staff(Role.COURIER)
    badge = make_badge(staffed_site.desk, staffed_site.staff(Role.DUTY_OFFICER), courier.id)
    phone.goto(f"{staffed_site.url}/badge")
    shot(phone, "badge-form", tmp_path)
    phone.locator("#code").fill(badge.code)
    phone.get_by_role("button", name="Tampilkan").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(courier.name)
    shot(phone, "badge", tmp_path)
    staffed_site.sign_in(phone, Role.DUTY_OFFICER)
    phone.goto(f"{staffed_site.url}/badges")
    shot(phone, "badges", tmp_path)
