"""Handing a paper over: what is expected of whoever takes it, and the record of it.

A paper leaves no hands without a record: a courier's event and a post's screen both end in `take`.
The six digits of a bag are never kept; they follow from the bag, its application and the site's
key. Of a NIK only four digits are ever compared at a door, and only as a salted, slow hash.
"""

import hashlib
import secrets
from dataclasses import dataclass, field, replace

from kiosk.domain import applications, identities
from kiosk.domain.applications import Application
from kiosk.domain.codes import CODE_LETTERS
from kiosk.domain.errors import NotPermitted
from kiosk.domain.events import receipt_of
from kiosk.domain.handover import COUNTER, MOST_MISMATCHES, Bag, BagStage, Given, hand_over
from kiosk.domain.staff import Staff
from kiosk.storage.handovers import Handover
from kiosk.storage.register import Books
from signing.cells import lookup_hash, open_cell, seal_cell
from signing.handover import (
    Confirmation,
    HandoverRecord,
    encode_confirmation,
    require_confirmation,
    sign_handover,
    verify_handover,
)
from signing.keys import VerifyingKey

from .custody import Deed, change_bag
from .desk import Desk
from .filing import Cell, find_cell, replace_application
from .identities import hash_of
from .notices import put_notice

__all__ = [
    "ROUNDS",
    "Expected",
    "Person",
    "Receipt",
    "card_at_door",
    "card_of",
    "code_hash",
    "code_of",
    "confirmation_of",
    "expected",
    "last_four_hash",
    "take",
    "take_at_counter",
    "unbagged",
]

ROUNDS = 200_000
"""Of PBKDF2: what a try costs whoever has found a phone and got past its PIN."""

