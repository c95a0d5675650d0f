"""Cases with all that was sealed for them: the part of the mailroom that reports fill.

Wraps, messages, notes, files and the identity envelope hang on a case; nobody can read them here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from kiosk.domain.cases import Box, Case, CaseState, Urgency, box_of
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.bulk import ask, insert_few, insert_if_new, is_sqlite
from kiosk.storage.mailroom_schema import (
    cases,
    chunks,
    files,
    identities,
    messages,
    notes,
    openings,
    passed_shares,
    reasons,
    wraps,
)

__all__ = ["CaseStore", "Envelope", "KeptFile", "Message", "Note", "Row", "StoredWrap"]


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
class Note:
    """What a handler wrote for those who work on the case; `by` is their key."""

    number: int
    day: date
    by: bytes
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Row:
    """A case in a handler's inbox.

    `wrap` is the handler's own, `first` the first message, `messages` how many there are.
    """

    case: Case
    wrap: bytes
    first: bytes
    identity_digest: bytes
    messages: int


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


# The purpose of the key that opens messages (signing.envelope).
_CASE_KEY = 1
_OVER = [int(Box.SET_ASIDE), int(Box.CLOSED)]
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
    ) -> bool:
        """Keep a new case, unless there is one with its id, its receipt code or its number."""
        values = _values(case) | {
            "id": case.id,
            "bucket": envelope.bucket,
            "submission": envelope.submission,
            "proof": envelope.proof,
            "own_proof": envelope.own_proof,
            "identity_digest": envelope.identity_digest,
        }
        if not insert_if_new(self._connection, cases, values):
            return False
        insert_few(
            self._connection,
            (wraps, [_kept(case.id, key) for key in keys]),
            (identities, [{"case": case.id, "sealed": identity}]),
            (messages, [{"case": case.id, **first.__dict__}]),
        )
        return True

    def hold(self, id_: bytes) -> None:
        """Let nobody else write to this case, new or not, until the transaction ends."""
        if not is_sqlite(self._connection):
            lock = int.from_bytes(id_[:8], "big", signed=True)
            ask(self._connection, "SELECT pg_advisory_xact_lock(?)", [lock])

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

    def find_taken(self, id_: bytes, proof: bytes) -> tuple[bytes, bytes] | None:
        """Which case has this id or this receipt code; its id, and the digest of its report."""
        wanted = "SELECT id, submission FROM cases WHERE id = ? OR proof = ? ORDER BY id = ? DESC"
        for row in ask(self._connection, wanted, [id_, proof, id_]):
            return bytes(row[0]), bytes(row[1])
        return None

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

    def page(
        self,
        unit: int,
        reader: bytes,
        box: Box,
        *,
        after: tuple[int, date, str] | None,
        most: int,
    ) -> list[Row]:
        """Cases in a box of a unit that a reader can open, the most urgent first, then the oldest.

        Those behind the place `after`: urgency, day received, number. Numbers are drawn here, so
        that nobody can put their reports before those of the same day.
        """
        order = (cases.c.urgency, cases.c.received_on, cases.c.number)
        stretch = select(*_CASE, cases.c.identity_digest).where(
            cases.c.unit == unit, cases.c.box == int(box)
        )
        found: list[Row] = []
        while len(found) < most:
            wanted = stretch.order_by(*order).limit(most)
            if after:
                wanted = wanted.where(tuple_(*order) > tuple_(*map(literal, after)))
            rows = self._connection.execute(wanted).all()
            found += self._rows(rows, reader)
            if len(rows) < most:
                break
            after = (rows[-1].urgency, rows[-1].received_on, rows[-1].number)
        return found[:most]

    def _rows(self, rows: Sequence[Any], reader: bytes) -> list[Row]:
        ids = [row.id for row in rows]
        mine = self._by_case(
            select(wraps.c.case, wraps.c.sealed).where(
                wraps.c.case.in_(ids),
                wraps.c.purpose == _CASE_KEY,
                wraps.c.epoch == 0,
                wraps.c.reader == reader,
                wraps.c.own.is_(False),
            )
        )
        first = self._by_case(
            select(messages.c.case, messages.c.sealed).where(
                messages.c.case.in_(list(mine)), messages.c.number == 1
            )
        )
        count = self._by_case(
            select(messages.c.case, func.count())
            .where(messages.c.case.in_(list(mine)))
            .group_by(messages.c.case)
        )
        return [
            Row(
                case=_case_of(row),
                wrap=mine[row.id],
                first=first[row.id],
                identity_digest=row.identity_digest,
                messages=count[row.id],
            )
            for row in rows
            if row.id in mine
        ]

    def _by_case(self, wanted: Any) -> dict[bytes, Any]:
        return {row[0]: row[1] for row in self._connection.execute(wanted)}

    def every(self) -> Iterator[tuple[bytes, date, int]]:
        """Every case there ever was: its id, the day on which it came, its urgency."""
        c = cases.c
        for row in self._connection.execute(select(c.id, c.received_on, c.urgency)):
            yield row.id, row.received_on, row.urgency

    def closed_before(self, day: date, *, identity: bool, most: int = 100) -> list[Case]:
        """Cases over since a day or longer, with their identity envelope or without."""
        wanted = select(*_CASE).where(
            cases.c.box.in_(_OVER),
            cases.c.since <= day,
            cases.c.identity == identity,
        )
        rows = self._connection.execute(wanted.order_by(cases.c.since).limit(most))
        return [_case_of(row) for row in rows]

    def soon_gone(
        self, unit: int, reader: bytes, *, since: Sequence[tuple[date, date]], most: int
    ) -> list[Case]:
        """Cases of a unit that are over since a day in one of these spans, open for a reader."""
        spans = [cases.c.since.between(*span) for span in since]
        mine = exists().where(
            wraps.c.case == cases.c.id,
            wraps.c.purpose == _CASE_KEY,
            wraps.c.epoch == 0,
            wraps.c.reader == reader,
            wraps.c.own.is_(False),
        )
        wanted = select(*_CASE).where(
            cases.c.box.in_(_OVER), or_(*spans), cases.c.unit == unit, mine
        )
        rows = self._connection.execute(wanted.order_by(cases.c.since, cases.c.number).limit(most))
        return [_case_of(row) for row in rows]

    def wraps_of(self, id_: bytes) -> list[StoredWrap]:
        """Every wrap of a case, in the order of epochs."""
        c = wraps.c
        wanted = select(c.purpose, c.epoch, c.reader, c.own, c.sealed).where(c.case == id_)
        rows = self._connection.execute(wanted.order_by(c.purpose, c.epoch, c.reader))
        return [StoredWrap(**row._mapping) for row in rows]

    def is_sealed_for(self, id_: bytes, reader: bytes) -> bool:
        """Whether the key of a case was wrapped for this reader of the office."""
        c = wraps.c
        wanted = select(c.case).where(
            c.case == id_,
            c.purpose == _CASE_KEY,
            c.epoch == 0,
            c.reader == reader,
            c.own.is_(False),
        )
        return self._connection.execute(wanted).first() is not None

    def add_wraps(self, id_: bytes, keys: Sequence[StoredWrap]) -> None:
        """Keep more wraps."""
        insert_few(self._connection, (wraps, [_kept(id_, key) for key in keys]))

    def drop_wraps(self, id_: bytes) -> None:
        """Forget every wrap of a case but the reporter's own."""
        mine = (wraps.c.case == id_) & wraps.c.own.is_(False)
        self._connection.execute(delete(wraps).where(mine))

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
        for table in (passed_shares, reasons):
            self._connection.execute(delete(table).where(table.c.opening.in_(asked)))
        mine = openings.c.case == id_
        self._connection.execute(update(openings).where(mine).values(kept=b""))

    def drop_contents(self, id_: bytes) -> None:
        """Forget the keys of a case, then all that they open."""
        self.drop_identity(id_)
        for table in (wraps, messages, notes, chunks, files):
            self._connection.execute(delete(table).where(table.c.case == id_))

    def add_message(self, id_: bytes, message: Message) -> None:
        """Keep a message."""
        insert_few(self._connection, (messages, [{"case": id_, **message.__dict__}]))

    def count_messages(self, id_: bytes) -> int:
        """How many messages a case has."""
        wanted = select(func.count()).where(messages.c.case == id_)
        return int(self._connection.execute(wanted).scalar_one())

    def messages_of(self, id_: bytes, *, since: int = 0) -> list[Message]:
        """The messages of a case with higher numbers than `since`."""
        c = messages.c
        wanted = select(c.number, c.direction, c.sequence, c.epoch, c.day, c.sealed)
        rows = self._connection.execute(
            wanted.where(c.case == id_, c.number > since).order_by(c.number)
        )
        return [Message(**row._mapping) for row in rows]

    def count_from(self, id_: bytes, direction: int) -> tuple[int, int]:
        """How many messages of a case go in this direction, and how many bytes they have."""
        mine = (messages.c.case == id_) & (messages.c.direction == direction)
        weight = func.coalesce(func.sum(func.length(messages.c.sealed)), 0)
        count, total = self._connection.execute(select(func.count(), weight).where(mine)).one()
        return count, int(total)

    def notes_of(self, id_: bytes) -> list[Note]:
        """The notes of a case."""
        c = notes.c
        wanted = select(c.number, c.day, c.by, c.sealed).where(c.case == id_).order_by(c.number)
        return [Note(**row._mapping) for row in self._connection.execute(wanted)]

    def add_note(self, id_: bytes, note: Note) -> None:
        """Keep a note."""
        insert_few(self._connection, (notes, [{"case": id_, **note.__dict__}]))

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


def _values(case: Case) -> dict[str, object]:
    return {
        "revision": case.revision,
        "number": case.number,
        "unit": case.unit,
        "urgency": int(case.urgency),
        "received_on": case.received_on,
        "state": str(case.state),
        "box": int(box_of(case.state)),
        "since": case.since,
        "identity": case.identity,
    }


def _case_of(row: Any) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        unit=row.unit,
        urgency=Urgency(row.urgency),
        received_on=row.received_on,
        state=CaseState(row.state),
        since=row.since,
        identity=row.identity,
        revision=row.revision,
    )


def _case(row: Any | None) -> Case | None:
    return None if row is None else _case_of(row)


def _kept(case: bytes, key: StoredWrap) -> dict[str, object]:
    return {"case": case, **key.__dict__}
