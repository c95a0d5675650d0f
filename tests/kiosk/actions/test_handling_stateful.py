"""Whatever everybody does, in whatever order: nobody reads what is not theirs or opens alone."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kiosk.actions.admission import Admitted
from kiosk.actions.cases import append, shred_due, submit, thread_of
from kiosk.actions.handling import (
    answer,
    assign,
    close,
    inbox,
    note,
    open_case,
    route,
    set_aside,
    view,
)
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import (
    ask_opening,
    decline_share,
    give_share,
    object_to_opening,
    release_identity,
    stop_opening,
    view_opening,
)
from kiosk.domain.cases import CaseState, Urgency, box_of
from kiosk.domain.errors import NotNow, Refusal, Unknown
from kiosk.domain.journal import first_break
from kiosk.domain.openings import OpeningState
from kiosk.storage.mailroom_openings import Asked
from signing.cose import encode
from signing.directory import Role
from signing.envelope import CaseKey, Purpose, wrap_key
from signing.hpke import OpeningKey
from tests.reading import COLLEAGUE, ELSEWHERE, OTHER_HANDLER, publish_everybody
from tests.sealed_reports import (
    COMMISSION,
    EXTERNAL,
    HANDLER,
    INTERNAL,
    UNIT,
    Days,
    Reporter,
    admitted_as,
    as_seen,
    new_mailroom,
)

# Of the length of a message, and nothing in it: what is inside nobody here can tell.
SEALED = b"\x01" + bytes(2048 + 80)
HANDLERS = {
    "asker": admitted_as(HANDLER, UNIT, Role.HANDLER),
    "colleague": admitted_as(COLLEAGUE, UNIT, Role.HANDLER),
    "elsewhere": admitted_as(OTHER_HANDLER, ELSEWHERE, Role.HANDLER),
}
INSIDE = [admitted_as(key, UNIT, Role.INTERNAL) for key in INTERNAL]
OUTSIDE = [admitted_as(key, COMMISSION, Role.EXTERNAL) for key in EXTERNAL]
UNITS = {UNIT: (HANDLER, COLLEAGUE), ELSEWHERE: (OTHER_HANDLER,)}
who = st.sampled_from(sorted(HANDLERS))
custodians = st.sampled_from([*INSIDE, *OUTSIDE])


class Office(RuleBasedStateMachine):
    """One case, three handlers, four custodians, and time."""

    mailroom: Mailroom
    today: Days
    seeds = count(1)

    def __init__(self) -> None:
        super().__init__()
        seed = next(self.seeds)
        self.reporter = Reporter.new(seed=seed, handlers=(HANDLER, COLLEAGUE))
        self.case = submit(self.mailroom, self.reporter.delivery).id
        self.notes = CaseKey.new(self.case, purpose=Purpose.NOTES)
        self.answered: dict[bytes, dict[bytes, bool]] = {}
        self.objected: set[bytes] = set()
        self.waiting_since: dict[bytes, Any] = {}
        self.released: dict[bytes, bytes] = {}
        self.texts = 0

    def teardown(self) -> None:
        assert first_break(self.shelved(lambda shelves: list(shelves.deeds.all()))) is None

    def sealed(self) -> bytes:
        """Something sealed that was not there before."""
        self.texts += 1
        return SEALED[:-4] + self.texts.to_bytes(4, "big")

    def shelved(self, asked: Callable[[Any], Any]) -> Any:
        with self.mailroom.archive.read() as shelves:
            return asked(shelves)

    def last(self) -> int:
        return len(self.shelved(lambda shelves: shelves.cases.messages_of(self.case)))

    def done_by(self, by: Admitted, deed: Callable[[], Any]) -> Any:
        """Do it: it succeeds only for who may read the case now, whatever its state."""
        may = by.unit == self.shelved(lambda shelves: shelves.cases.get(self.case)).unit
        try:
            found = deed()
        except Unknown:
            # Nothing can be read of a case that is shredded, by anybody.
            assert not may or self.state() is CaseState.SHREDDED
        except NotNow:
            assert may
        else:
            assert may
            return found
        return None

    def state(self) -> CaseState:
        found: CaseState = self.shelved(lambda shelves: shelves.cases.get(self.case)).state
        return found

    @rule()
    def reporter_writes(self) -> None:
        said = encode([1, self.reporter.proof, self.last(), 0, self.sealed()])
        with suppress(Unknown):
            append(self.mailroom, said)
            assert self.state() not in {CaseState.CLOSED, CaseState.SET_ASIDE}

    @rule(name=who, deed=st.sampled_from(["open", "assign", "answer", "close", "aside", "note"]))
    def handler_works(self, name: str, deed: str) -> None:
        by, case, said = HANDLERS[name], self.case, (self.last(), 0, self.sealed())
        deeds: dict[str, Callable[[], Any]] = {
            "open": lambda: open_case(self.mailroom, case, by=by, urgency=Urgency.SOON),
            "assign": lambda: assign(self.mailroom, case, by=by),
            "answer": lambda: answer(self.mailroom, case, by=by, said=said),
            "close": lambda: close(self.mailroom, case, by=by, said=said),
            "aside": lambda: set_aside(self.mailroom, [as_seen(self.mailroom, case)], by=by),
            "note": lambda: self.noted(by),
        }
        self.done_by(by, deeds[deed])

    def noted(self, by: Admitted) -> Any:
        known = len(self.shelved(lambda shelves: shelves.cases.notes_of(self.case)))
        wraps = () if known else self.wraps(self.notes, UNITS[by.unit])
        return note(self.mailroom, self.case, by=by, after=known, sealed=self.sealed(), wraps=wraps)

    @rule(name=who, unit=st.sampled_from(sorted(UNITS)))
    def handler_routes(self, name: str, unit: int) -> None:
        has_notes = self.shelved(lambda shelves: shelves.cases.notes_of(self.case))
        keys = [self.reporter.key, self.notes] if has_notes else [self.reporter.key]
        wraps = [wrap for key in keys for wrap in self.wraps(key, UNITS[unit])]
        by = HANDLERS[name]
        self.done_by(by, lambda: route(self.mailroom, self.case, by=by, unit=unit, wraps=wraps))

    def wraps(self, key: CaseKey, handlers: tuple[OpeningKey, ...]) -> list[bytes]:
        return [wrap_key(key, one.sealing_key) for one in handlers]

    @rule(name=who)
    def handler_asks(self, name: str) -> None:
        reasons = {one.reader: b"why" for one in (*INSIDE, *OUTSIDE)}
        asked = Asked(key=b"\x01" + bytes(32), kept=name.encode(), reasons=reasons)
        by, told = HANDLERS[name], (self.last(), 0, self.sealed())
        opening = self.done_by(
            by, lambda: ask_opening(self.mailroom, self.case, by=by, asked=asked, told=told)
        )
        if opening:
            self.answered[opening.id] = {}

    @rule(custodian=custodians, said=st.sampled_from(["yes", "no"]), data=st.data())
    def custodian_answers(self, custodian: Admitted, said: str, data: st.DataObject) -> None:
        if self.answered:
            id_ = data.draw(st.sampled_from(sorted(self.answered)))
            self.answer_of(custodian, id_, yes=said == "yes")

    @rule(some=st.sampled_from([3, 4]), data=st.data())
    def custodians_agree(self, some: int, data: st.DataObject) -> None:
        if self.answered:
            id_ = data.draw(st.sampled_from(sorted(self.answered)))
            for custodian in [*OUTSIDE, *INSIDE][:some]:
                self.answer_of(custodian, id_, yes=True)

    def answer_of(self, custodian: Admitted, id_: bytes, *, yes: bool) -> None:
        with suppress(NotNow):
            if yes:
                give_share(self.mailroom, id_, by=custodian, sealed=b"share")
            else:
                decline_share(self.mailroom, id_, by=custodian)
            assert custodian.reader not in self.answered[id_]
            self.answered[id_][custodian.reader] = yes
            if self.is_quorum(id_):
                self.waiting_since.setdefault(id_, self.today.day)

    def is_quorum(self, id_: bytes) -> bool:
        yes = {reader for reader, said in self.answered[id_].items() if said}
        inside, outside = ({one.reader for one in some} for some in (INSIDE, OUTSIDE))
        return len(yes & inside) >= 2 and len(yes & outside) >= 1

    @rule(data=st.data())
    def reporter_objects(self, data: st.DataObject) -> None:
        if self.answered:
            id_ = data.draw(st.sampled_from(sorted(self.answered)))
            with suppress(Refusal):
                object_to_opening(self.mailroom, encode([1, self.reporter.proof, id_]))
                self.objected.add(id_)

    @rule(name=who, data=st.data())
    def handler_stops(self, name: str, data: st.DataObject) -> None:
        if self.answered:
            id_ = data.draw(st.sampled_from(sorted(self.answered)))
            with suppress(Refusal):
                stopped = stop_opening(self.mailroom, id_, by=HANDLERS[name])
                assert stopped.asker == HANDLERS[name].reader

    @rule(name=who, data=st.data())
    def handler_takes_the_identity(self, name: str, data: st.DataObject) -> None:
        if not self.answered:
            return
        id_ = data.draw(st.sampled_from(sorted(self.answered)))
        before = self.shelved(lambda shelves: shelves.openings.get(id_))
        with suppress(Refusal):
            given = release_identity(self.mailroom, id_, by=HANDLERS[name])
            assert given.kept == name.encode()
            assert before.asker == HANDLERS[name].reader
            assert self.is_quorum(id_)
            if len(given.shares) < len(INSIDE) + len(OUTSIDE) and id_ not in self.released:
                assert id_ not in self.objected
                assert (self.today.day - self.waiting_since[id_]).days > 3
            self.released[id_] = before.asker

    @rule(days=st.sampled_from([1, 4, 30]))
    def days_pass(self, days: int) -> None:
        self.today.forward(days)
        shred_due(self.mailroom)

    @invariant()
    def a_case_is_in_the_inbox_of_its_unit_and_nowhere_else(self) -> None:
        case = self.shelved(lambda shelves: shelves.cases.get(self.case))
        for by in HANDLERS.values():
            here = by.unit == case.unit and case.state is not CaseState.SHREDDED
            rows = inbox(self.mailroom, by=by, box=box_of(case.state)).rows
            assert (self.case in {row.case.id for row in rows}) == here
            if here:
                view(self.mailroom, self.case, by=by)
            else:
                with pytest.raises(Unknown):
                    view(self.mailroom, self.case, by=by)

    @invariant()
    def the_reporter_sees_every_opening_until_the_case_is_gone(self) -> None:
        if self.state() is CaseState.SHREDDED:
            with pytest.raises(Unknown):
                thread_of(self.mailroom, self.reporter.ask())
            return
        thread = thread_of(self.mailroom, self.reporter.ask())
        assert {one.id for one in thread.openings} == set(self.answered)
        told = {one.reason for one in thread.openings}
        assert len(told) == len(thread.openings)
        released = {one.id for one in thread.openings if one.state is OpeningState.RELEASED}
        assert released == set(self.released)

    @invariant()
    def a_custodian_is_given_a_share_only_while_it_is_asked_for(self) -> None:
        for id_ in self.answered:
            with suppress(Unknown):  # what was shredded says nothing more
                seen = view_opening(self.mailroom, id_, by=INSIDE[0])
                assert (seen.share is not None) <= seen.opening.is_under_way


def test_nobody_reads_what_is_not_theirs_and_nothing_opens_alone(tmp_path: Path) -> None:
    today = Days()
    mailroom = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, today)
    publish_everybody(mailroom)
    machine = type("Machine", (Office,), {"mailroom": mailroom, "today": today})
    some = settings(max_examples=10, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=some)
    mailroom.archive.close()