_DIGITS = 10**6
_RECEIPT_LETTERS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may take a paper; `card` is the kind of card that he or she has to show."""

    name: str = field(repr=False)
    relation: str = ""
    card: str = "ktp"
    last_four: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Who may take a paper. The hashes are `code_hash` and `last_four_hash`, with this `salt`."""

    salt: bytes
    code: bytes = field(repr=False)
    holder: Person
    named: Person | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What whoever took a paper gets; `at` is when, in seconds since 1970."""

    number: str
    application: int
    at: int


def code_of(desk: Desk, bag: Bag) -> str:
    """The six digits that open this bag to whoever says them; another bag has others."""
    digest = lookup_hash(desk.cells, "handover-code", f"{bag.id} {bag.application}")
    return f"{int.from_bytes(digest, 'big') % _DIGITS:06d}"


def code_hash(salt: bytes, code: str) -> bytes:
    """The hash by which a phone compares six digits; the same in WebCrypto."""
    return hashlib.pbkdf2_hmac("sha256", f"code:{code}".encode(), salt, ROUNDS)


def last_four_hash(salt: bytes, digits: str) -> bytes:
    """The hash by which a phone compares the last four digits of a NIK; the same in WebCrypto."""
    return hashlib.pbkdf2_hmac("sha256", f"last-four:{digits}".encode(), salt, ROUNDS)


def expected(desk: Desk, books: Books, bag: Bag) -> Expected:
    """Who may take what is in this bag. It takes a tenth of a second: the hashes are slow."""
    answers = find_cell(books, desk.cells, bag.application, Cell.ANSWERS) or {}
    # The same whenever it is asked for: two packs of one bag cannot be compared with each other.
    place = f"{bag.id} {bag.application}"
    salt = lookup_hash(desk.cells, "handover-salt", place)[:16]
    named = None
    if answers.get("receiver") == "proxy":
        named = Person(
            name=answers.get("proxy_name", ""),
            relation=answers.get("proxy_relation", ""),
            last_four=last_four_hash(salt, answers.get("proxy_last4", "")),
        )
    return Expected(
        salt=salt,
        code=code_hash(salt, code_of(desk, bag)),
        holder=Person(
            name=answers.get("name", ""),
            last_four=last_four_hash(salt, answers.get("nik", "")[-4:]),
        ),
        named=named,
    )


def card_of(desk: Desk, books: Books, application: int) -> identities.Expected:
    """The holder of an application as a card shows him or her: a name, and keyed hashes."""
    answers = find_cell(books, desk.cells, application, Cell.ANSWERS) or {}
    same = hash_of(desk.cells)
    return identities.Expected(
        name=answers["name"],
        nik_hash=same("nik", answers["nik"]),
        birth_hash=same("birth", answers["birth_date"]),
    )


def card_at_door(desk: Desk, staff: Staff, bag: int) -> identities.Expected:
    """The holder of the paper in a bag, for a courier who has it with him and reads a card.

    Raises:
        Unknown: there is no such bag.
        NotPermitted: it is not with `staff`, or no card matched at this door.
    """
    with desk.register.read() as books:
        found = books.bags.get(bag)
        if found.stage is not BagStage.CARRIED or found.holder != staff.id:
            raise NotPermitted(f"bag {bag} is with somebody else")
        if found.mismatches >= MOST_MISMATCHES:
            raise NotPermitted(f"bag {bag}: no card matched at this door")
        return card_of(desk, books, found.application)


def take(
    desk: Desk, books: Books, before: Bag, given: Given, *, drawn: bytes, deed: Deed, at: int
) -> Receipt:
    """Hand a bag over, and keep the signed record of it; the receipt of whoever took it.

    `drawn` is the signature as PNG, or nothing where somebody was witness. `at` is when it was, by
    the device that was there; what is given at the counter was never in anybody's hands.

    Raises:
        NotPermitted, NotNow, Invalid: as kiosk.domain.handover.hand_over; or the event is known.
    """
    by = COUNTER if before.stage is BagStage.AT_COUNTER else deed.by
    change_bag(desk, books, before, hand_over(before, by=by, given=given), deed)
    return _record(desk, books, before, given, drawn=drawn, deed=deed, at=at)


def unbagged(application: Application) -> Bag:
    """A paper at the counter, as if it were in a bag: the same rules hold for it."""
    return Bag(id=0, office=application.office, application=application.id)


def take_at_counter(
    desk: Desk, books: Books, before: Application, given: Given, *, drawn: bytes, deed: Deed
) -> Receipt:
    """Hand a paper over that is in no bag, and keep the signed record of it.

    Raises:
        NotPermitted, NotNow, Invalid: as `take`.
    """
    hand_over(unbagged(before), by=COUNTER, given=given)
    after = replace(applications.hand_out(before), identity_seen=True)
    after = replace_application(books, desk.cells, before, after)
    put_notice(desk, books, after, "changed")
    books.journal.write(
        at=desk.clock(),
        staff=deed.by,
        office=deed.office,
        deed=deed.name,
        subject=f"application {before.id}",
        detail=deed.detail,
    )
    at = int(desk.clock().timestamp())
    return _record(desk, books, unbagged(before), given, drawn=drawn, deed=deed, at=at)


def confirmation_of(desk: Desk, kept: Handover) -> tuple[HandoverRecord, Confirmation]:
    """What was recorded of a handover, and what confirmed it, once both are known to be whole.

    Raises:
        SignatureError, FormatError: the record or the confirmation was changed, or moved.
    """
    key = desk.press_at(kept.received_at).key
    record = verify_handover(kept.record, VerifyingKey(key.point))
    plain = open_cell(desk.cells, _proof_of(kept.application), kept.proof)
    return record, require_confirmation(record, plain)


def _record(
    desk: Desk, books: Books, bag: Bag, given: Given, *, drawn: bytes, deed: Deed, at: int
) -> Receipt:
    now = int(desk.clock().timestamp())
    confirmation = encode_confirmation(
        Confirmation(
            salt=secrets.token_bytes(16),
            drawn=drawn if given.signed else b"",
            witness="" if given.signed else " ".join(given.witness.split()),
        )
    )
    record = HandoverRecord(
        application=bag.application,
        bag=bag.id,
        office=bag.office,
        by=deed.by,
        at=at,
        received_at=now,
        receiver=str(given.receiver),
        proofs=tuple(sorted(str(proof) for proof in given.proofs)),
        # A phone without signal has said the number at the door already.
        receipt=receipt_of(deed.event) if deed.event else _new_receipt(),
        confirmation=hashlib.sha256(confirmation).digest(),
    )
    books.handovers.add(
        Handover(
            application=record.application,
            bag=bag.id or None,
            office=record.office,
            by=record.by,
            at=record.at,
            receiver=record.receiver,
            proofs=" ".join(record.proofs),
            receipt=record.receipt,
            record=sign_handover(desk.press_at(now).key, record),
            proof=seal_cell(desk.cells, _proof_of(record.application), confirmation),
            received_at=now,
        )
    )
    return Receipt(number=record.receipt, application=record.application, at=at)


def _new_receipt() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(_RECEIPT_LETTERS))
    return f"T-{letters[:5]}-{letters[5:]}"


def _proof_of(application: int) -> bytes:
    return f"handovers.proof:{application}".encode()
