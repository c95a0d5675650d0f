"""The server's checks: number with code, and files; asked for plainly, refused kindly."""

import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import CODE, NUMBER, PublicSite
from verifier.errors import TrustError
from verifier.verdict import Finding, Level, Outcome, Verdict

JSON = {"Accept": "application/json"}


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    """A published office that nobody serves."""
    site = PublicSite(tmp_path)
    site.publish()
    return site


def client_of(site: PublicSite) -> FlaskClient:
    """A client of this site's pages."""
    return create_app(site.office).test_client()


def a_file() -> dict[str, object]:
    """A form with a file."""
    return {"file": (io.BytesIO(b"%PDF-1.7"), "skck.pdf")}


def test_number_and_code_give_the_verdict(site: PublicSite) -> None:
    answer = client_of(site).post("/check", data={"number": NUMBER, "code": CODE})

    assert answer.status_code == 200
    assert ">ASLI<" in answer.text
    assert "RATNA WULANDARI" in answer.text


@pytest.mark.parametrize("typed", ["7k3m9p2x", "7K3M 9P2X", "7k3m-9p2x", " 7K3M.9P2X "])
def test_a_code_may_be_typed_as_people_type(site: PublicSite, typed: str) -> None:
    answer = client_of(site).post("/check", data={"number": f" {NUMBER} ", "code": typed})

    assert ">ASLI<" in answer.text


def test_letters_that_look_like_digits_are_taken_for_them(site: PublicSite) -> None:
    asked: list[str] = []
    site.changes["find_by_number"] = lambda number, code: asked.append(code)

    client_of(site).post("/check", data={"number": NUMBER, "code": "OoIiLl12"})

    assert asked == ["00111112"]


@pytest.mark.parametrize(
    ("number", "code", "fault"),
    [
        ("", CODE, "Ketik nomor"),
        (NUMBER, "", "Ketik delapan"),
        (NUMBER, "7K3M9P2", "Ketik delapan"),
        (NUMBER, "7K3M9P2XX", "Ketik delapan"),
        ("", "", "Ketik nomor"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    site: PublicSite, number: str, code: str, fault: str
) -> None:
    answer = client_of(site).post("/check", data={"number": number, "code": code})

    assert answer.status_code == 422
    assert fault in answer.text
    assert f'value="{number}"' in answer.text
    assert f'value="{code}"' in answer.text


def test_an_unknown_pair_is_no_verdict_but_a_warning(site: PublicSite) -> None:
    answer = client_of(site).post("/check", data={"number": NUMBER, "code": "AAAAAAAA"})

    assert answer.status_code == 404
    assert "Tidak ada SKCK dengan nomor dan kode ini" in answer.text
    assert f'value="{NUMBER}"' in answer.text


def test_what_is_typed_comes_back_as_text_only(site: PublicSite) -> None:
    answer = client_of(site).post("/check", data={"number": '"><script>', "code": "x"})

    assert "<script>" not in answer.text.partition("<main")[2]


def test_guessing_is_slowed_down_and_nothing_typed_is_lost(site: PublicSite) -> None:
    site.changes["lookups_per_minute"] = 2
    client = client_of(site)
    typed = {"number": NUMBER, "code": "AAAAAAAA"}

    answers = [client.post("/check", data=typed) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert f'value="{NUMBER}"' in answers[2].text
    assert "Tunggu satu menit" in answers[2].text


def test_a_file_is_handed_to_the_verifier_with_its_name(site: PublicSite) -> None:
    answer = client_of(site).post("/check/file", data=a_file())

    assert ">ASLI<" in answer.text
    assert site.files == [(b"%PDF-1.7", "skck.pdf")]


def test_scripts_get_the_verdict_as_the_command_gives_it(site: PublicSite) -> None:
    answer = json.loads(client_of(site).post("/check/file", data=a_file(), headers=JSON).data)

    assert answer["outcome"] == "genuine"
    assert answer["findings"][0]["sentence"]
    assert answer["certificate"]["number"] == NUMBER


def test_a_form_without_a_file_says_so(site: PublicSite) -> None:
    client = client_of(site)

    assert "Pilih foto atau PDF dahulu" in client.post("/check/file", data={}).text
    answer = client.post("/check/file", data={}, headers=JSON)
    assert answer.status_code == 422
    assert "Pilih foto" in json.loads(answer.data)["detail"]


def test_a_file_that_cannot_be_read_is_not_called_a_forgery(site: PublicSite) -> None:
    finding = Finding(number=20, code="no-code", level=Level.PROBLEM)
    unread = Verdict(outcome=Outcome.CANNOT_CHECK, findings=(finding,))
    site.changes["check_file"] = lambda data, name: unread

    answer = client_of(site).post("/check/file", data=a_file())

    assert "TIDAK DAPAT DIPERIKSA" in answer.text
    assert "Tidak ada kode QR yang terbaca" in answer.text


def test_an_office_without_trust_cannot_check(site: PublicSite) -> None:
    def no_trust(data: bytes, name: str) -> Verdict:
        raise TrustError("no bundle")

    site.changes["check_file"] = no_trust
    client = client_of(site)

    assert client.post("/check/file", data=a_file()).status_code == 503
    assert client.post("/check/file", data=a_file(), headers=JSON).status_code == 503


def test_uploads_are_limited(site: PublicSite) -> None:
    site.changes["uploads_per_minute"] = 1
    client = client_of(site)

    assert [client.post("/check/file", data=a_file()).status_code for _ in range(2)] == [200, 429]


def test_the_page_says_before_that_the_office_learns_of_it(site: PublicSite) -> None:
    assert client_of(site).get("/check").text.count("kantor jadi tahu") == 2
