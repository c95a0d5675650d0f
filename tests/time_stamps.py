"""A time-stamping authority of our own: `openssl ts` behind a small server on this machine."""

import http.server
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.programs import program

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

Mood = Literal["good", "other question", "refuses", "huge", "leads away", "error", "nonsense"]

SETTINGS = """
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/signer.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = {named}
"""


@dataclass
class TimeStampAuthority:
    """A running authority; its `mood` is what its next answers are like."""

    folder: Path
    root: tuple[x509.Certificate, Key]
    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    mood: Mood = "good"

    @property
    def ca_file(self) -> Path:
        """The root by which its answers are checked (PEM)."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """What `openssl ts` makes of a query."""
        (self.folder / "query").write_bytes(query)
        subprocess.run(
            [
                str(program("openssl", package="openssl")),
                *("ts", "-reply", "-config", str(self.folder / "settings")),
                *("-queryfile", str(self.folder / "query"), "-out", str(self.folder / "answer")),
            ],
            check=True,
            capture_output=True,
        )
        return (self.folder / "answer").read_bytes()


def a_certificate(
    name: str,
    key: Key,
    by: tuple[x509.Certificate, Key] | None,
    uses: Sequence[x509.ObjectIdentifier] | None = None,
    *,
    until: int = 2060,
) -> x509.Certificate:
    """A certificate, its own issuer without `by`; an authority's if `uses` is not given."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=uses is None, path_length=None), critical=True)
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=True)
    return builder.sign(by[1] if by else key, hashes.SHA256())


def new_authority(
    folder: Path, *, with_rsa: bool = False, intermediate: bool = False
) -> TimeStampAuthority:
    """An authority with keys of its own; `intermediate` puts a certificate below its root."""

    def new_key() -> Key:
        return (
            rsa.generate_private_key(65537, 2048)
            if with_rsa
            else ec.generate_private_key(ec.SECP256R1())
        )

    root_key, signer_key = new_key(), new_key()
    root = a_certificate("CONTOH waktu akar", root_key, None)
    chain, above = [root], (root, root_key)
    if intermediate:
        key = new_key()
        above = (a_certificate("CONTOH waktu antara", key, above), key)
        chain.append(above[0])
    signer = a_certificate("CONTOH waktu", signer_key, above, [ExtendedKeyUsageOID.TIME_STAMPING])
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
    (folder / "signer.key").write_bytes(
        signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "settings").write_text(
        SETTINGS.format(
            folder=folder,
            digest="sha512" if with_rsa else "sha256",
            named="sha1" if with_rsa else "sha256",
        )
    )
    return TimeStampAuthority(folder=folder, root=(root, root_key))


@contextmanager
def served(authority: TimeStampAuthority) -> Iterator[TimeStampAuthority]:
    """The authority, answering at its `url`."""
    previous = [b""]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(query)
            status, body = 200, b""
            match authority.mood:
                case "good":
                    body = previous[0] = authority.answer(query)
                case "other question":
                    body = previous[0]
                case "refuses":
                    body = bytes.fromhex("30053003020102")
                case "huge":
                    body = bytes(1 << 20)
                case "leads away":
                    status = 307
                case "error":
                    status = 500
                case "nonsense":
                    body = b"<html>Selamat datang</html>"
            self.send_response(status)
            self.send_header("Location", authority.url + "elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that the library gives it
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def _authority() -> Iterator[TimeStampAuthority]:
    with (
        tempfile.TemporaryDirectory(prefix="segel-tsa-") as folder,
        served(new_authority(Path(folder))) as authority,
    ):
        yield authority


@pytest.fixture
def time_stamps(_authority: TimeStampAuthority) -> TimeStampAuthority:
    """An authority with P-256 keys, in a good mood at first."""
    _authority.mood = "good"
    _authority.asked.clear()
    return _authority
