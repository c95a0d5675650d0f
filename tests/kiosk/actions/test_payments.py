"""Payments: the bank's file settles what it fits, once; what was not paid lapses and is renewed."""

import pytest

from kiosk.actions.applications import open_draft
from kiosk.actions.filing import get_application
from kiosk.actions.following import cancel
from kiosk.actions.payments import (
    lapse_payments,
    read_bank_file,
    renew_payment,
    take_at_counter,
)
from kiosk.domain.applications import Stage
from kiosk.domain.calendar import Holiday, HolidayKind
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.payments import LineOutcome, Way
from kiosk.domain.staff import Role
from tests.applying import apply, bank_line, pay_by_bank
from tests.staffed import Staffed


def stage_of(staffed: Staffed, id_: int) -> Stage:
    return open_draft(staffed.desk, id_).application.stage


def test_what_was_paid_at_the_bank_is_checked_next(any_staffed: Staffed) -> None:
    one = apply(any_staffed.desk)

    read = read_bank_file(any_staffed.desk, bank_line(any_staffed.desk, one.id))

    application = open_draft(any_staffed.desk, one.id).application
    assert dict(read.outcomes) == {LineOutcome.MATCHED: 1}
    assert (application.stage, application.paid) == (Stage.CHECKING, True)
    assert application.due_at is not None
    assert application.due_at > any_staffed.clock().timestamp()


def test_a_file_that_is_read_again_changes_nothing(any_staffed: Staffed) -> None:
    one = apply(any_staffed.desk)
    file = bank_line(any_staffed.desk, one.id)

    read_bank_file(any_staffed.desk, file)
    again = read_bank_file(any_staffed.desk, file)

    assert (dict(again.outcomes), again.known) == ({}, 1)
    with any_staffed.desk.register.read() as books:
        assert books.payments.mismatches(since=0) == []


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"amount": 29_000}, LineOutcome.WRONG_AMOUNT),
        ({"reference": "99010000000000999"}, LineOutcome.UNKNOWN),
    ],
)
def test_what_does_not_fit_settles_nothing_and_is_listed(
    staffed: Staffed, changes: dict[str, object], outcome: LineOutcome
) -> None:
    one = apply(staffed.desk)

    read = read_bank_file(staffed.desk, bank_line(staffed.desk, one.id, **changes))

    assert dict(read.outcomes) == {outcome: 1}
    assert stage_of(staffed, one.id) is Stage.AWAITING_PAYMENT
    with staffed.desk.register.read() as books:
        assert [line.outcome for line in books.payments.mismatches(since=0)] == [outcome]


def test_who_pays_twice_is_listed(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)

    read = read_bank_file(staffed.desk, bank_line(staffed.desk, one.id, remark="again"))

    assert dict(read.outcomes) == {LineOutcome.TWICE: 1}


def test_money_for_a_cancelled_application_is_listed(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    cancel(staffed.desk, one.id)

    read = read_bank_file(staffed.desk, bank_line(staffed.desk, one.id))

    assert dict(read.outcomes) == {LineOutcome.CLOSED: 1}
    assert stage_of(staffed, one.id) is Stage.CANCELLED


def test_a_file_with_a_fault_counts_for_nothing(staffed: Staffed) -> None:
    one = apply(staffed.desk)

    with pytest.raises(Invalid):
        read_bank_file(staffed.desk, bank_line(staffed.desk, one.id) + "x,y,z\n")

    assert stage_of(staffed, one.id) is Stage.AWAITING_PAYMENT


def test_what_was_not_paid_in_time_lapses_and_a_new_reference_is_asked_for(
    any_staffed: Staffed,
) -> None:
    desk = any_staffed.desk
    one = apply(desk)
    old = bank_line(desk, one.id)
    early = lapse_payments(desk)
    any_staffed.clock.forward(days=desk.settings.applications.payment_days, seconds=1)

    lapsed = lapse_payments(desk)
    lapsed_stage = stage_of(any_staffed, one.id)
    fresh = renew_payment(desk, one.id)

    assert (early, lapsed, lapse_payments(desk)) == (0, 1, 0)
    assert lapsed_stage is Stage.PAYMENT_LAPSED
    assert fresh.attempt == 2
    assert fresh.reference not in old
    # Money that comes late, by the old reference, is money all the same.
    assert dict(read_bank_file(desk, old).outcomes) == {LineOutcome.MATCHED: 1}
    assert stage_of(any_staffed, one.id) is Stage.CHECKING


def test_a_reference_that_has_lapsed_is_renewed_also_before_the_sweep(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    with pytest.raises(NotNow):
        renew_payment(staffed.desk, one.id)
    staffed.clock.forward(days=4)

    renew_payment(staffed.desk, one.id)

    assert stage_of(staffed, one.id) is Stage.AWAITING_PAYMENT


def test_the_counter_takes_money_against_a_receipt(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    verifier = staffed.staff(Role.VERIFIER)

    payment = take_at_counter(staffed.desk, verifier, one.id, receipt=" KW-0007 ")

    assert (payment.way, payment.receipt, payment.taken_by) == (
        Way.COUNTER,
        "KW-0007",
        verifier.id,
    )
    assert stage_of(staffed, one.id) is Stage.CHECKING
    with pytest.raises(NotNow):
        take_at_counter(staffed.desk, verifier, one.id, receipt="KW-0008")


@pytest.mark.parametrize("role", [Role.COURIER, Role.HELPER, Role.EXAMINER, Role.ADMINISTRATOR])
def test_nobody_else_takes_money(staffed: Staffed, role: Role) -> None:
    one = apply(staffed.desk)

    with pytest.raises(NotPermitted):
        take_at_counter(staffed.desk, staffed.staff(role), one.id, receipt="KW-0007")


def test_what_came_in_is_counted_by_office_day_and_way(staffed: Staffed) -> None:
    desk = staffed.desk
    apply(desk, paid=True)
    second = apply(desk)
    take_at_counter(desk, staffed.staff(Role.VERIFIER), second.id, receipt="KW-1")
    office = staffed.places["polres"].id
    now = int(desk.clock().timestamp())

    with desk.register.read() as books:
        taken = books.payments.taken([office], since=now - 86_400, until=now + 86_400)
        elsewhere = books.payments.taken([99], since=0, until=now + 86_400)

    assert {one.way: (one.count, one.amount) for one in taken} == {
        Way.BANK: (1, 30_000),
        Way.COUNTER: (1, 30_000),
    }
    assert elsewhere == []


def test_papers_are_due_after_working_days_not_counting_holidays(staffed: Staffed) -> None:
    desk = staffed.desk
    one, other = apply(desk), apply(desk)
    pay_by_bank(desk, one.id)
    with desk.register.read() as books:
        before = get_application(books, desk.cells, one.id)
    day = desk.clock().date()
    with desk.register.begin() as books:
        books.holidays.replace_years(
            Holiday(day=day.replace(day=number), kind=HolidayKind.NATIONAL, name="Libur")
            for number in range(1, 29)
        )
    pay_by_bank(desk, other.id)

    with desk.register.read() as books:
        after = get_application(books, desk.cells, other.id)
    assert before.due_at is not None
    assert after.due_at is not None
    assert after.due_at > before.due_at
