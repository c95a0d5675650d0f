"""A verdict in words, for the pages that the server fills.

The browser words its own verdicts in the same way (kiosk/web/page/show.js).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kiosk.web.languages import language
from kiosk.web.public.office import PublicOffice
from kiosk.web.wording import WORDS, say, sentence
from verifier.verdict import Certificate, Finding, Level, Outcome, Verdict
from verifier.wording import day, moment

__all__ = ["ShownVerdict", "in_words"]

_DECIDING = {"status-fresh", "status-old", "poster-ours"}
_COMPARED = (Outcome.GENUINE, Outcome.GENUINE_AS_OF)


@dataclass(frozen=True, kw_only=True)
class ShownVerdict:
    """A verdict in words. `fields` are label key and text; `checks` level and sentence.

    `compared` says whether a paper is worth comparing with the fields.
    """

    outcome: str
    word: str
    why: str
    what_to_do: str
    other_host: str | None
    compared: bool
    fields: dict[str, str]
    checks: tuple[tuple[str, str], ...]
    checked_at: str


def in_words(verdict: Verdict, office: PublicOffice) -> ShownVerdict:
    """A verdict in the language of this answer, in the office's time zone."""
    found = verdict.certificate
    deciding = _deciding(verdict)
    code = deciding.code if deciding else str(verdict.outcome)
    values = {
        "date": _time(verdict.as_of, office) if verdict.as_of else "?",
        "unit": found.unit if found else office.site_name,
        "until": day(found.valid_until, language()) if found else "?",
    }
    other = next((one for one in verdict.findings if one.code == "other-host"), None)
    word, why, do = f"word.{code}", f"why.{code}", f"do.{code}"
    return ShownVerdict(
        outcome=str(verdict.outcome),
        word=say(word if word in WORDS else f"outcome.{verdict.outcome}", **values),
        why=say(why, **values) if why in WORDS else _sentence_or_none(deciding),
        what_to_do=say(do if do in WORDS else f"do.{verdict.outcome}", **values),
        other_host=other.values["host"] if other else None,
        compared=verdict.outcome in _COMPARED,
        fields=_fields(found, verdict.outcome, office) if found else {},
        checks=tuple((str(one.level), sentence(one)) for one in verdict.findings),
        checked_at=_time(office.clock(), office),
    )


def _sentence_or_none(finding: Finding | None) -> str:
    return sentence(finding) if finding else ""


def _time(at: int, office: PublicOffice) -> str:
    return moment(at, language(), utc_offset=office.utc_offset)


def _deciding(verdict: Verdict) -> Finding | None:
    """The finding that decided: the last problem, what speaks for the freshness, or of a poster."""
    problems = [one for one in verdict.findings if one.level is Level.PROBLEM]
    fresh = [one for one in verdict.findings if one.code in _DECIDING]
    return next(reversed(problems or fresh), None)


def _fields(found: Certificate, outcome: Outcome, office: PublicOffice) -> dict[str, str]:
    """The signed fields as texts. What nobody vouches for is not shown."""
    if outcome is Outcome.NOT_GENUINE:
        return {}
    return {
        "name": found.name,
        "number": found.number,
        "birth_year": str(found.birth_year),
        "unit": found.unit,
        "issued_on": day(found.issued_on, language()),
        "valid_until": day(found.valid_until, language())
        + (_days_left(found.valid_until, office) if outcome in _COMPARED else ""),
        "purpose": found.purpose[language() != "id"],
        "result": say(f"page.result-{found.result}"),
    }


def _days_left(last_day: date, office: PublicOffice) -> str:
    now = datetime.fromtimestamp(office.clock(), UTC) + timedelta(minutes=office.utc_offset)
    days = (last_day - now.date()).days
    if days < 0:
        return ""
    return f" ({say('page.days-left', days=days) if days else say('page.last-day')})"
