"""A case goes its way and no other; what is kept too long goes, the identity first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.domain.cases import (
    Box,
    Case,
    CaseState,
    Urgency,
    answer,
    assign,
    box_of,
    close,
    due_on,
    forget_identity,
    forgotten_on,
    hear,
    open_case,
    require_room,
    route,
    set_aside,
    shred,
)
from kiosk.domain.errors import NotNow, Refusal

# A Monday.
DAY = date(2027, 3, 1)
NEW = Case(
    id=bytes(16),
    number="222222",
    unit=999901,
    urgency=Urgency.ORDINARY,
    received_on=DAY,
    state=CaseState.RECEIVED,
    since=DAY,
)
ARROWS = {
    ("received", "opened"),
    ("opened", "assigned"),
    ("assigned", "answered"),
    ("answered", "assigned"),
    ("opened", "closed"),
    ("assigned", "closed"),
    ("answered", "closed"),
    ("closed", "reopened"),
    ("reopened", "assigned"),
    ("closed", "shredded"),
    ("set-aside", "reopened"),
    ("set-aside", "assigned"),
    ("set-aside", "shredded"),
    ("routed", "opened"),
    *((state, "routed") for state in ("received", "opened", "assigned", "answered", "reopened")),
    *((state, "set-aside") for state in ("received", "routed", "opened", "assigned", "reopened")),
}


@pytest.mark.parametrize(
    ("urgency", "days"), [(Urgency.DANGER, 0), (Urgency.SOON, 1), (Urgency.ORDINARY, 3)]
)
def test_the_first_look_is_due_by_urgency(urgency: Urgency, days: int) -> None:
    assert due_on(replace(NEW, urgency=urgency), {}) == DAY + timedelta(days=days)


def test_nothing_is_due_while_the_office_waits_for_the_reporter() -> None:
    assert due_on(replace(NEW, state=CaseState.ANSWERED), {}) is None


def test_an_identity_goes_before_its_case() -> None:
    closed = replace(NEW, state=CaseState.CLOSED)

    with pytest.raises(NotNow):
        shred(closed, on=DAY + timedelta(days=400), days=60)
    with pytest.raises(NotNow):
        forget_identity(closed, on=DAY + timedelta(days=29), days=30)
    without = forget_identity(closed, on=DAY + timedelta(days=30), days=30)
    assert shred(without, on=DAY + timedelta(days=60), days=60).state is CaseState.SHREDDED


def test_another_unit_looks_at_a_case_for_the_first_time_and_the_own_one_goes_on() -> None:
    at_work = replace(NEW, state=CaseState.ASSIGNED)
    later = DAY + timedelta(days=7)

    assert route(at_work, unit=NEW.unit, on=later) == at_work
    routed = route(at_work, unit=NEW.unit + 1, on=later)
    assert (routed.unit, routed.state, routed.since) == (NEW.unit + 1, CaseState.ROUTED, later)
    assert due_on(routed, {}) == later + timedelta(days=3)


def test_what_was_set_aside_is_forgotten_like_what_was_closed() -> None:
    aside = set_aside(NEW, on=DAY)

    assert forgotten_on(NEW, days=30) is None
    assert forgotten_on(aside, days=30) == DAY + timedelta(days=30)
    assert due_on(aside, {}) is None


@pytest.mark.parametrize("state", CaseState)
def test_a_case_waits_in_the_inbox_while_the_office_has_something_to_do(state: CaseState) -> None:
    is_waiting = box_of(state) is Box.WAITING

    assert is_waiting == (due_on(replace(NEW, state=state), {}) is not None)


def test_a_case_has_room_for_ten_files_with_originals_and_one_of_the_longest() -> None:
    require_room(number=19, weight=200 << 20)
    for number, weight in ((20, 1), (-1, 1), (0, 225 << 20)):
        with pytest.raises(NotNow):
            require_room(number=number, weight=weight)


class Cases(RuleBasedStateMachine):
    """Whatever is tried in whatever order, a case goes along the arrows of the picture alone."""

    @initialize()
    def begin(self) -> None:
        self.case, self.day = NEW, DAY

    @rule(step=st.sampled_from([assign, answer, close, hear, set_aside]))
    def step(self, step: Callable[..., Case]) -> None:
        self.tried(lambda: step(self.case, on=self.day))

    @rule(urgency=st.sampled_from(Urgency))
    def open(self, urgency: Urgency) -> None:
        self.tried(lambda: open_case(self.case, urgency=urgency, on=self.day))

    @rule(unit=st.sampled_from([NEW.unit, NEW.unit + 1]))
    def route(self, unit: int) -> None:
        self.tried(lambda: route(self.case, unit=unit, on=self.day))

    @rule(days=st.integers(1, 40))
    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule()
    def forget(self) -> None:
        self.tried(lambda: forget_identity(self.case, on=self.day, days=30))

    @rule()
    def shred(self) -> None:
        self.tried(lambda: shred(self.case, on=self.day, days=60))

    def tried(self, step: Callable[[], Case]) -> None:
        before = self.case
        try:
            self.case = step()
        except Refusal:
            return
        arrow = (str(before.state), str(self.case.state))
        assert arrow in ARROWS or arrow[0] == arrow[1]

    @invariant()
    def shredded_means_without_identity(self) -> None:
        assert self.case.state is not CaseState.SHREDDED or not self.case.identity


TestCases = Cases.TestCase
TestCases.settings = settings(max_examples=60, stateful_step_count=25)
