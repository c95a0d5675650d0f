"""A process that issues a batch, as the office's would, and kills itself where it is told to.

    python -m tests.kiosk.storage.clerk URL LABEL FOLDER DIE_AT RECORD…

It reserves five records at a time, writes a file for each, whole, and confirms them. DIE_AT counts
its steps; 0 lets it live. A killed process cleans up nothing: it is as if the power had gone.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.domain.certificates import Certificate, State
from kiosk.storage.database import new_engine
from kiosk.storage.register import Register
from tests.kiosk.storage.reservations import NOW, a_reservation, confirmation_of, reserve

CHUNK = 5


def mortal(die_at: int) -> Callable[[], None]:
    """A function that kills this process when it is called for the `die_at`-th time."""
    steps = itertools.count(1)

    def step() -> None:
        if next(steps) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def write_file(folder: Path, record: str, row: Certificate) -> None:
    """Make the file of a certificate, under its name only when it is whole."""
    partial = folder / f"{record}.{os.getpid()}.part"
    partial.write_text(row.number, encoding="utf-8")
    partial.rename(folder / record)


def issue_batch(
    register: Register, label: str, folder: Path, records: Sequence[str], step: Callable[[], None]
) -> None:
    """Issue the records that are not issued yet."""
    with register.begin() as books:
        batch = books.batches.open(label, at=NOW).id
    step()
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        with register.begin() as books:
            step()
            rows = reserve(books, [a_reservation(record, batch=batch) for record in chunk])
            step()
        step()
        for record, row in zip(chunk, rows, strict=True):
            if row.state is State.RESERVED:
                write_file(folder, record, row)
        step()
        with register.begin() as books:
            books.certificates.confirm([confirmation_of(row) for row in rows], at=NOW)
            step()
        step()


if __name__ == "__main__":
    url, label, folder, die_at, *records = sys.argv[1:]
    issue_batch(Register(new_engine(url)), label, Path(folder), records, mortal(int(die_at)))
