"""The work that is asked of browsers while many reports come in (kiosk.domain.work), by ALTCHA.

A challenge is signed, lasts half an hour, and serves for one report. What was used is remembered in
memory until it would have expired; the key of the signatures dies with the process, and browsers
whose work is not known any more are asked once more.
"""

import base64
import hashlib
import json
import secrets
from collections import deque
from collections.abc import Callable
from threading import Lock

from altcha import Challenge, create_challenge, verify_solution

from kiosk.domain.work import ITERATIONS, LASTS_SECONDS, MINUTES_REMEMBERED, most_tries, step_of

__all__ = ["Work"]

_ALGORITHM = "PBKDF2/SHA-256"
_LONGEST = 4096
# With so many used at once new keys are taken, so that none of them counts: memory is bounded.
_MOST_USED = 100_000


class Work:
    """What is asked of browsers, and whether they did it. `clock` gives seconds since 1970."""

    def __init__(self, *, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._arrived: deque[list[int]] = deque()
        self._take_new_keys()

    def challenge(self) -> dict[str, object] | None:
        """What a browser has to work out before it sends a report; None in calm times."""
        step = self._step()
        if not step:
            return None
        most = most_tries(step)
        made = create_challenge(
            _ALGORITHM,
            ITERATIONS,
            counter=most // 2 + secrets.randbelow(most - most // 2) + 1,
            data={"until": self._clock() + LASTS_SECONDS},
            hmac_secret=self._key,
            hmac_key_secret=self._key_of_keys,
        )
        found: dict[str, object] = made.to_dict()
        return found

    def is_done(self, shown: str, report: bytes) -> bool:
        """Whether `shown` is work that was done for this report alone, or none is asked.

        The report counts as one that came in. Sent once more, it needs no other work.
        """
        self.count()
        if not self.is_asked:
            return True
        if not shown or len(shown) > _LONGEST:
            return False
        done = verify_solution(shown, self._key, hmac_key_secret=self._key_of_keys).verified
        return bool(done) and self._is_unused(_challenge_in(shown), report)

    def _is_unused(self, challenge: Challenge, report: bytes) -> bool:
        parameters = challenge.parameters
        until: int = (parameters.data or {})["until"]
        now = self._clock()
        digest = hashlib.sha256(report).digest()
        with self._lock:
            while self._used and next(iter(self._used.values()))[0] <= now:
                del self._used[next(iter(self._used))]
            if until <= now:
                return False
            if len(self._used) >= _MOST_USED:
                self._take_new_keys()
            return self._used.setdefault(parameters.nonce, (until, digest))[1] == digest

    def _take_new_keys(self) -> None:
        self._key, self._key_of_keys = secrets.token_hex(32), secrets.token_hex(32)
        self._used: dict[str, tuple[int, bytes]] = {}

    @property
    def is_asked(self) -> bool:
        """Whether so many reports come in that work is asked for."""
        return bool(self._step())

    def count(self) -> None:
        """Count one more report that came in."""
        minute = self._clock() // 60
        with self._lock:
            if not self._arrived or self._arrived[-1][0] != minute:
                self._arrived.append([minute, 0])
            self._arrived[-1][1] += 1
            while self._arrived[0][0] <= minute - MINUTES_REMEMBERED:
                self._arrived.popleft()

    def _step(self) -> int:
        least = self._clock() // 60 - MINUTES_REMEMBERED
        with self._lock:
            return step_of(max((count for at, count in self._arrived if at > least), default=0))


def _challenge_in(shown: str) -> Challenge:
    return Challenge.from_dict(json.loads(base64.b64decode(shown))["challenge"])
