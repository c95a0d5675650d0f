"""Certificates onto the disk: a file that bears its name is whole, whatever happened on the way."""

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from printer.certificate import Issued

__all__ = ["write_files"]

PARTIAL = ".part"


def write_files(made: Sequence[tuple[Path, Issued]]) -> None:
    """Write files whole: beside their places first, and renamed once the disk has all of them.

    A chunk is flushed as one: an fsync for each file costs more than making it.

    Raises:
        OSError: the disk is full or gone; nothing half-written is left.
    """
    partial = [(_partial_name(file, issued), file) for file, issued in made]
    with _removed_after_errors([part for part, _ in partial]):
        for (part, _), (_, issued) in zip(partial, made, strict=True):
            _write(part, issued)
        folders = {file.parent for file, _ in made}
        if len(made) > 1:
            for folder in folders:
                _flush_disk_of(folder)
        elif partial:
            _flush(partial[0][0])
        for part, file in partial:
            part.replace(file)
        for folder in folders:
            _flush(folder)


def _partial_name(file: Path, issued: Issued) -> Path:
    # The digest is the certificate's own and comes back in a second try, which so leaves nothing
    # of the first behind; no two processes write the same one.
    return file.with_name(f".{file.name}.{issued.digest.hex()[:8]}{PARTIAL}")


@contextmanager
def _removed_after_errors(paths: Sequence[Path]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for path in paths:
            with suppress(FileNotFoundError):
                path.unlink()
        raise


def _write(path: Path, issued: Issued) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        done = os.writev(handle, issued.pieces)
        left = memoryview(issued.pdf)[done:] if done < issued.size else b""
        while left:
            left = left[os.write(handle, left) :]
    except OSError as problem:
        # The system does not say which file it was.
        raise OSError(problem.errno, problem.strerror, str(path.parent)) from None
    finally:
        os.close(handle)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_disk_of(folder: Path) -> None:
    """Wait until the disk that `folder` is on has everything; unlike os.sync, errors are told."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)
