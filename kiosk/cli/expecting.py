"""`segel expect`: whom a card reader is to recognize, sealed."""

from datetime import timedelta, timezone
from pathlib import Path

import click

from kiosk.actions.identities import expect as expect_holder
from kiosk.domain.errors import NotPermitted, Unknown

from .opening import opened
from .saying import fail, said_errors, say

__all__ = ["expect"]


@click.command()
@click.argument("number")
@click.option(
    "--hours",
    type=click.IntRange(1, 24 * 31),
    default=24,
    show_default=True,
    help="How long it counts.",
)
@click.pass_obj
@said_errors
def expect(site: Path, *, number: str, hours: int) -> None:
    """Print a sealed expectation of the holder of the certificate with this NUMBER.

    It goes to `segel read-card --expect`, which says whether a card is that person's. It holds a
    name and keyed hashes, tells nobody but this site anything, and holds no NIK.
    """
    workshop = opened(site)
    try:
        text, until = expect_holder(workshop.desk, number.strip(), lifetime=timedelta(hours=hours))
    except Unknown:
        fail(f"there is no certificate {number} in this register")
    except NotPermitted:
        fail("this certificate was withdrawn or has expired: it is to be handed to nobody")
    zone = timezone(timedelta(minutes=workshop.settings.unit.utc_offset))
    say(f"counts until {until.astimezone(zone):%Y-%m-%d %H:%M %z}", error=True)
    say(text)
