"""A day at an office, added up: sheets used, void and left; money expected and received.

What the books say is held against what somebody counts at the end of the day, and against what the
bank booked; where they differ, the report says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.calendar import end_of_day
from kiosk.domain.errors import Fault, Invalid, NotPermitted
from kiosk.domain.payments import Way
from kiosk.domain.prints import Blanko, Sheets
from kiosk.domain.staff import Office, Role, Staff, has_role, require_role
from kiosk.storage.payments import Mismatch
from kiosk.storage.prints import DayCount
from kiosk.storage.register import Books

from .desk import Desk
from .due import utc_offset_of

__all__ = ["REPORT_ROLES", "DayReport", "Money", "count_day", "day_report", "reported_offices"]

REPORT_ROLES = frozenset({Role.PRINT_ROOM, Role.SIGNATORY, Role.DUTY_OFFICER, Role.COMMANDER})
"""Who sees the report of a day; the print room counts."""

_LARGEST = 10**12


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """Rupiah that came in one way: as the applications have it, and as the bank or till has it.

    `received` is None while nobody has counted.
    """

    payments: int
    expected: int
    received: int | None

    @property
    def equal(self) -> bool:
        """Whether what is expected was received."""
        return self.expected == self.received


@dataclass(frozen=True, kw_only=True)
class DayReport:
    """A day at an office. `strays` are lines of the bank, read that day, that settled nothing."""

    office: Office
    day: date
    sheets: Sheets
    counted_sheets: int | None
    void: tuple[Blanko, ...]
    bank: Money
    till: Money
    strays: tuple[Mismatch, ...]
    counted: DayCount | None

    @property
    def agrees(self) -> bool:
        """Whether everything adds up, and somebody has counted."""
        return (
            self.sheets.balanced
            and self.counted_sheets == self.sheets.left
            and self.bank.equal
            and self.till.equal
            and not self.strays
        )


def reported_offices(desk: Desk, staff: Staff) -> list[Office]:
    """The issuing offices whose days somebody may see, by name."""
    with desk.register.read() as books:
        tree = books.offices.all()
    found = [
        office
        for office in tree
        if office.unit is not None
        and any(has_role(staff, role, office.id, tree) for role in REPORT_ROLES)
    ]
    return sorted(found, key=lambda office: office.name)


def day_report(desk: Desk, staff: Staff, office: int, day: date) -> DayReport:
    """The report of a day at an office; of today, as far as it has come.

    Raises:
        NotPermitted: `staff` sees no reports of that office.
    """
    with desk.register.read() as books:
        tree = books.offices.all()
        if not any(has_role(staff, role, office, tree) for role in REPORT_ROLES):
            raise NotPermitted(f"staff {staff.id} sees no reports of office {office}")
        since, until = _bounds(desk, books, office, day)
        counted = books.prints.find_count(office, day)
        taken = {one.way: one for one in books.payments.taken([office], since=since, until=until)}
        bank, till = taken.get(Way.BANK), taken.get(Way.COUNTER)
        return DayReport(
            office=books.offices.get(office),
            day=day,
            sheets=books.prints.sheets([office], since=since, until=until),
            counted_sheets=None if counted is None else counted.sheets,
            void=tuple(books.prints.void_sheets([office], since=since, until=until)),
            bank=Money(
                payments=bank.count if bank else 0,
                expected=bank.amount if bank else 0,
                received=books.payments.booked([office], since=since, until=until),
            ),
            till=Money(
                payments=till.count if till else 0,
                expected=till.amount if till else 0,
                received=None if counted is None else counted.money,
            ),
            strays=tuple(
                one for one in books.payments.mismatches(since=since) if one.read_at < until
            ),
            counted=counted,
        )


def count_day(
    desk: Desk, staff: Staff, office: int, day: date, *, money: str, sheets: str
) -> DayCount:
    """Note what somebody counted at the end of a day: rupiah in the till, sheets in the pile.

    Raises:
        NotPermitted: `staff` prints nothing there.
        Invalid: that is no number, or the day has not begun.
    """
    counted = {
        name: typed.replace(".", "").replace(" ", "").removeprefix("Rp")
        for name, typed in (("money", money), ("sheets", sheets))
    }
    faults = [
        Fault(path=name, code="not-digits", sentence="is no whole number")
        for name, typed in counted.items()
        if not (typed.isascii() and typed.isdigit() and int(typed[:15]) < _LARGEST)
    ]
    if faults:
        raise Invalid(faults)
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        require_role(staff, Role.PRINT_ROOM, office, books.offices.all())
        since, _ = _bounds(desk, books, office, day)
        if now < since:
            raise Invalid([Fault(path="day", code="future", sentence="has not begun")])
        count = DayCount(
            office=office,
            day=day,
            money=int(counted["money"]),
            sheets=int(counted["sheets"]),
            by=staff.id,
            at=now,
        )
        books.prints.write_count(count)
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=office,
            deed="day-counted",
            subject=f"office {office}",
            detail=f"{day.isoformat()} {count.money} {count.sheets}",
        )
    return count


def _bounds(desk: Desk, books: Books, office: int, day: date) -> tuple[int, int]:
    """The first second of a day at an office, and that of the next one."""
    offset = utc_offset_of(desk, books.offices.get(office).unit)
    return end_of_day(day - timedelta(days=1), offset) + 1, end_of_day(day, offset) + 1
