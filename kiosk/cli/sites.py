"""`segel init`: a new installation."""

import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from config.loading import EXAMPLE_FILE, SITE_FILE, load_settings, process_environment
from kiosk.assembly import (
    CELLS_FILE,
    PASSPHRASE_FILE,
    UNFINISHED_FILE,
    given_passphrase,
    is_site,
    open_workshop,
    the_clock,
)
from signing.cells import CellKey
from signing.keyfiles import load_key, save_secret
from signing.private import Secret, write_private
from signing.ring import Use

from .keys import ROOT_FILE, add_key, add_root
from .saying import fail, said_errors, say

__all__ = ["init", "new_folder", "new_site"]

MADE_PASSPHRASE_BYTES = 24


@click.command()
@click.pass_obj
@said_errors
def init(site: Path) -> None:
    """Make an installation in the folder named by --site, without asking.

    It has invented settings (site.toml, to be changed before anything else), fresh keys, an empty
    register, and the published trust bundle. Until its settings say `demo = false`, every sheet
    bears "CONTOH – BUKAN SKCK".

    The passphrase of the keys comes from SEGEL_PASSPHRASE, from the file in SEGEL_PASSPHRASE_FILE,
    or from a prompt on a terminal; else one is made and kept beside the keys, which protects them
    from nobody who can read the folder.

    The register is a file in the folder, unless SEGEL_DATABASE_URL names a PostgreSQL database.
    """
    with new_folder(site):
        made = new_site(site)
    say(f"An installation is in {site}")
    if made:
        say(
            f"warning: no passphrase was given; one was made and is kept in {made}. Whoever reads "
            "it can sign: keep it elsewhere and set SEGEL_PASSPHRASE_FILE.",
            error=True,
        )
    say(f"Next: write your office's settings into {site / SITE_FILE}, then segel trust publish")


@contextmanager
def new_folder(site: Path) -> Iterator[None]:
    """A folder for a new installation, which is one only once the `with` ends well.

    After an error nothing is left of it. After a power cut the folder is known to be unfinished,
    and the next try begins anew.
    """
    marker = site / UNFINISHED_FILE
    if is_site(site):
        fail(f"there is an installation in {site} already; it stays as it is")
    if site.exists() and any(site.iterdir()) and not marker.exists():
        fail(f"{site} is not empty: name a new folder")
    missing = [folder for folder in (site, *site.parents) if not folder.exists()]
    site.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(marker, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail(f"another command is making an installation in {site} just now")
        _clear(site, but=marker)
        try:
            yield
        except BaseException:
            _clear(site)
            for folder in missing:
                folder.rmdir()
            raise
        marker.unlink()
    finally:
        os.close(handle)


def _clear(site: Path, *, but: Path | None = None) -> None:
    for path in site.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != but:
            path.unlink()


def new_site(
    site: Path, *, clock: Callable[[], datetime] = the_clock, ask: bool = True, more: str = ""
) -> Path | None:
    """Make an installation in an empty `site`; the file of the passphrase, if one was made.

    With `ask`, a person at a terminal is asked for the passphrase; `more` are settings beside those
    of the example.
    """
    site.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = site / "keys"
    keys.mkdir(mode=0o700)
    passphrase, made = _passphrase(keys, ask=ask)
    example = EXAMPLE_FILE.read_text(encoding="utf-8")
    (site / SITE_FILE).write_text(example + more, encoding="utf-8")
    settings = load_settings(site, process_environment())
    now = int(clock().timestamp())
    add_root(settings, keys, passphrase, now=now)
    root = load_key(keys / ROOT_FILE, passphrase)
    takes_reports = settings.reports.enabled
    uses = (Use.CERTIFICATE, Use.STATUS, *([Use.POSTER] if takes_reports else []))
    for use in uses:
        add_key(settings, keys, passphrase, root=root, use=use, now=now)
    save_secret(keys / CELLS_FILE, CellKey.new().secret, passphrase)
    _new_register(settings.register_url)
    if takes_reports:
        _new_mailroom(settings.mailroom_url)
    with closing(open_workshop(site, clock=clock, prompt=lambda: passphrase)) as workshop:
        workshop.publish()
    return made


def _new_register(url: str) -> None:
    from kiosk.storage.database import new_engine
    from kiosk.storage.upgrading import present_version, upgrade

    engine = new_engine(url)
    try:
        if present_version(engine) is not None:
            fail("the database has a register already, which another installation's keys lock")
        upgrade(engine)
    finally:
        engine.dispose()


def _new_mailroom(url: str) -> None:
    from kiosk.storage.mailroom import new_archive_engine
    from kiosk.storage.upgrading import upgrade

    engine = new_archive_engine(url)
    try:
        upgrade(engine, stream="mailroom")
    finally:
        engine.dispose()


def _passphrase(keys: Path, *, ask: bool) -> tuple[Secret, Path | None]:
    """The passphrase for new keys, and the file it is kept in if it was made here."""
    given = given_passphrase(process_environment())
    if given is not None:
        return given, None
    if ask and sys.stdin.isatty():
        asked: str = click.prompt(
            "Passphrase for the keys", hide_input=True, confirmation_prompt=True, err=True
        )
        return Secret(asked.encode()), None
    made = Secret(secrets.token_urlsafe(MADE_PASSPHRASE_BYTES).encode())
    file = keys / PASSPHRASE_FILE
    write_private(file, made + b"\n")
    return made, file
