"""The list of what an office wants to do better: what, who, by when, and what came of it.

    noted --take on (owner, due day)--> taken on --done, with its effect--> done
    noted ---------------------------------done, with its effect----------> done

It is kept in clear and printed, so that nothing in it may name a person.
"""

from dataclasses import dataclass, replace
from datetime import date

from kiosk.domain.errors import Fault, Invalid, NotNow

__all__ = ["LONGEST_LINE", "Improvement", "finish", "read_line", "take_on"]

LONGEST_LINE = 300
_LONGEST_NUMBER = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Improvement:
    """Something to do better. `source` is what it came from: `incident 4`, `rating 2026-11`.

    `owner`, `made_by` are ids of staff; times are seconds since 1970. `revision` counts how often
    the register wrote it.
    """

    id: int
    revision: int = 0
    office: int
    source: str
    what: str
    owner: int | None = None
    made_by: int
    made_at: int
    due_on: date | None = None
    done_at: int | None = None
    effect: str = ""


def take_on(before: Improvement, *, owner: int, due_on: date, today: date) -> Improvement:
    """The improvement, which somebody sees to by a day.

    Raises:
        NotNow: it is done.
        Invalid: the day is over.
    """
    _require_open(before)
    if due_on < today:
        raise Invalid([Fault(path="due_on", code="past", sentence="is over")])
    return replace(before, owner=owner, due_on=due_on)


def finish(before: Improvement, *, effect: str, at: int) -> Improvement:
    """The improvement, done, with what came of it.

    Raises:
        NotNow: it is done.
        Invalid: nothing is said of its effect, or too much, or a person is named by a number.
    """
    _require_open(before)
    return replace(before, effect=read_line("effect", effect), done_at=at)


def read_line(path: str, text: str) -> str:
    """What was typed, in one line that names nobody by a number.

    Raises:
        Invalid: it is empty, too long, or has a long number.
    """
    line = " ".join(text.split())
    if not line:
        raise Invalid([Fault(path=path, code="empty", sentence="is empty")])
    if len(line) > LONGEST_LINE or not line.isprintable():
        raise Invalid([Fault(path=path, code="too-long", sentence="is too long")])
    runs = "".join(sign if sign.isdigit() else " " for sign in line).split()
    if max(map(len, runs), default=0) > _LONGEST_NUMBER:
        raise Invalid([Fault(path=path, code="names-somebody", sentence="has a long number")])
    return line


def _require_open(improvement: Improvement) -> None:
    if improvement.done_at is not None:
        raise NotNow(f"improvement {improvement.id} is done")
