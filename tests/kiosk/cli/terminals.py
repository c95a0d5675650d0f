"""`segel` at a terminal: what a person is asked, and what shows while they type."""

import os
import pty
import sys
import time
from pathlib import Path

from tests.offices import nobodys_environment

__all__ = ["Terminal"]

PATIENCE = 60.0


class Terminal:
    """A terminal in which `segel` runs; `shown` is everything that stood on it."""

    def __init__(self, site: Path, *words: object, **environment: str) -> None:
        command = [sys.executable, "-m", "kiosk", "--site", str(site), *map(str, words)]
        around = nobodys_environment(TERM="xterm", COLUMNS="80", **environment)
        self.shown = ""
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            os.execve(sys.executable, command, around)  # noqa: S606 -- our own program

    def answer(self, question: str, answer: str) -> None:
        """Wait for the question, then type."""
        self._read_until(question)
        # The echo is switched off just after the question.
        time.sleep(0.2)
        os.write(self._screen, answer.encode() + b"\n")

    def end(self) -> int:
        """The command's exit code, once it has ended."""
        self._read_until(None)
        os.close(self._screen)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read_until(self, wanted: str | None) -> None:
        start = len(self.shown)
        until = time.monotonic() + PATIENCE
        while wanted is None or wanted not in self.shown[start:]:
            try:
                data = os.read(self._screen, 4096)
            except OSError:
                # The other side was closed.
                data = b""
            if not data or time.monotonic() > until:
                assert wanted is None, f"never asked {wanted!r}: {self.shown}"
                return
            self.shown += data.decode()
