"""A courier's day without signal: two bags, one handed over and one in vain, and a phone that dies.

On a small phone in Chromium, with the network really gone; what happened is on the phone before it
is said, and in the register once after the signal is back.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kiosk.actions.custody import offer
from kiosk.actions.devices import devices_watched_by
from kiosk.actions.handovers import code_of
from kiosk.actions.slips import slip_of
from kiosk.actions.sync import content_of_event
from kiosk.domain.handover import BagStage, InVain
from kiosk.domain.staff import Role
from tests.couriers import bag_in, carried_bag, sealed_bag
from tests.pictures import symbol, write_clip
from tests.staffed import StaffedSite

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PIN = "246813"
SMALL = """[...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !one.closest("p:not(.badge), .skip, figure"))
  .map((one) => ["checkbox", "radio"].includes(one.type) ? one.parentElement : one)
  .filter((one) => one.getBoundingClientRect().height < 43.9)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def phone(chromium: Browser, staffed_site: StaffedSite) -> Iterator[BrowserContext]:
    """The courier's phone, signed in."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    staffed_site.sign_in(page, Role.COURIER)
    page.close()
    yield context
    context.close()


def opened(phone: BrowserContext, site: StaffedSite) -> Page:
    page = phone.new_page()
    page.goto(f"{site.url}/courier")
    return page


def look(page: Page) -> None:
    """Whether everybody can use this view."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    assert page.evaluate(SMALL) == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]
    ] == []


def press(page: Page, name: str) -> None:
    expect(page.locator("body:not([aria-busy])")).to_be_attached(timeout=20_000)
    page.get_by_role("button", name=re.compile(name)).locator("visible=true").first.click()


def load_pack(page: Page) -> None:
    page.get_by_label("PIN baru").fill(PIN)
    page.get_by_label("Sekali lagi").fill(PIN)
    press(page, "Muat paket hari ini")
    expect(page.get_by_role("heading", name="Kiriman saya")).to_be_visible(timeout=20_000)


def take(page: Page, bag: int) -> None:
    page.get_by_label("Nomor kantong").fill(str(bag))
    press(page, "Kantong ini ada pada saya")
    expect(page.get_by_text("Tersimpan di ponsel ini")).to_be_visible()


def sign(page: Page) -> None:
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=5)
    page.mouse.up()


