"""The journal, read: is it whole, what stands in it, who opened somebody's file.

Deeds are written down where they are done, in the same transaction: `books.journal.write(…)`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.domain.errors import Fault, Invalid, NotPermitted
from kiosk.domain.journal import Break, Entry, first_break
from kiosk.domain.staff import Role, Staff, offices_under
from kiosk.storage.database import of_epoch
from kiosk.storage.register import Books, Register

from .desk import Desk
from .heads import add_head, is_published
from .staff import opened_staff

__all__ = [
    "HEADS_FILE",
    "OPENED",
    "Checked",
    "Opening",
    "Sought",
    "check_journal",
    "entries_about",
    "heads_in",
    "openings_of",
    "publish_head",
    "read_journal",
    "write_opening",
    "write_openings",
]

OPENED = "opened"
"""The deed of looking into a file."""

HEADS_FILE = "journal"
"""The file of published heads, in the folder of what is published."""

_DIGEST_LETTERS = 64
_OPENING_COUNTS = timedelta(hours=12)
_MOST_OPENINGS = 2_000


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check of the journal found: its head, and where it breaks, if it does."""

    number: int
    digest: bytes
    broken: Break | None


@dataclass(frozen=True, kw_only=True)
class Opening:
    """That somebody looked into a file, as its subject may know it.

    `office` is its name. `name` is empty unless the settings let residents see it.
    """

    at: datetime
    role: Role | None
    office: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What an auditor looks for; what is left out does not matter."""

    deed: str = ""
    subject: str = ""
    staff: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def write_opening(
    books: Books, *, at: datetime, staff: Staff, role: Role, office: int, subject: str
) -> None:
    """Write down that somebody, in this role, looks into a file."""
    books.journal.write(
        at=at, staff=staff.id, office=office, deed=OPENED, subject=subject, detail=str(role)
    )


def write_openings(
    books: Books, *, at: datetime, staff: Staff, role: Role, subjects: Collection[str]
) -> None:
    """Write down that somebody looks into these files: once in half a day for each of them."""
    since = at - _OPENING_COUNTS
    entries = books.journal.page(staff=staff.id, deed=OPENED, since=since, most=_MOST_OPENINGS)
    for subject in set(subjects) - {entry.subject for entry in entries}:
        write_opening(books, at=at, staff=staff, role=role, office=staff.office, subject=subject)


def openings_of(desk: Desk, subject: str) -> list[Opening]:
    """Who looked into a file, the newest first: role and office, and names if the settings say so.

    Whoever asks has shown that the file is his or hers; that is the caller's care.
    """
    with desk.register.read() as books:
        entries = books.journal.about(subject, deed=OPENED)
        offices = {office.id: office.name for office in books.offices.all()}
        names: dict[int | None, str] = {}
        if desk.settings.staff.show_who_opened:
            kept = books.staff.some({entry.staff for entry in entries if entry.staff is not None})
            names = {one.id: opened_staff(desk.cells, one).name for one in kept}
    roles = {str(role): role for role in Role}
    return [
        Opening(
            at=of_epoch(entry.at),
            role=roles.get(entry.detail),
            office=offices.get(entry.office or 0, ""),
            name=names.get(entry.staff, ""),
        )
        for entry in entries
    ]


def read_journal(
    desk: Desk, by: Staff, sought: Sought, *, before: int | None = None, most: int = 50
) -> list[Entry]:
    """The newest entries of the offices that `by` audits, of those numbered below `before`.

    What strangers and the program did belongs to no office: it is for auditors of the whole tree.
    That somebody reads the journal is an entry, too.

    Raises:
        NotPermitted: `by` is no auditor.
    """
    audited_from = {grant.office for grant in by.grants if grant.role is Role.AUDITOR}
    if not audited_from or by.left_at is not None:
        raise NotPermitted(f"staff {by.id} is no auditor")
    equal = {"deed": sought.deed, "subject": sought.subject, "staff": sought.staff}
    with desk.register.begin() as books:
        tree = books.offices.all()
        audited = frozenset().union(*(offices_under(office, tree) for office in audited_from))
        entries = books.journal.page(
            before=before,
            most=most,
            since=sought.since,
            until=sought.until,
            offices=None if audited >= {office.id for office in tree} else audited,
            **{name: value for name, value in equal.items() if value},
        )
        books.journal.write(
            at=desk.clock(),
            staff=by.id,
            office=by.office,
            deed="journal-read",
            subject=sought.subject or "journal",
        )
    return entries


def entries_about(register: Register, subject: str) -> list[Entry]:
    """Every entry about a subject, the oldest first; for whoever runs the machine."""
    with register.read() as books:
        return books.journal.about(subject)[::-1]


def check_journal(register: Register, heads: dict[int, bytes]) -> Checked:
    """Whether every entry follows from the one before, and `heads` are among them."""
    with register.read() as books:
        number, digest = books.journal.head()
        return Checked(
            number=number, digest=digest, broken=first_break(books.journal.all(), heads=heads)
        )


def publish_head(register: Register, public: Path, *, at: datetime) -> None:
    """Add today's head of the journal to those published, unless one of today is there.

    Whoever keeps a copy of the file can tell later that nothing before was changed.
    """
    file = public / HEADS_FILE
    if is_published(file, at.date()):
        return
    with register.read() as books:
        number, digest = books.journal.head()
    if number:
        add_head(file, at.date(), f"{number} {digest.hex()}")


def heads_in(text: str) -> dict[int, bytes]:
    """The heads in a file of published ones, by their numbers; half a line counts for nothing.

    Raises:
        Invalid: two lines give one number two digests.
    """
    found: dict[int, bytes] = {}
    for number, digest in _lines(text):
        if found.setdefault(number, digest) != digest:
            raise Invalid([Fault(path=f"head {number}", code="twice", sentence="has two digests")])
    return found


def _lines(text: str) -> Iterator[tuple[int, bytes]]:
    for line in text.splitlines():
        words = line.split(" ")
        if len(words) == 3 and words[1].isdecimal() and len(words[2]) == _DIGEST_LETTERS:
            yield int(words[1]), bytes.fromhex(words[2])
