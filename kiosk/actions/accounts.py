"""Signing in and out: enrolment, password with code, sessions. Passkeys have a file of their own.

Somebody new, or somebody whose ways in were lost, gets a code that counts once (`new_enrolment`),
sets a password with it, and binds an authenticator app. Nobody ever types another's password.

The password is kept as Argon2id, the app's seed as it is; both sealed. A session is a random text
that only the browser has; the register keeps its digest.
"""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from kiosk.domain.accounts import (
    FORGOTTEN_AFTER,
    LONGEST_PASSWORD,
    Way,
    WrongSignIn,
    is_over,
    require_password,
    require_turn,
)
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.staff import Role, Staff, has_role
from kiosk.storage.accounts import Account, Session
from kiosk.storage.register import Books
from signing.cells import lookup_hash, open_cell, seal_cell

from .desk import Desk
from .staff import opened_staff

__all__ = [
    "Enrolment",
    "SignedIn",
    "begin_session",
    "change_password",
    "demo_code",
    "enrol",
    "known_browser",
    "new_enrolment",
    "open_enrolment",
    "session_of",
    "sign_in",
    "sign_out",
]

# OWASP's first choice of 2025; the hash is sealed besides, so that a stolen database tells nothing.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
# Each takes 46 MiB: strangers who try passwords do not take more than so many times that.
_HASHING = threading.BoundedSemaphore(2)
_STEP = 30
_STEPS = (-1, 0, 1)
_TOKEN_BYTES = 32
# 60 bits in letters and digits that are not taken for one another.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 12
_CODE_GROUP = 4
# How exactly it is kept when a session was used last.
_SEEN = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Somebody who signed in; `token` is for the browser alone."""

    staff: Staff
    token: str = field(repr=False)
    way: Way
    began_at: datetime


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What somebody sees who enrols: the seed of the app, as text and as an otpauth address."""

    login: str
    seed: str
    address: str


def sign_in(
    desk: Desk, *, login: str, password: str, code: str, browser: str | None = None
) -> SignedIn:
    """Sign in with a password and the code of an authenticator app.

    `browser` is what `known_browser` gave to the browser after an earlier sign-in, if anything.

    Raises:
        Wait: too many wrong tries went before.
        WrongSignIn: login, password or code are wrong, or the person has left.
    """
    login = login.strip().lower()
    tried = _count_try(desk, _who_tries(desk, login, browser))
    with desk.register.read() as books:
        kept = books.staff.find_by_login(login)
        account = books.accounts.get(kept.id) if kept else None
    # Whoever does not exist is tried against a password and a seed that nobody has.
    hashed, seed = _secrets_of(desk, account)
    fits = _fits(hashed, password)
    step = _step_of(seed, code, now=int(desk.clock().timestamp()))
    if not fits or step is None or kept is None or account is None or kept.left_at is not None:
        raise WrongSignIn("wrong login, password or code")
    with desk.register.begin() as books:
        if step <= account.last_step:
            raise WrongSignIn("wrong login, password or code")
        try:
            books.accounts.replace(account, replace(account, last_step=step))
        except NotNow:
            raise WrongSignIn("the code was used this very moment") from None
        failures, _ = books.accounts.tries(tried, at=desk.clock())
        books.accounts.forget_tries(tried)
        staff = opened_staff(desk.cells, books.staff.get(kept.id))
        return begin_session(desk, books, staff, Way.PASSWORD, failures=failures - 1)


def begin_session(
    desk: Desk, books: Books, staff: Staff, way: Way, *, failures: int = 0
) -> SignedIn:
    """A session for somebody who has proved who he or she is.

    Raises:
        WrongSignIn: the person has left.
    """
    if staff.left_at is not None:
        raise WrongSignIn(f"staff {staff.id} has left")
    now = desk.clock()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    books.accounts.forget_sessions(
        began_before=now - timedelta(hours=desk.settings.staff.session_hours)
    )
    books.accounts.forget_tries(before=now - FORGOTTEN_AFTER)
    books.accounts.begin_session(
        Session(id=_digest(token), staff=staff.id, way=way, began_at=now, seen_at=now)
    )
    books.journal.write(
        at=now,
        staff=staff.id,
        office=staff.office,
        deed="signed-in",
        subject=f"staff {staff.id}",
        detail=f"{way} failures={failures}" if failures > 0 else str(way),
    )
    return SignedIn(staff=staff, token=token, way=way, began_at=now)


