"""A card matches with all sixteen digits or not at all; the right person is never sent away."""

import hashlib
import hmac
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identities import (
    CardReading,
    Decision,
    Expected,
    Match,
    Reason,
    agreed,
    decide,
    decide_typed,
    name_likeness,
    nik_stands,
    vote,
)

NIK, BIRTH, NAME = "9999016512960003", date(1996, 12, 25), "RATNA WULANDARI"
OTHER = CardReading(
    kind="ktp-el",
    nik="9999011203900001",
    nik_confidence=0.99,
    name="BAGUS TELADAN",
    name_confidence=0.99,
    birth=date(1990, 3, 12),
)
READ = replace(OTHER, nik=NIK, name="RATNAWULANDARI", birth=BIRTH)
TWIN = replace(READ, nik="9999016512960004", name="SEKAR WULANDARI")


def hash_of(purpose: str, text: str) -> bytes:
    return hmac.digest(b"a key", f"{purpose} {text}".encode(), hashlib.sha256)


EXPECTED = Expected(
    name=NAME, nik_hash=hash_of("nik", NIK), birth_hash=hash_of("birth", BIRTH.isoformat())
)


def decided(reading: CardReading) -> tuple[Match, Reason]:
    decision = decide(reading, EXPECTED, hash_of)
    return decision.match, decision.reason


def test_the_expected_person_matches() -> None:
    assert decided(READ) == (Match.MATCH, Reason.SAME)


def test_an_unread_birth_date_does_not_stand_in_the_way() -> None:
    assert decided(replace(READ, birth=None)) == (Match.MATCH, Reason.SAME)


def test_somebody_else_does_not() -> None:
    assert decided(OTHER) == (Match.NO_MATCH, Reason.OTHER_NIK)


def test_a_twin_does_not() -> None:
    assert decided(TWIN) == (Match.NO_MATCH, Reason.OTHER_NIK)


def test_a_twin_of_much_the_same_name_is_for_a_person_to_look_at() -> None:
    assert decided(replace(TWIN, name="RATNI WULANDARI"))[0] is Match.TRY_AGAIN


@given(st.integers(0, 15), st.sampled_from("0123456789"), st.floats(0, 1))
def test_one_digit_misread_neither_matches_nor_sends_away(
    place: int, digit: str, confidence: float
) -> None:
    nik = NIK[:place] + digit + NIK[place + 1 :]
    if nik != NIK:
        assert decided(replace(READ, nik=nik, nik_confidence=confidence))[0] is Match.TRY_AGAIN


@given(st.from_regex(r"[0-9]{16}", fullmatch=True), st.sampled_from([NAME, "BAGUS", ""]))
def test_no_other_number_ever_matches(nik: str, name: str) -> None:
    if nik != NIK:
        assert decided(replace(READ, nik=nik, name=name))[0] is not Match.MATCH


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (replace(READ, nik=""), Reason.NIK_UNREAD),
        (replace(OTHER, nik_confidence=0.89), Reason.NIK_UNSURE),
        (replace(OTHER, birth=date(1990, 3, 13)), Reason.NIK_UNSURE),
        (replace(OTHER, birth=None), Reason.NIK_UNSURE),
        (replace(OTHER, nik="9999013203900001", birth=date(1990, 3, 12)), Reason.NIK_UNSURE),
        (replace(READ, name="BAGUS TELADAN"), Reason.NAME_DIFFERS),
        (replace(READ, name=""), Reason.NAME_DIFFERS),
        (replace(READ, birth=date(1996, 12, 26)), Reason.BIRTH_DIFFERS),
    ],
)
def test_whatever_is_not_sure_is_tried_again(reading: CardReading, reason: Reason) -> None:
    assert decided(reading) == (Match.TRY_AGAIN, reason)


def test_a_province_that_was_founded_since_is_believed() -> None:
    assert nik_stands(OTHER)
    assert not nik_stands(replace(OTHER, nik="9999011203900000"))


