"""A PostgreSQL server of our own: started for the run, thrown away after it, reached by a socket.

Works for root, whom PostgreSQL refuses to serve under its own name, and for anybody else.
"""

import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_DURABLE = "-c fsync=on"
# A throw-away server need not survive a power cut.
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A running server; `folder` holds its data, its log and its socket."""

    folder: Path
    programs: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def url(self, database: str) -> str:
        """Where `database` is, in the words of SQLAlchemy."""
        return f"postgresql+psycopg://app@/{database}?host={self.folder}"

    def new_database(self, *, template: str = "template0") -> str:
        """The name of a new database, a copy of `template`, to which nobody may be connected."""
        name = f"test_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with self._connect("postgres") as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def empty_database(self, name: str) -> None:
        """Throw out whoever is connected to a database, and all that it keeps.

        Ten times as quick as a new one.
        """
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with self._connect("postgres") as connection:
            connection.execute(others, [name])
        with self._connect(name) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="app", dbname=database, autocommit=True)


def _programs() -> Path:
    """The folder of the newest PostgreSQL that Debian has installed."""
    versions = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()
    ]
    if not versions:
        pytest.fail("PostgreSQL is not installed: run `make setup`, or apt-get install postgresql")
    return max(versions, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))])


def start_server(*, durable: bool = False) -> PostgresServer:
    """A new server with one user, `app`; `durable` if a kill must lose nothing."""
    # Short, because the path of a Unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="segel-pg-", dir="/tmp"))
    server = PostgresServer(folder=folder, programs=_programs())
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    _run(
        server, "initdb", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
    )
    settings = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} "
        f"-c max_connections=100 {_DURABLE if durable else _QUICK}"
    )
    _run(server, "pg_ctl", "-l", str(folder / "log"), "-w", "-o", settings, "start")
    return server


def stop_server(server: PostgresServer) -> None:
    """Stop the server at once, and remove everything it kept."""
    _run(server, "pg_ctl", "-m", "immediate", "-w", "stop")
    shutil.rmtree(server.folder)


def _run(server: PostgresServer, name: str, *arguments: str) -> None:
    # The server's own user must be able to enter the working folder.
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [
        *as_server,
        str(server.programs / name),
        "-D",
        str(server.folder / "data"),
        *arguments,
    ]
    done = subprocess.run(  # a server keeps the output open, so it goes to a file
        command, cwd=server.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        log = server.folder / "log"
        pytest.fail(f"{name}: {done.stderr.decode()}\n{log.read_text() if log.exists() else ''}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The run's PostgreSQL server."""
    server = start_server()
    yield server
    stop_server(server)


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """The database that tests use in turn."""
    return postgres.new_database()


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_database: str) -> str:
    """An empty PostgreSQL database, the test's own for as long as it runs."""
    postgres.empty_database(postgres_database)
    return postgres.url(postgres_database)


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the test's own: the test runs once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
