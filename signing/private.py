"""Secrets, and the files that only their owner may read.

A file is born with mode 0600 under a name nobody asks for, and gets its own name once it is whole
and on the disk: it is never half there, and never readable by others for an instant. Reading
refuses what others can read, and what is a link to somewhere else.
"""

import os
import secrets
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import KeyFileError

__all__ = ["Secret", "read_private", "write_private"]

OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST = 1 << 20


class Secret(bytes):
    """Bytes that do not show themselves: a passphrase, a PIN, a key.

    Neither `repr` nor `str` nor a traceback that prints local variables tells more than that there
    is one.
    """

    def __repr__(self) -> str:
        return "Secret(...)"

    def __str__(self) -> str:
        return "Secret(...)"


def read_private(path: Path, *, longest: int = LONGEST) -> Secret:
    """The bytes of a file that nobody but its owner can read.

    Raises:
        KeyFileError: it is missing, a link, readable by others, or has over `longest` bytes.
    """
    # A FIFO must not keep us waiting, nor a link lead us elsewhere.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as problem:
        raise KeyFileError(_unopened(path, problem)) from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise KeyFileError(f"{path} is not a file")
        if mode & OTHERS:
            raise KeyFileError(f"{path} can be read by others: chmod 600 {shlex.quote(str(path))}")
        # A regular file gives all it has, up to what is asked for.
        data = Secret(os.read(descriptor, longest + 1))
    finally:
        os.close(descriptor)
    if len(data) > longest:
        raise KeyFileError(f"{path} is too long to be what it should be")
    return data


def _unopened(path: Path, problem: OSError) -> str:
    if path.is_symlink():
        return f"{path} is a link: put the file itself there"
    if isinstance(problem, FileNotFoundError):
        return f"there is no file {path}"
    return f"{path} cannot be opened: {os.strerror(problem.errno or 0)}"


def check_private_folder(folder: Path) -> None:
    """Return if `folder` is one that nobody but its owner can enter.

    Raises:
        KeyFileError: it is missing, or open to others.
    """
    try:
        mode = folder.stat().st_mode
    except OSError as problem:
        raise KeyFileError(_unopened(folder, problem)) from None
    if not stat.S_ISDIR(mode):
        raise KeyFileError(f"{folder} is not a folder")
    if mode & OTHERS:
        raise KeyFileError(
            f"the folder {folder} is open to others: chmod 700 {shlex.quote(str(folder))}"
        )


def write_private(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file of mode 0600, whole or not at all; its folder is made (0700) if it is missing.

    Raises:
        KeyFileError: the file is there already, unless `replace`; or its folder is open to others.
    """
    data = Secret(data)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    check_private_folder(path.parent)
    with _folder(path.parent) as folder:
        passing = f".{path.name}.{secrets.token_hex(4)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(passing, flags, 0o600, dir_fd=folder), "wb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                if replace:
                    os.rename(passing, path.name, src_dir_fd=folder, dst_dir_fd=folder)
                else:
                    # Unlike a renaming, this fails where a file of that name is there already.
                    os.link(passing, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileExistsError:
                raise KeyFileError(f"{path} is there already and stays as it is") from None
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(passing, dir_fd=folder)
        os.fsync(folder)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
