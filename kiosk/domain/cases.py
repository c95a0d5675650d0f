"""A sealed report on its way through an office, as far as a server that cannot read it knows.

    received, routed → opened → assigned ⇄ answered
    opened, assigned, answered → closed → reopened → assigned
    all but closed, set aside, shredded → routed               to another unit
    received, routed, opened, assigned, reopened → set aside → reopened, assigned
    closed, set aside → shredded

Days, never times of day: when somebody wrote tells who sat where.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from kiosk.domain.calendar import Calendar, add_working_days
from kiosk.domain.errors import NotNow

__all__ = [
    "CASE_BYTES",
    "MOST_ANSWERS",
    "MOST_ANSWER_BYTES",
    "MOST_FILES",
    "MOST_FILE_BYTES",
    "MOST_MESSAGES",
    "MOST_NOTES",
    "MOST_PICKED",
    "MOST_PICKED_BYTES",
    "Box",
    "Case",
    "CaseState",
    "Urgency",
    "answer",
    "assign",
    "box_of",
    "close",
    "due_on",
    "forget_identity",
    "forgotten_on",
    "hear",
    "is_identity_overdue",
    "is_overdue",
    "open_case",
    "require_at_work",
    "require_room",
    "require_room_for_answer",
    "route",
    "set_aside",
    "shred",
]

CASE_BYTES = 16
MOST_PICKED = 10
"""How many files somebody may add to what they write."""
MOST_PICKED_BYTES = 200_000_000
"""How much they may weigh together."""
MOST_FILES = 2 * MOST_PICKED
"""How many sealed files a case may have: ten pictures, and of each the original."""
MOST_FILE_BYTES = 224 << 20
"""How much they may weigh together, as filled up: one of the longest is always taken."""
MOST_MESSAGES = 1000
MOST_ANSWERS = 900
"""How many of them may be the reporter's, so that the office can always close with a word."""
MOST_ANSWER_BYTES = 8 << 20
"""How much those may weigh: whoever reads a case loads all of it at once."""
MOST_NOTES = 1000


class CaseState(StrEnum):
    """How far a case is."""

    RECEIVED = "received"
    OPENED = "opened"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    ROUTED = "routed"
    SET_ASIDE = "set-aside"
    SHREDDED = "shredded"


class Box(IntEnum):
    """Where a handler finds a case. The numbers stand in the mailroom's index."""

    WAITING = 1
    ANSWERED = 2
    SET_ASIDE = 3
    CLOSED = 4
    GONE = 5


