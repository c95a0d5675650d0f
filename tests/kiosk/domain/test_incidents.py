"""An incident ends only by two who are not concerned, and as its kind can end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal
from kiosk.domain.incidents import (
    LONGEST_WORDS,
    OUTCOMES,
    SUSPENDING,
    Incident,
    Kind,
    Outcome,
    acknowledge,
    agree,
    propose,
    read_words,
)

COURIER, RAISER = 4, 5
OFFICERS = st.integers(1, 6)
DEEDS = st.one_of(
    st.tuples(st.just("acknowledge"), OFFICERS, st.none()),
    st.tuples(st.just("propose"), OFFICERS, st.sampled_from(Outcome)),
    st.tuples(st.just("agree"), OFFICERS, st.none()),
)


def an_incident(kind: Kind = Kind.NOT_RECEIVED, **changes: object) -> Incident:
    return replace(Incident(id=1, office=2, kind=kind, raised_at=100, raised_by=RAISER), **changes)  # type: ignore[arg-type]  # by name


def done(before: Incident, deed: str, by: int, outcome: Outcome | None) -> Incident:
    """The incident after somebody tried something."""
    concerned = {COURIER}
    try:
        if deed == "propose":
            assert outcome is not None
            return propose(before, by=by, involved=concerned, outcome=outcome)
        rule = acknowledge if deed == "acknowledge" else agree
        return rule(before, by=by, involved=concerned, at=200)
    except Refusal:
        return before


@given(st.sampled_from(Kind), st.lists(DEEDS, max_size=12))
def test_whatever_is_tried_two_know_two_agree_and_nobody_who_is_concerned(
    kind: Kind, deeds: list[tuple[str, int, Outcome | None]]
) -> None:
    incident = an_incident(kind)
    for deed in deeds:
        after = done(incident, *deed)
        if incident.closed_at is not None:
            assert after == incident
        incident = after

    people = {incident.first_by, incident.second_by, incident.proposed_by, incident.closed_by}
    assert not people & {COURIER, RAISER}
    if incident.closed_at is not None:
        assert len({incident.first_by, incident.second_by} - {None}) == 2
        assert len({incident.proposed_by, incident.closed_by} - {None}) == 2
        assert incident.outcome in OUTCOMES[kind]


def test_the_usual_way_ends_with_what_was_proposed() -> None:
    known = acknowledge(an_incident(), by=1, involved=[COURIER], at=110)
    known = acknowledge(known, by=2, involved=[COURIER], at=120)
    wished = propose(known, by=2, involved=[COURIER], outcome=Outcome.LOST)
    other = propose(wished, by=1, involved=[COURIER], outcome=Outcome.FOUND)

    closed = agree(other, by=2, involved=[COURIER], at=130)

    assert (closed.outcome, closed.closed_by, closed.closed_at) == (Outcome.FOUND, 2, 130)


@pytest.mark.parametrize("by", [COURIER, RAISER])
def test_who_is_concerned_does_not_even_acknowledge(by: int) -> None:
    with pytest.raises(NotPermitted):
        acknowledge(an_incident(), by=by, involved=[COURIER], at=110)


def test_nothing_is_proposed_before_two_know() -> None:
    known = acknowledge(an_incident(), by=1, involved=[], at=110)

    with pytest.raises(NotNow):
        propose(known, by=1, involved=[], outcome=Outcome.FOUND)
    with pytest.raises(NotPermitted):
        acknowledge(known, by=1, involved=[], at=110)


def test_an_incident_ends_as_its_kind_can_end() -> None:
    known = an_incident(Kind.MONEY_ASKED, first_by=1, second_by=2)

    with pytest.raises(Invalid):
        propose(known, by=1, involved=[], outcome=Outcome.LOST)


def test_what_suspends_can_only_end_in_a_way_that_ends_the_suspension() -> None:
    for kind in SUSPENDING:
        assert Outcome.OTHER not in OUTCOMES[kind]
        assert Outcome.LOST in OUTCOMES[kind]


def test_words_are_bounded() -> None:
    assert read_words(" a\n b ") == "a b"
    with pytest.raises(Invalid):
        read_words("x" * (LONGEST_WORDS + 1))
