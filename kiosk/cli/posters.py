"""`segel poster` and `segel check-poster`: posters that lead to a report."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import opened
from .saying import ends_in_its_code, fail, said_errors, say
from .verifying import seconds_at, trust_options

if TYPE_CHECKING:
    from signing.trust import TrustBundle

__all__ = ["check_poster", "poster"]

GENUINE, NOT_GENUINE, UNREAD = 0, 1, 2


@click.command()
@click.argument("place", required=False)
@click.option(
    "--places",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="CSV",
    help="Many places: a CSV file with the column place, and unit and area where they have them.",
)
@click.option("--area", default="", help="The part of the town around PLACE (kecamatan).")
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
    site: Path,
    *,
    place: str | None,
    places: Path | None,
    area: str,
    unit: int,
    size: str,
    out: Path,
) -> None:
    """Print a poster for PLACE, or one for each of many places.

    Its code leads to the page for reports, and says by a signature which poster it is, of which
    unit, and where it is to hang; whoever checks it compares that with the wall. It counts for a
    year, and stands in the register from now on. A key for posters is made once, by `segel keys new
    poster`.
    """
    from kiosk.actions.posters import print_posters
    from kiosk.domain.posters import Place, parse_places
    from printer.poster import PosterSize

    if (place is None) == (places is None):
        raise click.UsageError("Name either one PLACE, or a file with --places.")
    wanted = (
        (Place(name=(place or "").strip(), unit=unit, area=area.strip()),)
        if places is None
        else parse_places(_text_of(places))
    )
    # All are drawn before the first is written: a mistake in the last line leaves nothing behind.
    _require_room(out if places is None else out / "posters.csv")
    printed = print_posters(opened(site).desk, wanted, PosterSize[size.upper()])
    if places is None:
        out.write_bytes(printed[0].pdf)
        say(f"{out}: poster {printed[0].poster.number}")
        return
    out.mkdir(parents=True, exist_ok=True)
    listed = io.StringIO()
    lines = csv.writer(listed, lineterminator="\n")
    lines.writerow(("number", "unit", "place", "area", "file"))
    for one in printed:
        name = f"{one.poster.number}.pdf"
        (out / name).write_bytes(one.pdf)
        lines.writerow(
            (one.poster.number, one.poster.unit, one.poster.place, one.poster.area, name)
        )
    (out / "posters.csv").write_text(listed.getvalue(), "utf-8")
    say(f"{len(printed)} posters in {out}; posters.csv says which is which")


@click.command()
@click.argument("given", metavar="FILE|TEXT")
@trust_options
@click.pass_obj
@ends_in_its_code
def check_poster(
    site: Path, *, given: str, trust: Path | None, root: Path | None, at: str | None
) -> int:
    """Say which poster this is, of which unit, and where it is to hang.

    FILE is a photo of the poster, or its PDF; TEXT is what its code says. A photograph of a poster
    reads like the poster: compare the place with the wall. Nothing is asked of any network.

    Exit code: 0 it was made by the office and its time is not over; 1 it was not, or is; 2 nothing
    could be read. That of `segel verify` is for certificates: there no poster is genuine.
    """
    from signing.errors import FormatError, SignatureError
    from signing.poster import read_poster
    from verifier.status import load_trust

    now = seconds_at(at)
    bundle = load_trust(trust or site / "public", root).bundle
    if now >= bundle.expires_at:
        say("the list of keys is too old: fetch a new one", error=True)
        return UNREAD
    text = _code_of(given)
    if text is None:
        say("no code of a poster was found", error=True)
        return UNREAD
    try:
        found = read_poster(text, bundle)
    except (FormatError, SignatureError) as problem:
        say(f"NOT GENUINE: {problem}. Take a photo, leave it where it is, and report it.")
        return NOT_GENUINE
    over = now >= found.expires_at
    say("TIME IS OVER: replace it" if over else "MADE BY THE OFFICE: compare place and number")
    say(f"  poster    {found.number}")
    say(f"  place     {found.place}")
    if found.area:
        say(f"  area      {found.area}")
    for label, value in _printed(found.unit, found.issued_at, found.expires_at, bundle):
        say(f"  {label:<8}  {value}")
    return NOT_GENUINE if over else GENUINE


def _printed(
    unit: int, issued_at: int, expires_at: int, bundle: "TrustBundle"
) -> tuple[tuple[str, str], ...]:
    known = bundle.unit(unit)
    zone = timedelta(minutes=known.utc_offset if known else 0)
    printed, until = (
        (datetime.fromtimestamp(at, UTC) + zone).date().isoformat()
        for at in (issued_at, expires_at)
    )
    return (
        ("unit", known.name if known else str(unit)),
        ("printed", printed),
        ("replace", f"by {until}"),
    )


def _code_of(given: str) -> str | None:
    """The text of the one poster that is meant: itself, in a picture, or on a page."""
    from signing.poster import looks_like_poster
    from verifier.image import find_codes, find_codes_on_pages

    if looks_like_poster(given):
        return given
    data = Path(given).read_bytes()
    codes = find_codes_on_pages(data) if data.startswith(b"%PDF-") else find_codes(data)
    texts = {code.text for code in codes if looks_like_poster(code.text)}
    return texts.pop() if len(texts) == 1 else None


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        fail(f"{path} is not written in UTF-8")


def _require_room(path: Path) -> None:
    """End with a sentence before anything is printed that has no place to go."""
    if path.exists():
        fail(f"{path} is there already")
