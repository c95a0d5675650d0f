"""Signed PDF files that other issuers could send: letters under an invented RSA authority.

`CONTOH BSRE CA` stands for the national one: RSA, several signatures in a file, time stamps, and
what long-term validation needs appended after signing. Made with pyHanko, offline.
"""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

from tests.builders import ISSUED, Seal

__all__ = ["BSRE", "Identity", "a_letter", "an_identity", "signed", "signed_for_years"]

BSRE = "CONTOH BSRE CA DS G1"
_AT = datetime.fromtimestamp(ISSUED, UTC)
_YEAR = timedelta(days=365)


class Identity:
    """A key with its X.509 certificate, as pyHanko takes them."""

    def __init__(self, certificate: x509.Certificate, key: Any) -> None:
        self.key = key
        self.x509 = certificate
        self.certificate = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.private = asn1_keys.PrivateKeyInfo.load(der)

    @classmethod
    def of(cls, seal: Seal) -> "Identity":
        """A key of the office, or of whoever calls himself so."""
        return cls(x509.load_der_x509_certificate(seal.certificate), seal.key.private)


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@cache
def _key(number: int, bits: int) -> Any:
    # A number, so that the same key is asked for again; 0 bits mean P-256.
    return (
        rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    )


@cache
def an_identity(
    common: str = "DEWI LESTARI",
    *,
    organisation: str = "Pemerintah Kota Contoh",
    issuer: str | None = BSRE,
    bits: int = 2048,
    number: int = 2,
    stamps: bool = False,
) -> Identity:
    """Somebody with a certificate of `issuer`; None means that it is an authority itself."""
    key = _key(number, bits)
    name = _name(common, organisation)
    own = issuer is None
    authority = None if issuer is None else _authority(issuer)
    usage = {"key_cert_sign": own, "crl_sign": own}
    usage |= {"digital_signature": not own, "content_commitment": not own}
    rest = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.x509.subject if authority else name)
        .public_key(key.public_key())
        .serial_number(4711 + number)
        .not_valid_before(_AT - _YEAR)
        .not_valid_after(_AT + 9 * _YEAR)
        .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, **dict.fromkeys(rest, False), decipher_only=False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if authority is not None:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if stamps:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    signer = key if authority is None else authority.key
    return Identity(builder.sign(signer, hashes.SHA256()), key)


def _authority(name: str) -> Identity:
    return an_identity(name, organisation="Otoritas Contoh", issuer=None, number=1)


@cache
def a_letter(text: str = "Undangan rapat desa, 2 September") -> bytes:
    """A letter of one page, not signed."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return out.getvalue()


def signed(
    data: bytes,
    identity: Identity,
    *,
    field: str = "pertama",
    digest: str = "sha256",
    password: str | None = None,
) -> bytes:
    """`data` signed by somebody, in a revision of its own; `password` opens `data`."""
    return _signed(data, identity, field=field, digest=digest, password=password)


def signed_for_years(
    data: bytes, identity: Identity, *, field: str = "pertama", archived: bool = False
) -> bytes:
    """`data` signed with a time stamp, and what checking it in years takes appended: PAdES B-LT.

    An `archived` one ends with a time stamp over the whole file: PAdES B-LTA.
    """
    stamper = an_identity("OTORITAS WAKTU CONTOH", number=3, stamps=True)
    no_others: Any = SimpleCertificateStore
    registry = no_others()
    authority = _authority(BSRE)
    registry.register(authority.certificate)
    clock: Any = DummyTimeStamper
    context = ValidationContext(
        trust_roots=[authority.certificate],
        moment=_AT,
        allow_fetching=False,
        other_certs=[stamper.certificate],
        crls=[_nobody_withdrawn(authority)],
    )
    return _signed(
        data,
        identity,
        field=field,
        options={
            "embed_validation_info": True,
            "validation_context": context,
            "use_pades_lta": archived,
        },
        stamper=clock(
            tsa_cert=stamper.certificate,
            tsa_key=stamper.private,
            certs_to_embed=registry,
            fixed_dt=_AT,
        ),
    )


def _signed(
    data: bytes,
    identity: Identity,
    *,
    field: str,
    digest: str = "sha256",
    password: str | None = None,
    options: dict[str, Any] | None = None,
    stamper: Any = None,
) -> bytes:
    no_others: Any = SimpleCertificateStore
    registry = no_others()
    registry.register(_authority(BSRE).certificate)
    signer = signers.SimpleSigner(
        signing_cert=identity.certificate, signing_key=identity.private, cert_registry=registry
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=fields.SigSeedSubFilter.PADES,
        **options or {},
    )
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(data))
    if password is not None:
        writer.encrypt(password)
    out = io.BytesIO()
    signers.PdfSigner(metadata, signer=signer, timestamper=stamper).sign_pdf(writer, output=out)
    return out.getvalue()


def _nobody_withdrawn(authority: Identity) -> bytes:
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.x509.subject)
        .last_update(_AT - timedelta(days=1))
        .next_update(_AT + _YEAR)
        .sign(authority.key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
