"""Where paper comes out: a queue of CUPS on this machine, or a folder where there is none.

A queue is asked over IPP (RFC 8011), not by `lp`, whose sentences do not tell a queue that is gone
from one that never was. Everything has a time limit. What matters most is told apart when sending
fails: NotTakenError says that nothing was taken, NoAnswerError that nobody knows.

A job is known by its name. Its number in the queue is only where to look first: a print server that
was killed may give it to another job.
"""

import http.client
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from printer.errors import NoAnswerError, NotTakenError

__all__ = ["CupsQueue", "Folder", "Spool", "Told", "Trouble", "Word"]

_SECONDS = 10.0
_LONGEST_ANSWER = 1 << 20
_USER = "segel"
_PRINT_JOB, _CANCEL_JOB, _JOB_ATTRIBUTES, _JOBS, _PRINTER_ATTRIBUTES = 0x02, 0x08, 0x09, 0x0A, 0x0B
_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_GROUPS = frozenset({0x01, 0x02, 0x04, 0x05})
_INTEGER, _ENUM = 0x21, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MEDIA_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_NOT_FOUND = 0x0406
_MOST_JOBS = 1_000
_STOPPED_PRINTER = 5
_WANTED_OF_JOB = (
    "job-id",
    "job-name",
    "job-state",
    "job-printer-state-reasons",
)


class Word(StrEnum):
    """What a queue says of a job."""

    WAITING = "waiting"
    PRINTING = "printing"
    BY_HAND = "by-hand"  # it lies in the folder, for a person to print
    DONE = "done"
    STOPPED = "stopped"  # cancelled or aborted: something may have come out
    GONE = "gone"  # the queue knows no such job


class Trouble(StrEnum):
    """What a person must do before anything comes out."""

    PAPER = "paper"
    JAM = "jam"
    OPEN = "open"
    TONER = "toner"
    PAUSED = "paused"
    OFFLINE = "offline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a queue says of a job, and what keeps it waiting."""

    word: Word
    queued: int | None = None
    trouble: frozenset[Trouble] = field(default=frozenset())


class Spool(Protocol):
    """A way to paper."""

    def send(self, name: str, pdf: bytes) -> int:
        """Hand a file over, to be printed once; the queue's number for it.

        Raises:
            NotTakenError: it was certainly not taken.
            NoAnswerError: nobody knows.
        """

    def ask(self, name: str, queued: int | None) -> Told:
        """What became of a job; `queued` is where to look first.

        Raises:
            NoAnswerError: the queue does not answer.
        """

    def cancel(self, name: str, queued: int | None) -> None:
        """Take a job back, if it is there.

        Raises:
            NoAnswerError: the queue does not answer, or refuses.
        """


