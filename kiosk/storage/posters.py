"""Posters by their numbers, and what was found of them; written after over before."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.posters import Condition, HungPoster, Inspection, Stage
from kiosk.storage.schema import inspections, posters

__all__ = ["PosterStore"]

_POSTER = tuple(posters.c[item.name] for item in fields(HungPoster))
_CHANGING = ("stage", "seen_at", "condition")
_INSPECTION = tuple(inspections.c[item.name] for item in fields(Inspection))


class PosterStore:
    """The posters and their inspections, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Iterable[HungPoster]) -> None:
        """Keep posters that were printed."""
        self._connection.execute(insert(posters), [asdict(one) for one in new])

    def get(self, number: str) -> HungPoster:
        """The poster with this number.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(select(*_POSTER).where(posters.c.number == number)).first()
        if row is None:
            raise Unknown(f"poster {number}")
        return _poster(row)

    def of(self, units: Collection[int], *, removed: bool = False) -> list[HungPoster]:
        """The posters of these units that are not removed, by area and place; or those that are."""
        gone = posters.c.stage == Stage.REMOVED
        rows = self._connection.execute(
            select(*_POSTER)
            .where(posters.c.unit.in_(units), gone if removed else ~gone)
            .order_by(posters.c.unit, posters.c.area, posters.c.place, posters.c.number)
        )
        return [_poster(row) for row in rows]

    def hanging(self, *, at: datetime) -> list[HungPoster]:
        """The posters of every unit that were printed before `at` and not removed then."""
        moment = int(at.timestamp())
        later = (
            select(inspections.c.poster)
            .where(inspections.c.stage == Stage.REMOVED, inspections.c.at >= moment)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(*_POSTER).where(
                posters.c.printed_at < moment,
                (posters.c.stage != Stage.REMOVED) | posters.c.number.in_(later),
            )
        )
        return [_poster(row) for row in rows]

    def replace(self, before: HungPoster, after: HungPoster) -> None:
        """Write a poster over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(posters)
            .where(
                posters.c.number == before.number,
                *(
                    posters.c[name].is_not_distinct_from(getattr(before, name))
                    for name in _CHANGING
                ),
            )
            .values({name: getattr(after, name) for name in _CHANGING})
        )
        if done.rowcount != 1:
            raise NotNow(f"poster {before.number} was changed by somebody else")

    def note(self, new: Inspection) -> int:
        """Keep an inspection; its id is given here."""
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id_: int = self._connection.execute(
            insert(inspections).values(values).returning(inspections.c.id)
        ).scalar_one()
        return id_

    def inspections_of(self, number: str) -> list[Inspection]:
        """What was found of a poster, the newest first."""
        rows = self._connection.execute(
            select(*_INSPECTION)
            .where(inspections.c.poster == number)
            .order_by(inspections.c.id.desc())
        )
        return [_inspection(row) for row in rows]

    def say(self, id_: int, note: str) -> None:
        """Write what somebody says of an inspection."""
        self._connection.execute(
            update(inspections).where(inspections.c.id == id_).values(note=note)
        )

    def forget(self, id_: int) -> None:
        """Drop an inspection that was undone."""
        self._connection.execute(delete(inspections).where(inspections.c.id == id_))


def _poster(row: Any) -> HungPoster:
    values = dict(row._mapping)
    return HungPoster(
        **values | {"stage": Stage(values["stage"]), "condition": Condition(values["condition"])}
    )


def _inspection(row: Any) -> Inspection:
    values = dict(row._mapping)
    stages = {name: Stage(values[name]) for name in ("stage", "stage_before")}
    conditions = {name: Condition(values[name]) for name in ("condition", "condition_before")}
    return Inspection(**values | stages | conditions)
