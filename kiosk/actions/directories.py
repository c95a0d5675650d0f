"""The directory of keys on its way: drafted from what readers ask for, signed elsewhere, published.

Nothing here holds a private key. What is drafted is looked at and signed by the holders, each on a
machine of their own; what is published was signed by two of them and follows what was there.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.errors import Fault, Invalid, NotNow, Unknown
from kiosk.storage.errors import StorageError
from signing.cose import read
from signing.directory import (
    FIRST,
    Directory,
    DirectoryKey,
    Role,
    Unit,
    encode_directory,
    join_approvals,
    parse_directory,
    require_successor,
    verify_directory,
)
from signing.errors import FormatError
from signing.hpke import Kem, SealingKey
from signing.keys import VerifyingKey

from .mailroom import Mailroom
from .readers import published

__all__ = [
    "HISTORY_FOLDER",
    "LONGEST_DAYS",
    "Asked",
    "Changes",
    "body_of",
    "draft",
    "parse_asked",
    "parse_units",
    "publish_directory",
    "warning_of",
]

HISTORY_FOLDER = "directories"
"""Where every directory that was ever published is kept, by its serial."""

LONGEST_DAYS = 400
WARNED_DAYS = 30
DAY = 86_400
LONGEST_ASKED = 4096
MOST_UNITS = 5000
COLUMNS = {"code", "name", "above", "outside"}
YES, NO = {"yes", "1"}, {"", "no", "0"}
ROLES = {"handler": Role.HANDLER, "internal": Role.INTERNAL, "external": Role.EXTERNAL}
# Identities have to stay shut for longest: also for a computer that breaks X25519.
KEMS = {Role.HANDLER: Kem.X25519, Role.INTERNAL: Kem.X_WING, Role.EXTERNAL: Kem.X_WING}
LEAST_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asks for: that this key be theirs, for this role at this unit."""

    unit: int
    role: Role
    key: SealingKey


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a draft changes: units added or altered, keys added, readers whose keys end now.

    A reader is named by the hex digits of the id of their key, or by its first eight or more.
    """

    units: Sequence[Unit] = ()
    asked: Sequence[Asked] = ()
    ended: Sequence[str] = ()


def parse_units(text: str) -> tuple[Unit, ...]:
    """The units of a CSV file with the columns code, name, above and outside (yes, or empty).

    Raises:
        Invalid: it has other columns, or lines that are no units.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        columns, rows = set(lines.fieldnames or ()), [(lines.line_num, row) for row in lines]
    except csv.Error:
        raise Invalid([_fault("", "is no CSV file")]) from None
    if columns != COLUMNS:
        raise Invalid([_fault("", "has other columns than code,name,above,outside")])
    if not 0 < len(rows) <= MOST_UNITS:
        raise Invalid([_fault("", f"has not 1 to {MOST_UNITS} units")])
    faults, units = [], []
    for number, row in rows:
        given = {name: (value or "").strip() for name, value in row.items() if name}
        outside = given["outside"].lower()
        above = given["above"] or "0"
        if None in row or not (_is_code(given["code"]) and _is_code(above)):
            faults.append(_fault(f"line {number}", "has no code of a unit"))
        elif not re.fullmatch("[ -~]{1,80}", given["name"]):
            faults.append(_fault(f"line {number}", "has no name of 1 to 80 plain letters"))
        elif outside not in YES | NO:
            faults.append(_fault(f"line {number}", "says neither yes nor nothing under outside"))
        else:
            units.append(
                Unit(
                    code=int(given["code"]),
                    name=given["name"],
                    above=int(above),
                    outside=outside in YES,
                )
            )
    codes = [unit.code for unit in units]
    faults += [_fault(str(code), "is there twice") for code in codes if codes.count(code) > 1][:1]
    if faults:
        raise Invalid(faults)
    return tuple(units)


def parse_asked(data: bytes) -> Asked:
    """What a reader's browser wrote for the holders (docs/formats/directory.md).

    Raises:
        FormatError: it is no such file.
    """
    try:
        said: Any = json.loads(data) if len(data) <= LONGEST_ASKED else None
    except (ValueError, RecursionError):
        said = None
    match said:
        case {"v": 1, "unit": int(unit), "role": str(role), "kem": int(kem), "key": str(key)} if (
            len(said) == 5 and role in ROLES and 0 < unit < 1 << 32
        ):
            found = ROLES[role]
            if kem != KEMS[found] or not re.fullmatch("([0-9a-f]{2})+", key):
                raise FormatError(f"not the key of a reader with the role {role}")
            reader = SealingKey(KEMS[found], bytes.fromhex(key))
            # With one key in the directory that seals nothing, nobody could report any more.
            reader.seal(b"", b"")
            return Asked(unit=unit, role=found, key=reader)
    raise FormatError("not what a reader's browser writes for the holders")


