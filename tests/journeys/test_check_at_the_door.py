"""Somebody at a door holds a phone over a certificate: what the page says, and what it keeps quiet.

Everything goes through the front door: a real server, a real browser, the address of a QR code.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kiosk.web.page.engines import open_in_firefox, webkit
from tests.pictures import jpeg, moving_page_frames, photograph, sample_page, symbol, write_clip
from tests.public_site import CODE, DAY, HOUR, NIK, NUMBER, PublicSite, Request, real_time
from tests.vectors.make_vectors import EXPIRES, NOW, STOLEN, STRANGER

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NEVER_ISSUED = "https://skck-polres.example"


@pytest.fixture
def phone(page: Page) -> Page:
    """A small phone whose clock stands where the office's does."""
    page.clock.set_fixed_time(NOW)
    return page


def verdict(page: Page) -> str:
    """The word of the verdict, once there is one."""
    heading = page.locator('[data-view="result"] h1')
    expect(heading).to_be_visible(timeout=20_000)
    return heading.inner_text()


def codes(page: Page) -> str:
    """Everything the result says, its details opened."""
    page.locator("details summary").last.click()
    return page.locator('[data-view="result"]').inner_text()


def wait_until_installed(page: Page) -> None:
    """Until the service worker has kept the page and answers for it."""
    wait_until(page, "navigator.serviceWorker.controller !== null")


def wait_until(page: Page, expression: str) -> None:
    """Until the JavaScript is true; the page's own rules forbid Playwright's way of waiting."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {expression}")


@contextmanager
def gone(site: PublicSite) -> Iterator[None]:
    """The office's server, switched off for a while."""
    site.stop()
    yield
    site.start()


# --- The six verdicts


def test_a_genuine_certificate_is_called_genuine(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())

    assert verdict(phone) == "ASLI"
    text = phone.locator('[data-view="result"]').inner_text()
    assert "RATNA WULANDARI" in text
    assert NUMBER in text
    assert "tidak ada" in text
    assert "masih 169 hari" in text


def test_the_address_bar_is_clean_at_once(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)

    assert phone.url == f"{site.base_url}/"
    assert phone.evaluate("location.hash") == ""


def test_an_old_list_is_named_with_its_date(phone: Page, site: PublicSite) -> None:
    site.publish(at=NOW - DAY)
    phone.goto(site.token())

    assert verdict(phone) == "ASLI, status per 9 September 2026 12.20 WIB"


@pytest.mark.parametrize(
    ("token", "word", "why"),
    [
        pytest.param(
            lambda site: site.token(status_index=4711), "DICABUT", "telah mencabut", id="withdrawn"
        ),
        pytest.param(
            lambda site: site.token(status_index=4712),
            "DITANGGUHKAN",
            "sedang diperiksa oleh kantor",
            id="suspended",
        ),
        pytest.param(lambda site: site.token(STOLEN), "DICABUT", "Kunci", id="key withdrawn"),
        pytest.param(
            lambda site: site.token(expires_at=NOW - DAY),
            "KEDALUWARSA",
            "berlaku sampai",
            id="expired",
        ),
        pytest.param(lambda site: site.token(STRANGER), "TIDAK SAH", "bukan milik", id="stranger"),
        pytest.param(lambda site: site.token()[:-1], "TIDAK SAH", "menyerupai", id="cut"),
        pytest.param(
            lambda site: site.base_url + "/#menu",
            "TIDAK DAPAT DIPERIKSA",
            "bukan kode SKCK",
            id="another code",
        ),
        pytest.param(
            lambda site: site.token(status_list=99),
            "TIDAK DAPAT DIPERIKSA",
            "tidak tersimpan",
            id="no list",
        ),
    ],
)
def test_every_other_verdict_says_why_and_what_to_do(
    phone: Page, site: PublicSite, token: Callable[[PublicSite], str], word: str, why: str
) -> None:
    phone.goto(token(site))

    assert verdict(phone) == word
    assert why in phone.locator('[data-slot="why"]').inner_text()
    assert len(phone.locator('[data-slot="do"]').inner_text()) > 20


def test_what_nobody_vouches_for_is_not_shown(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token(unit=997300))

    assert verdict(phone) == "TIDAK SAH"
    assert "RATNA" not in phone.locator("main").inner_text()


