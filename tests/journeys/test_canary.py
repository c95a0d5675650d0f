"""A canary typed into a report is nowhere but in what was sealed.

Not in what left the browser or came back, not in the databases, logs and temporary files of a real
`segel serve`, not in the memory of its processes, and not in the profile of the browser, which is
that of a kiosk. In each place something else is found in the same way: the search works.
"""

import gzip
import io
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from kiosk.storage.mailroom import new_archive_engine
from kiosk.storage.upgrading import upgrade
from tests.browser import CHROMIUM_ARGUMENTS
from tests.journeys.reporting import answer_questions, give_words_back, words_on
from tests.kiosk.web.page.engines import free_port
from tests.leftovers import family_of, has, has_packed, kept_in, memory_of
from tests.offices import Office, a_copy
from tests.programs import program
from tests.report_site import HOLDERS, POLRES, signed_directory

pytestmark = pytest.mark.browser

CANARY = f"KENARI-{secrets.token_hex(6).upper()}"
CONTROL = f"GAGAK-{secrets.token_hex(6).upper()}"
ARRIVED = "Laporan Anda sudah sampai"
CHUNK = 256 * 1024
PATIENCE = 60
OF_UNFINISHED = """SELECT chunk FROM chunks JOIN files USING ("case", number)
  WHERE files.digest IS NULL"""
OF_CASE = "SELECT id FROM cases WHERE number = ?"
OF_FILE = 'SELECT chunk FROM chunks WHERE "case" = ? AND number = ? ORDER BY chunk'


