"""`segel reports`: the log against what was published, and what is left to count."""

import sqlite3
from datetime import timedelta

from kiosk.actions.cases import submit, thread_of
from kiosk.actions.deeds import HEADS_FILE
from kiosk.cli.serving import shred_once
from kiosk.domain.calendar import Holiday, HolidayKind
from tests.offices import Office
from tests.sealed_reports import HOLDERS, Reporter, new_directory, publish_directory

TAKES_REPORTS = {
    "SEGEL_REPORTS_ENABLED": "true",
    "SEGEL_REPORTS_HOLDERS": ",".join(holder.point.hex() for holder in HOLDERS),
}


def test_a_log_whose_end_was_cut_off_is_told_from_a_whole_one(office: Office) -> None:
    office.environment |= TAKES_REPORTS
    office.segel("database", "upgrade")
    workshop = office.workshop()
    mailroom = workshop.mailroom
    assert mailroom is not None
    publish_directory(mailroom, new_directory())
    reporter = Reporter.new()
    number = submit(mailroom, reporter.delivery).number
    # What the running server does by itself.
    shred_once(workshop)
    today = mailroom.today()
    with workshop.register.begin() as books:
        books.holidays.replace_years(
            Holiday(day=today + timedelta(days=day), kind=HolidayKind.JOINT, name="LIBUR CONTOH")
            for day in range(12)
        )
    due = thread_of(mailroom, reporter.ask()).due
    workshop.close()
    assert len(number) == 6
    # The register's holidays count, though the mailroom knows no register.
    assert due is not None
    assert due >= today + timedelta(days=12)

    whole, counted = office.segel("reports", "check"), office.segel("reports", "figures")
    with sqlite3.connect(office.site / "mailroom.sqlite3") as connection:
        connection.executescript("DROP TRIGGER deeds_no_delete; DELETE FROM deeds")
    cut = office.segel("reports", "check")
    (office.public / HEADS_FILE).rename(office.site / "kept")
    alone = office.segel("reports", "check")
    with_copy = office.segel("reports", "check", "--heads", office.site / "kept")

    assert (whole.exit_code, whole.stdout) == (
        0,
        "the log is whole: 1 entries; 1 published heads are in it\n",
    )
    assert counted.stdout.splitlines()[1].split() == [
        f"{today:%Y-%m}",
        "3",
        "1",
        "0",
        "-",
        "0",
        "-",
        "0",
    ]
    assert (cut.exit_code, alone.exit_code, with_copy.exit_code) == (1, 0, 1)
    assert f"the head published on {today} is of another log" in with_copy.stderr


def test_an_office_that_takes_no_reports_says_so(office: Office) -> None:
    result = office.segel("reports", "figures")

    assert result.exit_code == 1
    assert "takes no reports" in result.stderr
