"""How the staff signs in: passwords, passkeys, sessions, and tries that failed.

Secrets come sealed and codes as digests (kiosk.actions.accounts); nothing here opens anything.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, text, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.database import of_epoch, to_epoch
from kiosk.storage.schema import accounts, passkeys, sessions, tries

__all__ = ["Account", "AccountStore", "Passkey", "Session"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """How one of the staff signs in.

    `handle` is what passkeys know the person by. `password` is a sealed Argon2 hash and `totp` a
    sealed seed; `last_step` is the time step of the last code that was used. `enrolment` is the
    digest of a code that counts once, `enrolment_until`.
    """

    staff: int
    handle: bytes
    password: bytes | None = field(default=None, repr=False)
    totp: bytes | None = field(default=None, repr=False)
    last_step: int = 0
    enrolment: bytes | None = field(default=None, repr=False)
    enrolment_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """A passkey; `label` is sealed.

    `answered` is when the last challenge that it answered was made, in microseconds since 1970.
    """

    id: bytes
    staff: int
    public_key: bytes
    counter: int
    answered: int
    label: bytes
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A session; `id` is the digest of what the browser holds, `way` how it was begun."""

    id: bytes
    staff: int
    way: str
    began_at: datetime
    seen_at: datetime


class AccountStore:
    """The ways in, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        """Write a new account."""
        self._connection.execute(insert(accounts).values(_values(account)))

    def get(self, staff: int) -> Account:
        """The account of somebody.

        Raises:
            Unknown: there is no such person.
        """
        row = self._connection.execute(select(accounts).where(accounts.c.staff == staff)).first()
        if row is None:
            raise Unknown(f"there is no staff {staff}")
        return Account(**row._mapping)

    def replace(self, before: Account, after: Account) -> None:
        """Write `after` over `before`.

        Raises:
            NotNow: somebody else was quicker.
        """
        self._replace(accounts, before, after)

    def add_passkey(self, passkey: Passkey) -> None:
        """Write a new passkey.

        Raises:
            NotNow: it is there already.
        """
        if self.find_passkey(passkey.id) is not None:
            raise NotNow("the passkey is there already")
        self._connection.execute(insert(passkeys).values(_values(passkey)))

    def find_passkey(self, id_: bytes) -> Passkey | None:
        """The passkey with this id, or None."""
        row = self._connection.execute(select(passkeys).where(passkeys.c.id == id_)).first()
        return Passkey(**row._mapping) if row else None

    def passkeys_of(self, staff: int) -> list[Passkey]:
        """The passkeys of somebody, the oldest first."""
        query = select(passkeys).where(passkeys.c.staff == staff)
        rows = self._connection.execute(query.order_by(passkeys.c.added_at, passkeys.c.id))
        return [Passkey(**row._mapping) for row in rows]

    def replace_passkey(self, before: Passkey, after: Passkey) -> None:
        """Write `after` over `before`.

        Raises:
            NotNow: somebody else was quicker.
        """
        self._replace(passkeys, before, after)

    def remove_passkey(self, id_: bytes, *, staff: int) -> None:
        """Remove a passkey of somebody.

        Raises:
            Unknown: he or she has no such passkey.
        """
        mine = delete(passkeys).where(passkeys.c.id == id_, passkeys.c.staff == staff)
        if self._connection.execute(mine).rowcount != 1:
            raise Unknown("a passkey of this person")

    def remove_passkeys(self, staff: int) -> None:
        """Remove every passkey of somebody."""
        self._connection.execute(delete(passkeys).where(passkeys.c.staff == staff))

    def begin_session(self, session: Session) -> None:
        """Write a new session."""
        self._connection.execute(insert(sessions).values(_values(session)))

    def find_session(self, id_: bytes) -> Session | None:
        """The session with this id, or None."""
        row = self._connection.execute(select(sessions).where(sessions.c.id == id_)).first()
        return Session(**row._mapping) if row else None

    def see_session(self, id_: bytes, *, at: datetime) -> None:
        """Note that a session was used."""
        self._connection.execute(update(sessions).where(sessions.c.id == id_).values(seen_at=at))

    def end_session(self, id_: bytes) -> None:
        """End a session, if it is still there."""
        self._connection.execute(delete(sessions).where(sessions.c.id == id_))

    def end_sessions(self, staff: int, *, but: bytes | None = None) -> None:
        """End every session of somebody, `but` one."""
        mine = delete(sessions).where(sessions.c.staff == staff)
        self._connection.execute(mine if but is None else mine.where(sessions.c.id != but))

    def forget_sessions(self, *, began_before: datetime) -> None:
        """Remove the sessions that began so long ago that they count no more."""
        self._connection.execute(delete(sessions).where(sessions.c.began_at < began_before))

    def tries(self, login_hash: bytes, *, at: datetime) -> tuple[int, datetime]:
        """How many tries failed one after another, and when the last one was (`at` if none did).

        From here to the end of the transaction nobody else counts under this hash.
        """
        # An update that changes nothing holds the row; where there is none, one is made to hold.
        row = self._connection.execute(
            text(
                "INSERT INTO tries (login_hash, failures, last_at) VALUES (:hash, 0, :at)"
                " ON CONFLICT (login_hash) DO UPDATE SET failures = tries.failures"
                " RETURNING failures, last_at"
            ),
            {"hash": login_hash, "at": to_epoch(at)},
        ).one()
        return row.failures, of_epoch(row.last_at)

    def write_tries(self, login_hash: bytes, failures: int, *, at: datetime) -> None:
        """Write how many tries failed, the last one `at`; `tries` was asked before."""
        row = tries.c.login_hash == login_hash
        self._connection.execute(update(tries).where(row).values(failures=failures, last_at=at))

    def forget_tries(
        self, login_hash: bytes | None = None, *, before: datetime | None = None
    ) -> None:
        """Forget the failed tries of a login, or those of all that are older than `before`."""
        if login_hash is not None:
            self._connection.execute(delete(tries).where(tries.c.login_hash == login_hash))
        if before is not None:
            self._connection.execute(delete(tries).where(tries.c.last_at < before))

    def _replace(self, table: Table, before: Any, after: Any) -> None:
        old = _values(before)
        done = self._connection.execute(
            update(table)
            .where(*(table.c[name].is_not_distinct_from(old[name]) for name in old))
            .values(_values(after))
        )
        if done.rowcount != 1:
            raise NotNow("it was changed meanwhile")


def _values(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}
