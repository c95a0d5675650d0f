"""The mailroom's database: sealed reports, in one transaction at a time.

    archive = Archive(new_archive_engine(url))
    with archive.begin() as shelves:
        case = shelves.cases.find_by_proof(digest)
        ...

It is like the register (kiosk.storage.register) and knows nothing of it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)

from kiosk.domain.cases import Case, CaseState, Urgency
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.journal import BEGINNING, Entry, digest_of
from kiosk.domain.openings import Opening, OpeningState
from kiosk.storage.bulk import is_sqlite
from kiosk.storage.database import failures_said, new_engine, reader_of, to_epoch, turn_of
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.mailroom_schema import (
    MAILROOM_VERSION,
    cases,
    chunks,
    constants,
    deeds,
    files,
    identities,
    messages,
    openings,
    passed_shares,
    wraps,
)

__all__ = [
    "Archive",
    "CaseStore",
    "DeedStore",
    "Envelope",
    "KeptFile",
    "Message",
    "OpeningStore",
    "Shelves",
    "StoredWrap",
    "new_archive_engine",
]

# Any number that no other part of the program locks by.
_LOCK = 0x6D61696C726F6F6D
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class StoredWrap:
    """The key of a case for one reader; `own` is the reporter's."""

    purpose: int
    epoch: int
    reader: bytes
    own: bool
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """A sealed message of a case. `number` counts all of them from 1, `sequence` each direction."""

    number: int
    direction: int
    sequence: int
    epoch: int
    day: date
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A sealed file of a case, and how many of its chunks are there; `digest` once all are."""

    number: int
    file: bytes
    size: int
    header: bytes
    chunks: int
    digest: bytes | None


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is kept of a submission beside the case: digests, and what shows whose it is."""

    bucket: int
    submission: bytes
    proof: bytes | None
    own_proof: bytes | None
    identity_digest: bytes


_CASE = (
    cases.c.id,
    cases.c.number,
    cases.c.unit,
    cases.c.urgency,
    cases.c.received_on,
    cases.c.state,
    cases.c.since,
    cases.c.identity,
    cases.c.revision,
)


