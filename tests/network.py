"""The network, closed while tests run: only this machine is reached.

pytest-socket refuses connections in the middle of a test. This closes what it leaves open: name
look-ups, datagrams, `connect_ex`, and everything before and after the test itself. That binds this
process only; where we may (as root), the process and every program it starts also get a network of
their own, in which there is nobody else.
"""

import ctypes
import fcntl
import ipaddress
import os
import socket
import struct
import sys

import pytest

# Whether programs that tests start have a network without anybody else in it.
ALONE = pytest.StashKey[bool]()

# From linux/sched.h, linux/sockios.h and linux/if.h.
_NEW_NETWORK = 0x40000000
_SET_FLAGS = 0x8914
_UP = 1

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


def _leave_the_network() -> bool:
    """Move this thread, and what it starts, to a network with a loopback and nothing else.

    False if the system does not let us.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anything:
        fcntl.ioctl(anything, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for as long as this process lives; neither can be taken back."""
    config.stash[ALONE] = os.geteuid() == 0 and _leave_the_network()
    sys.addaudithook(_refuse_other_machines)
