"""Does the inbox of a unit with a hundred thousand cases open like that of one with a thousand?

Two mailrooms, in each of which the reports of one unit wait for its five handlers, of every urgency
and of a year's days; what is sealed is noise of the usual length. A handler asks for the first
page, with all that their browser needs to read it, and for one from the middle, by turns.
Wall-clock seconds, for PostgreSQL's server works elsewhere.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table

from bench.figures import Figure, at_most, by_turns, told
from bench.filling import settle
from bench.office import an_office
from bench.reports import DAY, HANDLERS, UNIT, a_mailroom
from kiosk.actions.handling import PAGE, inbox
from kiosk.actions.mailroom import Mailroom
from kiosk.domain.cases import Box, CaseState
from kiosk.storage.bulk import insert_rows
from kiosk.storage.mailroom import new_archive_engine
from kiosk.storage.mailroom_schema import cases, messages, wraps
from signing.directory import Role
from signing.receipt import case_number_of
from tests.postgres import start_server, stop_server
from tests.sealed_reports import admitted_as

__all__ = ["figures"]

FEW, MANY = 1_000, 100_000
ROWS_AT_ONCE = 10_000
ROUNDS, MILLI = 41, 1e3
AT_MOST = 1.5
BUCKET, WRAP_BYTES, MESSAGE_BYTES = 2_048, 120, 2_112
HANDLER = admitted_as(HANDLERS[0], UNIT, Role.HANDLER)


def figures() -> Iterator[Figure]:
    """The figures of growth."""
    with ExitStack() as open_:
        server = start_server(durable=True)
        open_.callback(stop_server, server)
        workshop = open_.enter_context(an_office())
        folder = Path(open_.enter_context(TemporaryDirectory()))
        began = time.perf_counter()
        things: dict[str, tuple[Callable[[], object], int]] = {}
        for name, count in (("few", FEW), ("many", MANY)):
            url = server.url(server.new_database())
            mailroom = a_mailroom(workshop, url, folder)
            open_.callback(mailroom.archive.close)
            _fill(url, count)
            things[f"{name} first"] = (_asking(mailroom, b""), 3)
            things[f"{name} middle"] = (_asking(mailroom, _middle(mailroom, count)), 3)
        yield told("filling with 101,000 cases", time.perf_counter() - began, "s")
        took = by_turns(things, rounds=ROUNDS, clock=time.perf_counter)
    for page, name in (("first", "first page"), ("middle", "page in the middle")):
        many, few = took[f"many {page}"], took[f"few {page}"]
        yield told(f"{name} of an inbox of 100,000 cases, PostgreSQL", many * MILLI, "ms wall")
        of = f"{name} of an inbox of 100,000 cases : of 1,000, PostgreSQL"
        yield at_most(of, many / few, AT_MOST)


def _asking(mailroom: Mailroom, after: bytes) -> Callable[[], object]:
    def ask() -> None:
        assert len(inbox(mailroom, by=HANDLER, after=after).rows) == PAGE

    return ask


def _middle(mailroom: Mailroom, count: int) -> bytes:
    """Where the page in the middle begins."""
    after = b""
    for _page in range(count // PAGE // 2):
        after = inbox(mailroom, by=HANDLER, after=after).next or b""
    return after


def _fill(url: str, count: int) -> None:
    engine = new_archive_engine(url)
    noise = secrets.token_bytes(1 << 16)
    readers = [key.sealing_key.id for key in HANDLERS]
    for start in range(0, count, ROWS_AT_ONCE):
        some = range(start, min(start + ROWS_AT_ONCE, count))
        ids = [secrets.token_bytes(16) for _ in some]
        with engine.begin() as connection:
            insert_rows(connection, cases, [_case(*one) for one in zip(ids, some, strict=True)])
            rows = [
                _row(
                    wraps,
                    {
                        "case": id_,
                        "purpose": 1,
                        "epoch": 0,
                        "reader": reader,
                        "own": False,
                        "sealed": noise[id_[0] :][:WRAP_BYTES],
                    },
                )
                for id_ in ids
                for reader in readers
            ]
            insert_rows(connection, wraps, rows)
            first = {"number": 1, "direction": 0, "sequence": 0, "epoch": 0, "day": str(DAY)}
            rows = [
                _row(
                    messages, first | {"case": id_, "sealed": noise[ord(id_[:1]) :][:MESSAGE_BYTES]}
                )
                for id_ in ids
            ]
            insert_rows(connection, messages, rows)
    settle(engine)
    engine.dispose()


def _case(id_: bytes, place: int) -> tuple[Any, ...]:
    day = str(DAY - timedelta(days=place % 365))
    return _row(
        cases,
        {
            "id": id_,
            "revision": 0,
            "number": case_number_of(place),
            "unit": UNIT,
            "urgency": 1 + place % 3,
            "received_on": day,
            "state": str(CaseState.RECEIVED),
            "since": day,
            "box": int(Box.WAITING),
            "identity": True,
            "bucket": BUCKET,
            "submission": id_ * 2,
            "proof": id_ * 2,
            "own_proof": id_ * 2,
            "identity_digest": id_ * 2,
        },
    )


def _row(table: Table, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column.name] for column in table.columns)
