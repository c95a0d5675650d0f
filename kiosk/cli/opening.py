"""An installation, opened for a command: what is missing is said, and the passphrase asked for."""

import sys
from pathlib import Path

import click

from kiosk.assembly import Workshop, is_site, is_unfinished, open_workshop

from .saying import fail, say

__all__ = ["opened", "publish_for", "reopened", "require_site"]


def opened(site: Path) -> Workshop:
    """The installation in `site`, until the command ends.

    Where there is a terminal, its passphrase may be asked for.
    """
    require_site(site)
    return _until_the_end(open_workshop(site, prompt=_asked if sys.stdin.isatty() else None))


def reopened(site: Path, workshop: Workshop) -> Workshop:
    """The installation with the keys it has now; the passphrase is not asked for again."""
    return _until_the_end(open_workshop(site, prompt=lambda: workshop.keychain.passphrase))


def publish_for(workshop: Workshop) -> None:
    """Publish what checkers need for certificates that were just issued, or say that it is due."""
    waiting = workshop.lists_for_new_certificates()
    if waiting:
        say(
            "warning: the published trust bundle has expired, and nobody can check the new "
            f"certificates until it is made anew with `segel trust publish` ({waiting})",
            error=True,
        )


def _until_the_end(workshop: Workshop) -> Workshop:
    click.get_current_context().call_on_close(workshop.close)
    return workshop


def require_site(site: Path) -> None:
    """End with a sentence where there is no installation in `site`."""
    if is_unfinished(site):
        fail(f"the making of the installation in {site} was interrupted: run `segel init` again")
    if not is_site(site):
        fail(
            f"there is no installation in {site}: make one with `segel init`, or name another "
            "folder with --site or SEGEL_SITE"
        )


def _asked() -> bytes:
    passphrase: str = click.prompt("Passphrase of the keys", hide_input=True, err=True)
    return passphrase.encode()
