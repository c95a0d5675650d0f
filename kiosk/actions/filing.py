"""Applications taken from the register, opened, and put back, sealed.

Every action on an application goes through here: a row of the register tells neither of the person
nor of what an examination found. What is known of the person lies in cells, one for each kind of
reader (Cell): who carries a bag opens the delivery, and never the form.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from kiosk.domain.applications import IN_EXAMINATION, Application, Found, Stage
from kiosk.storage.applications import Kept
from kiosk.storage.register import Books
from signing.cells import CellKey, open_cell, seal_cell

__all__ = [
    "Cell",
    "add_application",
    "application_of",
    "find_cell",
    "get_application",
    "opened_cell",
    "queue_of",
    "replace_application",
    "write_cell",
]

# A sealed cell tells its length, and an answer about crimes is longer where there is something to
# tell: cells grow in steps, and that of an examination has one length.
EXAMINATION_BYTES = 128
STEPS = {"declared": 4096, "result": 1024}
STEP = 512


class Cell(StrEnum):
    """What is kept of an application's person, by who may open it."""

    ANSWERS = "answers"  # the form: verifier, examiner, signatory, print room
    DECLARED = "declared"  # what the applicant says of criminal matters: the examiner alone
    RESULT = "result"  # what the sheet says of a record, or nothing: examiner, signatory
    DELIVERY = "delivery"  # address, time, who may receive: also the courier
    RETURNED = "returned"  # why it was sent back: also the applicant
    CORRECTION = "correction"  # what the applicant asks to be corrected


def add_application(
    books: Books, key: CellKey, new: Application, *, code_hash: bytes, birth_hash: bytes
) -> Application:
    """A new application in the register; it gets an id of its own."""
    added = books.applications.add(new, code_hash=code_hash, birth_hash=birth_hash)
    return replace_application(books, key, added, added)


def get_application(books: Books, key: CellKey, id_: int) -> Application:
    """The application with this id, with all that its examination knows.

    Raises:
        Unknown: there is none.
    """
    return application_of(key, books.applications.get(id_))


def application_of(key: CellKey, kept: Kept) -> Application:
    """The application of a row, with all that its examination knows."""
    before = kept.application
    if kept.examination is None:
        return before
    known = json.loads(open_cell(key, _examination_of(before.id), kept.examination))
    return replace(
        before,
        stage=Stage(known["stage"]) if before.stage is Stage.EXAMINING else before.stage,
        found=None if known["found"] is None else Found(known["found"]),
        examined_by=known["examined_by"],
        confirmed_by=known["confirmed_by"],
    )


def replace_application(
    books: Books, key: CellKey, before: Application, after: Application
) -> Application:
    """Write an application over what it was; what it is now.

    Raises:
        NotNow: somebody else has changed it since it was read.
    """
    known = {
        "stage": after.stage if after.stage in IN_EXAMINATION else None,
        "found": after.found,
        "examined_by": after.examined_by,
        "confirmed_by": after.confirmed_by,
    }
    plain = json.dumps(known).encode().ljust(EXAMINATION_BYTES)
    sealed = seal_cell(key, _examination_of(before.id), plain)
    return replace(after, revision=books.applications.replace(before, after, sealed))


def queue_of(
    books: Books,
    key: CellKey,
    offices: Collection[int],
    stage: Stage,
    *,
    limit: int = 50,
    after: tuple[int, int] | None = None,
    **only: Any,
) -> list[Application]:
    """Applications of `offices` in a stage, the soonest due first; `after`, `only` as in the store.

    The stages of an examination are told apart only after opening them, so that a queue of one of
    them takes as long as all of them have applications.
    """
    if stage not in IN_EXAMINATION:
        found = books.applications.queue(offices, stage, limit=limit, after=after, **only)
        return [application_of(key, kept) for kept in found]
    chosen: list[Application] = []
    while True:
        found = books.applications.queue(offices, stage, limit=4 * limit, after=after, **only)
        opened = [application_of(key, kept) for kept in found]
        chosen += [application for application in opened if application.stage is stage]
        if len(chosen) >= limit or len(found) < 4 * limit:
            return chosen[:limit]
        after = (opened[-1].due_at or 0, opened[-1].id)


def find_cell(books: Books, key: CellKey, application: int, kind: Cell) -> dict[str, Any] | None:
    """What a cell of an application holds, or None where it was never written."""
    return opened_cell(key, application, kind, books.applications.cell(application, kind))


def opened_cell(
    key: CellKey, application: int, kind: Cell, sealed: bytes | None
) -> dict[str, Any] | None:
    """What a sealed cell of an application holds, or None where there is none."""
    if sealed is None:
        return None
    found: dict[str, Any] = json.loads(open_cell(key, _cell_of(application, kind), sealed))
    return found


def write_cell(
    books: Books, key: CellKey, application: int, kind: Cell, value: Mapping[str, Any]
) -> None:
    """Write a cell of an application, over the old one if there is one."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    step = STEPS.get(kind, STEP)
    plain = plain.ljust(-(-len(plain) // step) * step)
    sealed = seal_cell(key, _cell_of(application, kind), plain)
    books.applications.write_cell(application, kind, sealed)


def _examination_of(application: int) -> bytes:
    return f"applications.examination:{application}".encode()


def _cell_of(application: int, kind: Cell) -> bytes:
    return f"application_cells.{kind}:{application}".encode()
