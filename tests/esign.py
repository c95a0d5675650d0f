"""A service that signs whole files, as the e-sign client of BSrE does: `POST /api/sign/pdf`.

Only its edge is as the real one's; behind it pyHanko signs, with RSA keys of an invented authority.
"""

import base64
import email
import email.policy
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.private import Secret
from signing.remote import Credentials

CREDENTIALS = Credentials(
    username=Secret(b"skck-contoh"),
    password=Secret(b"sandi-layanan"),
    nik=Secret(b"9971010101800001"),
    passphrase=Secret(b"frasa-sandi-pejabat"),
)


@dataclass(frozen=True, kw_only=True)
class SigningAuthority:
    """An invented authority, and the one person it certified."""

    root: x509.Certificate
    person: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        """The root, as a checker pins it."""
        return self.root.public_bytes(Encoding.PEM)


def _certificate(
    name: str, key: rsa.RSAPrivateKey, by: tuple[x509.Certificate, rsa.RSAPrivateKey] | None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=by is not None,
                content_commitment=by is not None,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=by is None,
                crl_sign=by is None,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(by[1] if by else key, hashes.SHA256())
    )


@cache
def an_authority(name: str = "CONTOH BSRE") -> SigningAuthority:
    """The authority of this name, with a person below it."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root = _certificate(name, root_key, None)
    person = _certificate("SITI CONTOH, S.H.", key, (root, root_key))
    return SigningAuthority(root=root, person=person, key=key)


def sign_whole(
    pdf: bytes,
    authority: SigningAuthority,
    *,
    box: tuple[int, int, int, int] | None = None,
    change: Callable[[IncrementalPdfFileWriter], None] | None = None,
) -> bytes:
    """`pdf` with a signature behind it, in a visible `box` or none, after a `change`."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko has few types
    store.register(asn1_x509.Certificate.load(authority.root.public_bytes(Encoding.DER)))
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(authority.person.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            authority.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=store,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if change is not None:
        change(writer)
    out: io.BytesIO = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name="Signature1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        ),
        signer=signer,
        new_field_spec=fields.SigFieldSpec("Signature1", box=box, on_page=0),
    ).sign_pdf(writer, output=io.BytesIO())
    return out.getvalue()


@dataclass
class EsignService:
    """A running service. `answer` turns the file that was sent into what comes back."""

    url: str = ""
    asked: list[dict[str, bytes]] = field(default_factory=list)
    answer: Callable[[bytes], bytes] = field(default=lambda pdf: sign_whole(pdf, an_authority()))


def _fields(content_type: str, body: bytes) -> dict[str, bytes]:
    message = email.message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP
    )
    return {
        str(part.get_param("name", header="content-disposition")): bytes(
            part.get_payload(decode=True)
        )
        for part in message.iter_parts()
    }


def _status(service: EsignService, login: str, sent: dict[str, bytes]) -> int:
    """What the real one answers to these fields."""
    expected = base64.b64encode(CREDENTIALS.username + b":" + CREDENTIALS.password).decode()
    if login != f"Basic {expected}":
        return 401
    if sent.get("passphrase") != CREDENTIALS.passphrase or sent.get("nik") != CREDENTIALS.nik:
        return 400
    return 200 if sent.get("tampilan") == b"invisible" else 422


@contextmanager
def served(service: EsignService) -> Iterator[EsignService]:
    """The service, answering at its `url`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = _fields(self.headers["Content-Type"], body)
            service.asked.append(sent)
            status = _status(service, self.headers["Authorization"], sent)
            answer = b'{"error": "..."}'
            if self.path != "/api/sign/pdf":
                status = 404
            elif status == 200:
                answer = service.answer(sent["file"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that the library gives it
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def esign() -> Iterator[EsignService]:
    """A service that signs what it is given."""
    with served(EsignService()) as service:
        yield service
