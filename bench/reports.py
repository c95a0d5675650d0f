"""Sealed reports to be measured: a mailroom with readers, reports sealed for them, and its server.

Five handlers read, three custodians of the police and two from outside hold shares; a report says
two kilobytes. The server is a process of its own, whose CPU seconds can be told from ours.
"""

import hashlib
import http.client
import logging
import multiprocessing
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from kiosk.actions.mailroom import Mailroom
from kiosk.assembly import Workshop
from kiosk.cli.serving import office_of
from kiosk.storage.mailroom import Archive, new_archive_engine
from kiosk.storage.upgrading import upgrade
from kiosk.web.app import create_app
from kiosk.web.public.mailbox import Mailbox
from signing.cose import encode
from signing.directory import FIRST, Directory, Role, Unit
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Submission,
    digest_of,
    encode_submission,
    new_case,
    own_proof,
    seal_message,
    wrap_key,
)
from signing.hpke import OpeningKey
from signing.quorum import seal_identity
from tests.sealed_reports import HOLDERS, directory_key, publish_directory

__all__ = ["DAY", "HANDLERS", "UNIT", "Server", "a_mailroom", "a_report", "a_server"]

UNIT, OUTSIDE = 999901, 999001
DAY = date(2026, 9, 14)
HANDLERS = [OpeningKey.new() for _ in range(5)]
INTERNAL = [OpeningKey.new() for _ in range(3)]
EXTERNAL = [OpeningKey.new() for _ in range(2)]
THREADS = 8
_TEXT = b"Ia meminta uang kepada banyak orang. " * 54
_FOREVER = 1 << 36


def a_mailroom(workshop: Workshop, url: str, folder: Path) -> Mailroom:
    """An empty mailroom at `url`, with a directory of keys in `folder`."""
    engine = new_archive_engine(url)
    upgrade(engine, stream="mailroom")
    settings = replace(
        workshop.settings.reports,
        enabled=True,
        holders=tuple(holder.point.hex() for holder in HOLDERS),
        per_minute=0,
        work=False,
    )
    mailroom = Mailroom(
        settings=settings,
        archive=Archive(engine),
        today=lambda: DAY,
        directory=folder / "directory",
    )
    roles = ((Role.HANDLER, UNIT, HANDLERS), (Role.INTERNAL, UNIT, INTERNAL))
    keys = [directory_key(key, unit, role) for role, unit, keys in roles for key in keys]
    keys += [directory_key(key, OUTSIDE, Role.EXTERNAL) for key in EXTERNAL]
    units = (
        Unit(code=OUTSIDE, name="KOMISI CONTOH", outside=True),
        Unit(code=UNIT, name="POLRES CONTOH"),
    )
    publish_directory(
        mailroom,
        Directory(
            serial=1,
            previous=FIRST,
            issued_at=1,
            expires_at=_FOREVER,
            units=units,
            keys=tuple(keys),
        ),
    )
    return mailroom


def a_report() -> bytes:
    """A report of 2 KB as it is sent, unlike every other."""
    own, key = OpeningKey.new(), CaseKey.new(new_case())
    inside, outside = ([one.sealing_key for one in some] for some in (INTERNAL, EXTERNAL))
    identity, _secret = seal_identity(key.case, inside, outside, b"")
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(identity))
    submission = Submission(
        case=key.case,
        wraps=tuple(wrap_key(key, one.sealing_key) for one in HANDLERS),
        own=wrap_key(key, own.sealing_key),
        proof=own_proof(own.secret, key),
        identity=identity,
        message=seal_message(key, place, _TEXT),
    )
    receipt = hashlib.sha256(secrets.token_bytes(32)).digest()
    return encode([1, UNIT, 3, receipt, encode_submission(submission)])


class Server:
    """A process that serves a mailroom; `cpu` tells its CPU seconds."""

    def __init__(self, pid: int, port: int) -> None:
        self.port = port
        # The clock of another process's CPU time, as clock_getcpuclockid(3) makes it.
        self._clock = ~pid << 3 | 2

    def cpu(self) -> float:
        """The CPU seconds that the process has used."""
        return time.clock_gettime(self._clock)

    def poster(self) -> Callable[[bytes], int]:
        """Posts a body as a new report, by a connection of its own; the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/cbor"}

        def post(body: bytes) -> int:
            connection.request("POST", "/report/cases", body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status

        return post


@contextmanager
def a_server(workshop: Workshop, mailroom: Mailroom, url: str) -> Iterator[Server]:
    """The pages of an office with a mailroom, served by a process of its own."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(workshop, mailroom, url, there), daemon=True)
    process.start()
    try:
        yield Server(process.pid or 0, here.recv())
    finally:
        process.terminate()
        process.join()


def _serve(workshop: Workshop, mailroom: Mailroom, url: str, there: Connection) -> None:
    from waitress import create_server

    logging.getLogger("waitress").setLevel(logging.ERROR)
    # A process that forks makes its own connections.
    own = replace(mailroom, archive=Archive(new_archive_engine(url)))
    app = create_app(office_of(workshop), mailbox=Mailbox(mailroom=own))
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
    there.send(server.effective_port)
    server.run()
