"""The repository knows no machine: it works wherever it is laid."""

import re

import pytest

from tests.house.repository import ROOT, files, text_of

# Home folders of people and of root; where this checkout happens to lie.
MACHINE = re.compile(rf"/(?:root|home/\w+|Users/\w+)/|{re.escape(str(ROOT))}/")


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert [path for path in files() if MACHINE.search(text_of(path))] == []


@pytest.mark.parametrize("folder", ["home/asha", "root", "Users/asha", str(ROOT).strip("/")])
def test_such_a_place_would_be_noticed(folder: str) -> None:
    assert MACHINE.search(f"/{folder}/segel/site.toml")
