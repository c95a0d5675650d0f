"""A bag with one certificate, on its way to a door: who has it, and how it leaves their hands.

    at counter --offer to a courier, who accepts--> carried
    carried | at counter ----hand over--> handed over
    carried ----visit in vain--> carried
    carried ----offer to another courier, who accepts--> carried
    carried ----offer to the counter, which accepts--> at counter
    at counter --open (MOST_VISITS in vain, damaged, or no longer wanted)--> opened
    at counter | carried --cannot be found--> missing
    missing --two officers agree: lost--> lost
    missing | lost ----found--> at counter

Custody has two sides: a bag leaves one pair of hands only when the next pair says so, and never by
itself. An offer that nobody accepts moves nothing. A shift ends when what was taken is what was
handed over and what was brought back; else the duty officer is told (domain.md 5.1, S26). What is
lost is the counter's to answer for: it leaves the balance of who had it as if it was brought back.

The paper reaches a person by two proofs: the slip (its QR code, or its six digits) and the identity
card, which the courier's device only calls a match or no match. A proxy was named beforehand or
brings a signed letter; minors never. After one mismatch there is one retry, then none at this door.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted

__all__ = [
    "COUNTER",
    "MOST_MISMATCHES",
    "MOST_VISITS",
    "MOST_WRONG_CODES",
    "Bag",
    "BagStage",
    "Balance",
    "Given",
    "InVain",
    "Proof",
    "Receiver",
    "WhyOpened",
    "accept",
    "balance",
    "find_again",
    "hand_over",
    "lose",
    "mismatch",
    "miss",
    "offer",
    "open_bag",
    "take_back_offer",
    "visit_in_vain",
    "wrong_code",
]

MOST_VISITS = 2
"""After so many visits in vain the bag stays at the counter."""

MOST_MISMATCHES = 2
"""Cards that did not match at one door: one, and one retry."""

MOST_WRONG_CODES = 5
"""Wrong codes that are said for one bag; then its code counts no more until the next round."""

COUNTER = 0
"""The holder that is no person: the counter of the office the bag belongs to."""


class BagStage(StrEnum):
    """Where a bag stands; the picture above has every way from one to the other."""

    AT_COUNTER = "at-counter"
    CARRIED = "carried"
    HANDED_OVER = "handed-over"
    OPENED = "opened"
    MISSING = "missing"
    LOST = "lost"  # as two officers agreed: another paper is made


class InVain(StrEnum):
    """Why a visit was in vain. None of these accuses anybody."""

    NOBODY_HOME = "nobody-home"
    NOT_FOUND = "not-found"  # the address
    MOVED = "moved"
    REFUSED = "refused"
    NO_MATCH = "no-match"
    DANGER = "danger"  # weather, a road, a dog
    DAMAGED = "damaged"
    SEAL_TORN = "seal-torn"
    WRONG_SPELLING = "wrong-spelling"


class WhyOpened(StrEnum):
    """Why a bag is opened at the counter."""

    DAMAGED = "damaged"
    WRONG_SPELLING = "wrong-spelling"
    IN_VAIN = "in-vain"  # carried often enough
    NOT_WANTED = "not-wanted"  # the applicant collects it, or wants it no more


class Receiver(StrEnum):
    """Who took the paper."""

    HOLDER = "holder"
    NAMED = "named"  # the proxy named in the application
    LETTER = "letter"  # a proxy with a signed letter


class Proof(StrEnum):
    """By what the receiver showed that the bag is for him or her."""

    SLIP = "slip"
    CODE = "code"  # the six digits
    CARD_READ = "card-read"
    CARD_TYPED = "card-typed"  # four digits, typed blind
    WITNESS = "witness"  # a second officer or the RT, where slip and code are lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Bag:
    """A sealed bag. `holder` and `offered_to` are ids of staff, COUNTER for the counter.

    `id` is the number printed on it. `offered_to` is None while nobody is asked to take it. `day`
    (ISO 8601) and `window` are when the resident wants it. `sealed_at` is in seconds since 1970.
    `revision` counts how often the register wrote the bag; no rule looks at it.
    """

    id: int
    revision: int = 0
    office: int
    application: int
    stage: BagStage = BagStage.AT_COUNTER
    holder: int = COUNTER
    offered_to: int | None = None
    visits: int = 0
    mismatches: int = 0
    wrong_codes: int = 0
    day: str = ""
    window: str = ""
    last_in_vain: InVain | None = None
    sealed_at: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """How a bag was handed over: to whom, shown by what, confirmed how.

    `signed` is whether a signature was drawn; without one somebody is `witness` to a spoken code.
    """

    receiver: Receiver
    proofs: frozenset[Proof]
    signed: bool = False
    witness: str = ""
    of_age: bool = True


def offer(before: Bag, *, by: int, to: int) -> Bag:
    """The bag, offered by who has it to somebody else.

    Raises:
        NotPermitted: `by` does not have it.
    """
    _require(before, BagStage.AT_COUNTER, BagStage.CARRIED)
    if before.holder != by:
        raise NotPermitted(f"bag {before.id} is with somebody else")
    if to == before.holder:
        raise NotNow(f"bag {before.id} is there already")
    if before.stage is BagStage.AT_COUNTER and before.visits >= MOST_VISITS:
        raise NotNow(f"bag {before.id} was carried often enough: it waits at the counter")
    return replace(before, offered_to=to)


def take_back_offer(before: Bag, *, by: int) -> Bag:
    """The bag, no longer offered."""
    if before.offered_to is None:
        raise NotNow(f"bag {before.id} is not offered")
    if before.holder != by:
        raise NotPermitted(f"bag {before.id} is with somebody else")
    return replace(before, offered_to=None)


def accept(before: Bag, *, by: int) -> Bag:
    """The bag, in the hands of whom it was offered to; COUNTER accepts for the counter.

    Raises:
        NotPermitted: it was not offered to `by`.
    """
    _require(before, BagStage.AT_COUNTER, BagStage.CARRIED)
    if before.offered_to is None or before.offered_to != by:
        raise NotPermitted(f"bag {before.id} was not offered to {by}")
    stage = BagStage.AT_COUNTER if by == COUNTER else BagStage.CARRIED
    wrong = 0 if by == COUNTER else before.wrong_codes
    return replace(before, stage=stage, holder=by, offered_to=None, mismatches=0, wrong_codes=wrong)


def hand_over(before: Bag, *, by: int, given: Given) -> Bag:
    """The bag, given to the person at the door; by COUNTER, where he or she came to fetch it.

    Raises:
        NotPermitted: `by` does not have it, or the person may not take it.
        Invalid: a proof or the confirmation is missing.
    """
    if by == COUNTER:
        _require(before, BagStage.AT_COUNTER)
    else:
        _require_carried(before, by)
    if not given.of_age:
        raise NotPermitted("nothing is handed to a minor")
    if before.mismatches >= MOST_MISMATCHES:
        raise NotPermitted(f"bag {before.id}: no card matched at this door")
    if Proof.CODE in given.proofs and before.wrong_codes >= MOST_WRONG_CODES:
        raise NotPermitted(f"bag {before.id}: too many wrong codes")
    faults = list(_missing(given))
    if faults:
        raise Invalid(faults)
    return replace(before, stage=BagStage.HANDED_OVER, offered_to=None)


def visit_in_vain(before: Bag, *, by: int, why: InVain) -> Bag:
    """The bag, still with its courier after a visit that came to nothing."""
    _require_carried(before, by)
    return replace(
        before,
        visits=before.visits + 1,
        mismatches=before.mismatches + (why is InVain.NO_MATCH),
        last_in_vain=why,
    )


def wrong_code(before: Bag, *, by: int) -> Bag:
    """The bag, for which a wrong code was said."""
    _require_carried(before, by)
    return replace(before, wrong_codes=before.wrong_codes + 1)


def mismatch(before: Bag, *, by: int) -> Bag:
    """The bag, at whose door a card did not match; after MOST_MISMATCHES it is not given there."""
    _require_carried(before, by)
    return replace(before, mismatches=before.mismatches + 1)


def open_bag(before: Bag, *, why: WhyOpened) -> Bag:
    """The bag, opened at the counter: its paper waits there, or is made anew.

    Raises:
        NotNow: it is on its way, or not every visit was made yet.
    """
    _require(before, BagStage.AT_COUNTER)
    if why is WhyOpened.IN_VAIN and before.visits < MOST_VISITS:
        raise NotNow(f"bag {before.id} may be carried once more")
    return replace(before, stage=BagStage.OPENED, offered_to=None)


def miss(before: Bag) -> Bag:
    """The bag, which cannot be found."""
    _require(before, BagStage.AT_COUNTER, BagStage.CARRIED)
    return replace(before, stage=BagStage.MISSING, offered_to=None)


def lose(before: Bag) -> Bag:
    """The bag, given up: the counter answers for it, and whoever had it last no more."""
    _require(before, BagStage.MISSING)
    return replace(before, stage=BagStage.LOST, holder=COUNTER)


def find_again(before: Bag) -> Bag:
    """The bag, found, and brought to the counter."""
    _require(before, BagStage.MISSING, BagStage.LOST)
    return replace(before, stage=BagStage.AT_COUNTER, holder=COUNTER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """What a courier took, and what became of it. A shift closes where nothing is `left`."""

    taken: int
    handed_over: int
    brought_back: int

    @property
    def left(self) -> int:
        """How many bags are still to be accounted for."""
        return self.taken - self.handed_over - self.brought_back


def balance(courier: int, moves: Iterable[tuple[Bag, Bag]]) -> Balance:
    """The balance of a courier over the changes of bags (before, after) in a shift."""
    taken = handed_over = brought_back = 0
    for before, after in moves:
        taken += before.holder != courier and after.holder == courier
        if before.holder == courier:
            brought_back += after.holder != courier
            handed_over += (
                after.stage is BagStage.HANDED_OVER and before.stage is not BagStage.HANDED_OVER
            )
    return Balance(taken=taken, handed_over=handed_over, brought_back=brought_back)


def _missing(given: Given) -> Iterable[Fault]:
    slip = {Proof.SLIP, Proof.CODE, Proof.WITNESS}
    card = {Proof.CARD_READ, Proof.CARD_TYPED}
    if not given.proofs & slip:
        yield Fault(path="slip", code="slip", sentence="needs the slip, its code, or a witness")
    if not given.proofs & card:
        yield Fault(path="card", code="card", sentence="needs the identity card of who takes it")
    if not given.signed and not given.witness.strip():
        yield Fault(path="signed", code="signed", sentence="needs a signature or a witness")


def _require_carried(bag: Bag, by: int) -> None:
    _require(bag, BagStage.CARRIED)
    if bag.holder != by:
        raise NotPermitted(f"bag {bag.id} is with somebody else")


def _require(bag: Bag, *stages: BagStage) -> None:
    if bag.stage not in stages:
        raise NotNow(f"bag {bag.id} is {bag.stage}")