class Urgency(IntEnum):
    """As the reporter's browser worked it out; whoever opens the case confirms it."""

    DANGER = 1
    SOON = 2
    ORDINARY = 3


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a case in clear: all of it.

    `number` is the public one. `identity` says whether the identity envelope is still there;
    `since` is the day of the last change of `state`.
    """

    id: bytes
    number: str
    unit: int
    urgency: Urgency
    received_on: date
    state: CaseState
    since: date
    identity: bool = True
    revision: int = 0


# Working days until something is due, by urgency; a first answer to danger is due on the day.
_FIRST_LOOK = {Urgency.DANGER: 0, Urgency.SOON: 1, Urgency.ORDINARY: 3}
_NEXT_STEP = {Urgency.DANGER: 1, Urgency.SOON: 5, Urgency.ORDINARY: 10}
_NEW = (CaseState.RECEIVED, CaseState.ROUTED)
_AT_WORK = (CaseState.OPENED, CaseState.ASSIGNED, CaseState.ANSWERED)
_OVER = (CaseState.CLOSED, CaseState.SET_ASIDE)
_BOXES = {
    CaseState.ANSWERED: Box.ANSWERED,
    CaseState.SET_ASIDE: Box.SET_ASIDE,
    CaseState.CLOSED: Box.CLOSED,
    CaseState.SHREDDED: Box.GONE,
}


def box_of(state: CaseState) -> Box:
    """Where handlers find a case in this state."""
    return _BOXES.get(state, Box.WAITING)


def open_case(case: Case, *, urgency: Urgency, on: date) -> Case:
    """The case, looked at for the first time, with the urgency that the reader found right.

    Raises:
        NotNow: somebody has opened it already.
    """
    _require(case, *_NEW)
    return replace(case, state=CaseState.OPENED, urgency=urgency, since=on)


def route(case: Case, *, unit: int, on: date) -> Case:
    """The case, for another unit, which looks at it for the first time; within its own, as it was.

    Raises:
        NotNow: it is closed, or was set aside.
    """
    _require(case, *_NEW, *_AT_WORK, CaseState.REOPENED)
    if unit == case.unit:
        return case
    return replace(case, state=CaseState.ROUTED, unit=unit, since=on)


def set_aside(case: Case, *, on: date) -> Case:
    """The case, laid aside as junk; the reporter, who is told, brings it back by writing.

    Raises:
        NotNow: the office has answered it, or is done with it.
    """
    _require(case, *_NEW, CaseState.OPENED, CaseState.ASSIGNED, CaseState.REOPENED)
    return replace(case, state=CaseState.SET_ASIDE, since=on)


def assign(case: Case, *, on: date) -> Case:
    """The case, in somebody's hands.

    Raises:
        NotNow: nobody has opened it, or it is closed.
    """
    _require(case, CaseState.OPENED, CaseState.ANSWERED, CaseState.REOPENED, CaseState.SET_ASIDE)
    return replace(case, state=CaseState.ASSIGNED, since=on)


def answer(case: Case, *, on: date) -> Case:
    """The case, once the office has written to the reporter, and waits for them.

    Raises:
        NotNow: it is in nobody's hands.
    """
    _require(case, CaseState.ASSIGNED, CaseState.ANSWERED)
    return replace(case, state=CaseState.ANSWERED, since=on)


def hear(case: Case, *, on: date) -> Case:
    """The case, once the reporter has written: answered, it is to be worked on; over, again.

    Raises:
        NotNow: nothing of it is left.
    """
    if case.state is CaseState.SHREDDED:
        raise NotNow("the case is shredded")
    if case.state is CaseState.ANSWERED:
        return replace(case, state=CaseState.ASSIGNED, since=on)
    if case.state in _OVER:
        return replace(case, state=CaseState.REOPENED, since=on)
    return case


def close(case: Case, *, on: date) -> Case:
    """The case, done with; the reporter may reopen it by writing.

    Raises:
        NotNow: nobody has opened it, or it is closed.
    """
    _require(case, *_AT_WORK)
    return replace(case, state=CaseState.CLOSED, since=on)


def forget_identity(case: Case, *, on: date, days: int) -> Case:
    """The case without its identity envelope, so many days after it was closed.

    Raises:
        NotNow: it is not closed for so long, or the envelope is gone.
    """
    if not is_identity_overdue(case, on=on, days=days):
        raise NotNow("the identity envelope is still needed, or gone")
    return replace(case, identity=False)


def shred(case: Case, *, on: date, days: int) -> Case:
    """What is left of the case so many days after it was closed: that there was one.

    Raises:
        NotNow: it is not closed for so long, or the identity envelope is still there.
    """
    if not is_overdue(case, on=on, days=days) or case.identity:
        raise NotNow("the case is still needed")
    return replace(case, state=CaseState.SHREDDED, since=on)


def is_identity_overdue(case: Case, *, on: date, days: int) -> bool:
    """Whether the identity envelope is to go."""
    return case.identity and is_overdue(case, on=on, days=days)


def is_overdue(case: Case, *, on: date, days: int) -> bool:
    """Whether the case has been closed, or aside, for so many days."""
    day = forgotten_on(case, days=days)
    return day is not None and on >= day


def forgotten_on(case: Case, *, days: int) -> date | None:
    """The day on which something of a case that is over goes, so many days after; else None."""
    return case.since + timedelta(days=days) if case.state in _OVER else None


def due_on(case: Case, calendar: Calendar) -> date | None:
    """The day by which the office is to take the next step; None while it waits for others."""
    if case.state in {*_NEW, CaseState.REOPENED}:
        return add_working_days(case.since, _FIRST_LOOK[case.urgency], calendar)
    if case.state in {CaseState.OPENED, CaseState.ASSIGNED}:
        return add_working_days(case.since, _NEXT_STEP[case.urgency], calendar)
    return None


def require_at_work(case: Case) -> None:
    """Return if somebody works on the case.

    Raises:
        NotNow: nobody has looked at it yet, or it is over.
    """
    _require(case, *_AT_WORK, CaseState.REOPENED)


def require_room(*, number: int, weight: int) -> None:
    """Return if a case may have a file of this number, and files of this weight together.

    Raises:
        NotNow: it has enough.
    """
    if not 0 <= number < MOST_FILES or weight > MOST_FILE_BYTES:
        raise NotNow("a case has no room for more files")


def require_room_for_answer(*, count: int, weight: int) -> None:
    """Return if a reporter who has written so often may write, and then so many bytes in all.

    Raises:
        NotNow: it is enough.
    """
    if count >= MOST_ANSWERS or weight > MOST_ANSWER_BYTES:
        raise NotNow("the case takes no more from its reporter")


def _require(case: Case, *states: CaseState) -> None:
    if case.state not in states:
        raise NotNow(f"the case is {case.state}")
