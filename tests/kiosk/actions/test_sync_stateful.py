"""Phones report, deliveries get lost, come twice, mixed up, the server crashes: each counts once.

After every step: what the office answered is kept, once, in an unbroken chain, and no event changed
a bag twice. At the end, with everything sent again: no event is missing, and every paper that a
phone handed over is handed over, by one of its events.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kiosk.actions.custody import Deed, change_bag
from kiosk.actions.desk import Desk
from kiosk.actions.devices import revoke_device
from kiosk.actions.sync import take_events
from kiosk.domain import handover
from kiosk.domain.errors import Refusal
from kiosk.domain.events import Answer
from kiosk.domain.handover import COUNTER, BagStage
from kiosk.domain.staff import Role
from kiosk.storage.register import Books, Register
from signing.event import Item
from tests.couriers import GIVEN, SIGNATURE, Phone, bag_in, carried_bag, sealed_bag
from tests.staffed import Staffed

# Every run of the machine has bags and phones of its own, so that one office serves them all.
RUNS = itertools.count(1)
KINDS: dict[str, tuple[Item, ...]] = {
    "accepted": (),
    "arrived": (),
    "handed-over": GIVEN,
    "in-vain": ("nobody-home",),
    "wrong-code": (),
    "mismatch": (),
    "given-back": (),
    "missing": (),
    "note": ("jalan putus",),
    "nobody-knows": ("?",),
}
PHONES, BAGS = st.integers(0, 2), st.integers(0, 3)
ENDED = {Answer.ACCEPTED, Answer.REVIEW, Answer.DUPLICATE}


class PowerCut(BaseException):
    """What ends the server before its time; nobody catches it."""


class FragileRegister:
    """The register of a server whose power fails after so many calls of a store."""

    def __init__(self, register: Register) -> None:
        self.read, self.glance = register.read, register.glance
        self.register = register
        self.left: int | None = None

    @contextmanager
    def begin(self) -> Iterator[Books]:
        with self.register.begin() as books:
            for name in ("devices", "events", "reviews", "bags", "handovers", "journal"):
                self._wear_out(getattr(books, name))
            yield books
            self._count()

    def _wear_out(self, store: object) -> None:
        for name in ("add", "replace", "add_move", "get", "write"):
            done = getattr(store, name, None)
            if done is not None:

                def counted(*given: object, _done: object = done, **named: object) -> object:
                    self._count()
                    return _done(*given, **named)  # type: ignore[operator]  # a method

                setattr(store, name, counted)

    def _count(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise PowerCut


class Deliveries(RuleBasedStateMachine):
    """An office, three phones of two couriers, four bags, and a bad road between them."""

    staffed: Staffed

    def __init__(self) -> None:
        super().__init__()
        self.run = next(RUNS)
        self.fragile = FragileRegister(self.staffed.desk.register)
        # What the server works with; the tests ask the register itself.
        self.desk: Desk = replace(self.staffed.desk, register=self.fragile)  # type: ignore[arg-type]  # it is one to whoever asks
        self.said: dict[bytes, list[tuple[bytes, str, int]]] = {}
        self.revoked: set[bytes] = set()
        self.answered: set[bytes] = set()

    @initialize()
    def begin(self) -> None:
        office = self.staffed.places["polres"].id
        first, second = self.couriers = [
            self.staffed.add(f"courier-{self.run}-{name}", Role.COURIER).staff for name in "ab"
        ]
        self.phones = [Phone(self.staffed.desk, one).register() for one in (first, first, second)]
        self.bags = [self.run * 10 + place for place in range(4)]
        for bag, holder in zip(self.bags, (first, first, second, None), strict=True):
            if holder is None:
                sealed_bag(self.staffed.desk, bag, office=office)
            else:
                carried_bag(self.staffed.desk, bag, office=office, by=holder)

    @rule(phone=PHONES, bag=BAGS, kind=st.sampled_from(sorted(KINDS)))
    def something_happens(self, phone: int, bag: int, kind: str) -> None:
        this = self.phones[phone]
        event = this.say(kind, self.bags[bag], KINDS[kind], picture=SIGNATURE)
        self.said.setdefault(this.id, []).append((event.id, kind, event.bag))

    @rule(
        phone=PHONES,
        picked=st.lists(st.integers(0, 9), max_size=9),
        answer_arrives=st.booleans(),
        power=st.one_of(st.none(), st.integers(0, 25)),
    )
    def a_delivery_comes_in(
        self,
        phone: int,
        picked: list[int],
        answer_arrives: bool,  # noqa: FBT001  # drawn
        power: int | None,
    ) -> None:
        this = self.phones[phone]
        # All of it as it should be; or some of it, in any order, and some of that twice.
        sent = this.sent()
        if picked and sent:
            sent = [sent[one % len(sent)] for one in picked]
        self.fragile.left = power
        try:
            synced = take_events(self.desk, this.id, sent)
        except PowerCut:
            return
        finally:
            self.fragile.left = None
        if answer_arrives:
            done = {one.id for one in synced.answers if one.answer in ENDED}
            self.answered |= done
            this.unsent = [one for one in this.unsent if one[0].id not in done]

    @rule(bag=BAGS, to=st.integers(0, 2))
    def the_counter_offers(self, bag: int, to: int) -> None:
        before = bag_in(self.staffed.desk, self.bags[bag])
        who = [COUNTER, *(one.id for one in self.couriers)][to]
        try:
            after = handover.offer(before, by=before.holder, to=who)
        except Refusal:
            return
        deed = Deed(name="offered", by=0, office=before.office)
        with self.staffed.desk.register.begin() as books:
            change_bag(self.staffed.desk, books, before, after, deed)

    @rule(phone=PHONES)
    def a_phone_is_lost(self, phone: int) -> None:
        watcher = self.staffed.staff(Role.DUTY_OFFICER)
        try:
            revoke_device(self.staffed.desk, watcher, self.phones[phone].id, lost=True)
        except Refusal:
            return
        self.revoked.add(self.phones[phone].id)

    @invariant()
    def what_was_answered_is_kept_once_and_in_order(self) -> None:
        with self.staffed.desk.register.read() as books:
            for phone in getattr(self, "phones", []):
                said = [id_ for id_, _, _ in self.said.get(phone.id, [])]
                kept = [one.id for one in books.events.of_device(phone.id)]
                assert kept == said[: len(kept)]
                assert self.answered & set(said) <= set(kept)
                assert books.devices.get(phone.id).number == len(kept)

    @invariant()
    def no_event_changes_a_bag_twice(self) -> None:
        with self.staffed.desk.register.read() as books:
            for bag in getattr(self, "bags", []):
                named = [one.event for one in books.bags.moves_of(bag) if one.event]
                assert len(named) == len(set(named))

    def teardown(self) -> None:
        for phone in getattr(self, "phones", []):
            answers = take_events(self.desk, phone.id, phone.sent()).answers
            assert {one.answer for one in answers} <= ENDED
        with self.staffed.desk.register.read() as books:
            for phone in getattr(self, "phones", []):
                kept = [one.id for one in books.events.of_device(phone.id)]
                assert kept == [id_ for id_, _, _ in self.said.get(phone.id, [])]
            for bag in getattr(self, "bags", []):
                self._is_where_the_phones_put_it(books, bag)

    def _is_where_the_phones_put_it(self, books: Books, bag: int) -> None:
        told = {
            id_
            for phone in self.phones
            if phone.id not in self.revoked
            for id_, kind, about in self.said.get(phone.id, [])
            if kind == "handed-over" and about == bag
        }
        moves = books.bags.moves_of(bag)
        ends = [one for one in moves if one.stage_after is BagStage.HANDED_OVER]
        assert len(ends) <= 1
        if told:
            assert books.bags.get(bag).stage is BagStage.HANDED_OVER


def test_every_event_counts_once_whatever_happens_on_the_way(staffed: Staffed) -> None:
    class OurDeliveries(Deliveries):
        pass

    OurDeliveries.staffed = staffed

    run_state_machine_as_test(
        OurDeliveries,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
