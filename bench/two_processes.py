"""Do two processes issue twice as much as one?

Wall-clock seconds of `segel issue --batch` with --jobs 1 and --jobs 2 by turns, on the same disk,
less what the command takes for nothing (a batch that is done already). Only a machine with two free
cores can answer; the last line says how free they were.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from json import dumps
from pathlib import Path

from bench.figures import Figure, at_least, told
from bench.office import a_photo, a_record, an_office
from config.loading import process_environment

__all__ = ["figures"]

RECORDS = 6000
ROUNDS = 3


def figures() -> Iterator[Figure]:
    """The figures of a batch."""
    with an_office() as workshop:
        folder = workshop.settings.folder
        records = folder / "records.jsonl"
        with records.open("w", encoding="utf-8") as file:
            for number in range(RECORDS):
                file.write(dumps(a_record(number) | {"photo": "photo.jpg"}) + "\n")
        (folder / "photos").mkdir()
        (folder / "photos" / "photo.jpg").write_bytes(a_photo())
        took: dict[int, list[float]] = {1: [], 2: []}
        idle = []
        for turn in range(ROUNDS):
            for jobs, walls in took.items():
                walls.append(_wall(folder, records, jobs, f"{turn}-{jobs}"))
            idle.append(_two_loops() / _one_loop())
    one, two = statistics.median(took[1]), statistics.median(took[2])
    yield told("batch, 1 process, with register and files", RECORDS / one, "per s")
    yield told("batch, 2 processes, with register and files", RECORDS / two, "per s")
    yield told("two busy loops on this machine : one (1 = two free cores)", min(idle), "×")
    yield at_least("batch with 2 processes : 1 process", one / two, 1.7)


def _wall(site: Path, records: Path, jobs: int, label: str) -> float:
    out = site / f"out-{label}"
    command = [sys.executable, "-m", "kiosk", "--site", str(site), "issue"]
    command += ["--batch", str(records), "--photos", str(site / "photos"), "--out", str(out)]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--jobs", str(jobs), "--label", label],
        check=True,
        capture_output=True,
        env=process_environment() | {"PYTHONPATH": str(Path.cwd())},
    )
    took = time.perf_counter() - began
    for file in out.iterdir():
        file.unlink()
    return took


LOOP = "for _ in range(8_000_000): pass"


def _one_loop() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", LOOP], check=True)
    return time.perf_counter() - began


def _two_loops() -> float:
    began = time.perf_counter()
    both = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(2)]
    for process in both:
        process.wait()
    return time.perf_counter() - began
