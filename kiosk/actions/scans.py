"""Cards held up to a station's camera: one scan each, from the press to the answer.

    looking --enough frames agree--> match | no match | read
       |
       +----too many frames--------> try again, while tries are left

A scan lives in memory and keeps numbers, never a picture: what was read of a card is forgotten with
the answer, and the scan itself after LONGEST_PAUSE. Without an expectation it ends when frames
agree on what stands on the card. Whoever may use a station can hold up any card, so the answers
about one person are counted across scans: an attacker cannot try numbers until one fits.
"""

import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from kiosk.domain.errors import Fault, Invalid, NotNow, Unknown
from kiosk.domain.identifiers import mask_name, mask_nik
from kiosk.domain.identities import (
    MOST_TRIES,
    CardReading,
    Decision,
    Expected,
    Hash,
    Match,
    Reason,
    agreed,
    decide,
    decide_typed,
    nik_stands,
    vote,
)
from kiosk.domain.scans import AGREEING, MOST_FRAMES
from kiosk.scanning.card import Sighting

__all__ = [
    "ANSWERS",
    "LONGEST_PAUSE",
    "MOST_EMPTY",
    "MOST_SCANS",
    "ScanState",
    "Scans",
    "ShownCard",
    "judge",
]

MOST_EMPTY = 90
"""After so many frames without a card nobody is looking for one any more."""

MOST_SCANS = 32
"""How many scans may be open at once; the oldest gives way to none."""

LONGEST_PAUSE = 120.0
"""Seconds after which a scan that nobody looks at is forgotten."""

ANSWERS = 12
"""How many answers are given about one person within ANSWERS_WITHIN."""

ANSWERS_WITHIN = 900.0
"""Seconds in which answers about one person are counted."""

Corners = tuple[tuple[float, float], ...]
Look = Callable[[bytes, Corners | None], Sighting]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCard:
    """What a screen may show of a card: masked."""

    nik: str
    name: str
    birth_year: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanState:
    """Where a scan stands after a picture. `corners` are of the card, in pixels of that picture."""

    state: str
    hints: tuple[str, ...] = ()
    suspicions: tuple[str, ...] = ()
    corners: Corners | None = None
    shown: ShownCard | None = None
    tries_left: int = MOST_TRIES


@dataclass(kw_only=True)
class _Scan:
    """A scan at work. `near` is where the card lay in the last picture."""

    expected: Expected | None
    used_at: float
    tries_left: int = MOST_TRIES
    frames: int = 0
    empty: int = 0
    readings: list[CardReading] = field(default_factory=list)
    suspicions: Counter[str] = field(default_factory=Counter)
    near: Corners | None = None
    lock: Lock = field(default_factory=Lock)


def judge(sighting: Sighting, expected: Expected, hash_of: Hash) -> ScanState:
    """What one picture of a card says by itself: for a photo, or for who puts pictures together."""
    match = Match.TRY_AGAIN
    if sighting.reading is not None:
        match = decide(sighting.reading, expected, hash_of).match
    return ScanState(
        state=str(match),
        hints=tuple(str(hint) for hint in sighting.hints),
        corners=sighting.corners,
    )


