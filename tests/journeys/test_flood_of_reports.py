"""A flood of junk keeps nobody from reporting, and no handler from finding who did.

A real server and a real mailroom; junk comes from a thousand networks at once. Whoever floods can
afford anything here but to be somebody else: their junk is sealed as it must be.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from waitress import create_server
from waitress.wasyncore import close_all

from kiosk.actions.mailroom import Mailroom
from kiosk.web.app import create_app
from kiosk.web.public.mailbox import Mailbox
from kiosk.web.reading.asking import Reading
from signing.cose import encode
from signing.envelope import Direction, Place, open_message, unwrap_key
from tests.proofs_of_work import done
from tests.public_site import PublicSite, real_time
from tests.sealed_reports import HANDLER, Reporter

FLOODERS, PAGE = 8, 50
JUNK, REAL = b"JUNK JUNK JUNK", b"At the counter they asked me for money, as of everybody."
TRIES = 5


@dataclass(kw_only=True)
class Served:
    """A mailroom's pages, served behind a proxy that says from where somebody comes."""

    mailroom: Mailroom
    folder: Path
    port: int = 0

    def __enter__(self) -> "Served":
        # The office's clock stands still: what comes in a minute does not depend on the machine.
        office = PublicSite(self.folder, changes={"trusted_proxies": 1}).office
        app = create_app(
            office,
            mailbox=Mailbox(mailroom=self.mailroom),
            reading=Reading(mailroom=self.mailroom, clock=real_time),
        )
        self._server = create_server(
            app, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=False
        )
        self.port = self._server.effective_port
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        sockets = self._server._map
        with suppress(OSError):
            self._server.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))
        self._thread.join(timeout=10)
        self._server.task_dispatcher.shutdown()


class Somebody:
    """Somebody who asks, from an address of their own."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(
        self, path: str, body: bytes | None = None, *, at: str = "203.0.113.9", **more: str
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        headers = {"X-Forwarded-For": at, **{name.replace("_", "-"): more[name] for name in more}}
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")

    def tell(self, path: str, said: object, **more: str) -> Any:
        """The JSON that answers JSON; it must be well."""
        body = json.dumps(said).encode()
        status, answer = self.ask(path, body, Content_Type="application/json", **more)
        assert status == 200, answer
        return answer

    def report(self, delivery: bytes) -> int:
        """Report as the page does: work and come again; after how many tries it was taken."""
        headers: dict[str, str] = {}
        for tries in range(1, TRIES + 1):
            status, _answer = self.ask("/report/cases", delivery, **headers)
            if status == 201:
                return tries
            if status == 428:
                _, asked = self.ask("/report/challenge")
                headers["Segel_Work"] = done(asked["work"])
        raise AssertionError(f"not taken after {TRIES} tries")


class Handler(Somebody):
    """The handler of the unit, signed in by their key."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        reader = HANDLER.sealing_key.id
        asked = self.tell("/reading/challenges", {"reader": reader.hex()})
        context = encode(["segel-reading-challenge", 1, reader, asked["expires"]])
        nonce = HANDLER.open(bytes.fromhex(asked["sealed"]), context)
        said = {"reader": reader.hex(), "ticket": asked["ticket"], "nonce": nonce.hex()}
        self._bearer = f"Segel {self.tell('/reading/sessions', said)['session']}"

    def page(self) -> list[dict[str, Any]]:
        """The first page of the inbox."""
        status, answer = self.ask("/reading/cases", Authorization=self._bearer)
        assert status == 200, answer
        found: list[dict[str, Any]] = answer["cases"]
        return found

    def set_aside(self, rows: list[dict[str, Any]]) -> None:
        """Say that they look like junk."""
        cases = [{name: row[name] for name in ("id", "state", "messages")} for row in rows]
        self.tell("/reading/aside", {"cases": cases}, Authorization=self._bearer)

    def text_of(self, row: dict[str, Any]) -> bytes:
        """What the first message of a case says."""
        key = unwrap_key(bytes.fromhex(row["wrap"]), bytes.fromhex(row["id"]), HANDLER)
        previous = bytes.fromhex(row["identity_digest"])
        place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=previous)
        return open_message(key, place, bytes.fromhex(row["first"]))


