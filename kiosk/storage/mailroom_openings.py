"""Openings of identities: who asked, what custodians answered, and what is passed on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.openings import UNDER_WAY, Opening, OpeningState
from kiosk.storage.mailroom_schema import openings, passed_shares, reasons

__all__ = ["Asked", "OpeningStore"]

_OPEN = sorted(UNDER_WAY)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came with an opening. `key` is the one-time key for shares: its kind, then its bytes.

    `kept` is that key's secret, sealed for whoever asked; `reasons` says why, sealed for each
    custodian.
    """

    key: bytes
    kept: bytes
    reasons: dict[bytes, bytes]


class OpeningStore:
    """Openings of identities, and the shares that custodians passed on, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, opening: Opening, asked: Asked) -> None:
        """Keep a new opening."""
        values = _opening_values(opening) | {"id": opening.id, "case": opening.case}
        more = {"key": asked.key, "kept": asked.kept}
        self._connection.execute(insert(openings).values(values | more))
        rows = [
            {"opening": opening.id, "custodian": custodian, "sealed": sealed}
            for custodian, sealed in asked.reasons.items()
        ]
        self._connection.execute(insert(reasons), rows)

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

    def under_way(self, of: Collection[bytes]) -> dict[bytes, Opening]:
        """The openings of these cases that can still come to something, by their cases."""
        wanted = select(openings).where(openings.c.case.in_(list(of)), openings.c.state.in_(_OPEN))
        return {row.case: self._opening(row) for row in self._connection.execute(wanted).all()}

    def asked_by(self, asker: bytes, *, most: int) -> list[Opening]:
        """What a handler asked for, the newest first."""
        return self._newest(openings.c.asker == asker, most)

    def asked_of(self, custodian: bytes, *, most: int) -> list[Opening]:
        """What a custodian is, or was, asked for, the newest first."""
        mine = select(reasons.c.opening).where(reasons.c.custodian == custodian)
        return self._newest(openings.c.id.in_(mine), most)

    def _newest(self, which: Any, most: int) -> list[Opening]:
        order = (openings.c.asked_on.desc(), openings.c.id)
        wanted = select(openings).where(which).order_by(*order).limit(most)
        return [self._opening(row) for row in self._connection.execute(wanted).all()]

    def key_of(self, id_: bytes) -> bytes:
        """The one-time key of whoever asked."""
        wanted = select(openings.c.key).where(openings.c.id == id_)
        found: bytes = self._connection.execute(wanted).scalar_one()
        return found

    def kept_of(self, id_: bytes) -> bytes:
        """The secret of the one-time key, sealed for whoever asked."""
        wanted = select(openings.c.kept).where(openings.c.id == id_)
        found: bytes = self._connection.execute(wanted).scalar_one()
        return found

    def reason_of(self, id_: bytes, custodian: bytes) -> bytes | None:
        """Why, as it was sealed for this custodian."""
        mine = (reasons.c.opening == id_) & (reasons.c.custodian == custodian)
        found: bytes | None = self._connection.execute(
            select(reasons.c.sealed).where(mine)
        ).scalar()
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
            unit=row.unit,
            asked_on=row.asked_on,
            state=OpeningState(row.state),
            since=row.since,
            reason=row.reason,
            objected=row.objected,
            granted=frozenset(one for one, sealed in answers.items() if sealed),
            refused=frozenset(one for one, sealed in answers.items() if not sealed),
            revision=row.revision,
        )


def _opening_values(opening: Opening) -> dict[str, object]:
    return {
        "revision": opening.revision,
        "asker": opening.asker,
        "unit": opening.unit,
        "reason": opening.reason,
        "state": str(opening.state),
        "asked_on": opening.asked_on,
        "since": opening.since,
        "objected": opening.objected,
    }
