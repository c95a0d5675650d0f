"""Bring a database to the newest schema, or say how far it is.

Alembic takes half a second to import, so only `segel init` and `segel database` import this module;
everything else asks `Register.require_current`.
"""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from kiosk.storage.database import failures_said

__all__ = ["Stream", "downgrade", "newest_version", "present_version", "upgrade"]

_MIGRATIONS = Path(__file__).with_name("migrations")

Stream = Literal["register", "mailroom"]
"""Which database: that of people, or that of sealed reports."""


def upgrade(engine: Engine, version: str = "head", *, stream: Stream = "register") -> None:
    """Bring the database up to `version`, in one transaction; a new database gets every table.

    Raises:
        StorageError: the database fails.
    """
    with failures_said(engine), engine.begin() as connection:
        command.upgrade(_config(connection, stream), version)


def downgrade(engine: Engine, version: str, *, stream: Stream = "register") -> None:
    """Take the database back to `version`, in one transaction; "base" removes every table."""
    with engine.begin() as connection:
        command.downgrade(_config(connection, stream), version)


def present_version(engine: Engine) -> str | None:
    """The version of the database's schema; None for a database without tables.

    Raises:
        StorageError: the database fails.
    """
    with failures_said(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_version(stream: Stream = "register") -> str | None:
    """The version that `upgrade` leads to."""
    return ScriptDirectory(str(_MIGRATIONS / stream)).get_current_head()


def _config(connection: Connection, stream: Stream) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS / stream).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
