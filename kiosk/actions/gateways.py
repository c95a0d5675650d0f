"""Where notices leave the house: an SMS gateway over HTTP, and a mail server."""

import json
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from kiosk.domain.notices import Message
from signing.errors import SignerError
from signing.posting import post

from .notices import NoticeError

__all__ = ["MailServer", "SmsGateway"]

SECONDS = 10.0
LONGEST_REPLY = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class SmsGateway:
    """A gateway that takes a POST with JSON `{"to": …, "text": …}`.

    It is told the notice's key as Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
    """

    url: str
    token: str = field(default="", repr=False)

    def send(self, address: str, message: Message, *, key: str) -> None:
        """Send a text message.

        Raises:
            NoticeError: the gateway did not take it.
        """
        headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{key}"'}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = json.dumps({"to": address, "text": message.text}).encode()
        try:
            post(self.url, body, headers, seconds=SECONDS, longest=LONGEST_REPLY)
        except SignerError as problem:
            raise NoticeError(f"SMS gateway: {problem}") from None


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A mail server; `host` is also what message ids end in."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, address: str, message: Message, *, key: str) -> None:
        """Send an e-mail; a message that is sent again has the same Message-ID.

        Raises:
            NoticeError: the server did not take it.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, address, message.subject
        mail["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, UnicodeError) as problem:
            # What the server says may repeat the address.
            raise NoticeError(f"mail server: {type(problem).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        # Named, for else this machine's name would be looked up, and perhaps waited for.
        own = self.sender.rpartition("@")[2]
        if self.security == "tls":
            return _OverTls(self.host, self.port, own, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, own, timeout=SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


class _OverTls(smtplib.SMTP_SSL):
    """As its base, which leaves the connection open where TLS fails."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        try:
            return self.context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
