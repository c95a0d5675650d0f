"""A bag is always in one pair of hands, and leaves them only into another that says so."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.domain import handover
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal
from kiosk.domain.handover import (
    COUNTER,
    MOST_VISITS,
    Bag,
    BagStage,
    Given,
    InVain,
    Proof,
    Receiver,
    WhyOpened,
    balance,
)

COURIER, COLLEAGUE = 4, 5
SEEN = Given(
    receiver=Receiver.HOLDER, proofs=frozenset({Proof.SLIP, Proof.CARD_TYPED}), signed=True
)
SEALED = Bag(id=1, office=2, application=3)
CARRIED = handover.accept(handover.offer(SEALED, by=COUNTER, to=COURIER), by=COURIER)


def test_a_bag_moves_when_the_other_side_says_so() -> None:
    offered = handover.offer(SEALED, by=COUNTER, to=COURIER)
    assert offered.holder == COUNTER
    assert CARRIED.holder == COURIER
    with pytest.raises(NotPermitted):
        handover.accept(offered, by=COLLEAGUE)
    with pytest.raises(NotPermitted):
        handover.accept(handover.take_back_offer(offered, by=COUNTER), by=COURIER)


def test_nobody_gives_away_what_another_has() -> None:
    with pytest.raises(NotPermitted):
        handover.offer(CARRIED, by=COLLEAGUE, to=COLLEAGUE)
    with pytest.raises(NotPermitted):
        handover.offer(SEALED, by=COURIER, to=COLLEAGUE)
    with pytest.raises(NotPermitted):
        handover.take_back_offer(handover.offer(SEALED, by=COUNTER, to=COURIER), by=COURIER)
    with pytest.raises(NotPermitted):
        handover.hand_over(CARRIED, by=COLLEAGUE, given=SEEN)


def test_it_is_handed_over_once() -> None:
    gone = handover.hand_over(CARRIED, by=COURIER, given=SEEN)
    assert gone.stage is BagStage.HANDED_OVER
    with pytest.raises(NotNow):
        handover.hand_over(gone, by=COURIER, given=SEEN)


@pytest.mark.parametrize(
    ("proofs", "paths"),
    [
        ({Proof.SLIP}, ["card"]),
        ({Proof.CARD_READ}, ["slip"]),
        (set(), ["slip", "card"]),
        ({Proof.CODE, Proof.CARD_READ}, []),
        ({Proof.WITNESS, Proof.CARD_TYPED}, []),
    ],
)
def test_slip_and_card_are_both_wanted(proofs: set[Proof], paths: list[str]) -> None:
    given = Given(receiver=Receiver.HOLDER, proofs=frozenset(proofs), witness="Bu RT")
    if not paths:
        assert handover.hand_over(CARRIED, by=COURIER, given=given).stage is BagStage.HANDED_OVER
        return
    with pytest.raises(Invalid) as refused:
        handover.hand_over(CARRIED, by=COURIER, given=given)
    assert [fault.path for fault in refused.value.faults] == paths


def test_who_cannot_sign_has_a_witness() -> None:
    unsigned = Given(receiver=Receiver.HOLDER, proofs=SEEN.proofs)
    with pytest.raises(Invalid):
        handover.hand_over(CARRIED, by=COURIER, given=unsigned)


def test_minors_take_nothing() -> None:
    child = Given(receiver=Receiver.NAMED, proofs=SEEN.proofs, signed=True, of_age=False)
    with pytest.raises(NotPermitted):
        handover.hand_over(CARRIED, by=COURIER, given=child)


def test_after_one_retry_no_card_is_tried_at_this_door() -> None:
    bag = CARRIED
    for _ in range(2):
        bag = handover.visit_in_vain(bag, by=COURIER, why=InVain.NO_MATCH)
    with pytest.raises(NotPermitted):
        handover.hand_over(bag, by=COURIER, given=SEEN)


def test_a_bag_that_was_carried_often_enough_waits_at_the_counter() -> None:
    bag = CARRIED
    for _ in range(MOST_VISITS):
        bag = handover.visit_in_vain(bag, by=COURIER, why=InVain.NOBODY_HOME)
    back = handover.accept(handover.offer(bag, by=COURIER, to=COUNTER), by=COUNTER)
    with pytest.raises(NotNow):
        handover.offer(back, by=COUNTER, to=COURIER)
    with pytest.raises(NotNow):
        handover.open_bag(SEALED, why=WhyOpened.IN_VAIN)
    assert handover.open_bag(back, why=WhyOpened.IN_VAIN).stage is BagStage.OPENED


def test_what_is_missing_may_be_found() -> None:
    found = handover.find_again(handover.miss(CARRIED))
    assert (found.stage, found.holder) == (BagStage.AT_COUNTER, COUNTER)


def test_what_is_lost_leaves_the_balance_of_who_had_it_and_may_be_found() -> None:
    missing = handover.miss(CARRIED)
    lost = handover.lose(missing)
    assert (lost.stage, lost.holder) == (BagStage.LOST, COUNTER)
    assert balance(COURIER, [(SEALED, CARRIED), (CARRIED, missing), (missing, lost)]).left == 0
    assert handover.find_again(lost).stage is BagStage.AT_COUNTER
    with pytest.raises(NotNow):
        handover.lose(CARRIED)


PERSON = st.sampled_from([COUNTER, COURIER, COLLEAGUE])
DEEDS: dict[str, Callable[[Bag, int, int], Bag]] = {
    "offer": lambda bag, by, to: handover.offer(bag, by=by, to=to),
    "take back": lambda bag, by, _: handover.take_back_offer(bag, by=by),
    "accept": lambda bag, by, _: handover.accept(bag, by=by),
    "hand over": lambda bag, by, _: handover.hand_over(bag, by=by, given=SEEN),
    "in vain": lambda bag, by, _: handover.visit_in_vain(bag, by=by, why=InVain.MOVED),
    "open": lambda bag, *_: handover.open_bag(bag, why=WhyOpened.DAMAGED),
    "miss": lambda bag, *_: handover.miss(bag),
    "lose": lambda bag, *_: handover.lose(bag),
    "find": lambda bag, *_: handover.find_again(bag),
}


class OneBag(RuleBasedStateMachine):
    """Whoever does whatever in whatever order: the books of the couriers always balance."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = SEALED
        self.moves: list[tuple[Bag, Bag]] = []

    @rule(name=st.sampled_from(sorted(DEEDS)), by=PERSON, to=PERSON)
    def do(self, name: str, by: int, to: int) -> None:
        before = self.bag
        try:
            self.bag = DEEDS[name](before, by, to)
        except Refusal:
            return
        self.moves.append((before, self.bag))
        if before.holder != self.bag.holder:
            assert name in {"find", "lose"} or (name == "accept" and before.offered_to == by)

    @invariant()
    def the_books_balance(self) -> None:
        for courier in (COURIER, COLLEAGUE):
            has_it = self.bag.holder == courier and self.bag.stage is not BagStage.HANDED_OVER
            assert balance(courier, self.moves).left == has_it


TestOneBag = OneBag.TestCase
TestOneBag.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
