"""What a person reads of a verdict: words, sentences and labels, in Indonesian and English.

The words stand in wording.toml, one sentence for each code in each language.
"""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from .verdict import Finding, Verdict

__all__ = ["LANGUAGES", "advice_on", "day", "label", "moment", "plain", "sentence_of", "word_of"]

LANGUAGES: Final = ("id", "en")
"""The languages there are, the default first."""

LONGEST_VALUE: Final = 120
_ZONES: Final = {420: "WIB", 480: "WITA", 540: "WIT", 0: "UTC"}
_MONTHS: Final = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "wording.toml").read_text(encoding="utf-8"))


def word_of(verdict: Verdict, language: str, *, utc_offset: int = 420) -> str:
    """The verdict in a word or two, in capitals; `utc_offset` in minutes is for its date."""
    at = "" if verdict.as_of is None else moment(verdict.as_of, language, utc_offset=utc_offset)
    return str(_heading(verdict)["word"][language]).format(date=at)


def advice_on(verdict: Verdict, language: str) -> str:
    """What a person does now."""
    return str(_heading(verdict)["advice"][language])


def _heading(verdict: Verdict) -> dict[str, Any]:
    """Word and advice: those of its outcome, where its last finding has none of its own."""
    code = verdict.findings[-1].code if verdict.findings else ""
    found: dict[str, Any] = _wording()["posters"].get(code, _wording()["outcomes"][verdict.outcome])
    return found


def sentence_of(finding: Finding, language: str) -> str:
    """The finding in a sentence.

    Raises:
        KeyError: its code has none.
    """
    values = {name: plain(value) for name, value in finding.values.items()}
    return str(_wording()["findings"][finding.code][language]).format(**values)


def label(name: str, language: str) -> str:
    """What a field, a heading or a level is called."""
    table = _wording()["levels"] if name in _wording()["levels"] else _wording()["labels"]
    return str(table[name][language])


def plain(text: str) -> str:
    """A text from a file that nobody vouches for, made safe to show on a terminal.

    Control characters, and those that turn the direction of writing, become question marks.
    """
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= LONGEST_VALUE else shown[: LONGEST_VALUE - 1] + "…"


def day(on: date, language: str) -> str:
    """A day in words: 31 Agustus 2026."""
    return f"{on.day} {_MONTHS[language].split()[on.month - 1]} {on.year}"


def moment(at: int, language: str, *, utc_offset: int = 420) -> str:
    """A time in words, to the minute, in the zone of a unit (`utc_offset` in minutes)."""
    local = datetime.fromtimestamp(at, UTC) + timedelta(minutes=utc_offset)
    hours, minutes = divmod(abs(utc_offset), 60)
    sign = "-" if utc_offset < 0 else "+"
    zone = _ZONES.get(utc_offset, f"UTC{sign}{hours:02d}:{minutes:02d}")
    return f"{day(local.date(), language)} {local:%H.%M} {zone}"