def test_each_verdict_has_a_drawing_of_its_own(phone: Page, site: PublicSite) -> None:
    drawings = set()
    for token in (
        site.token(),
        site.token(status_index=4711),
        site.token(expires_at=NOW - DAY),
        site.token(STRANGER),
        site.token(status_list=99),
    ):
        phone.goto("about:blank")
        phone.goto(token)
        verdict(phone)
        drawings.add(phone.locator('[data-slot="icon"]').get_attribute("href"))

    assert len(drawings) == 5


def test_the_verdict_is_announced_and_has_the_focus(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)

    assert phone.evaluate("document.activeElement.textContent") == "ASLI"
    live = phone.locator("[aria-live=assertive]")
    assert live.inner_text().startswith("ASLI. Ditandatangani POLRES CONTOH")


def test_the_details_list_every_check(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)

    phone.get_by_text("Rincian").click()

    assert phone.locator('[data-slot="checks"] li').count() == 10
    assert phone.locator('[data-slot="checks"] li.passed').count() == 10


# --- What is not sent


def eight_digits(text: str) -> set[str]:
    """Every run of eight digits in the digits of a token."""
    digits = text.partition("#")[2]
    return {digits[at : at + 8] for at in range(len(digits) - 7)}


def leaks(requests: list[Request], text: str) -> list[str]:
    """The requests that carry any eight digits of the token in a row."""
    runs = eight_digits(text)
    return [
        request.address
        for request in requests
        if any(run.encode() in request.everything for run in runs)
    ]


def test_a_leak_would_be_noticed(site: PublicSite) -> None:
    text = site.token()
    digits = text.partition("#")[2]
    leaking = Request("GET", "/x", (("REFERER", f"http://x/?{digits[40:52]}"),), b"")

    assert leaks([leaking], text) == ["/x"]


def test_no_request_carries_eight_digits_of_the_token(phone: Page, site: PublicSite) -> None:
    text = site.token()
    addresses: list[str] = []
    phone.context.on("request", lambda request: addresses.append(request.url))

    phone.goto(text)
    verdict(phone)
    wait_until_installed(phone)
    phone.reload()
    verdict(phone)
    phone.fill("#nik", NIK)
    phone.get_by_text("COCOK.").wait_for()
    phone.get_by_role("link", name="English").click()
    expect(phone.locator('[data-view="result"] h1')).to_have_text("GENUINE")
    phone.locator('[data-view="result"]').get_by_role("button", name="Report a fake").click()
    phone.fill("#what", "It looks odd")
    phone.fill("#where", "At my door")
    phone.get_by_role("button", name="Send the report").click()
    phone.get_by_text("Thank you").wait_for()
    phone.goto(f"{site.base_url}/check")

    assert len(site.requests) > 15
    assert len(site.reports) == 1
    assert site.reports[0].digits == ""
    assert leaks(site.requests, text) == []
    assert {
        re.sub(r"/[^/]*$", "", url.partition("#")[0])[: len(site.base_url)] for url in addresses
    } == {site.base_url}


def test_all_lists_are_taken_whatever_is_checked(phone: Page, site: PublicSite) -> None:
    def taken() -> set[str]:
        return {one.address for one in site.requests if "/trust/" in one.address}

    phone.goto(site.token())
    verdict(phone)
    genuine = taken()
    site.requests.clear()
    phone.context.clear_cookies()
    phone.evaluate("indexedDB.deleteDatabase('segel')")
    phone.goto("about:blank")
    phone.goto(site.token(STRANGER, status_list=site.list_numbers[0]))
    verdict(phone)

    assert taken() == genuine
    assert len(genuine) == len(site.list_numbers) + 2


def test_no_cookie_is_ever_set(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)
    phone.goto(f"{site.base_url}/report")

    assert phone.context.cookies() == []


def test_firefox_checks_it_too_and_sends_nothing_of_it(tmp_path: Path) -> None:
    site = PublicSite(tmp_path, clock=real_time)
    site.start()
    try:
        text = site.token()

        seen = open_in_firefox(text, '[data-view="result"]:not([hidden]) h1')

        assert seen["answer"] == "ASLI"
        assert leaks(site.requests, text) == []
        asked = [one["url"] for one in seen["requests"] if one["url"].startswith("http")]
        assert [url for url in asked if not url.startswith(site.base_url)] == []
    finally:
        site.stop()


def test_webkit_checks_it_too_and_sends_nothing_of_it(tmp_path: Path) -> None:
    site = PublicSite(tmp_path / "site", clock=real_time)
    (tmp_path / "site").mkdir()
    site.start()
    try:
        text = site.token()

        with webkit(tmp_path) as window:
            window.open(text)
            word = window.wait_for(
                "return document.querySelector('[data-view=result]:not([hidden]) h1')?.innerText"
            )
            address = window.run("return location.href")

        assert word == "ASLI"
        assert address == f"{site.base_url}/"
        assert leaks(site.requests, text) == []
    finally:
        site.stop()


