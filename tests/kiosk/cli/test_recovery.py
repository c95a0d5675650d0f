"""`segel recovery` puts a key on paper and brings it back, asking nobody but its owner."""

import re
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from kiosk.cli.main import main
from signing.hpke import Kem, OpeningKey
from signing.locked import KeptKey, Way, encode_kept, lock_key, parse_kept, unlock_key

PASSPHRASE = "lain ceplok lensa melek margarin mendoan"
NEW = "gajah pulang membawa lima payung"
KEY = OpeningKey(Kem.X_WING, bytes(range(32)))
NAME = KEY.sealing_key.id.hex()[:8]
PLACES = re.compile(r" *\d+ ([a-z]+)")


def segel(*words: object, stdin: str = "") -> Result:
    """What `segel` says, where there is no installation."""
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin, prog_name="segel")


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """The file of a custodian's key."""
    sealed = lock_key(KEY, Way.PASSPHRASE, PASSPHRASE)
    path = tmp_path / f"segel-key-{NAME}.json"
    kept = KeptKey(unit=997100, role="internal", passphrase=sealed)
    path.write_text(encode_kept(kept), encoding="utf-8")
    return path


def sheets_in(output: str) -> list[str]:
    """The words of each sheet, as a person types them from the screen."""
    return [
        " ".join(PLACES.findall(part.partition("\n")[2])) for part in output.split("Lembar ")[1:]
    ]


def test_a_key_comes_back_from_three_sheets_under_a_new_passphrase(
    locked: Path, tmp_path: Path
) -> None:
    shown = segel("recovery", "split", locked, stdin=f"{PASSPHRASE.upper()}\n")
    sheets = sheets_in(shown.output)
    assert len(sheets) == 5
    wrong = sheets[4].replace(sheets[4].split()[8], "tegel", 1)
    answers = [wrong, sheets[4], sheets[0], sheets[0], sheets[2], "kucing", NEW, "x", NEW, NEW]
    out = tmp_path / "new"
    out.mkdir()
    named = ("--name", NAME, "--role", "internal", "--unit", 997100, "--out", out)

    joined = segel("recovery", "join", *named, stdin="\n".join(answers) + "\n")

    assert joined.exit_code == 0, joined.output
    assert "sheet 1 of those you type: word 9 is on no sheet ('tegel')" in joined.output
    assert "Right: this is sheet 5." in joined.output
    assert "You gave sheet 1 already" in joined.output
    assert "Five different words" in joined.output
    assert "The two are not the same" in joined.output
    [path] = out.iterdir()
    kept = parse_kept(path.read_text(encoding="utf-8"))
    assert (path.name, kept.unit, kept.role) == (locked.name, 997100, "internal")
    assert unlock_key(kept.passphrase, NEW) == KEY
    assert path.stat().st_mode & 0o777 == 0o600
    # Neither the words of the passphrase nor the key were shown.
    assert NEW not in joined.output
    assert PASSPHRASE not in shown.output


def test_sheets_are_printed_into_a_folder_for_its_owner_alone(locked: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheets"

    made = segel("recovery", "split", locked, "--out", out, stdin=f"{PASSPHRASE}\n")
    again = segel("recovery", "split", locked, "--out", out, stdin=f"{PASSPHRASE}\n")

    [path] = out.iterdir()
    assert len(pypdfium2.PdfDocument(path)) == 5
    modes = [one.stat().st_mode & 0o777 for one in (out, path)]
    assert modes == [0o700, 0o600]
    assert sheets_in(made.output) == []
    assert (made.exit_code, again.exit_code) == (0, 1)


def test_without_its_passphrase_no_sheet_is_made(locked: Path) -> None:
    refused = segel("recovery", "split", locked, stdin="lain\n")

    assert refused.exit_code == 1
    assert "does not open the key" in refused.stderr
    assert sheets_in(refused.output) == []


@pytest.mark.parametrize(
    ("name", "role", "said"), [("45", "internal", "eight"), (NAME, "handler", "another role")]
)
def test_a_key_is_not_brought_back_as_something_else(
    locked: Path, tmp_path: Path, name: str, role: str, said: str
) -> None:
    sheets = sheets_in(segel("recovery", "split", locked, stdin=f"{PASSPHRASE}\n").output)
    named = ("--name", name, "--role", role, "--unit", 997100, "--out", tmp_path / "new")

    refused = segel("recovery", "join", *named, stdin="\n".join(sheets[:3]) + f"\n{NEW}\n{NEW}\n")

    assert refused.exit_code == 1
    assert said in refused.stderr.replace("8", "eight")
    assert not (tmp_path / "new").exists()
