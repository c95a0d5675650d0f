"""A batch is killed at any moment and begun anew: no number twice, none lost, every file whole."""

import fcntl
import json
import os
import signal
import subprocess
from pathlib import Path
from random import Random  # noqa: TID251 -- a seed of the test's own makes the choice

import pytest

from tests.journeys.batches import Run, kill_at, require_all_issued, require_whole, until
from tests.offices import Office, a_record

MOMENTS = (
    "numbers are reserved",
    "files are being written",
    "files are being named",
    "files have their names",
    "some time has passed",
)
RECORDS = 220


def a_batch(office: Office) -> tuple[Path, list[int]]:
    """A batch with some equal records and three at fault, and the numbers of its good lines."""
    records = [a_record(number) for number in range(RECORDS)]
    records[10] = records[11] = records[9]
    for number in (5, 77, RECORDS - 1):
        records[number] = a_record(number, sex="X")
    good = [line for line, record in enumerate(records, 1) if record["sex"] == "P"]
    return office.batch(records), good


def stopped_between_turns(process: int, office: Office) -> bool:
    """Stop a process; if it was just writing, let it go on, for nobody else could write."""
    os.kill(process, signal.SIGSTOP)
    with (office.site / "register.sqlite3-turn").open() as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(process, signal.SIGCONT)
            return False
    return True


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_killed_at_every_kind_of_moment_ends_complete(
    any_office: Office, jobs: int
) -> None:
    batch, good = a_batch(any_office)
    run = Run(office=any_office, batch=batch, out=any_office.desk / "out", jobs=jobs)
    chance = Random(jobs)  # noqa: S311 -- not for secrets
    seen: set[str] = set()
    killed = 0

    for turn in range(13):
        killed += kill_at(run, MOMENTS[turn % len(MOMENTS)], chance)
        files = {name for name in run.names() if name.endswith(".pdf")}
        require_whole(run, files - seen)
        seen = files
    last = run.start()
    last.join()

    assert killed >= 12
    assert last.exitcode == 1
    assert f"{len(good)} issued, 3 with faults" in run.log.read_text()
    require_all_issued(run, good)


def test_two_batches_at_once_share_the_numbers_without_a_gap(any_office: Office) -> None:
    first = any_office.batch([a_record(number) for number in range(60)], name="first.jsonl")
    second = any_office.batch([a_record(number) for number in range(60, 120)], name="second.jsonl")
    out = any_office.desk / "out"
    runs = [Run(office=any_office, batch=batch, out=out) for batch in (first, second)]

    processes = [run.start() for run in runs]
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    files = [name for name in runs[0].names() if name.endswith(".pdf")]
    assert sorted(int(name.split("-")[2]) for name in files) == list(range(1, 121))
    told = [
        json.loads(line)["file"]
        for name in ("issued-first.jsonl", "issued-second.jsonl")
        for line in (out / name).read_text().splitlines()
    ]
    assert sorted(told) == sorted(files)


def test_the_same_batch_cannot_be_issued_twice_at_once(office: Office) -> None:
    batch = office.batch([a_record(number) for number in range(400)])
    run = Run(office=office, batch=batch, out=office.desk / "out", chunk=1)
    first = run.start()
    until(lambda: len(run.names()) > 1 and first.is_alive())

    until(lambda: stopped_between_turns(first.pid or 0, office))
    second = office.segel(
        "issue", "--batch", batch, "--photos", office.desk / "photos", "--out", office.desk / "two"
    )
    first.kill()
    first.join()

    assert second.exit_code == 1
    assert "another command works on the same batch just now" in second.stderr
    assert [path.name for path in (office.desk / "two").iterdir()] == []


def test_a_killed_command_leaves_no_process_at_work(office: Office) -> None:
    batch, good = a_batch(office)
    out = office.desk / "out"
    words = ("issue", "--batch", batch, "--photos", office.desk / "photos", "--out", out)
    command = office.start(*words, "--jobs", 2, start_new_session=True)
    until(lambda: out.exists() and len(list(out.iterdir())) > 9)

    command.kill()
    command.wait()
    again = office.start(*words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said, _ = again.communicate()

    assert f"{len(good)} issued, 3 with faults".encode() in said
    require_all_issued(Run(office=office, batch=batch, out=out), good)
