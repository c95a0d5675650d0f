"""What does one command cost from nothing: interpreter, imports, keys, register, file?

CPU seconds (user and system) of the whole process, as the operating system counts them.
"""

import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from json import dumps
from pathlib import Path

from bench.figures import Figure, at_most, told
from bench.office import a_photo, a_record, an_office
from config.loading import process_environment

__all__ = ["figures"]

RUNS = 7


def figures() -> Iterator[Figure]:
    """The figures of single commands."""
    with an_office() as workshop:
        folder = workshop.settings.folder
        (folder / "record.json").write_text(dumps(a_record(1)), encoding="utf-8")
        (folder / "photo.jpg").write_bytes(a_photo())
        issue = [_cpu(_issue(folder, number), folder) for number in range(RUNS)]
        verify = [_cpu(["verify", str(folder / "0.pdf")], folder) for _ in range(RUNS)]
    yield at_most(
        "segel issue of one certificate, whole process, cold",
        statistics.median(issue),
        1.5,
        unit="s CPU",
    )
    yield told(
        "segel verify of one certificate, whole process, cold", statistics.median(verify), "s CPU"
    )


def _issue(folder: Path, number: int) -> list[str]:
    photo, out = folder / "photo.jpg", folder / f"{number}.pdf"
    return ["issue", str(folder / "record.json"), "--photo", str(photo), "--out", str(out)]


def _cpu(arguments: list[str], site: Path) -> float:
    """The CPU seconds of one `segel` command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "kiosk", "--site", str(site), *arguments],
        check=True,
        capture_output=True,
        env=process_environment() | {"PYTHONPATH": str(Path.cwd())},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