# --- Without a network


def test_it_works_with_the_network_gone(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    assert verdict(phone) == "ASLI"
    wait_until_installed(phone)

    phone.context.set_offline(True)
    phone.reload()

    assert verdict(phone) == "ASLI"
    assert (
        "tidak ada internet" in phone.locator('[data-view="result"] [data-slot="age"]').inner_text()
    )


def test_it_works_with_the_server_gone_also_for_a_certificate_it_never_saw(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.base_url)
    wait_until_installed(phone)
    expect(phone.locator('[data-view="start"] [data-slot="age"]')).to_contain_text("baru saja")

    with gone(site):
        phone.goto(site.token(name="SITI AMINAH"))

        assert verdict(phone) == "ASLI"
        assert "SITI AMINAH" in phone.locator("main").inner_text()

        phone.goto(site.token(status_index=4711))
        assert verdict(phone) == "DICABUT"


def test_days_later_without_network_it_says_how_old_its_list_is(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.token())
    verdict(phone)
    wait_until_installed(phone)

    with gone(site):
        phone.clock.set_fixed_time(NOW + 3 * DAY)
        phone.reload()

        assert verdict(phone) == "ASLI, status per 10 September 2026 12.20 WIB"
        assert "3 hari yang lalu" in phone.locator("main").inner_text()


def test_a_page_that_never_saw_the_keys_says_that_it_must_be_opened_once(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.base_url)
    wait_until_installed(phone)
    phone.wait_for_timeout(500)

    with gone(site):
        phone.evaluate("indexedDB.deleteDatabase('segel')")
        phone.goto("about:blank")
        phone.goto(site.token())

        assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"
        assert "belum pernah dibuka dengan internet" in phone.locator("main").inner_text()


def test_the_camera_works_without_network_once_it_was_used(
    launch_chromium: Callable[..., Browser], site: PublicSite, tmp_path: Path
) -> None:
    with camera(launch_chromium, site.token(), tmp_path) as page:
        page.goto(site.base_url)
        wait_until_installed(page)
        page.get_by_text("Pindai dengan kamera").click()
        assert verdict(page) == "ASLI"

        with gone(site):
            page.reload()
            page.get_by_role("link", name="Polres Contoh").click()
            page.get_by_text("Pindai dengan kamera").click()

            assert verdict(page) == "ASLI"


def test_a_new_build_takes_the_place_of_the_old_one(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    wait_until_installed(phone)
    phone.evaluate("caches.open('segel-of-yesterday')")

    phone.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.unregister())")
    phone.reload()
    wait_until_installed(phone)

    wait_until(phone, "caches.keys().then((names) => names.length === 1)")
    assert "segel-of-yesterday" not in phone.evaluate("caches.keys()")


# --- Clocks, old bundles, other roots


@pytest.mark.parametrize("off", [HOUR, -HOUR, 11 * 60, -11 * 60], ids=str)
def test_with_a_wrong_device_clock_nothing_is_judged(
    phone: Page, site: PublicSite, off: int
) -> None:
    phone.clock.set_fixed_time(NOW + off)
    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"
    assert "Jam perangkat ini" in phone.locator('[data-slot="why"]').inner_text()


@pytest.mark.parametrize("off", [9 * 60, -4 * 60], ids=str)
def test_a_clock_that_is_a_little_off_does_no_harm(phone: Page, site: PublicSite, off: int) -> None:
    phone.clock.set_fixed_time(NOW + off)
    phone.goto(site.token())

    assert verdict(phone) == "ASLI"


def test_a_clock_set_back_without_network_is_noticed_by_the_list(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.base_url)
    wait_until_installed(phone)
    expect(phone.locator('[data-view="start"] [data-slot="age"]')).to_contain_text("baru saja")

    with gone(site):
        phone.clock.set_fixed_time(NOW - 30 * DAY)
        phone.goto(site.token(expires_at=NOW - DAY, issued_at=NOW - 60 * DAY))

        assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"


def test_the_trust_bundle_never_goes_back(phone: Page, site: PublicSite) -> None:
    site.publish(serial=9)
    phone.goto(site.base_url)
    expect(phone.locator('[data-view="start"] [data-slot="age"]')).to_contain_text("baru saja")

    # An older bundle, in which the thief's key still counted, and lists that do not know better.
    site.publish(serial=8, at=NOW - 60)
    phone.goto("about:blank")
    phone.goto(site.base_url)
    phone.wait_for_timeout(1000)

    kept = phone.evaluate(
        """new Promise((resolve) => {
          indexedDB.open('segel').onsuccess = ({ target }) => {
            const asked = target.result.transaction('kept').objectStore('kept').get('trust');
            asked.onsuccess = () => resolve(Array.from(asked.result.bundle));
          };
        })"""
    )
    site.publish(serial=9)
    assert bytes(kept) == (site.folder / "public" / "bundle").read_bytes()


def test_a_list_never_goes_back(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token(status_index=4711))
    assert verdict(phone) == "DICABUT"

    site.publish(at=NOW - HOUR, withdrawn=())
    phone.goto("about:blank")
    phone.goto(site.token(status_index=4711))

    assert verdict(phone) == "DICABUT"


def test_another_root_key_than_before_is_not_believed(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    assert verdict(phone) == "ASLI"

    site.publish(root=STRANGER)
    phone.goto("about:blank")
    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"
    assert "Kunci induk" in phone.locator('[data-slot="why"]').inner_text()


def test_a_bundle_that_is_not_the_roots_is_not_believed(phone: Page, site: PublicSite) -> None:
    genuine = (site.folder / "public" / "root.pem").read_bytes()
    site.publish(root=STRANGER)
    (site.folder / "public" / "root.pem").write_bytes(genuine)

    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"
    assert "tidak ditandatangani" in phone.locator('[data-slot="why"]').inner_text()


def test_an_expired_bundle_judges_nothing(phone: Page, site: PublicSite) -> None:
    site.publish(expires_in=-60)
    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"


def test_our_own_failure_is_never_shown_as_a_forgery(phone: Page, site: PublicSite) -> None:
    phone.add_init_script("crypto.subtle.importKey = () => { throw new Error('broken') }")
    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"


def test_a_browser_without_the_means_is_told_so(phone: Page, site: PublicSite) -> None:
    phone.add_init_script("delete window.DecompressionStream")
    phone.goto(site.token())

    assert verdict(phone) == "TIDAK DAPAT DIPERIKSA"
    assert "Peramban ini terlalu lama" in phone.locator('[data-slot="why"]').inner_text()


def test_a_second_code_opened_in_the_same_page_is_checked_too(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.token())
    assert verdict(phone) == "ASLI"

    phone.evaluate("(text) => { location.href = text }", site.token(status_index=4711))

    expect(phone.locator('[data-view="result"] h1')).to_have_text("DICABUT")
    assert phone.url == f"{site.base_url}/"


# --- The camera


@contextmanager
def camera(
    launch: Callable[..., Browser], text: str, folder: Path, *, seed: int = 3
) -> Iterator[Page]:
    """A phone that holds its camera over a printed page with the QR code of `text`."""
    clip = folder / "page.mjpeg"
    write_clip(clip, moving_page_frames(sample_page(symbol(text)), seed, 30))
    browser = launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    yield page
    context.close()
    browser.close()


def test_a_printed_page_before_the_camera_is_read(
    launch_chromium: Callable[..., Browser], site: PublicSite, tmp_path: Path
) -> None:
    text = site.token()
    with camera(launch_chromium, text, tmp_path) as page:
        page.goto(site.base_url)
        page.get_by_text("Pindai dengan kamera").click()

        assert verdict(page) == "ASLI"
        assert "RATNA WULANDARI" in page.locator("main").inner_text()
        # The camera is off again.
        assert page.evaluate("document.querySelector('video').srcObject") is None
    assert leaks(site.requests, text) == []


def reading(text: str) -> str:
    """A script that gives the page's reader a picture of the QR code of `text`."""
    picture = base64.b64encode(cv2.imencode(".png", symbol(text, dots=4))[1].tobytes()).decode()
    return """
      const { decoder, wasm } = document.getElementById("page").dataset;
      const reader = new Worker(decoder);
      reader.onmessage = ({ data }) => { document.body.dataset.answer = data.text ?? data.failed; };
      reader.postMessage({ wasm });
      const picture = new Image();
      picture.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.width = picture.width;
        canvas.height = picture.height;
        const drawing = canvas.getContext("2d");
        drawing.drawImage(picture, 0, 0);
        const image = drawing.getImageData(0, 0, canvas.width, canvas.height);
        reader.postMessage({ id: 1, image, thorough: true }, [image.data.buffer]);
      };
      picture.src = "data:image/png;base64,PICTURE";
    """.replace("PICTURE", picture)


def test_firefox_and_webkit_read_pictures_under_the_same_rules(tmp_path: Path) -> None:
    site = PublicSite(tmp_path / "site", clock=real_time)
    (tmp_path / "site").mkdir()
    site.start()
    try:
        text = site.token()
        in_firefox = open_in_firefox(site.base_url, script=f"{{{reading(text)}}}")["answer"]
        with webkit(tmp_path) as window:
            window.open(site.base_url)
            window.run(reading(text))
            in_webkit = window.wait_for("return document.body.dataset.answer")

        assert (in_firefox, in_webkit) == (text, text)
    finally:
        site.stop()


def test_a_code_that_leads_to_another_host_is_called_out(
    launch_chromium: Callable[..., Browser], site: PublicSite, tmp_path: Path
) -> None:
    forged = site.token(base_url=NEVER_ISSUED)
    with camera(launch_chromium, forged, tmp_path) as page:
        page.goto(site.base_url)
        page.get_by_text("Pindai dengan kamera").click()
        verdict(page)

        warning = page.locator('[data-slot="other-host"]')
        expect(warning).to_be_visible()
        assert "skck-polres.example" in warning.inner_text()
        assert site.host in warning.inner_text()


def test_without_a_camera_the_page_says_what_else_can_be_done(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.base_url)
    phone.get_by_text("Pindai dengan kamera").click()

    hint = phone.locator('[data-slot="camera-hint"]')
    expect(hint).to_contain_text(re.compile("Unggah foto|unggah foto"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "tidak diizinkan"),
        ("NotFoundError", "tidak ditemukan"),
        ("NotReadableError", "aplikasi lain"),
        ("SecurityError", "https"),
    ],
)
def test_every_trouble_with_the_camera_has_its_sentence(
    phone: Page, site: PublicSite, name: str, words: str
) -> None:
    phone.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => "
        f"{{ throw new DOMException('', '{name}') }}"
    )
    phone.goto(site.base_url)
    phone.get_by_text("Pindai dengan kamera").click()

    expect(phone.locator('[data-slot="camera-hint"]')).to_contain_text(words)


