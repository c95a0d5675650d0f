"""A package's `__init__` is its map: a docstring that names every module, and nothing that runs."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.repository import PACKAGES, ROOT, files, module_name, parse, sources

MAPS = tuple(path for path in sources() if path.name == "__init__.py")


def missing_from(text: str, names: set[str]) -> set[str]:
    """The names that `text` does not begin a line with."""
    begun = set(re.findall(r"^\s*(\w+)", text, flags=re.MULTILINE))
    return names - begun


@pytest.mark.parametrize("path", MAPS, ids=module_name)
def test_a_map_is_silent(path: Path) -> None:
    statements = parse(path).body

    assert len(statements) == 1
    assert ast.get_docstring(parse(path))


@pytest.mark.parametrize("path", MAPS, ids=module_name)
def test_a_map_names_every_module(path: Path) -> None:
    neighbours = {
        (file.parent.name if file.name == "__init__.py" else file.stem)
        for file in sources()
        if not file.name.startswith("__main__")
        and file != path
        and path.parent in {file.parent, file.parent.parent}
        and (file.parent == path.parent or file.name == "__init__.py")
    }

    assert missing_from(ast.get_docstring(parse(path)) or "", neighbours) == set()


@pytest.mark.parametrize("folder", sorted({path.parent for path in sources()}), ids=str)
def test_every_folder_of_modules_has_a_map(folder: Path) -> None:
    # Alembic finds its scripts by their folder; nobody imports them.
    if "migrations" not in folder.parent.parts:
        assert folder / "__init__.py" in files()


def test_the_root_holds_the_five_packages() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"bench", "tests"} == set(PACKAGES)
