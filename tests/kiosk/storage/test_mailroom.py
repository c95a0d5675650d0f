"""The mailroom's database: its migrations lead to its tables, its log is kept, deletion is real."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Timer
from time import sleep

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, inspect

from kiosk.actions.cases import shred_due, submit
from kiosk.actions.handling import set_aside
from kiosk.actions.mailroom import Mailroom
from kiosk.domain.errors import NotNow
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.mailroom import Archive, Shelves, new_archive_engine
from kiosk.storage.mailroom_schema import MAILROOM_VERSION, mailroom_metadata
from kiosk.storage.upgrading import downgrade, newest_version, upgrade
from tests.sealed_reports import DAY, HANDLING, Days, Reporter, as_seen, new_mailroom


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
    today = Days()
    mailroom = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, today)
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)
    set_aside(mailroom, [as_seen(mailroom, reporter.key.case)], by=HANDLING)

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


def commits_of(engine: Engine) -> list[object]:
    """Every transaction that this engine ends from now on."""
    found: list[object] = []
    event.listen(engine, "commit", found.append)
    return found


def together(archive: Archive, works: list[Callable[[Shelves], int]]) -> list[Future[int]]:
    """Have all of them written at once: the first holds the turn until the others are there."""
    there = Barrier(len(works))

    def first(shelves: Shelves) -> int:
        # The others wish for something before they wait.
        there.wait(timeout=30)
        return works[0](shelves)

    def other(work: Callable[[Shelves], int]) -> int:
        waiting = Timer(0.1, there.wait)
        waiting.start()
        found = archive.write_together(work)
        waiting.join()
        return found

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(archive.write_together, first)]
        sleep(0.1)
        futures += [pool.submit(other, work) for work in works[1:]]
    return futures


def saying(number: int) -> Callable[[Shelves], int]:
    """Adds an entry to the log."""

    def write(shelves: Shelves) -> int:
        shelves.deeds.write(on=DAY, deed=f"deed {number}", case=bytes([number] * 16))
        return number

    return write


def refusing(_shelves: Shelves) -> int:
    """Is refused."""
    raise NotNow("not now")


def test_those_who_come_while_another_writes_wait_for_the_disk_together(engine: Engine) -> None:
    archive = Archive(engine)
    commits = commits_of(engine)

    found = together(archive, [saying(number) for number in range(6)])

    assert [one.result() for one in found] == list(range(6))
    assert len(commits) == 2
    with archive.read() as shelves:
        assert sorted(entry.deed for entry, _digest in shelves.deeds.all()) == [
            f"deed {number}" for number in range(6)
        ]


def test_a_refusal_is_of_its_own_wish_alone(engine: Engine) -> None:
    archive = Archive(engine)

    found = together(archive, [saying(0), refusing, saying(2), refusing, saying(4)])

    assert [type(one.exception()) for one in found[1::2]] == [NotNow] * 2
    with archive.read() as shelves:
        assert len(list(shelves.deeds.all())) == 3


def test_where_the_database_fails_nobody_is_told_that_theirs_was_written(engine: Engine) -> None:
    archive = Archive(engine)

    def failing(shelves: Shelves) -> int:
        raise StorageError("gone")

    found = together(archive, [saying(0), saying(1), failing, saying(3)])

    assert found[0].result() == 0
    assert [type(one.exception()) for one in found[1:]] == [StorageError] * 3
    with archive.read() as shelves:
        assert [entry.deed for entry, _digest in shelves.deeds.all()] == ["deed 0"]


def test_an_error_in_the_program_leaves_nobody_waiting(engine: Engine) -> None:
    archive = Archive(engine)

    def broken(shelves: Shelves) -> int:
        raise ZeroDivisionError

    found = together(archive, [saying(0), saying(1), broken, saying(3)])

    failed = [place for place, one in enumerate(found) if one.exception(timeout=30)]
    assert 2 in failed
    # And whoever wrote for all of them: they are told that nothing was taken.
    assert len(failed) <= 2
    with archive.read() as shelves:
        assert len(list(shelves.deeds.all())) == 4 - len(failed)
