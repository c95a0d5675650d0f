"""Reports of browsers without scripts: sealed here, at once, and read by their code.

What somebody typed is readable in this process for as long as that takes, and is kept nowhere. It
never says who they are: the identity envelope is empty, and the message says `"via": "server"`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.domain.cases import Case
from kiosk.domain.errors import Unknown
from kiosk.domain.openings import Opening
from kiosk.domain.triage import triage
from kiosk.storage.mailroom_cases import KeptFile
from signing.cose import encode, read
from signing.directory import Directory, DirectoryKey, Route, Unit, route
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Submission,
    digest_of,
    encode_submission,
    is_own_key,
    new_case,
    open_message,
    own_proof,
    parse_submission,
    seal_message,
    unwrap_key,
    wrap_key,
)
from signing.errors import CannotOpenError, FormatError
from signing.hpke import Kem, OpeningKey, SealingKey
from signing.quorum import seal_identity
from signing.receipt import ReceiptCode, derive_keys, proof_digest

from .cases import Thread, append, receipt_salt, thread_of
from .mailroom import Mailroom
from .openings import object_to_opening
from .readers import published

__all__ = [
    "Line",
    "Opened",
    "Sealed",
    "accusable_units",
    "object_by_code",
    "open_by_code",
    "readers_of",
    "seal_again",
    "seal_report",
    "write_back",
]

VERSION = 1
VIA = "server"


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A report that nobody here can read any more, as `submit` takes it, and its new code."""

    code: ReceiptCode
    delivery: bytes
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message of a case; `text` is None where it does not open, `digest` names it.

    `files` are those that it brings, by name, and whether they arrived whole; of a picture the
    cleaned one.
    """

    number: int
    from_office: bool
    day: date
    digest: bytes
    text: str | None = field(repr=False)
    files: tuple[tuple[str, bool], ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case, opened by its code. Without a `key` of the writer's own nothing is to be believed.

    `units` and `due` are as in the thread; `is_late` says whether that day is past.
    """

    case: Case
    lines: tuple[Line, ...]
    openings: tuple[Opening, ...]
    units: Mapping[int, str]
    due: date | None
    is_late: bool
    key: CaseKey | None = field(repr=False)
    proof: bytes = field(repr=False)
    place: Place = field(repr=False)
    """Where the writer's next message stands."""


def accusable_units(mailroom: Mailroom) -> list[Unit]:
    """The units that somebody may report.

    Raises:
        DirectoryError: there is no directory that counts.
    """
    return [unit for unit in published(mailroom).units if not unit.outside]


def readers_of(directory: Directory, accused: int, *, at: int) -> Route:
    """Who reads a report about a unit, 0 where nobody knows which; as the browser decides it.

    Where it is not known the uppermost unit reads: it is the least likely to be the one.

    Raises:
        NoReaderError: nobody is left, or the directory is past its day.
    """
    if accused:
        return route(directory, near=accused, accused=[accused], at=at)
    nobody = {0} | {one.code for one in directory.units if one.outside}
    tops = (one.code for one in directory.units if not one.outside and one.above in nobody)
    top = next(tops, 0)
    return route(directory, near=top, at=at)


def seal_report(mailroom: Mailroom, answers: Mapping[str, Any], *, story: str, at: int) -> Sealed:
    """The report, sealed for who may read it at that time (seconds since 1970), under a new code.

    Nothing is kept yet. `answers` are those of docs/formats/report.md.

    Raises:
        DirectoryError: there is no directory that counts.
        NoReaderError: nobody is left who may read it.
        FormatError: it is too long.
    """
    code = ReceiptCode.new()
    found = triage(answers)
    report = {
        "v": VERSION,
        "mode": "anonymous",
        "via": VIA,
        "class": found.kind,
        "urgency": int(found.urgency),
        "route": found.begins,
        "answers": dict(answers),
        "story": story,
    }
    return _sealed(mailroom, code, report, at=at)


def seal_again(mailroom: Mailroom, sealed: bytes, code: ReceiptCode, *, at: int) -> Sealed:
    """What was sealed under this code, for those who may read it by now.

    Raises:
        DirectoryError: there is no directory that counts.
        NoReaderError: nobody is left who may read it.
        FormatError: it was not sealed here.
        CannotOpenError: it was sealed under another code.
    """
    parts = read(sealed)
    if type(parts) is not list or not parts or type(parts[-1]) is not bytes:
        raise FormatError("not a delivery")
    submission = parse_submission(parts[-1])
    seed = derive_keys(code, receipt_salt(mailroom)).seed
    key = unwrap_key(submission.own, submission.case, OpeningKey(Kem.X25519, seed))
    said = _said(key, _first(digest_of(submission.identity)), submission.message)
    if said is None or said.get("via") != VIA:
        raise FormatError("not a report that was sealed here")
    return _sealed(mailroom, code, said, at=at)


