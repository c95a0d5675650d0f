"""The key directory of sealed reports: whose keys may read, signed offline by several holders.

    [body, [approval, approval, …]]

Every approval is a COSE_Sign1 over the digest of the body, by one holder of a root key; a reader
asks for two of those it was built with. Each directory names the digest of the one before, and may
only add to it: keys are ended, never removed. Before anything is sealed, `route` leaves out whoever
must not read. Format page: docs/formats/directory.md.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from .cose import encode, parse_sign1, read, sign1
from .errors import FormatError, SignatureError, SigningError
from .hpke import Kem, SealingKey
from .keys import SigningKey, VerifyingKey, key_id_of
from .quorum import INTERNAL, MOST_EXTERNAL, NEEDED_EXTERNAL

__all__ = [
    "FIRST",
    "NEEDED_APPROVALS",
    "Directory",
    "DirectoryKey",
    "NoReaderError",
    "Role",
    "Route",
    "Unit",
    "approve_directory",
    "encode_directory",
    "join_approvals",
    "parse_directory",
    "require_successor",
    "route",
    "verify_directory",
]

TYPE = "segel-directory"
VERSION = 1
ISSUED, DIRECTORY = 6, -65542
DIGEST_BYTES = 32
FIRST = bytes(DIGEST_BYTES)
# Compiled in: no signed directory can ask for less.
NEEDED_APPROVALS = 2
MOST_APPROVALS = 8
LONGEST = 1 << 22
LONGEST_APPROVAL = 256
NAME = re.compile(r"[ -~]{1,80}")
LATEST, LARGEST = 1 << 37, 1 << 32


class NoReaderError(SigningError):
    """Nobody is left who may read this report, or open its identity."""


class Role(IntEnum):
    """What a key may open."""

    HANDLER = 1
    INTERNAL = 2  # custodian
    EXTERNAL = 3  # custodian


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit that may be reported, or read reports. `above` is its superior's code, or 0.

    A unit `outside` (an ombudsman, a commission) commands nobody and is nobody's superior, even
    where a unit of the police names it as the next above.
    """

    code: int
    name: str
    above: int = 0
    outside: bool = False


