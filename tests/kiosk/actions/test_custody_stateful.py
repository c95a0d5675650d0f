"""Whoever moves whatever in whatever order, over the real register: custody never lies.

After every step: a bag is in one pair of hands; it came there from the hands it was in before, from
somebody who offered it and into those of who accepted it. A shift closes exactly where its courier
has nothing left, and every courier's balance is what he or she holds.
"""

from collections.abc import Callable
from contextlib import suppress
from itertools import count, pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kiosk.actions import custody, shifts
from kiosk.actions.custody import Deed, change_bag
from kiosk.domain import handover
from kiosk.domain.errors import NotNow, Refusal
from kiosk.domain.handover import COUNTER, Bag, BagStage, Given, InVain, Proof, Receiver, WhyOpened
from kiosk.domain.shifts import BagsLeft
from kiosk.domain.staff import Role, Staff
from kiosk.storage.bags import Move
from tests.staffed import Staffed
from tests.working import bagged

BAGS = 2
SEEN = Given(receiver=Receiver.HOLDER, proofs=frozenset({Proof.SLIP, Proof.CARD_READ}), signed=True)
# Giver's part and receiver's part of a move; the others happen in one pair of hands.
OFFERS, ACCEPTS = {"offered", "given-back"}, {"accepted", "accepted-back"}


def drawn(people: int) -> st.SearchStrategy[int]:
    return st.integers(0, people - 1)


class Custody(RuleBasedStateMachine):
    """Two fresh bags at the counter, two couriers, two at the counter."""

    staffed: Staffed
    couriers: tuple[Staff, ...]
    counter: tuple[Staff, ...]
    numbers = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.desk = self.staffed.desk
        self.people = [*self.couriers, *self.counter]
        self.bags = [bagged(self.staffed, next(self.numbers)).id for _ in range(BAGS)]

    @rule(bag=drawn(BAGS), who=drawn(4), to=drawn(4))
    def offer(self, bag: int, who: int, to: int) -> None:
        with suppress(Refusal):
            custody.offer(self.desk, self.people[who], self.bags[bag], to=self.people[to].id)

    @rule(bag=drawn(BAGS), who=drawn(4))
    def accept(self, bag: int, who: int) -> None:
        person = self.people[who]
        accepts = custody.accept if person in self.couriers else custody.accept_back
        with suppress(Refusal):
            accepts(self.desk, person, self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(4), to=drawn(2))
    def go_out(self, bag: int, who: int, to: int) -> None:
        # What is left to chance alone hardly ever leaves the counter.
        number, courier = self.bags[bag], self.couriers[to]
        with suppress(Refusal):
            custody.offer(self.desk, self.people[who], number, to=courier.id)
            custody.accept(self.desk, courier, number)

    @rule(bag=drawn(BAGS), who=drawn(2))
    def come_back(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.give_back(self.desk, self.couriers[who], self.bags[bag])
            custody.accept_back(self.desk, self.counter[1], self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(2))
    def give_back(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.give_back(self.desk, self.couriers[who], self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(4))
    def take_back(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.take_back(self.desk, self.people[who], self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(2))
    def hand_over(self, bag: int, who: int) -> None:
        by = self.couriers[who]
        self.change(bag, by, lambda before: handover.hand_over(before, by=by.id, given=SEEN))

    @rule(bag=drawn(BAGS), who=drawn(2))
    def visit_in_vain(self, bag: int, who: int) -> None:
        by, why = self.couriers[who], InVain.NOBODY_HOME
        self.change(bag, by, lambda before: handover.visit_in_vain(before, by=by.id, why=why))

    @rule(bag=drawn(BAGS), who=drawn(4))
    def miss(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.miss(self.desk, self.people[who], self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(4))
    def find_again(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.find_again(self.desk, self.people[who], self.bags[bag])

    @rule(bag=drawn(BAGS), who=drawn(4))
    def open(self, bag: int, who: int) -> None:
        with suppress(Refusal):
            custody.open_bag(self.desk, self.people[who], self.bags[bag], WhyOpened.IN_VAIN)

    @rule(who=drawn(2))
    def close(self, who: int) -> None:
        courier = self.couriers[who]
        left, was_open = self.held(courier), self.has_shift(courier)
        named: set[int] = set()
        try:
            shifts.close_shift(self.desk, courier)
        except BagsLeft as refused:
            named = set(refused.bags)
        except NotNow:
            was_open = False
        assert named == left
        assert self.has_shift(courier) == (was_open and bool(left))

    @invariant()
    def every_move_has_giver_and_receiver(self) -> None:
        with self.desk.register.read() as books:
            for number in self.bags:
                bag, moves = books.bags.get(number), books.bags.moves_of(number)
                assert (moves[-1].holder_after, moves[-1].stage_after) == (bag.holder, bag.stage)
                self.follow(moves)

    @invariant()
    def a_balance_is_what_is_held(self) -> None:
        standing = shifts.open_shifts(self.desk, self.counter[0])
        left = {one.shift.courier: one.balance.left for one in standing}
        for courier in self.couriers:
            assert left.get(courier.id, 0) == len(self.held(courier))

    def teardown(self) -> None:
        # The next one begins with no shift open.
        for number in self.bags:
            with self.desk.register.read() as books:
                bag = books.bags.get(number)
            if bag.stage is BagStage.CARRIED:
                custody.miss(self.desk, self.counter[0], number)
            if bag.stage in {BagStage.CARRIED, BagStage.MISSING}:
                custody.find_again(self.desk, self.counter[0], number)
        for courier in self.couriers:
            with suppress(NotNow):
                shifts.close_shift(self.desk, courier)

    def change(self, bag: int, by: Staff, change: Callable[[Bag], Bag]) -> None:
        with suppress(Refusal), self.desk.register.begin() as books:
            before = books.bags.get(self.bags[bag])
            deed = Deed(name="visited", by=by.id, office=by.office)
            change_bag(self.desk, books, before, change(before), deed)

    def held(self, courier: Staff) -> set[int]:
        with self.desk.register.read() as books:
            return {bag.id for bag in books.bags.with_(courier.id) if bag.holder == courier.id}

    def has_shift(self, courier: Staff) -> bool:
        with self.desk.register.read() as books:
            return books.shifts.find_open(courier.id) is not None

    def follow(self, moves: list[Move]) -> None:
        """Each move begins where the one before ended; hands change by an offer, then a yes."""
        at_counter = {one.id for one in self.counter}
        offered_by: int | None = None
        for before, move in pairwise(moves):
            assert (move.holder_before, move.stage_before) == (
                before.holder_after,
                before.stage_after,
            )
            hands = COUNTER if move.by in at_counter else move.by
            if move.deed in OFFERS:
                offered_by = hands
            # What was lost is found by the counter, which had not offered it to itself.
            if move.holder_after != move.holder_before and move.deed != "found":
                assert move.deed in ACCEPTS
                assert offered_by == move.holder_before
                assert move.holder_after == hands
                offered_by = None


def test_bags_are_never_in_two_hands_and_shifts_close_where_nothing_is_left(
    staffed: Staffed,
) -> None:
    class OfThisOffice(Custody):
        couriers = (staffed.staff(Role.COURIER), staffed.add("colleague", Role.COURIER).staff)
        counter = (staffed.staff(Role.PRINT_ROOM), staffed.staff(Role.DUTY_OFFICER))

    OfThisOffice.staffed = staffed
    run_state_machine_as_test(
        OfThisOffice,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
