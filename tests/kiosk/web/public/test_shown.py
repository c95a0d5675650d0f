"""Verdicts in words, as the server puts them on a page."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kiosk.web.app import create_app
from kiosk.web.public.shown import ShownVerdict, in_words
from tests.public_site import DAY, NOW, PublicSite
from tests.vectors.make_vectors import STRANGER
from verifier.verdict import Outcome, Verdict


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    """A published office that nobody serves."""
    site = PublicSite(tmp_path)
    site.publish()
    return site


def shown(site: PublicSite, verdict: Verdict, address: str = "/") -> ShownVerdict:
    """The verdict as the office's page shows it."""
    app: Flask = create_app(site.office)
    with app.test_request_context(address):
        return in_words(verdict, site.office)


def test_a_genuine_certificate_is_shown_with_its_fields(site: PublicSite) -> None:
    found = shown(site, site.check(site.token()))

    assert found.word == "ASLI"
    assert "POLRES CONTOH" in found.why
    assert found.fields["name"] == "RATNA WULANDARI"
    assert found.fields["valid_until"] == "26 Februari 2027 (masih 169 hari)"
    assert found.fields["result"] == "tidak ada"
    assert found.compared
    assert len(found.checks) == 10
    assert found.checked_at == "10 September 2026 12.20 WIB"


def test_english_is_spoken_on_request(site: PublicSite) -> None:
    found = shown(site, site.check(site.token(result=1)), "/?lang=en")

    assert found.word == "GENUINE"
    assert found.fields["result"] == "there is one – read the sheet"
    assert found.fields["purpose"] == "job application"


def test_an_old_list_is_named_with_its_date(site: PublicSite) -> None:
    site.publish(at=NOW - DAY)

    assert (
        shown(site, site.check(site.token())).word == "ASLI, status per 9 September 2026 12.20 WIB"
    )


def test_what_nobody_vouches_for_is_not_shown(site: PublicSite) -> None:
    found = shown(site, site.check(site.token(unit=997300)))

    assert found.word == "TIDAK SAH"
    assert found.fields == {}


def test_a_withdrawn_certificate_is_not_compared_and_has_no_days_left(site: PublicSite) -> None:
    found = shown(site, site.check(site.token(status_index=4711)))

    assert found.word == "DICABUT"
    assert not found.compared
    assert found.fields["valid_until"] == "26 Februari 2027"


def test_the_last_day_is_called_so(site: PublicSite) -> None:
    verdict = site.check(site.token())
    assert verdict.certificate is not None
    today = replace(
        verdict.certificate, valid_until=verdict.certificate.issued_on.replace(month=9, day=10)
    )

    found = shown(site, replace(verdict, certificate=today))

    assert found.fields["valid_until"] == "10 September 2026 (hari terakhir)"


def test_the_reason_is_the_problem_and_not_what_passed(site: PublicSite) -> None:
    assert "bukan milik kami" in shown(site, site.check(site.token(STRANGER))).why


def test_another_host_is_named(site: PublicSite) -> None:
    verdict = site.check(site.token(base_url="https://skck-polres.example"))

    assert shown(site, verdict).other_host == "skck-polres.example"


def test_a_verdict_without_findings_can_be_shown_too(site: PublicSite) -> None:
    found = shown(site, Verdict(outcome=Outcome.CANNOT_CHECK, findings=()))

    assert found.word == "TIDAK DAPAT DIPERIKSA"
    assert found.why == ""
