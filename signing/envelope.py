"""Sealed reports: written in a browser, kept by a server that cannot read them, opened by few.

A case has a key. It is wrapped for each reader and for the reporter; every message and file of the
case is sealed under a key derived from it, for its place alone: version, case, direction, sequence,
digest of the message before. Format page: docs/formats/envelope.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any, Self, TypeVar

from .content import HEADER_BYTES, OVERHEAD_BYTES, ContentKey, open_content, seal_content
from .cose import encode, read
from .errors import CannotOpenError, FormatError
from .hpke import READER_ID_BYTES, Kem, OpeningKey, SealingKey
from .padding import BUCKETS, pad_text, padded_file_length, unpad
from .private import Secret
from .quorum import CASE_BYTES, IdentityEnvelope, parse_identity

__all__ = [
    "CHUNK_BYTES",
    "LONGEST_FILE",
    "MOST_READERS",
    "CaseKey",
    "Direction",
    "Place",
    "Purpose",
    "SealedFile",
    "Submission",
    "Wrap",
    "bucket_of",
    "digest_of",
    "encode_submission",
    "is_own_key",
    "new_case",
    "open_file",
    "open_message",
    "own_proof",
    "parse_submission",
    "parse_wrap",
    "seal_file",
    "seal_message",
    "unwrap_key",
    "wrap_key",
]

VERSION = 1
KEY_BYTES = 32
DIGEST_BYTES = 32
FILE_ID_BYTES = 16
FILE_LENGTH_BYTES = 8
TAG_BYTES = 16
CHUNK_BYTES = 256 * 1024
LONGEST_FILE = 200 * 1024 * 1024
MOST_READERS = 64
LATEST_EPOCH = 1 << 32
LONGEST_WRAP = 2048
LONGEST_SUBMISSION = 1 << 20
VERSION_BYTE = bytes((VERSION,))

_Numbers = TypeVar("_Numbers", bound=IntEnum)


class Direction(IntEnum):
    """Who speaks to whom. Each direction counts its messages for itself."""

    TO_OFFICE = 1
    TO_REPORTER = 2
    NOTE = 3  # among those who work on the case


class Purpose(IntEnum):
    """What a key of a case is for."""

    CASE = 1  # what the reporter and the office write to each other
    NOTES = 2  # what the office keeps to itself; never wrapped for the reporter


@dataclass(frozen=True, kw_only=True)
class CaseKey:
    """A key of a case. `epoch` counts up when a reader leaves and a new key begins.

    Raises:
        FormatError: a part has another length.
    """

    case: bytes
    epoch: int = 0
    purpose: Purpose = Purpose.CASE
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.case) != CASE_BYTES or len(self.secret) != KEY_BYTES:
            raise FormatError("not the key of a case")
        _whole(self.epoch, LATEST_EPOCH)
        object.__setattr__(self, "secret", Secret(self.secret))

    @classmethod
    def new(cls, case: bytes, *, epoch: int = 0, purpose: Purpose = Purpose.CASE) -> Self:
        """A fresh key for `case`."""
        secret = secrets.token_bytes(KEY_BYTES)
        return cls(case=case, epoch=epoch, purpose=purpose, secret=secret)

    @property
    def mark(self) -> bytes:
        """What tells this key from every other, and nothing about it.

        The last message under one key carries the mark of the next.
        """
        place = ["segel-key-mark", VERSION, self.case, int(self.purpose), self.epoch]
        return hmac.digest(self.secret, encode(place), "sha256")


@dataclass(frozen=True, kw_only=True)
class Wrap:
    """The key of a case, sealed for one reader, and not opened."""

    purpose: Purpose
    epoch: int
    kem: Kem
    reader: bytes
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a message stands in a case.

    `previous` is the digest of the message before it, whichever its direction; of a note, of the
    note before, for notes are a chain of their own. Of the first message, and of the first note, it
    is the digest of the identity envelope.
    """

    direction: Direction
    sequence: int
    previous: bytes


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """A file, sealed in chunks. `size` is its length as filled up."""

    id: bytes
    size: int
    header: bytes
    chunks: tuple[bytes, ...]

    @property
    def digest(self) -> bytes:
        """What the message that brings the file says of it."""
        hashes = b"".join(hashlib.sha256(chunk).digest() for chunk in self.chunks)
        return hashlib.sha256(self.header + hashes).digest()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A new report as a server takes it: everything in it is sealed.

    `own` is the reporter's own wrap and `proof` what shows them later that it is theirs.
    """

    case: bytes
    wraps: tuple[bytes, ...]
    own: bytes
    proof: bytes
    identity: bytes
    message: bytes

    @cached_property
    def parsed_wraps(self) -> tuple[Wrap, ...]:
        """The parts of `wraps`."""
        return tuple(map(parse_wrap, self.wraps))

    @cached_property
    def parsed_own(self) -> Wrap:
        """The parts of `own`."""
        return parse_wrap(self.own)

    @cached_property
    def parsed_identity(self) -> IdentityEnvelope:
        """The parts of `identity`."""
        return parse_identity(self.identity)


def new_case() -> bytes:
    """The random id of a new case."""
    return secrets.token_bytes(CASE_BYTES)


def wrap_key(key: CaseKey, reader: SealingKey) -> bytes:
    """`key`, wrapped for `reader`."""
    sealed = reader.seal(key.secret, _wrap_context(key.case, key.purpose, key.epoch, reader.id))
    return encode(
        [VERSION, int(key.purpose), key.epoch, int(reader.kem), reader.id, sealed],
    )


def parse_wrap(data: bytes) -> Wrap:
    """The parts of a wrap; nothing is opened.

    Raises:
        FormatError: it is none.
    """
    if len(data) > LONGEST_WRAP:
        raise FormatError(f"more than {LONGEST_WRAP} bytes")
    parts = _list(read(data), 6, "a wrap")
    _, purpose, epoch, kem, reader, sealed = parts
    found = Wrap(
        purpose=_one_of(purpose, Purpose),
        epoch=_whole(epoch, LATEST_EPOCH),
        kem=_one_of(kem, Kem),
        reader=_bytes(reader, READER_ID_BYTES),
        sealed=sealed,
    )
    _bytes(sealed, KEY_BYTES + found.kem.extra_bytes)
    return found


def unwrap_key(data: bytes, case: bytes, reader: OpeningKey) -> CaseKey:
    """The key that was wrapped for `reader`.

    A wrap does not say who made it. The reporter asks `is_own_key`, and of a later epoch everybody
    compares `mark` with what the last message before it announced.

    Raises:
        FormatError: it is no wrap.
        CannotOpenError: it is for another reader or case, or was altered.
    """
    wrap = parse_wrap(data)
    context = _wrap_context(case, wrap.purpose, wrap.epoch, wrap.reader)
    if wrap.reader != reader.sealing_key.id:
        raise CannotOpenError("wrapped for another reader")
    secret = reader.open(wrap.sealed, context)
    return CaseKey(case=case, epoch=wrap.epoch, purpose=wrap.purpose, secret=secret)


def own_proof(own_secret: bytes, key: CaseKey) -> bytes:
    """What only the reporter can make: a server that slips them a key of its own lacks it.

    `own_secret` is 32 bytes that come from the receipt code and never leave the reporter.
    """
    return hmac.digest(own_secret, b"segel-own-proof" + key.mark, "sha256")


def is_own_key(own_secret: bytes, key: CaseKey, proof: bytes) -> bool:
    """Whether the reporter made `key` themselves."""
    return hmac.compare_digest(own_proof(own_secret, key), proof)


def seal_message(key: CaseKey, place: Place, plain: bytes) -> bytes:
    """`plain` at its place in the case; its length says the bucket and nothing else.

    Raises:
        FormatError: it is too long, or the place is none.
    """
    return VERSION_BYTE + seal_content(key.secret, _message_context(key, place), pad_text(plain))


def open_message(key: CaseKey, place: Place, data: bytes) -> bytes:
    """What the message at `place` says.

    Raises:
        FormatError: it is no message.
        CannotOpenError: it belongs elsewhere, was sealed with another key, or altered.
    """
    bucket_of(data)
    return unpad(open_content(key.secret, _message_context(key, place), data[1:]))


def bucket_of(data: bytes) -> int:
    """The bucket of a sealed message: all that a server can know of it, and should check.

    Raises:
        FormatError: it is no message.
    """
    bucket = len(data) - OVERHEAD_BYTES - 1
    if data[:1] != VERSION_BYTE or bucket not in BUCKETS:
        raise FormatError("not a sealed message")
    return bucket


def digest_of(data: bytes) -> bytes:
    """The digest of a message or an identity envelope, for the place of the next."""
    return hashlib.sha256(data).digest()


def seal_file(key: bytes, case: bytes, plain: bytes, *, file_id: bytes | None = None) -> SealedFile:
    """`plain` in chunks, under the secret of a case key, or the identity key for an original.

    Raises:
        FormatError: it is longer than `LONGEST_FILE`.
    """
    if len(plain) > LONGEST_FILE:
        raise FormatError(f"more than {LONGEST_FILE} bytes")
    file_id = secrets.token_bytes(FILE_ID_BYTES) if file_id is None else file_id
    size = padded_file_length(FILE_LENGTH_BYTES + len(plain))
    padded = (len(plain).to_bytes(FILE_LENGTH_BYTES, "big") + plain).ljust(size, b"\0")
    content = ContentKey.new(key, _file_context(case, file_id, size))
    return SealedFile(
        id=file_id,
        size=size,
        header=content.header,
        chunks=tuple(
            content.seal(index, padded[start:end], last=end == size)
            for index, (start, end) in enumerate(_spans(size))
        ),
    )


def open_file(key: bytes, case: bytes, file: SealedFile) -> bytes:
    """The file, once every chunk is there, in order, and unaltered.

    Raises:
        FormatError: its parts have other lengths than a file's.
        CannotOpenError: sealed with another key or for another case, or altered.
    """
    if file.size > padded_file_length(FILE_LENGTH_BYTES + LONGEST_FILE):
        raise FormatError("longer than any file")
    spans = list(_spans(file.size))
    _bytes(file.id, FILE_ID_BYTES)
    lengths = [end - start + TAG_BYTES for start, end in spans]
    if [len(chunk) for chunk in file.chunks] != lengths or len(file.header) != HEADER_BYTES:
        raise FormatError("not the chunks of a file of this length")
    content = ContentKey.of(file.header, key, _file_context(case, file.id, file.size))
    padded = b"".join(
        content.open(index, chunk, last=index == len(spans) - 1)
        for index, chunk in enumerate(file.chunks)
    )
    end = FILE_LENGTH_BYTES + int.from_bytes(padded[:FILE_LENGTH_BYTES], "big")
    if padded_file_length(end) != file.size or any(padded[end:]):
        raise FormatError("not filled up as we do it")
    return padded[FILE_LENGTH_BYTES:end]


def encode_submission(submission: Submission) -> bytes:
    """A new report as it travels.

    Raises:
        FormatError: it is none that would be taken.
    """
    data = encode(
        [
            VERSION,
            submission.case,
            list(submission.wraps),
            submission.own,
            submission.proof,
            submission.identity,
            submission.message,
        ]
    )
    parse_submission(data)
    return data


def parse_submission(data: bytes) -> Submission:
    """The parts of a new report, each of the shape it must have; nothing can be opened here.

    Raises:
        FormatError: it is none.
    """
    if len(data) > LONGEST_SUBMISSION:
        raise FormatError(f"more than {LONGEST_SUBMISSION} bytes")
    _, case, wraps, own, proof, identity, message = _list(read(data), 7, "a new report")
    if type(wraps) is not list or not 1 <= len(wraps) <= MOST_READERS:
        raise FormatError("nobody could read it, or too many")
    if any(type(part) is not bytes for part in (*wraps, own, identity, message)):
        raise FormatError("a part of a new report has another kind")
    found = Submission(
        case=_bytes(case, CASE_BYTES),
        wraps=tuple(wraps),
        own=own,
        proof=_bytes(proof, DIGEST_BYTES),
        identity=identity,
        message=message,
    )
    _require_first_wraps([*found.parsed_wraps, found.parsed_own])
    _ = found.parsed_identity
    bucket_of(message)
    return found


def _require_first_wraps(found: Sequence[Wrap]) -> None:
    if any(wrap.purpose is not Purpose.CASE or wrap.epoch != 0 for wrap in found):
        raise FormatError("a new report has the first key of its case alone")
    if len({wrap.reader for wrap in found}) != len(found):
        raise FormatError("a reader has two wraps")


def _spans(size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, size, CHUNK_BYTES):
        yield start, min(start + CHUNK_BYTES, size)


def _wrap_context(case: bytes, purpose: Purpose, epoch: int, reader: bytes) -> bytes:
    return encode(["segel-case-key", VERSION, case, int(purpose), epoch, reader])


def _message_context(key: CaseKey, place: Place) -> bytes:
    is_note = place.direction is Direction.NOTE
    if (key.purpose is Purpose.NOTES) != is_note:
        raise FormatError("notes, and nothing else, have a key of their own")
    return encode(
        [
            "segel-message",
            VERSION,
            key.case,
            key.epoch,
            int(place.direction),
            _whole(place.sequence, LATEST_EPOCH),
            _bytes(place.previous, DIGEST_BYTES),
        ]
    )


def _file_context(case: bytes, file_id: bytes, size: int) -> bytes:
    return encode(["segel-file", VERSION, case, file_id, size])


def _list(value: Any, length: int, what: str) -> list[Any]:
    if type(value) is not list or len(value) != length:
        raise FormatError(f"not {what}")
    if type(value[0]) is not int or value[0] != VERSION:
        raise FormatError(f"not {what} of version 1")
    return value


def _bytes(value: Any, length: int) -> bytes:
    if type(value) is not bytes or len(value) != length:
        raise FormatError(f"not {length} bytes")
    return value


def _one_of(value: Any, numbers: type[_Numbers]) -> _Numbers:
    try:
        # bool is a kind of int in Python, and True is not a number here.
        if type(value) is int:
            return numbers(value)
    except ValueError:
        pass
    raise FormatError(f"not a {numbers.__name__.lower()}")


def _whole(value: Any, below: int) -> int:
    # bool is a kind of int in Python, and True is not a number here.
    if type(value) is not int or not 0 <= value < below:
        raise FormatError(f"not a whole number below {below}")
    return value
