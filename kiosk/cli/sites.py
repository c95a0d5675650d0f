"""`segel init`: a new installation."""

import secrets
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from config.loading import EXAMPLE_FILE, SITE_FILE, load_settings, process_environment
from kiosk.assembly import CELLS_FILE, PASSPHRASE_FILE, is_site, open_workshop, the_clock
from signing.cells import CellKey
from signing.keyfiles import save_secret
from signing.private import write_private
from signing.ring import Use

from .keys import add_key, add_root
from .saying import fail, said_errors, say

__all__ = ["init", "new_site"]

MADE_PASSPHRASE_BYTES = 24


@click.command()
@click.pass_obj
@said_errors
def init(site: Path) -> None:
    """Make an installation in the folder named by --site, without asking.

    It has invented settings (site.toml, to be changed before anything else), fresh keys, an empty
    register, and the published trust bundle. Until its settings say `demo = false`, every sheet
    bears "CONTOH – BUKAN SKCK".

    The keys' passphrase comes from SEGEL_PASSPHRASE, from the file in SEGEL_PASSPHRASE_FILE, or from
    a prompt on a terminal; else one is made and kept beside the keys, which protects them from
    nobody who can read the folder.
    """
    made = new_site(site)
    say(f"An installation is in {site}")
    if made:
        say(
            f"warning: no passphrase was given; one was made and is kept in {made}. Whoever reads "
            "it can sign: keep it elsewhere and set SEGEL_PASSPHRASE_FILE.",
            error=True,
        )
    say(f"Next: write your office's settings into {site / SITE_FILE}, then segel trust publish")


def new_site(
    site: Path, *, clock: Callable[[], datetime] = the_clock, ask: bool = True
) -> Path | None:
    """Make an installation in `site`; the file of the passphrase, if one was made.

    With `ask`, a person at a terminal is asked for the passphrase.
    """
    if is_site(site):
        fail(f"there is an installation in {site} already; it stays as it is")
    if site.exists() and any(site.iterdir()):
        fail(f"{site} is not empty: name a new folder")
    site.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = site / "keys"
    keys.mkdir(mode=0o700)
    passphrase, made = _passphrase(keys, ask=ask)
    try:
        # The site's file comes last but for the register: with it the folder is an installation.
        shutil.copyfile(EXAMPLE_FILE, site / SITE_FILE)
        settings = load_settings(site, process_environment())
        now = int(clock().timestamp())
        add_root(settings, keys, passphrase, now=now)
        for use in (Use.CERTIFICATE, Use.STATUS):
            add_key(settings, keys, passphrase, use=use, now=now)
        save_secret(keys / CELLS_FILE, CellKey.new().secret, passphrase)
        from kiosk.storage.database import new_engine
        from kiosk.storage.upgrading import upgrade

        upgrade(new_engine(settings.register_url))
    except BaseException:
        shutil.rmtree(site)
        raise
    open_workshop(site, clock=clock).publish()
    return made


def _passphrase(keys: Path, *, ask: bool) -> tuple[bytes, Path | None]:
    """The passphrase for new keys, and the file it is kept in if it was made here."""
    environ = process_environment()
    given = environ.get("SEGEL_PASSPHRASE")
    if given:
        return given.encode(), None
    named = environ.get("SEGEL_PASSPHRASE_FILE")
    if named:
        return Path(named).read_bytes().split(b"\n", 1)[0].rstrip(b"\r"), None
    if ask and sys.stdin.isatty():
        asked: str = click.prompt(
            "Passphrase for the keys", hide_input=True, confirmation_prompt=True, err=True
        )
        return asked.encode(), None
    made = secrets.token_urlsafe(MADE_PASSPHRASE_BYTES).encode()
    file = keys / PASSPHRASE_FILE
    write_private(file, made + b"\n")
    return made, file
