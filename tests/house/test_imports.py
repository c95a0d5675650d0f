"""The import rules of pyproject.toml hold, and none waits for a room that has long been built."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.repository import ROOT, module_name, sources, text_of

ABOUT_REPORTS = re.compile(r"^from (\S*\.)?(mailroom\w*|cases|openings) import", re.M)
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def test_the_import_rules_hold() -> None:
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]

    done = subprocess.run(lint, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_every_module_about_reports_is_held_apart_from_people() -> None:
    (apart,) = [
        rule for rule in RULES["contracts"] if rule["name"] == "Reports never meet identities"
    ]
    held = tuple(apart["source_modules"])
    # Migrations and the application as a whole know both.
    rooms = [
        path
        for path in sources()
        if path.parts[:2] in {("kiosk", "domain"), ("kiosk", "storage"), ("kiosk", "actions")}
        or path.parts[:3] in {("kiosk", "web", "public"), ("kiosk", "web", "reading")}
    ]
    about = {
        module_name(path)
        for path in rooms
        if path.stem != "upgrading"
        and "migrations" not in path.parts
        and ABOUT_REPORTS.search(text_of(path))
    }

    assert len(about) > 10
    assert {
        name for name in about if not f"{name}.".startswith(tuple(f"{one}." for one in held))
    } == set()
    assert {"kiosk.storage.schema", "kiosk.storage.register", "kiosk.actions.desk"} < set(
        apart["forbidden_modules"]
    )


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES["contracts"] if "layers" in rule], ids=lambda rule: rule["name"]
)
def test_only_a_room_that_is_not_built_stands_in_brackets(rule: dict[str, list[str]]) -> None:
    bracketed = re.findall(r"\((\w+)\)", " ".join(rule["layers"]))
    folders = [ROOT / container.replace(".", "/") for container in rule.get("containers", [])]

    assert [
        name
        for name in bracketed
        for folder in folders
        if (folder / name).is_dir() or (folder / f"{name}.py").is_file()
    ] == []