class Folder:
    """A folder, from which a person prints by hand. Files are gone once they are cancelled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, name: str, pdf: bytes) -> int:
        """Write a file, whole or not at all."""
        part = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file(name))
        except OSError as problem:
            raise NotTakenError(f"the folder fails: {problem.strerror}") from None
        return 0

    def ask(self, name: str, queued: int | None) -> Told:
        """Whether the file is still there."""
        there = self._file(name).exists()
        return Told(word=Word.BY_HAND if there else Word.GONE, queued=queued)

    def cancel(self, name: str, queued: int | None) -> None:
        """Remove the file, if it is there."""
        try:
            self._file(name).unlink(missing_ok=True)
        except OSError as problem:
            raise NoAnswerError(f"the folder fails: {problem.strerror}") from None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.pdf"


class CupsQueue:
    """A queue of the print server on this machine."""

    def __init__(self, queue: str, *, port: int = 631, seconds: float = _SECONDS) -> None:
        self._path = f"/printers/{queue}"
        self._uri = f"ipp://localhost:{port}{self._path}"
        self._port = port
        self._seconds = seconds

    def send(self, name: str, pdf: bytes) -> int:
        """Hand a file over, to be printed once; the queue's number for it."""
        head = _request(
            _PRINT_JOB,
            self._uri,
            [
                (_NAME, "job-name", name),
                (_MEDIA_TYPE, "document-format", "application/pdf"),
            ],
            [(_INTEGER, "copies", 1)],
        )
        status, groups = self._ask(head + pdf)
        if status >= 0x0400:
            raise NotTakenError(f"the queue refuses: {status:#06x}")
        for _, values in groups:
            for number in values.get("job-id", ()):
                return int(number)
        raise NoAnswerError("the queue names no job")

    def ask(self, name: str, queued: int | None) -> Told:
        """What became of a job; `queued` is where to look first."""
        found = self._by_number(name, queued) or self._by_name(name)
        if found is None:
            return Told(word=Word.GONE)
        state = int(found["job-state"][0])
        word = {5: Word.PRINTING, 7: Word.STOPPED, 8: Word.STOPPED, 9: Word.DONE}.get(
            state, Word.WAITING
        )
        trouble = frozenset[Trouble]()
        if word in {Word.WAITING, Word.PRINTING}:
            trouble = _troubles(found.get("job-printer-state-reasons", ())) | self._of_printer()
        return Told(word=word, queued=int(found["job-id"][0]), trouble=trouble)

    def cancel(self, name: str, queued: int | None) -> None:
        """Take a job back, if it is there."""
        told = self.ask(name, queued)
        if told.word not in {Word.WAITING, Word.PRINTING} or told.queued is None:
            return
        status, _ = self._look(
            _request(
                _CANCEL_JOB,
                self._uri,
                [(_INTEGER, "job-id", told.queued)],
            )
        )
        if status >= 0x0400:
            raise NoAnswerError(f"the queue does not cancel: {status:#06x}")

    def _by_number(self, name: str, queued: int | None) -> "_Values | None":
        if queued is None:
            return None
        wanted: list[_Attribute] = [(_INTEGER, "job-id", queued), *_requested(_WANTED_OF_JOB)]
        status, groups = self._look(_request(_JOB_ATTRIBUTES, self._uri, wanted))
        if status == _NOT_FOUND:
            return None
        _require_sound(status)
        return _job_of(groups, name)

    def _by_name(self, name: str) -> "_Values | None":
        wanted: list[_Attribute] = [
            (_INTEGER, "limit", _MOST_JOBS),
            (_KEYWORD, "which-jobs", "all"),
            *_requested(_WANTED_OF_JOB),
        ]
        status, groups = self._look(_request(_JOBS, self._uri, wanted))
        if status == _NOT_FOUND:
            return None
        _require_sound(status)
        return _job_of(groups, name)

    def _of_printer(self) -> frozenset[Trouble]:
        wanted = _requested(("printer-state", "printer-state-reasons"))
        status, groups = self._look(_request(_PRINTER_ATTRIBUTES, self._uri, wanted))
        _require_sound(status)
        found = frozenset[Trouble]()
        for _, values in groups:
            found |= _troubles(values.get("printer-state-reasons", ()))
            if values.get("printer-state") == [_STOPPED_PRINTER] and not found:
                found |= {Trouble.PAUSED}
        return found

    def _look(self, body: bytes) -> tuple[int, "list[tuple[int, _Values]]"]:
        try:
            return self._ask(body)
        except NotTakenError as problem:
            raise NoAnswerError(str(problem)) from None

    def _ask(self, body: bytes) -> tuple[int, "list[tuple[int, _Values]]"]:
        connection = http.client.HTTPConnection("localhost", self._port, timeout=self._seconds)
        try:
            try:
                connection.connect()
            except OSError:
                raise NotTakenError("the print server is not there") from None
            try:
                headers = {"Content-Type": "application/ipp"}
                connection.request("POST", self._path, body, headers)
                response = connection.getresponse()
                answer = response.read(_LONGEST_ANSWER)
            except (OSError, http.client.HTTPException):
                raise NoAnswerError("the print server does not answer") from None
        finally:
            connection.close()
        if response.status != 200:
            raise NotTakenError(f"the print server answers {response.status}")
        try:
            return _parsed(answer)
        except (struct.error, IndexError, StopIteration, UnicodeDecodeError):
            raise NoAnswerError("the print server's answer cannot be read") from None


