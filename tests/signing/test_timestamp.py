"""A time stamp is of our signature, by an authority we trust, or it is refused."""

import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing import timestamp
from signing.der import tlv
from signing.errors import FormatError, SignatureError, SignerError, SigningError
from signing.timestamp import load_authorities, read_stamp, stamper
from tests.programs import program
from tests.time_stamps import Key, Mood, TimeStampAuthority, a_certificate, new_authority, served

SIGNATURE = b"the DER of a signature"


def test_a_stamp_tells_when_it_was_made(time_stamps: TimeStampAuthority) -> None:
    before = time.time()  # noqa: TID251 -- the authority has the machine's clock

    token = stamper(time_stamps.url, time_stamps.ca_file)(SIGNATURE)

    at = read_stamp(token, SIGNATURE, load_authorities(time_stamps.ca_file))
    assert before - 2 <= at <= before + 30


def test_openssl_accepts_the_token_as_we_keep_it(
    time_stamps: TimeStampAuthority, tmp_path: Path
) -> None:
    token = stamper(time_stamps.url, time_stamps.ca_file)(SIGNATURE)
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "signature").write_bytes(SIGNATURE)

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


@pytest.mark.parametrize("shape", ["RSA", "an intermediate", "RSA and an intermediate"])
def test_authorities_of_other_kinds_are_understood(tmp_path: Path, shape: str) -> None:
    made = new_authority(tmp_path, with_rsa="RSA" in shape, intermediate="inter" in shape)
    with served(made) as authority:
        token = stamper(authority.url, authority.ca_file)(SIGNATURE)

    assert read_stamp(token, SIGNATURE, load_authorities(authority.ca_file))
    assert (tmp_path / "root.pem").read_bytes() not in token


def test_the_authority_learns_the_digest_alone(time_stamps: TimeStampAuthority) -> None:
    stamper(time_stamps.url, time_stamps.ca_file)(SIGNATURE)

    assert len(time_stamps.asked) == 1
    assert SIGNATURE not in time_stamps.asked[0]
    assert len(time_stamps.asked[0]) < 80


@pytest.mark.parametrize(
    ("mood", "complaint"),
    [
        pytest.param("other question", "of another question", id="the answer of before"),
        pytest.param("refuses", "granted none", id="refused"),
        pytest.param("huge", "answers too much", id="huge"),
        pytest.param("leads away", "HTTP status 307", id="leads away"),
        pytest.param("error", "HTTP status 500", id="error"),
        pytest.param("nonsense", "refused", id="nonsense"),
    ],
)
def test_an_authority_that_gives_no_stamp_stops_the_signing(
    time_stamps: TimeStampAuthority, mood: Mood, complaint: str
) -> None:
    stamp = stamper(time_stamps.url, time_stamps.ca_file)
    stamp(SIGNATURE)
    time_stamps.asked.clear()
    time_stamps.mood = mood

    with pytest.raises(SignerError, match=complaint):
        stamp(SIGNATURE)

    assert len(time_stamps.asked) == 1