def draft(before: Directory | None, changes: Changes, *, now: int, days: int) -> bytes:
    """The body of the directory that follows `before`, or of the first; for holders to look at.

    Raises:
        Unknown: there is no such key to end, or several begin like that.
        NotNow: a key is there already.
        FormatError: what comes out is no directory: a unit below one that is not there, say.
        SignatureError: it may not follow the one before.
    """
    old = before or Directory(
        serial=0, previous=FIRST, issued_at=0, expires_at=0, units=(), keys=()
    )
    # A clock that is behind the holder's of last time makes nothing that cannot be published.
    now = max(now, old.issued_at)
    units = {unit.code: unit for unit in (*old.units, *changes.units)}
    ended = {_found(old, reader) for reader in changes.ended}
    known = {key.key.id for key in old.keys}
    if twice := [one.key.id.hex() for one in changes.asked if one.key.id in known]:
        raise NotNow(f"the key {twice[0]} is in the directory already")
    body = encode_directory(
        Directory(
            serial=old.serial + 1,
            previous=before.digest if before else FIRST,
            issued_at=now,
            expires_at=now + days * DAY,
            units=tuple(units[code] for code in sorted(units)),
            keys=(
                *(replace(key, until=now) if key.key.id in ended else key for key in old.keys),
                *(
                    DirectoryKey(unit=one.unit, role=one.role, key=one.key, valid_from=now)
                    for one in changes.asked
                ),
            ),
        )
    )
    after = parse_directory(body)
    if before is not None:
        require_successor(before, after)
    return body


def body_of(data: bytes) -> bytes:
    """The body of a directory, from itself or from what is published; nobody's word is believed.

    Raises:
        FormatError: it is neither.
    """
    parts = read(data)
    if type(parts) is list and len(parts) == 2 and type(parts[0]) is bytes:
        data = parts[0]
    parse_directory(data)
    return data


def publish_directory(
    public: Path,
    roots: Iterable[VerifyingKey],
    body: bytes,
    approvals: Sequence[bytes],
    *,
    now: int,
) -> Directory:
    """Publish what two holders signed, behind the directory that is there; the old one stays.

    Raises:
        FormatError: it is no directory, or an approval is of another.
        SignatureError: fewer than two holders signed it, or it does not follow the one before.
        NotNow: it is past its day.
    """
    known = tuple(roots)
    data = join_approvals(body, approvals)
    directory = verify_directory(data, known)
    if now >= directory.expires_at:
        raise NotNow("the directory is past its day: draft another one")
    newest = public / "directory"
    if newest.exists():
        present = newest.read_bytes()
        if body_of(present) == body:
            return directory
        require_successor(verify_directory(present, known), directory)
    elif directory.serial != 1 or directory.previous != FIRST:
        raise NotNow(f"there is no directory {directory.serial - 1} here for it to follow")
    kept = public / HISTORY_FOLDER / str(directory.serial)
    _write(kept, data)
    _write(newest, data)
    return directory


def warning_of(mailroom: Mailroom) -> str:
    """Why nobody can report, or soon nobody can; empty where all is well for a month or more."""
    try:
        expires_at = published(mailroom).expires_at
    except StorageError as problem:
        return f"nobody can report: {problem}"
    day = datetime.fromtimestamp(expires_at, UTC).date()
    left = (day - mailroom.today()).days
    if left > WARNED_DAYS:
        return ""
    if left > 0:
        return f"the directory of keys counts until {day}: draft another one, two holders sign it"
    return f"nobody can report: the directory of keys counted until {day}"


def _found(directory: Directory, reader: str) -> bytes:
    """The id of the key that is still without an end and whose id begins with these digits."""
    digits = reader.lower().replace(" ", "")
    found = [
        key.key.id
        for key in directory.keys
        if key.key.id.hex().startswith(digits) and not key.until
    ]
    if len(digits) < LEAST_DIGITS or len(found) != 1:
        raise Unknown(
            f"{reader} names no key that is in use: give {LEAST_DIGITS} digits of its id or more"
        )
    return found[0]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(data)
    partial.replace(path)


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _fault(path: str, sentence: str) -> Fault:
    return Fault(path=path, code="directory", sentence=sentence)
