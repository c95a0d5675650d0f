"""What is installed is what was checked: exact versions, with their sums, from anywhere."""

import json
import re
import tomllib

import pytest

from tests.house.repository import ROOT

PYTHON_LOCKS = ("requirements.lock", ".ci/fuzzing.txt", ".ci/installers.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
PACKAGE_LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))


def locked(text: str) -> dict[str, str]:
    """The packages of a Python lock file, each with the rest of its entry."""
    return dict(re.findall(r"^([\w.-]+)(.*(?:\n +--.*)*)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_lock_of_python_packages_holds_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_lock_of_python_packages_is_exact_and_has_sums(name: str) -> None:
    entries = locked((ROOT / name).read_text(encoding="utf-8"))

    assert entries
    assert [
        package
        for package, entry in entries.items()
        if not re.match(r"==[\w.+]+ \\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


def test_every_python_package_we_ask_for_is_locked() -> None:
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0] for requirement in wanted}

    assert names - set(locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))) == set()


def test_the_lock_of_node_packages_holds_no_address_to_fetch_from() -> None:
    def addresses(value: object, *, key: str = "") -> list[str]:
        match value:
            case dict():
                # Where to thank the authors is not where to fetch from.
                return [a for k, v in value.items() if k != "funding" for a in addresses(v, key=k)]
            case list():
                return [a for v in value for a in addresses(v, key=key)]
            case str() if "://" in value:
                return [f"{key}: {value}"]
            case _:
                return []

    assert addresses(PACKAGE_LOCK) == []


def test_node_packages_are_named_with_exact_versions() -> None:
    wanted = PACKAGE.get("dependencies", {}) | PACKAGE["devDependencies"]

    assert [name for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)] == []
    assert {
        name: PACKAGE_LOCK["packages"][f"node_modules/{name}"]["version"] for name in wanted
    } == wanted


def test_every_node_package_has_its_sum() -> None:
    packages = {name: entry for name, entry in PACKAGE_LOCK["packages"].items() if name}

    assert [
        name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")
    ] == []
