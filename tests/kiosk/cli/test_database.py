"""`segel database`: the tables are those of this program."""

import pytest

from kiosk.storage.mailroom_schema import MAILROOM_VERSION
from kiosk.storage.schema import SCHEMA_VERSION
from tests.offices import Office
from tests.sealed_reports import HOLDERS

TAKES_REPORTS = {
    "SEGEL_REPORTS_ENABLED": "true",
    "SEGEL_REPORTS_HOLDERS": ",".join(holder.point.hex() for holder in HOLDERS),
}


def test_a_register_that_is_current_stays_as_it_is(any_office: Office) -> None:
    result = any_office.segel("database", "upgrade")

    assert result.exit_code == 0
    assert result.stdout == f"the register has schema {SCHEMA_VERSION} (before: {SCHEMA_VERSION})\n"


def test_a_lost_register_is_not_begun_anew_just_so(office: Office) -> None:
    (office.site / "register.sqlite3").unlink()

    refused = office.segel("database", "upgrade")
    meant = office.segel("database", "upgrade", "--empty")

    assert refused.exit_code == 1
    assert "bring back the backup" in refused.stderr
    assert meant.stdout == f"the register has schema {SCHEMA_VERSION} (before: none)\n"


@pytest.mark.postgres
def test_an_office_moves_to_a_new_database(office: Office, postgres_url: str) -> None:
    office.environment["SEGEL_DATABASE_URL"] = postgres_url
    refused = office.segel("keys", "list")

    result = office.segel("database", "upgrade")

    assert refused.exit_code == 1
    assert "segel database upgrade" in refused.stderr
    assert result.stdout == f"the register has schema {SCHEMA_VERSION} (before: none)\n"
    assert office.segel("keys", "list").exit_code == 0


def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password(
    office: Office,
) -> None:
    office.environment["SEGEL_DATABASE_URL"] = "postgresql://app:rahasia@127.0.0.1:1/nowhere"

    for words in (("database", "upgrade"), ("keys", "list")):
        result = office.segel(*words)
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)
        assert result.stderr.startswith("segel: ")
        assert "rahasia" not in result.output


def test_an_office_that_takes_reports_gets_a_mailroom_beside_its_register(
    any_office: Office,
) -> None:
    any_office.environment |= TAKES_REPORTS

    first = any_office.segel("database", "upgrade")
    again = any_office.segel("database", "upgrade")

    assert f"the mailroom has schema {MAILROOM_VERSION} (before: none)" in first.stdout
    assert (
        f"the mailroom has schema {MAILROOM_VERSION} (before: {MAILROOM_VERSION})" in again.stdout
    )
    assert (any_office.site / "mailroom.sqlite3").exists()


def test_a_mailroom_in_the_registers_database_is_refused(any_office: Office) -> None:
    any_office.environment |= TAKES_REPORTS
    register = any_office.environment.get("SEGEL_DATABASE_URL", "sqlite:///register.sqlite3")
    any_office.environment["SEGEL_REPORTS_DATABASE"] = register

    result = any_office.segel("database", "upgrade")

    assert result.exit_code == 1
    assert "a database of its own" in result.stderr


def test_an_office_that_takes_no_reports_has_no_mailroom(office: Office) -> None:
    office.segel("database", "upgrade")

    assert not (office.site / "mailroom.sqlite3").exists()
