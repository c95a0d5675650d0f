"""`segel payments`: the bank's file, and what in it settled nothing."""

from datetime import timedelta
from pathlib import Path

import click

from .opening import opened
from .saying import said_errors, say

__all__ = ["payments"]


@click.group()
def payments() -> None:
    """What applicants paid at the bank."""


@payments.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
@said_errors
def import_file(site: Path, *, file: Path) -> None:
    """Read a bank's file (CSV): each line whose reference and amount fit settles an application.

    The first line names the columns: date (YYYY-MM-DD), reference and amount, in any order, and
    others that are not looked at. A file may be read again: every line counts once. A line that
    fits nothing is kept for a person to look at (`segel payments mismatches`).
    """
    from kiosk.actions.payments import read_bank_file
    from kiosk.domain.payments import LineOutcome

    read = read_bank_file(opened(site).desk, file.read_text(encoding="utf-8-sig"))
    matched = read.outcomes.get(LineOutcome.MATCHED, 0)
    say(f"{matched} paid, {read.known} lines were known")
    for outcome, count in sorted(read.outcomes.items()):
        if outcome is not LineOutcome.MATCHED:
            say(f"{outcome}: {count}")


@payments.command()
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.pass_obj
@said_errors
def mismatches(site: Path, *, days: int) -> None:
    """List the lines of the bank that settled nothing: to be looked at, and paid back or booked."""
    desk = opened(site).desk
    since = int((desk.clock() - timedelta(days=days)).timestamp())
    with desk.register.read() as books:
        found = books.payments.mismatches(since=since)
    for line in found:
        say(f"{line.booked_on} {line.reference} Rp{line.amount} {line.outcome}")
    say(f"{len(found)} lines", error=True)
