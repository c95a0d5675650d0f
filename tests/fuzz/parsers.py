"""Everything that strangers' bytes reach first, each with good ones to begin with.

A parser answers, or refuses by one of the errors that it names; what it took it spells again in the
same bytes. Anything else is a finding. `make fuzz` drives these with atheris, and test_parsers.py
with Hypothesis, for a moment.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.actions.cases import append, submit, take_chunk, thread_of
from kiosk.actions.directories import parse_asked
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import object_to_opening
from kiosk.actions.sealing import Sealed, seal_again, seal_report
from kiosk.domain.errors import Refusal
from signing.cose import encode, parse_sign1
from signing.directory import (
    approve_directory,
    encode_directory,
    parse_directory,
    verify_directory,
)
from signing.envelope import (
    Direction,
    Place,
    bucket_of,
    digest_of,
    encode_submission,
    open_message,
    parse_submission,
    parse_wrap,
    unwrap_key,
)
from signing.errors import SigningError
from signing.keys import VerifyingKey
from signing.locked import KeptKey, Way, encode_kept, lock_key, parse_kept, parse_locked
from signing.poster import Poster, make_poster, parse_poster
from signing.quorum import open_share, parse_identity
from signing.receipt import ReceiptCode, case_number_of, parse_case_number, parse_receipt
from tests.sealed_reports import HANDLER, INTERNAL, Days, Reporter, new_mailroom
from tests.vectors.make_sealed import BODY, KEYS, ROOTS, published
from tests.vectors.make_vectors import NOW, SIGNER

__all__ = ["PARSERS", "REFUSED", "Parser"]

REFUSED = (SigningError, Refusal)
"""What a parser may raise."""
HOLDERS = [VerifyingKey(root.point) for root in ROOTS]
SEEDED = Reporter.new(seed=77)
ASKED = (
    b'{"v":1,"unit":997100,"role":"handler","kem":1,"key":"%s"}'
    % HANDLER.sealing_key.public.hex().encode()
)
POSTER = Poster(number="PST-1", unit=997100, place="Loket", issued_at=NOW, expires_at=NOW + 86_400)


@dataclass(frozen=True, kw_only=True)
class Parser:
    """What is tried with any bytes, and good ones that lead further in."""

    tried: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]


def _submission(data: bytes) -> None:
    found = parse_submission(data)
    assert encode_submission(found) == data
    bucket_of(found.message)
    for wrap in found.wraps:
        unwrap_key(wrap, found.case, HANDLER)


def _wrap(data: bytes) -> None:
    parse_wrap(data)
    unwrap_key(data, SEEDED.key.case, HANDLER)


def _identity(data: bytes) -> None:
    open_share(parse_identity(data), SEEDED.key.case, INTERNAL[0])


def _directory(data: bytes) -> None:
    assert encode_directory(parse_directory(data)) == data


def _message(data: bytes) -> None:
    before = digest_of(SEEDED.submission.identity)
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=before)
    open_message(SEEDED.key, place, data)


def _poster(data: bytes) -> None:
    parse_poster(data.decode("utf-8", "surrogateescape"))


def _receipt(data: bytes) -> None:
    code = parse_receipt(data.decode("utf-8", "surrogateescape"))
    assert parse_receipt(" ".join(code.words)) == parse_receipt(code.characters) == code


def _case_number(data: bytes) -> None:
    number = parse_case_number(data.decode("utf-8", "surrogateescape"))
    assert parse_case_number(number) == number


def _kept(data: bytes) -> None:
    kept = parse_kept(data.decode("utf-8", "surrogateescape"))
    assert parse_kept(encode_kept(kept)) == kept


@cache
def _mailroom() -> Mailroom:
    """A mailroom with one report in it, for as long as the process lives."""
    folder = Path(tempfile.mkdtemp(prefix="segel-fuzz-"))
    found = new_mailroom(f"sqlite:///{folder / 'mailroom.sqlite3'}", folder, Days())
    submit(found, SEEDED.delivery)
    return found


def _submit(data: bytes) -> None:
    submit(_mailroom(), data)


def _ask(data: bytes) -> None:
    thread_of(_mailroom(), data)


def _append(data: bytes) -> None:
    append(_mailroom(), data)


def _chunk(data: bytes) -> None:
    take_chunk(_mailroom(), SEEDED.key.case, (0, 0), data)


def _objection(data: bytes) -> None:
    object_to_opening(_mailroom(), data)


def _sealed_here(data: bytes) -> None:
    seal_again(_mailroom(), data, _sealed_here_before().code, at=NOW)


@cache
def _sealed_here_before() -> Sealed:
    answers = {"danger": "no", "kind": "levy", "duty": "on", "when": "today", "unit": 0}
    return seal_report(_mailroom(), answers, story="what happened", at=NOW)


def _chunks() -> list[bytes]:
    file = SEEDED.sealed_file(b"picture")
    return [SEEDED.chunk(file, 0)]


def _locked() -> bytes:
    return lock_key(KEYS["handler 1"], Way.PASSKEY, bytes(32))


@cache
def _kept_seeds() -> list[bytes]:
    locked = lock_key(KEYS["handler 1"], Way.PASSPHRASE, "lima kata yang mudah diingat")
    return [encode_kept(KeptKey(unit=997100, role="handler", passphrase=locked)).encode()]


PARSERS: Mapping[str, Parser] = {
    "submission": Parser(tried=_submission, seeds=lambda: [encode_submission(SEEDED.submission)]),
    "wrap": Parser(tried=_wrap, seeds=lambda: [SEEDED.submission.wraps[0]]),
    "identity": Parser(tried=_identity, seeds=lambda: [SEEDED.submission.identity]),
    "message": Parser(tried=_message, seeds=lambda: [SEEDED.submission.message]),
    "directory": Parser(tried=_directory, seeds=lambda: [BODY]),
    "approved-directory": Parser(
        tried=lambda data: verify_directory(data, HOLDERS), seeds=lambda: [published()]
    ),
    "asked-key": Parser(
        tried=parse_asked,
        seeds=lambda: [ASKED],
    ),
    "locked-key": Parser(tried=parse_locked, seeds=lambda: [_locked()]),
    "kept-key": Parser(tried=_kept, seeds=_kept_seeds),
    "signed-message": Parser(
        tried=lambda data: parse_sign1(data, longest=1024),
        seeds=lambda: [approve_directory(ROOTS[0], BODY)],
    ),
    "poster": Parser(
        tried=_poster,
        seeds=lambda: [make_poster(SIGNER, POSTER, base_url="https://lapor.example").encode()],
    ),
    "receipt": Parser(
        tried=_receipt,
        seeds=lambda: [
            ReceiptCode(12345).characters.encode(),
            " ".join(ReceiptCode(6 << 70).words).encode(),
        ],
    ),
    "case-number": Parser(tried=_case_number, seeds=lambda: [case_number_of(123_456).encode()]),
    "delivery": Parser(tried=_submit, seeds=lambda: [SEEDED.delivery]),
    "delivery-again": Parser(tried=_sealed_here, seeds=lambda: [_sealed_here_before().delivery]),
    "thread-ask": Parser(tried=_ask, seeds=lambda: [SEEDED.ask(0), SEEDED.ask(1)]),
    "thread-append": Parser(tried=_append, seeds=lambda: [SEEDED.said(b"more", after=1)]),
    "thread-objection": Parser(
        tried=_objection, seeds=lambda: [encode([1, SEEDED.proof, bytes(16)])]
    ),
    "file-chunk": Parser(tried=_chunk, seeds=_chunks),
}
"""Every parser, by name."""
