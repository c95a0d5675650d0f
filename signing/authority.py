"""The X.509 certificates behind the PDF signature: the root, and one for each signing key.

The root's key signs the trust bundle and these certificates, and nothing else. Profile: RFC 5280,
with the key usage that PAdES wants (ETSI EN 319 412-2: digitalSignature, nonRepudiation) and the
extended key usages for documents (RFC 9336) and mail.
"""

import secrets
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from .keys import LocalKey, VerifyingKey

__all__ = ["certify", "new_authority"]

# Readers built on NSS (Firefox, Evince, pdfsig) know no purpose of documents and ask for that of
# mail; without it they call a good signature's certificate unknown.
PURPOSES = [ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION]
SHA256 = hashes.SHA256()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def new_authority(root: LocalKey, *, organisation: str, since: int, until: int) -> bytes:
    """The root's own certificate, DER. Times are seconds since 1970."""
    name = _name(organisation, f"{organisation} - akar")
    public = root.private.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(_serial())
        .not_valid_before(_moment(since))
        .not_valid_after(_moment(until))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(for_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(root.private, SHA256)
        .public_bytes(Encoding.DER)
    )


def certify(
    root: LocalKey,
    root_certificate: bytes,
    key: VerifyingKey,
    *,
    signer: str,
    since: int,
    until: int,
) -> bytes:
    """A certificate for a signing key, by the root: DER. `signer` is the name that readers show."""
    authority = x509.load_der_x509_certificate(root_certificate)
    organisation = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    return (
        x509.CertificateBuilder()
        .subject_name(_name(str(organisation), signer))
        .issuer_name(authority.subject)
        .public_key(key.public)
        .serial_number(_serial())
        .not_valid_before(_moment(since))
        .not_valid_after(_moment(until))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(for_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(PURPOSES), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private.public_key()),
            critical=False,
        )
        .sign(root.private, SHA256)
        .public_bytes(Encoding.DER)
    )


def _serial() -> int:
    # Full 20 bytes with the top bit clear: the certificate's size, and with it the room in the PDF
    # that is kept for the signature, is the same for every key.
    return secrets.randbits(158) | 1 << 158


def _usage(*, for_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not for_authority,
        content_commitment=not for_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=for_authority,
        crl_sign=for_authority,
        encipher_only=False,
        decipher_only=False,
    )
