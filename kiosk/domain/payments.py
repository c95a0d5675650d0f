"""What an application costs, by which reference it is paid, and what a line of the bank means.

The fee is the state's (PP 76/2020); it is paid at a bank under a reference of the application's
own, or at the counter against a receipt, before anything leaves the office. Nothing is ever paid at
a door. A reference that was not paid in time lapses, and another is given out; money that comes by
a lapsed reference counts all the same.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow

__all__ = [
    "LARGEST_AMOUNT",
    "MOST_ATTEMPTS",
    "BankLine",
    "LineOutcome",
    "Payment",
    "Way",
    "judge",
    "new_payment",
    "parse_bank_file",
    "payment_reference",
    "printed_reference",
    "settle",
]

MOST_ATTEMPTS = 99
"""How many references one application may have."""

LARGEST_AMOUNT = 10**12
LONGEST_FILE_LINES = 200_000
_APPLICATION_DIGITS = 9
_COLUMNS = ("date", "reference", "amount")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:[.,]00)?")


class Way(StrEnum):
    """How it was paid."""

    BANK = "bank"
    COUNTER = "counter"


class LineOutcome(StrEnum):
    """What became of a line of the bank. All but MATCHED are for a person to look at."""

    MATCHED = "matched"
    UNKNOWN = "unknown-reference"
    WRONG_AMOUNT = "wrong-amount"
    TWICE = "paid-twice"
    CLOSED = "application-closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """What is asked for an application. `until` is when the reference lapses; times as elsewhere.

    `receipt` is the number of the counter's receipt and `taken_by` who gave it.
    """

    id: int = 0
    application: int
    office: int
    attempt: int
    reference: str
    amount: int
    asked_at: int
    until: int
    paid_at: int | None = None
    way: Way | None = None
    receipt: str = ""
    taken_by: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BankLine:
    """A line of a bank's file: on which day how much came in by which reference.

    `digest` tells it from every other line, also from an equal one of the same file.
    """

    digest: bytes
    booked_on: date
    reference: str
    amount: int


def new_payment(
    *,
    application: int,
    office: int,
    attempt: int,
    prefix: str,
    amount: int,
    at: int,
    until: int,
) -> Payment:
    """The next payment to ask for.

    Raises:
        NotNow: the application had too many references.
    """
    if attempt > MOST_ATTEMPTS:
        raise NotNow(f"application {application} had {MOST_ATTEMPTS} references")
    return Payment(
        application=application,
        office=office,
        attempt=attempt,
        reference=payment_reference(prefix, application, attempt),
        amount=amount,
        asked_at=at,
        until=until,
    )


def payment_reference(prefix: str, application: int, attempt: int) -> str:
    """The reference: the bank's prefix, application, attempt, and a check digit (Luhn)."""
    body = f"{prefix}{application:0{_APPLICATION_DIGITS}d}{attempt:02d}"
    return body + _luhn(body)


def printed_reference(reference: str) -> str:
    """The reference in groups of four, as people type it at a machine."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def judge(line: BankLine, payment: Payment | None, *, paid: bool, closed: bool) -> LineOutcome:
    """What a line of the bank means for the payment that its reference names.

    `paid` says that the payment's application is paid for, perhaps by another reference, and
    `closed` that it was cancelled or refused before anything came in.
    """
    if payment is None:
        return LineOutcome.UNKNOWN
    if payment.paid_at is not None or paid:
        return LineOutcome.TWICE
    if closed:
        return LineOutcome.CLOSED
    return LineOutcome.MATCHED if line.amount == payment.amount else LineOutcome.WRONG_AMOUNT


def settle(
    before: Payment, *, at: int, way: Way, receipt: str = "", taken_by: int | None = None
) -> Payment:
    """The payment, made.

    Raises:
        NotNow: it was made before.
        Invalid: a counter's receipt has no number.
    """
    if before.paid_at is not None:
        raise NotNow(f"payment {before.id} was made before")
    if way is Way.COUNTER and not (0 < len(receipt) <= 40 and receipt.isprintable()):
        raise Invalid([Fault(path="receipt", code="receipt", sentence="must be 1 to 40 letters")])
    return replace(before, paid_at=at, way=way, receipt=receipt, taken_by=taken_by)


def parse_bank_file(text: str) -> list[BankLine]:
    """The lines of a bank's CSV file, whose first line names the columns date, reference, amount.

    Further columns count for telling equal lines apart, and are otherwise not looked at. Commas or
    semicolons part them. A date is YYYY-MM-DD; an amount is in rupiah, without thousands.

    Raises:
        Invalid: with every line that cannot be read. Nothing of the file counts then.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > LONGEST_FILE_LINES:
        raise Invalid([Fault(path="", code="too-long", sentence="has too many lines")])
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True)
    try:
        names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        if not set(_COLUMNS) <= names.keys():
            sentence = "must name the columns date, reference and amount in its first line"
            raise Invalid([Fault(path="line 1", code="columns", sentence=sentence)])
        return _lines(rows, names)
    except csv.Error:
        raise Invalid([Fault(path="", code="not-csv", sentence="is not CSV")]) from None


def _lines(rows: Iterable[Mapping[str, str]], names: Mapping[str, str]) -> list[BankLine]:
    found: list[BankLine] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        values = {name: (row.get(column or "") or "").strip() for name, column in names.items()}
        reference = "".join(values["reference"].split())
        try:
            booked_on = date.fromisoformat(values["date"])
        except ValueError:
            faults.append(_fault(number, "date", "has no date written YYYY-MM-DD"))
            continue
        if not _AMOUNT.fullmatch(values["amount"]):
            faults.append(_fault(number, "amount", "has no amount in whole rupiah"))
            continue
        if not (reference.isascii() and reference.isalnum() and len(reference) <= 40):
            faults.append(_fault(number, "reference", "has no reference"))
            continue
        amount = int(re.split("[.,]", values["amount"])[0])
        # Two people may pay the same by one reference on one day: equal lines are counted.
        spelled = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
        seen[spelled] = seen.get(spelled, 0) + 1
        digest = hashlib.sha256(f"{spelled}\x1f{seen[spelled]}".encode()).digest()
        found.append(
            BankLine(digest=digest, booked_on=booked_on, reference=reference, amount=amount)
        )
    if faults:
        raise Invalid(faults)
    return found


def _fault(number: int, code: str, sentence: str) -> Fault:
    return Fault(path=f"line {number}", code=code, sentence=sentence)


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
