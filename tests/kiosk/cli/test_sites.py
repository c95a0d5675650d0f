"""`segel init` makes an installation, whole or not at all, and writes nowhere else."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.assembly import UNFINISHED_FILE, is_site, open_workshop
from signing.errors import KeyFileError
from signing.keyfiles import load_key
from tests.journeys.batches import until
from tests.kiosk.cli.terminals import Terminal
from tests.offices import Office, nobodys_environment

PASSPHRASE = "kata-sandi-contoh-7715"


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    """An office that has nothing yet."""
    return Office(desk=tmp_path)


def tree(folder: Path) -> dict[str, int]:
    """Everything below a folder with its mode."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def opens_with(office: Office, passphrase: str) -> bool:
    """Whether the root's key opens."""
    try:
        load_key(office.site / "keys" / "root.key", passphrase.encode())
    except KeyFileError:
        return False
    return True


def test_a_site_is_made_without_a_question(empty: Office) -> None:
    result = empty.segel("init")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"An installation is in {empty.site}\n")
    assert "a passphrase" not in result.stdout
    assert "warning: no passphrase was given; one was made" in result.stderr
    assert str(empty.site / "keys" / "passphrase") in result.stderr
    assert opens_with(empty, (empty.site / "keys" / "passphrase").read_text().strip())
    assert is_site(empty.site)


def test_what_is_made_is_readable_by_its_owner_alone(empty: Office) -> None:
    empty.segel("init")

    assert stat.S_IMODE(empty.site.stat().st_mode) == 0o700
    modes = tree(empty.site)
    assert {mode for path, mode in modes.items() if (empty.site / path).is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if (empty.site / path).is_file()} == {0o600}
    assert "keys/root.key" in modes


def test_nothing_is_written_outside_the_folder(empty: Office) -> None:
    home, elsewhere, temporary = (empty.desk / name for name in ("home", "cwd", "tmp"))
    for folder in (home, elsewhere, temporary):
        folder.mkdir()
    environment = nobodys_environment(
        HOME=str(home),
        TMPDIR=str(temporary),
        XDG_CACHE_HOME=str(home / "cache"),
        PYTHONPATH=str(Path(__file__).parents[3]),
        PYTHONDONTWRITEBYTECODE="1",
    )

    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--site", str(empty.site), "init"],
        env=environment,
        cwd=elsewhere,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert {path.name: tree(path) for path in (home, elsewhere, temporary)} == {
        "home": {},
        "cwd": {},
        "tmp": {},
    }
    assert {path.name for path in empty.desk.iterdir()} == {"home", "cwd", "tmp", "site"}


def test_the_passphrase_may_come_from_the_environment(empty: Office) -> None:
    empty.environment["SEGEL_PASSPHRASE"] = PASSPHRASE

    result = empty.segel("init")

    assert (result.exit_code, result.stderr) == (0, "")
    assert opens_with(empty, PASSPHRASE)
    assert not (empty.site / "keys" / "passphrase").exists()
    assert PASSPHRASE.encode() not in b"".join(
        path.read_bytes() for path in empty.site.rglob("*") if path.is_file()
    )


def test_the_passphrase_may_come_from_a_file(empty: Office) -> None:
    file = empty.write("secret", f"{PASSPHRASE}\r\nanother line\n")
    file.chmod(0o600)
    empty.environment["SEGEL_PASSPHRASE_FILE"] = str(file)

    result = empty.segel("init")

    assert (result.exit_code, result.stderr) == (0, "")
    assert opens_with(empty, PASSPHRASE)
    assert not (empty.site / "keys" / "passphrase").exists()


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        pytest.param(None, 0o600, "cannot be read: No such file", id="missing"),
        pytest.param("", 0o600, "has no passphrase in its first line", id="empty"),
        pytest.param(PASSPHRASE, 0o640, "can be read by others", id="open to a group"),
    ],
)
def test_a_passphrase_file_that_will_not_do_leaves_nothing_behind(
    empty: Office, content: str | None, mode: int, sentence: str
) -> None:
    file = empty.desk / "secret"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    empty.environment["SEGEL_PASSPHRASE_FILE"] = str(file)

    result = empty.segel("init")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert PASSPHRASE not in result.output
    assert not empty.site.exists()


