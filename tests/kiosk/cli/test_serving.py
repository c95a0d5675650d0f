"""`segel serve`: the pages are up, the lists stay fresh, and it ends when it is told to."""

import logging
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kiosk.actions.certificates import suspend
from kiosk.actions.trust import count_changes
from kiosk.cli.serving import keep_fresh, look_after_once, publish_again
from signing.status import Status
from tests.applying import add_photo, apply, begun
from tests.loopback import Gateway
from tests.offices import Office
from tests.staffed import Staffed
from verifier.status import load_trust

PATIENCE = 60


def a_free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as anything:
        anything.bind(("127.0.0.1", 0))
        port: int = anything.getsockname()[1]
        return port


@contextmanager
def served(office: Office, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`segel serve`, once it answers."""
    server = office.start("serve", "--port", port, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            get(port, "/trust/bundle")
            break
        except urllib.error.URLError:
            time.sleep(0.05)
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def get(port: int, path: str, *, patience: int = PATIENCE) -> bytes:
    """What is answered to a request."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=patience) as answer:
        data: bytes = answer.read()
        return data


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(office: Office, ending: signal.Signals) -> None:
    port = a_free_port()

    with served(office, port) as server:
        page, bundle = get(port, "/"), get(port, "/trust/bundle")
        server.send_signal(ending)
        said, _ = server.communicate(timeout=PATIENCE)

    assert b"<html" in page
    assert bundle == (office.public / "bundle").read_bytes()
    assert server.returncode == 0
    assert said.decode() == f"Serving http://localhost:8000 at http://127.0.0.1:{port}\n"


def test_many_connections_that_say_nothing_keep_nobody_out(office: Office) -> None:
    port = a_free_port()

    with served(office, port), ExitStack() as silent:
        for _ in range(200):
            connection = silent.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(b"POST /report/cases HTTP/1.1\r\nContent-Length: 4000\r\n\r\nabc")
        # Where they took all places, nobody would be answered until they were given up.
        assert get(port, "/trust/bundle", patience=10)


def test_a_port_that_is_taken_is_told(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        server = office.start("serve", "--port", port, stderr=subprocess.PIPE)
        _, said = server.communicate(timeout=PATIENCE)

    assert server.returncode == 1
    assert said.decode() == (
        f"segel: cannot listen at 127.0.0.1 port {port}: Address already in use\n"
    )


def test_it_publishes_when_it_starts(office: Office) -> None:
    before = {path: path.stat().st_mtime_ns for path in (office.public / "status").iterdir()}

    with served(office, a_free_port()):
        after = {path: path.stat().st_mtime_ns for path in (office.public / "status").iterdir()}

    assert all(after[path] > at for path, at in before.items())


def test_what_is_published_again_knows_the_keys_that_came_meanwhile(office: Office) -> None:
    workshop = office.workshop()
    workshop.publish()
    office.segel("keys", "rotate")
    published = (office.public / "bundle").read_bytes()

    publish_again(workshop)
    workshop.close()

    assert (office.public / "bundle").read_bytes() == published


class Waiting(threading.Event):
    """What `segel serve` waits for: it adds up how long, and ends after a minute."""

    seconds = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        """Whether to end."""
        assert timeout is not None
        self.seconds += timeout
        return self.seconds > 60


def test_who_serves_says_within_a_minute_that_a_certificate_is_suspended(office: Office) -> None:
    issued = office.segel(
        "issue", office.record(), "--photo", office.photo(), "--out", office.desk / "a.pdf"
    )
    assert issued.exit_code == 0, issued.stderr
    workshop = office.workshop()
    changes = count_changes(workshop.register)
    workshop.publish()
    suspended = suspend(workshop.desk, issued.stdout.split()[0])

    keep_fresh(workshop, Waiting(), changes)
    workshop.close()

    known = load_trust(office.public).status_list(suspended.status_list)
    assert known is not None
    assert known.status_of(suspended.status_index) is Status.SUSPENDED


def test_a_turn_that_fails_is_logged_and_the_next_one_works(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    workshop = office.workshop()
    settings = office.site / "site.toml"
    text = settings.read_text()
    settings.write_text(text + "\nnonsense")
    with caplog.at_level(logging.INFO):
        publish_again(workshop)
    settings.write_text(text)
    for path in (office.public / "status").iterdir():
        path.unlink()

    publish_again(workshop)
    workshop.close()

    assert "the status lists were not published: site.toml: is not TOML" in caplog.text
    assert len(list((office.public / "status").iterdir())) > 6


def test_without_the_root_the_lists_stay_fresh_and_the_log_says_what_is_due(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    workshop = office.workshop()
    (office.site / "keys" / "root.key").rename(office.desk / "root.key")
    settings = office.site / "site.toml"
    settings.write_text(settings.read_text().replace("Kota Contoh", "Kota Lain", 1))
    settings.write_text(settings.read_text().replace("Kepolisian Resor", "Polisi Resor", 1))

    publish_again(workshop)
    workshop.close()

    assert "the trust bundle is still the old one: this needs the root's key" in caplog.text


def test_what_waits_to_be_told_is_told_while_serving(staffed: Staffed, gateway: Gateway) -> None:
    apply(staffed.desk)
    staffed.office.environment["SEGEL_NOTICES_SMS_URL"] = gateway.url
    workshop = staffed.office.workshop(staffed.clock)

    look_after_once(workshop)
    workshop.close()

    assert len(gateway.told) == 1


def test_notices_do_not_wait_for_a_store_of_files_that_fails(
    staffed: Staffed, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    add_photo(staffed.desk, begun(staffed.desk).id)
    staffed.clock.forward(days=40)
    apply(staffed.desk)
    files = staffed.office.site / "files"
    files.rename(staffed.office.desk / "files")
    files.write_text("in the way")
    staffed.office.environment["SEGEL_NOTICES_SMS_URL"] = gateway.url
    workshop = staffed.office.workshop(staffed.clock)

    look_after_once(workshop)
    workshop.close()

    assert "something is not forgotten yet: the store of files fails" in caplog.text
    assert len(gateway.told) == 1
