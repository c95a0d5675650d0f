"""`segel trust`: what checkers carry."""

from pathlib import Path

import click

from .opening import opened
from .saying import fail, said_errors, say

__all__ = ["trust"]


@click.group()
def trust() -> None:
    """The trust bundle and the status lists that checkers carry."""


@trust.command()
@click.pass_obj
@said_errors
def publish(site: Path) -> None:
    """Write the trust bundle and all status lists into public/.

    The bundle is signed anew where keys, units or hosts have changed, or half its time is over:
    that needs the root's key. The status lists are always signed anew, with the status key. A
    running `segel serve` does this by itself every few minutes; elsewhere let cron do it, well
    within the lists' time to live.
    """
    workshop = opened(site)
    done = workshop.publish()
    bundle = done.bundle
    say(
        f"trust bundle {bundle.serial} ({len(bundle.keys)} keys, {len(bundle.units)} units) and "
        f"{done.lists} status lists in {workshop.public}"
    )
    if done.waiting:
        fail(f"the bundle is still the old one: {done.waiting}")
