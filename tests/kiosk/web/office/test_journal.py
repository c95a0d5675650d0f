"""An auditor reads who did what, in his or her offices; and that is written down, too."""

import re

import pytest

from kiosk.actions.journal import write_opening
from kiosk.domain.staff import Role
from tests.staffed import Staffed


def open_file(staffed: Staffed, subject: str, *, place: str = "polres", by: Role) -> None:
    """Somebody opens a file at an office."""
    with staffed.desk.register.begin() as books:
        write_opening(
            books,
            at=staffed.clock(),
            staff=staffed.staff(by),
            role=by,
            office=staffed.places[place].id,
            subject=subject,
        )


def test_an_auditor_sees_who_opened_a_file(staffed: Staffed) -> None:
    open_file(staffed, "application 17", by=Role.EXAMINER)
    page = staffed.client(Role.AUDITOR).get("/journal?subject=application+17").text
    assert "Ujang Contoh" in page
    assert "membuka berkas" in page
    assert "Sari Contoh" not in page


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("subject=application+1", True),
        ("subject=application+10", False),
        ("login=examiner&deed=opened", True),
        ("login=verifier&deed=opened", False),
        ("deed=roles-set&subject=application+1", False),
        ("since=31-08-2026&until=31-08-2026&subject=application+1", True),
        ("since=01-09-2026&subject=application+1", False),
        ("until=30-08-2026&subject=application+1", False),
    ],
)
def test_filters_leave_out_what_does_not_fit(
    staffed: Staffed,
    filters: str,
    found: bool,  # noqa: FBT001 -- a case of the test
) -> None:
    # 31 August 2026, 23:30 in Jakarta: the day is the office's, not that of Greenwich.
    staffed.clock.now = staffed.clock.now.replace(year=2026, month=8, day=31, hour=16, minute=30)
    open_file(staffed, "application 1", by=Role.EXAMINER)
    page = staffed.client(Role.AUDITOR).get(f"/journal?{filters}").text
    assert ("Ujang Contoh" in page) is found


def test_an_auditor_sees_nothing_of_other_offices(staffed: Staffed) -> None:
    open_file(staffed, "application 1", place="other", by=Role.EXAMINER)
    open_file(staffed, "application 2", place="polsek", by=Role.EXAMINER)
    page = staffed.client(Role.AUDITOR).get("/journal?deed=opened").text
    assert ">application 1<" not in page
    assert ">application 2<" in page


def test_an_auditor_of_the_whole_tree_sees_the_publics_deeds_too(staffed: Staffed) -> None:
    with staffed.desk.register.begin() as books:
        books.journal.write(
            at=staffed.clock(), staff=None, office=None, deed="submitted", subject="application 3"
        )
    top = staffed.add("inspektur", Role.AUDITOR, place="polda")
    assert "application 3" in staffed.client(top).get("/journal").text
    assert "application 3" not in staffed.client(Role.AUDITOR).get("/journal").text


def test_reading_is_written_down(staffed: Staffed) -> None:
    client = staffed.client(Role.AUDITOR)
    client.get("/journal?subject=application+17")
    page = client.get("/journal?deed=journal-read").text
    assert "Agus Contoh" in page
    assert "application 17" in page


def test_older_entries_are_a_link_away_and_none_is_shown_twice(staffed: Staffed) -> None:
    for number in range(120):
        open_file(staffed, f"application {number}", by=Role.EXAMINER)
    client = staffed.client(Role.AUDITOR)
    seen: list[str] = []
    address: str | None = "/journal?deed=opened"
    while address and len(seen) < 200:
        page = client.get(address).text
        seen += re.findall(r">(application \d+)</a>", page)
        older = re.search(r'href="([^"]+)">Lebih lama', page)
        address = older[1].replace("&amp;", "&") if older else None
    assert seen == [f"application {number}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ("login=nobody", "Tidak ada yang memakai login ini."),
        ("since=31-31-2026", "Tulis tanggal, bulan, tahun"),
        ("until=tomorrow", "Tulis tanggal, bulan, tahun"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_said(staffed: Staffed, filters: str, words: str) -> None:
    page = staffed.client(Role.AUDITOR).get(f"/journal?{filters}")
    assert words in page.text
    assert page.status_code == 200
