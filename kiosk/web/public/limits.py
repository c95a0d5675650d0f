"""How often one address may ask. Counted in memory; no address is written down anywhere.

Addresses are kept as keyed hashes whose key dies with the process, and only for a minute.
"""

import hashlib
import secrets
from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address
from threading import Lock

from flask import current_app

__all__ = ["Limit", "the_limit"]

_WINDOW = 60
# Beyond so many addresses at once the oldest are forgotten: memory is bounded.
_MOST_ADDRESSES = 50_000


class Limit:
    """So many a minute for each address; 0 for no limit. `clock` gives seconds since 1970."""

    def __init__(self, per_minute: int, *, clock: Callable[[], int]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._asked: dict[bytes, deque[int]] = {}
        self._lock = Lock()

    def allows(self, address: str | None) -> bool:
        """Whether `address` may ask once more now; if so, it is counted."""
        if not self._per_minute:
            return True
        who = hashlib.blake2b(_asker(address).encode(), key=self._key, digest_size=16).digest()
        now = self._clock()
        with self._lock:
            asked = self._asked.pop(who, None) or deque()
            while asked and asked[0] <= now - _WINDOW:
                asked.popleft()
            allowed = len(asked) < self._per_minute
            if allowed:
                asked.append(now)
            # Put back at the end: the first is always the one that was silent longest.
            self._asked[who] = asked
            while len(self._asked) > _MOST_ADDRESSES:
                del self._asked[next(iter(self._asked))]
            return allowed


def _asker(address: str | None) -> str:
    """Who asks: an IPv4 address, or the network of an IPv6 one, in which a home has 2^64."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed) >> 64 << 64, 64)))


def the_limit(name: str) -> Limit:
    """The limit of this name in the running application."""
    limit: Limit = current_app.extensions["limits"][name]
    return limit