_Value = str | int
_Values = dict[str, list[_Value]]
_Attribute = tuple[int, str, _Value]


def _requested(names: Sequence[str]) -> list[_Attribute]:
    # Further values of an attribute bear no name.
    return [
        (_KEYWORD, "" if place else "requested-attributes", name)
        for place, name in enumerate(names)
    ]


def _request(
    operation: int, uri: str, wanted: Sequence[_Attribute], of_job: Sequence[_Attribute] = ()
) -> bytes:
    first: list[_Attribute] = [
        (_CHARSET, "attributes-charset", "utf-8"),
        (_LANGUAGE, "attributes-natural-language", "en"),
        (_URI, "printer-uri", uri),
        # Without it the names of our own jobs are hidden from us.
        (_NAME, "requesting-user-name", _USER),
    ]
    parts = [struct.pack(">BBHI", 1, 1, operation, 1), bytes([_OPERATION])]
    parts += [_attribute(*one) for one in [*first, *wanted]]
    if of_job:
        parts += [bytes([_JOB]), *(_attribute(*one) for one in of_job)]
    return b"".join([*parts, bytes([_END])])


def _attribute(tag: int, name: str, value: _Value) -> bytes:
    spelled = struct.pack(">i", value) if isinstance(value, int) else value.encode()
    return (
        struct.pack(">BH", tag, len(name))
        + name.encode()
        + struct.pack(">H", len(spelled))
        + spelled
    )


def _parsed(answer: bytes) -> tuple[int, list[tuple[int, _Values]]]:
    (status,) = struct.unpack_from(">H", answer, 2)
    groups: list[tuple[int, _Values]] = []
    for tag, name, value in _attributes(answer):
        if tag in _GROUPS:
            groups.append((tag, {}))
            continue
        values = groups[-1][1]
        known = name or next(reversed(values))
        values.setdefault(known, []).append(
            struct.unpack(">i", value)[0] if tag in {_INTEGER, _ENUM} else value.decode("utf-8")
        )
    return status, groups


def _attributes(answer: bytes) -> Iterator[tuple[int, str, bytes]]:
    at = 8
    while answer[at] != _END:
        tag = answer[at]
        at += 1
        if tag < 0x10:
            yield tag, "", b""
            continue
        (length,) = struct.unpack_from(">H", answer, at)
        name = answer[at + 2 : at + 2 + length].decode("utf-8")
        at += 2 + length
        (length,) = struct.unpack_from(">H", answer, at)
        yield tag, name, answer[at + 2 : at + 2 + length]
        at += 2 + length


def _job_of(groups: Sequence[tuple[int, _Values]], name: str) -> _Values | None:
    """The job of this name; of another name none, whatever its number."""
    for _, values in groups:
        if values.get("job-name") == [name]:
            return values
    return None


def _troubles(reasons: Sequence[_Value]) -> frozenset[Trouble]:
    found = {
        trouble
        for reason in reasons
        for start, trouble in _REASONS
        if str(reason).startswith(start)
    }
    return frozenset(found)


def _require_sound(status: int) -> None:
    if status >= 0x0400:
        raise NoAnswerError(f"the queue answers {status:#06x}")


_REASONS = (
    ("media-empty", Trouble.PAPER),
    ("media-needed", Trouble.PAPER),
    ("media-jam", Trouble.JAM),
    ("cover-open", Trouble.OPEN),
    ("door-open", Trouble.OPEN),
    ("interlock-open", Trouble.OPEN),
    ("toner-empty", Trouble.TONER),
    ("marker-supply-empty", Trouble.TONER),
    ("paused", Trouble.PAUSED),
    ("offline", Trouble.OFFLINE),
    ("connecting-to-device", Trouble.OFFLINE),
    ("timed-out", Trouble.OFFLINE),
)