def session_of(desk: Desk, token: str) -> SignedIn | None:
    """Whose session this is, if it still counts; it is noted that it was used."""
    id_ = _digest(token)
    now = desk.clock()
    with desk.register.read() as books:
        found = books.accounts.find_session(id_)
        staff = opened_staff(desk.cells, books.staff.get(found.staff)) if found else None
    if found is None or staff is None or staff.left_at is not None:
        return None
    settings = desk.settings.staff
    if is_over(
        began_at=found.began_at,
        seen_at=found.seen_at,
        now=now,
        idle=timedelta(minutes=settings.idle_minutes),
        longest=timedelta(hours=settings.session_hours),
    ):
        return None
    if now - found.seen_at >= _SEEN:
        with desk.register.begin() as books:
            books.accounts.see_session(id_, at=now)
    return SignedIn(staff=staff, token=token, way=Way(found.way), began_at=found.began_at)


def sign_out(desk: Desk, session: SignedIn) -> None:
    """End a session."""
    with desk.register.begin() as books:
        books.accounts.end_session(_digest(session.token))
        books.journal.write(
            at=desk.clock(),
            staff=session.staff.id,
            office=session.staff.office,
            deed="signed-out",
            subject=f"staff {session.staff.id}",
        )


def change_password(desk: Desk, session: SignedIn, *, old: str, new: str) -> None:
    """Change one's own password; every other session of the person ends.

    Raises:
        Invalid: the new one cannot be.
        Wait, WrongSignIn: as `sign_in`, for the old one.
    """
    staff = session.staff
    require_password(new, login=staff.login)
    tried = _count_try(desk, f"the password of {staff.login}")
    with desk.register.read() as books:
        before = books.accounts.get(staff.id)
    hashed, _ = _secrets_of(desk, before)
    if not _fits(hashed, old):
        raise WrongSignIn("wrong password")
    sealed = seal_cell(desk.cells, _password_cell(staff.id), _hashed(new))
    with desk.register.begin() as books:
        books.accounts.forget_tries(tried)
        books.accounts.replace(before, replace(before, password=sealed))
        books.accounts.end_sessions(staff.id, but=_digest(session.token))
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=staff.office,
            deed="password-changed",
            subject=f"staff {staff.id}",
        )


def new_enrolment(desk: Desk, id_: int, *, by: Staff | None, seed: str | None = None) -> str:
    """A code with which somebody enrols, once; every way in of before is gone at once.

    `seed` is for demonstrations, where one authenticator app serves every account.

    Raises:
        NotNow: the person has left.
        NotPermitted: `by` is no administrator there; or it is his or her own account.
    """
    now = desk.clock()
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    seed = seed or pyotp.random_base32()
    with desk.register.begin() as books:
        staff = opened_staff(desk.cells, books.staff.get(id_))
        if by is not None and (
            by.id == id_ or not has_role(by, Role.ADMINISTRATOR, staff.office, books.offices.all())
        ):
            raise NotPermitted(f"staff {by.id} makes no code for staff {id_}")
        if staff.left_at is not None:
            raise NotNow(f"staff {id_} has left")
        before = books.accounts.get(id_)
        books.accounts.replace(
            before,
            Account(
                staff=id_,
                handle=before.handle,
                totp=seal_cell(desk.cells, _seed_cell(id_), seed.encode()),
                enrolment=_code_hash(desk, id_, code),
                enrolment_until=now + timedelta(hours=desk.settings.staff.enrolment_hours),
            ),
        )
        books.accounts.remove_passkeys(id_)
        books.accounts.end_sessions(id_)
        books.journal.write(
            at=now,
            staff=by.id if by else None,
            office=staff.office,
            deed="enrolment-made",
            subject=f"staff {id_}",
        )
    return "-".join(code[at : at + _CODE_GROUP] for at in range(0, _CODE_LETTERS, _CODE_GROUP))


def open_enrolment(desk: Desk, *, login: str, code: str) -> Enrolment:
    """What somebody with this login and code is to put into an authenticator app.

    Raises:
        Wait: too many wrong tries went before.
        WrongSignIn: the code is not this login's, was used, or has run out.
    """
    staff, account = _enrolling(desk, login, code)
    seed = _secrets_of(desk, account)[1]
    address = pyotp.TOTP(seed).provisioning_uri(
        name=staff.login, issuer_name=desk.settings.site.name
    )
    return Enrolment(login=staff.login, seed=seed, address=address)


def enrol(desk: Desk, *, login: str, code: str, password: str, app_code: str) -> SignedIn:
    """Set a password and bind the app: the code is used up, and the person is signed in.

    Raises:
        Invalid: the password cannot be.
        Wait: too many wrong tries went before.
        WrongSignIn: as `open_enrolment`; or the app's code is wrong.
    """
    staff, before = _enrolling(desk, login, code)
    require_password(password, login=staff.login)
    step = _step_of(_secrets_of(desk, before)[1], app_code, now=int(desk.clock().timestamp()))
    if step is None:
        raise Invalid([Fault(path="app_code", code="wrong", sentence="is not what the app shows")])
    hashed = _hashed(password)
    with desk.register.begin() as books:
        books.accounts.replace(
            before,
            replace(
                before,
                password=seal_cell(desk.cells, _password_cell(staff.id), hashed),
                last_step=step,
                enrolment=None,
                enrolment_until=None,
            ),
        )
        return begin_session(desk, books, staff, Way.ENROLMENT)