@dataclass(frozen=True, kw_only=True)
class DirectoryKey:
    """A key of the directory: whose, for what, and since when. `until` 0 means no end yet."""

    unit: int
    role: Role
    key: SealingKey
    valid_from: int
    until: int = 0
    epoch: int = 0

    def is_valid(self, at: int) -> bool:
        """Whether something may be sealed for it at that time."""
        return self.valid_from <= at and (not self.until or at < self.until)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Everything that a reporter's browser needs to know before it seals."""

    serial: int
    previous: bytes
    issued_at: int
    expires_at: int
    units: tuple[Unit, ...]
    keys: tuple[DirectoryKey, ...]

    def unit(self, code: int) -> Unit | None:
        """The unit with this code, if there is one."""
        return next((unit for unit in self.units if unit.code == code), None)

    @property
    def digest(self) -> bytes:
        """By which the next directory names this one."""
        return hashlib.sha256(encode_directory(self)).digest()


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who gets a report. `instead_of` holds the units that were passed over on the way up."""

    unit: Unit
    instead_of: tuple[Unit, ...] = ()
    excluded: frozenset[int] = frozenset()
    handlers: tuple[DirectoryKey, ...] = field(default=())
    internal: tuple[DirectoryKey, ...] = field(default=())
    external: tuple[DirectoryKey, ...] = field(default=())


def encode_directory(directory: Directory) -> bytes:
    """The body of `directory`, which its holders sign."""
    return encode(
        [
            VERSION,
            directory.serial,
            directory.previous,
            directory.issued_at,
            directory.expires_at,
            [[unit.code, unit.name, unit.above, int(unit.outside)] for unit in directory.units],
            [
                [
                    key.unit,
                    int(key.role),
                    int(key.key.kem),
                    key.key.public,
                    key.valid_from,
                    key.until,
                    key.epoch,
                ]
                for key in directory.keys
            ],
        ]
    )


def approve_directory(holder: SigningKey, body: bytes) -> bytes:
    """The approval of one holder of a root key, who has looked at the directory in `body`.

    Raises:
        FormatError: it is no directory that a reader would take.
    """
    directory = parse_directory(body)
    claims = {
        ISSUED: directory.issued_at,
        DIRECTORY: [VERSION, directory.serial, hashlib.sha256(body).digest()],
    }
    return sign1(holder, claims, type_=TYPE)


def join_approvals(body: bytes, approvals: Sequence[bytes]) -> bytes:
    """A directory with its approvals, as it is published."""
    return encode([body, list(approvals)])


def verify_directory(data: bytes, roots: Iterable[VerifyingKey]) -> Directory:
    """The directory in `data`, once two of the holders whose keys are `roots` approved it.

    Whether it follows the one that was seen before is for the caller to see (`require_successor`);
    one past its day gives no `route`.

    Raises:
        FormatError: it is no directory.
        SignatureError: fewer than two different holders approved of it.
    """
    if len(data) > LONGEST:
        raise FormatError(f"more than {LONGEST} bytes")
    parts = read(data)
    if type(parts) is not list or len(parts) != 2 or type(parts[0]) is not bytes:
        raise FormatError("not a directory")
    body, approvals = parts
    if type(approvals) is not list or len(approvals) > MOST_APPROVALS:
        raise FormatError("not the approvals of a directory")
    directory = parse_directory(body)
    claims = {
        ISSUED: directory.issued_at,
        DIRECTORY: [VERSION, directory.serial, hashlib.sha256(body).digest()],
    }
    known = tuple(roots)
    points = {_approved_by(approval, claims, known) for approval in approvals}
    if len(points - {b""}) < NEEDED_APPROVALS:
        raise SignatureError("fewer holders approved of the directory than it needs")
    return directory


def _approved_by(approval: Any, claims: dict[int, object], roots: Sequence[VerifyingKey]) -> bytes:
    """The point of the holder whose approval this is; empty if it is none of theirs."""
    if type(approval) is not bytes:
        raise FormatError("an approval has another kind")
    message = parse_sign1(approval, longest=LONGEST_APPROVAL)
    if message.type != TYPE or encode(message.claims) != encode(claims):
        raise FormatError("an approval of something else")
    for root in roots:
        if key_id_of(root.point) == message.key_id:
            try:
                message.verify(root)
            except SignatureError:
                continue  # ids of keys are short and may meet
            return root.point
    return b""


def parse_directory(body: bytes) -> Directory:
    """The directory in `body`; whether anybody approved of it is another question.

    Raises:
        FormatError: it is none, or units and keys are not in order.
    """
    parts = read(body)
    if type(parts) is not list or len(parts) != 7 or _whole(parts[0], 2) != VERSION:
        raise FormatError("not a directory of version 1")
    _, serial, previous, issued_at, expires_at, units, keys = parts
    if type(previous) is not bytes or len(previous) != DIGEST_BYTES:
        raise FormatError("a directory names the one before by its digest")
    if type(units) is not list or type(keys) is not list:
        raise FormatError("not the lists of a directory")
    found = Directory(
        serial=_whole(serial, LARGEST),
        previous=previous,
        issued_at=_whole(issued_at, LATEST),
        expires_at=_whole(expires_at, LATEST),
        units=tuple(_unit(unit) for unit in units),
        keys=tuple(_key(key) for key in keys),
    )
    _require_units(found)
    return found


def _unit(parts: Any) -> Unit:
    if type(parts) is not list or len(parts) != 4:
        raise FormatError("not a unit")
    code, name, above, outside = parts
    if type(name) is not str or not NAME.fullmatch(name):
        raise FormatError("a unit has a name of one line, in ASCII")
    return Unit(
        code=_whole(code, LARGEST),
        name=name,
        above=_whole(above, LARGEST),
        outside=bool(_whole(outside, 2)),
    )


def _key(parts: Any) -> DirectoryKey:
    if type(parts) is not list or len(parts) != 7:
        raise FormatError("not a key of a directory")
    unit, role, kem, public, valid_from, until, epoch = parts
    if _whole(role, len(Role) + 1) == 0 or _whole(kem, len(Kem) + 1) == 0:
        raise FormatError("a key of an unknown kind")
    if type(public) is not bytes:
        raise FormatError("a key has another kind")
    return DirectoryKey(
        unit=_whole(unit, LARGEST),
        role=Role(role),
        key=SealingKey(Kem(kem), public),
        valid_from=_whole(valid_from, LATEST),
        until=_whole(until, LATEST),
        epoch=_whole(epoch, LARGEST),
    )


def _require_units(directory: Directory) -> None:
    codes = [unit.code for unit in directory.units]
    if codes != sorted(set(codes)) or 0 in codes:
        raise FormatError("units stand by rising code, each once")
    known = {unit.code: unit for unit in directory.units}
    if any(unit.above and unit.above not in known for unit in directory.units):
        raise FormatError("a unit stands below one that is not there")
    if any(key.unit not in known for key in directory.keys):
        raise FormatError("a key of a unit that is not there")
    names = [key.key.id for key in directory.keys]
    if len(set(names)) != len(names):
        raise FormatError("a key stands there twice")
    for unit in directory.units:
        _line(known, unit.code)


def _line(known: dict[int, Unit], code: int) -> list[Unit]:
    """The unit with this code and all above it, from below."""
    line: list[Unit] = []
    while code:
        if known[code] in line:
            raise FormatError("units stand above each other in a ring")
        line.append(known[code])
        code = known[code].above
    return line


def require_successor(before: Directory, after: Directory) -> None:
    """Return if `after` may follow `before` directly: nothing taken away, nothing changed.

    A key may be given an end, once, that is not before the directory that says so.

    Raises:
        SignatureError: it may not.
    """
    if after.serial != before.serial + 1 or after.previous != before.digest:
        raise SignatureError("a directory that does not follow the one before")
    if after.issued_at < before.issued_at:
        raise SignatureError("a directory older than the one before")
    if len(after.keys) < len(before.keys):
        raise SignatureError("a key is gone from the directory")
    for old, new in zip(before.keys, after.keys, strict=False):
        ended = old.until == 0 and new.until >= after.issued_at
        unchanged = (old.unit, old.role, old.key, old.valid_from, old.epoch) == (
            new.unit,
            new.role,
            new.key,
            new.valid_from,
            new.epoch,
        )
        if not unchanged or not (old.until == new.until or ended):
            raise SignatureError("a key of the directory was changed")


def route(directory: Directory, *, near: int, accused: Iterable[int] = (), at: int) -> Route:
    """Who reads a report: the unit `near`, or the next above that may, when some are accused.

    Left out are the accused units, their superiors, and whatever stands below an accused unit; so
    are custodians of these. The next unit above that is not left out, and has keys, gets it.

    Raises:
        NoReaderError: no unit is left, or too few custodians; or the directory is past its day.
    """
    known = {unit.code: unit for unit in directory.units}
    wanted = frozenset(accused)
    if at >= directory.expires_at:
        raise NoReaderError("the directory is past its day")
    if not {near, *wanted} <= known.keys():
        raise NoReaderError("a unit that is not in the directory")
    excluded = _excluded(known, wanted)
    valid = [key for key in directory.keys if key.is_valid(at) and key.unit not in excluded]
    # In the directory's order: who stands behind is called when somebody before is left out.
    internal = tuple(key for key in valid if key.role is Role.INTERNAL)[:INTERNAL]
    external = tuple(key for key in valid if key.role is Role.EXTERNAL)[:MOST_EXTERNAL]
    if len(internal) < INTERNAL or len(external) < NEEDED_EXTERNAL:
        raise NoReaderError("too few custodians are left")
    passed: list[Unit] = []
    for unit in _line(known, near):
        handlers = tuple(key for key in valid if key.role is Role.HANDLER and key.unit == unit.code)
        if handlers:
            return Route(
                unit=unit,
                instead_of=tuple(passed),
                excluded=excluded,
                handlers=handlers,
                internal=internal,
                external=external,
            )
        passed.append(unit)
    raise NoReaderError("no unit is left that may read it")


def _excluded(known: dict[int, Unit], accused: frozenset[int]) -> frozenset[int]:
    commanding = {code for code in accused if not known[code].outside}
    above = {known[code].above for code in commanding}
    superiors = {code for code in above if code and not known[code].outside}
    below = {code for code in known if any(one.code in commanding for one in _line(known, code))}
    return accused | superiors | below


def _whole(value: Any, below: int) -> int:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < below:
        raise FormatError(f"not a whole number below {below}")
    return value
