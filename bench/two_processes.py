"""Do two processes issue twice as much as one?

Wall-clock seconds of `segel issue --batch` with --jobs 1 and --jobs 2 by turns, the whole command,
its start included. The register is durable on this disk in all of them. The files go to this disk,
where both wait for the same disk to have them, or to memory, where what is compared is the work.
Only a machine with two free cores can answer; the last line says how free they were.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from json import dumps
from pathlib import Path

from bench.figures import Figure, at_least, told
from bench.office import a_photo, a_record, an_office
from config.loading import process_environment

__all__ = ["figures"]

# Enough that the start of the command, a second or so in one process, hardly counts.
RECORDS = 16_000
ROUNDS = 3
MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder in memory is what is wanted
Walls = dict[tuple[str, int], list[float]]


def figures() -> Iterator[Figure]:
    """The figures of a batch."""
    with an_office() as workshop, tempfile.TemporaryDirectory(dir=MEMORY) as memory:
        folder = workshop.settings.folder
        with (folder / "records.jsonl").open("w", encoding="utf-8") as file:
            for number in range(RECORDS):
                file.write(dumps(a_record(number) | {"photo": "photo.jpg"}) + "\n")
        (folder / "photos").mkdir()
        (folder / "photos" / "photo.jpg").write_bytes(a_photo())
        places = {"disk": folder, "memory": Path(memory)}
        took: Walls = {(place, jobs): [] for place in places for jobs in (1, 2)}
        free = []
        for turn in range(ROUNDS):
            for (place, jobs), walls in took.items():
                walls.append(_wall(folder, places[place] / "out", jobs, f"{turn}-{place}-{jobs}"))
            free.append(_loops(2) / _loops(1))
    median = {what: statistics.median(walls) for what, walls in took.items()}
    for (place, jobs), wall in median.items():
        yield told(
            f"batch, --jobs {jobs}, register on disk, files to {place}", RECORDS / wall, "per s"
        )
    yield told(
        "batch with 2 processes : 1 process, files to this disk",
        median["disk", 1] / median["disk", 2],
        "×",
    )
    yield at_least(
        "batch with 2 processes : 1 process", median["memory", 1] / median["memory", 2], 1.7
    )
    yield told("two busy loops : one, on this machine (1 = two free cores)", min(free), "×")


def _wall(site: Path, out: Path, jobs: int, label: str) -> float:
    command = [sys.executable, "-m", "kiosk", "--site", str(site), "issue", "--jobs", str(jobs)]
    command += ["--batch", str(site / "records.jsonl"), "--photos", str(site / "photos")]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--out", str(out), "--label", label],
        check=True,
        capture_output=True,
        env=process_environment() | {"PYTHONPATH": str(Path.cwd())},
    )
    took = time.perf_counter() - began
    shutil.rmtree(out)
    return took


def _loops(count: int) -> float:
    began = time.perf_counter()
    loop = [sys.executable, "-c", "for _ in range(20_000_000): pass"]
    for process in [subprocess.Popen(loop) for _ in range(count)]:
        process.wait()
    return time.perf_counter() - began
