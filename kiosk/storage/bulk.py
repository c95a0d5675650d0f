"""Rows past SQLAlchemy's care for each value: where microseconds count.

Of many rows at once SQLite gets one prepared statement run over tuples; PostgreSQL gets COPY, and
arrays where a COPY cannot say it. Few rows that come all the time, as reports in a flood, go by
the driver's own statements.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

from kiosk.storage.errors import StorageError

__all__ = ["ask", "insert_few", "insert_rows", "is_sqlite"]


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


def insert_few(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows`, each with the same columns of `table` by their names."""
    mark = "?" if is_sqlite(connection) else "%s"
    values = [
        # Both databases read a day from its text.
        value.isoformat() if type(value) is date else value
        for row in rows
        for value in row.values()
    ]
    statement = _insertion(table, tuple(rows[0]), len(rows), mark)
    _driver_of(connection).cursor().execute(statement, values)


def ask(connection: Connection, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that answer `question`, in which ? stands for each of the values."""
    if not is_sqlite(connection):
        question = question.replace("?", "%s")
    found: list[tuple[Any, ...]] = (
        _driver_of(connection).cursor().execute(question, values).fetchall()
    )
    return found


@lru_cache
def _insertion(table: Table, names: tuple[str, ...], rows: int, mark: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join([mark] * len(names))
    # Only the schema's own names are put into the text.
    return f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join([f"({marks})"] * rows)}'  # noqa: S608


def _driver_of(connection: Connection) -> Any:
    return connection.connection.driver_connection
