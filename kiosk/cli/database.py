"""`segel database`: the tables of the register and the mailroom."""

from pathlib import Path

import click

from .opening import require_site
from .saying import fail, said_errors, say

__all__ = ["database", "upgrade_mailroom"]


@click.group()
def database() -> None:
    """The tables of the register and the mailroom."""


@database.command()
@click.option(
    "--empty",
    is_flag=True,
    help="Begin an empty register although this office has published before.",
)
@click.pass_obj
@said_errors
def upgrade(site: Path, *, empty: bool) -> None:
    """Bring the register to the schema of this program, and the mailroom where reports are taken.

    A new database, such as a PostgreSQL one named in the settings, gets every table. Where the
    file of an office's register is gone, an empty one is not made just so: its numbers would begin
    again at 1, and nobody would know what was withdrawn. Bring back the backup, or say --empty.
    """
    from config.loading import load_settings, process_environment
    from kiosk.storage.database import new_engine
    from kiosk.storage.upgrading import newest_version, present_version, upgrade

    require_site(site)
    settings = load_settings(site, process_environment())
    if settings.reports.enabled and settings.mailroom_url == settings.register_url:
        fail("the mailroom needs a database of its own: set [reports] database to another one")
    engine = new_engine(settings.register_url)
    try:
        before = present_version(engine)
        lost = engine.dialect.name == "sqlite" and (site / "public" / "status").exists()
        if before is None and lost and not empty:
            fail(
                "there is no register, but this office has published before: bring back the "
                "backup of its register; or, if it never issued anything, say --empty"
            )
        upgrade(engine)
    finally:
        engine.dispose()
    say(f"the register has schema {newest_version()} (before: {before or 'none'})")
    if settings.reports.enabled:
        upgrade_mailroom(settings.mailroom_url)


def upgrade_mailroom(url: str) -> None:
    """Bring the mailroom at `url` to the schema of this program."""
    from kiosk.storage.mailroom import new_archive_engine
    from kiosk.storage.upgrading import newest_version, present_version, upgrade

    engine = new_archive_engine(url)
    try:
        before = present_version(engine)
        upgrade(engine, stream="mailroom")
    finally:
        engine.dispose()
    say(f"the mailroom has schema {newest_version('mailroom')} (before: {before or 'none'})")
