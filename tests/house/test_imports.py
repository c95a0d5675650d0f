"""The import rules of pyproject.toml hold, and none waits for a room that has long been built."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.repository import ROOT, module_name, sources

RULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def test_the_import_rules_hold() -> None:
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]

    done = subprocess.run(lint, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_every_module_about_reports_is_held_apart_from_people() -> None:
    (apart,) = [
        rule for rule in RULES["contracts"] if rule["name"] == "Reports never meet identities"
    ]
    about = {
        module_name(path)
        for path in sources()
        if path.parts[0] == "kiosk"
        and (
            path.stem
            in {
                "cases",
                "openings",
                "mailroom",
                "mailroom_schema",
                "mailbox",
                "sealing",
                "unscripted",
            }
            or path.parts[1:] == ("actions", "readers.py")
        )
    }

    assert about == {name for name in apart["source_modules"] if not name.endswith(".lapor")}
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
