"""A register with applications as they would lie there after years: invented rows, quickly.

One office has a day's work waiting in every queue; all other rows are of offices beside it, or are
long at an end. So two registers of different size differ in their history and not in the length of
the queues. What is sealed is noise of the usual length, but for applications in a queue: whoever
looks at one opens it.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, text

from bench.filling import settle
from kiosk.domain.applications import IN_EXAMINATION, Stage
from kiosk.storage.bulk import insert_rows
from kiosk.storage.schema import application_cells, applications, payments
from signing.cells import CellKey, seal_cell

__all__ = ["fill_applications"]

ROWS_AT_ONCE = 20_000
WAITING = 15
DAY = 86_400
YEARS = 3
OTHER_OFFICES = 40
ANSWERS_BYTES = 1_053
QUEUES = (
    Stage.AWAITING_PAYMENT,
    Stage.CHECKING,
    Stage.RETURNED,
    Stage.FINGERPRINTS,
    Stage.EXAMINING,
    Stage.COORDINATING,
    Stage.CONFIRMING,
    Stage.APPROVING,
    Stage.PRINTING,
    Stage.SIGNING,
    Stage.AT_COUNTER,
    Stage.TO_SEAL,
)


def fill_applications(engine: Engine, key: CellKey, count: int, *, office: int, now: int) -> None:
    """Write `count` applications into an empty register, those that wait for `office` last."""
    noise = secrets.token_bytes(ANSWERS_BYTES + 4096)
    rows = _rows(key, count, office, now)
    for start in range(1, count + 1, ROWS_AT_ONCE):
        chunk = [next(rows) for _ in range(min(ROWS_AT_ONCE, count + 1 - start))]
        with engine.begin() as connection:
            insert_rows(connection, applications, chunk)
            insert_rows(
                connection,
                application_cells,
                [(row[0], "answers", noise[row[0] % 4096 :][:ANSWERS_BYTES]) for row in chunk],
            )
            insert_rows(connection, payments, [_payment(row) for row in chunk])
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for table in ("applications", "payments"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', {count})"))
    settle(engine)


def _rows(key: CellKey, count: int, office: int, now: int) -> Iterator[tuple[Any, ...]]:
    waiting = [stage for stage in QUEUES for _ in range(WAITING)]
    for id_ in range(1, count + 1):
        left = count - id_
        mine = left < len(waiting)
        stage = waiting[left] if mine else Stage.HANDED_OVER
        created = now - (YEARS * 365 * DAY) * left // count - DAY
        place = office if mine or id_ % (OTHER_OFFICES + 1) == 0 else 1_000 + id_ % OTHER_OFFICES
        yield _row(key, id_, stage, place, created)


def _row(key: CellKey, id_: int, stage: Stage, office: int, created: int) -> tuple[Any, ...]:
    fresh = secrets.token_bytes(96)
    paid = stage is not Stage.AWAITING_PAYMENT
    examination = None if stage is Stage.HANDED_OVER else _examination(key, id_, stage)
    inside = stage in IN_EXAMINATION
    return (
        id_,
        7,
        office,
        str(Stage.EXAMINING if inside else stage),
        "deliver" if id_ % 3 else "collect",
        1,
        created,
        created,
        created + 3 * DAY if paid else None,
        created + 3 * DAY,
        None,
        paid,
        True,
        True,
        id_ % 20 == 0,
        None,
        1,
        None,
        None,
        "",
        None,
        None,
        None,
        None,
        examination,
        fresh[:32],
        fresh[32:64],
        fresh[64:],
        0,
        None,
    )


def _examination(key: CellKey, id_: int, stage: Stage) -> bytes:
    known = {
        "stage": stage if stage in IN_EXAMINATION else None,
        "found": None,
        "examined_by": None,
        "confirmed_by": None,
    }
    context = f"applications.examination:{id_}".encode()
    return seal_cell(key, context, json.dumps(known).encode().ljust(128))


def _payment(row: tuple[Any, ...]) -> tuple[Any, ...]:
    id_, office, created, paid = row[0], row[2], row[6], row[11]
    return (
        id_,
        id_,
        office,
        1,
        f"99010{id_:09d}010",
        30_000,
        created,
        created + 3 * DAY,
        created + DAY if paid else None,
        "bank" if paid else None,
        None,
        None,
    )
