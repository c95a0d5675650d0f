"""Several processes that work on one batch, each with its own register and its own keys in memory.

Chunks go out and results come back; a worker that dies ends the batch with an error, and the next
run of it takes up what was left.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from kiosk.assembly import Workshop

from .issuing import Done, Line, issue_chunk
from .saying import fail

__all__ = ["results_of_workers"]

_workshop: Workshop | None = None


def _begin(workshop: Workshop) -> None:
    global _workshop  # noqa: PLW0603 -- the one thing a worker process holds
    # The keys came along in memory; connections must not be shared with the parent.
    _workshop = workshop.of_its_own()


def _work(batch: int, lines: list[Line], photos: Path, out: Path) -> list[Done]:
    assert _workshop is not None
    return issue_chunk(_workshop, batch, lines, photos, out)


def results_of_workers(
    workshop: Workshop,
    batch: int,
    chunks: Iterator[list[Line]],
    photos: Path,
    out: Path,
    jobs: int,
) -> Iterator[list[Done]]:
    """What became of the lines in `chunks`, in the order in which they were done."""
    workshop.load_press()
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("fork"), initializer=_begin, initargs=(workshop,)
    ) as pool:
        waiting: set[Future[list[Done]]] = set()
        try:
            for chunk in chunks:
                waiting.add(pool.submit(_work, batch, chunk, photos, out))
                if len(waiting) > 2 * jobs:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from _results(done)
            yield from _results(waiting)
        except BrokenProcessPool:
            fail("a worker process ended; start the batch again, it goes on where it was")


def _results(done: Iterable[Future[list[Done]]]) -> Iterator[list[Done]]:
    for future in done:
        yield future.result()
