"""Chromium, driven by tests, and kept from talking to anybody but this machine."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.programs import program

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # tests run as root, too, and open only our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Without this it asks for the names of its maker's machines, whatever else is turned off.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """The driver of the browsers.

    One for each module, not for the run: while it lives, the thread has a running event loop, and
    whatever else calls `asyncio.run`, as pyHanko does, fails.
    """
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def launch_chromium(playwright_driver: Playwright) -> Iterator[Callable[..., Browser]]:
    """Starts a Chromium with further command line arguments; closed at the end of the module.

    For a camera: `--use-fake-ui-for-media-stream`, `--use-fake-device-for-media-stream` and
    `--use-file-for-fake-video-capture=FILE.mjpeg`.
    """
    executable = program("chromium", package="chromium")
    launched: list[Browser] = []

    def launch(*arguments: str) -> Browser:
        browser = playwright_driver.chromium.launch(
            executable_path=executable, headless=True, args=[*CHROMIUM_ARGUMENTS, *arguments]
        )
        launched.append(browser)
        return browser

    yield launch
    for browser in launched:
        browser.close()


@pytest.fixture(scope="module")
def chromium(launch_chromium: Callable[..., Browser]) -> Browser:
    """A running Chromium; make a context of your own in it."""
    return launch_chromium()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page in a context of its own: a small phone, set to Indonesian."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()
