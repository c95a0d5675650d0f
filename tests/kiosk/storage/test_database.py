"""What is written is on the disk, moments have a zone, and errors keep values to themselves."""

import fcntl
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kiosk.storage import database
from kiosk.storage.database import new_engine, of_epoch, to_epoch, turn_of
from kiosk.storage.errors import StorageError
from tests.kiosk.storage.reservations import NOW


def test_sqlite_waits_for_the_disk_and_minds_foreign_keys(tmp_path: Path) -> None:
    engine = new_engine(f"sqlite:///{tmp_path / 'register.sqlite3'}")

    with engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()

    # synchronous 2 is FULL.
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_writer_whose_turn_never_comes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_engine(f"sqlite:///{tmp_path / 'register.sqlite3'}")
    monkeypatch.setattr(database, "PATIENCE", 1)

    with (tmp_path / "register.sqlite3-turn").open("w") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="is one stopped"), turn_of(engine):
            pass
    with turn_of(engine):
        pass
    engine.dispose()


def test_a_sqlite_writer_holds_the_lock_from_its_beginning_and_readers_do_not(
    tmp_path: Path,
) -> None:
    engine = new_engine(f"sqlite:///{tmp_path / 'register.sqlite3'}")
    impatient = new_engine(f"sqlite:///{tmp_path / 'register.sqlite3'}")
    reader = impatient.execution_options(reads_only=True)

    with engine.begin(), reader.connect() as reading:
        assert reading.exec_driver_sql("SELECT 1").scalar() == 1
        reading.rollback()
        reading.exec_driver_sql("PRAGMA busy_timeout = 0")
        reading.rollback()
        with pytest.raises(DBAPIError, match="locked"):
            reading.execution_options(reads_only=False).exec_driver_sql("SELECT 1")
    engine.dispose()
    impatient.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://localhost/segel",
        "sqlite://",
        "sqlite:///:memory:",
        "nonsense",
        "",
    ],
)
def test_other_databases_are_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(StorageError):
        new_engine(url)


def test_errors_do_not_repeat_what_was_to_be_written(empty: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, empty.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Ratna"})

    assert "Ratna" not in str(caught.value)


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_epoch(NOW.replace(tzinfo=None))


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)),  # noqa: DTZ001 -- the zone is drawn
    st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_a_moment_is_kept_to_the_second_whatever_its_zone(at: datetime, zone: timezone) -> None:
    moment = at.replace(tzinfo=zone)

    assert timedelta(0) <= moment - of_epoch(to_epoch(moment)) < timedelta(seconds=1)
