"""`segel`: one command for everything, that says what it can do and where it does it."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.cli.main import COMMANDS, hoisted, main
from tests.house.reference import commands
from tests.offices import Office, nobodys_environment


def segel(*words: str) -> str:
    """What `segel` says to these words."""
    return CliRunner().invoke(main, words, prog_name="segel").output


def test_the_help_names_every_command_and_a_first_day() -> None:
    said = segel("--help")

    assert [name for name in COMMANDS if f"\n  {name} " not in said] == []
    assert "segel issue APPLICANT.json --photo P.jpg --out CERT.pdf" in said
    assert said == segel("-h")


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_help_of_every_command_is_worth_reading(name: str) -> None:
    words = name.split()[1:]

    said = segel(*words, "--help")

    assert said.startswith(f"Usage: {name}")
    assert len(said.splitlines()) > 6
    assert "\b" not in said
    assert r"\b" not in said
    command = commands()[name]
    assert [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ] == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("isue", "issue"), ("verfy", "verify"), ("witdraw", "withdraw")]
)
def test_a_mistyped_command_is_guessed(typed: str, meant: str) -> None:
    assert f"There is no command '{typed}'. Did you mean '{meant}'?" in segel(typed)


def test_what_is_like_no_command_is_not_guessed() -> None:
    assert segel("gondola").endswith("There is no command 'gondola'.\n")


def test_a_mistyped_command_of_a_group_is_guessed() -> None:
    assert "Did you mean 'rotate'?" in segel("keys", "rotat")


@pytest.mark.parametrize(
    "words",
    [
        ["--site", "{site}", "keys", "list"],
        ["keys", "list", "--site", "{site}"],
        ["keys", "--site={site}", "list"],
    ],
)
def test_the_site_may_be_named_before_or_after_the_command(
    office: Office, words: list[str]
) -> None:
    assert "signing" in segel(*(word.format(site=office.site) for word in words))


def test_the_site_may_come_from_the_environment(office: Office) -> None:
    runner = CliRunner(env={"SEGEL_SITE": str(office.site)})

    assert "signing" in runner.invoke(main, ["keys", "list"]).output


def test_the_site_is_the_folder_called_so_if_nobody_names_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.desk)

    assert "signing" in segel("keys", "list")


def test_what_follows_two_dashes_is_not_taken_for_the_site() -> None:
    assert hoisted(["verify", "--", "--site", "a"]) == ["verify", "--", "--site", "a"]
    assert hoisted(["verify", "a", "--site", "b"]) == ["--site", "b", "verify", "a"]
    assert hoisted(["verify", "--site"]) == ["--site", "verify"]


def test_a_file_is_no_site(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    assert "is a file" in segel("--site", str(file), "keys", "list")


def test_what_a_command_writes_is_its_owners_and_other_programs_are_left_alone(
    office: Office,
) -> None:
    segel("--site", str(office.site), "trust", "publish")
    here = office.write("mine", "written after it in the same process")

    assert {path.stat().st_mode & 0o777 for path in (office.public / "status").iterdir()} == {0o600}
    assert here.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("command", [[sys.executable, "-m", "kiosk"], ["segel"]])
def test_both_front_doors_lead_to_it(command: list[str]) -> None:
    program = [str(Path(sys.executable).with_name("segel"))] if command == ["segel"] else command

    said = subprocess.run(
        [*program, "--version"], capture_output=True, check=True, env=nobodys_environment()
    ).stdout

    assert said == b"segel, version 0.1.0\n"
