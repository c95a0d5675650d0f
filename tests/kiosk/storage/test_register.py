"""The register as a whole: one transaction for all stores, and the right schema or a sentence."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from kiosk.storage.database import new_engine
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.register import Register
from tests.kiosk.storage.reservations import NOW, a_reservation, reserve, states


def test_the_stores_of_a_transaction_stand_or_fall_together(
    register: Register, engine: Engine
) -> None:
    def fail() -> None:
        with register.begin() as books:
            batch = books.batches.open("august.jsonl", at=NOW)
            reserve(books, [a_reservation("a", batch=batch.id)])
            books.publications.next("bundle")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    with register.read() as books:
        assert books.batches.unfinished() == []
        assert books.publications.current("bundle") == 0
    assert states(engine) == {}


def test_a_reader_sees_what_was_before_the_writer_is_done(register: Register) -> None:
    with register.begin() as writing:
        writing.publications.next("bundle")
        with register.read() as reading:
            assert reading.publications.current("bundle") == 0

    with register.read() as reading:
        assert reading.publications.current("bundle") == 1


def test_a_reader_sees_one_state_to_the_end(register: Register) -> None:
    with register.read() as reading:
        before = reading.publications.current("bundle")
        with register.begin() as writing:
            writing.publications.next("bundle")
        after = reading.publications.current("bundle")

    assert (before, after) == (0, 0)


def test_a_current_register_is_accepted(register: Register) -> None:
    register.require_current()


def test_an_older_or_newer_register_is_told_apart(register: Register, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaError, match="9999"):
        register.require_current()


def test_an_empty_database_is_no_register(empty: Engine) -> None:
    with pytest.raises(SchemaError, match="no register"):
        Register(empty).require_current()


def test_asking_for_a_register_does_not_make_one(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"

    with pytest.raises(SchemaError, match="no register"):
        Register(new_engine(f"sqlite:///{path}")).require_current()

    assert not path.exists()


def test_a_register_that_cannot_be_opened_is_said_in_a_sentence(tmp_path: Path) -> None:
    register = Register(new_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}"))

    with pytest.raises(StorageError, match="unable to open"), register.read():
        pass


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"
    path.write_bytes(b"not a database, but long enough to be looked at" * 40)

    with pytest.raises(SchemaError, match="not a database"):
        Register(new_engine(f"sqlite:///{path}")).require_current()


def test_a_database_error_inside_a_transaction_is_a_storage_error(
    register: Register, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE publications"))

    with pytest.raises(StorageError, match="publications"), register.begin() as books:
        books.publications.next("bundle")


def test_a_closed_register_opens_again_when_it_is_asked(register: Register) -> None:
    register.close()

    with register.read() as books:
        assert books.publications.current("bundle") == 0
