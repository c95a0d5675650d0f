"""`segel journal`: is it whole, and what stands in it about a file."""

from pathlib import Path

import click

from .opening import opened
from .saying import ends_in_its_code, fail, said_errors, say

__all__ = ["journal"]

BROKEN = 1


@click.group()
def journal() -> None:
    """Who did what, when: entries that are only ever added, each bound to the one before."""


@journal.command()
@click.option(
    "--heads",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A copy of the published heads that somebody kept; may be given more than once.",
)
@click.pass_obj
@ends_in_its_code
def check(site: Path, *, heads: tuple[Path, ...]) -> int:
    """Check that no entry was changed, taken out or put in, and print the last one's digest.

    Ends in 0 where the journal is whole, in 1 with the number of the first entry that does not
    follow, and in 2 where it could not look. The heads that this site published are held against
    it; a copy of them that was kept elsewhere (--heads) cannot have been changed along with it.
    """
    from kiosk.actions.journal import HEADS_FILE, check_journal, heads_in

    workshop = opened(site)
    files = [file for file in (workshop.public / HEADS_FILE, *heads) if file.exists()]
    known = heads_in("\n".join(file.read_text(encoding="ascii") for file in files))
    found = check_journal(workshop.register, known)
    if found.broken is not None:
        say(f"the journal breaks at entry {found.broken.number}: {found.broken.why}", error=True)
        return BROKEN
    say(f"the journal is whole: {found.number} entries; {len(known)} published heads are in it")
    say(f"head: {found.number} {found.digest.hex()}")
    return 0


@journal.command()
@click.option("--subject", required=True, help='What the entries are about: "application 17".')
@click.pass_obj
@said_errors
def show(site: Path, *, subject: str) -> None:
    """Print every entry about a file, a bag or a person of the staff, the oldest first."""
    from kiosk.actions.journal import entries_about
    from kiosk.storage.database import of_epoch

    entries = entries_about(opened(site).register, subject)
    if not entries:
        fail(f"there is no entry about {subject!r}; subjects are a word and a number")
    for entry in entries:
        at = f"{of_epoch(entry.at):%Y-%m-%d %H:%M:%SZ}"
        who = f"staff {entry.staff}" if entry.staff else "-"
        where = f"office {entry.office}" if entry.office else "-"
        say(f"{entry.number:>8}  {at}  {who:<12} {where:<12} {entry.deed}  {entry.detail}".rstrip())
