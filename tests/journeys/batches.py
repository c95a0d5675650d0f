"""`segel issue --batch` in processes that can be killed, and what must hold after it."""

import json
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random  # noqa: TID251 -- a seed of the test's own makes the choice

import psycopg

from kiosk.domain.certificates import State
from tests.offices import Office, nobodys_environment
from verifier.pdf import check_pdf
from verifier.status import load_trust
from verifier.verdict import Outcome

__all__ = ["Run", "kill_at", "require_all_issued", "require_whole", "until"]

# Slow to import; the server of forks has them at hand, so that a start takes no second.
PRELOADED = ["kiosk.cli.batches", "kiosk.cli.issuing", "kiosk.cli.main", "kiosk.cli.workers"]
GLANCE, SOME_TIME, PATIENCE = 0.001, 0.05, 120


def _segel(words: list[str], environment: dict[str, str], chunk: int, log: str) -> None:
    from kiosk.cli import batches
    from kiosk.cli.main import main

    os.environ.clear()  # noqa: TID251 -- the command's own
    os.environ.update(environment)  # noqa: TID251 -- the command's own
    # Smaller than usual, so that a few hundred records give many moments to be killed at.
    batches.CHUNK = chunk
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    main(words, prog_name="segel")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A batch that is started again and again: the office, its file, and how it is issued."""

    office: Office
    batch: Path
    out: Path
    jobs: int = 1
    chunk: int = 4

    def start(self) -> ForkServerProcess:
        """Start the batch."""
        context: ForkServerContext = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        words = ["--site", self.office.site, "issue", "--batch", self.batch]
        words += ["--photos", self.office.desk / "photos", "--out", self.out, "--jobs", self.jobs]
        process = context.Process(
            target=_segel,
            args=(list(map(str, words)), self.environment, self.chunk, str(self.log)),
        )
        process.start()
        return process

    @property
    def environment(self) -> dict[str, str]:
        """That of the command."""
        return nobodys_environment(**self.office.environment)

    @property
    def log(self) -> Path:
        """What the runs have said."""
        return self.office.desk / "log"

    def names(self) -> list[str]:
        """The names in the folder of certificates."""
        return os.listdir(self.out) if self.out.exists() else []  # noqa: PTH208 -- looked at often

    def reserved(self) -> int:
        """How many certificates have a number and are not known to be whole."""
        return self.states().get(State.RESERVED, 0)

    def states(self) -> dict[str, int]:
        """How many certificates are in each state, as somebody beside the process sees it."""
        count = b"SELECT state, count(*) FROM certificates GROUP BY state"
        url = self.office.environment.get("SEGEL_DATABASE_URL")
        if url is not None:
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                return dict(connection.execute(count).fetchall())
        with closing(sqlite3.connect(self.office.site / "register.sqlite3")) as register:
            return dict(register.execute(count.decode()).fetchall())


def kill_at(run: Run, moment: str, chance: Random) -> bool:
    """Start the batch and kill it at this kind of moment; False if it ended before."""
    before, reserved = set(run.names()), run.reserved()
    many = chance.randrange(1, 2 * run.chunk)

    def new(*endings: str) -> int:
        return sum(name.endswith(endings) for name in run.names() if name not in before)

    due: dict[str, Callable[[], bool]] = {
        "numbers are reserved": lambda: run.reserved() != reserved,
        "files are being written": lambda: new(".part") > chance.randrange(run.chunk),
        "files are being named": lambda: new(".pdf") % run.chunk > 0,
        "files have their names": lambda: new(".pdf") >= many,
        "some time has passed": lambda: new(".pdf", ".part") > 0,
    }
    process = run.start()
    until(lambda: not process.is_alive() or due[moment]())
    if moment == "some time has passed":
        time.sleep(chance.uniform(0, SOME_TIME))
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def until(wanted: Callable[[], object]) -> None:
    """Wait until this is so, looking often, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < end, "it never was so"
        time.sleep(GLANCE)


def require_whole(run: Run, names: set[str]) -> None:
    """Every certificate of these names is genuine, to the last byte."""
    trust = load_trust(run.office.public)
    now = int(time.time())  # noqa: TID251 -- the processes read the same clock
    outcomes = {name: check_pdf((run.out / name).read_bytes(), trust, now=now) for name in names}
    bad = {name: v.findings for name, v in outcomes.items() if v.outcome is not Outcome.GENUINE}
    assert bad == {}


def require_all_issued(run: Run, lines: list[int]) -> None:
    """Each of these lines has one certificate; numbers have no gap, and nothing is left over."""
    names = run.names()
    files = {name for name in names if name.endswith(".pdf")}
    told = (run.out / "issued-applicants.jsonl").read_text().splitlines()
    reports = [json.loads(line) for line in told]

    assert [report["line"] for report in reports] == lines
    assert {report["file"] for report in reports} == files
    assert sorted(int(name.split("-")[2]) for name in files) == list(range(1, len(lines) + 1))
    assert [name for name in names if name.endswith(".part")] == []
    assert run.states() == {State.ISSUED: len(lines)}
    require_whole(run, files)
