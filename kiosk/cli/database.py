"""`segel database`: the register's tables."""

from pathlib import Path

import click

from .opening import require_site
from .saying import fail, said_errors, say

__all__ = ["database"]


@click.group()
def database() -> None:
    """The register's tables."""


@database.command()
@click.option(
    "--empty",
    is_flag=True,
    help="Begin an empty register although this office has published before.",
)
@click.pass_obj
@said_errors
def upgrade(site: Path, *, empty: bool) -> None:
    """Bring the register to the schema of this program.

    A new database, such as a PostgreSQL one named in the settings, gets every table. Where the
    file of an office's register is gone, an empty one is not made just so: its numbers would begin
    again at 1, and nobody would know what was withdrawn. Bring back the backup, or say --empty.
    """
    from config.loading import load_settings, process_environment
    from kiosk.storage.database import new_engine
    from kiosk.storage.upgrading import newest_version, present_version, upgrade

    require_site(site)
    engine = new_engine(load_settings(site, process_environment()).register_url)
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
