"""Sealed reports for tests: a reporter with a receipt, handlers, custodians, and a mailroom.

    reporter = Reporter.new()
    case = submit(mailroom, reporter.delivery)

Everything is sealed as a browser does it; the mailroom is a real database.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.settings import ReportSettings
from kiosk.actions.admission import Admitted
from kiosk.actions.handling import Seen
from kiosk.actions.mailroom import Mailroom
from kiosk.storage.mailroom import Archive, new_archive_engine
from kiosk.storage.upgrading import upgrade
from signing.cose import encode
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
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    SealedFile,
    Submission,
    digest_of,
    encode_submission,
    new_case,
    own_proof,
    seal_file,
    seal_message,
    wrap_key,
)
from signing.hpke import OpeningKey
from signing.quorum import seal_identity
from tests.vectors.make_vectors import ROOT, STATUS

__all__ = [
    "CANARY",
    "COMMISSION",
    "DAY",
    "EXTERNAL",
    "FOREVER",
    "HANDLER",
    "HANDLING",
    "HOLDERS",
    "INTERNAL",
    "ISSUED",
    "UNIT",
    "Days",
    "Reporter",
    "admitted_as",
    "as_seen",
    "directory_key",
    "new_directory",
    "new_mailroom",
    "publish_directory",
]

CANARY = b"KENARI-7f3a91c2-di-lumbung"
DAY = date(2027, 3, 1)
UNIT = 999901
HANDLER = OpeningKey.new()
INTERNAL = [OpeningKey.new() for _ in range(3)]
EXTERNAL = [OpeningKey.new()]
HOLDERS = (ROOT, STATUS)
COMMISSION = 999001
ISSUED, FOREVER = 1_790_000_000, 1 << 36


@dataclass
class Days:
    """A calendar that stands until it is moved."""

    day: date = DAY

    def __call__(self) -> date:
        return self.day

    def forward(self, days: int) -> date:
        """Move it."""
        self.day += timedelta(days=days)
        return self.day


def admitted_as(key: OpeningKey, unit: int, role: Role) -> Admitted:
    """Whoever holds this key, signed in."""
    return Admitted(reader=key.sealing_key.id, role=role, unit=unit, unit_name="", expires=FOREVER)


HANDLING = admitted_as(HANDLER, UNIT, Role.HANDLER)


def directory_key(key: OpeningKey, unit: int, role: Role, **more: int) -> DirectoryKey:
    """A key as the directory has it, valid always unless `more` says otherwise."""
    since = more.pop("valid_from", 0)
    return DirectoryKey(unit=unit, role=role, key=key.sealing_key, valid_from=since, **more)


def new_directory(*more: DirectoryKey) -> Directory:
    """The first directory: a unit with HANDLER and custodians, a commission, and `more` keys."""
    return Directory(
        serial=1,
        previous=FIRST,
        issued_at=ISSUED,
        expires_at=FOREVER,
        units=(
            Unit(code=COMMISSION, name="KOMISI CONTOH", outside=True),
            Unit(code=UNIT, name="POLRES CONTOH"),
        ),
        keys=(
            directory_key(HANDLER, UNIT, Role.HANDLER),
            *(directory_key(key, UNIT, Role.INTERNAL) for key in INTERNAL),
            *(directory_key(key, COMMISSION, Role.EXTERNAL) for key in EXTERNAL),
            *more,
        ),
    )


def publish_directory(mailroom: Mailroom, directory: Directory) -> None:
    """Put a directory, signed by its holders, where the mailroom reads it."""
    body = encode_directory(directory)
    approvals = [approve_directory(holder, body) for holder in HOLDERS]
    mailroom.directory.write_bytes(join_approvals(body, approvals))


def new_mailroom(url: str, folder: Path, today: Days) -> Mailroom:
    """An empty mailroom."""
    engine = new_archive_engine(url)
    upgrade(engine, stream="mailroom")
    settings = ReportSettings(
        enabled=True,
        holders=tuple(holder.point.hex() for holder in HOLDERS),
        database=url,
        identity_days=30,
        case_days=60,
        per_minute=0,
        work=True,
        onion="",
    )
    mailroom = Mailroom(
        settings=settings, archive=Archive(engine), today=today, directory=folder / "directory"
    )
    publish_directory(mailroom, new_directory())
    return mailroom


@dataclass(kw_only=True)
class Reporter:
    """Somebody who reports, with all that their browser holds."""

    text: bytes = b"what happened"
    identity: bytes = b""
    proof: bytes
    key: CaseKey
    submission: Submission
    previous: bytes = field(default=b"")

    @classmethod
    def new(
        cls,
        text: bytes = b"what happened",
        identity: bytes = b"",
        seed: int = 1,
        handlers: Sequence[OpeningKey] = (HANDLER,),
    ) -> "Reporter":
        """A reporter whose report is sealed and not sent yet."""
        own, case = OpeningKey.new(), new_case()
        key = CaseKey.new(case)
        envelope, _ = seal_identity(
            case,
            [one.sealing_key for one in INTERNAL],
            [one.sealing_key for one in EXTERNAL],
            identity,
        )
        place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(envelope))
        submission = Submission(
            case=case,
            wraps=tuple(wrap_key(key, one.sealing_key) for one in handlers),
            own=wrap_key(key, own.sealing_key),
            proof=own_proof(own.secret, key),
            identity=envelope,
            message=seal_message(key, place, text),
        )
        proof = hashlib.sha256(f"receipt {seed}".encode()).digest()
        return cls(
            text=text,
            identity=identity,
            proof=proof,
            key=key,
            submission=submission,
            previous=digest_of(submission.message),
        )

    @property
    def delivery(self) -> bytes:
        """The report as it is sent."""
        return self.delivery_with()

    def delivery_with(self, *, unit: int = UNIT, urgency: int = 3) -> bytes:
        """The report as it is sent, with other words in clear."""
        digest = hashlib.sha256(self.proof).digest()
        return encode([1, unit, urgency, digest, encode_submission(self.submission)])

    def ask(self, since: int = 0) -> bytes:
        """Ask for the thread."""
        return encode([1, self.proof, since])

    def said(self, text: bytes, *, after: int, sequence: int = 1) -> bytes:
        """One more message, as it is sent."""
        place = Place(direction=Direction.TO_OFFICE, sequence=sequence, previous=self.previous)
        return encode([1, self.proof, after, 0, seal_message(self.key, place, text)])

    def sealed_file(self, plain: bytes) -> SealedFile:
        """A file of the case."""
        return seal_file(self.key.secret, self.key.case, plain)

    def chunk(self, file: SealedFile, chunk: int) -> bytes:
        """A chunk of a file, as it is sent."""
        return encode([1, self.proof, file.id, file.size, file.header, file.chunks[chunk]])


def as_seen(mailroom: Mailroom, case: bytes) -> Seen:
    """A case as a handler has it on the screen who has just looked."""
    with mailroom.archive.read() as shelves:
        found = shelves.cases.get(case)
        return Seen(id=case, state=found.state, messages=shelves.cases.count_messages(case))


@pytest.fixture
def today() -> Days:
    """The day on which a test begins."""
    return Days()


@pytest.fixture
def mailroom(register_url: str, tmp_path: Path, today: Days) -> Iterator[Mailroom]:
    """An empty mailroom; the test runs on SQLite and on PostgreSQL."""
    found = new_mailroom(register_url, tmp_path, today)
    yield found
    found.archive.close()
