"""A scan ends with an answer, keeps nothing of the card, and cannot be used to try numbers."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.actions.identities import hash_of
from kiosk.actions.scans import (
    ANSWERS,
    ANSWERS_WITHIN,
    LONGEST_PAUSE,
    MOST_EMPTY,
    MOST_SCANS,
    Scans,
    ScanState,
)
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.identities import CardReading, Expected
from kiosk.domain.scans import MOST_FRAMES
from kiosk.scanning.card import Hint, Sighting, Suspicion
from signing.cells import CellKey

NIK, BIRTH = "9999016512960003", date(1996, 12, 25)
HASH_OF = hash_of(CellKey(bytes(32)))
EXPECTED = Expected(
    name="Ratna Wulandari",
    nik_hash=HASH_OF("nik", NIK),
    birth_hash=HASH_OF("birth", BIRTH.isoformat()),
)
RIGHT = CardReading(kind="ktp-el", nik=NIK, nik_confidence=0.99, name="RATNAWULANDARI", birth=BIRTH)
WRONG = replace(RIGHT, nik="9999011203900001", name="BAGUS TELADAN", birth=date(1990, 3, 12))
CORNERS = ((1.0, 1.0), (9.0, 1.0), (9.0, 6.0), (1.0, 6.0))
# What a camera may show next, by a byte that stands for the picture.
PICTURES = {
    b"nothing": Sighting(hints=(Hint.NO_CARD,)),
    b"blurred": Sighting(corners=CORNERS, hints=(Hint.BLURRED,)),
    b"right": Sighting(corners=CORNERS, reading=RIGHT),
    b"wrong": Sighting(corners=CORNERS, reading=WRONG, suspicions=(Suspicion.GREY,)),
    b"grey": Sighting(corners=CORNERS, suspicions=(Suspicion.GREY,)),
}


@dataclass
class Station:
    """Scans whose camera shows what PICTURES says, and whose clock a test moves."""

    now: float = 1000.0
    nears: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scans = Scans(
            find_expected=self._find, look=self._look, hash_of=HASH_OF, clock=lambda: self.now
        )

    def _find(self, code: str) -> Expected:
        if code == "withdrawn":
            raise NotPermitted("no longer valid")
        if code != "ratna":
            raise Unknown("no such certificate")
        return EXPECTED

    def _look(self, picture: bytes, near: object) -> Sighting:
        self.nears.append(near)
        return PICTURES[picture]

    def shown(self, id_: str, *pictures: str) -> ScanState:
        """Show pictures one after the other; the state after the last."""
        states = [self.scans.look(id_, picture.encode()) for picture in pictures]
        return states[-1]


def test_two_frames_that_agree_are_a_match() -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    assert station.shown(id_, "nothing", "right").state == "looking"
    answer = station.shown(id_, "right")

    assert (answer.state, answer.tries_left, answer.shown) == ("match", 3, None)


def test_two_frames_of_another_card_are_no_match_and_cost_a_try() -> None:
    station = Station()

    answer = station.shown(station.scans.open("ratna"), "wrong", "wrong")

    assert (answer.state, answer.tries_left, answer.suspicions) == ("no-match", 2, ("grey",))


def test_a_suspicion_of_few_frames_is_not_told() -> None:
    station = Station()
    few, most = station.scans.open("ratna"), station.scans.open("ratna")

    assert station.shown(few, "grey", "right", "right").suspicions == ()
    assert station.shown(most, "grey", "right", "grey", "grey", "right").suspicions == ("grey",)


def test_two_cards_in_one_scan_are_to_be_tried_again() -> None:
    station = Station()
    assert station.shown(station.scans.open("ratna"), "right", "wrong").state == "try-again"


def test_while_looking_the_hints_and_the_place_of_the_card_are_told() -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    state = station.shown(id_, "nothing", "blurred", "blurred")

    assert (state.hints, state.corners) == (("blurred",), CORNERS)
    assert station.nears == [None, None, CORNERS]


def test_after_many_frames_without_an_answer_it_is_tried_again_until_no_try_is_left() -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    lefts = [station.shown(id_, *["blurred"] * MOST_FRAMES) for _ in range(3)]

    assert [(state.state, state.tries_left) for state in lefts] == [
        ("try-again", 2), ("try-again", 1), ("try-again", 0)
    ]  # fmt: skip
    assert station.shown(id_, "right", "right").state == "try-again"
    assert station.scans.type_card(id_, NIK, "1996-12-25").state == "try-again"


def test_who_takes_a_while_to_find_the_card_loses_no_try() -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    state = station.shown(id_, *["nothing"] * (MOST_EMPTY - 1))

    assert (state.state, state.tries_left) == ("looking", 3)
    assert station.shown(id_, "nothing").tries_left == 2


def test_without_an_expectation_the_card_is_shown_masked() -> None:
    station = Station()

    answer = station.shown(station.scans.open(None), "right", "right")

    assert answer.state == "read"
    assert answer.shown is not None
    assert (answer.shown.nik, answer.shown.name) == ("999901******0003", "R*************")
    assert answer.shown.birth_year == "1996"


def test_what_is_typed_is_compared_too() -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    assert station.scans.type_card(id_, "9999 0112 0390 0001", "1990-03-12").state == "no-match"
    assert station.scans.type_card(id_, NIK, "1996-12-25").state == "match"


@pytest.mark.parametrize(("nik", "birth", "paths"), [
    ("123", "1996-12-25", ["nik"]), (NIK, "25-12-1996", ["birth"]), ("", "", ["nik", "birth"]),
])  # fmt: skip
def test_what_cannot_be_typed_costs_no_try(nik: str, birth: str, paths: list[str]) -> None:
    station = Station()
    id_ = station.scans.open("ratna")

    with pytest.raises(Invalid) as refused:
        station.scans.type_card(id_, nik, birth)

    assert [fault.path for fault in refused.value.faults] == paths
    assert station.scans.type_card(id_, NIK, "1996-12-25").tries_left == 3


def test_nothing_is_typed_where_nobody_is_expected() -> None:
    station = Station()
    with pytest.raises(NotNow):
        station.scans.type_card(station.scans.open(None), NIK, "1996-12-25")


@pytest.mark.parametrize(("code", "refusal"), [("x", Unknown), ("withdrawn", NotPermitted)])
def test_no_scan_begins_for_a_certificate_that_does_not_count(
    code: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        Station().scans.open(code)


def test_numbers_cannot_be_tried_by_one_scan_after_the_other() -> None:
    station = Station()
    tried = 0
    open_scans = [station.scans.open("ratna") for _ in range(10)]
    for number in range(30):
        nik = f"9999011203900{number + 1:03d}"
        try:
            station.scans.type_card(open_scans[number // 3], nik, "1990-03-12")
        except NotNow:
            break
        tried += 1
    assert tried == ANSWERS
    with pytest.raises(NotNow):
        station.scans.open("ratna")
    with pytest.raises(NotNow):
        station.shown(open_scans[9], "right")

    station.now += ANSWERS_WITHIN
    assert station.shown(station.scans.open("ratna"), "right", "right").state == "match"


def test_a_scan_that_was_ended_or_left_alone_is_gone() -> None:
    station = Station()
    ended, left = station.scans.open("ratna"), station.scans.open(None)
    station.scans.end(ended)
    station.now += LONGEST_PAUSE + 1
    for id_ in (ended, left, "never"):
        with pytest.raises(Unknown):
            station.scans.look(id_, b"right")


def test_only_so_many_scans_are_open_at_once() -> None:
    station = Station()
    for _ in range(MOST_SCANS):
        station.scans.open(None)
    with pytest.raises(NotNow):
        station.scans.open(None)
    station.now += LONGEST_PAUSE + 1
    station.scans.open(None)


class OneScan(RuleBasedStateMachine):
    """Whatever is shown in whatever order: one answer at a time, and never a wrong match."""

    def __init__(self) -> None:
        super().__init__()
        self.station = Station()
        self.id = self.station.scans.open("ratna")
        self.since_answer: list[str] = []
        self.tries = 3

    @precondition(lambda self: not self.tries)
    @rule()
    def begin_anew(self) -> None:
        self.station.now += ANSWERS_WITHIN
        self.id = self.station.scans.open("ratna")
        self.tries = 3

    @precondition(lambda self: self.tries)
    @rule(picture=st.sampled_from(["nothing", "blurred", "right", "right", "wrong"]))
    def show(self, picture: str) -> None:
        self.station.now += 100
        state = self.station.shown(self.id, picture)
        self.since_answer.append(picture)
        if state.state == "match":
            assert self.since_answer.count("right") == 2
            assert "wrong" not in self.since_answer
        elif state.state == "no-match":
            assert self.since_answer.count("wrong") == 2
            assert "right" not in self.since_answer
        if state.state != "looking":
            self.tries -= state.state != "match"
            self.since_answer = []
        assert state.tries_left == self.tries

    @invariant()
    def nothing_of_an_answered_card_is_kept(self) -> None:
        scan = self.station.scans._scans[self.id]
        assert len(scan.readings) == sum(
            picture in {"right", "wrong"} for picture in self.since_answer
        )
        assert len(self.since_answer) - self.since_answer.count("nothing") < MOST_FRAMES


TestOneScan = OneScan.TestCase
TestOneScan.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
