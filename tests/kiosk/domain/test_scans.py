"""One held-up card is one scan: it is answered once, and forgotten with the answer."""

import hashlib
import hmac
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identities import CardReading, Decision, Expected, Match, Reason
from kiosk.domain.scans import (
    AGREEING,
    GONE,
    MOST_FRAMES,
    Answer,
    Judge,
    Scan,
    Stage,
    after_frame,
    after_last_frame,
    expecting,
    expecting_nobody,
)

RATNA = CardReading(
    kind="ktp-el",
    nik="9971016512960003",
    nik_confidence=0.99,
    name="RATNAWULANDARI",
    name_confidence=0.97,
    birth=date(1996, 12, 25),
)
BUDI = replace(RATNA, nik="9971010302880001", name="BUDI SANTOSO", birth=date(1988, 2, 3))
BLURRED = replace(RATNA, nik="", nik_confidence=0.0)
# The NIK says another day than the line below it: one of the two was misread.
MISREAD = replace(RATNA, nik="9971016612960003")

# A frame is None without a card, else what was read of the card: perhaps nothing.
NO_CARD: None = None
Seen = tuple[CardReading | None] | None
UNREAD: Seen = (None,)
SEEN = st.sampled_from([NO_CARD, UNREAD, (RATNA,), (BUDI,), (BLURRED,), (MISREAD,)])


def hash_of(purpose: str, text: str) -> bytes:
    return hmac.digest(b"a key", f"{purpose} {text}".encode(), hashlib.sha256)


EXPECTED = Expected(
    name="Ratna Wulandari",
    nik_hash=hash_of("nik", RATNA.nik),
    birth_hash=hash_of("birth", "1996-12-25"),
)
JUDGES = {"ratna": expecting(EXPECTED, hash_of), "nobody": expecting_nobody()}


def after(scan: Scan, judge: Judge, frame: Seen) -> Scan:
    return after_frame(
        scan, judge, card=frame is not None, reading=None if frame is None else frame[0]
    )


def followed(frames: Sequence[Seen], judge: Judge) -> list[Scan]:
    """The scan before the first frame and after each, and when no more came."""
    steps = [Scan()]
    for frame in frames:
        steps.append(after(steps[-1], judge, frame))
    return [*steps, after_last_frame(steps[-1], judge)]


def answers(frames: Sequence[Seen], judge: Judge) -> list[Answer]:
    steps = followed(frames, judge)
    return [
        step.answer
        for before, step in itertools.pairwise(steps)
        if step.answer is not None and step.answer is not before.answer
    ]


def held_up(frames: Sequence[Seen]) -> list[list[CardReading | None]]:
    """What was read of each card that was held up: a long enough gap stands between two."""
    cards: list[list[CardReading | None]] = []
    gap = GONE
    for frame in frames:
        if frame is None:
            gap += 1
            continue
        if gap >= GONE:
            cards.append([])
        cards[-1].append(frame[0])
        gap = 0
    return cards


def is_answered(card: Sequence[CardReading | None]) -> bool:
    return any(reading is not None for reading in card)


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@given(frames=st.lists(SEEN, max_size=80))
def test_a_card_is_answered_once_however_long_it_is_held_up(
    judge: Judge, frames: list[Seen]
) -> None:
    assert len(answers(frames, judge)) == sum(is_answered(card) for card in held_up(frames))


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@given(frames=st.lists(SEEN, max_size=80))
def test_what_was_read_is_forgotten_with_the_answer(judge: Judge, frames: list[Seen]) -> None:
    for step in followed(frames, judge):
        assert step.stage is Stage.LOOKING or step.readings == ()
        assert len(step.readings) < MOST_FRAMES


