"""What does it cost to take a sealed report in, and are fifty a second taken for a minute?

Reports are posted beside empty POSTs to the same address, which are refused: CPU seconds of the
process that serves them, by turns; sixteen connections send at a time, as in a flood. Then reports
are sent at the rate and not faster; each must be answered, and be in the mailroom afterwards. Every
one is on the disk before it is answered. Those that come while others are written share one wait
for the disk, whose own pace is told beside. Proof of work is off. On PostgreSQL the process speaks
to a server for each statement, and speaking costs it more than SQLite's writing: that is told.
"""

import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local

from bench.figures import Figure, at_least, at_most, by_turns, told
from bench.office import an_office
from bench.reports import Server, a_mailroom, a_report, a_server
from kiosk.actions.mailroom import Mailroom
from tests.postgres import start_server, stop_server

__all__ = ["figures"]

MILLI = 1e3
ROUNDS, AT_ONCE = 15, 80
TO_AN_EMPTY_POST = 3.0
PER_SECOND, SECONDS = 50, 60
SENDERS = 16
SYNCS = 200


def figures() -> Iterator[Figure]:
    """The figures of both databases."""
    with TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        yield told("writing 4 KB down to the disk, median", _sync(Path(folder)) * MILLI, "ms wall")
        yield from _taking(f"sqlite:///{folder}/mailroom.sqlite3", "SQLite")
    server = start_server(durable=True)
    try:
        yield from _taking(server.url(server.new_database()), "PostgreSQL")
    finally:
        stop_server(server)


def _taking(url: str, kind: str) -> Iterator[Figure]:
    with an_office() as workshop, TemporaryDirectory() as folder:
        mailroom = a_mailroom(workshop, url, Path(folder))
        with a_server(workshop, mailroom, url) as server:
            yield from _beside_empty(server, kind)
            yield from _held(server, mailroom, kind)
        mailroom.archive.close()


def _beside_empty(server: Server, kind: str) -> Iterator[Figure]:
    reports = iter([a_report() for _ in range((ROUNDS + 1) * AT_ONCE)])
    mine = local()

    def status_of(body: bytes) -> int:
        if not hasattr(mine, "post"):
            mine.post = server.poster()
        status: int = mine.post(body)
        return status

    with ThreadPoolExecutor(SENDERS) as senders:

        def taken() -> None:
            bodies = [next(reports) for _ in range(AT_ONCE)]
            assert set(senders.map(status_of, bodies)) == {201}

        def refused() -> None:
            assert set(senders.map(status_of, [b""] * AT_ONCE)) == {400}

        things = {"report": (taken, 1), "empty": (refused, 1)}
        took = by_turns(things, rounds=ROUNDS, clock=server.cpu)
    report, empty = took["report"] / AT_ONCE, took["empty"] / AT_ONCE
    yield told(f"taking a report, {kind}", report * MILLI, "ms CPU")
    yield told(f"refusing an empty POST, {kind}", empty * MILLI, "ms CPU")
    name, ratio = f"taking a report : refusing an empty POST, {kind}", report / empty
    if kind == "SQLite":
        yield at_most(name, ratio, TO_AN_EMPTY_POST)
    else:
        yield told(name, ratio, "×")


def _held(server: Server, mailroom: Mailroom, kind: str) -> Iterator[Figure]:
    count = PER_SECOND * SECONDS
    reports = [a_report() for _ in range(count)]
    before = _kept(mailroom)
    mine = local()
    began = time.perf_counter()

    def send(place: int) -> tuple[int, float]:
        due = began + place / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        if not hasattr(mine, "post"):
            mine.post = server.poster()
        return mine.post(reports[place]), time.perf_counter() - due

    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(send, range(count)))
    took = time.perf_counter() - began
    lost = sum(status != 201 for status, _late in answers)
    lost = max(lost, count - (_kept(mailroom) - before))
    late = sorted(seconds for _status, seconds in answers)
    rate = f"{PER_SECOND} reports a second for {SECONDS} s"
    yield at_most(f"{rate}, lost, {kind}", lost, 0, unit="")
    yield at_least(f"{rate}, taken, {kind}", count / took, PER_SECOND * 0.98, unit="per s")
    yield told(f"{rate}, answered after, median, {kind}", statistics.median(late) * MILLI, "ms")
    yield told(
        f"{rate}, answered after, of 99 in 100, {kind}", late[count * 99 // 100] * MILLI, "ms"
    )


def _kept(mailroom: Mailroom) -> int:
    with mailroom.archive.read() as shelves:
        return sum(1 for _case in shelves.cases.every())


def _sync(folder: Path) -> float:
    took = []
    handle = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY, 0o600)
    for _ in range(SYNCS):
        began = time.perf_counter()
        os.write(handle, bytes(4096))
        os.fsync(handle)
        took.append(time.perf_counter() - began)
    os.close(handle)
    return statistics.median(took)
