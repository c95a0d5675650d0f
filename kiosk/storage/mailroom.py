"""The mailroom's database: sealed reports, in one transaction at a time.

    archive = Archive(new_archive_engine(url))
    with archive.begin() as shelves:
        case = shelves.cases.find_by_proof(digest)
        ...

It is like the register (kiosk.storage.register) and knows nothing of it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, select, text

from kiosk.domain.errors import Refusal
from kiosk.domain.journal import BEGINNING, Entry, digest_of
from kiosk.storage.bulk import ask, insert_few, is_sqlite
from kiosk.storage.database import failures_said, new_engine, reader_of, to_epoch, turn_of
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.mailroom_cases import CaseStore
from kiosk.storage.mailroom_openings import OpeningStore
from kiosk.storage.mailroom_schema import MAILROOM_VERSION, constants, deeds
from signing.errors import FormatError

__all__ = ["Archive", "DeedStore", "Shelves", "new_archive_engine"]

# Any number that no other part of the program locks by.
_LOCK = 0x6D61696C726F6F6D
_AT_ONCE = 1000
_Found = TypeVar("_Found")


class DeedStore:
    """The log of the mailroom: entries are added at the end of a transaction, and never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[date, str, str, str]] = []

    def write(self, *, on: date, deed: str, case: bytes, detail: str = "") -> None:
        """Add an entry; it is written with all that this transaction writes, or not at all."""
        self._waiting.append((on, deed, f"case {case.hex()}", detail))

    def close(self) -> None:
        """Write the entries of this transaction down; `Archive.begin` calls it at the end."""
        if not self._waiting:
            return
        if not is_sqlite(self._connection):
            ask(self._connection, "SELECT pg_advisory_xact_lock(?)", [_LOCK])
        number, digest = self.head()
        rows = []
        for on, deed, subject, detail in self._waiting:
            number += 1
            at = to_epoch(datetime.combine(on, time(), UTC))
            entry = _entry(number=number, at=at, deed=deed, subject=subject, detail=detail)
            digest = digest_of(entry, digest)
            values = {"number": number, "at": at, "deed": deed, "subject": subject}
            rows.append({**values, "detail": detail, "digest": digest})
        insert_few(self._connection, (deeds, rows))
        self._waiting.clear()

    def head(self) -> tuple[int, bytes]:
        """The number and the digest of the last entry; 0 and BEGINNING where there is none."""
        last = "SELECT number, digest FROM deeds ORDER BY number DESC LIMIT 1"
        found = ask(self._connection, last)
        return (found[0][0], bytes(found[0][1])) if found else (0, BEGINNING)

    def all(self) -> Iterator[tuple[Entry, bytes]]:
        """Every entry with its digest, in order; a thousand are in memory at a time."""
        last = 0
        wanted = select(deeds).order_by(deeds.c.number).limit(_AT_ONCE)
        while rows := self._connection.execute(wanted.where(deeds.c.number > last)).all():
            for row in rows:
                found = dict(row._mapping)
                digest = found.pop("digest")
                yield _entry(**found), digest
                last = row.number

    def about(self, case: bytes) -> list[Entry]:
        """What was done with a case, the oldest first."""
        wanted = select(deeds).where(deeds.c.subject == f"case {case.hex()}")
        rows = self._connection.execute(wanted.order_by(deeds.c.number))
        return [
            _entry(number=row.number, at=row.at, deed=row.deed, subject=row.subject,
                   detail=row.detail)
            for row in rows
        ]  # fmt: skip


class Shelves:
    """The stores of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def cases(self) -> CaseStore:
        return CaseStore(self._connection)

    @cached_property
    def openings(self) -> OpeningStore:
        return OpeningStore(self._connection)

    @cached_property
    def deeds(self) -> DeedStore:
        return DeedStore(self._connection)

    def receipt_salt(self) -> bytes:
        """The salt of this installation's receipt codes."""
        salt: bytes = self._connection.execute(select(constants.c.receipt_salt)).scalar_one()
        return salt


