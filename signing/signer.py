"""One process holds the PKCS#11 token and signs for all the others of a site.

    batch worker --+                                   +-- SIGNER, 40 bytes: "SGN1" id 4 digest 32
    batch worker --+-- keys/signer.socket (0600) ------+   answer: length 2, then 0x00 signature 64
    web server   --+                                   +                      or 0x01 a sentence

Tokens take it badly when several processes work with them at once; this one opens the session and
the keys once, and signs one digest after the other. It is started by whoever needs it first, and
ends when that one is gone and nobody else is connected. Nothing but signing can be asked of it, by
processes of the same user only; the PIN reaches it through a pipe.
"""

import fcntl
import hashlib
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from .errors import SignatureError, SignerError, SigningError
from .keys import SIGNATURE_BYTES, VerifyingKey, key_id_of
from .private import Secret, check_private_folder

if TYPE_CHECKING:
    from .pkcs11 import Pkcs11Key, Token

__all__ = ["Signer", "SocketKey", "main"]

SOCKET: Final = "signer.socket"
LOCK: Final = "signer.lock"
REQUEST: Final = struct.Struct("4s4s32s")
LENGTH: Final = struct.Struct(">H")
MAGIC: Final = b"SGN1"
SIGNED, COMPLAINED = b"\0", b"\1"
READY, BUSY = b"ready\n", b"busy\n"
ATTEMPTS: Final = 3
LONGEST_SENTENCE: Final = 400
MOST_CONNECTIONS: Final = 64
# Seconds. A token may take its time for a signature; a start includes opening the session.
ANSWER_WITHIN, START_WITHIN, PAUSE = 30.0, 15.0, 0.05
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from signing.signer import main; main()"
)
_ROOT: Final = str(Path(__file__).resolve().parent.parent)


class SocketKey:
    """A key in the token, reached through the signer: a SigningKey."""

    def __init__(self, signer: "Signer", point: bytes) -> None:
        self.point = point
        self._signer = signer
        self._id = key_id_of(point)
        self._known = False

    def __repr__(self) -> str:
        return f"SocketKey({self._id.hex()})"

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes r‖s over the SHA-256 of `message`.

        Raises:
            SignerError: the signer cannot be reached, or the token did not sign.
        """
        signature = self._signer.ask(self._id, hashlib.sha256(message).digest())
        if not self._known:
            # Ids are short: the first signature shows that the token has this very key.
            try:
                VerifyingKey(self.point).verify(signature, message)
            except SignatureError:
                raise SignerError(f"the token has another key of the id {self._id.hex()}") from None
            self._known = True
        return signature


class Signer:
    """The signer of a site, seen from a process that wants signatures; started when needed.

    `folder` is the site's folder of keys; `label` and `pin` are the token's. Threads may share it,
    and processes forked from this one go on with connections of their own.
    """

    def __init__(self, folder: Path, *, module: Path, label: str, pin: bytes) -> None:
        self._folder = folder
        self._arguments = (str(folder.resolve()), str(module), label)
        self._pin = Secret(pin)
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._owner = 0
        # Both are done at the latest when nobody holds this object any more.
        self._hang_up: Callable[[], object] = lambda: None
        self._let_go: Callable[[], object] = lambda: None

    def key(self, point: bytes) -> SocketKey:
        """The key with this public half."""
        return SocketKey(self, point)

    def ask(self, key_id: bytes, digest: bytes) -> bytes:
        """The signature of a key of the token over a digest.

        Raises:
            SignerError: the signer cannot be reached, or the token did not sign.
        """
        with self._lock:
            reply = self._reply_to(REQUEST.pack(MAGIC, key_id, digest))
        if reply[:1] == SIGNED and len(reply) == 1 + SIGNATURE_BYTES:
            return reply[1:]
        raise SignerError(reply[1:].decode(errors="replace") or "the signer gives no signature")

    def _reply_to(self, request: bytes) -> bytes:
        for _ in range(ATTEMPTS):
            try:
                return _exchange(self._connected(), request)
            except TimeoutError:
                self._disconnect()
                raise SignerError("the signer does not answer") from None
            except OSError:
                # It has ended since it was last asked, and is started anew.
                self._disconnect()
                time.sleep(PAUSE)
        raise SignerError("the signer ends whenever it is to sign")

    def close(self) -> None:
        """Let go of the signer; it ends if nobody else needs it."""
        with self._lock:
            self._disconnect()
            self._let_go()

    def _connected(self) -> socket.socket:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        # What was inherited by a fork is the parent's.
        self._disconnect()
        deadline = time.monotonic() + START_WITHIN
        while (connection := _connection_to(self._folder)) is None:
            if time.monotonic() > deadline:
                raise SignerError("the signer of this site is there and takes no requests")
            self._start()
        self._connection, self._owner = connection, os.getpid()
        self._hang_up = weakref.finalize(self, connection.close)
        return connection

    def _disconnect(self) -> None:
        self._hang_up()
        self._connection = None

    def _start(self) -> None:
        """Start the signer, or see another process start it; it may be gone again by then."""
        self._let_go()
        for _ in range(ATTEMPTS):
            pipes = _started(self._arguments, self._pin)
            line = _first_line(pipes)
            if line == READY:
                self._let_go = weakref.finalize(self, _close, pipes)
                return
            _close(pipes)
            if line == BUSY:
                time.sleep(PAUSE)
                return
            if line:
                raise SignerError(line.decode(errors="replace").strip())
        raise SignerError("the signer ends as soon as it is started: is the PKCS#11 module sound?")


Pipes = tuple[IO[bytes], IO[bytes]]


def _started(arguments: tuple[str, ...], pin: Secret) -> Pipes:
    """The pipes to and from a signer that was just started."""
    # Not of our process group: a Ctrl-C here must not take the token from others.
    with subprocess.Popen(  # noqa: S603 -- ourselves; the PIN goes through the pipe
        [sys.executable, "-I", "-c", _START, _ROOT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        # It hands on to a child of its own, which is nobody's to wait for, and ends.
        to, process.stdin = process.stdin, None
        back, process.stdout = process.stdout, None
    if to is None or back is None:
        raise SignerError("the signer was started without its pipes")
    with suppress(BrokenPipeError):
        to.write(pin + b"\n")
        to.flush()
    return to, back


def _first_line(pipes: Pipes) -> bytes:
    """What the signer says first; nothing if it ends, or says nothing in time."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipes[1], selectors.EVENT_READ)
        return pipes[1].readline() if selector.select(START_WITHIN) else b""


