"""Batches: a certificate for every record of a file of lines, however often the work is begun anew.

A record is known again by its digest, and by how many equal ones stand before it in the file. So
lines may be added, mended and moved between two runs: what has its certificate keeps it.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kiosk.domain.applicants import LONGEST_RECORD, parse_record
from kiosk.domain.errors import Fault, Invalid
from printer.photo import MOST_BYTES

from .certificates import Order, issue_all, prepare, record_digest
from .desk import Desk

__all__ = ["Done", "Line", "count_lines", "issue_lines", "read_lines"]

BOM = b"\xef\xbb\xbf"
PIECE = 1 << 20
PHOTO_KINDS = (".jpg", ".jpeg", ".png", ".webp", ".JPG", ".JPEG", ".PNG", ".WEBP")
NIK_DIGITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a batch: its number from 1, its record's digest and occurrence, and the text."""

    number: int
    text: bytes
    digest: bytes = b""
    occurrence: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What became of a line: the certificate's number and file, or faults.

    `again` tells that an earlier run had issued it.
    """

    line: int
    number: str = ""
    file: str = ""
    again: bool = False
    faults: tuple[Fault, ...] = ()


def read_lines(path: Path) -> Iterator[Line]:
    """The lines with records, one after the other; blank ones are left out."""
    # Eight bytes are enough: two different records that share them are only counted as equal ones.
    seen: dict[bytes, int] = {}
    with path.open("rb") as file:
        for number, text in _texts(file):
            try:
                digest = record_digest(parse_record(text))
            except Invalid:
                yield Line(number=number, text=text)
                continue
            occurrence = seen.get(digest[:8], 0)
            seen[digest[:8]] = occurrence + 1
            yield Line(number=number, text=text, digest=digest, occurrence=occurrence)


def count_lines(path: Path) -> int:
    """How many lines have records."""
    with path.open("rb") as file:
        return sum(1 for _ in _texts(file))


def _texts(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank. Of one that is too long, no more than shows that it is."""
    number = 0
    while text := file.readline(LONGEST_RECORD + 2):
        number += 1
        rest = text
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(PIECE)
        if number == 1:
            text = text.removeprefix(BOM)
        text = text.rstrip(b"\r\n")
        if text.strip():
            yield number, text


def issue_lines(
    desk: Desk, lines: Sequence[Line], *, batch: int, photos: Path, out: Path
) -> list[Done]:
    """Issue the records of some lines; what became of each, in their order.

    The photo of a record is the file in `photos` that its field "photo" names, or else the one
    named after its NIK, or else after its line.
    """
    done: dict[int, Done] = {}
    orders: list[tuple[int, Order]] = []
    for line in lines:
        try:
            orders.append((line.number, _order(desk, line, photos)))
        except Invalid as problem:
            done[line.number] = Done(line=line.number, faults=problem.faults)
    results = issue_all(desk, [order for _, order in orders], folder=out, batch=batch)
    for (number, _), result in zip(orders, results, strict=True):
        if isinstance(result, Invalid):
            done[number] = Done(line=number, faults=result.faults)
        else:
            done[number] = Done(
                line=number, number=result.number, file=result.file.name, again=result.again
            )
    return [done[line.number] for line in lines]


def _order(desk: Desk, line: Line, photos: Path) -> Order:
    record = parse_record(line.text)
    photo: bytes | Fault | None = None
    if isinstance(record, dict):
        photo = _photo(record, line.number, photos)
        record = {name: value for name, value in record.items() if name != "photo"}
    # The digest is the line's, with its "photo" if it has one.
    return prepare(desk, record, photo, digest=line.digest, occurrence=line.occurrence)


def _photo(record: dict[str, Any], line: int, photos: Path) -> bytes | Fault:
    """The photo of a record, or what is wrong with it."""
    named = record.get("photo")
    if named is None:
        return _first_photo(record, line, photos)
    if not isinstance(named, str) or not named.isprintable() or not _is_name(named):
        return Fault(
            path="photo", code="not-name", sentence="is not the name of a file in --photos"
        )
    found = _read_photo(photos / named)
    if found is None:
        return Fault(path="photo", code="missing", sentence="names a file that is not in --photos")
    return found


def _is_name(text: str) -> bool:
    return text not in ("", ".", "..") and "/" not in text


def _first_photo(record: dict[str, Any], line: int, photos: Path) -> bytes | Fault:
    nik = record.get("nik")
    stems = [str(line), f"{line:06d}"]
    if isinstance(nik, str) and len(nik) == NIK_DIGITS and nik.isascii() and nik.isdigit():
        # First, since a NIK stays with its person when lines are moved.
        stems.insert(0, nik)
    for stem in stems:
        for kind in PHOTO_KINDS:
            found = _read_photo(photos / (stem + kind))
            if found is not None:
                return found
    return Fault(
        path="photo", code="missing", sentence="is missing: --photos has none for NIK or line"
    )


def _read_photo(path: Path) -> bytes | Fault | None:
    """What the file holds, or what is wrong with it; None if there is none."""
    try:
        # A pipe must not keep us waiting.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as problem:
        return _unreadable(os.strerror(problem.errno or 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return _unreadable("it is no file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(MOST_BYTES + 1)
    except OSError as problem:
        return _unreadable(os.strerror(problem.errno or 0))
    finally:
        os.close(handle)


def _unreadable(reason: str) -> Fault:
    return Fault(path="photo", code="unreadable", sentence=f"cannot be read: {reason}")
