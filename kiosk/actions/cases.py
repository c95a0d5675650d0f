"""Sealed reports: taken in, talked about with who wrote them, worked on, forgotten.

Nothing here can be read: the mailroom checks shapes, keeps bytes, and counts days. Each kind of
request is one CBOR array, described in docs/operations/reports.md.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kiosk.domain import cases as rules
from kiosk.domain.cases import Case, CaseState, Urgency
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.openings import Opening
from kiosk.storage.mailroom import Shelves
from kiosk.storage.mailroom_cases import Envelope, KeptFile, Message, StoredWrap
from signing.content import HEADER_BYTES
from signing.cose import encode, read
from signing.envelope import (
    CHUNK_BYTES,
    LONGEST_FILE,
    Direction,
    Submission,
    Wrap,
    bucket_of,
    digest_of,
    parse_submission,
    parse_wrap,
)
from signing.errors import FormatError
from signing.padding import pad, padded_file_length
from signing.receipt import CASE_NUMBERS, case_number_of, proof_digest

from .mailroom import Mailroom
from .readers import DirectoryChanged, require_fitting, unit_name

__all__ = [
    "LONGEST_APPEND",
    "LONGEST_ASK",
    "LONGEST_CHUNK",
    "LONGEST_DELIVERY",
    "Taken",
    "Thread",
    "append",
    "encode_thread",
    "next_message",
    "proven_case",
    "receipt_salt",
    "shred_due",
    "stored_wrap",
    "submit",
    "take_chunk",
    "thread_of",
]

VERSION = 1
DIGEST_BYTES = 32
LARGEST_UNIT = 1 << 32
LONGEST_DELIVERY = (1 << 20) + 128
"""A new report with what is said in clear."""
LONGEST_ASK = 64
LONGEST_APPEND = 160 * 1024
LONGEST_CHUNK = CHUNK_BYTES + 512
FILE_ID_BYTES = 16
TAG_BYTES = 16
_LARGEST_FILE = padded_file_length(LONGEST_FILE + 8)
_MOST_MISSING = 32
TEXT_LENGTH_BYTES = 4
# What a reporter is shown is filled up to one of these lengths, and then to whole ones of the last.
_SHOWN = (16 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024)
_TO_OFFICE, _TO_REPORTER = int(Direction.TO_OFFICE), int(Direction.TO_REPORTER)


@dataclass(frozen=True, kw_only=True)
class Thread:
    """What a reporter sees of their case: the messages after the one they know, and its state.

    `own` are the reporter's wraps, `own_proof` shows them that the first is theirs, and
    `identity_digest` stands before the first message. `due` is the day by which the office is to
    take the next step, `units` the names of those that asked for the identity, by their codes.
    """

    case: Case
    own: tuple[bytes, ...]
    own_proof: bytes
    identity_digest: bytes
    messages: tuple[Message, ...]
    files: tuple[KeptFile, ...]
    openings: tuple[Opening, ...]
    due: date | None = None
    units: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How far a file is: the next chunks that are missing, or its digest once none is."""

    missing: tuple[int, ...]
    digest: bytes | None


def receipt_salt(mailroom: Mailroom) -> bytes:
    """The salt of this installation's receipt codes, which is public."""
    with mailroom.archive.read() as shelves:
        return shelves.receipt_salt()


def submit(mailroom: Mailroom, delivery: bytes) -> Case:
    """Take a new report in: `[1, unit, urgency, digest of the receipt's proof, submission]`.

    The same once more is the same case, as a phone tries again that heard no answer.

    Raises:
        FormatError: it is none.
        NotNow: there is another report with this id or this receipt code.
        DirectoryChanged: it is sealed for others than may read it today.
        DirectoryError: nobody may read, as no directory counts here.
    """
    unit, urgency, proof, sealed = _parts(delivery, 5, LONGEST_DELIVERY)
    if type(sealed) is not bytes:
        raise FormatError("a new report has another kind")
    new = _New(
        unit=_whole(unit, LARGEST_UNIT),
        urgency=Urgency(_whole(urgency, 4, least=1)),
        proof=_digest(proof),
        submission=parse_submission(sealed),
        digest=hashlib.sha256(delivery).digest(),
    )
    return mailroom.archive.write_together(lambda shelves: _take(mailroom, shelves, new))


