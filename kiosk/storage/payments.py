"""Payments that were asked for, and every line of the bank's files."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.payments import BankLine, LineOutcome, Payment, Way
from kiosk.storage.schema import bank_lines, payments

__all__ = ["Mismatch", "PaymentStore", "Taken"]

_COLUMNS = tuple(payments.c[item.name] for item in fields(Payment))


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """A line of the bank that settled nothing: for a person to look at."""

    reference: str
    amount: int
    booked_on: date
    outcome: LineOutcome
    payment: int | None
    read_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What came in at some offices in some time: how many payments, how much, in which way."""

    way: Way
    count: int
    amount: int


class PaymentStore:
    """The payments, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Payment) -> int:
        """A new payment; its id."""
        values = {
            item.name: getattr(new, item.name) for item in fields(Payment) if item.name != "id"
        }
        id_: int = self._connection.execute(
            insert(payments).values(values).returning(payments.c.id)
        ).scalar_one()
        return id_

    def of(self, application: int) -> list[Payment]:
        """The payments of an application, the newest first."""
        rows = self._connection.execute(
            select(*_COLUMNS)
            .where(payments.c.application == application)
            .order_by(payments.c.attempt.desc())
        )
        return [_payment(row) for row in rows]

    def get(self, id_: int) -> Payment:
        """The payment with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_COLUMNS).where(payments.c.id == id_)).first()
        if row is None:
            raise Unknown(f"payment {id_}")
        return _payment(row)

    def find_by_reference(self, reference: str) -> Payment | None:
        """The payment that was asked for under this reference."""
        row = self._connection.execute(
            select(*_COLUMNS).where(payments.c.reference == reference)
        ).first()
        return None if row is None else _payment(row)

    def replace(self, before: Payment, after: Payment) -> None:
        """Write a payment that was made over one that was not.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(payments)
            .where(
                payments.c.id == before.id, payments.c.paid_at.is_not_distinct_from(before.paid_at)
            )
            .values(
                paid_at=after.paid_at,
                way=after.way,
                receipt=after.receipt,
                taken_by=after.taken_by,
            )
        )
        if done.rowcount != 1:
            raise NotNow(f"payment {before.id} was changed by somebody else")

    def taken(self, offices: Sequence[int], *, since: int, until: int) -> list[Taken]:
        """What came in at these offices from `since` to before `until`, by way."""
        rows = self._connection.execute(
            select(payments.c.way, func.count(), func.sum(payments.c.amount))
            .where(
                payments.c.office.in_(offices),
                payments.c.paid_at >= since,
                payments.c.paid_at < until,
            )
            .group_by(payments.c.way)
            .order_by(payments.c.way)
        )
        return [Taken(way=Way(way), count=count, amount=int(amount)) for way, count, amount in rows]

    def booked(self, offices: Sequence[int], *, since: int, until: int) -> int:
        """What the bank booked for the payments of these offices that count in this time."""
        total: int | None = self._connection.execute(
            select(func.sum(bank_lines.c.amount))
            .join(payments, payments.c.id == bank_lines.c.payment)
            .where(
                bank_lines.c.outcome == LineOutcome.MATCHED,
                payments.c.office.in_(offices),
                payments.c.paid_at >= since,
                payments.c.paid_at < until,
            )
        ).scalar()
        return int(total or 0)

    def knows_line(self, digest: bytes) -> bool:
        """Whether this line of the bank was read before."""
        found = self._connection.execute(
            select(bank_lines.c.id).where(bank_lines.c.digest == digest)
        ).first()
        return found is not None

    def add_line(
        self, line: BankLine, *, outcome: LineOutcome, payment: int | None, at: int
    ) -> None:
        """Note a line of the bank and what became of it."""
        self._connection.execute(
            insert(bank_lines).values(
                digest=line.digest,
                reference=line.reference,
                amount=line.amount,
                booked_on=line.booked_on,
                outcome=outcome,
                payment=payment,
                read_at=at,
            )
        )

    def mismatches(self, *, since: int, limit: int = 500) -> list[Mismatch]:
        """Lines of the bank that settled nothing, read since then; the newest first."""
        rows = self._connection.execute(
            select(bank_lines)
            .where(
                bank_lines.c.outcome.in_(
                    [outcome for outcome in LineOutcome if outcome is not LineOutcome.MATCHED]
                ),
                bank_lines.c.read_at >= since,
            )
            .order_by(bank_lines.c.read_at.desc(), bank_lines.c.id)
            .limit(limit)
        )
        return [
            Mismatch(
                reference=row.reference,
                amount=row.amount,
                booked_on=row.booked_on,
                outcome=LineOutcome(row.outcome),
                payment=row.payment,
                read_at=row.read_at,
            )
            for row in rows
        ]


def _payment(row: Row[Any]) -> Payment:
    values = dict(row._mapping)
    values["way"] = None if values["way"] is None else Way(values["way"])
    return Payment(**(values | {"receipt": values["receipt"] or ""}))
