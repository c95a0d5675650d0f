"""(28) The code of a poster: is it ours, and where is it to hang? No poster is ever genuine here.

Who lets a program decide by `genuine`, or by exit code 0, must not be given a poster for a
certificate: one of ours is said to be ours, and cannot be checked as anything else. The same runs
in the browser (kiosk/web/page/verdict.js).
"""

from signing.errors import FormatError, SignatureError
from signing.numbers import day_of
from signing.poster import parse_poster, read_poster
from signing.trust import KeyUse

from .status import TrustSource
from .verdict import Finding, Level, Outcome, Verdict

__all__ = ["check_poster"]

_BAD = Level.PROBLEM


def check_poster(text: str, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on the text of a poster's code, at `now` (seconds since 1970)."""
    bundle = trust.bundle
    if now >= bundle.expires_at:
        return _verdict(Outcome.CANNOT_CHECK, Finding(number=3, code="bundle-expired", level=_BAD))
    try:
        found = read_poster(text, bundle)
    except (FormatError, SignatureError) as problem:
        if isinstance(problem, SignatureError) and _may_be_newer(text, trust, now=now):
            newer = Finding(number=4, code="bundle-older", level=_BAD)
            return _verdict(Outcome.CANNOT_CHECK, newer)
        return _verdict(Outcome.NOT_GENUINE, Finding(number=28, code="poster-false", level=_BAD))
    unit = bundle.unit(found.unit)
    offset = unit.utc_offset if unit else 0
    values = {
        "number": found.number,
        "place": f"{found.place}, {found.area}" if found.area else found.place,
        "unit": unit.name if unit else str(found.unit),
        "printed": day_of(found.issued_at, utc_offset=offset).isoformat(),
        "until": day_of(found.expires_at, utc_offset=offset).isoformat(),
    }
    if now >= found.expires_at:
        over = Finding(number=28, code="poster-over", level=_BAD, values=values)
        return _verdict(Outcome.EXPIRED, over)
    ours = Finding(number=28, code="poster-ours", level=Level.WARNING, values=values)
    return _verdict(Outcome.CANNOT_CHECK, ours)


def _may_be_newer(text: str, trust: TrustSource, *, now: int) -> bool:
    """Whether a key that the bundle at hand does not know yet may have signed it."""
    parsed = parse_poster(text)
    if parsed.host not in trust.bundle.hosts:
        return False
    known = trust.bundle.keys_named(parsed.message.key_id, KeyUse.POSTER)
    return not known and trust.complete_until < min(now, parsed.poster.issued_at)


def _verdict(outcome: Outcome, finding: Finding) -> Verdict:
    return Verdict(outcome=outcome, findings=(finding,))
