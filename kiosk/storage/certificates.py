"""Certificates in the register: numbers drawn, rows reserved, confirmed, found, withdrawn.

Reserving is one short transaction for many records: it draws consecutive running numbers and places
of the status list, and writes the rows. Whoever crashes after it finds the same rows again by
batch, digest and occurrence, so that no number is used twice and none is lost.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    select,
    text,
    update,
)

from kiosk.domain.certificates import Certificate, State, status_list_for
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.bulk import insert_rows, is_sqlite
from kiosk.storage.database import of_epoch, to_epoch
from kiosk.storage.permutation import LIST_SIZE, new_list_key, places
from kiosk.storage.publications import STANDINGS, PublicationStore
from kiosk.storage.schema import NIK_BUCKETS, batches, certificates, status_lists

__all__ = ["CertificateStore", "Confirmation", "Reservation"]

NumberOf = Callable[["Reservation", int], str]
ContentOf = Callable[["Reservation", Certificate], bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """What a certificate's row holds before it has a number.

    `issued_on` is the day at the unit, whose year counts; `valid_until` the last valid day, which
    picks the status list; `expires_at` in seconds since 1970. Records of a batch that are equal
    bear the occurrences 0, 1, 2 …; outside a batch (None) every reservation is a new one.
    """

    unit: int
    issued_on: date
    valid_until: date
    expires_at: int
    batch: int | None
    record_digest: bytes
    occurrence: int
    salt: bytes
    key_id: bytes
    check_code: str
    nik_hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """The file of a reserved certificate is whole: its digest, and the key that signed it."""

    id: int
    key_id: bytes
    signed_digest: bytes


_KNOWN = tuple(column for column in certificates.c if column.name not in ("content", "nik_bucket"))
_FIELDS = tuple("batch" if column.name == "batch_id" else column.name for column in _KNOWN)
_SELECT = select(*_KNOWN)
_BY_ID = _SELECT.where(certificates.c.id == bindparam("id"))
_BY_NUMBER = _SELECT.where(certificates.c.number == bindparam("number"))
_LOCK_BATCH = select(batches.c.id).where(batches.c.id == bindparam("batch")).with_for_update()
_EARLIER_ON_SQLITE = _SELECT.where(
    certificates.c.batch_id == bindparam("batch"),
    certificates.c.record_digest.in_(bindparam("digests", expanding=True)),
)
# Looked up digest by digest: without statistics, as in a young register, PostgreSQL would rather
# read the whole batch for every chunk of it.
_EARLIER_ON_POSTGRES = text(
    f"SELECT {', '.join(f'row.{column.name}' for column in _KNOWN)}"  # noqa: S608 -- our columns
    " FROM unnest(CAST(:digests AS bytea[])) AS wanted (digest)"
    " CROSS JOIN LATERAL (SELECT * FROM certificates WHERE batch_id = :batch"
    " AND record_digest = wanted.digest OFFSET 0) AS row"
).columns(*_KNOWN)
_DRAW_SEQUENCES = text(
    "INSERT INTO counters (unit, year, next_sequence) VALUES (:unit, :year, 1 + :count)"
    " ON CONFLICT (unit, year) DO UPDATE SET next_sequence = counters.next_sequence + :count"
    " RETURNING next_sequence - :count"
)
_DRAW_PLACES = text(
    "INSERT INTO status_lists (number, key, next_draw) VALUES (:number, :key, :count)"
    " ON CONFLICT (number) DO UPDATE SET next_draw = status_lists.next_draw + :count"
    " RETURNING next_draw - :count, key"
)
_CONFIRM_EACH = (
    "UPDATE certificates SET state = 'issued', issued_at = ?, key_id = ?, signed_digest = ?"
    " WHERE id = ? AND state = 'reserved'"
)
_CONFIRM_ALL = (
    "UPDATE certificates SET state = 'issued', issued_at = %s, key_id = done.key,"
    " signed_digest = done.digest"
    " FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS done (id, key, digest)"
    " WHERE certificates.id = done.id AND state = 'reserved'"
)
# What may change in the life of a row; an UPDATE names the old values of all of them.
_CHANGING = ("state", "issued_at", "key_id", "signed_digest", "suspended_at", "withdrawn_at",
             "withdrawn_reason", "replaced_by")  # fmt: skip


class CertificateStore:
    """The certificates, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(
        self,
        requests: Sequence[Reservation],
        *,
        at: datetime,
        number: NumberOf,
        content: ContentOf,
    ) -> list[Certificate]:
        """The rows of `requests`, some hundreds, in their order: of an earlier run, or new ones.

        A row of an earlier run comes back as it stands, reserved or already issued. `number`
        renders the printed number from the running one; `content` gives the encrypted content of a
        new row and may bind it to the row's number and id. Both are called while the numbers are
        held, so they should be quick.

        Raises:
            NotNow: a status list is full.
            Unknown: there is no such batch.
        """
        found = self._earlier(requests)
        new = [
            (place, request)
            for place, request in enumerate(requests)
            if request.batch is None or _key(request) not in found
        ]
        rows: dict[int, Certificate] = dict(self._draw(new, to_epoch(at), number))
        self._insert(
            [rows[place] for place, _ in new],
            [content(request, rows[place]) for place, request in new],
            to_epoch(at),
        )
        return [
            rows[place] if place in rows else found[_key(request)]
            for place, request in enumerate(requests)
        ]

    def _earlier(
        self, requests: Sequence[Reservation]
    ) -> dict[tuple[int | None, bytes, int], Certificate]:
        """The rows that earlier runs of these batches reserved; the batches are locked."""
        digests: dict[int, list[bytes]] = {}
        for request in requests:
            if request.batch is not None:
                digests.setdefault(request.batch, []).append(request.record_digest)
        earlier = _EARLIER_ON_SQLITE if is_sqlite(self._connection) else _EARLIER_ON_POSTGRES
        found = {}
        for batch in sorted(digests):
            # Two processes may work on one batch: the second sees what the first has reserved.
            if self._connection.execute(_LOCK_BATCH, {"batch": batch}).first() is None:
                raise Unknown(f"batch {batch}")
            wanted = {"batch": batch, "digests": digests[batch]}
            for row in self._connection.execute(earlier, wanted):
                certificate = _certificate(row)
                key = (certificate.batch, certificate.record_digest, certificate.occurrence)
                found[key] = certificate
        return found

    def _draw(
        self, new: Sequence[tuple[int, Reservation]], at: int, number: NumberOf
    ) -> Iterable[tuple[int, Certificate]]:
        sequences = self._sequences([request for _, request in new])
        drawn = self._places([request for _, request in new])
        reserved_at = of_epoch(at)
        for place, request in new:
            sequence = sequences[request.unit, request.issued_on.year].pop()
            status_list = status_list_for(request.valid_until)
            draw, status_index = drawn[status_list].pop()
            yield (
                place,
                Certificate(
                    id=status_list * LIST_SIZE + draw,
                    unit=request.unit,
                    year=request.issued_on.year,
                    sequence=sequence,
                    number=number(request, sequence),
                    batch=request.batch,
                    record_digest=request.record_digest,
                    occurrence=request.occurrence,
                    state=State.RESERVED,
                    reserved_at=reserved_at,
                    issued_at=None,
                    valid_until=request.valid_until,
                    expires_at=request.expires_at,
                    status_list=status_list,
                    status_index=status_index,
                    salt=request.salt,
                    key_id=request.key_id,
                    check_code=request.check_code,
                    nik_hash=request.nik_hash,
                    signed_digest=None,
                    suspended_at=None,
                    withdrawn_at=None,
                    withdrawn_reason=None,
                    replaced_by=None,
                ),
            )

    def _sequences(self, requests: Iterable[Reservation]) -> dict[tuple[int, int], list[int]]:
        """The running numbers for these requests by unit and year, the next one at the end."""
        counts: dict[tuple[int, int], int] = {}
        for request in requests:
            key = (request.unit, request.issued_on.year)
            counts[key] = counts.get(key, 0) + 1
        drawn = {}
        for (unit, year), count in sorted(counts.items()):
            first: int = self._connection.execute(
                _DRAW_SEQUENCES, {"unit": unit, "year": year, "count": count}
            ).scalar_one()
            drawn[unit, year] = list(range(first + count - 1, first - 1, -1))
        return drawn

    def _places(self, requests: Iterable[Reservation]) -> dict[int, list[tuple[int, int]]]:
        """The draws for these requests by list, each with its place, the next one at the end."""
        counts: dict[int, int] = {}
        for request in requests:
            status_list = status_list_for(request.valid_until)
            counts[status_list] = counts.get(status_list, 0) + 1
        drawn = {}
        for status_list, count in sorted(counts.items()):
            first, key = self._connection.execute(
                _DRAW_PLACES, {"number": status_list, "count": count, "key": new_list_key()}
            ).one()
            if first + count > LIST_SIZE:
                raise NotNow(f"status list {status_list} has no room for {count} more")
            draws = range(first, first + count)
            drawn[status_list] = list(zip(draws, places(bytes(key), draws), strict=True))[::-1]
        return drawn

    def _insert(self, rows: Sequence[Certificate], contents: Sequence[bytes], at: int) -> None:
        # In the order of schema.py; a test reads every column back.
        insert_rows(
            self._connection,
            certificates,
            [
                (
                    row.id,
                    row.unit,
                    row.year,
                    row.sequence,
                    row.number,
                    row.batch,
                    row.record_digest,
                    row.occurrence,
                    "reserved",
                    at,
                    None,
                    row.valid_until.isoformat(),
                    row.expires_at,
                    row.status_list,
                    row.status_index,
                    row.salt,
                    row.key_id,
                    row.check_code,
                    row.nik_hash,
                    row.nik_hash[0] % NIK_BUCKETS,
                    None,
                    None,
                    None,
                    None,
                    None,
                    content,
                )
                for row, content in zip(rows, contents, strict=True)
            ],
        )

    def confirm(self, confirmations: Sequence[Confirmation], *, at: datetime) -> int:
        """Set reserved certificates issued; how many were (the others were no longer reserved)."""
        if not confirmations:
            return 0
        if is_sqlite(self._connection):
            return self._connection.exec_driver_sql(
                _CONFIRM_EACH,
                [
                    (to_epoch(at), done.key_id, done.signed_digest, done.id)
                    for done in confirmations
                ],
            ).rowcount
        # In the order of their ids, so that two who confirm the same rows do not block each other.
        confirmations = sorted(confirmations, key=lambda done: done.id)
        return self._connection.exec_driver_sql(
            _CONFIRM_ALL,
            (
                to_epoch(at),
                [done.id for done in confirmations],
                [done.key_id for done in confirmations],
                [done.signed_digest for done in confirmations],
            ),
        ).rowcount

    def get(self, id_: int) -> Certificate:
        """The certificate with this id.

        Raises:
            Unknown: there is none.
        """
        return self._one(_BY_ID, {"id": id_}, f"certificate {id_}")

    def get_by_number(self, number: str) -> Certificate:
        """The certificate with this printed number.

        Raises:
            Unknown: there is none.
        """
        return self._one(_BY_NUMBER, {"number": number}, "a certificate of this number")

    def find_by_number_and_code(self, number: str, check_code: str) -> Certificate | None:
        """The certificate with this number, if `check_code` is the one printed on it."""
        row = self._connection.execute(_BY_NUMBER, {"number": number}).first()
        if row is None:
            return None
        found = _certificate(row)
        same = hmac.compare_digest(found.check_code.encode(), check_code.encode())
        return found if same else None

    def find_by_nik(self, nik_hash: bytes) -> list[Certificate]:
        """All certificates of a person, the newest first."""
        rows = self._connection.execute(
            _SELECT.where(
                certificates.c.nik_bucket == nik_hash[0] % NIK_BUCKETS,
                certificates.c.nik_hash == nik_hash,
            ).order_by(certificates.c.reserved_at.desc(), certificates.c.id.desc())
        )
        return [_certificate(row) for row in rows]

    def content(self, id_: int) -> bytes:
        """What is printed on a certificate, as the caller encrypted it.

        Raises:
            Unknown: there is no such certificate.
        """
        found: bytes | None = self._connection.execute(
            select(certificates.c.content).where(certificates.c.id == id_)
        ).scalar()
        if found is None:
            raise Unknown(f"certificate {id_}")
        return found

    def reserved_in(self, batch: int) -> list[Certificate]:
        """The certificates of a batch whose files are not known to be whole, by number."""
        rows = self._connection.execute(
            _SELECT.where(
                certificates.c.batch_id == batch, certificates.c.state == State.RESERVED
            ).order_by(certificates.c.unit, certificates.c.year, certificates.c.sequence)
        )
        return [_certificate(row) for row in rows]

    def replace(self, before: Certificate, after: Certificate) -> None:
        """Write a withdrawn, replaced, suspended or reinstated certificate over what it was.

        STANDINGS counts it, so that whoever publishes the status lists sees that it is due.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        old = {name: getattr(before, name) for name in _CHANGING}
        new = {name: getattr(after, name) for name in _CHANGING}
        done = self._connection.execute(
            update(certificates)
            .where(
                certificates.c.id == before.id,
                *(certificates.c[name].is_not_distinct_from(was) for name, was in old.items()),
            )
            .values(new)
        )
        if done.rowcount != 1:
            raise NotNow(f"certificate {before.number} was changed by somebody else")
        PublicationStore(self._connection).next(STANDINGS)

    def withdrawn_indexes(self, status_list: int) -> list[int]:
        """The places of a status list whose certificates are withdrawn or replaced, in order."""
        return self._indexes(status_list, certificates.c.withdrawn_at)

    def suspended_indexes(self, status_list: int) -> list[int]:
        """The places of a status list whose certificates are suspended, in order."""
        return self._indexes(status_list, certificates.c.suspended_at)

    def _indexes(self, status_list: int, since: ColumnElement[Any]) -> list[int]:
        return list(
            self._connection.execute(
                select(certificates.c.status_index)
                .where(certificates.c.status_list == status_list, since.is_not(None))
                .order_by(certificates.c.status_index)
            ).scalars()
        )

    def lists_in_use(self, *, since: date | None = None) -> list[int]:
        """The numbers of the status lists with certificates, in order.

        With `since`, only those whose certificates may still be valid on that day.
        """
        wanted = select(status_lists.c.number).order_by(status_lists.c.number)
        if since is not None:
            wanted = wanted.where(status_lists.c.number >= status_list_for(since))
        return list(self._connection.execute(wanted).scalars())

    def _one(self, wanted: Any, parameters: dict[str, Any], what: str) -> Certificate:
        row = self._connection.execute(wanted, parameters).first()
        if row is None:
            raise Unknown(what)
        return _certificate(row)


def _key(request: Reservation) -> tuple[int | None, bytes, int]:
    return request.batch, request.record_digest, request.occurrence


def _certificate(row: Row[Any]) -> Certificate:
    fields = dict(zip(_FIELDS, row, strict=True))
    fields["state"] = State(fields["state"])
    return Certificate(**fields)
