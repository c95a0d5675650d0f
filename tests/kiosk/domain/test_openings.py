"""An identity opens for one person, by a quorum, after a wait; nothing grants it by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.domain.errors import NotNow, NotPermitted, Refusal
from kiosk.domain.openings import (
    Custodians,
    Opening,
    OpeningState,
    end,
    free_on,
    grant,
    may_release,
    object_to,
    refuse,
    release,
    stop,
)

DAY = date(2027, 3, 1)
ASKER = b"asker"
INSIDE = (b"a", b"b", b"c")
OUTSIDE = (b"x", b"y")
ALL = Custodians(internal=frozenset(INSIDE), external=frozenset(OUTSIDE))
NEW = Opening(
    id=bytes(16),
    case=bytes(16),
    asker=ASKER,
    unit=997100,
    asked_on=DAY,
    state=OpeningState.ASKED,
    since=DAY,
)


def granted_by(*names: bytes, opening: Opening = NEW) -> Opening:
    for name in names:
        opening = grant(opening, ALL, name, on=DAY)
    return opening


@pytest.mark.parametrize(
    "names", [(), (b"a",), (b"a", b"b", b"c"), (b"x", b"y"), (b"a", b"x", b"y")]
)
def test_fewer_than_a_quorum_never_opens(names: tuple[bytes, ...]) -> None:
    opening = granted_by(*names)

    assert opening.state is OpeningState.ASKED
    assert not may_release(opening, ALL, on=DAY + timedelta(days=9999))


def test_a_quorum_waits_for_three_whole_days() -> None:
    opening = granted_by(b"a", b"c", b"y")

    assert opening.state is OpeningState.WAITING
    with pytest.raises(NotNow):
        release(opening, ALL, by=ASKER, on=DAY + timedelta(days=3))
    done = release(opening, ALL, by=ASKER, on=DAY + timedelta(days=4))
    assert done.state is OpeningState.RELEASED


def test_a_yes_that_comes_later_does_not_begin_the_wait_anew() -> None:
    opening = granted_by(b"a", b"c", b"y")

    later = grant(opening, ALL, b"b", on=DAY + timedelta(days=2))

    assert free_on(later) == free_on(opening)


@pytest.mark.parametrize("granted", [(), (b"a", b"b"), (b"a", b"x", b"y")])
def test_one_that_waits_without_a_quorum_is_not_released_all_the_same(
    granted: tuple[bytes, ...],
) -> None:
    opening = replace(NEW, state=OpeningState.WAITING, granted=frozenset(granted))

    assert not may_release(opening, ALL, on=DAY + timedelta(days=9999))


@pytest.mark.parametrize(
    "state", [OpeningState.ASKED, OpeningState.STOPPED, OpeningState.REFUSED, OpeningState.RELEASED]
)
def test_only_one_that_waits_is_released(state: OpeningState) -> None:
    opening = replace(granted_by(*INSIDE, *OUTSIDE), state=state)

    with pytest.raises(NotNow):
        release(opening, ALL, by=ASKER, on=DAY + timedelta(days=9999))


def test_after_an_objection_every_custodian_has_to_say_yes() -> None:
    opening = object_to(granted_by(b"a", b"b", b"x"))

    assert not may_release(opening, ALL, on=DAY + timedelta(days=100))
    assert may_release(granted_by(b"c", b"y", opening=opening), ALL, on=DAY)


def test_all_of_them_together_need_not_wait() -> None:
    assert may_release(granted_by(*INSIDE, *OUTSIDE), ALL, on=DAY)


def test_only_who_asked_gets_it_or_gives_it_up() -> None:
    opening = granted_by(*INSIDE, *OUTSIDE)

    with pytest.raises(NotPermitted):
        release(opening, ALL, by=b"a", on=DAY)
    with pytest.raises(NotPermitted):
        stop(opening, by=b"a", on=DAY)


@pytest.mark.parametrize("nobody", [b"stranger", ASKER])
def test_only_custodians_answer_and_only_once(nobody: bytes) -> None:
    with pytest.raises(NotPermitted):
        grant(NEW, ALL, nobody, on=DAY)
    with pytest.raises(NotNow):
        grant(granted_by(b"a"), ALL, b"a", on=DAY)


def test_an_asker_is_no_custodian_of_what_they_ask_for() -> None:
    opening = replace(NEW, asker=b"a")

    with pytest.raises(NotPermitted):
        grant(opening, ALL, b"a", on=DAY)


def test_it_is_refused_once_no_quorum_can_come_together() -> None:
    once = refuse(NEW, ALL, b"a", on=DAY)
    twice = refuse(once, ALL, b"b", on=DAY)

    assert (once.state, twice.state) == (OpeningState.ASKED, OpeningState.REFUSED)
    with pytest.raises(NotNow):
        grant(twice, ALL, b"c", on=DAY)


class Openings(RuleBasedStateMachine):
    """Anybody does anything in any order: what is released was granted, waited for, and told."""

    @initialize()
    def begin(self) -> None:
        self.opening, self.day = NEW, DAY
        self.waited = False

    @rule(name=st.sampled_from([*INSIDE, *OUTSIDE, ASKER, b"z"]), yes=st.booleans())
    def answer(self, name: bytes, yes: bool) -> None:  # noqa: FBT001 -- drawn by hypothesis
        self.tried(lambda: (grant if yes else refuse)(self.opening, ALL, name, on=self.day))

    @rule(days=st.integers(1, 3))
    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule()
    def object_to_it(self) -> None:
        self.tried(lambda: object_to(self.opening))

    @rule(by=st.sampled_from([ASKER, b"a"]))
    def release(self, by: bytes) -> None:
        self.waited = self.day >= free_on(self.opening)
        self.tried(lambda: release(self.opening, ALL, by=by, on=self.day))

    @rule()
    def stop(self) -> None:
        self.tried(lambda: stop(self.opening, by=ASKER, on=self.day))

    @rule()
    def end(self) -> None:
        self.tried(lambda: end(self.opening, on=self.day))

    def tried(self, step: Callable[[], Opening]) -> None:
        before = self.opening
        try:
            self.opening = step()
        except Refusal:
            return
        over = {OpeningState.RELEASED, OpeningState.REFUSED, OpeningState.STOPPED}
        assert before.state not in over

    @invariant()
    def released_only_by_the_rules(self) -> None:
        opening = self.opening
        assert not opening.granted & opening.refused
        assert opening.granted <= ALL.all
        if opening.state is OpeningState.RELEASED:
            everybody = opening.granted == ALL.all
            assert len(opening.granted & ALL.internal) >= 2
            assert len(opening.granted & ALL.external) >= 1
            assert everybody or (self.waited and not opening.objected)


TestOpenings = Openings.TestCase
TestOpenings.settings = settings(max_examples=60, stateful_step_count=25)
