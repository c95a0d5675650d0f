"""The report of a day: used + void + left is what there was, and money is where it should be."""

from datetime import date

import pytest

from kiosk.actions import printing
from kiosk.actions.daybook import DayReport, count_day, day_report, reported_offices
from kiosk.actions.due import today_at
from kiosk.actions.payments import read_bank_file, take_at_counter
from kiosk.domain.errors import Invalid, NotPermitted
from kiosk.domain.prints import Spoilt
from kiosk.domain.staff import Role
from tests.applying import bank_line
from tests.staffed import Staffed
from tests.working import handed_in, printed, sheets


def today(staffed: Staffed) -> date:
    with staffed.desk.register.read() as books:
        return today_at(staffed.desk, books, staffed.places["polres"].id)


def report(staffed: Staffed, day: date | None = None) -> DayReport:
    office = staffed.places["polres"].id
    printer = staffed.staff(Role.PRINT_ROOM)
    return day_report(staffed.desk, printer, office, day or today(staffed))


def count(staffed: Staffed, money: str, left: str) -> None:
    office = staffed.places["polres"].id
    printer = staffed.staff(Role.PRINT_ROOM)
    count_day(staffed.desk, printer, office, today(staffed), money=money, sheets=left)


def test_a_day_adds_up(staffed: Staffed) -> None:
    office, printer = staffed.places["polres"].id, staffed.staff(Role.PRINT_ROOM)
    sheets(staffed)
    printed(staffed)
    printing.void_sheet(staffed.desk, printer, office, serial="09 - 0986551", reason=Spoilt.TORN)
    unpaid = handed_in(staffed, paid=False)
    take_at_counter(staffed.desk, staffed.staff(Role.VERIFIER), unpaid, receipt="K-000001")
    count(staffed, "Rp 30.000", "8")

    day = report(staffed)

    assert (day.sheets.received, day.sheets.used, day.sheets.void, day.sheets.left) == (10, 1, 1, 8)
    assert [sheet.serial for sheet in day.void] == ["09 - 0986551"]
    assert (day.bank.payments, day.bank.expected, day.bank.received) == (1, 30_000, 30_000)
    assert (day.till.payments, day.till.expected, day.till.received) == (1, 30_000, 30_000)
    assert day.agrees


@pytest.mark.parametrize(("money", "left"), [("0", "9"), ("30000", "10")])
def test_a_till_or_a_pile_that_differs_is_said(staffed: Staffed, money: str, left: str) -> None:
    sheets(staffed)
    printed(staffed)
    unpaid = handed_in(staffed, paid=False)
    take_at_counter(staffed.desk, staffed.staff(Role.VERIFIER), unpaid, receipt="K-000001")
    count(staffed, money, left)

    assert not report(staffed).agrees
    count(staffed, "30000", "9")
    assert report(staffed).agrees


def test_until_somebody_has_counted_nothing_agrees(staffed: Staffed) -> None:
    assert not report(staffed).agrees


def test_money_that_belongs_to_nothing_is_shown(staffed: Staffed) -> None:
    id_ = handed_in(staffed, paid=False)
    count(staffed, "0", "0")
    read_bank_file(staffed.desk, bank_line(staffed.desk, id_, amount=25_000))

    day = report(staffed)

    assert [stray.amount for stray in day.strays] == [25_000]
    assert not day.agrees


def test_the_next_day_begins_with_what_was_left(staffed: Staffed) -> None:
    sheets(staffed)
    printed(staffed)
    first = today(staffed)
    staffed.clock.forward(days=1)

    day = report(staffed)

    assert (day.sheets.before, day.sheets.used, day.sheets.left) == (9, 0, 9)
    assert day.bank.payments == 0
    assert report(staffed, first).sheets.left == 9


@pytest.mark.parametrize(("money", "left"), [("", "1"), ("1", "x"), ("-1", "1")])
def test_what_is_no_number_is_not_counted(staffed: Staffed, money: str, left: str) -> None:
    with pytest.raises(Invalid):
        count(staffed, money, left)


def test_a_report_is_for_those_who_answer_for_it(staffed: Staffed) -> None:
    office = staffed.places["polres"].id
    allowed = {Role.PRINT_ROOM, Role.SIGNATORY, Role.DUTY_OFFICER, Role.COMMANDER}
    for role in Role:
        staff = staffed.staff(role)
        if role in allowed:
            assert [one.id for one in reported_offices(staffed.desk, staff)] == [office]
            day_report(staffed.desk, staff, office, today(staffed))
        else:
            assert reported_offices(staffed.desk, staff) == []
            with pytest.raises(NotPermitted):
                day_report(staffed.desk, staff, office, today(staffed))
        if role is not Role.PRINT_ROOM:
            with pytest.raises(NotPermitted):
                count_day(staffed.desk, staff, office, today(staffed), money="1", sheets="1")
