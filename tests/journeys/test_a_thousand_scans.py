"""A station keeps nothing: after a thousand scans disk and log are as they were before.

Once it serves, the server and its reader may not write a byte to any file (RLIMIT_FSIZE 0): an
image that went through a temporary file, even one that is gone at once, would be an error here.
"""

import hashlib
import http.client
import json
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
import pytest

from kiosk.scanning.layout import load_layout
from tests.card_photographs import photograph_card
from tests.card_prints import draw_card
from tests.kiosk.web.page.engines import free_port
from tests.offices import Office
from tests.people import invented_person
from tests.pictures import jpeg

SCANS = 1000
# So many of them with a card that is read to the end; the rest shows a small picture of it.
READ_WHOLE = 10
HOLDER = invented_person(np.random.default_rng(5))


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    direct = [int(one) for one in listed.split()]
    return direct + [child for one in direct for child in children_of(one)]


def everything_in(*folders: Path) -> dict[str, str]:
    """Every file below, with its digest."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Station:
    """A station's address, asked as its page asks."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("localhost", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes, kind: str) -> Any:
        """The JSON that is answered."""
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind, "Accept": kind}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (answer.status, content)
        return json.loads(content) if content else None

    def scan(self, pictures: list[bytes]) -> str:
        """One scan from beginning to end; its last state."""
        opened = self.ask("POST", "/station/scans", b'{"code": null}', "application/json")
        address = f"/station/scans/{opened['scan']}"
        state = ""
        for picture in pictures:
            state = self.ask("POST", f"{address}/frames", picture, "image/jpeg")["state"]
            if state != "looking":
                break
        self.ask("DELETE", address, b"", "application/json")
        return state


@pytest.fixture
def port(office: Office, tmp_path: Path) -> Iterator[int]:
    """A station that serves at this port and may write no file; its log is looked through."""
    with (office.site / "site.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[station]\nenabled = true\n")
    number = free_port()
    (tmp_path / "temporary").mkdir()
    office.environment["TMPDIR"] = str(tmp_path / "temporary")
    server = office.start(
        "serve", "--port", str(number), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    log: IO[bytes] | None = server.stdout
    assert log is not None
    said = b""
    while b"Serving" not in said:
        line = log.readline()
        assert line, said
        said += line
    for pid in (server.pid, *children_of(server.pid)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
    yield number
    server.terminate()
    said += server.communicate(timeout=20)[0]
    for secret in (HOLDER.nik.encode(), *HOLDER.name.encode().split(), b"scans/", b"\xff\xd8\xff"):
        assert secret not in said


def test_after_a_thousand_scans_nothing_is_left(office: Office, port: int, tmp_path: Path) -> None:
    card = draw_card(HOLDER, load_layout("ktp-el"))
    shot = photograph_card(card, np.random.default_rng(6), level="mild", inside=True)
    whole = jpeg(shot.frame, quality=90)
    tiny = cv2.resize(shot.frame, (64, 36), interpolation=cv2.INTER_AREA)
    small = jpeg(np.asarray(tiny, np.uint8), quality=80)
    before = everything_in(office.site, tmp_path / "temporary")
    station = Station(port)

    states = [
        station.scan([whole] * 4 if number % (SCANS // READ_WHOLE) == 0 else [small])
        for number in range(SCANS)
    ]

    assert states.count("read") == READ_WHOLE
    assert everything_in(office.site, tmp_path / "temporary") == before