def test_an_authority_that_is_down_stops_the_signing(time_stamps: TimeStampAuthority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    stamp = stamper(f"http://127.0.0.1:{port}/", time_stamps.ca_file)

    with pytest.raises(SignerError, match=f"127.0.0.1:{port} cannot be reached"):
        stamp(SIGNATURE)


def test_an_authority_that_hangs_is_not_waited_for_for_ever(
    time_stamps: TimeStampAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamp, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stamp = stamper(f"http://127.0.0.1:{silent.getsockname()[1]}/", time_stamps.ca_file)

        with pytest.raises(SignerError, match="does not answer in time"):
            stamp(SIGNATURE)


def test_an_authority_that_nobody_trusts_is_refused(
    time_stamps: TimeStampAuthority, tmp_path: Path
) -> None:
    other = new_authority(tmp_path)

    with pytest.raises(SignerError, match="not trusted here"):
        stamper(time_stamps.url, other.ca_file)(SIGNATURE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("no certificates", "holds no certificates", id="something else"),
    ],
)
def test_a_file_without_certificates_is_told_at_once(
    tmp_path: Path, text: str | None, complaint: str
) -> None:
    if text is not None:
        (tmp_path / "ca.pem").write_text(text)

    with pytest.raises(SignerError, match=complaint):
        stamper("http://127.0.0.1:9/", tmp_path / "ca.pem")


@pytest.fixture
def token(time_stamps: TimeStampAuthority) -> bytes:
    """A token over SIGNATURE, as it stands in a file."""
    return stamper(time_stamps.url, time_stamps.ca_file)(SIGNATURE)


def test_a_stamp_of_another_signature_is_noticed(
    token: bytes, time_stamps: TimeStampAuthority
) -> None:
    with pytest.raises(SignatureError, match="of another signature"):
        read_stamp(token, b"another signature", load_authorities(time_stamps.ca_file))


def test_every_flipped_bit_is_noticed_even_without_knowing_the_authority(token: bytes) -> None:
    for bit in range(8 * len(token)):
        spoilt = bytearray(token)
        spoilt[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(SigningError):
            read_stamp(bytes(spoilt), SIGNATURE, None)


def test_a_stamp_that_nobody_here_vouches_for_has_a_time_all_the_same(token: bytes) -> None:
    assert read_stamp(token, SIGNATURE, None)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda token: b"", id="nothing"),
        pytest.param(lambda token: token[:-1], id="cut short"),
        pytest.param(lambda token: token + b"\0", id="a byte more"),
        pytest.param(lambda token: tlv(0x30, token), id="wrapped once more"),
        pytest.param(lambda token: b"\x30\x80" + token[4:] + b"\0\0", id="BER"),
    ],
)
def test_other_spellings_are_refused(
    token: bytes, spoil: Callable[[bytes], bytes], time_stamps: TimeStampAuthority
) -> None:
    with pytest.raises(FormatError):
        read_stamp(spoil(token), SIGNATURE, load_authorities(time_stamps.ca_file))


def signed_again(token: bytes, certificate: x509.Certificate, key: Key) -> bytes:
    """The token, as if it were signed by another certificate."""
    parts = timestamp._taken_apart(token)
    before, after = (
        hashlib.sha256(data).digest()
        for data in (parts.certificates[0], certificate.public_bytes(Encoding.DER))
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    attributes = parts.attributes.replace(before, after)
    return replace(
        parts,
        certificates=(certificate.public_bytes(Encoding.DER),),
        attributes=attributes,
        signature=key.sign(attributes, ec.ECDSA(hashes.SHA256())),
    ).write()


@pytest.mark.parametrize(
    ("uses", "until", "complaint"),
    [
        pytest.param([ExtendedKeyUsageOID.TIME_STAMPING], 2060, None, id="as it should be"),
        pytest.param([], 2060, "for other uses", id="no use named"),
        pytest.param([ExtendedKeyUsageOID.CODE_SIGNING], 2060, "for other uses", id="code"),
        pytest.param(
            [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING],
            2060,
            "for other uses",
            id="both",
        ),
        pytest.param(
            [ExtendedKeyUsageOID.TIME_STAMPING], 2021, "was not certified", id="expired then"
        ),
    ],
)
def test_only_a_certificate_for_time_stamps_gives_them(
    token: bytes,
    uses: list[x509.ObjectIdentifier],
    until: int,
    complaint: str | None,
    time_stamps: TimeStampAuthority,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = a_certificate("CONTOH waktu lain", key, time_stamps.root, uses, until=until)
    again = signed_again(token, certificate, key)

    def read() -> int:
        return read_stamp(again, SIGNATURE, load_authorities(time_stamps.ca_file))

    if complaint is None:
        assert read()
    else:
        with pytest.raises(SignatureError, match=complaint):
            read()


def test_asking_for_a_stamp_imports_no_pyhanko() -> None:
    code = (
        "import sys, signing.timestamp, printer.certificate; "
        "sys.exit(any(m.partition('.')[0] in {'pyhanko', 'asn1crypto'} for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
