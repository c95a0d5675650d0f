"""The links of the documents lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, documents, text_of

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
