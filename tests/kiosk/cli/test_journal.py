"""`segel journal`: whole, or the number of the first entry that is not."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.actions.journal import publish_head
from tests.offices import Office

NOON = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with four entries in its journal."""
    office.segel("offices", "add", "Polres Contoh", "--kind", "polres")
    office.segel("staff", "add", "sari", "--name", "Sari Contoh", "--office", 1)
    office.segel("staff", "reset", "sari")
    return office


def tamper(office: Office, *statements: str) -> None:
    """Change the register's file past the program."""
    connection = sqlite3.connect(office.site / "register.sqlite3")
    connection.execute("DROP TRIGGER IF EXISTS journal_no_update")
    connection.execute("DROP TRIGGER IF EXISTS journal_no_delete")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def publish(office: Office, at: datetime = NOON) -> None:
    """Publish the journal's head of this day."""
    workshop = office.workshop()
    publish_head(workshop.register, office.public, at=at)
    workshop.close()


def test_a_whole_journal_is_said_to_be_whole(busy: Office) -> None:
    result = busy.segel("journal", "check")
    assert result.exit_code == 0
    assert result.stdout.startswith("the journal is whole: 4 entries; 0 published heads")
    assert "\nhead: 4 " in result.stdout


def test_an_empty_journal_is_whole(office: Office) -> None:
    assert office.segel("journal", "check").exit_code == 0


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE journal SET detail = 'x' WHERE number = 2", 2, "altered"),
        ("DELETE FROM journal WHERE number = 3", 3, "missing"),
        ("UPDATE journal SET deed = 'added' WHERE number = 4", 4, "altered"),
    ],
)
def test_hands_in_the_database_are_found(
    busy: Office, statement: str, number: int, why: str
) -> None:
    tamper(busy, statement)
    result = busy.segel("journal", "check")
    assert result.exit_code == 1
    assert result.stderr == f"the journal breaks at entry {number}: {why}\n"


def test_a_journal_that_was_written_anew_does_not_meet_its_published_heads(busy: Office) -> None:
    publish(busy)
    assert "1 published heads are in it" in busy.segel("journal", "check").stdout
    # Somebody starts it over, so that every digest follows.
    tamper(busy, "DELETE FROM journal")
    busy.segel("staff", "reset", "sari")

    result = busy.segel("journal", "check")

    assert result.exit_code == 1
    assert result.stderr == "the journal breaks at entry 4: missing\n"


def test_a_copy_of_the_heads_that_was_kept_elsewhere_counts_too(
    busy: Office, tmp_path: Path
) -> None:
    publish(busy)
    copy = tmp_path / "heads"
    copy.write_bytes((busy.public / "journal").read_bytes())
    tamper(busy, "DELETE FROM journal WHERE number = 4")
    (busy.public / "journal").unlink()

    assert busy.segel("journal", "check").exit_code == 0
    assert busy.segel("journal", "check", "--heads", copy).exit_code == 1


def test_heads_that_contradict_each_other_are_no_answer(busy: Office, tmp_path: Path) -> None:
    publish(busy)
    other = tmp_path / "heads"
    line = (busy.public / "journal").read_text()
    other.write_text(line[:-2] + ("0" if line[-2] != "0" else "1") + "\n")
    assert busy.segel("journal", "check", "--heads", other).exit_code == 2


def test_a_head_is_published_once_a_day_and_an_old_one_stays(busy: Office) -> None:
    publish(busy)
    busy.segel("staff", "reset", "sari")
    publish(busy, NOON + timedelta(hours=3))
    publish(busy, NOON + timedelta(days=1))

    lines = (busy.public / "journal").read_text().splitlines()
    assert [line.split()[:2] for line in lines] == [["2026-08-31", "4"], ["2026-09-01", "5"]]
    assert busy.segel("journal", "check").exit_code == 0


def test_a_line_that_a_power_cut_left_half_does_no_harm(busy: Office) -> None:
    file = busy.public / "journal"
    file.write_text("2026-08-30 3 00ff")
    publish(busy)
    assert len(file.read_text().splitlines()) == 2
    assert busy.segel("journal", "check").exit_code == 0


def test_what_stands_in_it_about_somebody_is_shown(busy: Office) -> None:
    result = busy.segel("journal", "show", "--subject", "staff 1")
    assert [line.split()[-1] for line in result.stdout.splitlines()] == [
        "staff-added",
        "enrolment-made",
        "enrolment-made",
    ]
    assert "Sari" not in result.stdout
    assert busy.segel("journal", "show", "--subject", "staff 9").exit_code == 1
