"""A rule that is silenced is silenced by name, and with a reason beside it."""

import re

import pytest

from tests.house.repository import ROOT, files, text_of

SILENCER = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]|pragma: \w+)\s*")
# Beside the silencer, after a # or a dash; or a comment of its own above.
BESIDE = re.compile(r"(?:#|--)\s*\w+")
REASON = re.compile(r"#\s*\S+(?:\s+\S+)+")


def without_reason(text: str) -> list[str]:
    """The lines of Python that silence a rule and do not say why, beside it or just above."""
    lines = text.splitlines()
    found = []
    for above, line in zip(["", *lines], lines, strict=False):
        silencer = SILENCER.search(line)
        if silencer is None:
            continue
        beside = line[silencer.end() :]
        if not (BESIDE.match(beside) or REASON.fullmatch(above.strip())):
            found.append(line.strip())
    return found


def test_a_silenced_rule_has_a_reason() -> None:
    unexplained = {
        str(path): lines
        for path in files()
        if path.suffix == ".py" and (lines := without_reason(text_of(path)))
    }

    assert unexplained == {}


# In two pieces, so that this file does not silence anything itself.
RULE = "no" + "qa: S104"
TYPE = "type: " + "ignore[misc]"


@pytest.mark.parametrize(
    "line",
    [
        f"x = y  # {RULE}  # never bound to",
        f"x = y  # {RULE} -- never bound to",
        f"# Never bound to.\nx = y  # {RULE}",
        f"x = y  # {TYPE}  # the library has no types",
    ],
)
def test_a_silence_with_a_reason_is_fine(line: str) -> None:
    assert without_reason(line) == []


@pytest.mark.parametrize(
    "line", [f"x = y  # {RULE}", f"x = y  # {TYPE}", f"y = x\nx = y  # {RULE}"]
)
def test_a_silence_without_a_reason_would_be_noticed(line: str) -> None:
    assert without_reason(line) != []


def test_every_rule_that_is_off_says_why_on_its_line() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(
        r"^(?:ignore|\"[^\"\n]+\") = \[\n(.*?)^\]", text, flags=re.DOTALL | re.MULTILINE
    )
    lines = [line for text in lists for line in text.splitlines()]

    assert lines
    assert [line for line in lines if not re.fullmatch(r' +"[A-Z]+[0-9]*", +# \w.*', line)] == []