# --- Photos, files, text


def a_photo(text: str, folder: Path) -> Path:
    """A photo of a printed page with this QR code, as chat apps send it."""
    path = folder / "photo.jpg"
    path.write_bytes(jpeg(photograph(sample_page(symbol(text)), np.random.default_rng(5))))
    return path


def test_a_photo_is_read_on_the_device(phone: Page, site: PublicSite, tmp_path: Path) -> None:
    text = site.token()
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    phone.set_input_files("#picture", a_photo(text, tmp_path))

    assert verdict(phone) == "ASLI"
    assert site.files == []
    assert [one for one in site.requests if one.method == "POST"] == []
    assert leaks(site.requests, text) == []


def test_a_photo_without_luck_is_sent_only_when_somebody_wants_it(
    phone: Page, site: PublicSite, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.png"
    cv2.imwrite(str(empty), sample_page()[:1500])
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    phone.set_input_files("#picture", empty)

    send = phone.get_by_role("button", name="Kirim dan periksa")
    expect(send).to_be_visible(timeout=20_000)
    expect(phone.locator('[data-slot="send-photo"]')).to_contain_text("dikirim")
    assert site.files == []

    send.click()
    assert verdict(phone) == "ASLI"
    assert [name for _, name in site.files] == ["empty.png"]
    expect(phone.locator('[data-slot="served"]')).to_be_visible()


def test_a_pdf_goes_to_the_server_and_the_page_says_so_first(
    phone: Page, site: PublicSite, tmp_path: Path
) -> None:
    pdf = tmp_path / "skck.pdf"
    pdf.write_bytes(b"%PDF-1.7 made up")
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    phone.set_input_files("#picture", pdf)

    expect(phone.locator('[data-slot="send-pdf"]')).to_contain_text("Server kami")
    assert site.files == []

    phone.get_by_role("button", name="Kirim dan periksa").click()
    assert verdict(phone) == "ASLI"
    assert site.files == [(b"%PDF-1.7 made up", "skck.pdf")]


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    phone: Page, site: PublicSite, tmp_path: Path
) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate((20 << 20) + 1)
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    phone.set_input_files("#picture", large)

    expect(phone.locator("#picture-fault")).to_contain_text("20 MB")


