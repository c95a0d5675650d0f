"""`segel poster`: posters that lead to a report."""

import csv
import io
from pathlib import Path

import click

from .opening import opened
from .saying import fail, said_errors, say

__all__ = ["poster"]


@click.command()
@click.argument("place", required=False)
@click.option(
    "--places",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="CSV",
    help="Many places: a CSV file with the column place, and unit where there are several.",
)
@click.option("--unit", type=int, default=0, help="The code of the unit.  [default: the office's]")
@click.option(
    "--size",
    type=click.Choice(["a4", "a3", "sticker"], case_sensitive=False),
    default="a4",
    show_default=True,
    help="The size of the paper; a sticker has 105 x 175 mm.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The PDF file; with --places the folder for one PDF each, and a list of them.",
)
@click.pass_obj
@said_errors
def poster(
    site: Path, *, place: str | None, places: Path | None, unit: int, size: str, out: Path
) -> None:
    """Print a poster for PLACE, or one for each of many places.

    Its code leads to the page for reports, and says by a signature which poster it is, of which
    unit, and where it is to hang; whoever checks it compares that with the wall. It counts for a
    year. A key for posters is made once, by `segel keys new poster`.
    """
    from kiosk.actions.posters import print_poster
    from kiosk.domain.posters import Place, parse_places
    from printer.poster import PosterSize
    from signing.ring import Use, current

    if (place is None) == (places is None):
        raise click.UsageError("Name either one PLACE, or a file with --places.")
    wanted = (
        (Place(name=(place or "").strip(), unit=unit),)
        if places is None
        else parse_places(_text_of(places))
    )
    workshop = opened(site)
    at = workshop.clock()
    key = workshop.keychain.load(current(workshop.keychain.ring, Use.POSTER, int(at.timestamp())))
    # All are drawn before the first is written: a mistake in the last line leaves nothing behind.
    printed = [
        print_poster(workshop.settings, key, one, PosterSize[size.upper()], at=at) for one in wanted
    ]
    if places is None:
        _write(out, printed[0].pdf)
        say(f"{out}: poster {printed[0].poster.number}")
        return
    out.mkdir(parents=True, exist_ok=True)
    listed = io.StringIO()
    lines = csv.writer(listed, lineterminator="\n")
    lines.writerow(("number", "unit", "place", "file"))
    for one in printed:
        name = f"{one.poster.number}.pdf"
        _write(out / name, one.pdf)
        lines.writerow((one.poster.number, one.poster.unit, one.poster.place, name))
    _write(out / "posters.csv", listed.getvalue().encode())
    say(f"{len(printed)} posters in {out}; posters.csv says which is which")


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        fail(f"{path} is not written in UTF-8")


def _write(path: Path, data: bytes) -> None:
    """Write a new file; what is there already stays."""
    if path.exists():
        fail(f"{path} is there already")
    path.write_bytes(data)