def test_names_are_alike_without_their_spaces_and_points() -> None:
    assert name_likeness("MUH. ALI", "MUHALI") == 1
    assert name_likeness("RATNA WULANDARI", "BAGUS TELADAN") < 0.8


def test_a_long_name_is_known_though_the_card_cuts_it_off() -> None:
    whole = "RADEN AJENG SITI NURHALIZA PUTRI KUSUMANINGRUM CONTOH"
    assert name_likeness("RADENAJENGSITINURHALIZAPU", whole) == 1
    assert name_likeness("RADEN AJENG", whole) < 0.8
    assert name_likeness("SITINURHALIZAPUTRIKUSUMANI", whole) < 0.8


def test_typed_digits_are_compared_all_sixteen() -> None:
    assert decide_typed(NIK, BIRTH, EXPECTED, hash_of).match is Match.MATCH
    assert decide_typed(OTHER.nik, date(1990, 3, 12), EXPECTED, hash_of).match is Match.NO_MATCH
    assert decide_typed(NIK[:-1] + "4", BIRTH, EXPECTED, hash_of).match is Match.NO_MATCH
    assert decide_typed(NIK, date(1996, 12, 24), EXPECTED, hash_of).match is Match.TRY_AGAIN
    assert decide_typed("9999016512960013", date(1990, 1, 1), EXPECTED, hash_of) == Decision(
        match=Match.TRY_AGAIN, reason=Reason.NIK_UNSURE
    )
    assert decide_typed("123", BIRTH, EXPECTED, hash_of).match is Match.TRY_AGAIN


UNREAD = replace(READ, nik="")


@pytest.mark.parametrize(
    ("readings", "match", "reason"),
    [
        ([], Match.TRY_AGAIN, Reason.TOO_FEW),
        ([READ], Match.TRY_AGAIN, Reason.TOO_FEW),
        ([READ, UNREAD], Match.TRY_AGAIN, Reason.TOO_FEW),
        ([UNREAD, UNREAD], Match.TRY_AGAIN, Reason.NIK_UNREAD),
        ([READ, UNREAD, READ], Match.MATCH, Reason.SAME),
        ([OTHER, OTHER], Match.NO_MATCH, Reason.OTHER_NIK),
        ([READ, OTHER, READ], Match.TRY_AGAIN, Reason.FRAMES_DIFFER),
        ([OTHER, TWIN], Match.TRY_AGAIN, Reason.FRAMES_DIFFER),
    ],
)
def test_frames_vote(readings: list[CardReading], match: Match, reason: Reason) -> None:
    assert vote(readings, EXPECTED, hash_of, needed=2) == Decision(match=match, reason=reason)


@given(st.lists(st.sampled_from([READ, OTHER, TWIN, UNREAD, replace(READ, nik_confidence=0.2)])))
def test_no_vote_with_a_stranger_among_the_frames_matches(readings: list[CardReading]) -> None:
    strangers = {OTHER.nik, TWIN.nik} & {reading.nik for reading in readings}
    if strangers:
        assert vote(readings, EXPECTED, hash_of, needed=2).match is not Match.MATCH


def test_without_an_expectation_frames_agree_on_one_number() -> None:
    better = replace(READ, name="RATNA WULANDARI", name_confidence=1.0)
    assert agreed([READ, UNREAD, better], needed=2) == better
    assert agreed([READ], needed=2) is None
    assert agreed([READ, OTHER], needed=2) is None
    assert agreed([UNREAD, UNREAD], needed=2) is None
    assert agreed([replace(READ, nik_confidence=0.5)] * 2, needed=2) is None
    misdated = replace(READ, birth=date(1996, 12, 26), name_confidence=1.0)
    assert agreed([misdated, READ], needed=2) == READ


def test_what_was_read_does_not_show_itself() -> None:
    for secret in (NIK, "RATNA", "1996"):
        assert secret not in repr(READ) + repr(EXPECTED)
