"""Looking up by number and check code: both must be right, and the answer is the register's."""

from pathlib import Path

import pytest

from kiosk.actions.certificates import issue_all, prepare, reinstate, suspend, withdraw
from kiosk.actions.desk import Desk
from kiosk.actions.verification import look_up
from tests.builders import a_photo
from tests.kiosk.actions.conftest import Issue, Wall
from tests.offices import a_record
from verifier.verdict import Outcome


def test_number_and_code_give_the_fields_of_the_sheet(desk: Desk, issue: Issue) -> None:
    found = look_up(desk, *issue(name="Kenanga Contoh", purpose="Adopsi anak"))

    assert found is not None
    assert found.certificate is not None
    assert found.outcome is Outcome.GENUINE
    assert found.certificate.name == "KENANGA CONTOH"
    assert found.certificate.unit == "Kepolisian Resor Contoh"
    assert found.certificate.purpose == ("Adopsi anak", "Adopsi anak")
    assert found.certificate.valid_until.isoformat() == "2028-02-29"


def test_a_wrong_code_and_a_wrong_number_are_told_apart_by_nobody(desk: Desk, issue: Issue) -> None:
    number, code = issue()
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8

    assert look_up(desk, number, wrong) is None
    assert look_up(desk, number.replace("/1/", "/2/"), code) is None
    assert look_up(desk, number, "") is None


def test_a_withdrawn_certificate_is_withdrawn(desk: Desk, issue: Issue) -> None:
    number, code = issue()
    withdraw(desk, number, reason="salah tulis")

    found = look_up(desk, number, code)

    assert found is not None
    assert found.outcome is Outcome.WITHDRAWN


def test_a_suspended_certificate_is_suspended_until_it_is_reinstated(
    desk: Desk, issue: Issue
) -> None:
    number, code = issue()

    suspend(desk, number)
    meanwhile = look_up(desk, number, code)
    reinstate(desk, number)
    after = look_up(desk, number, code)

    assert meanwhile is not None
    assert after is not None
    assert (meanwhile.outcome, after.outcome) == (Outcome.SUSPENDED, Outcome.GENUINE)


def test_an_expired_certificate_is_expired(desk: Desk, wall: Wall, issue: Issue) -> None:
    pair = issue()
    wall.text = "2028-02-29T23:59"
    last = look_up(desk, *pair)
    wall.text = "2028-03-01T00:00"
    after = look_up(desk, *pair)

    assert last is not None
    assert after is not None
    assert (last.outcome, after.outcome) == (Outcome.GENUINE, Outcome.EXPIRED)


def test_a_number_whose_file_is_not_known_to_be_whole_is_not_shown(
    desk: Desk, tmp_path: Path
) -> None:
    order = prepare(desk, a_record(), a_photo().jpeg)
    codes = []

    def power_cut(files: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_all(desk, [order], folder=tmp_path, batch=None, deliver=power_cut)
    with desk.register.read() as books:
        row = books.certificates.get_by_number("SKCK/YANMAS/1/VIII/2027/INTELKAM")
        codes.append(row.check_code)

    assert look_up(desk, row.number, codes[0]) is None
