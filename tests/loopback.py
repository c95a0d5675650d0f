"""An SMS gateway and a mail server on this machine, for tests: they keep what they are sent."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

__all__ = ["Gateway", "Mailbox"]


@dataclass
class Gateway:
    """An SMS gateway: what it was told, under which keys; `answers` are its next status codes."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@dataclass
class Mailbox:
    """A mail server: what came in; `refuses` answers every recipient with a no."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Message] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: bool = False


class _MailHandler(StreamRequestHandler):
    """Speaks enough of SMTP (RFC 5321) to be sent a mail."""

    mailbox: Mailbox

    def handle(self) -> None:
        """Answer until the other side leaves."""
        self.say("220 contoh")
        while line := self.rfile.readline():
            verb, _, rest = line.decode(errors="replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            self.answer(verb.upper(), rest)

    def answer(self, verb: str, rest: str) -> None:
        """Answer one command."""
        if verb == "AUTH":
            self.mailbox.logins.append(rest)
        if verb == "DATA":
            self.say("354 go on")
            self.take()
        refused = verb == "STARTTLS" or (verb == "RCPT" and self.mailbox.refuses)
        said = {"EHLO": "250-contoh\r\n250 AUTH PLAIN", "AUTH": "235 in"}.get(verb, "250 yes")
        self.say("550 no" if refused else said)

    def take(self) -> None:
        """Take a mail in, up to the line with a dot."""
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        self.mailbox.mails.append(message_from_bytes(b"".join(lines), policy=default))

    def say(self, line: str) -> None:
        """Send a line."""
        self.wfile.write(line.encode() + b"\r\n")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that listens."""
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = made.answers.pop(0) if made.answers else 200
            made.keys.append(self.headers["Idempotency-Key"])
            made.tokens.append(self.headers.get("Authorization", ""))
            if answer == 200:
                made.told.append(json.loads(body))
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_address[1]}/send"
        yield made
        server.shutdown()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that listens."""
    made = Mailbox()

    class Handler(_MailHandler):
        mailbox = made

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.port = server.server_address[1]
        yield made
        server.shutdown()


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
