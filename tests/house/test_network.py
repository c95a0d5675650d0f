"""No test reaches another machine, whichever way it tries."""

import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.network import ALONE, NetworkClosedError, is_here

# Set aside for documentation: nobody answers there.
ELSEWHERE = ("192.0.2.1", 9)


def _send_a_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ELSEWHERE)


def _connect_without_raising() -> None:
    with socket.socket() as caller:
        caller.connect_ex(ELSEWHERE)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize(
    "reach",
    [
        pytest.param(lambda: socket.create_connection(ELSEWHERE), id="connect"),
        pytest.param(_connect_without_raising, id="connect_ex"),
        pytest.param(_send_a_datagram, id="a datagram"),
        pytest.param(lambda: socket.getaddrinfo("example.org", 443), id="look a name up"),
        pytest.param(lambda: socket.gethostbyname("example.org"), id="look a name up, the old way"),
    ],
)
def test_nobody_else_is_reached(reach: Callable[[], object]) -> None:
    with pytest.raises((NetworkClosedError, SocketConnectBlockedError)):
        reach()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with socket.create_connection((host, port), timeout=5) as caller:
            assert caller.getpeername() == ("127.0.0.1", port)


@pytest.mark.parametrize("host", ["127.0.0.2", "::1", None])
def test_loopback_is_here(host: str | None) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "fe80::1", "localhost.example.org", "0.0.0.0"])  # noqa: S104  # not bound to
def test_the_neighbours_are_not_here(host: str) -> None:
    assert not is_here(host)


def test_programs_that_a_test_starts_reach_nobody_else(pytestconfig: pytest.Config) -> None:
    if not pytestconfig.stash[ALONE]:
        pytest.skip("the system gives only root a network of its own, and not in every container")
    script = f"import socket; socket.create_connection({ELSEWHERE}, timeout=5)"

    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )

    assert "Network is unreachable" in done.stderr