class _Wish:
    """What one of several wants to write in a transaction that they share, and how it ended."""

    def __init__(self, work: Callable[[Shelves], Any]) -> None:
        self.work = work
        self.is_over = False
        self.found: Any = None
        self.refused: Exception | None = None


class Archive:
    """The mailroom's database. A process that forks makes its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)
        self._wishes: list[_Wish] = []
        self._wishing, self._writing = Lock(), Lock()

    @contextmanager
    def begin(self) -> Iterator[Shelves]:
        """A transaction that may write.

        Raises:
            StorageError: the database fails: it is gone, full, locked for long, or broken.
        """
        engine = self._engine
        with turn_of(engine), failures_said(engine), engine.begin() as connection:
            shelves = Shelves(connection)
            yield shelves
            shelves.deeds.close()

    def write_together(self, work: Callable[[Shelves], _Found]) -> _Found:
        """What `work` gives, in a transaction that is shared by all who come while another writes.

        So many wait for the disk once, as in a flood. A refusal is of its own `work` alone, which
        has written nothing until then.

        Raises:
            StorageError: the database fails; then nobody's was written.
        """
        wish = _Wish(work)
        with self._wishing:
            self._wishes.append(wish)
        with self._writing:
            # Whoever wrote before has perhaps written this, too.
            if not wish.is_over:
                with self._wishing:
                    others = [one for one in self._wishes if one is not wish]
                    self._wishes = []
                self._fulfil([wish, *others])
        if wish.refused is not None:
            raise wish.refused
        found: _Found = wish.found
        return found

    def _fulfil(self, wishes: list[_Wish]) -> None:
        try:
            with self.begin() as shelves:
                for wish in wishes:
                    try:
                        wish.found = wish.work(shelves)
                    except (Refusal, FormatError) as refused:
                        wish.refused = refused
        except StorageError as problem:
            for wish in wishes:
                wish.refused = problem
        # An error in the program ends the thread that wrote; the others try by themselves.
        for wish in wishes:
            wish.is_over = True

    @contextmanager
    def read(self) -> Iterator[Shelves]:
        """A transaction that only reads, sees one state and hinders nobody.

        Raises:
            StorageError: the database fails.
        """
        with failures_said(self._engine), self._reader.connect() as connection, connection.begin():
            yield Shelves(connection)

    def require_current(self) -> None:
        """Make sure that the database has the schema of this program.

        Raises:
            SchemaError: it is older, newer, empty, or cannot be opened.
        """
        file = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and file and not Path(file).exists():
            raise SchemaError(f"there is no mailroom {file}; `segel database upgrade` makes it")
        try:
            with failures_said(self._engine), self._reader.connect() as connection:
                version = connection.execute(
                    text("SELECT version_num FROM alembic_version")
                ).scalar()
                connection.execute(select(constants.c.id)).first()
        except StorageError as problem:
            raise SchemaError(
                f"there is no mailroom, or it cannot be opened ({problem}); "
                "`segel database upgrade` makes the tables of a new one"
            ) from problem
        if version != MAILROOM_VERSION:
            raise SchemaError(
                f"the mailroom has schema {version}, this program {MAILROOM_VERSION}; "
                "upgrade it with `segel database upgrade`"
            )

    def scour(self) -> None:
        """Leave nothing of what was deleted in SQLite's log; PostgreSQL has its own vacuum."""
        if self._engine.dialect.name == "sqlite":
            # Outside of every transaction, or the log is in use.
            with failures_said(self._engine), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def new_archive_engine(url: str) -> Engine:
    """An engine for the mailroom at `url`, which on SQLite overwrites what it deletes.

    Raises:
        StorageError: the URL names no database that is supported.
    """
    engine = new_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def scrub(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA secure_delete = ON")

    return engine


def _entry(*, number: int, at: int, deed: str, subject: str, detail: str) -> Entry:
    return Entry(
        number=number, at=at, staff=None, office=None, deed=deed, subject=subject, detail=detail
    )
