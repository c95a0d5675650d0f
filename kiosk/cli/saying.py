"""How commands speak: plain lines, errors on their own stream, never a traceback for a mistake."""

import functools
import shutil
import sys
from collections.abc import Callable
from types import TracebackType
from typing import NoReturn, ParamSpec, Self, TypeVar

import click

from config.loading import SettingsError
from kiosk.domain.errors import Refusal
from kiosk.storage.errors import StorageError
from printer.errors import PrinterError
from signing.errors import SigningError
from verifier.errors import VerifierError

__all__ = ["LiveLine", "ends_in_its_code", "fail", "said_errors", "say"]

FAILED = 1
UNREAD = 2
P = ParamSpec("P")
R = TypeVar("R")


def say(line: str, *, error: bool = False) -> None:
    """Print a line."""
    click.echo(line, err=error)


def fail(line: str) -> NoReturn:
    """Print what went wrong and end."""
    say(f"segel: {line}", error=True)
    sys.exit(FAILED)


def said_errors(command: Callable[P, R]) -> Callable[P, R]:
    """`command`, with the errors that a person can mend said in a sentence."""

    @functools.wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SettingsError as problem:
            for mistake in problem.mistakes:
                say(f"settings: {mistake}", error=True)
            fail(f"{len(problem.mistakes)} mistake(s) in the settings")
        except (Refusal, StorageError, PrinterError, SigningError, VerifierError) as problem:
            fail(str(problem))
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            fail(f"{where}{problem.strerror}")

    return said


def ends_in_its_code(command: Callable[P, int]) -> Callable[P, NoReturn]:
    """`command`, which ends in the exit code it gives, or in 2 where it could not give one.

    For commands whose 1 is an answer: a mistake, or a Ctrl-C, must not sound like it.
    """
    said = said_errors(command)

    @functools.wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> NoReturn:
        try:
            code = said(*args, **kwargs)
        except (KeyboardInterrupt, SystemExit, click.Abort):
            code = UNREAD
        sys.exit(code)

    return ended


class LiveLine:
    """A line on standard error that is written over while a command works, and gone at its end.

    Where standard error is no terminal, every new text is a line that stays.
    """

    def __init__(self) -> None:
        self.is_live = sys.stderr.isatty()
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def say(self, text: str) -> None:
        """Show `text` in the place of what was shown."""
        if text == self._shown:
            return
        self._shown = text
        if self.is_live:
            room = shutil.get_terminal_size().columns - 1
            click.echo(f"\r\x1b[K{text[:room]}", nl=False, err=True)
        else:
            click.echo(text, err=True)

    def clear(self) -> None:
        """Show nothing."""
        if self.is_live and self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._shown = ""
