"""A command whose 1 is an answer never ends in 1 by mistake; a live line is gone at its end."""

import sys
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

from kiosk.cli.saying import LiveLine, ends_in_its_code, fail
from kiosk.domain.errors import Unknown


def _mistaken() -> NoReturn:
    raise Unknown("a certificate of this number")


def _aborted() -> NoReturn:
    raise click.Abort


def _interrupted() -> NoReturn:
    raise KeyboardInterrupt


def _away() -> NoReturn:
    raise FileNotFoundError(2, "No such file or directory", "card.jpg")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda: 0, 0),
        (lambda: 1, 1),
        (_mistaken, 2),
        (_aborted, 2),
        (_interrupted, 2),
        (_away, 2),
        (lambda: fail("there is no installation in site"), 2),
    ],
)
def test_only_an_answer_ends_in_one(command: object, code: int) -> None:
    assert callable(command)
    asked = click.command()(ends_in_its_code(command))

    assert CliRunner().invoke(asked).exit_code == code


def test_a_mistake_is_said_all_the_same() -> None:
    asked = click.command()(ends_in_its_code(_away))

    assert CliRunner().invoke(asked).stderr == "segel: card.jpg: No such file or directory\n"


def test_a_live_line_is_written_over_and_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "12")

    with LiveLine() as line:
        line.say("closer")
        line.say("closer")
        line.say("hold the card still")

    assert capsys.readouterr().err == "\r\x1b[Kcloser\r\x1b[Khold the ca\r\x1b[K"


def test_where_nobody_looks_each_new_text_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with LiveLine() as line:
        line.say("closer")
        line.say("closer")
        line.say("hold it still")

    assert capsys.readouterr().err == "closer\nhold it still\n"
