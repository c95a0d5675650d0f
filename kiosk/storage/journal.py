"""The journal: entries are added at the end of a transaction, and never changed.

Two writers never follow the same entry: on SQLite there is one writer at a time, on PostgreSQL each
waits for a lock that the other holds until its commit. Entries are numbered and bound together only
when the transaction is about to end (`close`), so that nobody who holds that lock waits for
anything else.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, text

from kiosk.domain.journal import BEGINNING, Entry, digest_of
from kiosk.storage.bulk import is_sqlite
from kiosk.storage.database import to_epoch
from kiosk.storage.errors import StorageError
from kiosk.storage.schema import journal

__all__ = ["JournalStore"]

# Any number that no other part of the program locks by.
_LOCK = 0x6A6F75726E616C
_AT_ONCE = 1000


class JournalStore:
    """The journal, within one transaction."""

    def __init__(self, connection: Connection, *, reads_only: bool = False) -> None:
        self._connection = connection
        self._reads_only = reads_only
        self._waiting: list[tuple[int, int | None, int | None, str, str, str]] = []

    def write(
        self,
        *,
        at: datetime,
        staff: int | None,
        office: int | None,
        deed: str,
        subject: str,
        detail: str = "",
    ) -> None:
        """Add an entry; it is written with all that this transaction writes, or not at all.

        Raises:
            StorageError: the transaction only reads: the entry would be lost.
        """
        if self._reads_only:
            raise StorageError("a transaction that only reads adds nothing to the journal")
        self._waiting.append((to_epoch(at), staff, office, deed, subject, detail))

    def close(self) -> None:
        """Write the entries of this transaction down; `Register.begin` calls it at the end."""
        if not self._waiting:
            return
        if not is_sqlite(self._connection):
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        number, digest = self.head()
        rows = []
        for at, staff, office, deed, subject, detail in self._waiting:
            number += 1
            entry = Entry(
                number=number,
                at=at,
                staff=staff,
                office=office,
                deed=deed,
                subject=subject,
                detail=detail,
            )
            digest = digest_of(entry, digest)
            rows.append({name: getattr(entry, name) for name in _FIELDS} | {"digest": digest})
        self._connection.execute(insert(journal), rows)
        self._waiting.clear()

    def head(self) -> tuple[int, bytes]:
        """The number and the digest of the last entry; 0 and BEGINNING where there is none."""
        row = self._connection.execute(
            select(journal.c.number, journal.c.digest).order_by(journal.c.number.desc()).limit(1)
        ).first()
        return (row.number, row.digest) if row else (0, BEGINNING)

    def all(self) -> Iterator[tuple[Entry, bytes]]:
        """Every entry with its digest, in order; a thousand are in memory at a time."""
        last = 0
        while rows := self._some(journal.c.number > last, oldest_first=True, most=_AT_ONCE):
            for row in rows:
                yield _entry(row), row.digest
                last = row.number

    def about(self, subject: str, *, deed: str | None = None) -> list[Entry]:
        """The entries about a subject, the newest first."""
        wanted = [journal.c.subject == subject]
        if deed is not None:
            wanted.append(journal.c.deed == deed)
        return [_entry(row) for row in self._some(*wanted)]

    def page(
        self,
        *,
        before: int | None = None,
        most: int = 50,
        since: datetime | None = None,
        until: datetime | None = None,
        offices: Collection[int] | None = None,
        **equal: str | int,
    ) -> list[Entry]:
        """The newest entries of those numbered below `before`; `equal` names fields and values.

        Where `offices` are given, only entries of these; those of no office belong to none.
        """
        wanted = [journal.c[name] == value for name, value in equal.items()]
        if offices is not None:
            wanted.append(journal.c.office.in_(offices))
        if before is not None:
            wanted.append(journal.c.number < before)
        if since is not None:
            wanted.append(journal.c.at >= to_epoch(since))
        if until is not None:
            wanted.append(journal.c.at < to_epoch(until))
        return [_entry(row) for row in self._some(*wanted, most=most)]

    def _some(
        self, *wanted: ColumnElement[bool], oldest_first: bool = False, most: int | None = None
    ) -> list["Row[tuple[object, ...]]"]:
        order = journal.c.number if oldest_first else journal.c.number.desc()
        query = select(journal).where(*wanted).order_by(order).limit(most)
        return list(self._connection.execute(query))


_FIELDS = ("number", "at", "staff", "office", "deed", "subject", "detail")


def _entry(row: "Row[tuple[object, ...]]") -> Entry:
    return Entry(**{name: row._mapping[name] for name in _FIELDS})
