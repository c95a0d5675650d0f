"""A paper fetched at a counter or a service post: the slip, the card, and a signature.

    somebody comes --slip, six digits, or a witness--> the paper is found
    found --the card matches--> checked --signature or witness--> handed over, with a record
    found --no match, once--> one retry --no match--> nothing today, and two officers are told

Nothing lies in the register between the steps: a visit travels with the page, sealed, and dies
after LONGEST_VISIT. Tries, and pictures of cards, are counted in the journal, so that a fresh page
gives no fresh tries.
Whoever works here types what stands on the card and learns only whether it fits.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from hmac import compare_digest

from kiosk.domain.applications import Application, Stage
from kiosk.domain.certificates import State
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.handover import (
    MOST_MISMATCHES,
    MOST_WRONG_CODES,
    Bag,
    BagStage,
    Given,
    Proof,
    Receiver,
    mismatch,
    wrong_code,
)
from kiosk.domain.identities import Expected, Match
from kiosk.domain.staff import Role, Staff, require_role
from kiosk.storage.register import Books
from signing.cells import open_cell, seal_cell
from signing.errors import SigningError
from signing.slip import SlipKind

from .applications import birth_hash_of
from .counter import subject_of
from .custody import Deed, change_bag
from .desk import Desk
from .filing import Cell, find_cell, get_application
from .handovers import (
    Receipt,
    card_of,
    code_of,
    last_four_hash,
    require_receiver,
    take,
    take_at_counter,
    tries,
    unbagged,
    weigh_picture,
    write_try,
)
from .incidents import raise_incident
from .journal import write_openings
from .notices import shown_number
from .slips import open_slip, proxy_salt

__all__ = [
    "LONGEST_VISIT",
    "Caller",
    "Visit",
    "check_card",
    "expected_card",
    "find_by_code",
    "find_by_slip",
    "find_by_witness",
    "finish",
    "keep_card",
    "number_of",
    "open_visit",
    "seal_visit",
    "show",
]

LONGEST_VISIT = 20 * 60
"""Seconds in which a visit that was begun may be brought to its end."""

NO_MATCH, WRONG_CODE = "no-match", "wrong-code"
_CONTEXT = b"post visit"
_LONGEST_SEALED = 2_000
_MOST = 10**9


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Somebody who came for a paper, and what he or she has shown so far.

    `shown` is the first proof, `card` the second, empty until it matched. `witness` is who bears
    out somebody who has lost slip and code. `until` is in seconds since 1970.
    """

    application: int
    bag: int
    staff: int
    shown: str
    until: int
    receiver: str = ""
    card: str = ""
    witness: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who may take the paper, as the page shows it; no number of any of them."""

    number: str
    bag: int
    holder: str = field(repr=False)
    proxy: str = field(default="", repr=False)
    relation: str = ""
    tries_left: int = MOST_MISMATCHES
    only_holder: bool = False


def number_of(typed: str) -> tuple[str, int]:
    """What somebody typed: `("application", 17)` for P-000017, `("bag", 42)` for digits alone.

    Raises:
        Invalid: it is neither.
    """
    text = "".join(typed.split()).upper()
    kind = "application" if text.startswith("P") else "bag"
    digits = text.removeprefix("P").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:12]) < _MOST):
        raise Invalid([Fault(path="number", code="number", sentence="is no number of ours")])
    return kind, int(digits)


def find_by_slip(desk: Desk, staff: Staff, text: str) -> Visit:
    """The visit of somebody who brought the slip with this text.

    Raises:
        Invalid: it is no slip of ours, another paper, an old one, or one of an earlier bag.
        NotPermitted, NotNow, Unknown: the paper is not to be handed over here, or now.
    """
    slip = open_slip(desk, text.strip())
    if slip.kind is not SlipKind.SLIP:
        raise Invalid([Fault(path="slip", code="slip-kind", sentence="is another paper")])
    id_ = number_of(slip.reference)[1]
    with desk.register.read() as books:
        application, bag = _paper(desk, books, staff, id_)
    if slip.bag != bag.id:
        raise Invalid([Fault(path="slip", code="slip-bag", sentence="is of an earlier bag")])
    return _visit(desk, staff, application, bag, Proof.SLIP)


def find_by_code(desk: Desk, staff: Staff, typed: str, code: str) -> Visit:
    """The visit of somebody who said the six digits; `typed` is the number of bag or application.

    Raises:
        Invalid: the digits are wrong, or were wrong too often.
        NotPermitted, NotNow, Unknown: as `find_by_slip`.
    """
    kind, number = number_of(typed)
    said = "".join(code.split())
    with desk.register.begin() as books:
        id_ = books.bags.get(number).application if kind == "bag" else number
        books.applications.lock(id_)
        application, bag = _paper(desk, books, staff, id_)
        wrong = max(bag.wrong_codes, tries(desk, books, bag, WRONG_CODE))
        fault = "too-many-codes" if wrong >= MOST_WRONG_CODES else ""
        if not fault and not compare_digest(said.encode(), code_of(desk, bag).encode()):
            fault = "wrong-code"
            _count(desk, books, staff, bag, WRONG_CODE)
    # After the transaction, which keeps the count.
    if fault:
        raise Invalid([Fault(path="code", code=fault, sentence="is not the code")])
    return _visit(desk, staff, application, bag, Proof.CODE)


def find_by_witness(desk: Desk, staff: Staff, typed: str, birth: str, witness: str) -> Visit:
    """The visit of a holder who has lost slip and code: birth date, own card, and a witness.

    Somebody looks at such a handover afterwards.

    Raises:
        Invalid: the birth date is another, there is no witness, or too much was tried.
        NotPermitted, NotNow, Unknown: as `find_by_slip`.
    """
    kind, number = number_of(typed)
    name = " ".join(witness.split())
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise Invalid([Fault(path="witness", code="witness", sentence="needs a witness")])
    with desk.register.begin() as books:
        id_ = books.bags.get(number).application if kind == "bag" else number
        books.applications.lock(id_)
        application, bag = _paper(desk, books, staff, id_)
        kept = books.applications.get(id_)
        fault = ""
        if tries(desk, books, bag, WRONG_CODE) >= MOST_WRONG_CODES:
            fault = "too-many-codes"
        elif not compare_digest(kept.birth_hash, birth_hash_of(desk, id_, birth)):
            fault = "wrong-birth"
            _count(desk, books, staff, bag, WRONG_CODE)
    if fault:
        raise Invalid([Fault(path="birth", code=fault, sentence="is another birth date")])
    return replace(_visit(desk, staff, application, bag, Proof.WITNESS), witness=name)


def show(desk: Desk, staff: Staff, visit: Visit) -> Caller:
    """Who may take the paper of this visit; that their names were read is written down.

    Raises:
        NotPermitted, NotNow: the paper is not to be handed over here any more.
    """
    with desk.register.begin() as books:
        application, bag = _paper(desk, books, staff, visit.application)
        answers = find_cell(books, desk.cells, application.id, Cell.ANSWERS) or {}
        made = max(bag.mismatches, tries(desk, books, bag, NO_MATCH))
        write_openings(
            books,
            at=desk.clock(),
            staff=staff,
            role=Role.COURIER if bag.stage is BagStage.CARRIED else Role.PRINT_ROOM,
            subjects=[subject_of(application.id)],
        )
    named = answers.get("receiver") == "proxy"
    return Caller(
        number=shown_number(application.id),
        bag=bag.id,
        holder=answers.get("name", ""),
        proxy=answers.get("proxy_name", "") if named else "",
        relation=answers.get("proxy_relation", "") if named else "",
        tries_left=max(0, MOST_MISMATCHES - made),
        only_holder=visit.shown == Proof.WITNESS,
    )


def check_card(
    desk: Desk,
    staff: Staff,
    visit: Visit,
    *,
    receiver: Receiver,
    last_four: str,
    of_age: bool,
    letter: str = "",
) -> tuple[Match, Visit]:
    """Whether the last four digits, typed as they stand on the card, are the receiver's.

    A `letter` is the text of its QR code. After the last mismatch two officers are told.

    Raises:
        Invalid: that are not four digits, or no letter of this application that still counts.
        NotPermitted: a minor; nobody else is named; no try is left.
        NotNow: the paper is not to be handed over here any more.
    """
    if not of_age:
        raise NotPermitted("nothing is handed to a minor")
    digits = "".join(last_four.split())
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        raise Invalid([Fault(path="last_four", code="last-four", sentence="must be four digits")])
    slip = open_slip(desk, letter.strip()) if receiver is Receiver.LETTER else None

    def fits(application: Application, answers: dict[str, str]) -> bool:
        if slip is not None:
            meant = slip.reference == shown_number(application.id) and slip.bag in {0, visit.bag}
            if slip.kind is not SlipKind.LETTER or not meant:
                raise Invalid([Fault(path="letter", code="letter", sentence="is no letter for it")])
            return compare_digest(last_four_hash(proxy_salt(slip), digits), slip.proxy)
        if receiver is Receiver.NAMED:
            return compare_digest(digits, answers.get("proxy_last4", ""))
        return compare_digest(digits, answers.get("nik", "")[-4:])

    matched = _answered(desk, staff, visit, receiver, fits)
    if not matched:
        return Match.NO_MATCH, visit
    return Match.MATCH, replace(visit, receiver=receiver, card=Proof.CARD_TYPED)


def expected_card(desk: Desk, staff: Staff, visit: Visit) -> Expected:
    """The holder of this paper, for whoever reads cards.

    Raises:
        NotPermitted, NotNow: the paper is not to be handed over here, or no try is left.
    """
    with desk.register.read() as books:
        application, bag = _paper(desk, books, staff, visit.application)
        _require_tries(desk, books, bag)
        return card_of(desk, books, application.id)


def keep_card(desk: Desk, staff: Staff, visit: Visit, match: Match) -> tuple[Match, Visit]:
    """What the reader of cards has answered, and the visit after it.

    Two pictures have to speak against a card; then it counts as a mismatch that was typed.

    Raises:
        NotPermitted, NotNow: as `check_card`.
    """
    if match is Match.NO_MATCH:
        match = _weighed(desk, staff, visit)
    if match is Match.TRY_AGAIN:
        return match, visit
    if _answered(desk, staff, visit, Receiver.HOLDER, lambda *_: match is Match.MATCH):
        visit = replace(visit, receiver=Receiver.HOLDER, card=Proof.CARD_READ)
    return match, visit


def finish(
    desk: Desk, staff: Staff, visit: Visit, *, drawn: bytes = b"", witness: str = ""
) -> Receipt:
    """Hand the paper over, with the signature that was drawn, or before a witness.

    Raises:
        Invalid: a proof or the confirmation is missing.
        NotPermitted, NotNow: the paper is not to be handed over here any more.
    """
    given = Given(
        receiver=Receiver(visit.receiver or Receiver.HOLDER),
        proofs=frozenset(Proof(one) for one in (visit.shown, visit.card) if one),
        signed=bool(drawn),
        witness=witness or visit.witness,
    )
    deed = Deed(name="handed-out", by=staff.id, office=staff.office)
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        application, bag = _paper(desk, books, staff, visit.application)
        if bag.id != visit.bag:
            raise NotNow(f"application {application.id} is in another bag")
        _require_tries(desk, books, bag)
        if bag.id:
            return take(desk, books, bag, given, drawn=drawn, deed=deed, at=now)
        return take_at_counter(desk, books, application, given, drawn=drawn, deed=deed)


def seal_visit(desk: Desk, visit: Visit) -> str:
    """A visit as a page carries it on; nobody else can read or make one."""
    return seal_cell(desk.cells, _CONTEXT, json.dumps(asdict(visit)).encode()).hex()


def open_visit(desk: Desk, staff: Staff, text: str) -> Visit:
    """The visit that a page carried on.

    Raises:
        NotNow: it is over, or none of `staff`'s.
    """
    try:
        sealed = bytes.fromhex(text[:_LONGEST_SEALED])
        visit = Visit(**json.loads(open_cell(desk.cells, _CONTEXT, sealed)))
    except (SigningError, ValueError):
        raise NotNow("no visit") from None
    if visit.staff != staff.id or visit.until <= desk.clock().timestamp():
        raise NotNow("the visit is over")
    return visit


def _weighed(desk: Desk, staff: Staff, visit: Visit) -> Match:
    with desk.register.begin() as books:
        books.applications.lock(visit.application)
        _application, bag = _paper(desk, books, staff, visit.application)
        _require_tries(desk, books, bag)
        return weigh_picture(desk, books, staff, bag, Match.NO_MATCH)


def _answered(
    desk: Desk,
    staff: Staff,
    visit: Visit,
    receiver: Receiver,
    fits: Callable[[Application, dict[str, str]], bool],
) -> bool:
    with desk.register.begin() as books:
        books.applications.lock(visit.application)
        application, bag = _paper(desk, books, staff, visit.application)
        answers = find_cell(books, desk.cells, application.id, Cell.ANSWERS) or {}
        require_receiver(receiver, answers, witnessed=visit.shown == Proof.WITNESS)
        made = _require_tries(desk, books, bag)
        if fits(application, answers):
            return True
        _count(desk, books, staff, bag, NO_MATCH)
        if made + 1 >= MOST_MISMATCHES:
            raise_incident(
                desk,
                books,
                kind="no-match",
                office=application.office,
                application=application.id,
                bag=bag.id or None,
                by=staff.id,
            )
    return False


def _paper(desk: Desk, books: Books, staff: Staff, id_: int) -> tuple[Application, Bag]:
    """The application and its bag, where `staff` has it in hand, or works at its counter."""
    application = get_application(books, desk.cells, id_)
    if application.stage is Stage.HANDED_OVER:
        raise NotNow("it was handed over")
    if application.stage not in {Stage.AT_COUNTER, Stage.SEALED} or not application.paid:
        raise NotNow("it is not ready")
    if books.certificates.get(application.certificate or 0).state is not State.ISSUED:
        raise NotNow("its certificate does not count")
    bag = unbagged(application)
    if application.stage is Stage.SEALED:
        kept = books.bags.of_application(id_)
        if kept is None:
            raise Unknown(f"a bag of application {id_}")
        bag = kept
    if bag.stage is BagStage.CARRIED:
        if bag.holder != staff.id:
            raise NotPermitted("it is with somebody else")
    elif bag.stage is BagStage.AT_COUNTER:
        require_role(staff, Role.PRINT_ROOM, application.office, books.offices.all())
    else:
        raise NotNow(f"bag {bag.id} is {bag.stage}")
    return application, bag


def _visit(desk: Desk, staff: Staff, application: Application, bag: Bag, shown: Proof) -> Visit:
    until = int(desk.clock().timestamp()) + LONGEST_VISIT
    return Visit(
        application=application.id, bag=bag.id, staff=staff.id, shown=str(shown), until=until
    )


def _require_tries(desk: Desk, books: Books, bag: Bag) -> int:
    made = max(bag.mismatches, tries(desk, books, bag, NO_MATCH))
    if made >= MOST_MISMATCHES:
        raise NotPermitted("no card matched")
    return made


def _count(desk: Desk, books: Books, staff: Staff, bag: Bag, deed: str) -> None:
    if bag.stage is BagStage.CARRIED:
        # It counts for the bag, too, wherever it is carried next.
        after = (mismatch if deed == NO_MATCH else wrong_code)(bag, by=staff.id)
        change_bag(desk, books, bag, after, Deed(name=deed, by=staff.id, office=staff.office))
        return
    write_try(desk, books, staff, bag, deed)
