"""What people type into forms, in one spelling, with a sentence for what cannot be meant."""

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

__all__ = ["spelled_code", "spelled_date", "typed_certificate"]

_LONGEST = 100
_CODE_LETTERS = 8
# Crockford's base 32: what people take for a 0 or a 1 is one.
_LOOKALIKES = str.maketrans("OIL", "011", " -.·")
# As on the identity card, 25-12-1996, whatever stands between; or as machines write it.
_DATES = (
    re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
)


def typed_certificate(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The `number` and `code` of a certificate as typed, and what is wrong with either."""
    typed = {name: form.get(name, "").strip()[:_LONGEST] for name in ("number", "code")}
    faults = {}
    if not typed["number"]:
        faults["number"] = _("Type the number that stands under the title of the sheet.")
    if len(spelled_code(typed["code"])) != _CODE_LETTERS:
        faults["code"] = _("Type the eight letters and digits that stand below the QR code.")
    return typed, faults


def spelled_code(typed: str) -> str:
    """A check code in its own letters: capitals, without spaces."""
    return typed.upper().translate(_LOOKALIKES)


def spelled_date(typed: str) -> str:
    """A date as YYYY-MM-DD, or nothing if there is no such day."""
    for form in _DATES:
        if found := form.fullmatch(typed.strip()):
            year, month, day = (int(found[part]) for part in ("year", "month", "day"))
            try:
                return date(year, month, day).isoformat()
            except ValueError:
                return ""
    return ""
