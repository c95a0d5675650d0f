"""How commands speak: plain lines, errors on their own stream, never a traceback for a mistake."""

import functools
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import click

from config.loading import SettingsError
from kiosk.domain.errors import Refusal
from kiosk.storage.errors import StorageError
from printer.errors import PrinterError
from signing.errors import SigningError
from verifier.errors import VerifierError

__all__ = ["fail", "said_errors", "say"]

FAILED = 1
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
