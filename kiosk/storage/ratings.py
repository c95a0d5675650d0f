"""Answers about deliveries, sealed, each under a ticket that is a keyed hash of its application."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import NotNow
from kiosk.storage.schema import ratings

__all__ = ["KeptRating", "RatingStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptRating:
    """A row: of which office and day, and the sealed answer."""

    office: int
    day: date
    ticket: bytes
    content: bytes = field(repr=False)


_KEPT = (ratings.c.office, ratings.c.day, ratings.c.ticket, ratings.c.content)


class RatingStore:
    """The answers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: KeptRating) -> None:
        """Keep an answer.

        Raises:
            NotNow: there is one under its ticket.
        """
        values = {"office": new.office, "day": new.day, "ticket": new.ticket}
        try:
            self._connection.execute(insert(ratings).values(values | {"content": new.content}))
        except IntegrityError:
            raise NotNow("it was rated before") from None

    def find(self, ticket: bytes) -> KeptRating | None:
        """The answer under a ticket, or None."""
        row = self._connection.execute(select(*_KEPT).where(ratings.c.ticket == ticket)).first()
        return None if row is None else _kept(row)

    def replace(self, before: KeptRating, after: KeptRating) -> None:
        """Write an answer over what it was; its ticket stays.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(ratings)
            .where(ratings.c.ticket == before.ticket, ratings.c.content == before.content)
            .values(office=after.office, day=after.day, content=after.content)
        )
        if done.rowcount != 1:
            raise NotNow("the answer was changed by somebody else")

    def some(self, offices: Collection[int], *, since: date, until: date) -> list[KeptRating]:
        """The answers of these offices from one day on to before another, in no telling order."""
        rows = self._connection.execute(
            select(*_KEPT)
            .where(ratings.c.office.in_(offices), ratings.c.day >= since, ratings.c.day < until)
            .order_by(ratings.c.ticket)
        )
        return [_kept(row) for row in rows]


def _kept(row: Any) -> KeptRating:
    return KeptRating(**row._mapping)
