"""Whom a reader expects comes from the register, sealed, for a time, and without a NIK."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.actions.certificates import withdraw
from kiosk.actions.desk import Desk
from kiosk.actions.identities import (
    expect,
    expected_by_code,
    expected_holder,
    hash_of,
    opened_expectation,
)
from kiosk.actions.verification import look_up
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.identities import CardReading, Match, decide
from tests.kiosk.actions.conftest import Issue, Wall
from tests.offices import a_record
from verifier.verdict import Outcome, Verdict

RECORD = a_record()
READ = CardReading(
    kind="ktp-el",
    nik=RECORD["nik"],
    nik_confidence=0.99,
    name="RATNAWULANDARI0",
    birth=date.fromisoformat(RECORD["birth_date"]),
)


def test_the_holders_card_matches_what_is_expected(desk: Desk, issue: Issue) -> None:
    number, _code = issue()
    text, _until = expect(desk, number)

    expected = opened_expectation(desk, text)

    assert expected == expected_holder(desk, number)
    assert decide(READ, expected, hash_of(desk.cells)).match is Match.MATCH


def test_neither_the_text_nor_what_is_in_it_shows_a_nik(desk: Desk, issue: Issue) -> None:
    number, _code = issue()
    text, _until = expect(desk, number)
    expected = opened_expectation(desk, text)
    for seen in (text, repr(expected), expected.nik_hash.hex()):
        assert RECORD["nik"] not in seen
        assert "WULANDARI" not in seen.upper()


def test_an_expectation_runs_out(desk: Desk, wall: Wall, issue: Issue) -> None:
    text, until = expect(desk, issue()[0], lifetime=timedelta(hours=1))
    assert until - desk.clock() == timedelta(hours=1)
    wall.text = "2027-08-31T13:00"
    with pytest.raises(NotNow):
        opened_expectation(desk, text)


@pytest.mark.parametrize("text", ["", "SEGEL-E1.", "SEGEL-E1.AAAA", "9999016512960003"])
def test_what_this_site_did_not_seal_is_unknown(desk: Desk, text: str) -> None:
    with pytest.raises(Unknown):
        opened_expectation(desk, text)


def test_nobody_is_expected_for_a_certificate_that_does_not_count(
    desk: Desk, wall: Wall, issue: Issue
) -> None:
    number, _code = issue()
    other, _code = issue(**a_record(7))
    withdraw(desk, number, reason="contoh")
    with pytest.raises(NotPermitted):
        expect(desk, number)
    wall.text = "2028-08-31T12:00"
    with pytest.raises(NotPermitted):
        expect(desk, other)
    with pytest.raises(Unknown):
        expect(desk, "SKCK/YANMAS/99999/XI/2026/INTELKAM")


def no_check(text: str) -> Verdict:
    raise AssertionError(f"{len(text)} letters were checked as a QR code")


def test_a_certificate_is_known_by_its_printed_number_and_code(desk: Desk, issue: Issue) -> None:
    number, code = issue()
    assert expected_by_code(desk, f" {number}  {code} ", no_check) == expected_holder(desk, number)
    with pytest.raises(Unknown):
        expected_by_code(desk, f"{number} AAAAAAAA", no_check)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_certificate_is_known_by_its_qr_code_if_that_is_genuine(
    desk: Desk, issue: Issue, outcome: Outcome
) -> None:
    number, code = issue()
    genuine = look_up(desk, number, code)
    assert genuine is not None

    def check(text: str) -> Verdict:
        assert text == "https://localhost/#0123"
        return replace(genuine, outcome=outcome)

    if outcome in {Outcome.GENUINE, Outcome.GENUINE_AS_OF}:
        found = expected_by_code(desk, "https://localhost/#0123", check)
        assert found == expected_holder(desk, number)
    else:
        with pytest.raises(NotPermitted):
            expected_by_code(desk, "https://localhost/#0123", check)