@dataclass
class Server:
    """`segel serve` of an office that takes reports, in processes of its own."""

    office: Office
    port: int
    said: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def temp(self) -> Path:
        """Where it may keep files for a while."""
        return self.office.desk / "tmp"

    def start(self) -> None:
        """Serve, and wait until it answers."""
        with self.said.open("ab") as log:
            self.process = self.office.start(
                "serve", "--port", self.port, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError(self.said.read_text(encoding="utf-8"))

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        for pid in reversed(family_of(self.process.pid)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """What the mailroom's database says, read beside the server."""
        database = self.office.site / "mailroom.sqlite3"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as mailroom:
            return list(mailroom.execute(question, values))


class Wire:
    """The way from a browser to a server, on which every byte is written down, both ways."""

    def __init__(self, port: int) -> None:
        self.sent, self.came = bytearray(), bytearray()
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends: list[socket.socket] = []
        self._carriers: list[threading.Thread] = []
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        with suppress(OSError), self._listener:  # until it is closed
            while True:
                browser, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [browser, server]
                self._carry(browser, server, self.sent)
                self._carry(server, browser, self.came)

    def _carry(self, source: socket.socket, target: socket.socket, kept: bytearray) -> None:
        def carry() -> None:
            with suppress(OSError):  # one side has gone
                while data := source.recv(65536):
                    kept.extend(data)
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        self._carriers.append(threading.Thread(target=carry))
        self._carriers[-1].start()

    def close(self) -> None:
        """Carry nothing any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listening.join()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for carrier in self._carriers:
            carrier.join()
        for end in self._ends:
            end.close()


@pytest.fixture(scope="module")
def server(model_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes reports, the same for all tests of this module."""
    folder = tmp_path_factory.mktemp("canary")
    office = a_copy(model_site, folder / "desk")
    office.environment |= {"TMPDIR": str(office.desk / "tmp"), "CROW": CONTROL}
    (office.desk / "tmp").mkdir()
    settings = office.site / "site.toml"
    holders = ", ".join(f'"{holder.point.hex()}"' for holder in HOLDERS)
    reports = f"\n[reports]\nenabled = true\nholders = [{holders}]\n"
    settings.write_text(settings.read_text(encoding="utf-8") + reports, encoding="utf-8")
    engine = new_archive_engine(f"sqlite:///{office.site / 'mailroom.sqlite3'}")
    upgrade(engine, stream="mailroom")
    engine.dispose()
    (office.public / "directory").write_bytes(signed_directory())
    made = Server(office=office, port=free_port(), said=folder / "said")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def kiosk(playwright_driver: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A kiosk's browser with a profile of its own, in the folder `profile`."""
    context = playwright_driver.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=program("chromium", package="chromium"),
        args=list(CHROMIUM_ARGUMENTS),
        headless=True,
        locale="id-ID",
        viewport={"width": 360, "height": 740},
    )
    yield context
    context.close()


def photo() -> bytes:
    """A picture that says who took it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = f"{CANARY}-exif"
    kept = io.BytesIO()
    Image.effect_noise((900, 700), 80).save(kept, "JPEG", exif=exif, comment=CANARY.encode())
    return kept.getvalue()


def some_files(folder: Path, *, chunks: int = 3) -> Callable[[Page], None]:
    """Picks a picture and a PDF whose names and contents hold the canary."""
    folder.mkdir()
    picture, paper = folder / f"{CANARY}-name.jpg", folder / f"Surat {CANARY}-name.pdf"
    picture.write_bytes(photo())
    paper.write_bytes(f"%PDF-1.7 {CANARY}-content".encode() + bytes(chunks * CHUNK - 100))

    def choose(page: Page) -> None:
        page.locator("[name=files]").set_input_files([picture, paper])
        page.get_by_text("Sertakan aslinya").click()

    return choose


def report(page: Page, files: Callable[[Page], None]) -> list[str]:
    """Everything up to the last button; the words of the code."""
    answer_questions(
        page,
        mode="confidential",
        unit=str(POLRES),
        canary=CANARY,
        files=lambda: files(page),
        quick=True,
    )
    words = words_on(page)
    give_words_back(page, words, quick=True)
    return words


def write_back(page: Page, words: list[str]) -> None:
    """Read what was sent, by the code, and add to it."""
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_text(f"banyak orang. {CANARY}")).to_be_visible()
    page.locator("[name=reply]").fill(f"Masih begitu. {CANARY}")
    page.get_by_role("button", name="Kunci dan kirim").click()
    expect(page.get_by_text("Terkirim.", exact=True)).to_be_visible()


def test_a_canary_is_in_nothing_that_is_sent_kept_logged_or_remembered(
    server: Server, kiosk: BrowserContext, tmp_path: Path
) -> None:
    wire = Wire(server.port)
    page = kiosk.new_page()
    page.goto(f"{wire.url}/lapor?kiosk=files")
    words = report(page, some_files(tmp_path / "files"))
    expect(page.get_by_text("Semua berkas sudah sampai")).to_be_visible()
    number = page.locator("[data-slot=number]").inner_text()
    page.get_by_role("link", name="Cara membaca jawaban").click()
    write_back(page, words)
    # The next one goes away in the midst of it.
    page.goto(f"{wire.url}/lapor?kiosk=files")
    page.locator("[name=story]").evaluate("(field, text) => (field.value = text)", CANARY)
    page.get_by_role("link", name="Keluar cepat").click()
    expect(page.locator("[name=story]")).to_have_value("")
    page.evaluate("(crow) => localStorage.setItem('crow', crow)", CONTROL)
    kiosk.close()
    wire.close()
    assert server.process is not None
    processes = family_of(server.process.pid)
    memory = [region for pid in processes for region in memory_of(pid)]

    typed = (CANARY, "Bripka", " ".join(words))
    assert len(wire.sent) > 3 * CHUNK
    assert not has_packed(wire.sent, *typed)
    assert not has_packed(wire.came, *typed)
    assert not kept_in(server.office.desk, *typed)
    assert not has(server.said.read_bytes(), *typed)
    assert not any(has(region, CANARY) for region in memory)
    assert not any(secret.encode() in region for region in memory for secret in typed)
    assert not kept_in(tmp_path / "profile", *typed)
    # The same search finds what is there.
    (server.temp / "crow.gz").write_bytes(gzip.compress(CONTROL.encode()))
    assert has_packed(wire.sent, "/report/thread/messages")
    assert has_packed(wire.came, number)
    assert has_packed(wire.came, "Pungutan liar")  # what was packed on its way
    assert kept_in(server.office.desk, number) == [server.office.site / "mailroom.sqlite3-wal"]
    assert server.temp / "crow.gz" in kept_in(server.office.desk, CONTROL)
    assert has(server.said.read_bytes(), "Serving")
    assert any(has(region, CONTROL) for region in memory)
    assert kept_in(tmp_path / "profile", CONTROL)


def test_a_server_that_is_killed_while_files_come_in_has_each_of_them_once(
    server: Server, kiosk: BrowserContext, tmp_path: Path
) -> None:
    page = kiosk.new_page()
    before = len(server.ask("SELECT id FROM cases"))
    page.goto(f"{server.url}/lapor")
    report(page, some_files(tmp_path / "files", chunks=16))
    until = time.monotonic() + PATIENCE
    while len(server.ask(OF_UNFINISHED)) < 3:
        assert time.monotonic() < until
    server.kill()
    half = len(server.ask(OF_UNFINISHED))
    server.start()

    expect(page.get_by_text("Semua berkas sudah sampai")).to_be_visible(timeout=30_000)
    assert 3 <= half < 16
    assert len(server.ask("SELECT id FROM cases")) == before + 1
    [case] = server.ask(OF_CASE, page.locator("[data-slot=number]").inner_text())[0]
    files = server.ask('SELECT number, size, digest FROM files WHERE "case" = ?', case)
    # A cleaned picture, its original, and the paper.
    assert len(files) == 3
    for number, size, digest in files:
        chunks = server.ask(OF_FILE, case, number)
        assert digest is not None
        assert chunks == [(one,) for one in range(-(-size // CHUNK))]