@pytest.fixture
def served(mailroom: Mailroom, tmp_path: Path) -> Callable[..., Served]:
    """The mailroom, served; `work` says whether browsers are asked to work."""

    def serve(*, work: bool) -> Served:
        settings = replace(mailroom.settings, per_minute=30, work=work)
        return Served(mailroom=replace(mailroom, settings=settings), folder=tmp_path)

    return serve


def networks() -> Iterator[str]:
    """Addresses of networks, none of which comes again soon."""
    for number in range(1 << 16):
        yield f"10.{number >> 8}.{number & 255}.7"


def flood(port: int, count: int, *, urgency: int) -> Callable[[], list[int]]:
    """Begin to send junk from everywhere; the answer waits for its end, and says what was taken."""
    places = networks()
    lock = threading.Lock()
    left = iter(range(count))

    def send() -> list[int]:
        somebody = Somebody(port)
        taken: list[int] = []
        while True:
            with lock:
                number, place = next(left, None), next(places)
            if number is None:
                return taken
            junk = Reporter.new(JUNK, seed=number).delivery_with(urgency=urgency)
            taken.append(somebody.ask("/report/cases", junk, at=place)[0])

    pool = ThreadPoolExecutor(FLOODERS)
    running = [pool.submit(send) for _ in range(FLOODERS)]

    def ended() -> list[int]:
        pool.shutdown()
        return [status for one in running for status in one.result()]

    return ended


def found(handler: Handler) -> tuple[int, dict[str, Any]]:
    """What is no junk, after so many pages of junk were set aside."""
    for pages in range(1, 1000):
        rows = handler.page()
        junk = [row for row in rows if handler.text_of(row) == JUNK]
        if junk:
            handler.set_aside(junk)
        real = [row for row in rows if row not in junk]
        if real:
            return pages, real[0]
    raise AssertionError("nothing but junk")


@pytest.mark.parametrize("count", [150, pytest.param(10_000, marks=pytest.mark.exhaustive)])
def test_a_report_gets_in_while_junk_does_and_is_found_among_it(
    served: Callable[..., Served], count: int
) -> None:
    # All junk says that somebody is in danger, and all of it is there before the first look.
    with served(work=False) as site:
        ended = flood(site.port, count, urgency=1)
        time.sleep(0.2)
        tries = Somebody(site.port).report(Reporter.new(REAL, seed=-1).delivery_with(urgency=2))
        statuses = ended()
        handler = Handler(site.port)
        pages, row = found(handler)

        assert tries == 1
        assert set(statuses) == {201}
        assert handler.text_of(row) == REAL
        assert pages <= count // PAGE + 1
        assert len(handler.page()) == 1


def test_junk_without_work_is_not_even_kept_and_a_phone_that_works_gets_in(
    served: Callable[..., Served],
) -> None:
    with served(work=True) as site:
        ended = flood(site.port, 100, urgency=1)
        statuses = ended()
        tries = Somebody(site.port).report(Reporter.new(REAL, seed=-1).delivery)
        handler = Handler(site.port)

        assert statuses.count(201) < 30
        assert set(statuses) == {201, 428}
        assert tries == 2
        assert len(handler.page()) == statuses.count(201) + 1
        assert handler.text_of(found(handler)[1]) == REAL


def test_junk_of_one_network_waits_and_everybody_else_does_not(
    served: Callable[..., Served],
) -> None:
    with served(work=False) as site:
        flooder = Somebody(site.port)
        junk = [Reporter.new(JUNK, seed=number).delivery for number in range(40)]
        statuses = [flooder.ask("/report/cases", one, at="10.1.1.7")[0] for one in junk]

        assert statuses == [201] * 30 + [429] * 10
        assert Somebody(site.port).report(Reporter.new(REAL, seed=-1).delivery) == 1
