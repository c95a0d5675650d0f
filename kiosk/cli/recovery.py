"""`segel recovery`: a reader's key on paper sheets, and back, on the reader's own computer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .saying import fail, said_errors, say

if TYPE_CHECKING:
    from signing.recovery import RecoverySheet

__all__ = ["recovery"]

NAMED_BY = 8
FEWEST_WORDS, SHORTEST = 5, 20
INDONESIAN = {
    "handler": "penangan laporan",
    "internal": "penjaga kunci",
    "external": "penjaga kunci luar",
}


@click.group()
def recovery() -> None:
    """The key of one who reads reports, on five sheets of paper of which three bring it back.

    For handlers and custodians, on a computer of their own that is cut off from every network.
    Neither an office nor its server is needed, and none of them can do this for somebody.
    """


@recovery.command()
@click.argument(
    "locked", metavar="LOCKED-FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A new folder for the PDF.  [default: the words on this screen]",
)
@said_errors
def split(locked: Path, *, out: Path | None) -> None:
    """Write the key in LOCKED-FILE on five sheets.

    LOCKED-FILE is what the page that made the key let you save: segel-key-….json. Its passphrase is
    asked for. The sheets need no passphrase: whoever has three of them has the key. Give them to
    five people, print them on a printer that remembers nothing, then delete the folder.
    """
    from printer.recovery import SheetOfKey, draw_recovery_sheets
    from signing.errors import CannotOpenError
    from signing.locked import parse_kept, spelled_passphrase, unlock_key
    from signing.recovery import split_key

    kept = parse_kept(locked.read_text(encoding="utf-8"))
    typed = click.prompt("Passphrase of the key", hide_input=True)
    try:
        key = unlock_key(kept.passphrase, spelled_passphrase(typed))
    except CannotOpenError:
        fail("that passphrase does not open the key")
    name = key.sealing_key.id.hex()[:NAMED_BY]
    sheets = split_key(key)
    if out is None:
        for sheet in sheets:
            _show(sheet, name, len(sheets))
        return
    pdf = draw_recovery_sheets(
        [SheetOfKey(number=one.number, of=len(sheets), words=one.words) for one in sheets],
        name=name,
        role=INDONESIAN[kept.role],
        unit=kept.unit,
    )
    out.mkdir(parents=True, mode=0o700)
    _write_new(out / f"segel-sheets-{name}.pdf", pdf)
    say(f"{out / f'segel-sheets-{name}.pdf'}: {len(sheets)} sheets. Print them, then delete {out}.")


@recovery.command()
@click.option("--name", prompt="Name of the key, on every sheet", help="Eight signs: 0-9 and a-f.")
@click.option(
    "--role",
    type=click.Choice(sorted(INDONESIAN)),
    prompt="What the key is for",
    help="As when the key was made.",
)
@click.option(
    "--unit", type=click.IntRange(1, 2**32 - 1), prompt="Number of the unit", help="Its code."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder for the file of the locked key.  [default: this one]",
)
@said_errors
def join(*, name: str, role: str, unit: int, out: Path) -> None:
    """Bring a key back from three of its sheets, and lock it with a new passphrase.

    The words of each sheet are asked for; of each word four letters are enough. A sheet with a
    mistake is named, and asked for again.
    """
    from signing.errors import FormatError
    from signing.hpke import Kem
    from signing.locked import KeptKey, Way, encode_kept, lock_key
    from signing.recovery import join_key

    wanted = name.strip().lower()
    if len(wanted) != NAMED_BY or set(wanted) - set("0123456789abcdef"):
        raise FormatError(f"the name of a key has {NAMED_BY} signs: 0-9 and a-f")
    key = join_key(_asked_sheets(), wanted)
    if (key.kem is Kem.X25519) != (role == "handler"):
        raise FormatError("the key was made for another role")
    passphrase = _new_passphrase()
    kept = KeptKey(unit=unit, role=role, passphrase=lock_key(key, Way.PASSPHRASE, passphrase))
    path = out / f"segel-key-{wanted}.json"
    _write_new(path, encode_kept(kept).encode())
    say(
        f"{path}: bring this file to the page where reports are read. Your new passphrase opens it."
    )


def _show(sheet: "RecoverySheet", name: str, count: int) -> None:
    say(f"\nLembar {sheet.number} dari {count} · kunci {name}")
    for start in range(0, len(sheet.words), 6):
        words = enumerate(sheet.words[start : start + 6], start=start + 1)
        say("  ".join(f"{place:>2} {word:<9}" for place, word in words).rstrip())


def _asked_sheets() -> list["RecoverySheet"]:
    from signing.recovery import NEEDED_SHEETS, SheetError, read_sheet

    found: list[RecoverySheet] = []
    while len(found) < NEEDED_SHEETS:
        count = len(found) + 1
        typed = click.prompt(f"Words of sheet {count} of {NEEDED_SHEETS}", hide_input=False)
        try:
            sheet = read_sheet(typed)
        except SheetError as problem:
            word = f" ({problem.mistake.word!r})" if problem.mistake else ""
            say(f"A mistake in sheet {count} of those you type: {problem}{word}. Again, please.")
            continue
        if any(one.number == sheet.number for one in found):
            say(f"You gave sheet {sheet.number} already. Another one, please.")
            continue
        say(f"Right: this is sheet {sheet.number}.")
        found.append(sheet)
    return found


def _new_passphrase() -> str:
    from signing.locked import spelled_passphrase

    while True:
        typed = click.prompt("New passphrase, five words or more", hide_input=True)
        passphrase = spelled_passphrase(typed)
        if len(set(passphrase.split())) < FEWEST_WORDS or len(passphrase) < SHORTEST:
            say("Five different words or more, please: short ones are guessed.")
        elif spelled_passphrase(click.prompt("Once more", hide_input=True)) == passphrase:
            return passphrase
        else:
            say("The two are not the same.")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that was not there, for its owner alone."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
