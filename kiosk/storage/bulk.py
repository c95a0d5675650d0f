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

__all__ = ["ask", "insert_few", "insert_if_new", "insert_rows", "is_sqlite"]


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


def insert_few(connection: Connection, *new: tuple[Table, Sequence[Mapping[str, Any]]]) -> None:
    """Write a few rows into each of some tables; those of one table have the same columns."""
    # PostgreSQL is asked once, and looks at the end what leans on what.
    parts = [new] if not is_sqlite(connection) else [(one,) for one in new]
    for some in parts:
        shape = tuple((table, tuple(rows[0]), len(rows)) for table, rows in some)
        values = [value for _table, rows in some for row in rows for value in _plain(row)]
        _driver_of(connection).cursor().execute(_insertion(shape, _mark(connection)), values)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Write a row, unless another has something that it may not share; whether it was written."""
    statement = _insertion(((table, tuple(row), 1),), _mark(connection))
    wanted = f"{statement} ON CONFLICT DO NOTHING RETURNING 1"
    cursor = _driver_of(connection).cursor().execute(wanted, _plain(row))
    return cursor.fetchone() is not None


def ask(connection: Connection, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that answer `question`, in which ? stands for each of the values."""
    if not is_sqlite(connection):
        question = question.replace("?", "%s")
    found: list[tuple[Any, ...]] = (
        _driver_of(connection).cursor().execute(question, values).fetchall()
    )
    return found


@lru_cache
def _insertion(shape: tuple[tuple[Table, tuple[str, ...], int], ...], mark: str) -> str:
    said = []
    for table, names, rows in shape:
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join([mark] * len(names))
        rows_of_marks = ", ".join([f"({marks})"] * rows)
        # Only the schema's own names are put into the text.
        said.append(f'INSERT INTO "{table.name}" ({columns}) VALUES {rows_of_marks}')  # noqa: S608
    *others, last = said
    named = ", ".join(f"new_{place} AS ({one})" for place, one in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _plain(row: Mapping[str, Any]) -> list[Any]:
    # Both databases read a day from its text.
    return [value.isoformat() if type(value) is date else value for value in row.values()]


def _mark(connection: Connection) -> str:
    return "?" if is_sqlite(connection) else "%s"


def _driver_of(connection: Connection) -> Any:
    return connection.connection.driver_connection
