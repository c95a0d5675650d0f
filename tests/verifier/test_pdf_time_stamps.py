"""A certificate with a time stamp: genuine with its own, and with no other."""

import hashlib
import io
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from printer.certificate import draw_certificate
from printer.form import load_form
from signing.cms import CmsSigner, ParsedCms, certificate_in, parse_cms
from signing.errors import SignerError
from signing.keys import VerifyingKey
from signing.pdf import take_apart
from signing.timestamp import STAMP_ROOM, load_authorities, stamper
from signing.trust import sign_trust_bundle
from tests.builders import NOW, a_photo, a_seal, a_sheet, a_trust, office_root, root_certificate
from tests.programs import program
from tests.time_stamps import TimeStampAuthority, new_authority, served
from verifier.errors import TrustError
from verifier.pdf import check_pdf
from verifier.status import CarriedTrust, load_trust
from verifier.verdict import Level, Outcome, Verdict

FORM = load_form("skck-1").form


def stamped(authority: TimeStampAuthority) -> bytes:
    """Ratna's certificate with a time stamp by this authority."""
    seal = a_seal()
    return draw_certificate(
        a_sheet(),
        a_photo(),
        key=seal.key,
        signer=CmsSigner(seal.key, seal.certificate, stamp_room=STAMP_ROOM),
        stamp=stamper(authority.url, authority.ca_file),
    ).pdf


@pytest.fixture
def file(time_stamps: TimeStampAuthority) -> bytes:
    """Ratna's certificate with a time stamp."""
    return stamped(time_stamps)


@pytest.fixture
def trust(time_stamps: TimeStampAuthority) -> CarriedTrust:
    """What a checker carries who knows the authority."""
    return replace(a_trust(), authorities=load_authorities(time_stamps.ca_file))


def cms_of(data: bytes) -> ParsedCms:
    contents = take_apart(FORM, data).contents
    begin = data.index(b"/Contents<") + len(b"/Contents")
    end = begin + 2 * len(contents) + 2
    digest = hashlib.sha256(data[:begin] + data[end:]).digest()
    return parse_cms(contents, digest, certificate=certificate_in(contents))


def with_stamp(data: bytes, token: bytes) -> bytes:
    """The file with another token in place of its own."""
    contents = take_apart(FORM, data).contents
    seal = a_seal()
    begin = data.index(b"/Contents<") + len(b"/Contents")
    end = begin + 2 * len(contents) + 2
    digest = hashlib.sha256(data[:begin] + data[end:]).digest()
    cms = CmsSigner(seal.key, seal.certificate).write(digest, cms_of(data).signature, token)
    spelled = b"<%b>" % cms.ljust(len(contents), b"\0").hex().encode()
    return data[:begin] + spelled + data[end:]


def last(verdict: Verdict) -> tuple[Outcome, str, Level]:
    finding = verdict.findings[-1]
    return verdict.outcome, finding.code, finding.level


def test_its_time_is_told(file: bytes, trust: CarriedTrust) -> None:
    verdict = check_pdf(file, trust, now=NOW)

    assert last(verdict) == (Outcome.GENUINE, "time-stamp", Level.PASSED)
    assert verdict.findings[-1].values["at"].endswith(" UTC")


def test_who_does_not_know_the_authority_is_warned_and_believes_the_rest(file: bytes) -> None:
    verdict = check_pdf(file, a_trust(), now=NOW)

    assert last(verdict) == (Outcome.GENUINE, "time-stamp-unknown", Level.WARNING)


def test_the_stamp_of_another_signature_is_not_genuine(
    file: bytes, trust: CarriedTrust, time_stamps: TimeStampAuthority
) -> None:
    other = stamper(time_stamps.url, time_stamps.ca_file)(b"another signature")

    for carried in (trust, a_trust()):
        verdict = check_pdf(with_stamp(file, other), carried, now=NOW)
        assert last(verdict) == (Outcome.NOT_GENUINE, "time-stamp-other", Level.PROBLEM)


def test_the_stamp_of_a_stranger_is_not_genuine(
    file: bytes, trust: CarriedTrust, tmp_path: Path
) -> None:
    with served(new_authority(tmp_path)) as stranger:
        other = stamper(stranger.url, stranger.ca_file)(cms_of(file).signature_value)

    verdict = check_pdf(with_stamp(file, other), trust, now=NOW)
    assert last(verdict) == (Outcome.NOT_GENUINE, "time-stamp-other", Level.PROBLEM)


def test_a_stamp_that_was_taken_out_is_missed(file: bytes, trust: CarriedTrust) -> None:
    verdict = check_pdf(with_stamp(file, b""), trust, now=NOW)

    assert last(verdict) == (Outcome.NOT_GENUINE, "time-stamp-missing", Level.PROBLEM)


def test_no_bit_of_the_stamp_can_be_another(file: bytes, trust: CarriedTrust) -> None:
    token = cms_of(file).time_stamp.hex().encode()
    begin = file.index(token)

    for bit in range(8 * begin, 8 * (begin + len(token)), 61):
        spoilt = bytearray(file)
        spoilt[bit >> 3] ^= 1 << (bit & 7)
        assert check_pdf(bytes(spoilt), trust, now=NOW).outcome is Outcome.NOT_GENUINE


def test_openssl_finds_the_stamp_to_be_of_the_signature(
    file: bytes, time_stamps: TimeStampAuthority, tmp_path: Path
) -> None:
    cms = cms_of(file)
    (tmp_path / "token").write_bytes(cms.time_stamp)
    (tmp_path / "signature").write_bytes(cms.signature_value)

    done = subprocess.run(
        [
            str(program("openssl", package="openssl")),
            *("ts", "-verify", "-token_in", "-in", str(tmp_path / "token")),
            *("-data", str(tmp_path / "signature"), "-CAfile", str(time_stamps.ca_file)),
        ],
        check=True,
        capture_output=True,
    )

    assert b"Verification: OK" in done.stdout


def test_pyhanko_finds_file_and_stamp_valid(file: bytes, time_stamps: TimeStampAuthority) -> None:
    roots = [
        x509.Certificate.load(root_certificate()),
        x509.Certificate.load(pem.unarmor(time_stamps.ca_file.read_bytes())[2]),
    ]
    context = ValidationContext(trust_roots=roots)
    (signature,) = PdfFileReader(io.BytesIO(file), strict=True).embedded_signatures

    status = validate_pdf_signature(signature, context, ts_validation_context=context)

    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.intact
    assert status.timestamp_validity.trusted


def test_without_its_stamp_nothing_is_issued(time_stamps: TimeStampAuthority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        time_stamps_gone = replace(time_stamps, url=f"http://127.0.0.1:{nobody.getsockname()[1]}/")

    with pytest.raises(SignerError, match="cannot be reached"):
        stamped(time_stamps_gone)


def test_a_published_folder_may_say_whose_time_stamps_count(
    time_stamps: TimeStampAuthority, tmp_path: Path
) -> None:
    (tmp_path / "status").mkdir()
    root = office_root()
    (tmp_path / "bundle").write_bytes(sign_trust_bundle(root, a_trust().bundle))
    (tmp_path / "root.pem").write_bytes(VerifyingKey(root.point).pem)

    assert load_trust(tmp_path).authorities is None
    (tmp_path / "time-stamps.pem").write_bytes(time_stamps.ca_file.read_bytes())
    assert load_trust(tmp_path).authorities == load_authorities(time_stamps.ca_file)
    (tmp_path / "time-stamps.pem").write_text("no certificates")
    with pytest.raises(TrustError, match="whose time stamps count"):
        load_trust(tmp_path)