class CaseStore:
    """Cases with all that was sealed for them, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        case: Case,
        envelope: Envelope,
        keys: list[StoredWrap],
        identity: bytes,
        first: Message,
    ) -> None:
        """Keep a new case."""
        values = _values(case) | {
            "id": case.id,
            "bucket": envelope.bucket,
            "submission": envelope.submission,
            "proof": envelope.proof,
            "own_proof": envelope.own_proof,
            "identity_digest": envelope.identity_digest,
        }
        self._connection.execute(insert(cases).values(values))
        self._connection.execute(insert(wraps), [_kept(case.id, key) for key in keys])
        self._connection.execute(insert(identities).values(case=case.id, sealed=identity))
        self.add_message(case.id, first)

    def hold(self, id_: bytes) -> None:
        """Let nobody else write to this case, new or not, until the transaction ends."""
        if not is_sqlite(self._connection):
            lock = int.from_bytes(id_[:8], "big", signed=True)
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})

    def find(self, id_: bytes) -> Case | None:
        """The case with this id."""
        return _case(self._connection.execute(select(*_CASE).where(cases.c.id == id_)).first())

    def get(self, id_: bytes) -> Case:
        """The case with this id.

        Raises:
            Unknown: there is none.
        """
        found = self.find(id_)
        if found is None:
            raise Unknown("no such case")
        return found

    def find_by_proof(self, digest: bytes) -> Case | None:
        """The case whose reporter proves it with what has this digest."""
        wanted = select(*_CASE).where(cases.c.proof == digest)
        return _case(self._connection.execute(wanted).first())

    def has_number(self, number: str) -> bool:
        """Whether a public number was given out."""
        wanted = select(cases.c.id).where(cases.c.number == number)
        return self._connection.execute(wanted).first() is not None

    def envelope_of(self, id_: bytes) -> Envelope:
        """What is kept beside the case."""
        c = cases.c
        wanted = select(c.bucket, c.submission, c.proof, c.own_proof, c.identity_digest)
        row = self._connection.execute(wanted.where(c.id == id_)).one()
        return Envelope(**row._mapping)

    def replace(self, before: Case, after: Case) -> None:
        """Write a case over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        values = _values(after) | {"revision": before.revision + 1}
        if after.state is CaseState.SHREDDED:
            # Nobody can ask for it any more.
            values |= {"proof": None, "own_proof": None}
        done = self._connection.execute(
            update(cases)
            .where(cases.c.id == before.id, cases.c.revision == before.revision)
            .values(values)
        )
        if done.rowcount != 1:
            raise NotNow("the case was changed by somebody else")

    def inbox(self, unit: int, *, after: bytes = b"", most: int = 50) -> list[Case]:
        """Cases that wait for the office at a unit, the most urgent first, then the oldest."""
        waiting = [CaseState.RECEIVED, CaseState.REOPENED, CaseState.OPENED, CaseState.ASSIGNED]
        order = (cases.c.urgency, cases.c.received_on, cases.c.id)
        wanted = select(*_CASE).where(cases.c.unit == unit, cases.c.state.in_(waiting))
        if after:
            last = self.get(after)
            place = (int(last.urgency), last.received_on, last.id)
            wanted = wanted.where(tuple_(*order) > tuple_(*map(literal, place)))
        rows = self._connection.execute(wanted.order_by(*order).limit(most))
        return [_case_of(row) for row in rows]

    def closed_before(self, day: date, *, identity: bool, most: int = 100) -> list[Case]:
        """Cases closed up to a day, with their identity envelope or without."""
        wanted = select(*_CASE).where(
            cases.c.state == CaseState.CLOSED, cases.c.since <= day, cases.c.identity == identity
        )
        rows = self._connection.execute(wanted.order_by(cases.c.since).limit(most))
        return [_case_of(row) for row in rows]

    def wraps_of(self, id_: bytes) -> list[StoredWrap]:
        """Every wrap of a case, in the order of epochs."""
        c = wraps.c
        wanted = select(c.purpose, c.epoch, c.reader, c.own, c.sealed).where(c.case == id_)
        rows = self._connection.execute(wanted.order_by(c.purpose, c.epoch, c.reader))
        return [StoredWrap(**row._mapping) for row in rows]

    def identity_of(self, id_: bytes) -> bytes | None:
        """The identity envelope of a case; for custodians, and for nobody else."""
        found: bytes | None = self._connection.execute(
            select(identities.c.sealed).where(identities.c.case == id_)
        ).scalar()
        return found

    def drop_identity(self, id_: bytes) -> None:
        """Forget the identity envelope, and what custodians passed on of it."""
        self._connection.execute(delete(identities).where(identities.c.case == id_))
        asked = select(openings.c.id).where(openings.c.case == id_)
        self._connection.execute(delete(passed_shares).where(passed_shares.c.opening.in_(asked)))

    def drop_contents(self, id_: bytes) -> None:
        """Forget the keys of a case, then all that they open."""
        self.drop_identity(id_)
        for table in (wraps, messages, chunks, files):
            self._connection.execute(delete(table).where(table.c.case == id_))

    def add_message(self, id_: bytes, message: Message) -> None:
        """Keep a message."""
        values = {"case": id_, **message.__dict__}
        self._connection.execute(insert(messages).values(values))

    def messages_of(self, id_: bytes, *, since: int = 0) -> list[Message]:
        """The messages of a case with higher numbers than `since`."""
        c = messages.c
        wanted = select(c.number, c.direction, c.sequence, c.epoch, c.day, c.sealed)
        rows = self._connection.execute(
            wanted.where(c.case == id_, c.number > since).order_by(c.number)
        )
        return [Message(**row._mapping) for row in rows]

    def files_of(self, id_: bytes) -> list[KeptFile]:
        """The files of a case, whole or not."""
        c = files.c
        count = (
            select(func.count())
            .where(chunks.c.case == id_, chunks.c.number == c.number)
            .scalar_subquery()
        )
        wanted = select(c.number, c.file, c.size, c.header, c.digest, count.label("chunks"))
        rows = self._connection.execute(wanted.where(c.case == id_).order_by(c.number))
        return [KeptFile(**row._mapping) for row in rows]

    def add_file(self, id_: bytes, file: KeptFile) -> None:
        """Begin a file."""
        values = {"number": file.number, "file": file.file, "size": file.size}
        self._connection.execute(insert(files).values(case=id_, header=file.header, **values))

    def digests_of(self, id_: bytes, number: int) -> dict[int, bytes]:
        """The digests of the chunks of a file that are there, by their numbers."""
        c = chunks.c
        wanted = select(c.chunk, c.digest).where(c.case == id_, c.number == number)
        return {row.chunk: row.digest for row in self._connection.execute(wanted.order_by(c.chunk))}

    def add_chunk(self, id_: bytes, number: int, chunk: int, digest: bytes, sealed: bytes) -> None:
        """Keep a chunk of a file."""
        values = {"number": number, "chunk": chunk, "digest": digest, "sealed": sealed}
        self._connection.execute(insert(chunks).values(case=id_, **values))

    def chunk_of(self, id_: bytes, number: int, chunk: int) -> bytes | None:
        """A chunk of a file."""
        c = chunks.c
        wanted = select(c.sealed).where(c.case == id_, c.number == number, c.chunk == chunk)
        found: bytes | None = self._connection.execute(wanted).scalar()
        return found

    def finish_file(self, id_: bytes, number: int, digest: bytes) -> None:
        """Write down that a file is whole."""
        mine = (files.c.case == id_) & (files.c.number == number)
        self._connection.execute(update(files).where(mine).values(digest=digest))


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
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        number, digest = self.head()
        for on, deed, subject, detail in self._waiting:
            number += 1
            at = to_epoch(datetime.combine(on, time(), UTC))
            entry = _entry(number=number, at=at, deed=deed, subject=subject, detail=detail)
            digest = digest_of(entry, digest)
            values = {"number": number, "at": at, "deed": deed, "subject": subject}
            self._connection.execute(insert(deeds).values(detail=detail, digest=digest, **values))
        self._waiting.clear()

    def head(self) -> tuple[int, bytes]:
        """The number and the digest of the last entry; 0 and BEGINNING where there is none."""
        row = self._connection.execute(
            select(deeds.c.number, deeds.c.digest).order_by(deeds.c.number.desc()).limit(1)
        ).first()
        return (row.number, row.digest) if row else (0, BEGINNING)

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


