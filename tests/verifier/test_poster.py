"""A poster of ours is said to be ours, a forged one not; and none is genuine."""

from dataclasses import replace
from pathlib import Path

import pytest

from printer.poster import PosterSize, draw_posters
from signing.poster import make_poster
from signing.trust import KeyUse
from tests.vectors.make_vectors import (
    BASE,
    DAY,
    ISSUED,
    POSTER,
    POSTER_BUNDLE,
    POSTERS,
    SIGNER,
    STRANGER,
)
from verifier.documents import check_file, check_text
from verifier.poster import check_poster
from verifier.status import CarriedTrust
from verifier.verdict import Outcome
from verifier.wording import sentence_of

TEXT = make_poster(POSTERS, POSTER, base_url=BASE)
# Published after the poster was printed, so that no key can be newer.
TRUST = CarriedTrust(bundle=replace(POSTER_BUNDLE, issued_at=ISSUED + DAY))
NOW = ISSUED + DAY


def code_of(text: str, *, now: int = NOW, trust: CarriedTrust = TRUST) -> tuple[Outcome, str]:
    """Outcome and code of the verdict on a poster's text."""
    verdict = check_poster(text, trust, now=now)
    return verdict.outcome, verdict.findings[-1].code


def test_a_poster_of_ours_says_where_it_is_to_hang_and_is_no_certificate() -> None:
    verdict = check_text(TEXT, TRUST, now=NOW)

    assert (verdict.outcome, verdict.outcome.exit_code) == (Outcome.CANNOT_CHECK, 2)
    sentence = sentence_of(verdict.findings[-1], "id")
    for said in (POSTER.number, POSTER.place, POSTER.area, "POLRES CONTOH", "2026-08-31"):
        assert said in sentence


@pytest.mark.parametrize(
    "text",
    [
        make_poster(STRANGER, POSTER, base_url=BASE),
        make_poster(SIGNER, POSTER, base_url=BASE),
        make_poster(POSTERS, POSTER, base_url="https://lapor-polri.example"),
        TEXT[:-30] + "0" * 30,
        TEXT + "0",
        "https://lapor-polri.example/l#p=hello",
    ],
    ids=["a stranger", "a key for certificates", "another site", "altered", "longer", "no digits"],
)
def test_a_forged_poster_is_not_ours(text: str) -> None:
    assert code_of(text) == (Outcome.NOT_GENUINE, "poster-false")


def test_a_poster_whose_time_is_over_is_said_to_be() -> None:
    assert code_of(TEXT, now=POSTER.expires_at - 1) == (Outcome.CANNOT_CHECK, "poster-ours")
    assert code_of(TEXT, now=POSTER.expires_at) == (Outcome.EXPIRED, "poster-over")
    assert code_of(TEXT, now=POSTER_BUNDLE.expires_at) == (Outcome.CANNOT_CHECK, "bundle-expired")


def test_a_key_that_came_later_accuses_nobody() -> None:
    keys = tuple(key for key in POSTER_BUNDLE.keys if key.use is not KeyUse.POSTER)
    older = CarriedTrust(bundle=replace(POSTER_BUNDLE, keys=keys, issued_at=ISSUED - DAY))

    assert code_of(TEXT, trust=older) == (Outcome.CANNOT_CHECK, "bundle-older")


def test_a_printed_poster_is_read_as_a_file(tmp_path: Path) -> None:
    pdf = draw_posters([TEXT], PosterSize.STICKER, unit="Polres", utc_offset=420)
    note = tmp_path / "kode.txt"
    note.write_text(TEXT)

    assert check_file(note.read_bytes(), TRUST, now=NOW).findings[-1].code == "poster-ours"
    # A PDF with letters and no signature is no certificate of ours, whatever stands in it.
    assert check_file(pdf, TRUST, now=NOW).findings[-1].code == "unsigned"
