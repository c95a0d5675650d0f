"""Payments: references tell mistyping, and a line of the bank settles only what it fits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.payments import (
    MOST_ATTEMPTS,
    BankLine,
    LineOutcome,
    Payment,
    Way,
    judge,
    new_payment,
    parse_bank_file,
    payment_reference,
    printed_reference,
    settle,
)

PAYMENT = Payment(
    id=1, application=7, office=2, attempt=1, reference="x", amount=30_000, asked_at=0, until=9
)
LINE = BankLine(digest=b"d", booked_on=date(2026, 11, 1), reference="x", amount=30_000)


def is_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, in other words than the program's."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


@given(st.integers(1, 999_999_999), st.integers(1, MOST_ATTEMPTS))
def test_a_reference_ends_in_a_check_digit(application: int, attempt: int) -> None:
    reference = payment_reference("99010", application, attempt)

    assert len(reference) == 17
    assert is_luhn(reference)


def test_no_two_payments_share_a_reference() -> None:
    references = {
        payment_reference("99010", application, attempt)
        for application in (1, 2, 11, 112)
        for attempt in (1, 2, 11, 12)
    }

    assert len(references) == 16


def test_a_reference_is_printed_in_fours() -> None:
    assert printed_reference("99010000000000101") == "9901 0000 0000 0010 1"


def test_references_come_to_an_end() -> None:
    with pytest.raises(NotNow):
        new_payment(
            application=1,
            office=1,
            attempt=MOST_ATTEMPTS + 1,
            prefix="99010",
            amount=1,
            at=0,
            until=1,
        )


@pytest.mark.parametrize(
    ("payment", "amount", "paid", "closed", "outcome"),
    [
        (PAYMENT, 30_000, False, False, LineOutcome.MATCHED),
        (None, 30_000, False, False, LineOutcome.UNKNOWN),
        (PAYMENT, 29_999, False, False, LineOutcome.WRONG_AMOUNT),
        (PAYMENT, 30_001, False, False, LineOutcome.WRONG_AMOUNT),
        (PAYMENT, 30_000, True, False, LineOutcome.TWICE),
        (settle(PAYMENT, at=1, way=Way.BANK), 30_000, False, False, LineOutcome.TWICE),
        (PAYMENT, 30_000, False, True, LineOutcome.CLOSED),
    ],
)
def test_a_line_settles_what_it_fits_and_nothing_else(
    *, payment: Payment | None, amount: int, paid: bool, closed: bool, outcome: LineOutcome
) -> None:
    line = BankLine(digest=b"d", booked_on=LINE.booked_on, reference="x", amount=amount)

    assert judge(line, payment, paid=paid, closed=closed) is outcome


def test_nothing_is_settled_twice() -> None:
    with pytest.raises(NotNow):
        settle(settle(PAYMENT, at=1, way=Way.BANK), at=2, way=Way.BANK)


@pytest.mark.parametrize("receipt", ["", "x" * 41, "a\nb"])
def test_the_counter_gives_a_receipt(receipt: str) -> None:
    with pytest.raises(Invalid):
        settle(PAYMENT, at=1, way=Way.COUNTER, receipt=receipt, taken_by=4)


FILE = "date,reference,amount\n2026-11-01,9901 0000,30000\n"


def test_a_file_is_read_whatever_the_order_of_its_columns() -> None:
    text = "\ufeffAmount;Date;Remark;Reference\r\n30000,00;2026-11-01;ATM;99010000\r\n"

    (line,) = parse_bank_file(text)

    assert (line.booked_on, line.reference, line.amount) == (
        date(2026, 11, 1),
        "99010000",
        30_000,
    )


def test_equal_lines_of_one_file_are_two_payments() -> None:
    first, second = parse_bank_file(FILE + FILE.splitlines()[1] + "\n")

    assert first.digest != second.digest
    assert [line.digest for line in parse_bank_file(FILE)] == [first.digest]


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param("1/11/2026,9901,30000", id="another date"),
        pytest.param("2026-11-01,9901,30.000", id="thousands"),
        pytest.param("2026-11-01,9901,-30000", id="a withdrawal"),
        pytest.param("2026-11-01,9901,30000.50", id="sen"),
        pytest.param("2026-11-01,,30000", id="no reference"),
        pytest.param("2026-11-01,=cmd(),30000", id="a formula"),
        pytest.param("2026-11-01", id="half a line"),
        pytest.param("2026-11-01," + "9" * 41 + ",30000", id="far too long"),
    ],
)
def test_a_file_with_a_line_that_cannot_be_read_counts_for_nothing(spoilt: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_bank_file(FILE + spoilt + "\n")

    assert [fault.path for fault in refused.value.faults] == ["line 3"]


@pytest.mark.parametrize("text", ["", "date,amount\n", 'date,reference,amount\n2026-11-01,"x'])
def test_a_file_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_bank_file(text)
