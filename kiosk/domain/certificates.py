"""A certificate in the register: its number is reserved, then its file is made, then it is issued.

    reserved --confirm--> issued --withdraw--> withdrawn
        |                  |  ^ |
        |                  |  | +---replace--> replaced
        |            suspend  reinstate
        |                  v  |
        |               suspended --withdraw--> withdrawn
        +-----withdraw----> withdrawn

A reserved number belongs to its record for good: after a power cut the same record gets the same
number. A number whose file was spoilt is withdrawn like an issued one, for nobody can know whether
the file went out. A replaced certificate has a successor; to a checker it is withdrawn. A suspended
one is not to be accepted for the time being, because the office is looking into it; that is said
against nobody, and ends either way.

The certificate is valid from the day of issue to the same day of a later month, that day included,
or to the last day of that month where it has no such day: 2026-08-31 plus six months is 2027-02-28.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow

__all__ = [
    "FIRST_LIST_YEAR",
    "LONGEST_REASON",
    "Certificate",
    "State",
    "end_of_validity",
    "local_date",
    "reinstate",
    "replace_with",
    "status_list_for",
    "suspend",
    "valid_until",
    "withdraw",
]

FIRST_LIST_YEAR = 2020
LONGEST_REASON = 200
_LONGEST_DIGITS = 5


class State(StrEnum):
    """Where a certificate stands; the picture above has every way from one to the other."""

    RESERVED = "reserved"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """A row of the register, without what is printed of the person, which is kept encrypted.

    `reserved_at` is the moment that is signed as the time of issue, in whole seconds; `issued_at`
    is when the register learnt that the file is whole. `expires_at` is in seconds since 1970.
    `batch` is None where the certificate was issued by itself; `record_digest` with `occurrence`
    tells the records of a batch apart, equal ones by their count. `signed_digest` is the digest of
    the signed file. `nik_hash` is keyed, for look-ups only.
    """

    id: int
    unit: int
    year: int
    sequence: int
    number: str
    batch: int | None
    record_digest: bytes
    occurrence: int
    state: State
    reserved_at: datetime
    issued_at: datetime | None
    valid_until: date
    expires_at: int
    status_list: int
    status_index: int
    salt: bytes
    key_id: bytes
    check_code: str
    nik_hash: bytes
    signed_digest: bytes | None
    suspended_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    replaced_by: int | None


def valid_until(issued_on: date, months: int) -> date:
    """The last valid day of a certificate issued on that day."""
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    day = min(issued_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def local_date(at: datetime, utc_offset: int) -> date:
    """The day on the unit's wall calendar; `utc_offset` in minutes."""
    return at.astimezone(timezone(timedelta(minutes=utc_offset))).date()


def end_of_validity(last_day: date, utc_offset: int) -> int:
    """The midnight after the last valid day at the unit, in seconds since 1970."""
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC)
    return int(midnight.timestamp()) + 86_400 - utc_offset * 60


def status_list_for(last_day: date) -> int:
    """The number of the status list for certificates that end on that day: one a month."""
    return (last_day.year - FIRST_LIST_YEAR) * 12 + last_day.month - 1


def suspend(certificate: Certificate, *, at: datetime) -> Certificate:
    """The certificate, not to be accepted until it is reinstated or withdrawn.

    Raises:
        NotNow: it is not issued, or no longer in force.
    """
    _require(certificate, State.ISSUED)
    return replace(certificate, state=State.SUSPENDED, suspended_at=at)


def reinstate(certificate: Certificate) -> Certificate:
    """The certificate, in force again.

    Raises:
        NotNow: it is not suspended.
    """
    _require(certificate, State.SUSPENDED)
    return replace(certificate, state=State.ISSUED, suspended_at=None)


def withdraw(certificate: Certificate, *, reason: str, at: datetime) -> Certificate:
    """The certificate, withdrawn.

    The reason is kept in clear, so it names nobody.

    Raises:
        NotNow: it is withdrawn or replaced already.
        Invalid: the reason is empty, too long, not one line, or holds a long number.
    """
    _require(certificate, State.ISSUED, State.RESERVED, State.SUSPENDED)
    return replace(
        certificate,
        state=State.WITHDRAWN,
        suspended_at=None,
        withdrawn_at=at,
        withdrawn_reason=_checked_reason(reason),
    )


def replace_with(
    certificate: Certificate, successor: Certificate, *, reason: str, at: datetime
) -> Certificate:
    """The certificate, replaced by its successor.

    Raises:
        NotNow: it is not issued, or its successor is not.
        Invalid: as for `withdraw`.
    """
    _require(certificate, State.ISSUED)
    _require(successor, State.ISSUED)
    return replace(
        certificate,
        state=State.REPLACED,
        withdrawn_at=at,
        withdrawn_reason=_checked_reason(reason),
        replaced_by=successor.id,
    )


def _require(certificate: Certificate, *states: State) -> None:
    if certificate.state not in states:
        raise NotNow(f"certificate {certificate.number} is {certificate.state}")


def _checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON or not text.isprintable():
        sentence = f"is one line of 1 to {LONGEST_REASON} characters"
        raise Invalid([Fault(path="reason", code="not-one-line", sentence=sentence)])
    if _longest_number(text) > _LONGEST_DIGITS:
        sentence = "has a long number; it is kept in clear and must not name anybody"
        raise Invalid([Fault(path="reason", code="names-somebody", sentence=sentence)])
    return text


def _longest_number(text: str) -> int:
    runs = "".join(sign if sign.isdigit() else " " for sign in text).split()
    return max(map(len, runs), default=0)
