"""A batch is killed at any moment and started again: no number twice, none lost, every file whole."""

from pathlib import Path
from random import Random

import pytest

from tests.journeys.batches import Run, kill_at, require_all_issued, require_whole
from tests.offices import Office, a_record

MOMENTS = (
    "numbers are reserved",
    "files are being written",
    "files are being named",
    "files have their names",
    "some time has passed",
)
RECORDS = 240


def a_batch(office: Office, *, records: int = RECORDS) -> tuple[Path, list[int]]:
    """A batch with some equal records and some at fault, and the numbers of its good lines."""
    written = [a_record(number) for number in range(records)]
    written[10] = written[11] = written[9]
    for number in (5, 77, records - 1):
        written[number] = a_record(number, sex="X")
    good = [line for line, record in enumerate(written, 1) if record["sex"] == "P"]
    return office.batch(written), good


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_killed_at_every_kind_of_moment_ends_complete(
    any_office: Office, jobs: int
) -> None:
    batch, good = a_batch(any_office)
    run = Run(office=any_office, batch=batch, out=any_office.desk / "out", jobs=jobs)
    chance = Random(jobs)
    seen: set[str] = set()
    killed = 0

    for turn in range(15):
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
