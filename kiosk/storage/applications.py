"""Applications in the register: written after over before, found by code, office and due time.

A row tells nothing of a person and nothing of an examination: the caller seals both
(kiosk.actions.applications), and the stages of an examination are one stage here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from kiosk.domain.applications import IN_EXAMINATION, Application, Receiving, Stage
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import Office, OfficeKind
from kiosk.storage.schema import application_cells, applications, incidents, offices

__all__ = ["ApplicationStore", "Followed", "Kept", "Tries"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """How often a wrong birth date was given for an application, and when last."""

    wrong: int = 0
    at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An application as its row has it.

    Within an examination its stage is EXAMINING, and who examined and what was found are missing:
    they are in the sealed `examination`.
    """

    application: Application
    examination: bytes | None
    birth_hash: bytes
    tries: Tries = Tries()


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """An application with what its applicant sees beside it.

    `office` and `correction`, a sealed cell, are None where there is none yet; `incidents` is
    whether anything ever went wrong with it.
    """

    kept: Kept
    office: Office | None
    correction: bytes | None
    incidents: bool


# Known from the sealed cell alone.
_SEALED = {"found", "examined_by", "confirmed_by"}
_FIELDS = tuple(item.name for item in fields(Application) if item.name not in _SEALED)
_COLUMNS = tuple(applications.c[name] for name in _FIELDS)
_CHANGING = tuple(name for name in _FIELDS if name not in {"id", "revision", "created_at"})
_SELECT = select(
    *_COLUMNS,
    applications.c.examination,
    applications.c.birth_hash,
    applications.c.wrong_tries,
    applications.c.wrong_at,
)
_BY_ID = _SELECT.where(applications.c.id == bindparam("id"))
_BY_CODE = _SELECT.where(applications.c.code_hash == bindparam("code_hash"))
_OFFICE_FIELDS = tuple(item.name for item in fields(Office))
_CORRECTION = application_cells.c.content.label("correction")
_WITH_OFFICE = _BY_ID.add_columns(
    _CORRECTION,
    exists().where(incidents.c.application == applications.c.id).label("incidents"),
    *(offices.c[name].label(f"office_{name}") for name in _OFFICE_FIELDS),
).select_from(
    applications.outerjoin(offices, offices.c.id == applications.c.office).outerjoin(
        application_cells,
        and_(
            application_cells.c.application == applications.c.id,
            application_cells.c.kind == "correction",
        ),
    )
)
_CELL = select(application_cells.c.content).where(
    application_cells.c.application == bindparam("application"),
    application_cells.c.kind == bindparam("kind"),
)
_WRITE_CELL = text(
    "INSERT INTO application_cells (application, kind, content)"
    " VALUES (:application, :kind, :content)"
    " ON CONFLICT (application, kind) DO UPDATE SET content = excluded.content"
)


