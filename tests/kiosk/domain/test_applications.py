"""An application goes the ways of the picture and no other; nobody does two people's work."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.domain import applications
from kiosk.domain.applications import (
    FIELDS_TO_CHECK,
    Application,
    Found,
    PublicStep,
    Receiving,
    Stage,
    public_step,
)
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal

FEE = 30_000
# Every way there is to go on, under the words of the picture; the people are numbers.
WAYS: dict[str, Callable[[Application, int], Application]] = {
    "submit": lambda it, by: applications.submit(it, at=1, fee=FEE * (by % 2)),
    "pay": lambda it, _: applications.pay(it),
    "lapse": lambda it, _: applications.lapse(it),
    "renew": lambda it, _: applications.renew(it),
    "send back": lambda it, _: applications.send_back(it),
    "submit again": lambda it, _: applications.submit_again(it),
    "refuse": lambda it, _: applications.refuse(it),
    "check": lambda it, by: applications.check(it, by=by, ticked=FIELDS_TO_CHECK),
    "take fingerprints": lambda it, _: applications.take_fingerprints(it),
    "found nothing": lambda it, by: applications.examine(it, by=by, found=Found.NOTHING),
    "found a record": lambda it, by: applications.examine(it, by=by, found=Found.RECORD),
    "cannot tell yet": lambda it, by: applications.examine(it, by=by, found=None),
    "second person agrees": lambda it, by: applications.confirm(it, by=by, agrees=True),
    "second person disagrees": lambda it, by: applications.confirm(it, by=by, agrees=False),
    "approve": lambda it, by: applications.approve(it, by=by),
    "send back to examine": lambda it, _: applications.return_to_examination(it),
    "spoilt": lambda it, _: applications.void_sheet(it),
    "printed": lambda it, by: applications.print_sheet(it, by=by, serial="09-1", certificate=1),
    "signed": lambda it, _: applications.sign(it),
    "seal": lambda it, by: applications.seal(it, by=by, witness=by + 1, bag=7),
    "hand out": lambda it, _: applications.hand_out(it),
    "back": lambda it, _: applications.return_to_counter(it),
    "cancel": lambda it, _: applications.cancel(it),
    "correct": lambda it, _: applications.correct(replace(it, correction_at=1), anew=True),
    "wants it brought": lambda it, _: applications.receive_by(it, Receiving.DELIVER),
    "wants to collect": lambda it, _: applications.receive_by(it, Receiving.COLLECT),
}
SHEET = {Stage.PRINTING, Stage.SIGNING, Stage.AT_COUNTER, Stage.TO_SEAL, Stage.SEALED}


def everywhere() -> Iterator[tuple[Application, str, Application]]:
    """Every step that can be taken, from every state that can be reached."""
    start = Application(id=1, office=1)
    seen = {start}
    left = [
        start,
        replace(start, receiving=Receiving.DELIVER),
        replace(start, fingerprints_on_file=True),
    ]
    while left:
        before = left.pop()
        for name, way in WAYS.items():
            for by in (1, 2, 3):
                try:
                    after = way(before, by)
                except Refusal:
                    continue
                yield before, name, after
                if after not in seen:
                    seen.add(after)
                    left.append(after)


def drawn() -> set[tuple[str, str]]:
    """The arrows of the picture that have a name of their own on one line: from, to."""
    text = applications.__doc__ or ""
    named = {str(stage).replace("-", " ") for stage in Stage}
    arrows = set()
    for line in text.splitlines():
        for one in re.finditer(r"([a-z ]+?) --[a-z ,/]+--> ([a-z ]+?)(?:  |\(|\||$)", line):
            origin, goal = one[1].strip(), one[2].strip()
            if {origin, goal} <= named:
                arrows.add((origin.replace(" ", "-"), goal.replace(" ", "-")))
    return arrows


def test_every_arrow_that_is_drawn_can_be_gone() -> None:
    gone = {(str(before.stage), str(after.stage)) for before, _, after in everywhere()}
    assert len(drawn()) > 10
    assert drawn() <= gone


def test_every_stage_is_reached_and_ends_are_ends() -> None:
    steps = list(everywhere())
    assert {after.stage for _, _, after in steps} | {Stage.DRAFT} == set(Stage)
    ends = {Stage.REFUSED, Stage.HANDED_OVER, Stage.CANCELLED}
    assert {before.stage for before, _, _ in steps} == set(Stage) - ends


def test_nobody_does_two_peoples_work() -> None:
    for _, _, after in everywhere():
        if after.stage in SHEET | {Stage.HANDED_OVER}:
            assert after.approved_by not in {None, after.examined_by, after.confirmed_by}
            assert after.paid
            if after.found is Found.RECORD:
                assert after.confirmed_by not in {None, after.examined_by}
        if after.stage is Stage.SEALED:
            assert after.sealed_by != after.witnessed_by


def test_nobody_seals_alone() -> None:
    ready = Application(id=1, office=1, stage=Stage.TO_SEAL, paid=True)
    with pytest.raises(NotPermitted):
        applications.seal(ready, by=4, witness=4, bag=1)


def test_nothing_unpaid_goes_to_a_door() -> None:
    ready = Application(id=1, office=1, stage=Stage.TO_SEAL)
    with pytest.raises(NotNow):
        applications.seal(ready, by=4, witness=5, bag=1)


def test_every_field_that_was_not_ticked_is_named() -> None:
    checking = Application(id=1, office=1, stage=Stage.CHECKING)
    with pytest.raises(Invalid) as refused:
        applications.check(checking, by=1, ticked=FIELDS_TO_CHECK[2:])
    assert tuple(fault.path for fault in refused.value.faults) == FIELDS_TO_CHECK[:2]


@pytest.mark.parametrize("serial", ["", "1" * 21, "09\n1"])
def test_a_sheet_needs_its_serial(serial: str) -> None:
    printing = Application(id=1, office=1, stage=Stage.PRINTING)
    with pytest.raises(Invalid):
        applications.print_sheet(printing, by=1, serial=serial, certificate=1)


def test_a_wish_is_answered_once_and_who_somebody_is_is_examined_anew() -> None:
    approved = Application(
        id=1, office=1, stage=Stage.PRINTING, examined_by=1, approved_by=3, correction_at=5
    )
    again = applications.correct(approved, anew=True)

    assert (again.stage, again.examined_by, again.approved_by) == (Stage.EXAMINING, None, None)
    assert applications.correct(approved, anew=False) == replace(approved, correction_at=None)
    declined = applications.decline_correction(approved)
    with pytest.raises(NotNow):
        applications.correct(declined, anew=False)
    with pytest.raises(NotNow):
        applications.decline_correction(declined)
    with pytest.raises(NotNow):
        applications.correct(replace(approved, stage=Stage.SIGNING), anew=False)


PROMISED = 1_000_000


def histories(found: Found, at: int) -> list[PublicStep]:
    """What the applicant sees after each step of an examination, all at the time `at`."""
    it = Application(
        id=1, office=1, stage=Stage.EXAMINING, paid=True, promised_at=PROMISED,
        receiving=Receiving.DELIVER,
    )  # fmt: skip
    seen = [public_step(it, at=at)]
    names = ["cannot tell yet", "found nothing" if found is Found.NOTHING else "found a record"]
    people = {"second person agrees": 2, "approve": 3}
    if found is Found.RECORD:
        names.append("second person agrees")
    for name in [*names, "approve", "printed", "signed", "seal"]:
        it = WAYS[name](it, people.get(name, 1))
        seen.append(public_step(it, at=at))
    return seen


def test_a_clean_file_and_one_with_a_record_look_alike_until_the_promised_time() -> None:
    for found in Found:
        assert set(histories(found, PROMISED - 1)) == {PublicStep.EXAMINED}
        assert histories(found, PROMISED)[-2:] == [PublicStep.TO_DELIVER] * 2


def test_what_was_found_does_not_show_itself() -> None:
    clean, record = (
        repr(Application(id=1, office=1, found=found)) for found in (Found.NOTHING, Found.RECORD)
    )
    assert clean == record


class OneApplication(RuleBasedStateMachine):
    """Whoever does whatever in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.it = Application(id=1, office=1)

    @rule(name=st.sampled_from(sorted(WAYS)), by=st.integers(1, 4))
    def go_on(self, name: str, by: int) -> None:
        before = self.it
        try:
            self.it = WAYS[name](before, by)
        except Refusal:
            assert self.it is before

    @invariant()
    def no_sheet_without_four_eyes(self) -> None:
        if self.it.stage in SHEET:
            assert self.it.approved_by != self.it.examined_by


TestOneApplication = OneApplication.TestCase
TestOneApplication.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