def _close(pipes: Pipes) -> None:
    """Close the pipes by which the signer knows us; it ends when nobody else needs it."""
    for pipe in pipes:
        with suppress(BrokenPipeError):
            pipe.close()


def _connection_to(folder: Path) -> socket.socket | None:
    """A connection to the signer that listens in this folder, if there is one."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(ANSWER_WITHIN)
    try:
        with _short_path(folder) as path:
            connection.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return connection


@contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """The socket's path by way of an open folder: a path of over 107 bytes cannot be bound."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def _exchange(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    (length,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


def main() -> None:
    """Be the signer. Arguments: the folder of the keys, the PKCS#11 module, the token's label.

    The first line of the standard input is the PIN. Says `ready`, `busy` (another one is there), or
    a sentence, and ends when the standard input does and nobody is connected.
    """
    if os.fork():
        os._exit(0)
    # A module that hangs is not waited for, and does not keep the place of one that works.
    signal.alarm(int(START_WITHIN))
    folder, module, label = sys.argv[1:]
    pin = Secret(sys.stdin.buffer.readline().removesuffix(b"\n"))
    try:
        complaint = _signing(Path(folder), Path(module), label, pin)
    except SigningError as problem:
        complaint = f"{problem}\n".encode()
    if complaint:
        os.write(sys.stdout.fileno(), complaint)


def _signing(folder: Path, module: Path, label: str, pin: Secret) -> bytes:
    from .pkcs11 import Token

    check_private_folder(folder)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return BUSY
    with Token(module, label, pin) as token, socket.socket(socket.AF_UNIX) as listener:
        _listen(listener, folder)
        signal.alarm(0)
        os.write(sys.stdout.fileno(), READY)
        try:
            _Desk(token, listener).work()
        finally:
            (folder / SOCKET).unlink(missing_ok=True)
    # The lock goes with the process, after everything else.
    return b""


def _listen(listener: socket.socket, folder: Path) -> None:
    # Nobody else listens, for we have the lock: what is left is of one that was killed.
    (folder / SOCKET).unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        with _short_path(folder) as path:
            listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(MOST_CONNECTIONS)
    listener.settimeout(0)


class _Desk:
    """The signer at work: one thread, one request after the other."""

    def __init__(self, token: "Token", listener: socket.socket) -> None:
        self._token = token
        self._listener = listener
        self._keys: dict[bytes, Pkcs11Key] = {}
        self._asked: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()

    def work(self) -> None:
        """Answer until nobody needs us."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        wanted = True
        while wanted or self._asked:
            for ready, _ in self._selector.select():
                source = ready.fileobj
                if source is self._listener:
                    self._welcome()
                elif isinstance(source, socket.socket):
                    self._hear(source)
                elif not os.read(sys.stdin.fileno(), 64):
                    # Whoever started us is gone.
                    wanted = False
                    self._selector.unregister(source)

    def _welcome(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            # Gone before it was let in.
            return
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        _, user, _ = struct.unpack("3i", credentials)
        if user not in {0, os.geteuid()} or len(self._asked) >= MOST_CONNECTIONS:
            connection.close()
            return
        connection.settimeout(0)
        self._asked[connection] = b""
        self._selector.register(connection, selectors.EVENT_READ)

    def _hear(self, connection: socket.socket) -> None:
        try:
            more = connection.recv(4096)
        except OSError:
            more = b""
        heard = self._asked[connection] + more
        while more and len(heard) >= REQUEST.size:
            request, heard = heard[: REQUEST.size], heard[REQUEST.size :]
            magic, key_id, digest = REQUEST.unpack(request)
            reply = self._reply(key_id, digest) if magic == MAGIC else b""
            try:
                sent = connection.send(reply) if reply else 0
            except OSError:
                sent = 0
            # Another language, or an asker who does not listen: neither is worth waiting for.
            if not reply or sent != len(reply):
                more = b""
        if more:
            self._asked[connection] = heard
        else:
            self._selector.unregister(connection)
            connection.close()
            del self._asked[connection]

    def _reply(self, key_id: bytes, digest: bytes) -> bytes:
        try:
            if key_id not in self._keys:
                # Perhaps it was made since we last looked.
                found = self._token.keys()
                self._keys = {key_id_of(key.point): key for key in found}
            if key_id not in self._keys:
                raise SignerError(f"the token {self._token.label!r} has no key {key_id.hex()}")
            reply = SIGNED + self._keys[key_id].sign_digest(digest)
        except SignerError as problem:
            reply = COMPLAINED + str(problem).encode()[:LONGEST_SENTENCE]
        return LENGTH.pack(len(reply)) + reply
