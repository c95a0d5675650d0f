"""Sections and defaults: nothing is set that has no default, and no default is for nothing."""

import tomllib
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest

from config.loading import DEFAULTS_FILE
from config.settings import Settings

SECTIONS = {name: kind for name, kind in get_type_hints(Settings).items() if is_dataclass(kind)}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_has_its_default_and_every_default_its_setting(section: str) -> None:
    defaults = tomllib.loads(DEFAULTS_FILE.read_text(encoding="utf-8"))

    assert set(defaults[section]) == {field.name for field in fields(SECTIONS[section])}


def test_sections_without_defaults_are_the_units_and_the_folder() -> None:
    assert set(get_type_hints(Settings)) - set(SECTIONS) == {"units", "folder"}
