"""Ways in: what was changed meanwhile is not written over; sessions and tries are forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.staff import OfficeKind
from kiosk.storage.accounts import Account, Passkey, Session
from kiosk.storage.register import Register

NOON = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def account(register: Register) -> Account:
    """The account of somebody new."""
    with register.begin() as books:
        office = books.offices.add(kind=OfficeKind.POLRES, name="Polres Contoh").id
        staff = books.staff.add(login="sari", office=office, content=b"sealed")
        made = Account(staff=staff, handle=bytes(32))
        books.accounts.add(made)
    return made


def a_passkey(account: Account, *, id_: bytes = b"one") -> Passkey:
    return Passkey(
        id=id_,
        staff=account.staff,
        public_key=b"key",
        counter=0,
        answered=0,
        label=b"sealed",
        added_at=NOON,
    )


def a_session(account: Account, name: str, *, began_at: datetime = NOON) -> Session:
    id_ = name.encode().ljust(32, b".")
    return Session(id=id_, staff=account.staff, way="password", began_at=began_at, seen_at=began_at)


def test_an_account_is_changed_once_by_whoever_was_first(
    register: Register, account: Account
) -> None:
    after = replace(account, password=b"sealed", totp=b"sealed", last_step=7, enrolment=bytes(32))
    with register.begin() as books:
        books.accounts.replace(account, after)
    with register.begin() as books, pytest.raises(NotNow):
        books.accounts.replace(account, replace(account, last_step=8))
    with register.read() as books:
        assert books.accounts.get(account.staff) == after


def test_a_code_of_the_app_is_used_up_by_one_of_two_at_the_same_time(
    register: Register, account: Account
) -> None:
    with register.begin() as books:
        books.accounts.replace(account, replace(account, last_step=9))
    with register.begin() as books, pytest.raises(NotNow):
        books.accounts.replace(account, replace(account, last_step=9))


def test_somebody_without_an_account_is_unknown(register: Register) -> None:
    with register.read() as books, pytest.raises(Unknown):
        books.accounts.get(4711)


def test_passkeys_are_kept_changed_and_removed(register: Register, account: Account) -> None:
    one, other = a_passkey(account), a_passkey(account, id_=b"other")
    with register.begin() as books:
        books.accounts.add_passkey(one)
        books.accounts.add_passkey(other)
        used = replace(one, counter=4, answered=17, used_at=NOON)
        books.accounts.replace_passkey(one, used)
        assert books.accounts.passkeys_of(account.staff) == [used, other]
        with pytest.raises(NotNow):
            books.accounts.add_passkey(one)
    with register.begin() as books, pytest.raises(NotNow):
        books.accounts.replace_passkey(one, used)
    with register.begin() as books:
        with pytest.raises(Unknown):
            books.accounts.remove_passkey(b"one", staff=account.staff + 1)
        books.accounts.remove_passkey(b"one", staff=account.staff)
        assert books.accounts.find_passkey(b"one") is None
        books.accounts.remove_passkeys(account.staff)
        assert books.accounts.passkeys_of(account.staff) == []


def test_sessions_begin_are_seen_and_end(register: Register, account: Account) -> None:
    here, there = a_session(account, "here"), a_session(account, "there")
    old = a_session(account, "old", began_at=NOON - 12 * HOUR)
    with register.begin() as books:
        for one in (here, there, old):
            books.accounts.begin_session(one)
        books.accounts.see_session(here.id, at=NOON + HOUR)
        books.accounts.forget_sessions(began_before=NOON - HOUR)
    with register.begin() as books:
        assert books.accounts.find_session(here.id) == replace(here, seen_at=NOON + HOUR)
        assert books.accounts.find_session(old.id) is None
        books.accounts.end_sessions(account.staff, but=here.id)
        assert books.accounts.find_session(there.id) is None
        assert books.accounts.find_session(here.id) is not None
        books.accounts.end_session(here.id)
        assert books.accounts.find_session(here.id) is None


def test_tries_are_counted_and_forgotten(register: Register) -> None:
    one, other = bytes(32), b"o" * 32
    with register.begin() as books:
        assert books.accounts.tries(one, at=NOON) == (0, NOON)
        assert books.accounts.tries(other, at=NOON) == (0, NOON)
        books.accounts.write_tries(one, 1, at=NOON)
        books.accounts.write_tries(one, 2, at=NOON + HOUR)
        books.accounts.write_tries(other, 1, at=NOON)
        assert books.accounts.tries(other, at=NOON + HOUR) == (1, NOON)
        assert books.accounts.tries(one, at=NOON) == (2, NOON + HOUR)
        books.accounts.forget_tries(before=NOON + HOUR)
        assert books.accounts.tries(one, at=NOON) == (2, NOON + HOUR)
        assert books.accounts.tries(other, at=NOON) == (0, NOON)
        books.accounts.forget_tries(one)
        assert books.accounts.tries(one, at=NOON) == (0, NOON)
