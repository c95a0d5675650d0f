"""Several processes that work on one batch, each with its own register and its own keys in memory.

Chunks go out and results come back in the same order. A worker ends with the process that started
it, whatever ended that one; a worker that dies ends the batch, and the next run of it takes up what
was left.
"""

import ctypes
import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from kiosk.actions.batches import Done, Line, issue_lines
from kiosk.assembly import Workshop

from .saying import fail

__all__ = ["results_of_workers"]

# Chunks on their way for each worker: one at work, one waiting.
AHEAD = 2
# From linux/prctl.h.
_SIGNAL_AT_PARENTS_DEATH = 1

_workshop: Workshop | None = None


def _begin(workshop: Workshop, parent: int) -> None:
    global _workshop  # noqa: PLW0603 -- the one thing a worker process holds
    ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        # It died before it could be asked for.
        os.kill(os.getpid(), signal.SIGKILL)
    # An interruption from the keyboard is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The keys came along in memory; connections must not be shared with the parent.
    _workshop = workshop.of_its_own()


def _work(batch: int, photos: Path, out: Path, lines: list[Line]) -> list[Done]:
    if _workshop is None:
        raise RuntimeError("a worker that did not begin")
    return issue_lines(_workshop.desk, lines, batch=batch, photos=photos, out=out)


def results_of_workers(
    workshop: Workshop,
    chunks: Iterator[list[Line]],
    *,
    batch: int,
    photos: Path,
    out: Path,
    jobs: int,
) -> Iterator[list[Done]]:
    """What became of the lines in `chunks`, in their order."""
    work = partial(_work, batch, photos, out)
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("fork"), initializer=_begin, initargs=(workshop, os.getpid())
    )
    under_way: deque[Future[list[Done]]] = deque()
    try:
        for chunk in chunks:
            under_way.append(pool.submit(work, chunk))
            if len(under_way) >= AHEAD * jobs:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool:
        fail("a worker process ended; start the batch again, it goes on where it was")
    finally:
        pool.shutdown(cancel_futures=True)
