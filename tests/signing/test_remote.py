"""A service signs the whole file, or nothing is issued; what opens it is shown nowhere."""

import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from printer.unsigned import draw_unsigned
from signing.errors import KeyFileError, SignerError
from signing.private import Secret
from signing.remote import EsignClient, load_credentials
from tests.builders import a_photo, a_seal, a_sheet
from tests.esign import CREDENTIALS, EsignService

FILE = b"%PDF-1.7 not yet signed"
TOML = """
username = "skck-contoh"
password = "sandi-layanan"
nik = "9971010101800001"
passphrase = "frasa-sandi-pejabat"
"""
SECRETS = ("sandi-layanan", "9971010101800001", "frasa-sandi-pejabat", "c2tjay1jb250b2")


def below_the_test(problem: BaseException) -> str:
    """What a traceback shows of the frames below the test's own, local variables included."""
    told = traceback.TracebackException.from_exception(problem, capture_locals=True)
    return f"{problem}" + "".join(f"{frame.name} {frame.locals}" for frame in told.stack[1:])


def a_client(service: EsignService) -> EsignClient:
    return EsignClient(url=service.url, credentials=CREDENTIALS)


def test_the_file_comes_back_with_a_signature_behind_it(esign: EsignService) -> None:
    pdf = draw_unsigned(a_sheet(form="skck-1r"), a_photo(), key=a_seal().key).pdf

    signed = a_client(esign).sign_pdf(pdf)

    assert signed.startswith(pdf)
    assert b"/ByteRange" in signed[len(pdf) :]


def test_it_is_asked_for_an_invisible_signature_of_the_officer(esign: EsignService) -> None:
    esign.answer = lambda pdf: pdf + b" signed"

    a_client(esign).sign_pdf(FILE)

    assert esign.asked == [
        {
            "nik": CREDENTIALS.nik,
            "passphrase": CREDENTIALS.passphrase,
            "tampilan": b"invisible",
            "file": FILE,
        }
    ]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        pytest.param(lambda pdf: pdf, "without a signature", id="unsigned"),
        pytest.param(lambda pdf: b"%PDF-1.4" + pdf[8:] + b"x", "another file", id="rewritten"),
        pytest.param(lambda pdf: b"<html>", "another file", id="a page"),
        pytest.param(lambda pdf: pdf + bytes(5 << 20), "answers too much", id="huge"),
    ],
)
def test_a_service_that_gives_back_something_else_is_refused(
    esign: EsignService, answer: Callable[[bytes], bytes], complaint: str
) -> None:
    esign.answer = answer

    with pytest.raises(SignerError, match=complaint):
        a_client(esign).sign_pdf(FILE)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"passphrase": Secret(b"frasa-sandi-salah")}, 400, id="passphrase"),
        pytest.param({"password": Secret(b"sandi-layanan-salah")}, 401, id="password"),
    ],
)
def test_wrong_credentials_are_told_and_shown_nowhere(
    esign: EsignService, changes: dict[str, Secret], status: int
) -> None:
    client = EsignClient(url=esign.url, credentials=replace(CREDENTIALS, **changes))

    with pytest.raises(SignerError, match=f"refuses: HTTP status {status}") as caught:
        client.sign_pdf(FILE)

    shown = below_the_test(caught.value) + repr(client)
    assert "sign_pdf" in shown
    assert [secret for secret in SECRETS if secret in shown] == []
    assert caught.value.__context__ is None


def test_a_service_that_is_down_stops_the_signing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    with pytest.raises(SignerError, match="cannot be reached"):
        EsignClient(url=url, credentials=CREDENTIALS).sign_pdf(FILE)


def test_a_service_that_hangs_is_not_waited_for_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(SignerError, match="does not answer in time"):
            EsignClient(url=url, credentials=CREDENTIALS, seconds=0.2).sign_pdf(FILE)


@pytest.mark.parametrize(
    "url", ["http://esign.polres-contoh.example", "ftp://127.0.0.2x", "file:///etc/passwd", ""]
)
def test_a_passphrase_goes_through_no_open_line(url: str) -> None:
    with pytest.raises(SignerError, match="https"):
        EsignClient(url=url, credentials=CREDENTIALS)


def kept(folder: Path, text: str) -> Path:
    path = folder / "esign.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_credentials_come_from_a_file(tmp_path: Path) -> None:
    assert load_credentials(kept(tmp_path, TOML)) == CREDENTIALS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(TOML.replace("nik", "nip"), "lacks nik", id="one missing"),
        pytest.param(
            TOML.replace('"9971010101800001"', "9971010101800001"), "lacks nik", id="number"
        ),
        pytest.param(TOML.replace('pejabat"', "pejabat"), "not written as TOML", id="no TOML"),
    ],
)
def test_a_file_without_credentials_is_told_and_shown_nowhere(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(KeyFileError, match=complaint) as caught:
        load_credentials(kept(tmp_path, text))

    shown = below_the_test(caught.value)
    assert "load_credentials" in shown
    assert [secret for secret in SECRETS if secret in shown] == []


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = kept(tmp_path, TOML)
    path.chmod(0o640)

    with pytest.raises(KeyFileError, match="chmod 600"):
        load_credentials(path)