@dataclass(frozen=True, kw_only=True)
class _New:
    unit: int
    urgency: Urgency
    proof: bytes
    submission: Submission
    digest: bytes


def _take(mailroom: Mailroom, shelves: Shelves, new: _New) -> Case:
    submission, today = new.submission, mailroom.today()
    try:
        require_fitting(mailroom, new.unit, submission)
    except DirectoryChanged:
        # What was taken before the directory changed, and is sent again, is the same case still.
        known = _taken(shelves, new)
        if known is None:
            raise
        return known
    envelope = Envelope(
        bucket=bucket_of(submission.message),
        submission=new.digest,
        proof=new.proof,
        own_proof=submission.proof,
        identity_digest=digest_of(submission.identity),
    )
    wraps = zip(submission.parsed_wraps, submission.wraps, strict=True)
    keys = [_stored(wrap, data) for wrap, data in wraps]
    keys.append(_stored(submission.parsed_own, submission.own, own=True))
    first = _message(1, _TO_OFFICE, 0, 0, today, submission.message)
    while True:
        case = Case(
            id=submission.case,
            number=case_number_of(secrets.randbelow(CASE_NUMBERS)),
            unit=new.unit,
            urgency=new.urgency,
            received_on=today,
            state=CaseState.RECEIVED,
            since=today,
        )
        if shelves.cases.add(case, envelope, keys, submission.identity, first):
            break
        known = _taken(shelves, new)
        if known is not None:
            return known
        # Its number is another case's: draw again.
    shelves.deeds.write(on=today, deed="case received", case=case.id)
    return case


def _taken(shelves: Shelves, new: _New) -> Case | None:
    found = shelves.cases.find_taken(new.submission.case, new.proof)
    if found is None:
        return None
    id_, submission = found
    if submission != new.digest:
        raise NotNow("another report has this id, or this receipt code")
    return shelves.cases.get(id_)


def thread_of(mailroom: Mailroom, ask: bytes) -> Thread:
    """A case as its reporter sees it: `[1, proof, number of the last message they know]`.

    Raises:
        FormatError: it is no such question.
        Unknown: no case has this proof.
    """
    proof, since = _parts(ask, 3, LONGEST_ASK)
    with mailroom.archive.read() as shelves:
        case = proven_case(shelves, proof)
        envelope = shelves.cases.envelope_of(case.id)
        own = [key.sealed for key in shelves.cases.wraps_of(case.id) if key.own]
        found = shelves.cases.messages_of(case.id, since=_whole(since, LARGEST_UNIT))
        openings = shelves.openings.of_case(case.id)
        return Thread(
            case=case,
            own=tuple(own),
            own_proof=envelope.own_proof or b"",
            identity_digest=envelope.identity_digest,
            messages=tuple(found),
            files=tuple(shelves.cases.files_of(case.id)),
            openings=tuple(openings),
            due=rules.due_on(case, mailroom.holidays()),
            units={one.unit: unit_name(mailroom, one.unit) for one in openings},
        )


