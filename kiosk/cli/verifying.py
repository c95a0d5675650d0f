"""`segel verify`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .saying import said_errors

__all__ = ["language_option", "seconds_at", "trust_options", "verify"]

Command = TypeVar("Command", bound=Callable[..., Any])


def trust_options(command: Command) -> Command:
    """`command`, with the options that say whom to believe, and when."""
    for option in (
        click.option(
            "--at",
            metavar="TIME",
            help="Check as if it were this time: ISO 8601 with its zone, 2026-08-31T10:20+07:00.",
        ),
        click.option(
            "--root",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The root's public key, where it was handed over by another way than the folder.",
        ),
        click.option(
            "--trust",
            type=click.Path(path_type=Path, file_okay=False),
            envvar="SEGEL_TRUST",
            show_envvar=True,
            help="The folder of trust bundle and status lists.  [default: the site's public/]",
        ),
    ):
        command = option(command)
    return command


def language_option(command: Command) -> Command:
    """`command`, with the option for the language of what it says."""
    return click.option(
        "--lang",
        type=click.Choice(["id", "en"]),
        default="id",
        show_default=True,
        help="The language of the sentences.",
    )(command)


def seconds_at(at: str | None) -> int:
    """The time that --at names, or now, in seconds since 1970."""
    from verifier.command import parse_time

    try:
        return int(time.time()) if at is None else parse_time(at)
    except ValueError as problem:
        raise click.BadParameter(f"{at!r}: {problem}", param_hint="--at") from None


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print one array for machines.")
@trust_options
@language_option
@click.pass_obj
@said_errors
def verify(
    site: Path,
    *,
    files: tuple[str, ...],
    as_json: bool,
    trust: Path | None,
    root: Path | None,
    lang: str,
    at: str | None,
) -> None:
    """Check certificates: PDF files, photos or scans, or the text of a QR code.

    FILE may be a PDF, a picture (JPEG, PNG, WebP), a file with the text of a QR code, or that text
    itself; - reads standard input. Nothing is asked of any network. The code of a poster is known,
    too, and never genuine: `segel check-poster` is for posters.

    Exit code: 0 genuine; 1 not genuine, withdrawn, suspended or expired; 2 could not be checked;
    of several files the highest.
    """
    from verifier.command import exit_code_of, run

    now = seconds_at(at)
    sys.exit(
        exit_code_of(
            lambda out, stdin: run(
                list(files),
                trust=trust or site / "public",
                root=root,
                now=now,
                as_json=as_json,
                language=lang,
                out=out,
                stdin=stdin,
            )
        )
    )
