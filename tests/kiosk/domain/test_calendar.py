"""Due times count working days, by a calendar that people read in and nothing computes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import (
    HolidayKind,
    add_working_days,
    due_after,
    end_of_day,
    is_working_day,
    parse_holidays,
)
from kiosk.domain.errors import Invalid

FRIDAY, SATURDAY, MONDAY = date(2026, 8, 14), date(2026, 8, 15), date(2026, 8, 17)
INDEPENDENCE = frozenset({MONDAY})
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
calendars = st.frozensets(days, max_size=30)
WIB = 420


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (FRIDAY, 0, FRIDAY),
        (SATURDAY, 0, date(2026, 8, 18)),
        (FRIDAY, 1, date(2026, 8, 18)),
        (FRIDAY, 3, date(2026, 8, 20)),
        (MONDAY, 1, date(2026, 8, 19)),
    ],
)
def test_weekends_and_holidays_are_not_counted(start: date, count: int, due: date) -> None:
    assert add_working_days(start, count, INDEPENDENCE) == due


@given(days, st.integers(0, 60), calendars)
def test_so_many_working_days_lie_between(
    start: date, count: int, calendar: frozenset[date]
) -> None:
    due = add_working_days(start, count, calendar)

    assert is_working_day(due, calendar)
    first = add_working_days(start, 0, calendar)
    after = (first + timedelta(days=number) for number in range(1, (due - first).days + 1))
    assert sum(is_working_day(day, calendar) for day in after) == count


@given(days, st.integers(0, 60), calendars)
def test_more_holidays_make_nothing_due_earlier(
    start: date, count: int, calendar: frozenset[date]
) -> None:
    assert add_working_days(start, count, frozenset()) <= add_working_days(start, count, calendar)


def test_a_count_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(FRIDAY, -1, frozenset())


def test_ten_years_of_holidays_are_a_mistake() -> None:
    class Always(frozenset[date]):
        def __contains__(self, _day: object) -> bool:
            return True

    with pytest.raises(ValueError, match="no working day"):
        add_working_days(FRIDAY, 1, Always())


def test_a_day_ends_at_midnight_where_the_office_is() -> None:
    assert datetime.fromtimestamp(end_of_day(FRIDAY, WIB) + 1, UTC) == datetime(
        2026, 8, 14, 17, tzinfo=UTC
    )


def test_what_comes_in_late_in_the_evening_counts_from_the_offices_day() -> None:
    # 23:30 on Thursday in Jakarta is still Thursday afternoon in UTC; in Jayapura it is Friday.
    at = int(datetime(2026, 8, 13, 16, 30, tzinfo=UTC).timestamp())

    assert due_after(at, 1, frozenset(), WIB) == end_of_day(FRIDAY, WIB)
    assert due_after(at, 1, INDEPENDENCE, 540) == end_of_day(date(2026, 8, 18), 540)


GOOD = "date,kind,name\n2026-08-17,national,Hari Kemerdekaan\n2026-12-24,joint,Cuti bersama\n"


def test_a_calendar_is_read_in_the_order_of_days() -> None:
    text = "\ufeffName;Date;Kind;Office\r\nTutup;2026-09-01;closed;3\r\nA;2026-01-01;national;\r\n"

    found = parse_holidays(text)

    assert [(one.day, one.kind, one.office) for one in found] == [
        (date(2026, 1, 1), HolidayKind.NATIONAL, 0),
        (date(2026, 9, 1), HolidayKind.CLOSED, 3),
    ]
    assert len(parse_holidays(GOOD)) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("", "line 1", id="nothing"),
        pytest.param("date,name\n", "line 1", id="a column is missing"),
        pytest.param(GOOD + "17/8/2026,national,x\n", "line 4", id="another date"),
        pytest.param(GOOD + "2026-05-01,feast,x\n", "line 4", id="another kind"),
        pytest.param(GOOD + "2026-05-01,national,\n", "line 4", id="no name"),
        pytest.param(GOOD + "2026-08-17,joint,again\n", "line 4", id="a day twice"),
        pytest.param(GOOD + "2026-05-01,closed,x\n", "line 4", id="closed, but where?"),
        pytest.param(
            "date,kind,name,office\n2026-05-01,national,x,3\n",
            "line 2",
            id="national at one office",
        ),
        pytest.param(
            "date,kind,name,office\n2026-05-01,closed,x,y\n", "line 2", id="office is no number"
        ),
        pytest.param(GOOD + '2026-05-01,national,"x\n', "", id="no CSV"),
    ],
)
def test_a_calendar_with_a_fault_does_not_count(text: str, line: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_holidays(text)

    assert [fault.path for fault in refused.value.faults] == [line]
