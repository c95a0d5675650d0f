"""One process at a time works on a batch: a lock that ends with the last process that holds it.

A power cut or a kill frees it. Worker processes that were forked from the one that took it hold it
too, so that nobody begins the same work anew while one of them may still write.
"""

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.domain.errors import NotNow

__all__ = ["alone_with"]

LOCK_FILE = "issuing.lock"
# Processes that were just killed may take a moment to be gone.
PATIENCE, PAUSE = 2.0, 0.02


@contextmanager
def alone_with(site: Path, batch: int) -> Iterator[None]:
    """Nobody else works on this batch of the installation in `site` until the `with` ends.

    Raises:
        NotNow: somebody does.
    """
    handle = os.open(site / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(int(PATIENCE / PAUSE)):
            if _locked(handle, batch):
                break
            time.sleep(PAUSE)
        else:
            raise NotNow("another command works on the same batch just now")
        yield
    finally:
        os.close(handle)


def _locked(handle: int, batch: int) -> bool:
    # struct flock of fcntl(2): the byte of the file that has the batch's number.
    byte = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, batch, 1, 0)
    try:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, byte)
    except (BlockingIOError, PermissionError):
        return False
    return True