def demo_code(desk: Desk, login: str) -> str:
    """What somebody's authenticator app shows now; at a demonstration, where nobody has the app.

    Raises:
        NotPermitted: this is no demonstration.
        Unknown: nobody has this login.
    """
    if not desk.settings.site.demo:
        raise NotPermitted("codes are shown at demonstrations only")
    with desk.register.read() as books:
        kept = books.staff.find_by_login(login)
        if kept is None:
            raise Unknown("nobody has this login")
        _, seed = _secrets_of(desk, books.accounts.get(kept.id))
    return pyotp.TOTP(seed).at(desk.clock())


def known_browser(desk: Desk, staff: Staff) -> str:
    """What a browser keeps to say that this login was used there before."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_browser_proof(desk, nonce, staff.login)}"


def _who_tries(desk: Desk, login: str, browser: str | None) -> str:
    """Under what a try is counted: the login; or the login with a browser that it knows."""
    nonce, _, proof = (browser or "").partition(".")
    if hmac.compare_digest(proof.encode(), _browser_proof(desk, nonce, login).encode()):
        return f"{login} from {nonce}"
    return login


def _browser_proof(desk: Desk, nonce: str, login: str) -> str:
    return lookup_hash(desk.cells, "known browser", f"{nonce} {login}").hex()


def _count_try(desk: Desk, who: str) -> bytes:
    """Count a try before it is known how it ends: those at the same time count, too."""
    tried = lookup_hash(desk.cells, "tries to sign in", who)
    now = desk.clock()
    with desk.register.begin() as books:
        failures, last_at = books.accounts.tries(tried, at=now)
        if now - last_at >= FORGOTTEN_AFTER:
            failures = 0
        require_turn(failures, last_at, now=now)
        books.accounts.write_tries(tried, failures + 1, at=now)
    return tried


def _enrolling(desk: Desk, login: str, code: str) -> tuple[Staff, Account]:
    login = login.strip().lower()
    tried = _count_try(desk, f"the enrolment of {login}")
    now = desk.clock()
    with desk.register.begin() as books:
        kept = books.staff.find_by_login(login)
        account = books.accounts.get(kept.id) if kept else None
        given = _code_hash(desk, kept.id if kept else 0, code)
        if (
            kept is None
            or account is None
            or account.enrolment is None
            or account.enrolment_until is None
            or not hmac.compare_digest(account.enrolment, given)
            or now >= account.enrolment_until
        ):
            raise WrongSignIn("wrong login or code, or the code was used or has run out")
        books.accounts.forget_tries(tried)
    return opened_staff(desk.cells, kept), account


def _code_hash(desk: Desk, staff: int, code: str) -> bytes:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return lookup_hash(desk.cells, "enrolment", f"{staff} {letters}")


def _secrets_of(desk: Desk, account: Account | None) -> tuple[str, str]:
    """The hash of somebody's password and the seed of the app; nobody's where there are none."""
    hashed, seed = _nobodys_secrets()
    if account is not None and account.password is not None:
        cell = _password_cell(account.staff)
        hashed = open_cell(desk.cells, cell, account.password).decode()
    if account is not None and account.totp is not None:
        seed = open_cell(desk.cells, _seed_cell(account.staff), account.totp).decode()
    return hashed, seed


@cache
def _nobodys_secrets() -> tuple[str, str]:
    return _HASHER.hash(secrets.token_urlsafe(_TOKEN_BYTES)), pyotp.random_base32()


def _hashed(password: str) -> bytes:
    with _HASHING:
        return _HASHER.hash(password).encode()


def _fits(hashed: str, password: str) -> bool:
    with _HASHING:
        try:
            return _HASHER.verify(hashed, password[: LONGEST_PASSWORD + 1])
        except VerificationError:
            return False


def _step_of(seed: str, code: str, *, now: int) -> int | None:
    """The time step that `code` belongs to, one before and one after now allowed; or None."""
    given = "".join(code.split()).encode()
    app = pyotp.TOTP(seed)
    steps = [now // _STEP + around for around in _STEPS]
    found = [step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), given)]
    return found[0] if found else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _password_cell(staff: int) -> bytes:
    return f"password of staff {staff}".encode()


def _seed_cell(staff: int) -> bytes:
    return f"seed of staff {staff}".encode()
