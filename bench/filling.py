"""A register as it would look after years: filled with invented rows, quickly.

The rows are those that reserving and confirming would have left: consecutive numbers, places from
the lists' permutations, batches of a thousand, days spread over a year. Names there are none; the
content is noise of the usual length, as ciphertext is.
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from kiosk.domain.certificates import end_of_validity, status_list_for, valid_until
from kiosk.storage.bulk import insert_rows
from kiosk.storage.permutation import LIST_SIZE, new_list_key, places
from kiosk.storage.schema import NIK_BUCKETS, batches, certificates, counters, status_lists
from signing.numbers import number_of

__all__ = ["fill_register", "settle"]

ROWS_AT_ONCE = 20_000
BATCH = 1_000
CONTENT_BYTES = 700
TEMPLATE = "SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM"
UTC_OFFSET = 420
MONTHS = 6


def fill_register(engine: Engine, count: int, *, unit: int, until: date) -> None:
    """Write `count` issued certificates of `unit` into an empty register.

    They are spread over the year up to the day `until`, and all count for the year of `until`.
    """
    filling = _Filling(count=count, unit=unit, until=until)
    with engine.begin() as connection:
        _write_batches(connection, count, until)
    for start in range(0, count, ROWS_AT_ONCE):
        rows = [filling.row(number) for number in range(start, min(start + ROWS_AT_ONCE, count))]
        with engine.begin() as connection:
            insert_rows(connection, certificates, rows)
    with engine.begin() as connection:
        insert_rows(connection, counters, [(unit, until.year, count + 1)])
        insert_rows(connection, status_lists, filling.lists())
    settle(engine)


class _Filling:
    """Makes the rows one after the other, and remembers what was drawn."""

    def __init__(self, *, count: int, unit: int, until: date) -> None:
        self.count = count
        self.unit = unit
        self.until = until
        self.noise = secrets.token_bytes(CONTENT_BYTES + 4096)
        self.keys: dict[int, bytes] = {}
        self.draws: dict[int, int] = {}

    def lists(self) -> list[tuple[int, bytes, int]]:
        """The rows of the status lists that were drawn from."""
        return [(number, self.keys[number], drawn) for number, drawn in self.draws.items()]

    def row(self, number: int) -> tuple[Any, ...]:
        """The certificate after `number` others."""
        issued_on = self.until - timedelta(days=364 - number * 365 // self.count)
        at = int(
            datetime(issued_on.year, issued_on.month, issued_on.day, 3, tzinfo=UTC).timestamp()
        )
        last_day = valid_until(issued_on, MONTHS)
        status_list = status_list_for(last_day)
        draw = self.draws.get(status_list, 0)
        self.draws[status_list] = draw + 1
        key = self.keys.get(status_list) or self.keys.setdefault(status_list, new_list_key())
        fresh = secrets.token_bytes(64)
        return (
            status_list * LIST_SIZE + draw,
            self.unit,
            self.until.year,
            number + 1,
            number_of(
                TEMPLATE, sequence=number + 1, issued_on=date(self.until.year, issued_on.month, 1)
            ),
            number // BATCH + 1,
            fresh[:32],
            0,
            "issued",
            at,
            at,
            last_day.isoformat(),
            end_of_validity(last_day, UTC_OFFSET),
            status_list,
            places(key, range(draw, draw + 1))[0],
            fresh[16:32],
            b"fill",
            "FILLFILL",
            fresh[32:],
            fresh[32] % NIK_BUCKETS,
            fresh[:16],
            None,
            None,
            None,
            None,
            self.noise[number % 4096 : number % 4096 + CONTENT_BYTES],
        )


def _write_batches(connection: Connection, count: int, until: date) -> None:
    at = int(datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp())
    insert_rows(
        connection,
        batches,
        [(number + 1, f"filled {number + 1}", at, at) for number in range(-(-count // BATCH))],
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('batches_id_seq', (SELECT max(id) FROM batches))"))


def settle(engine: Engine) -> None:
    """Leave the database as quiet as it would be: logs written back, statistics gathered."""
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    if engine.dialect.name == "sqlite":
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    else:
        driver.autocommit = True
        driver.execute("VACUUM ANALYZE")
        driver.autocommit = False
    connection.close()