def test_at_a_terminal_the_passphrase_is_asked_for_twice_and_not_shown(empty: Office) -> None:
    terminal = Terminal(empty.site, "init")

    terminal.answer("Passphrase for the keys", PASSPHRASE)
    terminal.answer("Repeat for confirmation", PASSPHRASE + "x")
    terminal.answer("Passphrase for the keys", PASSPHRASE)
    terminal.answer("Repeat for confirmation", PASSPHRASE)

    assert terminal.end() == 0
    assert "do not match" in terminal.shown
    assert PASSPHRASE not in terminal.shown
    assert opens_with(empty, PASSPHRASE)
    assert not (empty.site / "keys" / "passphrase").exists()


def test_an_interrupted_question_leaves_nothing(empty: Office) -> None:
    terminal = Terminal(empty.site, "init")

    terminal.answer("Passphrase for the keys", "\x03")

    assert terminal.end() == 1
    assert not empty.site.exists()


def test_a_site_stays_as_it_is(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.site.rglob("*") if path.is_file()}

    result = office.segel("init")

    assert result.exit_code == 1
    assert f"there is an installation in {office.site} already" in result.stderr
    assert before == {path: path.read_bytes() for path in office.site.rglob("*") if path.is_file()}


def test_a_folder_with_anything_in_it_is_refused(empty: Office) -> None:
    letter = empty.write("site/letter.txt", "dear")

    result = empty.segel("init")

    assert result.exit_code == 1
    assert "is not empty" in result.stderr
    assert letter.read_text() == "dear"
    assert tree(empty.site).keys() == {"letter.txt"}


def test_an_empty_folder_is_used_and_left_empty_after_an_error(empty: Office) -> None:
    empty.site.mkdir()
    empty.environment["SEGEL_PASSPHRASE_FILE"] = "/nowhere"
    assert empty.segel("init").exit_code == 1
    assert tree(empty.site) == {}
    del empty.environment["SEGEL_PASSPHRASE_FILE"]

    assert empty.segel("init").exit_code == 0
    assert is_site(empty.site)


def test_a_setting_that_is_none_leaves_nothing(empty: Office) -> None:
    empty.environment["SEGEL_WEB_PROT"] = "80"

    result = empty.segel("init")

    assert result.exit_code == 1
    assert "SEGEL_WEB_PROT: is not a setting; did you mean SEGEL_WEB_PORT?" in result.stderr
    assert not empty.site.exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_making_that_was_interrupted_is_begun_anew(empty: Office, ending: signal.Signals) -> None:
    making = empty.start("init", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until((empty.site / "keys").exists)
    making.send_signal(ending)
    making.wait()

    if ending is signal.SIGINT:
        assert not empty.site.exists()
    else:
        assert not is_site(empty.site)
        said = empty.segel("keys", "list").stderr
        assert "was interrupted: run `segel init` again" in said
    assert empty.segel("init").exit_code == 0
    assert not (empty.site / UNFINISHED_FILE).exists()
    assert open_workshop(empty.site).publish().waiting == ""


def test_two_makings_at_once_do_not_mix(empty: Office) -> None:
    making = empty.start("init", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until((empty.site / "keys").exists)
    os.kill(making.pid, signal.SIGSTOP)

    result = empty.segel("init")
    os.kill(making.pid, signal.SIGCONT)

    assert result.exit_code == 1
    assert "another command is making an installation" in result.stderr
    assert making.wait() == 0
    assert is_site(empty.site)


@pytest.mark.postgres
def test_the_register_may_be_on_postgresql_from_the_start(
    empty: Office, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty.environment["SEGEL_DATABASE_URL"] = postgres_url

    assert empty.segel("init").exit_code == 0
    assert not (empty.site / "register.sqlite3").exists()
    assert empty.segel("trust", "publish").exit_code == 0

    another = Office(desk=tmp_path_factory.mktemp("another"), environment=empty.environment)
    result = another.segel("init")

    assert result.exit_code == 1
    assert "has a register already" in result.stderr
    assert not another.site.exists()
