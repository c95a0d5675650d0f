"""Print jobs, the pre-printed sheets they used, and bags that wait for a second person."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import NotNow
from kiosk.domain.prints import Blanko, BlankoState, Job, JobStage, Range, Sheets, Spoilt
from kiosk.storage.schema import blanko_ranges, blanko_sheets, day_counts, print_jobs, sealings

__all__ = ["DayCount", "PrintStore", "Sealing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealing:
    """Somebody has put the paper of an application into a bag; a second person has not said so."""

    application: int
    bag: int
    by: int
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """What somebody counted at an office at the end of a day: rupiah in the till, sheets."""

    office: int
    day: date
    money: int
    sheets: int
    by: int
    at: int


_JOB = tuple(print_jobs.c[item.name] for item in fields(Job))
_RANGE = tuple(blanko_ranges.c[item.name] for item in fields(Range))
_SHEET = tuple(blanko_sheets.c[item.name] for item in fields(Blanko))
# Written out, so that both databases use the index of the few jobs that are not over.
_OPEN = text("stage IN ('wanted', 'sending', 'sent', 'unknown')")


class PrintStore:
    """The print ledger, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_job(self, new: Job) -> int:
        """A new job; its id."""
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id_: int = self._connection.execute(
            insert(print_jobs).values(values).returning(print_jobs.c.id)
        ).scalar_one()
        return id_

    def jobs_of(self, application: int) -> list[Job]:
        """The jobs of an application, the newest first."""
        rows = self._connection.execute(
            select(*_JOB)
            .where(print_jobs.c.application == application)
            .order_by(print_jobs.c.id.desc())
        )
        return [_job(row) for row in rows]

    def open_jobs(self, *, limit: int) -> list[Job]:
        """Jobs that wait, are in a queue, or of which nobody knows; the oldest first."""
        rows = self._connection.execute(
            select(*_JOB).where(_OPEN).order_by(print_jobs.c.id).limit(limit)
        )
        return [_job(row) for row in rows]

    def replace_job(self, before: Job, after: Job) -> None:
        """Write a job over what it was.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(print_jobs)
            .where(
                print_jobs.c.id == before.id,
                print_jobs.c.stage == before.stage,
                print_jobs.c.again == before.again,
                print_jobs.c.changed_at == before.changed_at,
            )
            .values({name: value for name, value in asdict(after).items() if name != "id"})
        )
        if done.rowcount != 1:
            raise NotNow(f"print job {before.id} was changed by somebody else")

    def add_range(self, new: Range) -> int:
        """A range of sheets that was received; its id.

        Raises:
            NotNow: somebody has just received it.
        """
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        try:
            id_: int = self._connection.execute(
                insert(blanko_ranges).values(values).returning(blanko_ranges.c.id)
            ).scalar_one()
        except IntegrityError:
            raise NotNow("the range was received before") from None
        return id_

    def ranges(self, offices: Collection[int] | None = None) -> list[Range]:
        """The ranges that these offices received, or all of them; the newest first."""
        wanted = select(*_RANGE).order_by(blanko_ranges.c.id.desc())
        if offices is not None:
            wanted = wanted.where(blanko_ranges.c.office.in_(offices))
        return [Range(**row._mapping) for row in self._connection.execute(wanted)]

    def take_sheet(self, new: Blanko) -> None:
        """Note that a sheet left the pile: used, or void.

        Raises:
            NotNow: it did before.
        """
        try:
            self._connection.execute(insert(blanko_sheets).values(asdict(new)))
        except IntegrityError:
            raise NotNow("the sheet of this serial was used before") from None

    def find_sheet(self, serial: str) -> Blanko | None:
        """What became of the sheet of this serial; None while it is in the pile."""
        row = self._connection.execute(
            select(*_SHEET).where(blanko_sheets.c.serial == serial)
        ).first()
        return None if row is None else _sheet(row)

    def void_sheet(self, before: Blanko, after: Blanko) -> None:
        """Write a sheet that is void over one that was used.

        Raises:
            NotNow: it was void before.
        """
        done = self._connection.execute(
            update(blanko_sheets)
            .where(blanko_sheets.c.serial == before.serial, blanko_sheets.c.state == before.state)
            .values(state=after.state, void_at=after.void_at, reason=after.reason)
        )
        if done.rowcount != 1:
            raise NotNow("the sheet was void before")

    def last_sheet(self, office: int) -> Blanko | None:
        """The sheet that an office took last, by which the next one is guessed."""
        row = self._connection.execute(
            select(*_SHEET)
            .where(blanko_sheets.c.office == office)
            .order_by(blanko_sheets.c.at.desc(), blanko_sheets.c.serial.desc())
            .limit(1)
        ).first()
        return None if row is None else _sheet(row)

    def void_sheets(self, offices: Collection[int], *, since: int, until: int) -> list[Blanko]:
        """The sheets that became void from `since` to before `until`, by serial."""
        rows = self._connection.execute(
            select(*_SHEET)
            .where(
                blanko_sheets.c.office.in_(offices),
                blanko_sheets.c.void_at >= since,
                blanko_sheets.c.void_at < until,
            )
            .order_by(blanko_sheets.c.serial)
        )
        return [_sheet(row) for row in rows]

    def sheets(self, offices: Collection[int], *, since: int, until: int) -> Sheets:
        """How many sheets came, went and are left, from `since` to before `until`."""
        of_range = blanko_ranges.c.office.in_(offices)
        of_sheet = blanko_sheets.c.office.in_(offices)
        taken_at, void_at = blanko_sheets.c.at, blanko_sheets.c.void_at

        def received(*where: Any) -> int:
            total = select(func.coalesce(func.sum(blanko_ranges.c.count), 0)).where(*where)
            return int(self._connection.execute(total).scalar_one())

        def taken(*where: Any) -> int:
            counted = select(func.count()).select_from(blanko_sheets).where(of_sheet, *where)
            return int(self._connection.execute(counted).scalar_one())

        came_at = blanko_ranges.c.received_at
        today = (taken_at >= since, taken_at < until)
        void = taken(*today, void_at < until)
        return Sheets(
            before=received(of_range, came_at < since) - taken(taken_at < since),
            received=received(of_range, came_at >= since, came_at < until),
            used=taken(*today) - void,
            void=void,
            void_later=taken(taken_at < since, void_at >= since, void_at < until),
            left=received(of_range, came_at < until) - taken(taken_at < until),
        )

    def propose_sealing(self, new: Sealing) -> None:
        """Note that somebody has put a paper into a bag.

        Raises:
            NotNow: the bag, or the paper, is in use.
        """
        try:
            self._connection.execute(insert(sealings).values(asdict(new)))
        except IntegrityError:
            raise NotNow("this bag or this paper waits for a second person") from None

    def find_sealing(self, application: int) -> Sealing | None:
        """Who has put the paper of an application into which bag, if a second person is wanted."""
        row = self._connection.execute(
            select(sealings).where(sealings.c.application == application)
        ).first()
        return None if row is None else Sealing(**row._mapping)

    def end_sealing(self, application: int) -> None:
        """Forget what was proposed: it was confirmed, or taken back."""
        self._connection.execute(delete(sealings).where(sealings.c.application == application))

    def write_count(self, new: DayCount) -> None:
        """Note what was counted, over what was counted there that day before."""
        self._connection.execute(delete(day_counts).where(*_of_day(new.office, new.day)))
        self._connection.execute(insert(day_counts).values(asdict(new)))

    def find_count(self, office: int, day: date) -> DayCount | None:
        """What was counted at an office on a day."""
        row = self._connection.execute(select(day_counts).where(*_of_day(office, day))).first()
        return None if row is None else DayCount(**row._mapping)


def _of_day(office: int, day: date) -> tuple[Any, ...]:
    return day_counts.c.office == office, day_counts.c.day == day


def _job(row: Any) -> Job:
    values = dict(row._mapping)
    reason = values["reason"]
    return Job(
        **values
        | {"stage": JobStage(values["stage"]), "reason": None if reason is None else Spoilt(reason)}
    )


def _sheet(row: Any) -> Blanko:
    values = dict(row._mapping)
    reason = values["reason"]
    return Blanko(
        **values
        | {
            "state": BlankoState(values["state"]),
            "reason": None if reason is None else Spoilt(reason),
        }
    )
