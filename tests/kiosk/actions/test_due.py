"""By when: the office's clock and its own holidays."""

from datetime import UTC, date, datetime, timedelta

from kiosk.actions.due import calendar_of, due_in, promised, set_holidays, today_at
from kiosk.domain.applications import Application
from kiosk.domain.calendar import Holiday, HolidayKind
from tests.staffed import Staffed

WIB = timedelta(hours=7)


def day_of(at: int) -> date:
    return (datetime.fromtimestamp(at, UTC) + WIB).date()


def closed(staffed: Staffed, place: str, day: date) -> Holiday:
    office = staffed.places[place].id
    return Holiday(day=day, kind=HolidayKind.CLOSED, name="Tutup", office=office)


def test_the_day_is_the_offices(staffed: Staffed) -> None:
    staffed.clock.now = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)

    with staffed.desk.register.read() as books:
        assert today_at(staffed.desk, books, staffed.places["polres"].id) == date(2026, 11, 23)


def test_one_office_may_be_closed_while_others_work(staffed: Staffed) -> None:
    staffed.clock.now = datetime(2026, 11, 23, 3, tzinfo=UTC)  # a Monday
    tuesday = date(2026, 11, 24)
    years = set_holidays(staffed.desk, [closed(staffed, "polres", tuesday)])

    with staffed.desk.register.read() as books:
        due = {
            place: day_of(due_in(staffed.desk, books, staffed.places[place].id, days=1))
            for place in ("polres", "other")
        }

    assert years == [2026]
    assert due == {"polres": date(2026, 11, 25), "other": tuesday}


def test_the_days_of_a_year_are_replaced_as_one(staffed: Staffed) -> None:
    old = [
        Holiday(day=date(year, 5, 1), kind=HolidayKind.NATIONAL, name="Lama")
        for year in (2026, 2027)
    ]
    set_holidays(staffed.desk, old)
    set_holidays(
        staffed.desk, [Holiday(day=date(2026, 12, 25), kind=HolidayKind.NATIONAL, name="Natal")]
    )

    with staffed.desk.register.read() as books:
        known = [holiday.day for holiday in books.holidays.all(since=date(2026, 1, 1))]
        entries = books.journal.about("year 2026")
        assert books.holidays.years() == [2026, 2027]
    assert known == [date(2026, 12, 25), date(2027, 5, 1)]
    assert [entry.deed for entry in entries] == ["holidays-set"] * 2


def test_an_examination_is_promised_in_working_days(staffed: Staffed) -> None:
    staffed.clock.now = datetime(2026, 11, 20, 3, tzinfo=UTC)  # a Friday
    application = Application(id=1, office=staffed.places["polres"].id)

    with staffed.desk.register.read() as books:
        at = promised(staffed.desk, books, application)
        calendar = calendar_of(books, application.office, int(staffed.clock().timestamp()))

    assert staffed.desk.settings.applications.examination_days == 3
    assert (day_of(at), calendar) == (date(2026, 11, 25), frozenset())
