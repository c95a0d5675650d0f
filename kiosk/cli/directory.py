"""`segel directory`: the list of those who may read sealed reports, and those who sign it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.loading import load_settings, process_environment
from kiosk.assembly import DIRECTORY_FILE, given_passphrase, the_clock
from signing.keyfiles import load_key, save_key
from signing.keys import key_id_of, new_key
from signing.private import Secret

from .opening import require_site
from .saying import fail, said_errors, say

if TYPE_CHECKING:
    from config.settings import Settings
    from kiosk.actions.directories import Asked
    from signing.directory import Directory, DirectoryKey, Unit

__all__ = ["directory", "told_directory"]

DAYS = 180
ROLES = {1: "handler", 2: "internal custodian", 3: "external custodian"}
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def directory() -> None:
    """The directory of keys: who may read sealed reports, signed by its holders.

    \b
    Each holder, once, on a machine of their own:  segel directory key HOLDER.key
    At the office:    segel directory draft --request segel-reader-….json --out BODY
    Each holder:      segel directory approve BODY --key HOLDER.key --out APPROVAL
    At the office:    segel directory publish BODY APPROVAL APPROVAL

    The office's settings name the holders ([reports] holders); two of them have to sign. None of
    their keys belongs on the machine of the office.
    """


@directory.command()
@click.argument("file", type=NEW_FILE)
@said_errors
def key(*, file: Path) -> None:
    """Make a holder's key in FILE, locked by a passphrase, and print its point for the settings.

    It needs no installation and no network. The passphrase comes from SEGEL_PASSPHRASE, from the
    file in SEGEL_PASSPHRASE_FILE, or from a prompt. The folder of FILE must be closed to others.
    """
    made = new_key()
    save_key(file, made, _passphrase(new=True))
    say(made.point.hex())
    say(f"{file}: holder {key_id_of(made.point).hex()}; keep it in a safe, offline", error=True)


@directory.command()
@click.option(
    "--units",
    type=FILE,
    metavar="CSV",
    help="Units to add or alter: a CSV file with the columns code, name, above, outside.",
)
@click.option(
    "--request",
    "requests",
    type=FILE,
    multiple=True,
    metavar="JSON",
    help="A reader's key to add: the file that their browser made. Again for each.",
)
@click.option(
    "--end",
    "ended",
    multiple=True,
    metavar="READER",
    help="A key that ends now: eight digits of its id, or more. Again for each.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    default=DAYS,
    show_default=True,
    help="How long the directory counts.",
)
@click.option("--out", type=NEW_FILE, required=True, help="The draft, for the holders to sign.")
@click.pass_obj
@said_errors
def draft(
    site: Path,
    *,
    units: Path | None,
    requests: tuple[Path, ...],
    ended: tuple[str, ...],
    days: int,
    out: Path,
) -> None:
    """Draft the directory that follows the published one, or the first.

    Without any change the draft only counts for longer. A key that is added, or ended, counts so
    from the moment of the draft. Compare the first digits of each new key's id with what its owner
    reads from their screen.
    """
    from kiosk.actions.directories import Changes, parse_units
    from kiosk.actions.directories import draft as drafted

    settings = _settings(site)
    before = _published(settings)
    changes = Changes(
        units=() if units is None else parse_units(_text_of(units)),
        asked=[_asked(file) for file in requests],
        ended=ended,
    )
    body = drafted(before, changes, now=int(the_clock().timestamp()), days=days)
    _write(out, body)
    for line in told_directory(body, before):
        say(line)
    say(f"\n{out}: each holder runs segel directory approve {out.name} --key … --out …")


@directory.command()
@click.argument("file", type=FILE)
@click.option("--after", type=FILE, help="A directory before it: says what changed since.")
@said_errors
def show(*, file: Path, after: Path | None) -> None:
    """Show the draft or the published directory in FILE as text; no signature is checked.

    The last part says, for every unit, who would read a report about it today.
    """
    from kiosk.actions.directories import body_of
    from signing.directory import parse_directory

    before = None if after is None else parse_directory(body_of(after.read_bytes()))
    for line in told_directory(body_of(file.read_bytes()), before):
        say(line)


@directory.command()
@click.argument("body", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="The holder's key.")
@click.option("--out", type=NEW_FILE, required=True, help="The approval, for the office.")
@click.option("--after", type=FILE, help="A directory before it: says what changed since.")
@click.option("--yes", is_flag=True, help="It was looked at: do not ask.")
@said_errors
def approve(*, body: Path, key_file: Path, out: Path, after: Path | None, yes: bool) -> None:
    """Sign the draft BODY with a holder's key, once its holder has looked at all of it.

    It needs no installation and no network.
    """
    from kiosk.actions.directories import body_of
    from signing.directory import approve_directory, parse_directory

    data = body.read_bytes()
    before = None if after is None else parse_directory(body_of(after.read_bytes()))
    for line in told_directory(data, before):
        say(line)
    if not yes:
        click.confirm("\nIs every key whose it is said to be, and do you sign this?", abort=True)
    holder = load_key(key_file, _passphrase())
    _write(out, approve_directory(holder, data))
    say(f"{out}: signed by holder {key_id_of(holder.point).hex()}")


@directory.command()
@click.argument("body", type=FILE)
@click.argument("approvals", type=FILE, nargs=-1, required=True, metavar="APPROVAL...")
@click.pass_obj
@said_errors
def publish(site: Path, *, body: Path, approvals: tuple[Path, ...]) -> None:
    """Publish the directory BODY, once two holders have signed it.

    It must follow the one that is published. Every directory stays in public/directories.
    """
    from kiosk.actions.directories import publish_directory
    from kiosk.actions.readers import roots_of

    settings = _settings(site)
    done = publish_directory(
        settings.folder / "public",
        roots_of(settings.reports.holders),
        body.read_bytes(),
        [file.read_bytes() for file in approvals],
        now=int(the_clock().timestamp()),
    )
    say(f"directory {done.serial} is published; it counts until {_minute(done.expires_at)} UTC")


def told_directory(data: bytes, before: "Directory | None" = None) -> Iterator[str]:
    """A directory as lines to look at; with what changed since `before`.

    Raises:
        FormatError: it is none.
    """
    import hashlib

    from signing.directory import parse_directory

    found = parse_directory(data)
    yield f"Directory {found.serial}"
    yield f"  digest   {_spaced(hashlib.sha256(data).digest())}"
    yield f"  before   {_spaced(found.previous) if found.serial > 1 else 'none'}"
    yield f"  drafted  {_minute(found.issued_at)} UTC"
    yield f"  counts   until {_minute(found.expires_at)} UTC"
    if before is not None:
        yield from _told_changes(before, found)
    yield "\nUnits"
    yield from _told_units(found)
    yield "\nKeys"
    yield from (f"  {_told_key(found, one)}" for one in found.keys)
    yield "\nWho reads a report about each unit"
    yield from _told_routes(found)


def _told_changes(before: "Directory", found: "Directory") -> Iterator[str]:
    yield f"\nWhat changed since directory {before.serial}"
    known = {one.key.id: one for one in before.keys}
    new = [one for one in found.keys if one.key.id not in known]
    ended = [one for one in found.keys if one.until and not known.get(one.key.id, one).until]
    units = [one for one in found.units if before.unit(one.code) != one]
    gone = [one for one in before.units if found.unit(one.code) is None]
    yield from (f"  new key    {_told_key(found, one)}" for one in new)
    yield from (f"  ended key  {_told_key(found, one)}" for one in ended)
    yield from (f"  unit       {_told_unit(one)}" for one in units)
    yield from (f"  no unit    {_told_unit(one)}" for one in gone)
    if not (new or ended or units or gone):
        yield "  only the day until which it counts"


def _told_units(found: "Directory") -> Iterator[str]:
    below: dict[int, list[Unit]] = {}
    for unit in found.units:
        below.setdefault(unit.above, []).append(unit)
    rest = [(unit, 0) for unit in reversed(below.get(0, []))]
    while rest:
        unit, depth = rest.pop()
        yield f"  {'  ' * depth}{_told_unit(unit)}"
        rest += [(one, depth + 1) for one in reversed(below.get(unit.code, []))]


def _told_unit(unit: "Unit") -> str:
    return f"{unit.code}  {unit.name}{' (outside)' if unit.outside else ''}"


def _told_key(found: "Directory", one: "DirectoryKey") -> str:
    unit = found.unit(one.unit)
    until = f", ended {_minute(one.until)}" if one.until else ""
    return (
        f"{_spaced(one.key.id)}  {ROLES[one.role]} at {unit.name if unit else one.unit}, "
        f"since {_minute(one.valid_from)}{until}"
    )


def _told_routes(found: "Directory") -> Iterator[str]:
    from signing.directory import NoReaderError, route

    for unit in found.units:
        try:
            way = route(found, near=unit.code, accused=[unit.code], at=found.issued_at)
        except NoReaderError as problem:
            yield f"  {unit.name}: NOBODY, {problem}"
            continue
        custodians = f"{len(way.internal)} and {len(way.external)} custodians"
        yield f"  {unit.name}: {way.unit.name}, {len(way.handlers)} handler(s), {custodians}"


def _settings(site: Path) -> "Settings":
    require_site(site)
    return load_settings(site, process_environment())


def _published(settings: "Settings") -> "Directory | None":
    from kiosk.actions.readers import roots_of
    from signing.directory import verify_directory

    file = settings.folder / "public" / DIRECTORY_FILE
    if not file.exists():
        return None
    return verify_directory(file.read_bytes(), roots_of(settings.reports.holders))


def _asked(file: Path) -> "Asked":
    from kiosk.actions.directories import parse_asked
    from signing.errors import FormatError

    try:
        return parse_asked(file.read_bytes())
    except FormatError as problem:
        fail(f"{file}: {problem}")


def _passphrase(*, new: bool = False) -> Secret:
    given = given_passphrase(process_environment())
    if given is not None:
        return given
    if not sys.stdin.isatty():
        fail("the key needs a passphrase: set SEGEL_PASSPHRASE, or SEGEL_PASSPHRASE_FILE to a file")
    asked: str = click.prompt(
        "Passphrase of the holder's key", hide_input=True, confirmation_prompt=new, err=True
    )
    return Secret(asked.encode())


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


def _spaced(data: bytes) -> str:
    return data.hex(" ", 4)


def _minute(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