class OpeningStore:
    """Openings of identities, and the shares that custodians passed on, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, opening: Opening, *, key: bytes) -> None:
        """Keep a new opening; shares are passed on sealed for `key`."""
        values = _opening_values(opening) | {"id": opening.id, "case": opening.case, "key": key}
        self._connection.execute(insert(openings).values(values))

    def get(self, id_: bytes) -> Opening:
        """The opening with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(openings).where(openings.c.id == id_)).first()
        if row is None:
            raise Unknown("no such opening")
        return self._opening(row)

    def of_case(self, case: bytes) -> list[Opening]:
        """Every opening of a case, the oldest first."""
        wanted = select(openings).where(openings.c.case == case)
        rows = self._connection.execute(wanted.order_by(openings.c.asked_on, openings.c.id)).all()
        return [self._opening(row) for row in rows]

    def key_of(self, id_: bytes) -> bytes:
        """The one-time key of whoever asked."""
        wanted = select(openings.c.key).where(openings.c.id == id_)
        found: bytes = self._connection.execute(wanted).scalar_one()
        return found

    def replace(self, before: Opening, after: Opening) -> None:
        """Write an opening over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        mine = (openings.c.id == before.id) & (openings.c.revision == before.revision)
        values = _opening_values(after) | {"revision": before.revision + 1}
        if self._connection.execute(update(openings).where(mine).values(values)).rowcount != 1:
            raise NotNow("the opening was changed by somebody else")

    def add_answer(self, id_: bytes, custodian: bytes, sealed: bytes, *, external: bool) -> None:
        """Keep what a custodian answered: a share, or nothing for a no."""
        values = {"custodian": custodian, "external": external, "sealed": sealed}
        self._connection.execute(insert(passed_shares).values(opening=id_, **values))

    def shares_of(self, id_: bytes) -> dict[bytes, bytes]:
        """What custodians passed on, by their keys; empty for a no."""
        c = passed_shares.c
        rows = self._connection.execute(select(c.custodian, c.sealed).where(c.opening == id_))
        return {row.custodian: row.sealed for row in rows}

    def _opening(self, row: Any) -> Opening:
        answers = self.shares_of(row.id)
        return Opening(
            id=row.id,
            case=row.case,
            asker=row.asker,
            asked_on=row.asked_on,
            state=OpeningState(row.state),
            since=row.since,
            reason=row.reason,
            objected=row.objected,
            granted=frozenset(one for one, sealed in answers.items() if sealed),
            refused=frozenset(one for one, sealed in answers.items() if not sealed),
            revision=row.revision,
        )


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


class Archive:
    """The mailroom's database. A process that forks makes its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)

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


def _values(case: Case) -> dict[str, object]:
    return {
        "revision": case.revision,
        "number": case.number,
        "unit": case.unit,
        "urgency": int(case.urgency),
        "received_on": case.received_on,
        "state": str(case.state),
        "since": case.since,
        "identity": case.identity,
    }


def _opening_values(opening: Opening) -> dict[str, object]:
    return {
        "revision": opening.revision,
        "asker": opening.asker,
        "reason": opening.reason,
        "state": str(opening.state),
        "asked_on": opening.asked_on,
        "since": opening.since,
        "objected": opening.objected,
    }


def _case_of(row: Any) -> Case:
    found = dict(row._mapping)
    return Case(
        **found | {"urgency": Urgency(found["urgency"]), "state": CaseState(found["state"])}
    )


def _case(row: Any | None) -> Case | None:
    return None if row is None else _case_of(row)


def _kept(case: bytes, key: StoredWrap) -> dict[str, object]:
    return {"case": case, **key.__dict__}


def _entry(*, number: int, at: int, deed: str, subject: str, detail: str) -> Entry:
    return Entry(
        number=number, at=at, staff=None, office=None, deed=deed, subject=subject, detail=detail
    )
