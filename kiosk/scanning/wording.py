"""What a person at a terminal reads of a scan, in Indonesian and English: wording.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from verifier.verdict import Finding, Level
from verifier.wording import sentence_of

__all__ = ["advice_on", "problem_told", "sentence", "word_of"]


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "wording.toml").read_text(encoding="utf-8"))


def sentence(table: str, code: str, language: str, **values: str) -> str:
    """The sentence for a code of `hints`, `suspicions`, `problems`, `reasons` or `labels`.

    Raises:
        KeyError: it has none.
    """
    return str(_wording()[table][code][language]).format(**values)


def word_of(result: str, language: str) -> str:
    """What came of a card, in a word or two, in capitals."""
    return str(_wording()["answers"][result]["word"][language])


def advice_on(result: str, language: str) -> str:
    """What a person does now."""
    return str(_wording()["answers"][result]["advice"][language])


def problem_told(code: str, language: str, **values: str) -> str:
    """Why nothing could be read; of pictures the check of certificates says the same."""
    if code in _wording()["problems"]:
        return sentence("problems", code, language)
    return sentence_of(Finding(number=19, code=code, level=Level.PROBLEM, values=values), language)
