"""The page of a station, and the check of what somebody typed without scripts."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kiosk.actions.scans import ScanState
from kiosk.domain.errors import Fault, Invalid, NotPermitted, Unknown
from tests.public_site import NIK
from tests.stations import PreparedStation
from tests.vectors.make_vectors import ROOT

TYPED = {
    "number": "SKCK/YANMAS/31245/VIII/2026/INTELKAM",
    "code": "7k3m-9p2x",
    "nik": NIK,
    "birth": "25-12-1996",
}


def test_the_page_bears_the_roots_key_and_no_script_of_its_own(client: FlaskClient) -> None:
    page = client.get("/station").text

    assert f'data-root="{ROOT.point.hex()}"' in page
    assert page.count("<script") == 2
    assert '<script type="module" src="/static/station-' in page
    assert " onclick=" not in page
    assert " style=" not in page


def test_the_page_leads_nowhere_else(client: FlaskClient) -> None:
    page = client.get("/station").text

    links = set(re.findall(r'<a [^>]*href="([^"]*)"', page))
    assert links == {"#main", "/station", "?lang=en"}


@pytest.mark.parametrize(("lang", "words"), [("", "Periksa KTP"), ("?lang=en", "Check an ID card")])
def test_the_page_speaks_two_languages(client: FlaskClient, lang: str, words: str) -> None:
    assert words in client.get(f"/station{lang}").text


def test_an_office_that_reads_no_cards_says_so(
    client_of: Callable[[PreparedStation], FlaskClient],
) -> None:
    page = client_of(PreparedStation(reads_cards=False)).get("/station").text

    assert 'data-reads-cards="no"' in page
    assert "tidak dapat membaca kartu" in page


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (ScanState(state="match"), "COCOK"),
        (ScanState(state="no-match", tries_left=2), "TIDAK COCOK"),
        (ScanState(state="try-again", tries_left=2), "COBA LAGI"),
        (ScanState(state="try-again", tries_left=0), "MINTA PETUGAS MEMERIKSA"),
    ],
)
def test_what_is_typed_is_answered_with_a_page(
    client: FlaskClient, station: PreparedStation, state: ScanState, word: str
) -> None:
    station.answers = [state]

    answer = client.post("/station", data=TYPED)

    assert answer.status_code == 200
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text) == [word]
    assert "bukan berarti kartu asli" in answer.text
    assert station.opened == ["SKCK/YANMAS/31245/VIII/2026/INTELKAM 7K3M9P2X"]
    assert station.typed == [(NIK, "1996-12-25")]
    # The scan does not stay open.
    assert station.ended == ["scan-1"]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: FlaskClient, station: PreparedStation
) -> None:
    answer = client.post("/station", data=TYPED | {"code": "7K3"})

    assert answer.status_code == 422
    assert "Ketik delapan huruf" in answer.text
    assert f'value="{TYPED["number"]}"' in answer.text
    assert 'value="7K3"' in answer.text
    assert 'value="25-12-1996"' in answer.text
    assert station.opened == []


def test_a_nik_never_comes_back_but_masked(client: FlaskClient, station: PreparedStation) -> None:
    station.answers = [Invalid([Fault(path="birth", code="date", sentence="must be a date")])]

    answer = client.post("/station", data=TYPED | {"birth": "31-02-1996"})

    assert answer.status_code == 422
    assert "Ketik tanggal lahir" in answer.text
    assert NIK not in answer.text
    assert f"{NIK[:6]}******{NIK[12:]}" in answer.text
    assert station.ended == ["scan-1"]


def test_a_nik_that_cannot_be_one_does_not_come_back_at_all(
    client: FlaskClient, station: PreparedStation
) -> None:
    station.answers = [Invalid([Fault(path="nik", code="nik-length", sentence="must have 16")])]

    answer = client.post("/station", data=TYPED | {"nik": NIK[:15]})

    assert "Ketik 16 angka" in answer.text
    assert NIK[:7] not in answer.text


def test_a_nik_in_the_address_is_not_taken(client: FlaskClient, station: PreparedStation) -> None:
    answer = client.get("/station", query_string=TYPED)

    assert NIK not in answer.text
    assert station.opened == []


@pytest.mark.parametrize(("refusal", "status"), [(Unknown("x"), 404), (NotPermitted("x"), 403)])
def test_a_certificate_that_does_not_count_is_refused_kindly(
    client: FlaskClient, station: PreparedStation, refusal: Exception, status: int
) -> None:
    station.refusal = refusal

    answer = client.post("/station", data=TYPED)

    assert answer.status_code == status
    assert "Hubungi petugas" in answer.text
    assert f'value="{TYPED["number"]}"' in answer.text


def test_a_scan_that_ends_meanwhile_is_said(client: FlaskClient, station: PreparedStation) -> None:
    station.answers = [Unknown("x")]

    answer = client.post("/station", data=TYPED)

    assert answer.status_code == 404
    assert "sudah berakhir" in answer.text
