"""`segel expect` prints what only this site opens, and says until when it counts."""

from contextlib import closing

from kiosk.actions.identities import expected_holder, opened_expectation
from tests.kiosk.cli.test_issuing import NAME, NIK, issue
from tests.offices import Office


def test_the_holder_of_a_certificate_is_expected(office: Office) -> None:
    number = issue(
        office, name=NAME, nik=NIK, birth_date="1988-07-01", resident_since="1988"
    ).split()[0]

    result = office.segel("expect", number, "--hours", "2")

    assert result.exit_code == 0
    assert result.stderr.startswith("counts until 20")
    assert NIK not in result.output
    assert NAME.upper() not in result.output.upper()
    with closing(office.workshop()) as workshop:
        assert opened_expectation(workshop.desk, result.stdout.strip()) == expected_holder(
            workshop.desk, number
        )


def test_nobody_is_expected_for_a_certificate_that_does_not_count(office: Office) -> None:
    number = issue(office).split()[0]
    office.segel("withdraw", number, "--reason", "contoh")

    withdrawn = office.segel("expect", number)
    unknown = office.segel("expect", "SKCK/YANMAS/77/XI/2026/INTELKAM")

    assert (withdrawn.exit_code, unknown.exit_code) == (1, 1)
    assert "withdrawn or has expired" in withdrawn.stderr
    assert "no certificate" in unknown.stderr
