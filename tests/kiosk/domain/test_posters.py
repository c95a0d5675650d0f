"""Where posters hang, when somebody is to look, and what may be said of who scans them."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.posters import (
    DAY,
    INSPECTED_EVERY,
    LONGEST_NOTE,
    PLACED_WITHIN,
    UNDONE_WITHIN,
    Condition,
    HungPoster,
    Inspection,
    Place,
    Reason,
    Stage,
    checks_due,
    inspect,
    parse_lines,
    parse_places,
    place,
    read_note,
    remove,
    undo,
)

START = 1_788_150_000
POSTER = HungPoster(
    number="PST-7H3K-9Q2M",
    unit=997100,
    place="Loket SIM",
    printed_at=START,
    expires_at=START + 365 * DAY,
)
HUNG = place(POSTER, at=START + DAY)


class Life(RuleBasedStateMachine):
    """A poster to which anything may happen, at any later time."""

    def __init__(self) -> None:
        super().__init__()
        self.poster, self.at = POSTER, START

    @rule(days=st.integers(0, 200))
    def time_goes_by(self, days: int) -> None:
        self.at += days * DAY

    @precondition(lambda self: self.poster.stage is Stage.PRINTED)
    @rule()
    def put_up(self) -> None:
        if self.at < POSTER.expires_at:
            self.poster = place(self.poster, at=self.at)
        else:
            with pytest.raises(NotNow):
                place(self.poster, at=self.at)

    @rule(condition=st.sampled_from(Condition))
    def look(self, condition: Condition) -> None:
        if self.poster.stage in {Stage.PLACED, Stage.DOUBTFUL}:
            self.poster = inspect(self.poster, condition, at=self.at)
            assert (self.poster.stage is Stage.PLACED) is (condition is Condition.INTACT)
        else:
            with pytest.raises(NotNow):
                inspect(self.poster, condition, at=self.at)

    @rule()
    def take_down(self) -> None:
        if self.poster.stage is Stage.REMOVED:
            with pytest.raises(NotNow):
                remove(self.poster, at=self.at)
        else:
            self.poster = remove(self.poster, at=self.at)

    @invariant()
    def nothing_that_is_wrong_is_forgotten(self) -> None:
        due = dict.fromkeys(reason for _, reason in checks_due([self.poster], {}, at=self.at))
        wrong = (
            self.poster.stage is Stage.DOUBTFUL
            or self.at >= POSTER.expires_at
            or self.at >= (self.poster.seen_at or self.at) + INSPECTED_EVERY * DAY
            or (self.poster.stage is Stage.PRINTED and self.at >= START + PLACED_WITHIN * DAY)
        )
        assert bool(due) is (wrong and self.poster.stage is not Stage.REMOVED)

    @invariant()
    def what_was_printed_of_it_never_changes(self) -> None:
        kept = replace(POSTER, stage=self.poster.stage, seen_at=self.poster.seen_at)
        assert self.poster == replace(kept, condition=self.poster.condition)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=20)


def test_nobody_sees_a_poster_before_it_was_seen_last() -> None:
    with pytest.raises(NotNow):
        place(POSTER, at=START - 1)
    with pytest.raises(NotNow):
        inspect(HUNG, Condition.INTACT, at=START)
    with pytest.raises(NotNow):
        remove(HUNG, at=START)


def test_a_poster_is_put_up_once() -> None:
    with pytest.raises(NotNow):
        place(HUNG, at=START + 2 * DAY)


def test_the_most_urgent_is_looked_at_first() -> None:
    at = START + 40 * DAY
    doubtful = replace(inspect(HUNG, Condition.COVERED, at=at), number="COVERED")
    silent = replace(HUNG, number="SILENT", seen_at=at)
    old = replace(HUNG, number="OLD", expires_at=at)
    posters = [
        replace(POSTER, number="LEFT"),
        replace(HUNG, number="LATE", seen_at=START + 5 * DAY),
        replace(HUNG, number="LATER", seen_at=START + 2 * DAY),
        replace(HUNG, number="WELL", seen_at=at),
        remove(replace(HUNG, number="GONE"), at=at),
        old,
        silent,
        doubtful,
    ]

    due = checks_due(posters, {"SILENT": at + 1, "WELL": at, "COVERED": at + 1}, at=at)

    assert [(poster.number, reason) for poster, reason in due] == [
        ("COVERED", Reason.DOUBTFUL),
        ("SILENT", Reason.SILENT),
        ("OLD", Reason.EXPIRED),
        ("LATER", Reason.OVERDUE),
        ("LATE", Reason.OVERDUE),
        ("LEFT", Reason.NOT_PLACED),
    ]


@pytest.mark.parametrize("condition", Condition)
def test_a_slip_of_the_finger_is_undone_for_some_minutes(condition: Condition) -> None:
    at = START + 9 * DAY
    after = inspect(HUNG, condition, at=at)
    found = Inspection(
        id=1,
        poster=HUNG.number,
        at=at,
        stage=after.stage,
        condition=condition,
        stage_before=HUNG.stage,
        condition_before=HUNG.condition,
        seen_before=HUNG.seen_at,
    )

    assert undo(after, found, at=at + UNDONE_WITHIN) == HUNG
    for poster, later in (
        (after, UNDONE_WITHIN + 1),
        (remove(after, at=at), 0),
        (replace(after, number="PST-OTHER"), 0),
    ):
        with pytest.raises(NotNow):
            undo(poster, found, at=at + later)


def test_a_note_is_a_line_that_names_nobody() -> None:
    assert read_note("  Stiker lain \n di atasnya ") == "Stiker lain di atasnya"
    assert read_note(" ") == ""
    for text in ("telepon 081234567890", "x" * (LONGEST_NOTE + 1)):
        with pytest.raises(Invalid):
            read_note(text)


def test_places_are_read_from_a_list() -> None:
    assert parse_places("\ufeffplace,unit,area\r\nLoket SIM,997101,\r\n Masjid ,, Timur\r\n") == (
        Place(name="Loket SIM", unit=997101),
        Place(name="Masjid", area="Timur"),
    )
    assert parse_lines("Lobi; Kec. Timur\n\n Pasar \n", 997101) == (
        Place(name="Lobi", unit=997101, area="Kec. Timur"),
        Place(name="Pasar", unit=997101),
    )
    assert parse_places('place\n"Pasar, pintu 2"\n') == (Place(name="Pasar, pintu 2"),)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("", "columns")]),
        ("tempat\nLobi\n", [("", "columns")]),
        ("place\n", [("", "count")]),
        ("place\n" + "".join(f"L{n}\n" for n in range(1001)), [("", "count")]),
        ("place,unit\nLobi,x\n,1\nAula,2,3\n", [(f"line {n}", "place") for n in (2, 3, 4)]),
        ("place\nLobi\nLobi\n", [("line 3", "twice")]),
        ("place\n" + "é" * 31 + "\n", [("line 2", "place")]),
        ("place,area\nLobi," + "é" * 16 + "\n", [("line 2", "place")]),
        ('place\n"Lobi\n', [("", "csv")]),
    ],
)
def test_what_is_wrong_with_a_list_is_said(text: str, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as problem:
        parse_places(text)

    assert [(fault.path, fault.code) for fault in problem.value.faults] == faults