class ApplicationStore:
    """The applications, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        new: Application,
        *,
        code_hash: bytes,
        birth_hash: bytes,
        examination: bytes | None = None,
    ) -> Application:
        """A new application with an id of its own; the id of `new` does not count."""
        values = _row(new) | {
            "code_hash": code_hash,
            "birth_hash": birth_hash,
            "wrong_tries": 0,
            "examination": examination,
        }
        id_: int = self._connection.execute(
            insert(applications).values(values).returning(applications.c.id)
        ).scalar_one()
        return replace(new, id=id_)

    def get(self, id_: int) -> Kept:
        """The application with this id.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(_BY_ID, {"id": id_}).first()
        if row is None:
            raise Unknown(f"application {id_}")
        return _kept(row)

    def lock(self, id_: int) -> None:
        """Let nobody else lock this application until the end of this transaction."""
        self._connection.execute(
            select(applications.c.id).where(applications.c.id == id_).with_for_update()
        )

    def get_followed(self, id_: int) -> Followed:
        """The application with this id, and what its applicant sees beside it, at once.

        Raises:
            Unknown: there is none.
        """
        row = self._connection.execute(_WITH_OFFICE, {"id": id_}).first()
        if row is None:
            raise Unknown(f"application {id_}")
        values = dict(zip(_OFFICE_FIELDS, row[-len(_OFFICE_FIELDS) :], strict=True))
        if values["id"] is None:
            office = None
        else:
            office = Office(**(values | {"kind": OfficeKind(values["kind"])}))
        return Followed(
            kept=_kept(row), office=office, correction=row.correction, incidents=row.incidents
        )

    def find_by_code(self, code_hash: bytes, *, locked: bool = False) -> Kept | None:
        """The application whose code has this keyed hash; `locked` until the transaction ends."""
        wanted = _BY_CODE.with_for_update() if locked else _BY_CODE
        row = self._connection.execute(wanted, {"code_hash": code_hash}).first()
        return None if row is None else _kept(row)

    def find_by_nik(self, nik_hash: bytes) -> list[Kept]:
        """All applications of a person, the newest first."""
        return self._many(
            _SELECT.where(applications.c.nik_hash == nik_hash).order_by(applications.c.id.desc())
        )

    def some(self, ids: Collection[int]) -> list[Kept]:
        """The applications with these ids."""
        return self._many(_SELECT.where(applications.c.id.in_(set(ids))))

    def replace(self, before: Application, after: Application, examination: bytes | None) -> int:
        """Write an application over what it was; its new revision.

        Raises:
            NotNow: somebody else has changed it since it was read.
        """
        done = self._connection.execute(
            update(applications)
            .where(
                applications.c.id == before.id,
                applications.c.revision == before.revision,
                applications.c.stage == _kept_stage(before.stage),
            )
            .values(
                {name: _row(after)[name] for name in _CHANGING}
                | {"revision": before.revision + 1, "examination": examination}
            )
        )
        if done.rowcount != 1:
            raise NotNow(f"application {before.id} was changed by somebody else")
        return before.revision + 1

    def set_person(self, id_: int, *, nik_hash: bytes | None) -> None:
        """Note by which keyed hash the person's applications are found."""
        self._connection.execute(
            update(applications).where(applications.c.id == id_).values(nik_hash=nik_hash)
        )

    def set_birth(self, id_: int, *, birth_hash: bytes) -> None:
        """Note by which keyed hash the applicant's birth date is known."""
        self._connection.execute(
            update(applications).where(applications.c.id == id_).values(birth_hash=birth_hash)
        )

    def set_code(self, id_: int, *, code_hash: bytes) -> None:
        """Give an application a new code; the old one opens nothing any more."""
        self._connection.execute(
            update(applications).where(applications.c.id == id_).values(code_hash=code_hash)
        )

    def set_tries(self, id_: int, tries: Tries) -> None:
        """Note how often a wrong birth date was given."""
        self._connection.execute(
            update(applications)
            .where(applications.c.id == id_)
            .values(wrong_tries=tries.wrong, wrong_at=tries.at)
        )

    def cell(self, id_: int, kind: str) -> bytes | None:
        """A sealed cell of an application, or None where it was never written."""
        found: bytes | None = self._connection.execute(
            _CELL, {"application": id_, "kind": kind}
        ).scalar()
        return found

    def cells(self, ids: Collection[int], kind: str) -> dict[int, bytes]:
        """The cells of one kind of several applications, by application."""
        rows = self._connection.execute(
            select(application_cells.c.application, application_cells.c.content).where(
                application_cells.c.application.in_(ids), application_cells.c.kind == kind
            )
        )
        return {row.application: row.content for row in rows}

    def write_cell(self, id_: int, kind: str, content: bytes) -> None:
        """Write a sealed cell of an application, over the old one if there is one."""
        self._connection.execute(
            _WRITE_CELL, {"application": id_, "kind": kind, "content": content}
        )

    def remove_cell(self, id_: int, kind: str) -> None:
        """Forget a cell of an application, if it is there."""
        self._connection.execute(
            delete(application_cells).where(
                application_cells.c.application == id_, application_cells.c.kind == kind
            )
        )

    def queue(
        self,
        offices: Collection[int],
        stage: Stage,
        *,
        limit: int,
        after: tuple[int, int] | None = None,
        before: int | None = None,
        **equal: bool | Receiving,
    ) -> list[Kept]:
        """Applications of `offices` in a stage, the soonest due first; each has a due time.

        Those due `before` a time; and those whose columns `equal` what is given.

        `after` is due time and id of the last one of the page before. Stages of an examination
        cannot be asked for one by one: EXAMINING gives all of them.
        """
        place = tuple_(applications.c.due_at, applications.c.id)
        wanted = _SELECT.where(
            applications.c.office.in_(offices), applications.c.stage == _kept_stage(stage)
        )
        if after is not None:
            wanted = wanted.where(place > after)
        if before is not None:
            wanted = wanted.where(applications.c.due_at < before)
        for name, value in equal.items():
            wanted = wanted.where(applications.c[name] == value)
        return self._many(wanted.order_by(applications.c.due_at, applications.c.id).limit(limit))

    def wishing(self, offices: Collection[int], *, limit: int) -> list[Kept]:
        """Applications whose applicants wait for a correction, the longest wait first."""
        return self._many(
            _SELECT.where(
                applications.c.office.in_(offices), applications.c.correction_at.is_not(None)
            )
            .order_by(applications.c.correction_at, applications.c.id)
            .limit(limit)
        )

    def counts(self, offices: Collection[int], stages: Collection[Stage]) -> dict[Stage, int]:
        """How many applications of `offices` stand in each of `stages`; those of a queue only.

        Counting takes as long as there are: ask for stages that applications leave again.
        """
        rows = self._connection.execute(
            select(applications.c.stage, func.count())
            .where(
                applications.c.office.in_(offices),
                applications.c.stage.in_({_kept_stage(stage) for stage in stages}),
            )
            .group_by(applications.c.stage)
        )
        return {Stage(stage): count for stage, count in rows}

    def overdue(self, stage: Stage, *, at: int, limit: int) -> list[Kept]:
        """Applications in a stage, of whatever office, that were due before `at`."""
        return self._many(
            _SELECT.where(applications.c.stage == _kept_stage(stage), applications.c.due_at < at)
            .order_by(applications.c.due_at)
            .limit(limit)
        )

    def drop(self, id_: int) -> None:
        """Forget an application and its cells; its papers must be gone, and it was never paid.

        Raises:
            NotNow: it is no draft.
        """
        self._connection.execute(
            delete(application_cells).where(application_cells.c.application == id_)
        )
        done = self._connection.execute(
            delete(applications).where(
                applications.c.id == id_, applications.c.stage == Stage.DRAFT
            )
        )
        if done.rowcount != 1:
            raise NotNow(f"application {id_} is no draft")

    def _many(self, wanted: Any) -> list[Kept]:
        return [_kept(row) for row in self._connection.execute(wanted)]


def _kept_stage(stage: Stage) -> Stage:
    return Stage.EXAMINING if stage in IN_EXAMINATION else stage


def _row(application: Application) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(application, name) for name in _FIELDS if name != "id"}
    return values | {"stage": _kept_stage(application.stage)}


def _kept(row: Any) -> Kept:
    values: Sequence[Any] = tuple(row)
    known = dict(zip(_FIELDS, values, strict=False))
    known["stage"] = Stage(known["stage"])
    known["receiving"] = Receiving(known["receiving"])
    return Kept(
        application=Application(**known),
        examination=row.examination,
        birth_hash=row.birth_hash,
        tries=Tries(wrong=row.wrong_tries, at=row.wrong_at),
    )
