"""Files are named for their subject, and never for a person."""

import re
from pathlib import PurePath

import pytest

from tests.house.repository import files

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "shared", "lib"}
# A number long enough to be somebody's, or an address.
PERSONAL = re.compile(r"\d{8}|@")


def drawers(path: PurePath) -> set[str]:
    """The names in a path that say nothing about what is inside."""
    if path.suffix in {".html", ".css"}:
        # Every page extends base.html; a stylesheet may have one, too.
        path = path.parent
    return {part.partition(".")[0] for part in path.parts} & DRAWERS


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert [path for path in files() if drawers(path)] == []


@pytest.mark.parametrize("name", ["kiosk/utils.py", "signing/core/keys.py", "tests/common.py"])
def test_a_drawer_would_be_noticed(name: str) -> None:
    assert drawers(PurePath(name))


def test_no_file_is_named_for_a_person() -> None:
    assert [path for path in files() if PERSONAL.search(str(path))] == []


def test_a_file_named_by_an_identity_number_would_be_noticed() -> None:
    assert PERSONAL.search("tests/photos/6471010101900001.jpg")
