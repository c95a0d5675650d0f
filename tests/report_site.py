"""Sealed reports, served to browsers: an invented tree of units, its readers, a mailroom on disk.

POLRES stands below POLDA, POLDA below MABES; KOMISI stands outside. Each has a handler and
custodians, whose keys tests hold, so that they can open what a browser sealed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient

from config.settings import ReportSettings
from kiosk.actions.admission import Admitted
from kiosk.actions.mailroom import Mailroom
from kiosk.storage.mailroom import Archive, new_archive_engine
from kiosk.storage.upgrading import upgrade
from kiosk.web.app import create_app
from kiosk.web.public.mailbox import Mailbox
from kiosk.web.reading.asking import Reading
from signing.directory import (
    FIRST,
    Directory,
    DirectoryKey,
    Role,
    Unit,
    approve_directory,
    encode_directory,
    join_approvals,
)
from signing.hpke import Kem, OpeningKey
from signing.keys import LocalKey
from tests.public_site import PublicSite, real_time
from tests.vectors.make_vectors import ROOT, STATUS

__all__ = [
    "HOLDERS",
    "KOMISI",
    "MABES",
    "POLDA",
    "POLRES",
    "ReportSite",
    "signed_directory",
]

MABES, POLDA, POLRES, KOMISI = 990000, 997000, 997100, 999001
TODAY = date(2026, 9, 14)
FOREVER = 1 << 36
HOLDERS = (ROOT, STATUS)
_UNITS = (
    Unit(code=MABES, name="MABES CONTOH", above=0),
    Unit(code=POLDA, name="POLDA CONTOH", above=MABES),
    Unit(code=POLRES, name="POLRES CONTOH", above=POLDA),
    Unit(code=KOMISI, name="KOMISI CONTOH", above=0, outside=True),
)


def _key(unit: int, role: Role, number: int) -> tuple[DirectoryKey, OpeningKey]:
    kem = Kem.X25519 if role is Role.HANDLER else Kem.X_WING
    key = OpeningKey(kem, bytes([number] * 32))
    return DirectoryKey(unit=unit, role=role, key=key.sealing_key, valid_from=0), key


_KEYS = (
    _key(POLRES, Role.HANDLER, 1),
    _key(POLDA, Role.HANDLER, 2),
    _key(MABES, Role.HANDLER, 3),
    _key(POLRES, Role.INTERNAL, 4),
    _key(MABES, Role.INTERNAL, 5),
    _key(MABES, Role.INTERNAL, 6),
    _key(MABES, Role.INTERNAL, 7),
    _key(KOMISI, Role.EXTERNAL, 8),
)


@dataclass
class ReportSite(PublicSite):
    """The public pages of an office that takes sealed reports."""

    holders: tuple[LocalKey, ...] = HOLDERS
    day: date = TODAY

    @property
    def mailroom(self) -> Mailroom:
        """What the server has to hand."""
        return self._mailroom

    @property
    def client(self) -> FlaskClient:
        """Somebody's browser, without a network between."""
        client: FlaskClient = self._pages.test_client()
        return client

    def keys(self, unit: int, role: Role) -> list[OpeningKey]:
        """The private keys of those who have this role there."""
        return [key for entry, key in _KEYS if (entry.unit, entry.role) == (unit, role)]

    def handling(self, unit: int) -> Admitted:
        """The handler of a unit, signed in."""
        [key] = self.keys(unit, Role.HANDLER)
        reader = key.sealing_key.id
        return Admitted(reader=reader, role=Role.HANDLER, unit=unit, unit_name="", expires=FOREVER)

    def start(self) -> None:
        """Serve, with the mailroom in a file of its own."""
        super().start()
        url = f"sqlite:///{self.folder / 'mailroom.sqlite3'}"
        engine = new_archive_engine(url)
        upgrade(engine, stream="mailroom")
        self._mailroom = Mailroom(
            settings=ReportSettings(
                enabled=True,
                holders=tuple(holder.point.hex() for holder in HOLDERS),
                database=url,
                identity_days=30,
                case_days=60,
                per_minute=0,
                work=True,
                onion="",
            ),
            archive=Archive(engine),
            today=lambda: self.day,
            directory=self.folder / "public" / "directory",
        )
        self.publish_directory()
        self._pages = create_app(
            self.office,
            mailbox=Mailbox(mailroom=self._mailroom),
            reading=Reading(mailroom=self._mailroom, clock=real_time),
        )

    def stop(self) -> None:
        """Answer nobody any more."""
        super().stop()
        self._mailroom.archive.close()

    def publish_directory(self, *more: DirectoryKey | Unit) -> None:
        """Publish the directory, signed by its holders, with `more` keys and units."""
        self._mailroom.directory.write_bytes(signed_directory(*more, holders=self.holders))


def signed_directory(*more: DirectoryKey | Unit, holders: Iterable[LocalKey] = HOLDERS) -> bytes:
    """The directory of all of them, signed.

    With `more` keys and units, in the place of those that have their names.
    """
    known = [*_UNITS, *(entry for entry, _key in _KEYS), *more]
    units = {one.code: one for one in known if isinstance(one, Unit)}
    keys = {one.key.id: one for one in known if isinstance(one, DirectoryKey)}
    body = encode_directory(
        Directory(
            serial=1,
            previous=FIRST,
            issued_at=1,
            expires_at=FOREVER,
            units=tuple(units[code] for code in sorted(units)),
            keys=tuple(keys.values()),
        )
    )
    return join_approvals(body, [approve_directory(holder, body) for holder in holders])


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportSite]:
    """An office that takes sealed reports, for all tests of a module."""
    served = ReportSite(tmp_path_factory.mktemp("reports"))
    served.start()
    yield served
    served.stop()
