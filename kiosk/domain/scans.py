"""One held-up card is one scan, however long it is held up and however many pictures are taken.

    nothing --a card is seen--> looking --answered, or MOST_FRAMES--> answered
       ^                          |                                      |
       +-------- gone ------------+--------------- gone -----------------+

A card is gone after GONE frames in a row without it: a hand that trembles, or one frame that is
blurred, ends no scan and begins none. A scan is answered once. Where the card goes before that, the
answer is what was read until then. Where nothing was read, as on a book that lies about like a
card, there is no answer however long it lies there: hints help more, and no try is lost. With the
answer, what was read is forgotten but for the reading that the answer names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.identities import (
    CardReading,
    Decision,
    Expected,
    Hash,
    Match,
    Reason,
    agreed,
    nik_stands,
    vote,
)

__all__ = [
    "AGREEING",
    "GONE",
    "MOST_FRAMES",
    "Answer",
    "Judge",
    "Scan",
    "Stage",
    "after_frame",
    "after_last_frame",
    "expecting",
    "expecting_nobody",
]

AGREEING = 2
"""How many frames of a camera must say the same; of a picture there is only one."""

GONE = 3
"""After so many frames in a row without a card, the next one that is seen is another scan."""

MOST_FRAMES = 15
"""So many frames with a card, from the first that could be read, and an answer is given."""


class Stage(StrEnum):
    """Where a scan stands."""

    NOTHING = "nothing"
    LOOKING = "looking"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the readings of a scan come to.

    `decision` is there where somebody is expected, `reading` where something was read that may be
    shown. More frames change nothing of an answer that is `firm`.
    """

    firm: bool
    decision: Decision | None = None
    reading: CardReading | None = None


Judge = Callable[[Sequence[CardReading]], Answer]
"""What readings come to: made by `expecting` or `expecting_nobody`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """A scan at work, or none. `answer` is that of the latest scan, until the next one begins.

    `frames` had the card in them, since the first that could be read; `empty` frames without it
    came in a row.
    """

    stage: Stage = Stage.NOTHING
    frames: int = 0
    empty: int = 0
    readings: tuple[CardReading, ...] = ()
    answer: Answer | None = None


def expecting(expected: Expected, hash_of: Hash, *, needed: int = AGREEING) -> Judge:
    """The judge of a scan that is to show a certain person's card."""

    def judge(readings: Sequence[CardReading]) -> Answer:
        decision = vote(readings, expected, hash_of, needed=needed)
        # Frames that contradict one another are not outvoted by more of them.
        firm = decision.match is not Match.TRY_AGAIN or decision.reason is Reason.FRAMES_DIFFER
        return Answer(firm=firm, decision=decision, reading=agreed(readings, needed=1))

    return judge


def expecting_nobody(*, needed: int = AGREEING) -> Judge:
    """The judge of a scan that is to show anybody's card: firm if its birth date bears it out."""

    def judge(readings: Sequence[CardReading]) -> Answer:
        reading = agreed(readings, needed=needed)
        return Answer(firm=reading is not None and nik_stands(reading), reading=reading)

    return judge


def after_frame(scan: Scan, judge: Judge, *, card: bool, reading: CardReading | None) -> Scan:
    """The scan after one more frame: whether a `card` was seen, and what was read of it if any."""
    if not card:
        return _without_card(scan, judge)
    if scan.stage is Stage.ANSWERED:
        return replace(scan, empty=0)
    before = scan if scan.stage is Stage.LOOKING else Scan(stage=Stage.LOOKING)
    readings = before.readings if reading is None else (*before.readings, reading)
    frames = before.frames + 1 if readings else 0
    held = replace(before, frames=frames, empty=0, readings=readings)
    answer = judge(readings)
    if answer.firm or held.frames >= MOST_FRAMES:
        return Scan(stage=Stage.ANSWERED, answer=answer)
    return held


def after_last_frame(scan: Scan, judge: Judge) -> Scan:
    """The scan when no more frames come: as if the card had gone."""
    if scan.stage is Stage.LOOKING and scan.readings:
        return Scan(answer=judge(scan.readings))
    return Scan(answer=scan.answer)


def _without_card(scan: Scan, judge: Judge) -> Scan:
    if scan.stage is Stage.NOTHING:
        return scan
    if scan.empty + 1 >= GONE:
        return after_last_frame(scan, judge)
    return replace(scan, empty=scan.empty + 1)
