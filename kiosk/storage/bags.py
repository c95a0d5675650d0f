"""Bags and every move of them: who gave, who took, and what became of it.

A bag is written after over before, and each change of it leaves one row in `moves`, from which a
courier's balance is drawn.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.applications import Receiving
from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.handover import MOST_VISITS, Bag, BagStage, InVain
from kiosk.storage.schema import applications, bags, certificates, moves

__all__ = ["BagStore", "Move"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One change of a bag. `event` and `device_at` are those of a courier's device, or None.

    `by` is an id of staff, 0 for the program. Times are seconds since 1970.
    """

    bag: int
    at: int
    deed: str
    by: int
    stage_before: BagStage
    stage_after: BagStage
    holder_before: int
    holder_after: int
    detail: str = ""
    event: bytes | None = None
    device_at: int | None = None


_BAG = tuple(bags.c[item.name] for item in fields(Bag))
_MOVE = tuple(moves.c[item.name] for item in fields(Move))
_AWAY = (BagStage.AT_COUNTER, BagStage.CARRIED, BagStage.MISSING)


class BagStore:
    """The bags, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Bag) -> None:
        """Keep a bag that was sealed.

        Raises:
            NotNow: a bag of this number was used before.
        """
        try:
            self._connection.execute(insert(bags).values(asdict(new)))
        except IntegrityError:
            raise NotNow(f"bag {new.id} was used before") from None

    def get(self, id_: int) -> Bag:
        """The bag of this number.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_BAG).where(bags.c.id == id_)).first()
        if row is None:
            raise Unknown(f"bag {id_}")
        return _bag(row)

    def of_application(self, application: int) -> Bag | None:
        """The bag in which the paper of an application was put last, or None."""
        row = self._connection.execute(
            select(*_BAG)
            .where(bags.c.application == application)
            .order_by(bags.c.sealed_at.desc(), bags.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None else _bag(row)

    def find(self, id_: int) -> Bag | None:
        """The bag of this number, or None: the number was never used."""
        row = self._connection.execute(select(*_BAG).where(bags.c.id == id_)).first()
        return None if row is None else _bag(row)

    def at(
        self,
        offices: Collection[int],
        *stages: BagStage,
        limit: int,
        after: tuple[str, int] = ("", 0),
        until: str | None = None,
    ) -> list[Bag]:
        """The bags of these offices in these stages, by day and number.

        `after` is day and number of the last one of the page before; `until` is the last day.
        """
        place = tuple_(bags.c.day, bags.c.id)
        wanted = select(*_BAG).where(
            bags.c.office.in_(offices), bags.c.stage.in_(stages), place > after
        )
        if until is not None:
            wanted = wanted.where(bags.c.day <= until)
        rows = self._connection.execute(wanted.order_by(bags.c.day, bags.c.id).limit(limit))
        return [_bag(row) for row in rows]

    def waiting(self, offices: Collection[int], *, until: str, at: int, limit: int) -> list[Bag]:
        """The bags of these offices that may go out, up to a day, by day and number.

        Not those that are offered already, or were carried often enough; nor those whose paper is
        promised for after `at`, is to be collected, is not in force, or was made anew since.
        """
        rows = self._connection.execute(
            select(*_BAG)
            .join(applications, applications.c.id == bags.c.application)
            .outerjoin(certificates, certificates.c.id == applications.c.certificate)
            .where(
                bags.c.office.in_(offices),
                bags.c.stage == BagStage.AT_COUNTER,
                bags.c.day <= until,
                bags.c.offered_to.is_(None),
                bags.c.visits < MOST_VISITS,
                applications.c.bag == bags.c.id,
                applications.c.receiving == Receiving.DELIVER,
                func.coalesce(applications.c.promised_at, 0) <= at,
                func.coalesce(certificates.c.state, State.ISSUED) == State.ISSUED,
            )
            .order_by(bags.c.day, bags.c.id)
            .limit(limit)
        )
        return [_bag(row) for row in rows]

    def offered_out(self, offices: Collection[int], *, until: str, limit: int) -> list[Bag]:
        """The bags at the counters of these offices that a courier is asked to take."""
        rows = self._connection.execute(
            select(*_BAG)
            .where(
                bags.c.office.in_(offices),
                bags.c.stage == BagStage.AT_COUNTER,
                bags.c.day <= until,
                bags.c.offered_to.is_not(None),
            )
            .order_by(bags.c.day, bags.c.id)
            .limit(limit)
        )
        return [_bag(row) for row in rows]

    def offered_to(self, holder: int, offices: Collection[int]) -> list[Bag]:
        """The bags of these offices that somebody is asked to take."""
        rows = self._connection.execute(
            select(*_BAG)
            .where(bags.c.offered_to == holder, bags.c.office.in_(offices))
            .order_by(bags.c.day, bags.c.id)
        )
        return [_bag(row) for row in rows]

    def with_(self, holder: int) -> list[Bag]:
        """The bags that somebody carries, or is asked to take."""
        rows = self._connection.execute(
            select(*_BAG)
            .where(
                or_(bags.c.holder == holder, bags.c.offered_to == holder),
                bags.c.stage.in_(_AWAY),
            )
            .order_by(bags.c.day, bags.c.id)
        )
        return [_bag(row) for row in rows]

    def replace(self, before: Bag, after: Bag) -> Bag:
        """Write a bag over what it was; what it is now.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        written = replace(after, revision=before.revision + 1)
        done = self._connection.execute(
            update(bags)
            .where(bags.c.id == before.id, bags.c.revision == before.revision)
            .values({name: value for name, value in asdict(written).items() if name != "id"})
        )
        if done.rowcount != 1:
            raise NotNow(f"bag {before.id} was changed by somebody else")
        return written

    def add_move(self, new: Move) -> None:
        """Note one change of a bag.

        Raises:
            NotNow: the event was noted before.
        """
        try:
            self._connection.execute(insert(moves).values(asdict(new)))
        except IntegrityError:
            raise NotNow("the event was noted before") from None

    def moves_of(self, bag: int) -> list[Move]:
        """Every change of a bag, the oldest first."""
        rows = self._connection.execute(
            select(*_MOVE).where(moves.c.bag == bag).order_by(moves.c.id)
        )
        return [_move(row) for row in rows]

    def last_changes(self, ids: Collection[int]) -> dict[int, int]:
        """When each of these bags was changed last, in seconds since 1970."""
        rows = self._connection.execute(
            select(moves.c.bag, func.max(moves.c.at))
            .where(moves.c.bag.in_(set(ids)))
            .group_by(moves.c.bag)
        )
        return {row.bag: row[1] for row in rows}

    def last_move(self) -> int:
        """The number of the last change of any bag; 0 where there was none."""
        return self._connection.execute(select(func.max(moves.c.id))).scalar() or 0

    def moves_through(self, holder: int, *, since: int = 0, after: int = 0) -> list[Move]:
        """Every change by which a bag came into somebody's hands or left them, the oldest first.

        Those from the second `since` on, and after the move of this number.
        """
        rows = self._connection.execute(
            select(*_MOVE)
            .where(
                or_(moves.c.holder_before == holder, moves.c.holder_after == holder),
                moves.c.at >= since,
                moves.c.id > after,
            )
            .order_by(moves.c.id)
        )
        return [_move(row) for row in rows]

    def counts(self, offices: Collection[int], *stages: BagStage) -> dict[BagStage, int]:
        """How many bags of these offices are in each of these stages.

        Counting takes as long as there are: ask for stages that bags leave again.
        """
        rows = self._connection.execute(
            select(bags.c.stage, func.count())
            .where(bags.c.office.in_(offices), bags.c.stage.in_(stages))
            .group_by(bags.c.stage)
        )
        return {BagStage(stage): count for stage, count in rows}


def _bag(row: Any) -> Bag:
    values = dict(row._mapping)
    why = values["last_in_vain"]
    return Bag(
        **values
        | {
            "stage": BagStage(values["stage"]),
            "last_in_vain": None if why is None else InVain(why),
        }
    )


def _move(row: Any) -> Move:
    values = dict(row._mapping)
    return Move(
        **values
        | {
            "stage_before": BagStage(values["stage_before"]),
            "stage_after": BagStage(values["stage_after"]),
        }
    )