def open_by_code(mailroom: Mailroom, code: ReceiptCode) -> Opened:
    """The case of this code, with every message that opens.

    Raises:
        Unknown: there is none.
    """
    keys = derive_keys(code, receipt_salt(mailroom))
    thread = thread_of(mailroom, encode([VERSION, keys.proof, 0]))
    key = _own_key(thread, keys.seed)
    lines = []
    place = _first(thread.identity_digest)
    for message in thread.messages:
        direction = Direction(message.direction)
        there = Place(direction=direction, sequence=message.sequence, previous=place.previous)
        digest = digest_of(message.sealed)
        said = _said(key, there, message.sealed) if key and key.epoch == message.epoch else None
        lines.append(
            Line(
                number=message.number,
                from_office=direction is not Direction.TO_OFFICE,
                day=message.day,
                digest=digest,
                text=_text(said),
                files=_files(said, thread.files),
            )
        )
        own = direction is Direction.TO_OFFICE
        place = Place(
            direction=Direction.TO_OFFICE,
            sequence=message.sequence + 1 if own else place.sequence,
            previous=digest,
        )
    return Opened(
        case=thread.case,
        lines=tuple(lines),
        openings=thread.openings,
        units=thread.units,
        due=thread.due,
        is_late=thread.due is not None and thread.due < mailroom.today(),
        key=key,
        proof=keys.proof,
        place=place,
    )


def write_back(mailroom: Mailroom, opened: Opened, text: str) -> None:
    """Seal what the writer answers, and keep it.

    Raises:
        FormatError: it is too long.
        NotNow: another message came between, or the case takes no more.
        Unknown: the key is not the writer's own.
    """
    if opened.key is None:
        raise Unknown("no key of the writer's own")
    plain = _bytes({"v": VERSION, "via": VIA, "text": text})
    sealed = seal_message(opened.key, opened.place, plain)
    after = opened.lines[-1].number if opened.lines else 0
    append(mailroom, encode([VERSION, opened.proof, after, opened.key.epoch, sealed]))


def object_by_code(mailroom: Mailroom, opened: Opened, opening: bytes) -> None:
    """Object to an opening of the writer's identity.

    Raises:
        Unknown: there is no such opening of this case.
        NotNow: it is over.
    """
    object_to_opening(mailroom, encode([VERSION, opened.proof, opening]))


def _sealed(mailroom: Mailroom, code: ReceiptCode, report: Mapping[str, Any], *, at: int) -> Sealed:
    readers = readers_of(published(mailroom), report["answers"]["unit"], at=at)
    keys = derive_keys(code, receipt_salt(mailroom))
    key = CaseKey.new(new_case())
    own = OpeningKey(Kem.X25519, keys.seed)
    identity, _ = seal_identity(
        key.case, _keys_of(readers.internal), _keys_of(readers.external), b""
    )
    submission = Submission(
        case=key.case,
        wraps=tuple(wrap_key(key, one) for one in _keys_of(readers.handlers)),
        own=wrap_key(key, own.sealing_key),
        proof=own_proof(keys.seed, key),
        identity=identity,
        message=seal_message(key, _first(digest_of(identity)), _bytes(report)),
    )
    delivery = [
        VERSION,
        readers.unit.code,
        report["urgency"],
        proof_digest(keys.proof),
        encode_submission(submission),
    ]
    return Sealed(code=code, delivery=encode(delivery), unit=readers.unit)


def _keys_of(entries: tuple[DirectoryKey, ...]) -> list[SealingKey]:
    return [entry.key for entry in entries]


def _first(previous: bytes) -> Place:
    return Place(direction=Direction.TO_OFFICE, sequence=0, previous=previous)


def _own_key(thread: Thread, seed: bytes) -> CaseKey | None:
    """The key of the case, if it is the one that was made when the report was sealed."""
    try:
        key = unwrap_key(thread.own[0], thread.case.id, OpeningKey(Kem.X25519, seed))
    except (CannotOpenError, FormatError, IndexError):
        return None
    return key if is_own_key(seed, key, thread.own_proof) else None


def _said(key: CaseKey, place: Place, sealed: bytes) -> dict[str, Any] | None:
    """What a message says; None where it does not open, or is none of ours."""
    try:
        said = json.loads(open_message(key, place, sealed))
    except (CannotOpenError, FormatError, ValueError, RecursionError):
        return None
    return said if type(said) is dict else None


def _text(said: dict[str, Any] | None) -> str | None:
    if said is None:
        return None
    return str(next((said[name] for name in ("text", "story") if said.get(name) is not None), ""))


def _files(said: dict[str, Any] | None, kept: tuple[KeptFile, ...]) -> tuple[tuple[str, bool], ...]:
    named = said.get("files") if said else None
    if type(named) is not list:
        return ()
    whole = {(file.file.hex(), file.digest.hex()) for file in kept if file.digest}
    return tuple(
        (str(one.get("name") or ""), (one.get("id"), one.get("digest")) in whole)
        for one in named
        if type(one) is dict and one.get("key") == "case"
    )


def _bytes(value: Mapping[str, Any]) -> bytes:
    """JSON as browsers write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
