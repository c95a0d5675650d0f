"""Who may read sealed reports today: the directory of keys, as its holders signed it.

The mailroom knows the day and not the hour. A key is valid for it on every day on which it is valid
at any time; one that was ended counts no more as soon as the directory that ends it is published.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from kiosk.storage.errors import StorageError
from signing.directory import Directory, DirectoryKey, verify_directory
from signing.errors import FormatError, SigningError
from signing.keys import VerifyingKey

from .mailroom import Mailroom

__all__ = ["DirectoryError", "find_reader", "published", "roots_of"]

# A day of the office lies between the first midnight in Indonesia (WIT) and the last (WIB).
_EARLIEST, _LATEST = timedelta(hours=9), timedelta(hours=7)


class DirectoryError(StorageError):
    """There is no directory of keys here that two of its holders signed."""


def published(mailroom: Mailroom) -> Directory:
    """The directory that is published, once two holders are known to have signed it.

    It is read again when its file is another one. One past its day is still given: what was sealed
    before has to be read.

    Raises:
        DirectoryError: none is published, or it is not signed as it must be.
    """
    try:
        found = mailroom.directory.stat()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        return _verified(mailroom.directory, stamp, mailroom.settings.holders)
    except FileNotFoundError:
        raise DirectoryError("no directory of keys is published yet") from None
    except OSError as problem:
        raise DirectoryError(f"the directory of keys is not read: {problem.strerror}") from None
    except SigningError as problem:
        raise DirectoryError(f"the published directory of keys does not count: {problem}") from None


def find_reader(mailroom: Mailroom, reader: bytes) -> DirectoryKey | None:
    """The key of the directory with this name, if it is valid today.

    Raises:
        DirectoryError: there is no directory that counts.
    """
    directory = published(mailroom)
    found = next((key for key in directory.keys if key.key.id == reader), None)
    return found if found and _is_valid(found, directory, mailroom.today()) else None


def roots_of(holders: Iterable[str]) -> tuple[VerifyingKey, ...]:
    """The keys of the holders, from their points as the settings have them.

    Raises:
        DirectoryError: one is no key.
    """
    roots = []
    for point in holders:
        try:
            roots.append(VerifyingKey(bytes.fromhex(point)))
        except FormatError:
            raise DirectoryError(f"no key has the point {point} (reports.holders)") from None
    return tuple(roots)


# A directory is some thousand keys: taken apart once, not for every report.
@lru_cache(maxsize=4)
def _verified(path: Path, _stamp: tuple[int, int, int], holders: tuple[str, ...]) -> Directory:
    return verify_directory(path.read_bytes(), roots_of(holders))


def _is_valid(key: DirectoryKey, directory: Directory, day: date) -> bool:
    """Whether the key is valid at some time of the day that is not over yet."""
    first, last = _span(directory, day)
    return key.valid_from <= last and (not key.until or first < key.until)


def _span(directory: Directory, day: date) -> tuple[int, int]:
    """The first and the last second that it can be, while the directory is published."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    first = int((midnight - _EARLIEST).timestamp())
    last = int((midnight + timedelta(days=1) - _LATEST).timestamp()) - 1
    return max(first, directory.issued_at), max(last, directory.issued_at)
