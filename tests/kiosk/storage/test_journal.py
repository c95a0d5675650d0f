"""The journal is only ever added to: whole, in order, by one writer after the other."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kiosk.domain.journal import BEGINNING, Entry, first_break
from kiosk.storage.errors import StorageError
from kiosk.storage.register import Register

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)


def write(register: Register, *deeds: str, subject: str = "application 1", **more: int) -> None:
    """One transaction that does these deeds."""
    with register.begin() as books:
        for deed in deeds:
            books.journal.write(
                at=NOON,
                staff=more.get("staff", 7),
                office=more.get("office", 2),
                deed=deed,
                subject=subject,
            )


def kept(register: Register) -> list[tuple[Entry, bytes]]:
    """Everything, with digests."""
    with register.read() as books:
        return list(books.journal.all())


def test_entries_are_numbered_and_each_is_bound_to_the_one_before(register: Register) -> None:
    write(register, "opened")
    write(register, "checked", "sent-back")

    entries = kept(register)

    assert [(entry.number, entry.deed) for entry, _ in entries] == [
        (1, "opened"),
        (2, "checked"),
        (3, "sent-back"),
    ]
    assert first_break(entries) is None
    with register.read() as books:
        assert books.journal.head() == (3, entries[-1][1])


def test_an_empty_journal_has_a_beginning(register: Register) -> None:
    with register.read() as books:
        assert books.journal.head() == (0, BEGINNING)
        assert books.journal.page() == []


def test_what_did_not_happen_is_not_written_down(register: Register) -> None:
    def fail() -> None:
        with register.begin() as books:
            books.journal.write(at=NOON, staff=7, office=2, deed="approved", subject="x 1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    write(register, "opened")

    assert [(entry.number, entry.deed) for entry, _ in kept(register)] == [(1, "opened")]


def test_a_deed_in_a_transaction_that_only_reads_is_not_lost_silently(register: Register) -> None:
    with register.read() as books, pytest.raises(StorageError):
        books.journal.write(at=NOON, staff=7, office=2, deed="opened", subject="x 1")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET detail = 'x' WHERE number = 1",
        "DELETE FROM journal WHERE number = 1",
        "DELETE FROM journal",
    ],
)
def test_the_database_refuses_to_change_what_was_written(
    register: Register, engine: Engine, statement: str
) -> None:
    write(register, "opened")

    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text(statement))

    assert first_break(kept(register)) is None
    assert len(kept(register)) == 1


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_it_at_once(postgres_engine: Engine) -> None:
    register = Register(postgres_engine)
    write(register, "opened")
    with pytest.raises(DBAPIError, match="only ever added to"), postgres_engine.begin() as one:
        one.execute(text("TRUNCATE journal"))


def test_writers_at_the_same_time_do_not_fork_the_chain(register: Register, engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from kiosk.storage.database import new_engine\n"
        "from kiosk.storage.register import Register\n"
        "register = Register(new_engine(sys.argv[1]))\n"
        "for turn in range(40):\n"
        "    with register.begin() as books:\n"
        "        books.publications.next('writer ' + sys.argv[2])\n"
        "        for _ in range(2):\n"
        "            books.journal.write(at=datetime(2026, 8, 31, tzinfo=UTC), office=None,\n"
        "                staff=int(sys.argv[2]), deed='turn', subject=f'turn {turn}')\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, url, str(number)], cwd=ROOT)
        for number in range(1, 5)
    ]

    assert [writer.wait() for writer in writers] == [0] * 4
    entries = kept(register)
    assert first_break(entries) is None
    assert len(entries) == 4 * 40 * 2
    # What one transaction wrote stands together; and they did work side by side.
    assert all(
        one.subject == other.subject and one.staff == other.staff
        for (one, _), (other, _) in zip(entries[::2], entries[1::2], strict=True)
    )
    assert [entry.staff for entry, _ in entries] != sorted(entry.staff or 0 for entry, _ in entries)


def test_a_writer_that_waits_for_a_row_does_not_hold_the_journal(postgres_engine: Engine) -> None:
    # The journal's lock is taken last, so two transactions that wait for each other's rows do not
    # wait for the journal as well, one of them while holding it.
    register = Register(postgres_engine)
    with register.begin() as books:
        books.journal.write(at=NOON, staff=1, office=None, deed="slow", subject="x 1")
        write(register, "quick")
    assert [entry.deed for entry, _ in kept(register)] == ["quick", "slow"]


Change = Callable[[Engine], None]


def tamper(engine: Engine, statement: str) -> None:
    """Change the database past the program, as somebody could who has the machine."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER journal_no_update"))
            connection.execute(text("DROP TRIGGER journal_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER journal_is_kept ON journal"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE journal SET at = at + 1 WHERE number = 3", 3),
        ("UPDATE journal SET staff = 8 WHERE number = 3", 3),
        ("UPDATE journal SET staff = NULL WHERE number = 3", 3),
        ("UPDATE journal SET office = 3 WHERE number = 3", 3),
        ("UPDATE journal SET deed = 'looked' WHERE number = 3", 3),
        ("UPDATE journal SET subject = 'application 2' WHERE number = 3", 3),
        ("UPDATE journal SET detail = 'x' WHERE number = 3", 3),
        ("UPDATE journal SET digest = (SELECT digest FROM journal WHERE number = 2)"
         " WHERE number = 3", 3),
        ("DELETE FROM journal WHERE number = 3", 3),
        ("DELETE FROM journal WHERE number = 1", 2),
        ("UPDATE journal SET number = 9 WHERE number = 3", 3),
        ("INSERT INTO journal SELECT 7, at, staff, office, deed, subject, detail, digest"
         " FROM journal WHERE number = 6", 7),
    ],
)  # fmt: skip
def test_whoever_changes_the_database_itself_is_found(
    register: Register, engine: Engine, statement: str, number: int
) -> None:
    write(register, *("opened",) * 6)
    assert first_break(kept(register)) is None

    tamper(engine, statement)

    found = first_break(kept(register))
    assert found is not None
    assert found.number == number


