"""The X.509 certificates are what PDF readers ask of a signer's, and OpenSSL accepts the chain."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from signing.authority import certify, new_authority
from signing.keys import VerifyingKey, new_key
from tests.builders import (
    CERTIFIED_FROM,
    CERTIFIED_UNTIL,
    DAY,
    ISSUED,
    a_seal,
    office_root,
    root_certificate,
)
from tests.programs import program

ROOT = x509.load_der_x509_certificate(root_certificate())
SIGNER = x509.load_der_x509_certificate(a_seal().certificate)


def test_the_root_is_an_authority_and_signs_no_documents() -> None:
    constraints = ROOT.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = ROOT.extensions.get_extension_for_class(x509.KeyUsage)

    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not usage.value.digital_signature


def test_a_signer_signs_documents_and_certifies_nobody() -> None:
    constraints = SIGNER.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = SIGNER.extensions.get_extension_for_class(x509.KeyUsage)
    extended = SIGNER.extensions.get_extension_for_class(x509.ExtendedKeyUsage)

    assert not constraints.value.ca
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert {oid.dotted_string for oid in extended.value} == {
        "1.3.6.1.5.5.7.3.36",  # documents
        "1.3.6.1.5.5.7.3.4",  # mail: what readers built on NSS ask for
    }


def test_a_signer_names_no_service_that_a_reader_would_ask_about_the_person() -> None:
    """No OCSP address: asking it would tell who checks whose certificate, and when."""
    assert {extension.oid._name for extension in SIGNER.extensions} == {
        "basicConstraints",
        "keyUsage",
        "extendedKeyUsage",
        "subjectKeyIdentifier",
        "authorityKeyIdentifier",
    }


def test_a_signer_is_the_key_it_was_made_for_under_the_root() -> None:
    point = SIGNER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    assert point == a_seal().key.point
    assert SIGNER.issuer == ROOT.subject
    SIGNER.verify_directly_issued_by(ROOT)
    ROOT.verify_directly_issued_by(ROOT)


def test_a_signer_bears_the_name_that_readers_show() -> None:
    def named(oid: x509.ObjectIdentifier) -> list[object]:
        return [attribute.value for attribute in SIGNER.subject.get_attributes_for_oid(oid)]

    assert named(NameOID.COMMON_NAME) == ["POLRES CONTOH SKCK"]
    assert named(NameOID.ORGANIZATION_NAME) == ["POLRES CONTOH"]
    assert named(NameOID.COUNTRY_NAME) == ["ID"]


def test_times_are_those_that_were_given() -> None:
    assert int(SIGNER.not_valid_before_utc.timestamp()) == CERTIFIED_FROM
    assert int(SIGNER.not_valid_after_utc.timestamp()) == CERTIFIED_UNTIL


def test_a_name_too_long_for_x509_is_cut_there() -> None:
    root = new_key()
    long = "KEPOLISIAN RESOR " * 9
    authority = new_authority(root, organisation=long, since=ISSUED, until=ISSUED + DAY)

    made = certify(
        root, authority, VerifyingKey(root.point), signer=long, since=ISSUED, until=ISSUED + DAY
    )

    common_name = x509.load_der_x509_certificate(made).subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    assert common_name[0].value == long[:64]


def test_serial_numbers_are_random_and_of_one_size() -> None:
    serials = {
        x509.load_der_x509_certificate(
            new_authority(office_root(), organisation="X", since=ISSUED, until=ISSUED + DAY)
        ).serial_number
        for _ in range(20)
    }

    assert len(serials) == 20
    assert {serial.bit_length() for serial in serials} == {159}


@pytest.mark.parametrize(("root", "held"), [(11, True), (99, False)])
def test_openssl_holds_the_chain(tmp_path: Path, root: int, held: bool) -> None:  # noqa: FBT001 -- a column of the table
    (tmp_path / "root.pem").write_bytes(
        x509.load_der_x509_certificate(root_certificate(root)).public_bytes(Encoding.PEM)
    )
    (tmp_path / "signer.pem").write_bytes(SIGNER.public_bytes(Encoding.PEM))

    done = subprocess.run(
        [
            program("openssl", package="openssl"),
            "verify",
            "-x509_strict",
            "-attime",
            str(ISSUED),
            "-CAfile",
            tmp_path / "root.pem",
            tmp_path / "signer.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) == held, done.stderr
