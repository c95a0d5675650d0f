"""`segel notices`: what waits to be sent to applicants."""

from pathlib import Path

import click

from .opening import opened
from .saying import said_errors, say

__all__ = ["notices"]


@click.group()
def notices() -> None:
    """SMS and e-mails that tell applicants to look at their status."""


@notices.command()
@click.pass_obj
@said_errors
def send(site: Path) -> None:
    """Send what is due now. `segel serve` does so by itself, every few seconds.

    What could not be sent is tried again later, ever more seldom, and given up after as many tries
    as the settings say.
    """
    from kiosk.actions.notices import send_notices

    workshop = opened(site)
    if not workshop.senders:
        say("neither an SMS gateway nor a mail server is set ([notices])", error=True)
    done = send_notices(workshop.desk, workshop.senders)
    say(f"{done.sent} sent, {done.failed} to be tried again, {done.given_up} given up")
