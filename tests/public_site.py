"""A published office for tests: trust files on disk, and the public pages served on this machine.

Keys come from fixed numbers (tests/vectors/make_vectors.py); people are invented. The
office's clock stands still at NOW, unless a browser's clock cannot be set: then it is the real one.
"""

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from waitress import create_server
from waitress.wasyncore import close_all

from kiosk.web.app import create_app
from kiosk.web.public.office import FakeReport, PublicOffice
from kiosk.web.station.office import StationDesk
from signing.keys import LocalKey, VerifyingKey
from signing.status import sign_status_list, status_list_number
from signing.token import sign_token
from signing.trust import sign_trust_bundle
from tests.vectors.make_vectors import BUNDLE, NIK, NOW, PAYLOAD, ROOT, SIGNER, STATUS
from verifier.status import load_trust
from verifier.token import check_token
from verifier.verdict import Verdict

__all__ = ["CODE", "DAY", "HOUR", "NIK", "NOW", "NUMBER", "PublicSite", "Request", "real_time"]

HOUR, DAY = 3600, 86_400
WITHDRAWN_INDEX, SUSPENDED_INDEX = 4711, 4712
TTL = 12 * HOUR
NUMBER, CODE = "SKCK/YANMAS/31245/VIII/2026/INTELKAM", "7K3M9P2X"


def real_time() -> int:
    """The time by this machine's clock, for browsers whose clock cannot be set."""
    return int(time.time())  # noqa: TID251 -- the browser beside this test reads the same clock


@dataclass(frozen=True)
class Request:
    """What a browser sent, as the server got it: everything but the connection."""

    method: str
    address: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def everything(self) -> bytes:
        """All of it in one piece, to look for what must not be there."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.method} {self.address}\n{headers}\n\n".encode() + self.body


@dataclass
class PublicSite:
    """The public pages of one office, in `folder`; and those of a `station`, if it has one."""

    folder: Path
    clock: Callable[[], int] = lambda: NOW
    requests: list[Request] = field(default_factory=list)
    reports: list[FakeReport] = field(default_factory=list)
    files: list[tuple[bytes, str]] = field(default_factory=list)
    port: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    station: StationDesk | None = None
    _server: Any = None
    _thread: threading.Thread | None = None

    @property
    def host(self) -> str:
        """The host with its port."""
        return f"127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What stands before the # of a token."""
        return f"http://{self.host}"

    def publish(
        self,
        *,
        at: int | None = None,
        serial: int = 7,
        root: LocalKey = ROOT,
        withdrawn: Iterable[int] = (WITHDRAWN_INDEX,),
        suspended: Iterable[int] = (SUSPENDED_INDEX,),
        lists: Iterable[int] | None = None,
        expires_in: int = 90 * DAY,
    ) -> None:
        """Write trust bundle and status lists as they are signed at that time."""
        at = self.clock() if at is None else at
        public = self.folder / "public"
        (public / "status").mkdir(parents=True, exist_ok=True)
        bundle = replace(
            BUNDLE,
            serial=serial,
            issued_at=at - DAY,
            expires_at=at + expires_in,
            hosts=(self.host,),
            keys=tuple(
                replace(key, sign_from=at - 400 * DAY, sign_until=at + 400 * DAY)
                for key in BUNDLE.keys
            ),
        )
        (public / "root.pem").write_bytes(VerifyingKey(root.point).pem)
        (public / "bundle").write_bytes(sign_trust_bundle(root, bundle))
        for number in self.list_numbers if lists is None else lists:
            (public / "status" / str(number)).write_bytes(
                sign_status_list(
                    STATUS,
                    uri=f"{self.base_url}/trust/status/{number}",
                    withdrawn=withdrawn,
                    suspended=suspended,
                    issued_at=at,
                    ttl=TTL,
                    bundle_serial=serial,
                )
            )

    @property
    def list_numbers(self) -> list[int]:
        """The lists of the months from the last to seven months ahead."""
        today = time.gmtime(self.clock())
        this = status_list_number(today.tm_year, today.tm_mon)
        return list(range(this - 1, this + 8))

    def token(self, key: LocalKey = SIGNER, *, base_url: str | None = None, **changes: Any) -> str:
        """The text of a QR code: a certificate issued ten days ago, valid for 170 more."""
        now = self.clock()
        usual = {
            "issued_at": now - 10 * DAY,
            "expires_at": now + 170 * DAY,
            "status_list": self.list_numbers[-2],
        }
        payload = replace(PAYLOAD, **(usual | changes))
        return sign_token(key, payload, base_url=base_url or self.base_url)

    def check(self, text: str) -> Verdict:
        """What Python's check says of the text of a QR code."""
        return check_token(text, load_trust(self.folder / "public"), now=self.clock())

    @property
    def office(self) -> PublicOffice:
        """The office behind the pages."""
        return PublicOffice(
            **{
                "site_name": "Polres Contoh",
                "base_url": self.base_url,
                "demo": False,
                "utc_offset": 420,
                "public": self.folder / "public",
                "clock": self.clock,
                "check_file": self._check_file,
                "find_by_number": self._find_by_number,
                "report_fake": self.reports.append,
                **self.changes,
            }
        )

    def _check_file(self, data: bytes, name: str) -> Verdict:
        self.files.append((data, name))
        return self.check(self.token())

    def _find_by_number(self, number: str, code: str) -> Verdict | None:
        return self.check(self.token()) if (number, code) == (NUMBER, CODE) else None

    def start(self) -> None:
        """Serve; the second time under the same port."""
        self._server = create_server(self._recorded, host="127.0.0.1", port=self.port, threads=8)
        self.port = self._server.effective_port
        if not (self.folder / "public").exists():
            self.publish()
        self._pages = create_app(self.office, station=self.station)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._thread is not None:
            # From inside the server's own loop, which ends when nothing is left to wait for.
            sockets = self._server._map
            with suppress(OSError):  # the loop was awake already, and closed its own trigger
                self._server.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))
            self._thread.join(timeout=10)
            self._server.task_dispatcher.shutdown()
            self._thread = None

    def _recorded(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        headers = tuple(
            (name.removeprefix("HTTP_"), str(value))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        )
        address = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        self.requests.append(Request(environ["REQUEST_METHOD"], address, headers, body))
        return self._pages(environ, start_response)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PublicSite]:
    """The public pages, served; the clock stands at NOW."""
    served = PublicSite(tmp_path)
    served.start()
    yield served
    served.stop()
