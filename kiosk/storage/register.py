"""The register: every store of what the office keeps, in one transaction.

    register = Register(new_engine(url))
    register.require_current()
    with register.begin() as books:
        before = books.certificates.get_by_number(number)
        ...

What was written inside the `with` is on the disk when it ends, or nothing of it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from kiosk.storage.accounts import AccountStore
from kiosk.storage.applications import ApplicationStore
from kiosk.storage.appointments import AppointmentStore
from kiosk.storage.badges import BadgeStore
from kiosk.storage.bags import BagStore
from kiosk.storage.batches import BatchStore
from kiosk.storage.certificates import CertificateStore
from kiosk.storage.database import failures_said, glancer_of, reader_of, turn_of
from kiosk.storage.devices import DeviceStore, EventStore, ReviewStore
from kiosk.storage.errors import SchemaError, StorageError
from kiosk.storage.footfall import FootfallStore
from kiosk.storage.handovers import HandoverStore
from kiosk.storage.holidays import HolidayStore
from kiosk.storage.improvements import ImprovementStore
from kiosk.storage.incidents import IncidentStore
from kiosk.storage.journal import JournalStore
from kiosk.storage.offices import OfficeStore
from kiosk.storage.outbox import OutboxStore
from kiosk.storage.papers import PaperStore
from kiosk.storage.payments import PaymentStore
from kiosk.storage.posters import PosterStore
from kiosk.storage.prints import PrintStore
from kiosk.storage.publications import PublicationStore
from kiosk.storage.ratings import RatingStore
from kiosk.storage.schema import SCHEMA_VERSION
from kiosk.storage.shifts import ShiftStore
from kiosk.storage.staff import StaffStore

__all__ = ["Books", "Register"]


class Books:
    """The stores of one transaction."""

    def __init__(self, connection: Connection, *, reads_only: bool = False) -> None:
        self._connection = connection
        self._reads_only = reads_only

    @cached_property
    def certificates(self) -> CertificateStore:
        return CertificateStore(self._connection)

    @cached_property
    def batches(self) -> BatchStore:
        return BatchStore(self._connection)

    @cached_property
    def publications(self) -> PublicationStore:
        return PublicationStore(self._connection)

    @cached_property
    def offices(self) -> OfficeStore:
        return OfficeStore(self._connection)

    @cached_property
    def staff(self) -> StaffStore:
        return StaffStore(self._connection)

    @cached_property
    def accounts(self) -> AccountStore:
        return AccountStore(self._connection)

    @cached_property
    def journal(self) -> JournalStore:
        return JournalStore(self._connection, reads_only=self._reads_only)

    @cached_property
    def applications(self) -> ApplicationStore:
        return ApplicationStore(self._connection)

    @cached_property
    def papers(self) -> PaperStore:
        return PaperStore(self._connection)

    @cached_property
    def payments(self) -> PaymentStore:
        return PaymentStore(self._connection)

    @cached_property
    def outbox(self) -> OutboxStore:
        return OutboxStore(self._connection)

    @cached_property
    def prints(self) -> PrintStore:
        return PrintStore(self._connection)

    @cached_property
    def appointments(self) -> AppointmentStore:
        return AppointmentStore(self._connection)

    @cached_property
    def bags(self) -> BagStore:
        return BagStore(self._connection)

    @cached_property
    def incidents(self) -> IncidentStore:
        return IncidentStore(self._connection)

    @cached_property
    def ratings(self) -> RatingStore:
        return RatingStore(self._connection)

    @cached_property
    def improvements(self) -> ImprovementStore:
        return ImprovementStore(self._connection)

    @cached_property
    def shifts(self) -> ShiftStore:
        return ShiftStore(self._connection)

    @cached_property
    def devices(self) -> DeviceStore:
        return DeviceStore(self._connection)

    @cached_property
    def events(self) -> EventStore:
        return EventStore(self._connection)

    @cached_property
    def reviews(self) -> ReviewStore:
        return ReviewStore(self._connection)

    @cached_property
    def badges(self) -> BadgeStore:
        return BadgeStore(self._connection)

    @cached_property
    def handovers(self) -> HandoverStore:
        return HandoverStore(self._connection)

    @cached_property
    def posters(self) -> PosterStore:
        return PosterStore(self._connection)

    @cached_property
    def footfall(self) -> FootfallStore:
        return FootfallStore(self._connection)

    @cached_property
    def holidays(self) -> HolidayStore:
        return HolidayStore(self._connection)


class Register:
    """The database of one office. A process that forks makes its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reader_of(engine)
        self._glancer = glancer_of(engine)

    @contextmanager
    def begin(self) -> Iterator[Books]:
        """A transaction that may write.

        Raises:
            StorageError: the database fails: it is gone, full, locked for long, or broken.
        """
        engine = self._engine
        with turn_of(engine), failures_said(engine), engine.begin() as connection:
            books = Books(connection)
            yield books
            # Last, so that whoever waits for the journal's end holds it for a commit, no longer.
            books.journal.close()

    @contextmanager
    def read(self) -> Iterator[Books]:
        """A transaction that only reads, sees one state and hinders nobody.

        Raises:
            StorageError: the database fails.
        """
        with failures_said(self._engine), self._reader.connect() as connection, connection.begin():
            yield Books(connection, reads_only=True)

    @contextmanager
    def glance(self) -> Iterator[Books]:
        """For who only reads, and asks one thing at a time: each answer is of its own moment.

        It saves a public page two ways to the server of the database and back.

        Raises:
            StorageError: the database fails.
        """
        with failures_said(self._engine), self._glancer.connect() as connection:
            yield Books(connection, reads_only=True)

    def require_current(self) -> None:
        """Make sure that the database has the schema of this program.

        Raises:
            SchemaError: it is older, newer, empty, or cannot be opened.
        """
        file = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and file and not Path(file).exists():
            # SQLite would make an empty file of whatever it is asked for.
            raise SchemaError(f"there is no register {file}; `segel database upgrade` makes it")
        try:
            with failures_said(self._engine), self._reader.connect() as connection:
                version = connection.execute(
                    text("SELECT version_num FROM alembic_version")
                ).scalar()
        except StorageError as problem:
            raise SchemaError(
                f"there is no register, or it cannot be opened ({problem}); "
                "`segel database upgrade` makes the tables of a new one"
            ) from problem
        if version != SCHEMA_VERSION:
            raise SchemaError(
                f"the register has schema {version}, this program {SCHEMA_VERSION}; "
                "upgrade it with `segel database upgrade`"
            )

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()
        self._glancer.dispose()