class Scans:
    """The scans of a station. `clock` gives seconds that only grow."""

    def __init__(
        self,
        *,
        find_expected: Callable[[str], Expected],
        look: Look,
        hash_of: Hash,
        clock: Callable[[], float],
    ) -> None:
        self._find_expected = find_expected
        self._look = look
        self._hash_of = hash_of
        self._clock = clock
        self._lock = Lock()
        self._scans: dict[str, _Scan] = {}
        self._answers: OrderedDict[bytes, deque[float]] = OrderedDict()

    def open(self, code: str | None) -> str:
        """Begin a scan; `code` says whose card is expected (None: anybody's). The scan's id.

        Raises:
            Unknown: there is no such certificate.
            NotPermitted: it is not genuine, or no longer valid.
            NotNow: too many scans are open, or were about this person.
        """
        expected = None if code is None else self._find_expected(code)
        if expected is not None:
            self._require_answers_left(expected)
        now = self._clock()
        with self._lock:
            for id_ in [one for one, scan in self._scans.items() if _is_over(scan, now)]:
                del self._scans[id_]
            if len(self._scans) >= MOST_SCANS:
                raise NotNow("too many scans are open")
            id_ = secrets.token_urlsafe(18)
            self._scans[id_] = _Scan(expected=expected, used_at=now)
        return id_

    def look(self, id_: str, picture: bytes) -> ScanState:
        """Where the scan stands after one more picture (a JPEG, PNG or WebP file).

        Raises:
            Unknown: the scan has ended.
            NotNow: too many answers were given about this person.
            ScanningError: the picture cannot be read, or nothing can.
        """
        scan = self._get(id_)
        # One picture of a scan at a time: they are in an order.
        with scan.lock:
            if not self._may_answer(scan):
                return ScanState(state=Match.TRY_AGAIN, tries_left=0)
            sighting = self._look(picture, scan.near)
            scan.near = sighting.corners
            # Who needs a while to take the card out loses no try by it.
            scan.frames += sighting.corners is not None
            scan.empty += sighting.corners is None
            scan.suspicions.update(str(one) for one in sighting.suspicions)
            if sighting.reading is not None:
                scan.readings.append(sighting.reading)
            return self._state_after(scan, sighting)

    def type_card(self, id_: str, nik: str, birth: str) -> ScanState:
        """Where the scan stands after somebody typed what is printed on the card.

        Raises:
            Unknown: the scan has ended.
            Invalid: what was typed cannot be a NIK, or a date.
            NotNow: nobody is expected, or too many answers were given about this person.
        """
        scan = self._get(id_)
        if scan.expected is None:
            raise NotNow("nobody is expected")
        digits, born = _typed(nik, birth)
        with scan.lock:
            if not self._may_answer(scan):
                return ScanState(state=Match.TRY_AGAIN, tries_left=0)
            decision = decide_typed(digits, born, scan.expected, self._hash_of)
            return self._answered(scan, decision.match)

    def end(self, id_: str) -> None:
        """Forget a scan, if it is there."""
        with self._lock:
            self._scans.pop(id_, None)

    def _get(self, id_: str) -> _Scan:
        now = self._clock()
        with self._lock:
            scan = self._scans.get(id_)
            if scan is None or _is_over(scan, now):
                self._scans.pop(id_, None)
                raise Unknown("a scan of this id")
            scan.used_at = now
            return scan

    def _state_after(self, scan: _Scan, sighting: Sighting) -> ScanState:
        match, shown = self._voted(scan)
        if match is None and scan.frames < MOST_FRAMES and scan.empty < MOST_EMPTY:
            return ScanState(
                state="looking",
                hints=tuple(str(hint) for hint in sighting.hints),
                suspicions=_lasting(scan),
                corners=sighting.corners,
                tries_left=scan.tries_left,
            )
        return self._answered(
            scan,
            match or Match.TRY_AGAIN,
            hints=tuple(str(hint) for hint in sighting.hints),
            corners=sighting.corners,
            shown=shown,
        )

    def _voted(self, scan: _Scan) -> tuple[str | None, ShownCard | None]:
        """What the frames so far agree on, or None."""
        if scan.expected is None:
            reading = agreed(scan.readings, needed=AGREEING)
            if reading is None or not nik_stands(reading):
                return None, None
            return "read", _shown(reading)
        decision: Decision = vote(scan.readings, scan.expected, self._hash_of, needed=AGREEING)
        if decision.reason is Reason.FRAMES_DIFFER:
            return Match.TRY_AGAIN, None
        return (None, None) if decision.match is Match.TRY_AGAIN else (decision.match, None)

    def _answered(
        self,
        scan: _Scan,
        match: str,
        *,
        hints: tuple[str, ...] = (),
        corners: Corners | None = None,
        shown: ShownCard | None = None,
    ) -> ScanState:
        """The answer, counted; what led to it is forgotten."""
        if match in {Match.NO_MATCH, Match.TRY_AGAIN}:
            scan.tries_left -= 1
        if scan.expected is not None:
            self._count_answer(scan.expected)
        suspicions = _lasting(scan)
        scan.readings.clear()
        scan.suspicions.clear()
        scan.frames, scan.empty, scan.near = 0, 0, None
        return ScanState(
            state=str(match),
            hints=hints,
            suspicions=suspicions,
            corners=corners,
            shown=shown,
            tries_left=scan.tries_left,
        )

    def _may_answer(self, scan: _Scan) -> bool:
        """Whether the scan has tries left; scans that were opened early share the count, too."""
        if scan.expected is not None:
            self._require_answers_left(scan.expected)
        return scan.tries_left > 0

    def _require_answers_left(self, expected: Expected) -> None:
        with self._lock:
            given = self._answers.get(expected.nik_hash, deque())
            while given and given[0] <= self._clock() - ANSWERS_WITHIN:
                given.popleft()
            if len(given) >= ANSWERS:
                raise NotNow("too many scans about one person")

    def _count_answer(self, expected: Expected) -> None:
        with self._lock:
            self._answers.setdefault(expected.nik_hash, deque(maxlen=ANSWERS)).append(self._clock())
            self._answers.move_to_end(expected.nik_hash)
            while len(self._answers) > 10 * MOST_SCANS:
                self._answers.popitem(last=False)


def _lasting(scan: _Scan) -> tuple[str, ...]:
    """What most of the frames of the card speak for: a single one may be badly lit."""
    return tuple(sorted(one for one, times in scan.suspicions.items() if 2 * times > scan.frames))


def _is_over(scan: _Scan, now: float) -> bool:
    return now - scan.used_at > LONGEST_PAUSE


def _shown(reading: CardReading) -> ShownCard:
    return ShownCard(
        nik=mask_nik(reading.nik),
        name=mask_name(reading.name),
        birth_year=str(reading.birth.year) if reading.birth else "",
    )


def _typed(nik: str, birth: str) -> tuple[str, date]:
    faults = []
    digits = "".join(nik.split())
    if len(digits) != 16 or not (digits.isascii() and digits.isdigit()):
        faults.append(Fault(path="nik", code="nik-length", sentence="must have 16 digits"))
    born = date.min
    try:
        born = date.fromisoformat(birth)
    except ValueError:
        faults.append(Fault(path="birth", code="date", sentence="must be a date"))
    if faults:
        raise Invalid(faults)
    return digits, born
