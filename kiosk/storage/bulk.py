"""Many rows at once, past SQLAlchemy's care for each value: a batch counts microseconds.

SQLite gets one prepared statement run over tuples; PostgreSQL gets COPY, and arrays where a COPY
cannot say it. Both are measured in bench/register.py.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

from kiosk.storage.errors import StorageError

__all__ = ["insert_rows", "is_sqlite"]


def is_sqlite(connection: Connection) -> bool:
    """Whether this is SQLite; else it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Write `rows`, each a tuple with a value for every column of `table` as in schema.py.

    Values are those of the database: seconds for moments, ISO texts for days.

    Raises:
        StorageError: PostgreSQL refuses them (SQLite's refusals are SQLAlchemy's errors).
    """
    if not rows:
        return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    if is_sqlite(connection):
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(
            # Only the schema's own names are put into the text.
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',  # noqa: S608
            rows,
        )
        return
    # SQLAlchemy has no COPY; psycopg's own errors would pass by everybody who expects its.
    driver: Any = connection.connection.driver_connection
    driver_errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)
    except driver_errors as problem:
        raise StorageError(f"the database refuses rows of {table.name}: {problem}") from problem
