"""A remote signer: a service that is given a whole PDF and gives it back signed.

This is how the e-sign client of BSrE works, which an office runs in its own network: version 1 of
its interface, `POST /api/sign/pdf` with Basic authentication and a form of file, NIK, passphrase
and appearance. What it adds stands behind the file; a service that changes the file is refused.
"""

import secrets
import tomllib
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from .errors import KeyFileError, SignerError
from .posting import is_loopback, post
from .private import Secret, read_private

__all__ = ["Credentials", "EsignClient", "RemoteSigner", "load_credentials"]

PATH = "/api/sign/pdf"
# A signature with its chain, revocation lists and a time stamp.
MOST_ADDED = 4 << 20
SECONDS = 60.0
FIELDS = ("username", "password", "nik", "passphrase")


class RemoteSigner(Protocol):
    """Whoever signs whole files."""

    def sign_pdf(self, pdf: bytes) -> bytes:
        """`pdf`, with a signature behind it.

        Raises:
            SignerError: it was not signed.
        """


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who asks for the signature, and whose it is; shows nothing of itself."""

    username: Secret = field(repr=False)
    password: Secret = field(repr=False)
    nik: Secret = field(repr=False)
    passphrase: Secret = field(repr=False)


def load_credentials(path: Path) -> Credentials:
    """The credentials in a TOML file of mode 0600: username, password, nik, passphrase.

    Raises:
        KeyFileError: it is missing, readable by others, or lacks one of them.
    """
    given = _texts_in(read_private(path))
    if given is None:
        raise KeyFileError(f"{path} is not written as TOML")
    missing = [name for name in FIELDS if name not in given]
    if missing:
        raise KeyFileError(f"{path} lacks {', '.join(missing)} (a text in quotes)")
    return Credentials(**{name: given[name] for name in FIELDS})


def _texts_in(data: Secret) -> dict[str, Secret] | None:
    """The texts of a TOML file, hidden; None if it is none. What it stumbled over is not shown."""
    try:
        return {
            name: Secret(value.encode())
            for name, value in tomllib.loads(data.decode()).items()
            if isinstance(value, str)
        }
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class EsignClient:
    """The e-sign client at `url`; a RemoteSigner.

    Raises:
        SignerError: the address is not https://, nor of this machine.
    """

    url: str
    credentials: Credentials
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme != "https" and not is_loopback(self.url):
            raise SignerError(
                f"{self.url}: a passphrase is sent by https:// only, or to this very machine"
            )

    def sign_pdf(self, pdf: bytes) -> bytes:
        """`pdf`, with a signature of the service behind it.

        Raises:
            SignerError: the service does not answer or refuses, or gives back another file.
        """
        edge = f"segel-{secrets.token_hex(16)}"
        login = Secret(b64encode(self.credentials.username + b":" + self.credentials.password))
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Authorization": _Hidden(f"Basic {login.decode('ascii')}"),
            "Accept": "application/pdf",
        }
        signed = post(
            self.url.rstrip("/") + PATH,
            self._body(edge.encode(), pdf),
            headers,
            seconds=self.seconds,
            longest=len(pdf) + MOST_ADDED,
        )
        host = urlsplit(self.url).netloc
        if not signed.startswith(pdf):
            raise SignerError(f"{host} gave back another file than it was given")
        if len(signed) == len(pdf):
            raise SignerError(f"{host} gave the file back without a signature")
        return signed

    def _body(self, edge: bytes, pdf: bytes) -> Secret:
        fields = {
            b"nik": self.credentials.nik,
            b"passphrase": self.credentials.passphrase,
            b"tampilan": b"invisible",
        }
        parts = [
            Secret(b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % part)
            for part in ((edge, name, value) for name, value in fields.items())
        ]
        file = (
            b'--%b\r\nContent-Disposition: form-data; name="file"; filename="skck.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%b\r\n--%b--\r\n" % (edge, pdf, edge)
        )
        return Secret(b"".join([*parts, file]))


class _Hidden(str):
    """A text that does not show itself in a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'...'"