def test_an_end_that_was_cut_off_is_found_by_a_head_that_somebody_kept(
    register: Register, engine: Engine
) -> None:
    write(register, *("opened",) * 6)
    with register.read() as books:
        number, digest = books.journal.head()

    tamper(engine, "DELETE FROM journal WHERE number > 4")

    assert first_break(kept(register)) is None
    found = first_break(kept(register), heads={number: digest})
    assert found is not None
    assert found.number == 6


def test_pages_go_back_and_filters_leave_out(register: Register) -> None:
    write(register, "opened", "checked", staff=7, office=2)
    write(register, "opened", subject="application 2", staff=8, office=3)
    with register.begin() as books:
        books.journal.write(
            at=NOON + timedelta(days=1), staff=None, office=None, deed="opened", subject="x 1"
        )

    def numbers(**sought: object) -> list[int]:
        with register.read() as books:
            return [entry.number for entry in books.journal.page(**sought)]  # type: ignore[arg-type]  # the filters are the test's subject

    assert numbers() == [4, 3, 2, 1]
    assert numbers(most=2) == [4, 3]
    assert numbers(before=3) == [2, 1]
    assert numbers(deed="opened", staff=7) == [1]
    assert numbers(subject="application 2") == [3]
    assert numbers(offices=[2]) == [2, 1]
    assert numbers(offices=[]) == []
    assert numbers(since=NOON + timedelta(days=1)) == [4]
    assert numbers(until=NOON + timedelta(days=1)) == [3, 2, 1]


def test_a_long_journal_is_read_in_parts(register: Register) -> None:
    write(register, *("opened",) * 2345)
    entries = kept(register)
    assert [entry.number for entry, _ in entries] == list(range(1, 2346))
    assert first_break(entries) is None
