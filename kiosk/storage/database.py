"""Engines and transactions, the same for SQLite and PostgreSQL, and the kinds of columns.

SQLite writes ahead (WAL) and waits for the disk at every commit (synchronous FULL): what a caller
was told is written survives a power cut. A writer takes the write lock when it begins, so it never
learns half-way that another was quicker; readers see one state and hinder nobody.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import sleep
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from kiosk.storage.errors import StorageError

__all__ = [
    "NAMES",
    "Moment",
    "failures_said",
    "glancer_of",
    "new_engine",
    "of_epoch",
    "reader_of",
    "to_epoch",
    "turn_of",
]

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""How keys, constraints and indexes are called, in the tables of every database."""

# How long a writer waits for another one, in seconds.
PATIENCE = 30
LOOKS_PER_SECOND = 1_000
# SQLite's cache, in KiB: the upper pages of every index of a register of millions.
CACHE_KIB = 65_536
# Pages in the write-ahead log before it is copied back; long, so that a batch seldom waits for it.
CHECKPOINT_PAGES = 4_000


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, kept as whole seconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_epoch(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else of_epoch(value)


def to_epoch(at: datetime) -> int:
    """Whole seconds since 1970.

    Raises:
        ValueError: `at` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return int(at.timestamp())


def of_epoch(seconds: int) -> datetime:
    """The moment so many seconds after 1970, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def new_engine(url: str) -> Engine:
    """An engine for the database at `url`: sqlite:///FILE or postgresql://….

    A process that forks makes its own engine afterwards. Errors do not repeat the values of a
    statement, for some are about people.

    Raises:
        StorageError: the URL names neither.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError("the database URL cannot be read") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _sqlite_engine(parsed)
    if kind == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
    raise StorageError(f"databases of kind {kind} are not supported")


def reader_of(engine: Engine) -> Engine:
    """The same database for those who only read: each of their transactions sees one state."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reads_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def glancer_of(engine: Engine) -> Engine:
    """The same database for those who only read one thing: no transaction stands around it.

    For PostgreSQL an engine of its own, to be disposed of: its connections stay as they are set.
    """
    if engine.dialect.name == "sqlite":
        # Beginning one costs nothing where there is no server.
        return reader_of(engine)
    return create_engine(
        engine.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, hide_parameters=True
    )


@contextmanager
def turn_of(engine: Engine) -> Iterator[None]:
    """Wait for our turn to write, and keep it until the `with` ends.

    SQLite has one writer at a time and lets the others sleep and look again, ever longer; processes
    that share a batch would sleep half the time. A lock file is looked at every millisecond.

    Raises:
        StorageError: somebody else has the turn for long: a command that was stopped, perhaps.
    """
    file = engine.url.database
    if engine.dialect.name != "sqlite" or file is None:
        yield
        return
    handle = os.open(f"{file}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for _look in range(PATIENCE * LOOKS_PER_SECOND):
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            sleep(1 / LOOKS_PER_SECOND)
        else:
            raise StorageError("another command is writing, and does not end; is one stopped?")
        yield
    finally:
        os.close(handle)


@contextmanager
def failures_said(engine: Engine) -> Iterator[None]:
    """Say in a sentence what fails in the database within the `with`.

    Raises:
        StorageError: it is gone, full, locked for long, or broken.
    """
    # Rows in bulk go past SQLAlchemy, so the driver's own errors come as they are.
    driver: Any = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as problem:
        said = str(problem.orig if isinstance(problem, DBAPIError) else problem)
        first, _, _ = said.partition("\n")
        raise StorageError(f"the register's database failed: {first}") from problem


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StorageError("a register in memory would be lost: name a file")
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and too weak; `begin` below says it instead.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{CACHE_KIB}",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
