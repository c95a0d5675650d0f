"""`segel issue --batch`: lines in, certificates and reports out."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from kiosk.actions.batches import Done, Line, count_lines, issue_lines, read_lines
from kiosk.actions.locks import alone_with
from kiosk.assembly import Workshop
from kiosk.storage.errors import StorageError
from signing.errors import SigningError

from .opening import publish_for
from .saying import fail, say

if TYPE_CHECKING:
    from io import TextIOWrapper
    from types import TracebackType

__all__ = ["issue_batch"]

CHUNK = 256
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def issue_batch(
    workshop: Workshop, batch: Path, *, photos: Path, out: Path, jobs: int, label: str
) -> None:
    """Issue a certificate for every good line of `batch`, and say what became of the others."""
    if not batch.is_file():
        fail(
            f"{batch} is not a file: a batch is read more than once, to go on after an interruption"
        )
    desk = workshop.desk
    workshop.load_press()
    out.mkdir(parents=True, exist_ok=True)
    with desk.register.begin() as books:
        opened = books.batches.open(f"batch {label}", at=desk.clock()).id
    total = count_lines(batch)
    with alone_with(workshop.settings.folder, opened), _Report(out, label) as report:
        chunks = _chunks(read_lines(batch))
        with _said_how_to_go_on(), _progress(total) as progress:
            for results in _results(
                workshop, chunks, batch=opened, photos=photos, out=out, jobs=min(jobs, total)
            ):
                report.add(results)
                progress(len(results))
        with desk.register.begin() as books:
            books.batches.finish(opened, at=desk.clock())
        publish_for(workshop)
    report.tell(batch.name)
    if report.faulty:
        sys.exit(1)


@contextmanager
def _said_how_to_go_on() -> Iterator[None]:
    """After an interruption say that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        fail("interrupted; the same command goes on from here")
    except (OSError, SigningError, StorageError):
        say("the batch stopped; the same command goes on from here", error=True)
        raise


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], object]]:
    """Tell of progress: a bar for a person who looks, nothing for a log."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    with click.progressbar(
        length=total, label=f"Issuing {total}", file=sys.stderr, show_pos=True
    ) as bar:
        yield bar.update


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _results(
    workshop: Workshop,
    chunks: Iterator[list[Line]],
    *,
    batch: int,
    photos: Path,
    out: Path,
    jobs: int,
) -> Iterator[list[Done]]:
    """What became of the lines, chunk by chunk, from this process or from `jobs` others."""
    if jobs > 1:
        from .workers import results_of_workers

        yield from results_of_workers(
            workshop, chunks, batch=batch, photos=photos, out=out, jobs=jobs
        )
        return
    for chunk in chunks:
        yield issue_lines(workshop.desk, chunk, batch=batch, photos=photos, out=out)


class _Report:
    """What became of each line, in two files beside the certificates; whole once the `with` ends.

    After an error those of the run before stay as they were.
    """

    def __init__(self, out: Path, label: str) -> None:
        name = UNSAFE_IN_NAMES.sub("-", label.removesuffix(".jsonl"))
        self._paths = [out / f"{kind}-{name}.jsonl" for kind in ("issued", "faults")]
        self._partial = [path.with_name(f".{path.name}.part") for path in self._paths]
        self._files: list[TextIOWrapper] = []
        self.issued = self.again = self.faulty = 0

    def __enter__(self) -> Self:
        self._files = [path.open("w", encoding="utf-8") for path in self._partial]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        for file in self._files:
            file.close()
        for partial, path in zip(self._partial, self._paths, strict=True):
            if kind is None:
                partial.replace(path)
            else:
                partial.unlink()

    def add(self, results: Iterable[Done]) -> None:
        """Write down what became of some lines."""
        issued, faults = self._files
        for result in results:
            if result.faults:
                self.faulty += 1
                told = [
                    {"path": fault.path, "code": fault.code, "sentence": fault.sentence}
                    for fault in result.faults
                ]
                _write(faults, {"line": result.line, "faults": told})
            else:
                self.issued += 1
                self.again += result.again
                _write(issued, {"line": result.line, "number": result.number, "file": result.file})

    def tell(self, name: str) -> None:
        """Say how many there were, and every fault of the batch `name`."""
        say(f"{self.issued} issued, {self.faulty} with faults; see {self._paths[0]}")
        if self.again:
            say(
                f"{self.again} of them by an earlier run of this batch; to issue those once more, "
                "give another --label"
            )
        with self._paths[1].open(encoding="utf-8") as file:
            for text in file:
                line = json.loads(text)
                for fault in line["faults"]:
                    path = f"{fault['path']}: " if fault["path"] else "the record "
                    say(f"{name}:{line['line']}: {path}{fault['sentence']}", error=True)


def _write(file: "TextIOWrapper", value: dict[str, Any]) -> None:
    file.write(json.dumps(value, ensure_ascii=False) + "\n")
