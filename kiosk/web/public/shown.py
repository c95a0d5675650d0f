"""A verdict as it is shown: in words for a page, in codes for a script.

The browser words its own verdicts in the same way (kiosk/web/page/show.js).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kiosk.web.languages import language, local_day, local_time
from kiosk.web.public.office import PublicOffice
from kiosk.web.public.wording import WORDS, say
from verifier.verdict import Certificate, Finding, Level, Outcome, Verdict

__all__ = ["ShownVerdict", "as_json", "in_words"]


@dataclass(frozen=True, kw_only=True)
class ShownVerdict:
    """A verdict in words. `fields` are label key and text; `checks` level and sentence."""

    outcome: str
    word: str
    why: str
    what_to_do: str
    other_host: str | None
    fields: dict[str, str]
    checks: tuple[tuple[str, str], ...]
    checked_at: str


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict in the form in which the page's own checks give it."""
    found = verdict.certificate
    return {
        "outcome": str(verdict.outcome),
        "findings": [
            {
                "number": finding.number,
                "code": finding.code,
                "level": str(finding.level),
                "values": finding.values,
            }
            for finding in verdict.findings
        ],
        "certificate": found
        and {
            "number": found.number,
            "name": found.name,
            "birth_year": found.birth_year,
            "nik_code": found.nik_code,
            "unit": found.unit,
            "issued_on": found.issued_on.isoformat(),
            "valid_until": found.valid_until.isoformat(),
            "purpose": list(found.purpose),
            "result": found.result,
        },
        "asOf": verdict.as_of,
    }


def in_words(verdict: Verdict, office: PublicOffice) -> ShownVerdict:
    """A verdict in the language of this answer, in the office's time zone."""
    found = verdict.certificate
    code = _deciding(verdict)
    known = local_time(verdict.as_of, utc_offset=office.utc_offset) if verdict.as_of else "?"
    values = {
        "date": known,
        "unit": found.unit if found else office.site_name,
        "until": local_day(found.valid_until) if found else "?",
    }
    other = next((one for one in verdict.findings if one.code == "other-host"), None)
    why = f"why.{code}"
    do = f"do.{code}"
    return ShownVerdict(
        outcome=str(verdict.outcome),
        word=say(f"outcome.{verdict.outcome}", **values),
        why=say(why, **values) if why in WORDS else "",
        what_to_do=say(do if do in WORDS else f"do.{verdict.outcome}", **values),
        other_host=other.values["host"] if other else None,
        fields=_fields(found, verdict.outcome, office) if found else {},
        checks=tuple((str(one.level), _check(one)) for one in verdict.findings),
        checked_at=local_time(office.clock(), utc_offset=office.utc_offset),
    )


def _deciding(verdict: Verdict) -> str:
    """The code of the finding that decided."""
    problems = [one.code for one in verdict.findings if one.level is Level.PROBLEM]
    if problems:
        return problems[-1]
    match verdict.outcome:
        case Outcome.GENUINE:
            return "status-fresh"
        case Outcome.GENUINE_AS_OF:
            return "status-old"
        case _:
            return str(verdict.outcome)


def _check(finding: Finding) -> str:
    key = f"check.{finding.code}"
    if key in WORDS:
        return say(key, **finding.values)
    return say("check.other", code=finding.code)


def _fields(found: Certificate, outcome: Outcome, office: PublicOffice) -> dict[str, str]:
    """The signed fields as texts. What nobody vouches for is not shown."""
    if outcome is Outcome.NOT_GENUINE:
        return {}
    return {
        "name": found.name,
        "number": found.number,
        "birth_year": str(found.birth_year),
        "unit": found.unit,
        "issued_on": local_day(found.issued_on),
        "valid_until": local_day(found.valid_until) + _days_left(found.valid_until, office),
        "purpose": found.purpose[language() != "id"],
        "result": say(f"page.result-{found.result}"),
    }


def _days_left(last_day: date, office: PublicOffice) -> str:
    now = datetime.fromtimestamp(office.clock(), UTC) + timedelta(minutes=office.utc_offset)
    days = (last_day - now.date()).days
    if days < 0:
        return ""
    return f" ({say('page.days-left', days=days) if days else say('page.last-day')})"
