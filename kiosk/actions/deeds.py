"""The log of sealed reports: is it whole, what is published of it, what is counted from it.

What is published must not tell how much comes in, nor on which day. So a line of the file is a day
and

    SHA-256( "segel-deeds-head" ‖ day ‖ number of the last entry ‖ its digest )

which is another one every day, whether anything happened or not, and which only somebody who has
the log can make.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.journal import BEGINNING, Break, Entry, first_break
from kiosk.storage.database import of_epoch

from .heads import add_head, is_published
from .mailroom import Mailroom

__all__ = [
    "HEADS_FILE",
    "CheckedDeeds",
    "Month",
    "check_deeds",
    "figures",
    "last_published",
    "publish_deeds",
    "published_heads",
]

HEADS_FILE = "reports-log"
"""The file of published heads, in the folder of what is published."""

_LABEL = b"segel-deeds-head"
_DIGEST_LETTERS = 64
_NUMBER_BYTES = 8
_COUNTED = ("office wrote", "case closed", "case set aside")


@dataclass(frozen=True, kw_only=True)
class CheckedDeeds:
    """What a check of the log found: how many entries, and where it breaks, if it does.

    `unmet` are the days whose published head comes from no such log.
    """

    number: int
    broken: Break | None
    unmet: tuple[date, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken out or cut off, as far as anybody can tell."""
        return self.broken is None and not self.unmet


@dataclass(frozen=True, kw_only=True)
class Month:
    """Reports that came in one month with one urgency.

    The days, of each that was answered or closed, are counted from the day it came.
    """

    received: int
    answered_after: tuple[int, ...]
    closed_after: tuple[int, ...]
    set_aside: int


def check_deeds(mailroom: Mailroom, heads: Mapping[date, bytes]) -> CheckedDeeds:
    """Whether every entry follows from the one before, and each of `heads` is one of this log."""
    with mailroom.archive.read() as shelves:
        number, _ = shelves.deeds.head()
        broken = first_break(shelves.deeds.all())
        unmet = _unmet(shelves.deeds.all(), heads)
    return CheckedDeeds(number=number, broken=broken, unmet=unmet)


def publish_deeds(mailroom: Mailroom) -> bool:
    """Publish today's head of the log, unless one of today is there; whether it was done."""
    file, today = mailroom.directory.with_name(HEADS_FILE), mailroom.today()
    if is_published(file, today):
        return False
    with mailroom.archive.read() as shelves:
        number, digest = shelves.deeds.head()
    add_head(file, today, _head(today, number, digest).hex())
    return True


def published_heads(text: str) -> dict[date, bytes]:
    """The heads in a file of published ones, by their days; half a line counts for nothing.

    Raises:
        Invalid: two lines give one day two heads.
    """
    found: dict[date, bytes] = {}
    for line in text.splitlines():
        words = line.split(" ")
        if len(words) != 2 or len(words[1]) != _DIGEST_LETTERS:
            continue
        try:
            day, head = date.fromisoformat(words[0]), bytes.fromhex(words[1])
        except ValueError:
            continue
        if found.setdefault(day, head) != head:
            raise Invalid([Fault(path=f"head of {day}", code="twice", sentence="is there twice")])
    return found


def last_published(mailroom: Mailroom) -> tuple[date, bytes] | None:
    """The head that was published last, and its day; None where none was."""
    try:
        text = mailroom.directory.with_name(HEADS_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    heads = published_heads(text)
    return max(heads.items()) if heads else None


def figures(mailroom: Mailroom) -> dict[tuple[str, int], Month]:
    """What is left of all reports: numbers by the month in which they came, and by urgency.

    Counted from the log, which stays when everything else is shredded.
    """
    with mailroom.archive.read() as shelves:
        came = {f"case {case.hex()}": (day, soon) for case, day, soon in shelves.cases.every()}
        after: dict[tuple[str, str], int] = {}
        for entry, _digest in shelves.deeds.all():
            if entry.deed in _COUNTED and entry.subject in came:
                days = (_day(entry) - came[entry.subject][0]).days
                # The first of its kind counts: a case that was opened again was closed before.
                after.setdefault((entry.subject, entry.deed), days)
    groups: dict[tuple[str, int], list[str]] = {}
    for subject, (day, urgency) in came.items():
        groups.setdefault((f"{day:%Y-%m}", urgency), []).append(subject)
    return {group: _month(groups[group], after) for group in sorted(groups)}


def _month(subjects: Sequence[str], after: Mapping[tuple[str, str], int]) -> Month:
    answered, closed, aside = (
        tuple(after[subject, deed] for subject in subjects if (subject, deed) in after)
        for deed in _COUNTED
    )
    return Month(
        received=len(subjects), answered_after=answered, closed_after=closed, set_aside=len(aside)
    )


def _unmet(entries: Iterable[tuple[Entry, bytes]], heads: Mapping[date, bytes]) -> tuple[date, ...]:
    """The days of `heads` that no state of the log explains.

    The head of a day was taken after an entry of that day or of one before it, and before an entry
    of that day or of one after it.
    """
    days, left = sorted(heads), dict(heads)
    for (first, number, digest), (last, _number, _digest) in pairwise(_states(entries)):
        for day in days[bisect_left(days, first) : bisect_right(days, last)]:
            if _head(day, number, digest) == heads[day]:
                left.pop(day, None)
    return tuple(sorted(left))


def _states(entries: Iterable[tuple[Entry, bytes]]) -> Iterator[tuple[date, int, bytes]]:
    """Since which day the log had which last entry; one more at the end of time."""
    yield date.min, 0, BEGINNING
    for entry, digest in entries:
        yield _day(entry), entry.number, digest
    yield date.max, 0, BEGINNING


def _head(day: date, number: int, digest: bytes) -> bytes:
    said = day.isoformat().encode() + number.to_bytes(_NUMBER_BYTES, "big") + digest
    return hashlib.sha256(_LABEL + said).digest()


def _day(entry: Entry) -> date:
    return of_epoch(entry.at).date()
