"""`segel reports`: is the log of sealed reports whole, and what is counted of them."""

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

from .opening import opened
from .saying import ends_in_its_code, fail, said_errors, say

if TYPE_CHECKING:
    from kiosk.actions.mailroom import Mailroom

__all__ = ["reports"]

BROKEN = 1


@click.group()
def reports() -> None:
    """Sealed reports: their log, and how many there were. Nothing here can read one."""


@reports.command()
@click.option(
    "--heads",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A copy of the published heads that somebody kept; may be given more than once.",
)
@click.pass_obj
@ends_in_its_code
def check(site: Path, *, heads: tuple[Path, ...]) -> int:
    """Check that no entry of the log was changed, taken out or cut off.

    Ends in 0 where the log is whole, in 1 where it is not, and in 2 where it could not look. The
    heads that this site published are held against it; a copy of them that was kept elsewhere
    (--heads) cannot have been changed along with it.
    """
    from kiosk.actions.deeds import HEADS_FILE, check_deeds, published_heads

    mailroom = _mailroom(site)
    files = [file for file in (mailroom.directory.with_name(HEADS_FILE), *heads) if file.exists()]
    known = published_heads("\n".join(file.read_text(encoding="ascii") for file in files))
    found = check_deeds(mailroom, known)
    if found.broken is not None:
        say(f"the log breaks at entry {found.broken.number}: {found.broken.why}", error=True)
    for day in found.unmet:
        say(f"the head published on {day} is of another log than this one", error=True)
    if not found.is_whole:
        return BROKEN
    say(f"the log is whole: {found.number} entries; {len(known)} published heads are in it")
    return 0


@reports.command()
@click.pass_obj
@said_errors
def figures(site: Path) -> None:
    """Print how many reports came in each month, and in how many days they were answered.

    By month and urgency (1 danger, 2 soon, 3 ordinary), with the days of the middle one. It is all
    that is left of reports that were shredded.
    """
    from kiosk.actions.deeds import figures as counted

    say("month    urgency  received  answered  (days)  closed  (days)  set aside")
    for (month, urgency), some in counted(_mailroom(site)).items():
        answered, closed = some.answered_after, some.closed_after
        say(
            f"{month}  {urgency:>7}  {some.received:>8}  {len(answered):>8}  {_middle(answered):>6}"
            f"  {len(closed):>6}  {_middle(closed):>6}  {some.set_aside:>9}"
        )


def _middle(days: tuple[int, ...]) -> str:
    return f"{median(days):g}" if days else "-"


def _mailroom(site: Path) -> "Mailroom":
    mailroom = opened(site).mailroom
    if mailroom is None:
        fail("this site takes no reports ([reports] enabled)")
    return mailroom
