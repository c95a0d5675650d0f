"""`segel database`: the register's tables."""

from pathlib import Path

import click

from .opening import require_site
from .saying import said_errors, say

__all__ = ["database"]


@click.group()
def database() -> None:
    """The register's tables."""


@database.command()
@click.pass_obj
@said_errors
def upgrade(site: Path) -> None:
    """Bring the register to the schema of this program.

    A new database, such as a PostgreSQL one named in the settings, gets every table.
    """
    from config.loading import load_settings, process_environment
    from kiosk.storage.database import new_engine
    from kiosk.storage.upgrading import newest_version, present_version, upgrade

    require_site(site)
    engine = new_engine(load_settings(site, process_environment()).register_url)
    try:
        before = present_version(engine)
        upgrade(engine)
    finally:
        engine.dispose()
    say(f"the register has schema {newest_version()} (before: {before or 'none'})")