def kept_by_the_phone(page: Page) -> None:
    """Wait until the page would open without signal."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.match('/courier/shell').then(Boolean)", timeout=20_000)


def hand_over(page: Page, code: str) -> str:
    """Bag 41 to its holder, after a wrong code and a card that was misread; the receipt."""
    page.get_by_role("listitem").filter(has_text="Kantong 41").get_by_role("button").click()
    expect(page.get_by_text("Rumah hijau, depan warung")).to_be_visible()
    look(page)
    press(page, "Saya sudah sampai")
    # Left over from a visit that was broken off.
    page.locator("#spoken-witness").evaluate("(field) => { field.value = 'Saksi lain'; }")
    press(page, "Serah terima")
    look(page)
    page.get_by_label("Atau enam angka").fill("000000" if code != "000000" else "000001")
    press(page, "Cocokkan")
    expect(page.get_by_text("Kode tidak cocok. Tersisa 4 kali.")).to_be_visible()
    page.get_by_label("Atau enam angka").fill(code)
    press(page, "Cocokkan")
    page.locator("#who-holder").check()
    page.get_by_label("Seorang dewasa").check()
    page.get_by_label("Empat angka terakhir").fill("9999")
    press(page, "Cocokkan")
    expect(page.get_by_text("TIDAK COCOK")).to_be_visible()
    look(page)
    page.get_by_label("Empat angka terakhir").fill("0003")
    press(page, "Cocokkan")
    expect(page.get_by_role("heading", name="3.")).to_be_visible()
    expect(page.locator("#spoken-witness")).to_have_value("")
    look(page)
    sign(page)
    press(page, "Sudah diserahkan")
    receipt = page.locator('[data-slot="receipt"]')
    expect(receipt).to_contain_text("T-")
    look(page)
    press(page, "Ke daftar")
    return receipt.text_content() or ""


def unlock(page: Page) -> None:
    page.get_by_label("PIN paket hari ini").fill(PIN)
    press(page, "Buka")
    expect(page.get_by_role("heading", name="Kiriman saya")).to_be_visible(timeout=20_000)


def come_in_vain(page: Page) -> None:
    """At the door of bag 42 nobody is home."""
    expect(page.get_by_role("listitem").filter(has_text="Kantong 41")).to_contain_text("diserahkan")
    page.get_by_role("listitem").filter(has_text="Kantong 42").get_by_role("button").click()
    press(page, "Tidak berhasil")
    look(page)
    press(page, "Tidak ada orang di rumah")
    expect(page.get_by_text("7 belum terkirim")).to_be_visible()
    press(page, "Kembali")


def little_at_a_time(route: Route) -> None:
    if len(route.request.post_data_buffer or b"") > 3000:
        route.abort()
    else:
        route.continue_()


def is_in_the_register_once(site: StaffedSite, receipt: str) -> None:
    desk, courier = site.desk, site.staff(Role.COURIER)
    assert bag_in(desk, 41).stage is BagStage.HANDED_OVER
    left = bag_in(desk, 42)
    assert (left.stage, left.holder, left.visits) == (BagStage.CARRIED, courier.id, 1)
    assert left.last_in_vain is InVain.NOBODY_HOME
    with desk.register.read() as books:
        [device] = books.devices.of([courier.id])
        kept = books.events.of_device(device.id)
        handed = books.handovers.find(bag_in(desk, 41).application)
        assert books.reviews.open_of([site.places["polres"].id]) == []
    assert [one.kind for one in kept] == [
        *("accepted", "accepted", "arrived", "wrong-code", "mismatch", "handed-over", "in-vain"),
    ]
    assert handed is not None
    assert handed.receipt == receipt
    assert content_of_event(desk, kept[5]).picture.startswith(b"\x89PNG")


def test_a_day_without_signal_is_in_the_register_once(
    phone: BrowserContext, staffed_site: StaffedSite
) -> None:
    desk, courier = staffed_site.desk, staffed_site.staff(Role.COURIER)
    place = staffed_site.places["polres"].id
    for bag in (41, 42):
        sealed_bag(desk, bag, office=place)
        offer(desk, staffed_site.staff(Role.PRINT_ROOM), bag, to=courier.id)
    page = opened(phone, staffed_site)
    expect(page.get_by_role("heading", name="Muat paket hari ini")).to_be_visible()
    look(page)
    load_pack(page)
    look(page)
    kept_by_the_phone(page)
    phone.set_offline(True)

    press(page, "Ambil kantong")
    look(page)
    take(page, 41)
    take(page, 42)
    press(page, "Kembali")
    press(page, "Antar")
    look(page)
    receipt = hand_over(page, code_of(desk, bag_in(desk, 41)))
    # The phone dies, and comes back; there is still no signal.
    page.close()
    page = opened(phone, staffed_site)
    unlock(page)
    expect(page.get_by_text("6 belum terkirim")).to_be_visible()
    press(page, "Antar")
    come_in_vain(page)
    press(page, "Kotak keluar")
    look(page)
    assert bag_in(desk, 41).stage is BagStage.AT_COUNTER

    # At first the road carries little: the event goes, its picture follows.
    page.route("**/courier/sync", little_at_a_time)
    phone.set_offline(False)
    press(page, "Kirim sekarang")
    expect(page.get_by_text("1 belum terkirim")).to_be_visible(timeout=20_000)
    assert bag_in(desk, 41).stage is BagStage.HANDED_OVER
    page.unroute("**/courier/sync")
    press(page, "Kirim sekarang")
    expect(page.get_by_text("Semua sudah terkirim")).to_be_visible(timeout=20_000)

    is_in_the_register_once(staffed_site, receipt)


def revoke(chromium: Browser, site: StaffedSite) -> None:
    """The duty officer hears that the phone is lost."""
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    page = context.new_page()
    site.sign_in(page, Role.DUTY_OFFICER)
    page.goto(f"{site.url}/phones")
    look(page)
    press(page, "Hilang atau dicuri")
    expect(page.get_by_text("tidak berlaku lagi")).to_be_visible()
    look(page)
    context.close()


def test_a_lost_phone_wipes_its_pack_and_five_wrong_pins_do(
    chromium: Browser, phone: BrowserContext, staffed_site: StaffedSite
) -> None:
    desk, courier = staffed_site.desk, staffed_site.staff(Role.COURIER)
    page = opened(phone, staffed_site)
    load_pack(page)
    page.reload()
    for _ in range(4):
        page.get_by_label("PIN paket hari ini").fill("111111")
        press(page, "Buka")
        expect(page.get_by_text("PIN salah.")).to_be_visible(timeout=20_000)
    page.get_by_label("PIN paket hari ini").fill("111111")
    press(page, "Buka")
    expect(page.get_by_role("heading", name="Muat paket hari ini")).to_be_visible(timeout=20_000)

    load_pack(page)
    [shown] = devices_watched_by(desk, courier)
    revoke(chromium, staffed_site)
    press(page, "Kotak keluar")
    press(page, "Kirim sekarang")
    expect(page.get_by_text("Kantor mencabut ponsel ini")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="Muat paket hari ini")).to_be_visible()
    with desk.register.read() as books:
        device = books.devices.get(shown.device.id)
        kinds = [one.kind for one in books.events.of_device(device.id)]
    assert device.wiped_at is not None
    assert kinds == ["wiped", "wiped"]

    # Another session is asked for, though the page opens without one.
    phone.clear_cookies()
    page.reload()
    page.get_by_label("PIN baru").fill(PIN)
    page.get_by_label("Sekali lagi").fill(PIN)
    press(page, "Muat paket hari ini")
    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()


def test_a_slip_is_read_and_checked_without_signal(
    launch_chromium: Callable[..., Browser], staffed_site: StaffedSite, tmp_path: Path
) -> None:
    desk, courier = staffed_site.desk, staffed_site.staff(Role.COURIER)
    place = staffed_site.places["polres"].id
    staffed_site.workshop.publish()
    bag = carried_bag(desk, 41, office=place, by=courier)
    carried_bag(desk, 42, office=place, by=courier)
    slip = slip_of(desk, bag.application)
    assert slip is not None
    browser = launch_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={seen_by_the_camera(slip.text, tmp_path)}",
    )
    context = browser.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    page = context.new_page()
    staffed_site.sign_in(page, Role.COURIER)
    page.goto(f"{staffed_site.url}/courier")
    load_pack(page)
    kept_by_the_phone(page)
    # Opened anew, so that everything comes from what the phone has kept.
    context.set_offline(True)
    page.close()
    page = context.new_page()
    page.goto(f"{staffed_site.url}/courier")
    unlock(page)

    for number, said in ((42, "Slip ini bukan untuk kantong ini."), (41, "Slip asli")):
        press(page, "Antar")
        page.get_by_role("listitem").filter(has_text=f"Kantong {number}").get_by_role(
            "button"
        ).click()
        press(page, "Serah terima")
        press(page, "Pindai slip")
        expect(page.get_by_text(said)).to_be_visible(timeout=20_000)
        if number == 42:
            for _ in range(3):
                press(page, "Kembali")
    expect(page.get_by_role("heading", name="2.")).to_be_visible()
    context.close()


def seen_by_the_camera(text: str, folder: Path) -> Path:
    """A clip of a code that is held before a camera."""
    code = symbol(text, dots=6, version=None)
    frame = np.full((720, 1280), 190, np.uint8)
    top, left = (720 - code.shape[0]) // 2, (1280 - code.shape[1]) // 2
    frame[top : top + code.shape[0], left : left + code.shape[1]] = code
    clip = folder / "slip.mjpeg"
    write_clip(clip, [frame] * 4)
    return clip
