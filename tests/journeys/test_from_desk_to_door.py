"""One certificate's whole way: issued at the desk, printed, held before a camera at a door.

Nothing is made up on the way: the file is the one that `segel issue` wrote, the paper is that file
drawn, and the pages are those that `segel serve` serves.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kiosk.web.page.engines import free_port
from tests.offices import Office
from tests.pictures import jpeg, moving_page_frames, photograph, printed, write_clip

pytestmark = pytest.mark.browser

NAME = "RATNA WULANDARI"


@pytest.fixture
def certificate(office: Office) -> Path:
    """A certificate, as it was issued."""
    path = office.desk / "certificate.pdf"
    result = office.segel(
        "issue", office.record(name=NAME), "--photo", office.photo(), "--out", path
    )
    assert result.exit_code == 0, result.stderr
    return path


@pytest.fixture
def address(office: Office, certificate: Path) -> Iterator[str]:
    """Where the office serves its pages."""
    del certificate  # is issued before anything is published
    port = free_port()
    server = office.start("serve", "--port", str(port), stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert b"Serving" in server.stdout.readline()
    yield f"http://localhost:{port}"
    server.terminate()
    server.communicate(timeout=20)


@contextmanager
def phone(
    launch: Callable[..., Browser], clip: Path | None = None, **options: object
) -> Iterator[Page]:
    """A phone; what its camera sees is in `clip`."""
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    ]
    browser = launch(*(camera if clip else ()))
    context = browser.new_context(
        locale="id-ID",
        viewport={"width": 360, "height": 740},
        **options,  # type: ignore[arg-type]  # Playwright's
    )
    yield context.new_page()
    context.close()
    browser.close()


def word(page: Page) -> str:
    """The word of the verdict, once there is one."""
    heading = page.locator('[data-view="result"] h1')
    expect(heading).to_be_visible(timeout=30_000)
    return heading.inner_text()


def test_the_paper_before_the_camera_is_genuine_until_it_is_withdrawn(
    office: Office,
    certificate: Path,
    address: str,
    launch_chromium: Callable[..., Browser],
    tmp_path: Path,
) -> None:
    clip = tmp_path / "paper.mjpeg"
    write_clip(clip, moving_page_frames(printed(certificate.read_bytes()), 4, 40))
    with phone(launch_chromium, clip) as page:
        page.goto(address)
        page.get_by_text("Pindai dengan kamera").click()
        assert word(page) == "ASLI"
        assert NAME in page.locator("main").inner_text()
        expect(page.locator('[data-slot="other-host"]')).to_be_hidden()

        number = page.locator('[data-slot="field-number"]').inner_text()
        assert office.segel("withdraw", number, "--reason", "salah ketik").exit_code == 0
        page.reload()

        assert word(page) == "DICABUT"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda data: data, "ASLI", id="as it was issued"),
        pytest.param(
            lambda data: data.replace(NAME.encode(), b"RATNA WULANDARA"),
            "TIDAK SAH",
            id="other name",
        ),
        pytest.param(lambda data: flipped(data, b"/DCTDecode"), "TIDAK SAH", id="photo touched"),
        pytest.param(lambda data: data + b"\n", "TIDAK SAH", id="a line added"),
        pytest.param(lambda data: data[:-1], "TIDAK SAH", id="cut off"),
        # One module of the QR code is read all the same, and says what it said.
        pytest.param(lambda data: flipped(data, b"/Interpolate"), "ASLI", id="a speck on the QR"),
    ],
)
def test_the_file_is_checked_on_the_phone_and_goes_nowhere(
    certificate: Path,
    address: str,
    launch_chromium: Callable[..., Browser],
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    expected: str,
) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(change(certificate.read_bytes()))
    with phone(launch_chromium) as page:
        posted: list[str] = []
        page.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
        page.goto(address)
        page.get_by_role("link", name="Unggah foto atau PDF").click()
        page.set_input_files("#picture", path)
        found = word(page)
        # The verdict is on the file, and not on the code alone, whatever is done next.
        page.reload()
        again = word(page)
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Is this SKCK genuine?")

    assert (found, again) == (expected, expected)
    assert posted == []


def flipped(data: bytes, after: bytes) -> bytes:
    """`data` with one bit changed, well into the stream that follows `after`."""
    at = data.index(b"stream", data.index(after, data.index(b"/ImageMask") - 60_000)) + 200
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def test_a_file_that_was_saved_anew_is_judged_by_the_server(
    certificate: Path, address: str, launch_chromium: Callable[..., Browser], tmp_path: Path
) -> None:
    path = tmp_path / "saved.pdf"
    with pikepdf.open(certificate) as opened:
        opened.save(path)
    with phone(launch_chromium) as page:
        page.goto(address)
        page.get_by_role("link", name="Unggah foto atau PDF").click()
        page.set_input_files("#picture", path)
        page.get_by_role("button", name="Kirim dan periksa").click()

        assert word(page) == "TIDAK SAH"


def test_a_photo_of_the_paper_is_read_on_the_phone(
    certificate: Path, address: str, launch_chromium: Callable[..., Browser], tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(photograph(printed(certificate.read_bytes()), np.random.default_rng(7))))
    with phone(launch_chromium) as page:
        posted: list[str] = []
        page.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
        page.goto(address)
        page.get_by_role("link", name="Unggah foto atau PDF").click()
        page.set_input_files("#picture", photo)

        assert word(page) == "ASLI"
        assert posted == []


def test_without_scripts_the_number_and_the_code_on_the_paper_do(
    certificate: Path, address: str, launch_chromium: Callable[..., Browser]
) -> None:
    paper = subprocess.run(
        ["pdftotext", "-layout", certificate, "-"], capture_output=True, text=True, check=True
    ).stdout
    number = re.search(r"SKCK/\S+", paper)
    code = re.search(r"Kode periksa\s*:\s*(\S+)", paper)
    assert number
    assert code

    with phone(launch_chromium, java_script_enabled=False) as page:
        page.goto(f"{address}/check")
        page.fill("#number", number[0])
        page.fill("#code", code[1])
        page.get_by_role("button", name="Periksa", exact=True).click()

        expect(page.locator("h1")).to_have_text("ASLI")
        assert NAME in page.locator("main").inner_text()