def encode_thread(thread: Thread) -> bytes:
    """A thread as it travels: `length 4 ‖ CBOR ‖ zeros`, so that its length says little."""
    case = thread.case
    parts: list[Any] = [
        VERSION,
        case.id,
        case.number,
        str(case.state),
        _day(case.received_on),
        _day(case.since),
        list(thread.own),
        thread.own_proof,
        thread.identity_digest,
        [
            [one.number, one.direction, one.sequence, one.epoch, _day(one.day), one.sealed]
            for one in thread.messages
        ],
        [[one.number, one.file, one.size, one.chunks, one.digest or b""] for one in thread.files],
        [
            [
                one.id,
                one.asker,
                _day(one.asked_on),
                str(one.state),
                _day(one.since),
                int(one.objected),
                one.reason,
                thread.units.get(one.unit, ""),
            ]
            for one in thread.openings
        ],
        _day(thread.due) if thread.due else "",
    ]
    plain = encode(parts)
    step = _SHOWN[-1]
    least = len(plain) + TEXT_LENGTH_BYTES
    return pad(plain, next((size for size in _SHOWN if least <= size), -(-least // step) * step))


def append(mailroom: Mailroom, said: bytes) -> Message:
    """Take what a reporter answers: `[1, proof, number of the message before, epoch, sealed]`.

    The same once more is the same message. One that comes after another message than it was sealed
    for has to be sealed again.

    Raises:
        FormatError: it is none.
        Unknown: no case has this proof.
        NotNow: another message came between, or the case takes no more.
    """
    proof, after, epoch, sealed = _parts(said, 5, LONGEST_APPEND)
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        case = proven_case(shelves, proof)
        shelves.cases.hold(case.id)
        case = shelves.cases.get(case.id)
        message, is_new = next_message(shelves, case.id, _TO_OFFICE, (after, epoch, sealed), today)
        if is_new:
            shelves.cases.add_message(case.id, message)
            shelves.cases.replace(case, rules.hear(case, on=today))
            shelves.deeds.write(on=today, deed="reporter wrote", case=case.id)
    return message


def take_chunk(mailroom: Mailroom, id_: bytes, place: tuple[int, int], said: bytes) -> Taken:
    """Keep a chunk: `[1, proof, file id, length as filled up, header, sealed]`.

    `place` is the file's number in the case, and the chunk's in the file. The same once more is the
    same chunk, so that a connection which broke off goes on where it was.

    Raises:
        FormatError: it is none, or has another length than this chunk of such a file.
        Unknown: no case of this id has this proof.
        NotNow: another file or chunk stands there, or the case has no room.
    """
    number, chunk = place
    proof, file_id, size, header, sealed = _parts(said, 6, LONGEST_CHUNK)
    file = KeptFile(
        number=number,
        file=_bytes(file_id, FILE_ID_BYTES),
        size=_whole(size, _LARGEST_FILE + 1),
        header=_bytes(header, HEADER_BYTES),
        chunks=0,
        digest=None,
    )
    _require_chunk(file.size, chunk, sealed)
    digest = hashlib.sha256(sealed).digest()
    with mailroom.archive.begin() as shelves:
        case = proven_case(shelves, proof)
        if case.id != id_:
            raise Unknown("no case of this id has this proof")
        shelves.cases.hold(id_)
        _begin_file(shelves, id_, file)
        known = shelves.cases.digests_of(id_, number)
        is_new = chunk not in known
        if known.setdefault(chunk, digest) != digest:
            raise NotNow("another chunk stands there")
        if is_new:
            shelves.cases.add_chunk(id_, number, chunk, digest, sealed)
            if len(known) == _count(file.size):
                shelves.cases.finish_file(id_, number, _digest_of_file(file, known))
                shelves.deeds.write(on=mailroom.today(), deed="file complete", case=id_)
    missing = [one for one in range(_count(file.size)) if one not in known]
    return Taken(
        missing=tuple(missing[:_MOST_MISSING]),
        digest=None if missing else _digest_of_file(file, known),
    )


def shred_due(mailroom: Mailroom) -> int:
    """Shred what is kept long enough: identity envelopes first, then cases; how many were.

    Raises:
        StorageError: the mailroom fails; the next turn goes on.
    """
    settings, today = mailroom.settings, mailroom.today()
    shredded = 0
    with mailroom.archive.begin() as shelves:
        last = today - timedelta(days=settings.identity_days)
        for found in shelves.cases.closed_before(last, identity=True):
            before = _held(shelves, found)
            after = rules.forget_identity(before, on=today, days=settings.identity_days)
            shelves.cases.drop_identity(before.id)
            shelves.cases.replace(before, after)
            shelves.deeds.write(on=today, deed="identity shredded", case=before.id)
            shredded += 1
        last = today - timedelta(days=settings.case_days)
        for found in shelves.cases.closed_before(last, identity=False):
            before = _held(shelves, found)
            after = rules.shred(before, on=today, days=settings.case_days)
            shelves.cases.drop_contents(before.id)
            shelves.cases.replace(before, after)
            shelves.deeds.write(on=today, deed="case shredded", case=before.id)
            shredded += 1
    if shredded:
        mailroom.archive.scour()
    return shredded


def _held(shelves: Shelves, found: Case) -> Case:
    """The case as it is once nobody else writes to it."""
    shelves.cases.hold(found.id)
    return shelves.cases.get(found.id)


def _require_chunk(size: int, chunk: int, sealed: Any) -> None:
    if size != padded_file_length(size):
        raise FormatError("a file of this length is none of ours")
    left = size - chunk * CHUNK_BYTES
    if not 0 <= chunk < _count(size) or type(sealed) is not bytes:
        raise FormatError("not a chunk of this file")
    if len(sealed) != min(left, CHUNK_BYTES) + TAG_BYTES:
        raise FormatError("a chunk of another length")


def _begin_file(shelves: Shelves, case: bytes, file: KeptFile) -> None:
    """Let the file be one of the case, if it is not yet."""
    known = {one.number: one for one in shelves.cases.files_of(case)}
    there = known.get(file.number)
    if there is None:
        weight = file.size + sum(one.size for one in known.values())
        rules.require_room(number=file.number, weight=weight)
        if any(one.file == file.file for one in known.values()):
            raise NotNow("this file has another number")
        shelves.cases.add_file(case, file)
    elif (there.file, there.size, there.header) != (file.file, file.size, file.header):
        raise NotNow("another file stands there")


def _digest_of_file(file: KeptFile, known: Mapping[int, bytes]) -> bytes:
    """The digest that the message names which brings the file (signing.envelope)."""
    hashes = b"".join(known[one] for one in sorted(known))
    return hashlib.sha256(file.header + hashes).digest()


def _count(size: int) -> int:
    return -(-size // CHUNK_BYTES)


def proven_case(shelves: Shelves, proof: Any) -> Case:
    """The case whose reporter shows this proof.

    Raises:
        FormatError: it is no proof.
        Unknown: no case has it.
    """
    case = shelves.cases.find_by_proof(proof_digest(_digest(proof)))
    if case is None:
        raise Unknown("no case has this proof")
    return case


def next_message(
    shelves: Shelves, case: bytes, direction: int, said: tuple[Any, Any, Any], today: date
) -> tuple[Message, bool]:
    """What was said (behind which number, epoch, sealed) as the next message; whether it is new.

    Raises:
        FormatError: it is no sealed message.
        NotNow: another message came between, or the case takes no more.
    """
    after, epoch, sealed = said
    if type(sealed) is not bytes:
        raise FormatError("not a sealed message")
    bucket_of(sealed)
    if _whole(epoch, LARGEST_UNIT) != 0:
        raise FormatError("this version has one key for a case, of epoch 0")
    place = _whole(after, LARGEST_UNIT)
    known = shelves.cases.messages_of(case, since=max(place - 1, 0))
    there = [one for one in known if one.number == place + 1]
    if there and there[0].sealed == sealed and there[0].direction == direction:
        return there[0], False
    if not known or known[-1].number != place or place >= rules.MOST_MESSAGES:
        raise NotNow("sealed to stand behind another message than the last")
    sequence, weight = shelves.cases.count_from(case, direction)
    if direction == _TO_OFFICE:
        rules.require_room_for_answer(count=sequence, weight=weight + len(sealed))
    return _message(place + 1, direction, sequence, epoch, today, sealed), True


def _message(
    number: int, direction: int, sequence: int, epoch: int, day: date, sealed: bytes
) -> Message:
    return Message(
        number=number, direction=direction, sequence=sequence, epoch=epoch, day=day, sealed=sealed
    )


def stored_wrap(data: bytes) -> StoredWrap:
    """A wrap as it is kept.

    Raises:
        FormatError: it is none.
    """
    return _stored(parse_wrap(data), data)


def _stored(wrap: Wrap, data: bytes, *, own: bool = False) -> StoredWrap:
    return StoredWrap(
        purpose=int(wrap.purpose), epoch=wrap.epoch, reader=wrap.reader, own=own, sealed=data
    )


def _parts(data: bytes, count: int, longest: int) -> Sequence[Any]:
    if len(data) > longest:
        raise FormatError(f"more than {longest} bytes")
    parts = read(data)
    if type(parts) is not list or len(parts) != count or _whole(parts[0], 2) != VERSION:
        raise FormatError("not a request of version 1")
    return parts[1:]


def _digest(value: Any) -> bytes:
    return _bytes(value, DIGEST_BYTES)


def _bytes(value: Any, length: int) -> bytes:
    if type(value) is not bytes or len(value) != length:
        raise FormatError(f"not {length} bytes")
    return value


def _whole(value: Any, below: int, *, least: int = 0) -> int:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not least <= value < below:
        raise FormatError(f"not a whole number from {least} to below {below}")
    return value


def _day(day: date) -> str:
    return day.isoformat()
