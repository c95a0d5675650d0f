"""Signing in: what a password must be, how long a session lasts, who types wrong waits.

After FREE_TRIES wrong tries for one login each further one doubles the wait, up to LONGEST_WAIT.
The wait belongs to the login, not to the address: an office behind one address is never locked out,
and guessing from a thousand addresses is no quicker than from one. It does not touch passkeys, nor
a browser from which the person has signed in before, so a stranger cannot keep somebody out. A
login that nobody has waits like any other.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted

__all__ = [
    "FORGOTTEN_AFTER",
    "FREE_TRIES",
    "FRESH",
    "LONGEST_LABEL",
    "LONGEST_LOGIN",
    "LONGEST_PASSWORD",
    "LONGEST_WAIT",
    "SHORTEST_PASSWORD",
    "SignInAgain",
    "Wait",
    "Way",
    "WrongSignIn",
    "is_over",
    "normal_login",
    "require_fresh",
    "require_password",
    "require_turn",
    "wait_after",
]

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""After a day without a wrong try, all are forgotten."""

FRESH = timedelta(minutes=15)
"""For so long after signing in somebody may change how he or she signs in."""

LONGEST_LOGIN = 40
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
LONGEST_LABEL = 40
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_FEWEST_DIFFERENT = 5


class Way(StrEnum):
    """How somebody signed in."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 -- a word for it, not one
    ENROLMENT = "enrolment"


class WrongSignIn(NotPermitted):
    """Login, password, code or passkey are not somebody's; which of them is not told."""

    code = "wrong-sign-in"


class Wait(NotNow):
    """After wrong tries, the next one counts only in `seconds`."""

    code = "wait"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many wrong tries: wait {seconds} seconds")


class SignInAgain(NotNow):
    """Ways in are changed soon after signing in: a browser that was left open gives nobody one."""

    code = "sign-in-again"


def normal_login(typed: str) -> str:
    """A login as it is kept: small letters, digits, and . _ - between them.

    Raises:
        Invalid: it cannot be one.
    """
    login = typed.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            [
                Fault(
                    path="login",
                    code="not-a-login",
                    sentence="has small letters and digits, and . _ - between them",
                )
            ]
        )
    return login


def require_password(password: str, *, login: str) -> None:
    """Refuse a password that is guessed early.

    Raises:
        Invalid: it is too short, too long, or too plain.
    """
    fault = None
    if len(password) < SHORTEST_PASSWORD:
        fault = ("too-short", f"has fewer than {SHORTEST_PASSWORD} characters")
    elif len(password) > LONGEST_PASSWORD:
        fault = ("too-long", f"has more than {LONGEST_PASSWORD} characters")
    elif len(set(password.lower())) < _FEWEST_DIFFERENT or login in password.lower():
        fault = ("too-plain", "repeats a few characters, or the login")
    if fault:
        raise Invalid([Fault(path="password", code=fault[0], sentence=fault[1])])


def require_fresh(began_at: datetime, *, now: datetime) -> None:
    """Refuse whoever signed in too long ago to change his or her ways in.

    Raises:
        SignInAgain: that is so.
    """
    if now - began_at >= FRESH:
        raise SignInAgain("sign in again before changing how you sign in")


def wait_after(failures: int) -> timedelta:
    """How long after so many wrong tries the next one counts."""
    if failures < FREE_TRIES:
        return timedelta(0)
    # Bounded first: powers of two soon have more seconds than a calendar.
    return min(FIRST_WAIT * (1 << min(failures - FREE_TRIES, 20)), LONGEST_WAIT)


def require_turn(failures: int, last_at: datetime, *, now: datetime) -> None:
    """Refuse a try that comes too early after wrong ones.

    Raises:
        Wait: it does.
    """
    left = last_at + wait_after(failures) - now
    if left > timedelta(0):
        raise Wait(-(-left // timedelta(seconds=1)))


def is_over(
    *, began_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, longest: timedelta
) -> bool:
    """Whether a session has ended by itself: nobody used it for long, or it began too long ago."""
    return now - seen_at >= idle or now - began_at >= longest
