"""The network, closed while tests run: only this machine is reached.

pytest-socket refuses connections in the middle of a test. This closes what it leaves open: name
look-ups, datagrams, `connect_ex`, and everything before and after the test itself. It sees what
this process does; programs that a test starts are told by their own arguments to stay at home.
"""

import ipaddress
import sys

import pytest

_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOKING_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex"}


class NetworkClosedError(RuntimeError):
    """A test reached for another machine."""


def is_here(host: object) -> bool:
    """Whether `host`, a name or an address in text, is this machine."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    host: object
    if event in _CONNECTING:
        address = arguments[1]
        # Only internet addresses begin with a text: a Unix socket's is a path, netlink's a number.
        host = address[0] if isinstance(address, tuple) and isinstance(address[0], str) else None
    elif event in _LOOKING_UP:
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise NetworkClosedError(f"{event}: a test reached for {host!r}")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for as long as this process lives; an audit hook cannot be taken off."""
    del config
    sys.addaudithook(_refuse_other_machines)
