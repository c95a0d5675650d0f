"""The links of the documents lead somewhere, what they name is there, and nothing is left out."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.house.reference import commands
from tests.house.repository import ROOT, documents, files, text_of

LINK = re.compile(
    r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$|!\[[^\]]*\]\(([^)\s]+)\)", re.MULTILINE
)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def targets(page: Path) -> list[str]:
    """Where a page's links lead, but for other people's sites."""
    prose = CODE.sub("", text_of(page))
    found = ("".join(groups) for groups in LINK.findall(prose))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    headings = re.findall(r"^#+ +(.*)$", CODE.sub("", text_of(page)), flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def leads_nowhere(page: Path, target: str) -> bool:
    """Whether nothing is where a link of `page` leads."""
    name, _, anchor = target.partition("#")
    there = (ROOT / page.parent / name).resolve() if name else ROOT / page
    if not there.exists():
        return True
    return bool(anchor) and anchor not in anchors(there.relative_to(ROOT))


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [target for target in targets(page) if leads_nowhere(page, target)] == []


NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.[a-z]+)`")
TEST = re.compile(r"`(test_\w+)`")


@cache
def names_of_tests() -> set[str]:
    """Every test there is, by its name."""
    names = re.compile(r"^ *def (test_\w+)\(", re.MULTILINE)
    found = [path for path in files() if path.parts[0] == "tests" and path.suffix == ".py"]
    return {name for path in found for name in names.findall(text_of(path))}


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    assert set(TEST.findall(text_of(page))) - names_of_tests() == set()


THREATS = Path("docs/threats.md")
ROWS = re.compile(r"^\| in wrong hands \| yields .*\n\|[-|]+\|\n((?:\|.*\n)+)", re.MULTILINE)


def test_what_a_part_of_sealed_reports_yields_is_held_by_a_test() -> None:
    [table] = ROWS.findall(text_of(THREATS))
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]

    assert len(rows) > 20
    # Who has taken everything is kept from nothing.
    assert [part for part, _, kept, held in rows if kept and not TEST.search(held)] == []


RECORDS = tuple(path for path in documents() if re.match(r"docs/adr/\d{4}-", str(path)))
FORMATS = tuple(path for path in documents() if path.parent == Path("docs/formats"))
INDEX = "README.md"


def named_files(page: Path) -> set[Path]:
    """The files of the repository that a page names."""
    folders = {path.parts[0] for path in files()}
    named = {Path(name) for name in NAMED.findall(CODE.sub("", text_of(page)))}
    return {path for path in named if path.parts[0] in folders}


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    assert named_files(page) - set(files()) == set()


def test_a_page_that_names_a_file_would_be_noticed() -> None:
    assert Path("verifier/confined.py") in named_files(Path("docs/adr/0010-confined-child.md"))


@pytest.mark.parametrize("record", RECORDS, ids=str)
def test_a_decision_has_its_context_and_its_cost_on_a_page(record: Path) -> None:
    text = text_of(record)

    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == [
        "Context",
        "Decision",
        "What it costs",
    ]
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("page", RECORDS + FORMATS, ids=str)
def test_every_decision_and_every_format_is_in_its_index(page: Path) -> None:
    assert page.name == INDEX or f"]({page.name})" in text_of(page.parent / INDEX)


def asked_for() -> set[str]:
    """Every package that is asked for, of Python, Node and Debian."""
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]
    python = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    debian = re.findall(r'^\w+_PACKAGES="([^"]*)"', text_of(Path(".ci/setup")), flags=re.MULTILINE)
    return {
        *(re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0] for requirement in python),
        *json.loads(text_of(Path("package.json")))["devDependencies"],
        *" ".join(debian).split(),
    }


def test_every_package_that_is_asked_for_says_why() -> None:
    rows = re.findall(
        r"^\| (.*?) \|", text_of(Path("docs/operations/dependencies.md")), flags=re.MULTILINE
    )

    assert "chromium" in asked_for()
    assert asked_for() - set(re.findall(r"[@\w/-]+", " ".join(rows))) == set()


# What stands after `segel` and its options; a word with a colon is a label of some format.
TYPED = re.compile(
    r"\bsegel(?: --site \S+)? ((?:keys |trust |database )?[a-z]+(?:-[a-z]+)*)\b(?!:)"
)


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_command_that_a_page_tells_to_type_is_there(page: Path) -> None:
    typed = set(TYPED.findall(text_of(page)))

    assert {f"segel {words}" for words in typed} - set(commands()) == set()


def test_a_command_that_is_not_there_would_be_noticed() -> None:
    assert TYPED.findall("then `segel --site office keys revoke ID`") == ["keys revoke"]
