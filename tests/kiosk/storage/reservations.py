"""Valid reservations of invented records, and what the callers of a register usually say."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from kiosk.domain.certificates import Certificate
from kiosk.storage.certificates import Confirmation, Reservation
from kiosk.storage.register import Books, Register
from kiosk.storage.schema import certificates

NOW = datetime(2026, 8, 31, 3, 20, tzinfo=UTC)
UNIT = 999901
LIST = 85


def digest_of(record: str) -> bytes:
    """The digest of an invented record."""
    return hashlib.sha256(record.encode()).digest()


def a_reservation(record: str = "Ratna", **changes: Any) -> Reservation:
    """A reservation for the record, but for `changes`."""
    digest = digest_of(record)
    usual: dict[str, Any] = {
        "unit": UNIT,
        "issued_on": date(2026, 8, 31),
        "valid_until": date(2027, 2, 28),
        "expires_at": 1_803_834_000,
        "batch": None,
        "record_digest": digest,
        "occurrence": 0,
        "salt": digest[:16],
        "key_id": b"key1",
        "check_code": digest.hex()[:8].upper(),
        "nik_hash": hashlib.sha256(b"nik" + digest).digest(),
    }
    return Reservation(**(usual | changes))


def number_of(request: Reservation, sequence: int) -> str:
    """The printed number of a reservation."""
    return f"SKCK/{request.unit}/{sequence}/{request.issued_on.year}"


def content_of(request: Reservation, certificate: Certificate) -> bytes:
    """What stands for the encrypted content, bound to the row."""
    return b"sealed %d %d " % (certificate.id, certificate.sequence) + request.record_digest


def reserve(books: Books, requests: Sequence[Reservation]) -> list[Certificate]:
    """Reserve in the usual way."""
    return books.certificates.reserve(requests, at=NOW, number=number_of, content=content_of)


def confirmation_of(certificate: Certificate) -> Confirmation:
    """The word that the certificate's file is whole."""
    return Confirmation(
        id=certificate.id, key_id=b"key2", signed_digest=certificate.record_digest[:16]
    )


def issue(register: Register, *records: str, **changes: Any) -> list[Certificate]:
    """Issued certificates for the records."""
    with register.begin() as books:
        rows = reserve(books, [a_reservation(record, **changes) for record in records])
    with register.begin() as books:
        books.certificates.confirm([confirmation_of(row) for row in rows], at=NOW)
    with register.read() as books:
        return [books.certificates.get(row.id) for row in rows]


def states(engine: Engine) -> dict[str, int]:
    """How many certificates stand in each state."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(certificates.c.state, func.count()).group_by(certificates.c.state)
        )
        return {state: number for state, number in rows}  # noqa: C416 -- a Row is no pair to mypy
