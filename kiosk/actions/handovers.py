"""Handing a paper over: what is expected of whoever takes it, and the record of it.

A paper leaves no hands without a record: a courier's event and a post's screen both end in `take`.
The six digits of a bag are never kept; they follow from the bag, its application and the site's
key. Of a NIK only four digits are ever compared at a door, and only as a salted, slow hash.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain import applications, identities
from kiosk.domain.applications import Application
from kiosk.domain.codes import CODE_LETTERS
from kiosk.domain.errors import NotPermitted
from kiosk.domain.events import receipt_of
from kiosk.domain.handover import (
    COUNTER,
    MOST_MISMATCHES,
    Bag,
    BagStage,
    Given,
    Proof,
    Receiver,
    hand_over,
)
from kiosk.domain.identities import Match
from kiosk.domain.staff import Staff
from kiosk.storage.devices import Review
from kiosk.storage.handovers import Handover
from kiosk.storage.register import Books
from signing.cells import lookup_hash, open_cell, seal_cell
from signing.event import parse_event
from signing.handover import (
    Confirmation,
    HandoverRecord,
    encode_confirmation,
    require_confirmation,
    sign_handover,
    verify_handover,
)
from signing.keys import VerifyingKey

from .custody import Deed, change_bag, subject_of_bag
from .desk import Desk
from .devices import open_event
from .filing import Cell, find_cell, replace_application
from .identities import hash_of
from .notices import put_notice

__all__ = [
    "ROUNDS",
    "SLIP_LOST",
    "TRIES_COUNT",
    "Expected",
    "Person",
    "Receipt",
    "card_at_door",
    "card_of",
    "code_hash",
    "code_of",
    "confirmation_of",
    "expected",
    "judge_at_door",
    "last_four_hash",
    "require_receiver",
    "take",
    "take_at_counter",
    "tries",
    "unbagged",
    "weigh_picture",
    "write_try",
]

ROUNDS = 200_000
"""Of PBKDF2: what a try costs whoever has found a phone and got past its PIN."""

SLIP_LOST = "slip-lost"
"""Why somebody looks at a handover to who showed neither slip nor code."""

TRIES_COUNT = 12 * 3600
"""Seconds for which what was tried in vain counts against a paper."""

# A picture of a card that speaks against it. Two of them are a mismatch: one may be badly read.
_AGAINST = "card-against"
_PICTURES = 2
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
        return card_of(desk, books, _at_door(desk, books, staff, bag).application)


def judge_at_door(desk: Desk, staff: Staff, bag: int, match: Match) -> Match:
    """What the courier is told of a picture of a card; the phone itself reports a mismatch.

    Raises:
        Unknown, NotPermitted: as `card_at_door`.
    """
    if match is not Match.NO_MATCH:
        return match
    with desk.register.begin() as books:
        books.applications.lock(books.bags.get(bag).application)
        return weigh_picture(desk, books, staff, _at_door(desk, books, staff, bag), match)


def weigh_picture(desk: Desk, books: Books, staff: Staff, bag: Bag, match: Match) -> Match:
    """What a picture of a card comes to: two have to speak against it, whoever sends them when.

    The register counts them, so that no page or phone that begins anew has more of them.
    """
    if match is not Match.NO_MATCH:
        return match
    before = tries(desk, books, bag, _AGAINST)
    write_try(desk, books, staff, bag, _AGAINST)
    return Match.NO_MATCH if (before + 1) % _PICTURES == 0 else Match.TRY_AGAIN


def tries(desk: Desk, books: Books, bag: Bag, deed: str) -> int:
    """How often this was tried in vain for a paper, lately.

    Who counts before writing locks the application first: else many count at once.
    """
    since = desk.clock().timestamp() - TRIES_COUNT
    entries = books.journal.about(_subject(bag), deed=deed)
    return sum(entry.at >= since for entry in entries)


def write_try(desk: Desk, books: Books, staff: Staff, bag: Bag, deed: str) -> None:
    """Write down that this was tried in vain."""
    books.journal.write(
        at=desk.clock(), staff=staff.id, office=staff.office, deed=deed, subject=_subject(bag)
    )


def require_receiver(receiver: Receiver, answers: Mapping[str, str], *, witnessed: bool) -> None:
    """Refuse whom the applicant did not name; and all but the holder, where slip and code are lost.

    Raises:
        NotPermitted: it is so.
    """
    if witnessed and receiver is not Receiver.HOLDER:
        raise NotPermitted("without slip and code only the holder")
    if receiver is Receiver.NAMED and answers.get("receiver") != "proxy":
        raise NotPermitted("nobody else is named")


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
    confirmation = require_confirmation(record, plain)
    if not confirmation.drawn:
        confirmation = replace(confirmation, drawn=_late_picture(desk, record))
    return record, confirmation


def _late_picture(desk: Desk, record: HandoverRecord) -> bytes:
    """The signature that came after its event; the event, signed by the phone, names its digest."""
    if not record.bag:
        return b""
    with desk.register.read() as books:
        events = [one.event for one in books.bags.moves_of(record.bag) if one.event]
        # The receipt in the record follows from the event.
        kept = [books.events.find(one) for one in events if receipt_of(one) == record.receipt]
    for event in filter(None, kept):
        message, picture = open_event(desk, event)
        if hashlib.sha256(picture).digest() in parse_event(message).event.body:
            return picture
    return b""


def _at_door(desk: Desk, books: Books, staff: Staff, bag: int) -> Bag:
    found = books.bags.get(bag)
    if found.stage is not BagStage.CARRIED or found.holder != staff.id:
        raise NotPermitted(f"bag {bag} is with somebody else")
    mismatches = max(found.mismatches, tries(desk, books, found, _AGAINST) // _PICTURES)
    if mismatches >= MOST_MISMATCHES:
        raise NotPermitted(f"bag {bag}: no card matched at this door")
    return found


def _subject(bag: Bag) -> str:
    return subject_of_bag(bag.id) if bag.id else f"application {bag.application}"


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
    if Proof.WITNESS in given.proofs:
        books.reviews.add(
            Review(
                office=bag.office,
                bag=bag.id or None,
                event=deed.event,
                why=SLIP_LOST,
                raised_at=now,
            )
        )
    return Receipt(number=record.receipt, application=record.application, at=at)


def _new_receipt() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(_RECEIPT_LETTERS))
    return f"T-{letters[:5]}-{letters[5:]}"


def _proof_of(application: int) -> bytes:
    return f"handovers.proof:{application}".encode()
