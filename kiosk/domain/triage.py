"""Which class a report has, how soon somebody must look at it, and who should begin: a table.

The table (triage.json) is looked up where the report is sealed: in the browser
(kiosk/web/page/lapor-rules.js), or here for browsers without scripts. The first line counts whose
conditions all fit. Whoever takes the report in confirms it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.domain.cases import Urgency

__all__ = ["Triage", "triage"]

_TABLE = Path(__file__).with_name("triage.json")


@dataclass(frozen=True, kw_only=True)
class Triage:
    """What the answers of a report make of it. `begins` is who should begin."""

    kind: str
    urgency: Urgency
    begins: str


def triage(answers: Mapping[str, str]) -> Triage:
    """What these answers make of a report: `danger`, `kind`, `duty` and `when` count."""
    return next(
        result
        for conditions, result in _lines()
        if all(answers.get(name) == value for name, value in conditions.items())
    )


@cache
def _lines() -> tuple[tuple[dict[str, str], Triage], ...]:
    return tuple(
        (
            line["if"],
            Triage(kind=line["class"], urgency=Urgency(line["urgency"]), begins=line["route"]),
        )
        for line in json.loads(_TABLE.read_text(encoding="utf-8"))
    )
