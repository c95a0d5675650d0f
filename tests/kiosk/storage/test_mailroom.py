"""The mailroom's database: its migrations lead to its tables, its log is kept, deletion is real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from kiosk.actions.cases import shred_due, submit
from kiosk.actions.handling import set_aside
from kiosk.actions.mailroom import Mailroom
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.mailroom import Archive, new_archive_engine
from kiosk.storage.mailroom_schema import MAILROOM_VERSION, mailroom_metadata
from kiosk.storage.upgrading import downgrade, newest_version, upgrade
from tests.sealed_reports import HANDLING, Days, Reporter


@pytest.fixture
def engine(register_url: str) -> Iterator[Engine]:
    """A mailroom with every table."""
    found = new_archive_engine(register_url)
    upgrade(found, stream="mailroom")
    yield found
    found.dispose()


def test_the_migrations_lead_to_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, mailroom_metadata) == []
    assert newest_version("mailroom") == MAILROOM_VERSION


def test_what_was_built_can_be_taken_down_again(engine: Engine) -> None:
    downgrade(engine, "base", stream="mailroom")

    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_the_log_is_only_ever_added_to(mailroom: Mailroom, register_url: str) -> None:
    submit(mailroom, Reporter.new().delivery)
    engine = new_archive_engine(register_url)
    for change in ("UPDATE deeds SET detail = ''", "DELETE FROM deeds"):
        with (
            pytest.raises(Exception, match="only ever added to"),
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(change)
    engine.dispose()


def test_an_empty_database_and_a_register_are_no_mailroom(register_url: str) -> None:
    engine = new_archive_engine(register_url)
    with pytest.raises(SchemaError, match="no mailroom"):
        Archive(engine).require_current()
    upgrade(engine)
    with pytest.raises((SchemaError, StorageError)):
        Archive(engine).require_current()
    engine.dispose()


def test_of_a_shredded_report_no_byte_is_left_in_the_files(tmp_path: Path) -> None:
    from tests.sealed_reports import new_mailroom

    today = Days()
    mailroom = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, today)
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)
    set_aside(mailroom, [reporter.key.case], by=HANDLING)

    def kept() -> list[bool]:
        whole = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        sealed = (reporter.submission.wraps[0], reporter.submission.identity[-200:])
        return [part[-64:] in whole for part in sealed]

    assert any(kept())
    for days in (30, 30):
        today.forward(days)
        shred_due(mailroom)
    assert not any(kept())
    mailroom.archive.close()
