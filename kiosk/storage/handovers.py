"""Handovers: a signed record of each paper that reached somebody, and what confirmed it, sealed."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.schema import handovers

__all__ = ["Handover", "HandoverStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """A paper that reached somebody. Times are seconds since 1970; `bag` is None without one.

    `record` is signed (signing.handover), `proof` the sealed confirmation of whoever took it.
    """

    application: int
    bag: int | None
    office: int
    by: int
    at: int
    receiver: str
    proofs: str
    receipt: str
    record: bytes = field(repr=False)
    proof: bytes = field(repr=False)
    received_at: int


_COLUMNS = tuple(handovers.c[item.name] for item in fields(Handover))


class HandoverStore:
    """The handovers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Handover) -> None:
        """Keep a handover; a paper is handed over once.

        Raises:
            NotNow: it was handed over before.
        """
        try:
            self._connection.execute(insert(handovers).values(asdict(new)))
        except IntegrityError:
            raise NotNow(f"application {new.application} was handed over before") from None

    def find(self, application: int) -> Handover | None:
        """The handover of an application, or None; not that of a paper that was made anew since."""
        row = self._connection.execute(select(*_COLUMNS).where(*_in_force(application))).first()
        return None if row is None else _handover(row)

    def void(self, application: int, *, at: int) -> None:
        """Let the handover of an application count no more, because its paper is made anew."""
        self._connection.execute(
            update(handovers).where(*_in_force(application)).values(void_at=at)
        )

    def get_by_receipt(self, receipt: str) -> Handover:
        """The handover with this number on its receipt.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(
            select(*_COLUMNS).where(handovers.c.receipt == receipt)
        ).first()
        if row is None:
            raise Unknown("a receipt of this number")
        return _handover(row)

    def since(self, offices: Collection[int], *, at: int) -> list[Handover]:
        """The handovers of these offices from `at` on, the oldest first."""
        rows = self._connection.execute(
            select(*_COLUMNS)
            .where(handovers.c.office.in_(offices), handovers.c.at >= at)
            .order_by(handovers.c.at, handovers.c.application)
        )
        return [_handover(row) for row in rows]


def _in_force(application: int) -> tuple[ColumnElement[bool], ...]:
    return handovers.c.application == application, handovers.c.void_at.is_(None)


def _handover(row: Any) -> Handover:
    return Handover(**row._mapping)
