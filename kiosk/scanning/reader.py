"""What others hold of the scanner: pictures in, sightings out.

A `CardReader` starts its worker when it is first needed, and anew whenever that has ended. One
picture is read at a time; who comes meanwhile waits, but not for ever.
"""

import logging
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.scanning.card import Corners, Sighting
from kiosk.scanning.errors import CardPictureError, ReaderBusyError, ReaderMissingError
from kiosk.scanning.lines import is_installed, reader_missing
from kiosk.scanning.messages import LONGEST_REPLY, encode_request, parse_reply, receive, send
from verifier.confined import MOST_BYTES

__all__ = ["CardReader"]

_log = logging.getLogger(__name__)

# Seconds by the wall clock: reached only where the machine is busy, or a picture hostile.
START_WITHIN: Final = 30.0
ANSWER_WITHIN: Final = 10.0
WAIT_AT_MOST: Final = 10.0
END_WITHIN: Final = 2.0

_MODULE: Final = "kiosk.scanning.worker"
_START: Final = (
    f"import sys; sys.path.insert(0, sys.argv.pop(1)); from {_MODULE} import main; main()"
)
_ROOT: Final = str(Path(__file__).resolve().parent.parent.parent)
# The worker gets no variable of ours: not the passphrase, nothing that changes how Python starts.
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class CardReader:
    """Reads pictures of cards in a process of its own. Threads may share it.

    `layout` is the kind of card that is prepared for; others are read too, the first time slower.
    """

    def __init__(self, layout: str = "ktp-el") -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the worker, and do not wait for it: the first picture is then read at once.

        Raises:
            ReaderMissingError: the part that reads print is not installed.
        """
        with self._lock:
            self._running()

    def look(
        self, picture: bytes, *, layout: str | None = None, near: Corners | None = None
    ) -> Sighting:
        """What a picture file (JPEG, PNG, WebP) shows; `near` is where the card lay just before.

        Raises:
            CardPictureError: the picture cannot be decoded, or not within the limits.
            ReaderMissingError: the part that reads print is not installed, or does not start.
            ReaderBusyError: others' pictures took too long.
        """
        if len(picture) > MOST_BYTES:
            raise CardPictureError("too-large", "the picture file is larger than is read")
        asked = encode_request(layout or self._layout, near)
        if not self._lock.acquire(timeout=WAIT_AT_MOST):
            raise ReaderBusyError("reader-busy", "other pictures are being read")
        try:
            return self._sighting(asked, picture)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _sighting(self, asked: bytes, picture: bytes) -> Sighting:
        was_ready = False
        # Somebody may have ended the worker just now. If it ends twice, there is more to it.
        for _ in range(2):
            worker = self._running()
            try:
                return parse_reply(worker.reply(asked, picture))
            except TimeoutError:
                self._end(at_once=True)
                if worker.is_ready:
                    raise _took_too_long() from None
                raise _does_not_start() from None
            except (EOFError, OSError, LookupError, TypeError, ValueError):
                was_ready = worker.is_ready
                if self._end() == -signal.SIGPROF:
                    raise _took_too_long() from None
        if was_ready:
            raise CardPictureError("damaged", "the picture cannot be read: its reader gave it up")
        raise _does_not_start()

    def _running(self) -> "_Worker":
        worker = self._worker
        if worker is not None and worker.is_ours():
            return worker
        self._end()
        if not is_installed():
            raise reader_missing()
        self._worker = _Worker(self._layout)
        return self._worker

    def _end(self, *, at_once: bool = False) -> int | None:
        """End the worker, if there is one; how it ended."""
        worker, self._worker = self._worker, None
        return None if worker is None else worker.end(at_once=at_once)


class _Worker:
    """A worker's process, and the channel to it."""

    def __init__(self, layout: str) -> None:
        self.is_ready = False
        self._channel, theirs = socket.socketpair()
        with theirs:
            # Not of our process group: a Ctrl-C here ends it when we are done.
            self._process = subprocess.Popen(  # noqa: S603 -- ourselves; pictures take the socket
                [sys.executable, "-I", "-B", "-c", _START, _ROOT, layout],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                start_new_session=True,
            )

    def is_ours(self) -> bool:
        """Whether it can be asked. To a process forked from us, our worker counts as ended."""
        return self._process.poll() is None

    def reply(self, asked: bytes, picture: bytes) -> bytes:
        """What it answers.

        Raises:
            TimeoutError: nothing, in time.
            EOFError, OSError: it has ended.
            ReaderMissingError: it could not start.
        """
        if not self.is_ready:
            self._channel.settimeout(START_WITHIN)
            parse_reply(receive(self._channel, longest=LONGEST_REPLY))
            self.is_ready = True
        self._channel.settimeout(ANSWER_WITHIN)
        send(self._channel, asked)
        send(self._channel, picture)
        return receive(self._channel, longest=LONGEST_REPLY)

    def end(self, *, at_once: bool) -> int:
        """Hang up, and see it end."""
        self._channel.close()
        if at_once:
            self._process.kill()
        try:
            return self._process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _took_too_long() -> CardPictureError:
    return CardPictureError("took-too-long", "reading the picture was stopped: it took too long")


def _does_not_start() -> ReaderMissingError:
    return ReaderMissingError("reader-down", "the process that reads cards does not start")
