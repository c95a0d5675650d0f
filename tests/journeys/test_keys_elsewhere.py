"""Keys in a token, time stamps, a service that signs: issued and checked as anything else."""

import json
import socket
from pathlib import Path

import pytest

from tests.esign import CREDENTIALS, EsignService, an_authority
from tests.offices import Office, a_record
from tests.softhsm import SoftHsm
from tests.time_stamps import TimeStampAuthority


def setting(office: Office, text: str) -> None:
    """Add a section to the office's settings."""
    with (office.site / "site.toml").open("a") as file:
        file.write(text)


@pytest.fixture
def with_token(office: Office, softhsm: SoftHsm) -> Office:
    """An office whose certificates are signed by a new key in the token."""
    pin = office.write("pin", softhsm.pin + b"\n")
    pin.chmod(0o600)
    setting(
        office,
        f"""
[keys]
backend = "pkcs11"
pkcs11_module = "{softhsm.module}"
pkcs11_token = "{softhsm.label}"
pkcs11_label = "kantor"
pkcs11_pin_file = "{pin}"
""",
    )
    assert office.segel("keys", "rotate", "--now").exit_code == 0
    return office


def checked(office: Office, *files: Path) -> list[dict[str, object]]:
    result = office.segel("verify", "--json", *files)
    found: list[dict[str, object]] = json.loads(result.output)
    return found


def codes(verdict: dict[str, object]) -> list[str]:
    findings = verdict["findings"]
    assert isinstance(findings, list)
    return [finding["code"] for finding in findings]


def test_a_certificate_signed_by_the_token_is_genuine(with_token: Office) -> None:
    out = with_token.desk / "certificate.pdf"

    issued = with_token.segel(
        "issue", with_token.record(), "--photo", with_token.photo(), "--out", out
    )

    assert issued.exit_code == 0, issued.output
    assert checked(with_token, out)[0]["outcome"] == "genuine"


def test_two_processes_issue_a_batch_with_one_token(with_token: Office) -> None:
    batch = with_token.batch([a_record(number) for number in range(60)])
    out = with_token.desk / "out"

    run = with_token.start(
        *("issue", "--batch", batch, "--photos", with_token.desk / "photos"),
        *("--out", out, "--jobs", 2),
    )

    assert run.wait() == 0
    verdicts = checked(with_token, *sorted(out.glob("*.pdf")))
    assert [verdict["outcome"] for verdict in verdicts] == ["genuine"] * 60


def test_the_pin_stands_in_no_file_but_its_own(with_token: Office, softhsm: SoftHsm) -> None:
    with_token.segel(
        *("issue", with_token.record(), "--photo", with_token.photo()),
        *("--out", with_token.desk / "certificate.pdf"),
    )

    for path in with_token.desk.rglob("*"):
        if path.is_file() and path.name != "pin":
            assert softhsm.pin not in path.read_bytes()


def test_a_pin_that_others_can_read_is_refused(with_token: Office) -> None:
    (with_token.desk / "pin").chmod(0o644)

    issued = with_token.segel(
        *("issue", with_token.record(), "--photo", with_token.photo()),
        *("--out", with_token.desk / "certificate.pdf"),
    )

    assert issued.exit_code == 1
    assert "chmod 600" in issued.output


@pytest.fixture
def with_time_stamps(office: Office, time_stamps: TimeStampAuthority) -> Office:
    """An office whose certificates bear time stamps."""
    setting(
        office,
        f"""
[timestamp]
url = "{time_stamps.url}"
ca_file = "{time_stamps.ca_file}"
""",
    )
    assert office.segel("trust", "publish").exit_code == 0
    return office


def test_a_certificate_with_a_time_stamp_tells_its_time(with_time_stamps: Office) -> None:
    out = with_time_stamps.desk / "certificate.pdf"

    issued = with_time_stamps.segel(
        "issue", with_time_stamps.record(), "--photo", with_time_stamps.photo(), "--out", out
    )

    assert issued.exit_code == 0, issued.output
    (verdict,) = checked(with_time_stamps, out)
    assert verdict["outcome"] == "genuine"
    assert codes(verdict)[-1] == "time-stamp"


def test_without_its_time_stamp_a_certificate_is_not_issued(
    with_time_stamps: Office, time_stamps: TimeStampAuthority
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
    with_time_stamps.environment["SEGEL_TIMESTAMP_URL"] = url
    out = with_time_stamps.desk / "certificate.pdf"

    issued = with_time_stamps.segel(
        "issue", with_time_stamps.record(), "--photo", with_time_stamps.photo(), "--out", out
    )

    assert issued.exit_code == 1
    assert "cannot be reached" in issued.output
    assert not out.exists()


@pytest.fixture
def with_service(office: Office, esign: EsignService) -> Office:
    """An office whose files are signed by a service."""
    credentials = office.write(
        "esign.toml",
        "".join(
            f'{name} = "{getattr(CREDENTIALS, name).decode()}"\n'
            for name in ("username", "password", "nik", "passphrase")
        ),
    )
    credentials.chmod(0o600)
    setting(
        office,
        f"""
[keys]
backend = "remote"
remote_url = "{esign.url}"
remote_credentials_file = "{credentials}"
remote_ca_file = "{office.write("esign.pem", an_authority().pem)}"
""",
    )
    assert office.segel("trust", "publish").exit_code == 0
    return office


def test_a_certificate_signed_by_a_service_is_genuine(with_service: Office) -> None:
    out = with_service.desk / "certificate.pdf"

    issued = with_service.segel(
        "issue", with_service.record(), "--photo", with_service.photo(), "--out", out
    )

    assert issued.exit_code == 0, issued.output
    (verdict,) = checked(with_service, out)
    assert verdict["outcome"] == "genuine"
    assert codes(verdict)[-2:] == ["remote-signature-holds", "remote-signer"]


def test_a_batch_that_the_service_breaks_off_goes_on_where_it_was(
    with_service: Office, esign: EsignService
) -> None:
    batch = with_service.batch([a_record(number) for number in range(6)])
    out = with_service.desk / "out"
    words = ("issue", "--batch", batch, "--photos", with_service.desk / "photos", "--out", out)
    willing = esign.answer
    signs = iter([True, True, False])
    esign.answer = lambda pdf: willing(pdf) if next(signs) else pdf

    broken = with_service.segel(*words)
    esign.answer = willing
    again = with_service.segel(*words)

    assert broken.exit_code != 0
    assert "without a signature" in broken.output
    assert again.exit_code == 0, again.output
    files = sorted(out.glob("*.pdf"))
    assert sorted(int(file.name.split("-")[2]) for file in files) == [1, 2, 3, 4, 5, 6]
    assert [verdict["outcome"] for verdict in checked(with_service, *files)] == ["genuine"] * 6
