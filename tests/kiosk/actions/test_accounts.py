"""Signing in, on both databases: counted before it is judged, and the reasons told to nobody."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from kiosk.actions.accounts import (
    change_password,
    known_browser,
    new_enrolment,
    session_of,
    sign_in,
    sign_out,
)
from kiosk.actions.staff import let_go
from kiosk.domain.accounts import FREE_TRIES, Wait, Way, WrongSignIn
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.staff import Role
from kiosk.storage.errors import StorageError
from tests.staffed import PASSWORD, Staffed


def signed_in(staffed: Staffed, role: Role = Role.AUDITOR, **changes: str) -> str:
    """The session of somebody who types what is right, but for `changes`."""
    person = staffed.people[role]
    right = {"login": person.login, "password": PASSWORD, "code": person.code(staffed.clock())}
    return sign_in(staffed.desk, **(right | changes)).token


def test_a_session_is_its_persons_and_is_in_the_journal(any_staffed: Staffed) -> None:
    token = signed_in(any_staffed)

    found = session_of(any_staffed.desk, token)

    assert found is not None
    assert found.staff == any_staffed.staff(Role.AUDITOR)
    assert found.way is Way.PASSWORD
    with any_staffed.desk.register.read() as books:
        [entry, *_] = books.journal.about(f"staff {found.staff.id}")
    assert (entry.deed, entry.detail) == ("signed-in", "password")


def test_the_register_does_not_hold_what_a_browser_holds(staffed: Staffed) -> None:
    token = signed_in(staffed)
    staffed.workshop.close()
    kept = b"".join(path.read_bytes() for path in staffed.office.site.glob("register.sqlite3*"))
    assert token.encode() not in kept
    for secret in (staffed.people[Role.AUDITOR].seed, PASSWORD, "$argon2", "Agus Contoh"):
        assert secret.encode() not in kept


def test_how_often_it_was_tried_before_is_told_to_the_auditor(any_staffed: Staffed) -> None:
    for _ in range(3):
        with pytest.raises(WrongSignIn):
            signed_in(any_staffed, password="wrong horse")
    signed_in(any_staffed)
    with any_staffed.desk.register.read() as books:
        [entry, *_] = books.journal.about(f"staff {any_staffed.staff(Role.AUDITOR).id}")
    assert entry.detail == "password failures=3"


def test_after_a_day_without_a_wrong_try_all_are_forgotten(any_staffed: Staffed) -> None:
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongSignIn):
            signed_in(any_staffed, code="000000")
    any_staffed.clock.forward(hours=24)
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongSignIn):
            signed_in(any_staffed, code="000000")
    with pytest.raises(Wait):
        signed_in(any_staffed)


def test_tries_at_the_same_time_are_all_counted(any_staffed: Staffed) -> None:
    # Each is counted before it is judged: a hundred at once are no way around the wait.
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            signed_in(any_staffed, code="000000")
        except (Wait, WrongSignIn) as refusal:
            outcomes.append(type(refusal))

    guesses = [threading.Thread(target=guess) for _ in range(FREE_TRIES + 4)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()

    assert (
        sorted(outcome.__name__ for outcome in outcomes)
        == ["Wait"] * 4 + ["WrongSignIn"] * FREE_TRIES
    )


def test_one_code_lets_one_of_two_in_at_the_same_moment(any_staffed: Staffed) -> None:
    outcomes: list[str] = []

    def come() -> None:
        try:
            signed_in(any_staffed)
            outcomes.append("in")
        except WrongSignIn:
            outcomes.append("refused")

    both = [threading.Thread(target=come) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(outcomes) == ["in", "refused"]


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_phone_may_be_half_a_minute_off(staffed: Staffed, seconds: int) -> None:
    person = staffed.people[Role.AUDITOR]
    signed_in(staffed, code=person.code(staffed.clock() + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_time_counts_nothing(staffed: Staffed, seconds: int) -> None:
    person = staffed.people[Role.AUDITOR]
    with pytest.raises(WrongSignIn):
        signed_in(staffed, code=person.code(staffed.clock() + timedelta(seconds=seconds)))


def test_an_older_code_counts_no_more_after_a_newer_one(staffed: Staffed) -> None:
    person = staffed.people[Role.AUDITOR]
    older = person.code(staffed.clock() - timedelta(seconds=30))
    signed_in(staffed)
    with pytest.raises(WrongSignIn):
        signed_in(staffed, code=older)


@pytest.mark.parametrize("login", ["auditor", "nobody", "sekar"])
def test_a_login_that_nobody_has_costs_the_same(
    staffed: Staffed, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    staffed.add("sekar")  # who has not enrolled yet
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002 -- argon2's
        hashed.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    with pytest.raises(WrongSignIn):
        signed_in(staffed, login=login, password="wrong horse battery")
    assert [one.split("$")[1:4] for one in hashed] == [["argon2id", "v=19", "m=47104,t=1,p=1"]]


def test_a_browser_is_known_for_one_login_only(staffed: Staffed) -> None:
    known = known_browser(staffed.desk, staffed.staff(Role.AUDITOR))
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongSignIn):
            signed_in(staffed, Role.COMMANDER, code="000000")
    # Neither another's nor an invented one is a way around the wait.
    for browser in (known, "x.y", ".", "", "é"):
        with pytest.raises(Wait):
            signed_in(staffed, Role.COMMANDER, browser=browser)
    own = known_browser(staffed.desk, staffed.staff(Role.COMMANDER))
    assert signed_in(staffed, Role.COMMANDER, browser=own)


def test_from_a_known_browser_guessing_waits_just_as_long(staffed: Staffed) -> None:
    known = known_browser(staffed.desk, staffed.staff(Role.AUDITOR))
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongSignIn):
            signed_in(staffed, browser=known, code="000000")
    with pytest.raises(Wait):
        signed_in(staffed, browser=known)


def test_a_session_ends_with_the_day_the_leaving_and_the_signing_out(any_staffed: Staffed) -> None:
    desk = any_staffed.desk
    token = signed_in(any_staffed)
    found = session_of(desk, token)
    assert found is not None
    sign_out(desk, found)
    assert session_of(desk, token) is None

    token = signed_in(any_staffed, Role.COMMANDER)
    let_go(desk, any_staffed.staff(Role.COMMANDER).id, by=None)
    assert session_of(desk, token) is None
    assert session_of(desk, "invented") is None


def test_a_session_that_outlived_a_leaving_counts_nothing(staffed: Staffed) -> None:
    token = signed_in(staffed)
    with staffed.desk.register.begin() as books:
        kept = books.staff.get(staffed.staff(Role.AUDITOR).id)
        books.staff.replace(kept, replace(kept, left_at=staffed.clock()))
    assert session_of(staffed.desk, token) is None


def test_an_own_account_is_not_reset_by_oneself_nor_by_a_stranger(any_staffed: Staffed) -> None:
    desk = any_staffed.desk
    administrator = any_staffed.staff(Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        new_enrolment(desk, administrator.id, by=administrator)
    for role in (Role.COMMANDER, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            new_enrolment(desk, any_staffed.staff(Role.VERIFIER).id, by=any_staffed.staff(role))
    let_go(desk, any_staffed.staff(Role.VERIFIER).id, by=None)
    with pytest.raises(NotNow):
        new_enrolment(desk, any_staffed.staff(Role.VERIFIER).id, by=administrator)


def test_of_two_new_passwords_at_once_one_counts(any_staffed: Staffed) -> None:
    desk = any_staffed.desk
    found = session_of(desk, signed_in(any_staffed))
    assert found is not None
    outcomes: list[str] = []

    def change(new: str) -> None:
        try:
            change_password(desk, found, old=PASSWORD, new=new)
            outcomes.append(new)
        except (NotNow, WrongSignIn, StorageError):
            pass

    both = [threading.Thread(target=change, args=(f"kata sandi baru {n}",)) for n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    any_staffed.clock.forward(minutes=1)
    for new in outcomes[-1:]:
        assert signed_in(any_staffed, password=new)
    assert outcomes


def test_a_person_of_before_is_not_the_one_of_now(staffed: Staffed) -> None:
    # What an action was handed may be old; the register decides.
    old = staffed.staff(Role.ADMINISTRATOR)
    let_go(staffed.desk, old.id, by=None)
    left = replace(old, left_at=staffed.clock())
    with pytest.raises(NotPermitted):
        new_enrolment(staffed.desk, staffed.staff(Role.VERIFIER).id, by=left)
