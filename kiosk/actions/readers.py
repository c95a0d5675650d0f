"""Who may read sealed reports today: the directory of keys, as its holders signed it.

The mailroom knows the day and not the hour. A key is valid for it on every day on which it is valid
at any time; one that was ended counts no more as soon as the directory that ends it is published.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from kiosk.domain.errors import NotNow
from kiosk.storage.errors import StorageError
from signing.directory import Directory, DirectoryKey, Role, verify_directory
from signing.envelope import Purpose, Submission
from signing.errors import FormatError, SigningError
from signing.keys import VerifyingKey
from signing.quorum import Side

from .mailroom import Mailroom

__all__ = [
    "DirectoryChanged",
    "DirectoryError",
    "find_reader",
    "handlers_of",
    "published",
    "require_fitting",
    "require_handlers",
    "roots_of",
    "unit_name",
]

# A day of the office lies between the first midnight in Indonesia (WIT) and the last (WIB).
_EARLIEST, _LATEST = timedelta(hours=9), timedelta(hours=7)


_CUSTODIANS = {Side.INTERNAL: Role.INTERNAL, Side.EXTERNAL: Role.EXTERNAL}


class DirectoryChanged(NotNow):
    """Sealed for others than may read today. Sealed anew it is taken."""

    code = "directory-changed"


class DirectoryError(StorageError):
    """There is no directory of keys here that two of its holders signed."""


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A directory with its keys by their names, and its handlers by their units."""

    directory: Directory
    keys: Mapping[bytes, DirectoryKey]
    handlers: Mapping[int, tuple[DirectoryKey, ...]]


def published(mailroom: Mailroom) -> Directory:
    """The directory that is published, once two holders are known to have signed it.

    It is read again when its file is another one. One past its day is still given: what was sealed
    before has to be read.

    Raises:
        DirectoryError: none is published, or it is not signed as it must be.
    """
    return _kept(mailroom).directory


def find_reader(mailroom: Mailroom, reader: bytes) -> DirectoryKey | None:
    """The key of the directory with this name, if it is valid today.

    Raises:
        DirectoryError: there is no directory that counts.
    """
    kept = _kept(mailroom)
    return _found(kept, reader, mailroom.today())


def handlers_of(mailroom: Mailroom, unit: int) -> tuple[DirectoryKey, ...]:
    """The handlers of a unit whose keys are valid today, in the directory's order.

    Raises:
        DirectoryError: there is no directory that counts.
    """
    kept, day = _kept(mailroom), mailroom.today()
    return tuple(key for key in kept.handlers.get(unit, ()) if _is_valid(key, kept.directory, day))


def unit_name(mailroom: Mailroom, code: int) -> str:
    """What a unit is called in the directory; empty where it stands in none."""
    try:
        unit = published(mailroom).unit(code)
    except DirectoryError:
        return ""
    return unit.name if unit else ""


def require_handlers(mailroom: Mailroom, unit: int, readers: Collection[bytes]) -> None:
    """Return if these are the handlers of `unit`, all of them and nobody else.

    Whose key begins or ends today may be among them or not, as nobody here knows the hour.

    Raises:
        DirectoryChanged: they are not.
        DirectoryError: there is no directory that counts.
    """
    directory, day, found = published(mailroom), mailroom.today(), set(readers)
    handlers = {key.key.id: key for key in handlers_of(mailroom, unit)}
    always = {id_ for id_, key in handlers.items() if _is_valid_all_day(key, directory, day)}
    if not found or not always <= found <= handlers.keys():
        raise DirectoryChanged("not sealed for the handlers of this unit")


def require_fitting(mailroom: Mailroom, unit: int, submission: Submission) -> None:
    """Return if a new report is sealed for the handlers of `unit`, and for custodians, of today.

    Raises:
        DirectoryChanged: for others: the reporter's browser has to fetch the directory again.
        DirectoryError: there is no directory that counts.
    """
    wraps = submission.parsed_wraps
    require_handlers(mailroom, unit, {wrap.reader for wrap in wraps})
    if any((wrap.purpose, wrap.epoch) != (Purpose.CASE, 0) for wrap in wraps):
        raise DirectoryChanged("not sealed for the handlers of this unit")
    kept, day = _kept(mailroom), mailroom.today()
    for share in submission.parsed_identity.shares:
        custodian = _found(kept, share.reader, day)
        if custodian is None or custodian.role is not _CUSTODIANS[share.side]:
            raise DirectoryChanged("not sealed for the custodians of the directory")


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


def _found(kept: _Kept, reader: bytes, day: date) -> DirectoryKey | None:
    found = kept.keys.get(reader)
    return found if found and _is_valid(found, kept.directory, day) else None


def _kept(mailroom: Mailroom) -> _Kept:
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


# A directory has some thousand keys: it is taken apart once, not for every report.
@lru_cache(maxsize=4)
def _verified(path: Path, _stamp: tuple[int, int, int], holders: tuple[str, ...]) -> _Kept:
    directory = verify_directory(path.read_bytes(), roots_of(holders))
    handlers: dict[int, tuple[DirectoryKey, ...]] = {}
    for key in directory.keys:
        if key.role is Role.HANDLER:
            handlers[key.unit] = (*handlers.get(key.unit, ()), key)
    keys = {key.key.id: key for key in directory.keys}
    return _Kept(directory=directory, keys=keys, handlers=handlers)


def _is_valid(key: DirectoryKey, directory: Directory, day: date) -> bool:
    """Whether the key is valid at some time of the day that is not over yet."""
    first, last = _span(directory.issued_at, day)
    return key.valid_from <= last and (not key.until or first < key.until)


def _is_valid_all_day(key: DirectoryKey, directory: Directory, day: date) -> bool:
    first, last = _span(directory.issued_at, day)
    return key.is_valid(first) and key.is_valid(last)


@lru_cache(maxsize=4)
def _span(issued_at: int, day: date) -> tuple[int, int]:
    """The first and the last second that it can be, while the directory is published."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    first = int((midnight - _EARLIEST).timestamp())
    last = int((midnight + timedelta(days=1) - _LATEST).timestamp()) - 1
    return max(first, issued_at), max(last, issued_at)