def test_something_that_is_no_picture_is_refused_kindly(
    phone: Page, site: PublicSite, tmp_path: Path
) -> None:
    text = tmp_path / "photo.jpg"
    text.write_text("not a photo")
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    phone.set_input_files("#picture", text)

    expect(phone.locator("#picture-fault")).to_contain_text("tidak dapat dibuka")


def test_the_text_of_a_code_can_be_pasted(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Ketik nomor dan kode").click()
    phone.fill("#paste", f"  {site.token(base_url=NEVER_ISSUED)}\n")
    phone.locator("[data-form=paste] button").click()

    assert verdict(phone) == "ASLI"
    expect(phone.locator('[data-slot="other-host"]')).to_be_visible()


def test_the_nik_on_the_paper_is_compared_on_the_device(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)
    answer = phone.locator('[data-slot="nik-answer"]')

    phone.fill("#nik", NIK[:15])
    expect(answer).to_contain_text("kurang 1 angka")
    phone.fill("#nik", NIK[:15] + "4")
    expect(answer).to_contain_text("TIDAK COCOK")
    phone.fill("#nik", f"{NIK[:4]} {NIK[4:8]} {NIK[8:]}")
    expect(answer).to_have_text(re.compile("^COCOK.*sekali|^COCOK.*seribu"))


COUNT_TONES = """
  window.tones = 0;
  const create = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    window.tones += 1;
    return create.call(this);
  };
"""


def test_each_verdict_has_its_sound_once_somebody_touched_the_page(
    phone: Page, site: PublicSite
) -> None:
    phone.add_init_script(COUNT_TONES)
    phone.goto(site.token())
    verdict(phone)
    assert phone.evaluate("window.tones") == 0

    phone.locator('[data-do="again"]').first.click()
    phone.get_by_role("link", name="Ketik nomor dan kode").click()
    phone.fill("#paste", site.token(STRANGER))
    phone.locator("[data-form=paste] button").click()

    assert verdict(phone) == "TIDAK SAH"
    assert phone.evaluate("window.tones") == 3


# --- Reports


def test_the_code_is_reported_only_with_a_tick(phone: Page, site: PublicSite) -> None:
    text = site.token(STRANGER)
    phone.goto(text)
    verdict(phone)
    phone.locator('[data-view="result"]').get_by_role("button", name="Laporkan").click()
    phone.fill("#what", "Fotonya orang lain")
    phone.fill("#where", "Pasar, Senin")
    phone.check("#with-code")
    phone.get_by_role("button", name="Kirim laporan").click()
    phone.get_by_text("Terima kasih").wait_for()

    assert site.reports[0].digits == text.partition("#")[2]
    assert site.reports[0].what == "Fotonya orang lain"


def test_a_refused_report_loses_nothing_that_was_typed(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Laporkan surat palsu").click()
    phone.fill("#what", "Fotonya orang lain")
    phone.get_by_role("button", name="Kirim laporan").click()

    expect(phone.locator("#where-fault")).to_be_visible()
    assert phone.evaluate("document.activeElement.id") == "where"
    assert phone.input_value("#what") == "Fotonya orang lain"
    assert site.reports == []


def test_a_report_without_network_waits_in_the_form(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    wait_until_installed(phone)
    phone.get_by_role("link", name="Laporkan surat palsu").click()
    phone.fill("#what", "Fotonya orang lain")
    phone.fill("#where", "Pasar")
    with gone(site):
        phone.get_by_role("button", name="Kirim laporan").click()
        expect(phone.locator('[data-form="report"] [data-fault="form"]')).to_contain_text(
            "internet"
        )

    phone.get_by_role("button", name="Kirim laporan").click()
    phone.get_by_text("Terima kasih").wait_for()
    assert len(site.reports) == 1


# --- Without scripts


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = chromium.new_context(
        java_script_enabled=False, locale="id-ID", viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


def test_without_scripts_number_and_code_are_checked_by_the_server(
    plain: Page, site: PublicSite
) -> None:
    plain.goto(site.token())
    expect(plain.get_by_text("Pindai dengan kamera")).to_be_hidden()
    plain.get_by_text("Ketik nomor dan kode").first.click()
    expect(plain.get_by_text("kantor jadi tahu").first).to_be_visible()
    plain.fill("#number", NUMBER)
    plain.fill("#code", " 7k3m-9p2x ")
    plain.get_by_role("button", name="Periksa", exact=True).click()

    expect(plain.locator("h1")).to_have_text("ASLI")
    assert "RATNA WULANDARI" in plain.locator("main").inner_text()


def test_without_scripts_a_wrong_code_loses_nothing_that_was_typed(
    plain: Page, site: PublicSite
) -> None:
    plain.goto(f"{site.base_url}/check")
    plain.fill("#number", NUMBER)
    plain.fill("#code", "AAAAAAAA")
    plain.get_by_role("button", name="Periksa", exact=True).click()

    expect(plain.get_by_role("alert")).to_contain_text("Tidak ada SKCK")
    assert plain.input_value("#number") == NUMBER
    assert plain.input_value("#code") == "AAAAAAAA"


def test_without_scripts_a_file_is_checked_by_the_server(
    plain: Page, site: PublicSite, tmp_path: Path
) -> None:
    pdf = tmp_path / "skck.pdf"
    pdf.write_bytes(b"%PDF-1.7 made up")
    plain.goto(f"{site.base_url}/check")
    plain.set_input_files("#file", pdf)
    plain.get_by_role("button", name="Kirim dan periksa").click()

    expect(plain.locator("h1")).to_have_text("ASLI")


def test_without_scripts_a_fake_can_be_reported(plain: Page, site: PublicSite) -> None:
    plain.goto(site.base_url)
    plain.get_by_role("link", name="Laporkan surat palsu").click()
    plain.fill("#what", "Dijual orang")
    plain.get_by_role("button", name="Kirim laporan").click()
    assert plain.input_value("#what") == "Dijual orang"
    plain.fill("#where", "Terminal")
    plain.get_by_role("button", name="Kirim laporan").click()

    expect(plain.locator("h1")).to_have_text("Terima kasih")
    assert site.reports[0].where == "Terminal"


# --- For everybody: languages, small screens, keyboards, screen readers


def open_start(page: Page, site: PublicSite, lang: str) -> None:
    page.goto(f"{site.base_url}/{lang}")
    expect(page.locator('[data-view="start"] [data-slot="age"]')).not_to_be_empty()


def opened(view: str) -> Callable[[Page, PublicSite, str], None]:
    """Opens the start page, then one of its views."""

    def open_view(page: Page, site: PublicSite, lang: str) -> None:
        open_start(page, site, lang)
        page.locator(f'[data-go="{view}"]').locator("visible=true").first.click()
        expect(page.locator(f'[data-view="{view}"] h1')).to_be_visible()

    return open_view


def judged(**changes: Any) -> Callable[[Page, PublicSite, str], None]:
    """Opens the verdict on a token."""

    def open_verdict(page: Page, site: PublicSite, lang: str) -> None:
        key = {"key": changes["key"]} if "key" in changes else {}
        rest = {name: value for name, value in changes.items() if name != "key"}
        page.goto(f"{site.base_url}/{lang}#{site.token(**key, **rest).partition('#')[2]}")
        verdict(page)
        page.locator("details summary").last.click()

    return open_verdict


def forged_host(page: Page, site: PublicSite, lang: str) -> None:
    opened("type")(page, site, lang)
    page.fill("#paste", site.token(base_url=NEVER_ISSUED))
    page.locator("[data-form=paste] button").click()
    verdict(page)


def as_of(page: Page, site: PublicSite, lang: str) -> None:
    site.publish(at=NOW - DAY)
    judged()(page, site, lang)


def report_refused(page: Page, site: PublicSite, lang: str) -> None:
    opened("report")(page, site, lang)
    page.locator('[data-form="report"] .main').click()
    expect(page.locator("#what-fault")).to_be_visible()


def pdf_chosen(page: Page, site: PublicSite, lang: str) -> None:
    opened("upload")(page, site, lang)
    page.set_input_files(
        "#picture", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    expect(page.locator('[data-do="send"]')).to_be_visible()


def address(path: str) -> Callable[[Page, PublicSite, str], None]:
    """Opens an address."""

    def open_address(page: Page, site: PublicSite, lang: str) -> None:
        page.goto(f"{site.base_url}{path}{lang}")

    return open_address


def number_checked(page: Page, site: PublicSite, lang: str) -> None:
    page.goto(f"{site.base_url}/check{lang}")
    page.fill("#number", NUMBER)
    page.fill("#code", CODE)
    page.locator('[data-form="number"] .main').click()
    page.locator(".verdict").wait_for()


STATES: dict[str, Callable[[Page, PublicSite, str], None]] = {
    "start": open_start,
    "scan": opened("scan"),
    "upload": opened("upload"),
    "pdf chosen": pdf_chosen,
    "type": opened("type"),
    "report": opened("report"),
    "report refused": report_refused,
    "genuine": judged(),
    "genuine, as of": as_of,
    "withdrawn": judged(status_index=4711),
    "suspended": judged(status_index=4712),
    "expired": judged(expires_at=NOW - DAY),
    "not genuine": judged(key=STRANGER),
    "cannot check": judged(status_list=99),
    "another host": forged_host,
    "server's forms": address("/check"),
    "server's verdict": number_checked,
    "server's report": address("/report"),
    "no such page": address("/teapot"),
}
LANGUAGES = pytest.mark.parametrize("lang", ["", "?lang=en"], ids=["id", "en"])


@LANGUAGES
@pytest.mark.parametrize("state", STATES)
def test_nothing_stands_in_anybodys_way(
    phone: Page, site: PublicSite, state: str, lang: str
) -> None:
    site.changes["demo"] = state == "start"
    site.stop()
    site.start()
    STATES[state](phone, site, lang)

    # No sideways scrolling, down to the smallest phones.
    for width in (360, 320):
        phone.set_viewport_size({"width": width, "height": 640})
        assert phone.evaluate("document.scrollingElement.scrollWidth") <= width

    phone.evaluate(AXE.read_text(encoding="utf-8"))
    found = phone.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]
    ] == []


def test_it_can_be_used_with_the_keyboard_alone(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    expect(phone.locator('[data-view="start"] [data-slot="age"]')).not_to_be_empty()

    def tab_to(words: str) -> None:
        for _ in range(30):
            phone.keyboard.press("Tab")
            if words in phone.evaluate("document.activeElement.innerText ?? ''"):
                return
        pytest.fail(f"the keyboard does not reach {words}")

    tab_to("Ketik nomor dan kode")
    phone.keyboard.press("Enter")
    for _ in range(5):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.id") == "paste":
            break
    phone.keyboard.insert_text(site.token())
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    assert verdict(phone) == "ASLI"
    tab_to("Rincian")
    phone.keyboard.press("Enter")
    expect(phone.locator('[data-slot="checks"]')).to_be_visible()


def test_going_back_leads_to_where_one_came_from(phone: Page, site: PublicSite) -> None:
    phone.goto(site.base_url)
    phone.get_by_role("link", name="Unggah foto atau PDF").click()
    expect(phone.locator('[data-view="upload"]')).to_be_visible()

    phone.go_back()

    expect(phone.locator('[data-view="start"]')).to_be_visible()


def test_the_language_is_changed_without_losing_the_certificate(
    phone: Page, site: PublicSite
) -> None:
    phone.goto(site.token())
    assert verdict(phone) == "ASLI"

    phone.get_by_role("link", name="English").click()

    expect(phone.locator('[data-view="result"] h1')).to_have_text("GENUINE")
    assert phone.evaluate("document.documentElement.lang") == "en"
    assert "job application" in phone.locator("main").inner_text()
    assert phone.url == f"{site.base_url}/?lang=en"


def test_the_first_view_takes_at_most_60_kilobytes(phone: Page, site: PublicSite) -> None:
    sizes: dict[str, int] = {}
    lists: dict[str, int] = {}

    def weigh(response: Any) -> None:
        size = response.request.sizes()["responseBodySize"]
        (lists if "/trust/" in response.url else sizes)[response.url] = size

    phone.on("requestfinished", lambda request: weigh(request.response()))
    phone.goto(site.base_url)
    expect(phone.locator('[data-view="start"] [data-slot="age"]')).not_to_be_empty()
    wait_until_installed(phone)
    phone.wait_for_timeout(500)

    assert len(sizes) >= 3
    assert sum(sizes.values()) <= 60_000, json.dumps(sizes, indent=1)
    assert sum(lists.values()) <= 10_000
    assert not any("wasm" in one.address for one in site.requests)


def test_it_can_be_printed(phone: Page, site: PublicSite) -> None:
    phone.goto(site.token())
    verdict(phone)

    phone.emulate_media(media="print")

    expect(phone.locator(".actions").nth(1)).to_be_hidden()
    expect(phone.locator('[data-slot="card"]').first).to_be_visible()


def test_a_certificate_near_its_end_still_counts_on_its_last_day(
    phone: Page, site: PublicSite
) -> None:
    # EXPIRES is a midnight in Jakarta, so this is the next one.
    phone.goto(site.token(expires_at=NOW + (EXPIRES - NOW) % DAY))

    assert verdict(phone) == "ASLI"
    assert "hari terakhir" in phone.locator("main").inner_text()
