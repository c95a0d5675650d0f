"""Many rows at once, past SQLAlchemy's care for each value: a batch counts microseconds.

SQLite gets one prepared statement run over tuples; PostgreSQL gets COPY, and arrays where a COPY
cannot say it. Both are measured in bench/register.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

__all__ = ["insert_rows", "is_sqlite"]


def is_sqlite(connection: Connection) -> bool:
    """Whether this is SQLite; else it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def insert_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows`, each a value for every column of `table` in the order of schema.py.

    Values are those of the database: seconds for moments, ISO texts for days.
    """
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    if is_sqlite(connection):
        marks = ", ".join("?" * len(table.columns))
        # Only the schema's own names are put into the text.
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
        _driver(connection).executemany(statement, rows)
        return
    with (
        _driver(connection).cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
