"""Who did what, when: entries that are only ever added, each bound to the one before it.

    digest of entry n = SHA-256( digest of entry n-1 ‖ entry n as JSON in one spelling )

An entry that was changed, taken out or put in between breaks every digest after it. The head that
was last published, or written down by an auditor, tells whether the end was cut off. No entry holds
a name, a NIK or what an examination found.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["BEGINNING", "Break", "Entry", "digest_of", "first_break"]

BEGINNING = bytes(32)
"""What stands before the first entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One deed.

    `at` is in seconds since 1970; `staff` and `office` are None for the public's deeds and the
    program's own. `subject` is a kind and an id: `application 17`, `bag 4`, `staff 3`. `detail`
    says more in a few words for machines, never about a person.
    """

    number: int
    at: int
    staff: int | None
    office: int | None
    deed: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """Where the chain does not hold: the number of the first entry that does not follow."""

    number: int
    why: str


def digest_of(entry: Entry, before: bytes) -> bytes:
    """The 32 bytes that stand for an entry and all that came before it."""
    fields = [
        entry.number,
        entry.at,
        entry.staff,
        entry.office,
        entry.deed,
        entry.subject,
        entry.detail,
    ]
    spelled = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + spelled.encode()).digest()


def first_break(
    entries: Iterable[tuple[Entry, bytes]],
    *,
    after: bytes = BEGINNING,
    heads: Mapping[int, bytes] | None = None,
) -> Break | None:
    """The first entry whose digest or number does not follow, or None where all hold.

    `entries` come with the digests that were kept, in the order of their numbers, from the one
    that follows the digest `after`. `heads` are digests that somebody wrote down, by the numbers of
    their entries: whoever could write everything anew, or cut off its end, has to meet them, too.
    """
    known = dict(heads or {})
    before, expected = after, None
    for entry, kept in entries:
        if expected is not None and entry.number != expected:
            return Break(number=expected, why="missing")
        if digest_of(entry, before) != kept:
            return Break(number=entry.number, why="altered")
        if known.pop(entry.number, kept) != kept:
            return Break(number=entry.number, why="not as written down")
        before, expected = kept, entry.number + 1
    # What was written down and has not come by is behind the end, or was never there.
    return Break(number=min(known), why="missing") if known else None
