"""Certificates: how long they are valid, and every way from one state to another."""

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.certificates import (
    LONGEST_REASON,
    Certificate,
    State,
    end_of_validity,
    local_date,
    reinstate,
    replace_with,
    status_list_for,
    suspend,
    valid_until,
    withdraw,
)
from kiosk.domain.errors import Invalid, NotNow

NOON = datetime(2026, 9, 1, 5, tzinfo=UTC)


def a_certificate(state: State = State.ISSUED, *, sequence: int = 7) -> Certificate:
    """A certificate of the invented office, in this state."""
    ended = state in (State.WITHDRAWN, State.REPLACED)
    return Certificate(
        id=85 * 2**20 + sequence,
        unit=999901,
        year=2026,
        sequence=sequence,
        number=f"SKCK/YANMAS/{sequence}/VIII/2026/INTELKAM",
        batch=None,
        record_digest=b"r" * 32,
        occurrence=0,
        state=state,
        reserved_at=NOON - timedelta(days=1),
        issued_at=None if state is State.RESERVED else NOON - timedelta(days=1),
        valid_until=date(2027, 2, 28),
        expires_at=1_803_834_000,
        status_list=85,
        status_index=734_211,
        salt=b"s" * 16,
        key_id=b"keyk",
        check_code="AB2CD3EF",
        nik_hash=b"n" * 32,
        signed_digest=None if state is State.RESERVED else b"d" * 16,
        suspended_at=NOON - timedelta(hours=2) if state is State.SUSPENDED else None,
        withdrawn_at=NOON - timedelta(hours=1) if ended else None,
        withdrawn_reason="lost" if ended else None,
        replaced_by=None,
    )


@pytest.mark.parametrize(
    ("issued_on", "months", "last_day"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 2, 28), 12, date(2027, 2, 28)),
    ],
)
def test_validity_ends_on_the_same_day_or_at_the_months_end(
    issued_on: date, months: int, last_day: date
) -> None:
    assert valid_until(issued_on, months) == last_day


@given(st.dates(date(2020, 1, 1), date(2100, 12, 31)), st.integers(1, 24))
@example(date(2026, 8, 31), 6)
def test_validity_is_whole_months_and_never_runs_into_the_next(
    issued_on: date, months: int
) -> None:
    last_day = valid_until(issued_on, months)

    assert (last_day.year - issued_on.year) * 12 + last_day.month - issued_on.month == months
    shortened = last_day.day < issued_on.day
    month_end = calendar.monthrange(last_day.year, last_day.month)[1]
    assert last_day.day == (month_end if shortened else issued_on.day)


@given(st.dates(date(2020, 1, 1), date(2100, 12, 30)), st.integers(1, 24))
def test_who_comes_a_day_later_is_never_valid_for_shorter(issued_on: date, months: int) -> None:
    assert valid_until(issued_on, months) <= valid_until(issued_on + timedelta(days=1), months)


@given(
    st.dates(date(2020, 1, 1), date(2100, 12, 31)),
    st.sampled_from([420, 480, 540, 0, -720, 840]),
)
def test_the_last_day_counts_to_its_end_at_the_unit(last_day: date, utc_offset: int) -> None:
    end = datetime.fromtimestamp(end_of_validity(last_day, utc_offset), UTC)

    assert local_date(end - timedelta(seconds=1), utc_offset) == last_day
    assert local_date(end, utc_offset) == last_day + timedelta(days=1)


def test_the_day_of_issue_is_that_of_the_units_calendar() -> None:
    late = datetime(2026, 8, 31, 17, 30, tzinfo=UTC)

    assert local_date(late, 420) == date(2026, 9, 1)
    assert local_date(late, 0) == date(2026, 8, 31)


def test_status_lists_are_numbered_by_the_month_of_the_last_valid_day() -> None:
    assert status_list_for(date(2020, 1, 1)) == 0
    assert status_list_for(date(2027, 2, 28)) == 85
    assert status_list_for(date(2027, 3, 1)) == 86


def test_a_suspended_certificate_comes_back_as_it_was() -> None:
    before = a_certificate()

    suspended = suspend(before, at=NOON)

    assert suspended == replace(before, state=State.SUSPENDED, suspended_at=NOON)
    assert reinstate(suspended) == before


@pytest.mark.parametrize("state", sorted(set(State) - {State.ISSUED}))
def test_only_what_is_in_force_is_suspended(state: State) -> None:
    with pytest.raises(NotNow):
        suspend(a_certificate(state), at=NOON)


@pytest.mark.parametrize("state", sorted(set(State) - {State.SUSPENDED}))
def test_only_what_is_suspended_is_reinstated(state: State) -> None:
    with pytest.raises(NotNow):
        reinstate(a_certificate(state))


@pytest.mark.parametrize("state", [State.ISSUED, State.RESERVED, State.SUSPENDED])
def test_what_is_reserved_issued_or_suspended_can_be_withdrawn(state: State) -> None:
    before = a_certificate(state)

    after = withdraw(before, reason="  lost by\tthe  holder ", at=NOON)

    assert after == replace(
        before,
        state=State.WITHDRAWN,
        suspended_at=None,
        withdrawn_at=NOON,
        withdrawn_reason="lost by the holder",
    )


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REPLACED])
def test_what_is_withdrawn_stays_as_it_is(state: State) -> None:
    with pytest.raises(NotNow):
        withdraw(a_certificate(state), reason="once more", at=NOON)


def test_a_replaced_certificate_names_its_successor() -> None:
    successor = a_certificate(sequence=8)

    after = replace_with(a_certificate(), successor, reason="reprinted", at=NOON)

    assert (after.state, after.replaced_by) == (State.REPLACED, successor.id)
    assert (after.withdrawn_at, after.withdrawn_reason) == (NOON, "reprinted")


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for old in State for new in State if (old, new) != (State.ISSUED, State.ISSUED)],
)
def test_only_an_issued_certificate_is_replaced_and_only_by_an_issued_one(
    old: State, new: State
) -> None:
    with pytest.raises(NotNow):
        replace_with(
            a_certificate(old), a_certificate(new, sequence=8), reason="reprinted", at=NOON
        )


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "  ",
        "x" * (LONGEST_REASON + 1),
        "seen\u202etxt",
        "of 3200000504960003",
        "phone 081234",
    ],
)
def test_a_reason_is_one_line_and_names_nobody_by_number(reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        withdraw(a_certificate(), reason=reason, at=NOON)

    assert [fault.path for fault in caught.value.faults] == ["reason"]


def test_a_year_may_stand_in_a_reason() -> None:
    assert withdraw(a_certificate(), reason="error of 2026", at=NOON).state is State.WITHDRAWN
