"""When it is a network's turn: who asks often waits, and nobody is turned away.

A network is the /24 of an IPv4 address or the /48 of an IPv6 one, kept as a keyed hash in memory;
the key is thrown away every day, and with it all that was counted. Whoever has to wait gets a
ticket for the moment and for what they sent: with it they are served then, however many others ask.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from threading import Lock

__all__ = ["LONGEST_WAIT", "Turns"]

LONGEST_WAIT = 60
"""Nobody waits longer, in seconds."""
# How long a ticket counts after its moment.
_LATE = 15 * 60
_DAY = 86_400
_MINUTE = 60
# Beyond so many networks at once those that were silent longest are forgotten: memory is bounded.
_MOST_NETWORKS = 50_000
_MAC_BYTES = 16


class Turns:
    """So many a minute for each network, then one after the other; 0 for no limit.

    `clock` gives seconds since 1970.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], int]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = Lock()
        self._day = -1
        self._key = b""
        # By network: until when what it asked for is spread, at one each so many seconds.
        self._busy_until: dict[bytes, float] = {}

    def wait(self, address: str | None) -> int:
        """How many seconds somebody at `address` has to wait; they count as served after that."""
        if not self._per_minute:
            return 0
        now = self._clock()
        with self._lock:
            network = self._network(address, now)
            busy = max(now, self._busy_until.pop(network, now)) + _MINUTE / self._per_minute
            wait = min(max(0, round(busy - now - _MINUTE)), LONGEST_WAIT)
            self._busy_until[network] = min(busy, now + _MINUTE + LONGEST_WAIT)
            while len(self._busy_until) > _MOST_NETWORKS:
                del self._busy_until[next(iter(self._busy_until))]
        return wait

    def ticket(self, wait: int, address: str | None, body: bytes) -> str:
        """What lets `body` in from this network so many seconds from now."""
        now = self._clock()
        due = now + wait
        with self._lock:
            return f"{due}.{self._mac(due, address, body, now).hex()}"

    def is_due(self, ticket: str, address: str | None, body: bytes) -> bool:
        """Whether the moment of a ticket has come, for this network and this body."""
        due, _, mac = ticket.partition(".")
        if not (due.isascii() and due.isdigit() and len(due) < 12):
            return False
        now = self._clock()
        if not int(due) <= now <= int(due) + _LATE:
            return False
        with self._lock:
            wanted = self._mac(int(due), address, body, now).hex()
        return hmac.compare_digest(mac.encode(), wanted.encode())

    def _mac(self, due: int, address: str | None, body: bytes, now: int) -> bytes:
        told = self._network(address, now) + due.to_bytes(8, "big") + hashlib.sha256(body).digest()
        return hmac.digest(self._key, told, "sha256")[:_MAC_BYTES]

    def _network(self, address: str | None, now: int) -> bytes:
        if now // _DAY != self._day:
            self._day, self._key = now // _DAY, secrets.token_bytes(32)
            self._busy_until.clear()
        return hmac.digest(self._key, _network_of(address).encode(), "sha256")


def _network_of(address: str | None) -> str:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