@given(frames=st.lists(SEEN, max_size=80))
def test_no_match_and_no_reading_come_from_fewer_frames_than_must_agree(
    frames: list[Seen],
) -> None:
    for card, found in zip(
        [card for card in held_up(frames) if is_answered(card)],
        answers(frames, JUDGES["ratna"]),
        strict=True,
    ):
        if found.decision == Decision(match=Match.MATCH, reason=Reason.SAME):
            assert card.count(RATNA) >= AGREEING
        if found.decision == Decision(match=Match.NO_MATCH, reason=Reason.OTHER_NIK):
            assert card.count(BUDI) >= AGREEING


@pytest.mark.parametrize(
    ("frames", "match"),
    [
        pytest.param([UNREAD, (RATNA,), (RATNA,)], [Match.MATCH], id="two frames agree"),
        pytest.param([(RATNA,)], [Match.TRY_AGAIN], id="one frame is not enough"),
        pytest.param([(BUDI,), (BUDI,)], [Match.NO_MATCH], id="somebody else"),
        pytest.param([(RATNA,), (BUDI,)], [Match.TRY_AGAIN], id="two cards at once"),
        pytest.param([(BLURRED,)] * 99, [Match.TRY_AGAIN], id="too many frames"),
        pytest.param([UNREAD] * 99, [], id="nothing was ever read"),
        pytest.param([*[UNREAD] * 99, (RATNA,), (RATNA,)], [Match.MATCH], id="read in the end"),
        pytest.param(
            [(RATNA,), *[NO_CARD] * (GONE - 1), (RATNA,)], [Match.MATCH], id="a hand trembled"
        ),
        pytest.param(
            [(RATNA,), *[NO_CARD] * GONE, (RATNA,)],
            [Match.TRY_AGAIN, Match.TRY_AGAIN],
            id="taken away and brought back",
        ),
        pytest.param(
            [*[(RATNA,)] * 9, *[NO_CARD] * GONE, *[(BUDI,)] * 9],
            [Match.MATCH, Match.NO_MATCH],
            id="the next person",
        ),
    ],
)
def test_the_expected_person_is_looked_for(frames: list[Seen], match: list[Match]) -> None:
    found = answers(frames, JUDGES["ratna"])

    assert [one.decision.match for one in found if one.decision] == match


@pytest.mark.parametrize(
    ("frames", "answer"),
    [
        pytest.param([(RATNA,)] * 2, Answer(firm=True, reading=RATNA), id="two frames agree"),
        pytest.param([(RATNA,)], Answer(firm=False), id="one frame is not enough"),
        pytest.param([(MISREAD,)] * 2, Answer(firm=False, reading=MISREAD), id="not borne out"),
        pytest.param([(RATNA,), (BUDI,)] * 9, Answer(firm=False), id="frames that contradict"),
    ],
)
def test_where_nobody_is_expected_frames_must_agree(frames: list[Seen], answer: Answer) -> None:
    assert answers(frames, JUDGES["nobody"]) == [answer]


def test_a_picture_has_one_frame_to_agree() -> None:
    once = followed([(RATNA,)], expecting_nobody(needed=1))

    assert once[1] == Scan(stage=Stage.ANSWERED, answer=Answer(firm=True, reading=RATNA))


def test_an_answer_is_given_after_so_many_frames_from_the_first_that_could_be_read() -> None:
    steps = followed([UNREAD, (BLURRED,), *[UNREAD] * 99], JUDGES["ratna"])

    assert [step.stage for step in steps].index(Stage.ANSWERED) == 1 + MOST_FRAMES


def test_frames_that_contradict_end_a_scan_at_once() -> None:
    steps = followed([(RATNA,), (BUDI,), (RATNA,)], JUDGES["ratna"])

    assert [step.stage for step in steps[1:4]] == [Stage.LOOKING, Stage.ANSWERED, Stage.ANSWERED]
    assert steps[2].answer is steps[3].answer


def test_nothing_of_a_card_is_shown_where_a_scan_is() -> None:
    steps = followed([(RATNA,), (MISREAD,), (RATNA,)], JUDGES["nobody"])

    said = repr(steps)

    assert RATNA.nik not in said
    assert RATNA.name not in said
