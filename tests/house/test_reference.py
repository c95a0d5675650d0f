"""The documents say what the program says of itself. After a change: `make reference`."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click
import pytest

from config.settings import Settings
from tests.house.reference import (
    PAGES,
    SETTINGS,
    commands,
    listed,
    settings,
    written,
)
from tests.house.repository import module_name, sources, text_of

# kiosk is a program, not a library: nobody imports its rooms from outside. Nor a script.
LIBRARY_MODULES = tuple(
    path
    for path in sources()
    if path.parts[0] != "kiosk"
    and not path.name.startswith("__")
    and 'if __name__ == "__main__":' not in text_of(path)
)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_as_the_program_would_write_it(page: Path) -> None:
    assert written(page) == PAGES[page]()


@pytest.mark.parametrize("path", LIBRARY_MODULES, ids=module_name)
def test_every_module_of_a_library_says_what_is_public(path: Path) -> None:
    assert listed(path)


def test_the_commands_are_found() -> None:
    assert {"segel issue", "segel verify", "segel keys new"} <= set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_command_says_what_it_does(name: str) -> None:
    command = commands()[name]
    options = [option for option in command.params if isinstance(option, click.Option)]

    assert command.help
    assert [option.name for option in options if not option.help] == []


def names_below(section: Any) -> Iterator[str]:
    """The name of every setting, however deep."""
    hints = get_type_hints(section)
    for field in fields(section):
        inner = [hints[field.name], *get_args(hints[field.name])]
        below = [part for part in inner if is_dataclass(part)]
        if not below:
            yield field.name
        for part in below:
            yield from names_below(part)


@pytest.mark.parametrize("name", sorted(set(names_below(Settings)) - {"folder"}))
def test_every_setting_is_in_the_documents(name: str) -> None:
    assert name in written(SETTINGS)


@pytest.mark.parametrize(
    "setting", tuple(settings()), ids=lambda setting: f"{setting.section}.{setting.name}"
)
def test_every_setting_says_what_it_is_for(setting: Any) -> None:
    assert setting.sentence.endswith(".")
