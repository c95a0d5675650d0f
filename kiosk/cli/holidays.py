"""`segel holidays`: the days on which offices do not work."""

from datetime import date, timedelta
from pathlib import Path

import click

from .opening import opened
from .saying import said_errors, say

__all__ = ["holidays"]


@click.group()
def holidays() -> None:
    """Days on which offices do not work: due times count none of them."""


@holidays.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask whether the days are right.")
@click.pass_obj
@said_errors
def import_file(site: Path, *, file: Path, yes: bool) -> None:
    """Read the holidays of a year or more (CSV), in place of all that was known of those years.

    The first line names the columns: date (YYYY-MM-DD), kind (national, joint or closed) and name;
    office, the number of one office, stands where only that one is closed. The days are shown, and
    count once somebody has said that they are right.
    """
    from kiosk.actions.due import set_holidays
    from kiosk.domain.calendar import parse_holidays

    found = parse_holidays(file.read_text(encoding="utf-8-sig"))
    for holiday in found:
        place = f" (office {holiday.office})" if holiday.office else ""
        say(f"{holiday.day} {holiday.kind:<8} {holiday.name}{place}")
    if not yes:
        click.confirm(f"Are these {len(found)} days right?", abort=True)
    years = set_holidays(opened(site).desk, found)
    say(f"{len(found)} days of {', '.join(map(str, years))} are known")


@holidays.command("list")
@click.pass_obj
@said_errors
def show(site: Path) -> None:
    """List the days that are known, from a year ago on.

    A day of one office alone has its number behind it; a list that ends before today is warned of.
    """
    desk = opened(site).desk
    since = desk.clock().date() - timedelta(days=365)
    with desk.register.read() as books:
        found = books.holidays.all(since=since)
    for holiday in found:
        place = f" (office {holiday.office})" if holiday.office else ""
        say(f"{holiday.day} {holiday.kind:<8} {holiday.name}{place}")
    _warn(found[-1].day if found else None, desk.clock().date())


def _warn(last: date | None, today: date) -> None:
    if last is None or last < today:
        say("no holiday is known from today on: read in this year's", error=True)
