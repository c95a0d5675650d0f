"""Many rows at once: all of them or none, and every kind of value as it was."""

import pytest
from sqlalchemy import Engine, select

from kiosk.storage.bulk import ask, insert_few, insert_if_new, insert_rows
from kiosk.storage.errors import StorageError
from kiosk.storage.schema import status_lists

STRANGE = b"\x00\\x41\n\t\\N\xff"


def test_bytes_of_every_value_come_back_as_they_were(engine: Engine) -> None:
    rows = [(number, STRANGE + bytes([number]), 7) for number in range(256)]

    with engine.begin() as connection:
        insert_rows(connection, status_lists, rows)

    with engine.connect() as connection:
        found = connection.execute(select(status_lists).order_by(status_lists.c.number))
        assert [(row.number, bytes(row.key), row.next_draw) for row in found] == rows


def test_no_rows_are_no_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_rows(connection, status_lists, [])

    with engine.connect() as connection:
        assert connection.execute(select(status_lists)).all() == []


@pytest.mark.postgres
def test_rows_that_postgresql_refuses_are_a_storage_error(postgres_engine: Engine) -> None:
    rows = [(1, STRANGE, 7), (1, STRANGE, 7)]

    with pytest.raises(StorageError), postgres_engine.begin() as connection:
        insert_rows(connection, status_lists, rows)

    with postgres_engine.connect() as connection:
        assert connection.execute(select(status_lists)).all() == []


def test_a_few_rows_by_the_names_of_their_columns_come_back_as_they_were(engine: Engine) -> None:
    rows = [{"next_draw": 7, "key": STRANGE + bytes([one]), "number": one} for one in range(3)]

    with engine.begin() as connection:
        insert_few(connection, (status_lists, rows[:1]), (status_lists, rows[1:]))
        found = ask(connection, "SELECT key FROM status_lists WHERE number > ?", [0])

    assert sorted(bytes(row[0]) for row in found) == [STRANGE + b"\1", STRANGE + b"\2"]
    with engine.connect() as connection:
        kept = connection.execute(select(status_lists).order_by(status_lists.c.number))
        assert [dict(row._mapping) for row in kept] == rows


def test_a_row_whose_place_is_taken_is_not_written(engine: Engine) -> None:
    row = {"number": 1, "key": STRANGE, "next_draw": 7}

    with engine.begin() as connection:
        assert insert_if_new(connection, status_lists, row)
        assert not insert_if_new(connection, status_lists, row | {"next_draw": 8})

    with engine.connect() as connection:
        assert connection.execute(select(status_lists.c.next_draw)).scalars().all() == [7]
