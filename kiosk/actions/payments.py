"""Payments: a bank's file is read, a counter's receipt is taken, what was not paid lapses.

A line of the bank settles a payment only where reference and amount fit; every other line is kept
for a person to look at. Whatever is read twice counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.domain import applications, payments
from kiosk.domain.applications import Stage
from kiosk.domain.calendar import end_of_day
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.payments import BankLine, LineOutcome, Payment, Way
from kiosk.domain.staff import Role, Staff, has_role
from kiosk.storage.register import Books

from .desk import Desk
from .due import due_in
from .filing import application_of, get_application, replace_application
from .notices import put_notice

__all__ = [
    "ReadFile",
    "lapse_payments",
    "read_bank_file",
    "renew_payment",
    "take_at_counter",
]

DAY = 86_400
# So many lines are one transaction, and so many applications lapse in one.
AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadFile:
    """What came of a bank's file: lines by outcome, and how many had been read before."""

    outcomes: Mapping[LineOutcome, int]
    known: int


def read_bank_file(desk: Desk, text: str) -> ReadFile:
    """Read a bank's CSV file, line by line; a file that was read before changes nothing.

    Raises:
        Invalid: a line cannot be read. Nothing of the file counts then.
    """
    lines = payments.parse_bank_file(text)
    outcomes: dict[LineOutcome, int] = {}
    known = 0
    for start in range(0, len(lines), AT_ONCE):
        with desk.register.begin() as books:
            for line in lines[start : start + AT_ONCE]:
                outcome = _read_line(desk, books, line)
                if outcome is None:
                    known += 1
                else:
                    outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return ReadFile(outcomes=outcomes, known=known)


def take_at_counter(desk: Desk, staff: Staff, id_: int, *, receipt: str) -> Payment:
    """Take the fee of an application at the counter, against a receipt of this number.

    Raises:
        NotPermitted: `staff` has none of the roles there that take fees.
        NotNow: nothing is to be paid.
        Invalid: that is no number of a receipt.
    """
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        _require_cashier(desk, books, staff, application.office)
        if application.stage not in {Stage.AWAITING_PAYMENT, Stage.PAYMENT_LAPSED}:
            raise NotNow(f"application {id_} is {application.stage}")
        before = books.payments.of(id_)[0]
        after = payments.settle(
            before, at=now, way=Way.COUNTER, receipt=receipt.strip(), taken_by=staff.id
        )
        _settle(desk, books, before, after, staff=staff)
    return after


def renew_payment(desk: Desk, id_: int) -> Payment:
    """Ask for a payment that has lapsed anew, under a fresh reference.

    Raises:
        NotNow: it has not lapsed.
    """
    settings = desk.settings.applications
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        if before.stage is Stage.AWAITING_PAYMENT and (before.due_at or 0) < now:
            # The sweep has not come by yet.
            before = replace_application(books, desk.cells, before, applications.lapse(before))
        after = applications.renew(before)
        last = books.payments.of(id_)[0]
        fresh = payments.new_payment(
            application=id_,
            office=last.office,
            attempt=last.attempt + 1,
            prefix=settings.payment_prefix,
            amount=last.amount,
            at=now,
            until=now + settings.payment_days * DAY,
        )
        fresh = replace(fresh, id=books.payments.add(fresh))
        replace_application(books, desk.cells, before, replace(after, due_at=fresh.until))
        books.journal.write(
            at=desk.clock(),
            staff=None,
            office=None,
            deed="payment-renewed",
            subject=f"application {id_}",
        )
    return fresh


def lapse_payments(desk: Desk) -> int:
    """Let lapse what was not paid in time; how many applications did."""
    now = int(desk.clock().timestamp())
    lapsed = 0
    with desk.register.read() as books:
        late = books.applications.overdue(Stage.AWAITING_PAYMENT, at=now, limit=AT_ONCE)
    for kept in late:
        with desk.register.begin() as books:
            before = get_application(books, desk.cells, kept.application.id)
            if before != application_of(desk.cells, kept):
                continue
            after = replace_application(books, desk.cells, before, applications.lapse(before))
            put_notice(desk, books, after, "lapsed")
            lapsed += 1
    return lapsed


def _read_line(desk: Desk, books: Books, line: BankLine) -> LineOutcome | None:
    """What became of a line; None where it was read before."""
    if books.payments.knows_line(line.digest):
        return None
    now = int(desk.clock().timestamp())
    before = books.payments.find_by_reference(line.reference)
    paid = closed = False
    if before is not None:
        application = get_application(books, desk.cells, before.application)
        paid = application.paid
        closed = application.stage in {Stage.CANCELLED, Stage.REFUSED}
    outcome = payments.judge(line, before, paid=paid, closed=closed)
    books.payments.add_line(
        line, outcome=outcome, payment=None if before is None else before.id, at=now
    )
    if outcome is LineOutcome.MATCHED and before is not None:
        offset = desk.settings.unit.utc_offset
        # When the money came is what counts in a day's report; but nothing comes from the future.
        at = min(now, end_of_day(line.booked_on, offset))
        _settle(desk, books, before, payments.settle(before, at=at, way=Way.BANK), staff=None)
    return outcome


def _require_cashier(desk: Desk, books: Books, staff: Staff, office: int) -> None:
    offices = books.offices.all()
    roles = [Role(role) for role in desk.settings.printing.receipts_by]
    if not any(has_role(staff, role, office, offices) for role in roles):
        raise NotPermitted(f"staff {staff.id} takes no fees at office {office}")


def _settle(
    desk: Desk, books: Books, before: Payment, after: Payment, *, staff: Staff | None
) -> None:
    """Write a payment down, and send its application on its way."""
    books.payments.replace(before, after)
    waiting = get_application(books, desk.cells, before.application)
    days = desk.settings.applications.check_days
    due = due_in(desk, books, waiting.office, days=days)
    paid = replace_application(
        books, desk.cells, waiting, replace(applications.pay(waiting), due_at=due)
    )
    put_notice(desk, books, paid, "changed")
    books.journal.write(
        at=desk.clock(),
        staff=None if staff is None else staff.id,
        office=None if staff is None else staff.office,
        deed="paid",
        subject=f"application {before.application}",
        detail=str(after.way),
    )
