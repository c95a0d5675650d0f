"""The record of one applicant: what a certificate is made from.

A record is a JSON object; docs/formats/applicant.md describes it, applicant.schema.json beside it
is for other people's programs, and this module decides. Texts are put into normal form C and runs
of spaces become one; names are written in capitals. Nothing is cut and nothing is guessed. What a
person does not have is left out, or null, or an empty text.
"""

import difflib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.identifiers import NikProblem, Sex, nik_fits_birth, nik_fits_sex, nik_problem

__all__ = [
    "EARLIEST_BIRTH_YEAR",
    "LONGEST_NAME_BYTES",
    "LONGEST_RECORD",
    "LONGEST_TEXTS",
    "OPTIONAL_FIELDS",
    "REQUIRED_FIELDS",
    "Applicant",
    "Reading",
    "SiteRules",
    "parse_record",
    "read_applicant",
]

# Characters of each text. The name goes into the QR code and is also measured in bytes; whether the
# longer texts fit their boxes, the printer decides.
LONGEST_TEXTS = {
    "name": 65,
    "alias": 65,
    "nationality": 40,
    "religion": 40,
    "birth_place": 60,
    "address": 200,
    "occupation": 60,
    "passport_number": 24,
    "fingerprint_formula": 60,
    "purpose": 100,
    "destination": 60,
    "result_text": 200,
}
LONGEST_NAME_BYTES = 65
LONGEST_RECORD = 64 * 1024
EARLIEST_BIRTH_YEAR = 1900

REQUIRED_FIELDS = (
    "name", "sex", "nationality", "religion", "birth_place", "birth_date", "address", "occupation",
    "nik", "resident_since", "purpose", "result",
)  # fmt: skip
OPTIONAL_FIELDS = (
    "alias", "passport_number", "fingerprint_formula", "destination", "result_text", "unit",
)  # fmt: skip
_FIELDS = frozenset(REQUIRED_FIELDS + OPTIONAL_FIELDS)
_TEXTS = tuple(
    (field, longest, field in REQUIRED_FIELDS)
    for field, longest in LONGEST_TEXTS.items()
    if field not in ("purpose", "result_text")
)
_ORDER = {
    field: number
    for number, field in enumerate((
        "name", "alias", "sex", "nationality", "religion", "birth_place", "birth_date", "address",
        "occupation", "nik", "passport_number", "fingerprint_formula", "resident_since", "purpose",
        "destination", "result", "result_text", "unit",
    ))
}  # fmt: skip

# What cannot be seen, or turns the order of what can: controls, soft hyphen, joiners, bidirectional
# marks, line separators, fillers, variation selectors, annotations, tags, private use, surrogates.
FORBIDDEN_CHARACTERS = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}]")
_SEXES = {"L": Sex.MALE, "P": Sex.FEMALE}
_LONG_NUMBER = re.compile(r"\d{6,}")
_SINCE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")

_NIK_SENTENCES = {
    NikProblem.LENGTH: "is not 16 digits",
    NikProblem.SEQUENCE: "ends in 0000; running numbers start at 0001",
    NikProblem.DATE: "has an impossible date in its digits 7 to 12",
    NikProblem.REGION: "starts with a province code that does not exist",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRules:
    """What an installation adds to the rules: its units, its purposes, its patience with NIKs.

    `may_invent_regions` accepts NIKs of provinces that do not exist, with a warning.
    """

    own_unit: int
    units: frozenset[int]
    purposes: frozenset[int]
    may_invent_regions: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """What is printed of a person, and for what.

    `resident_since` is YYYY, YYYY-MM or YYYY-MM-DD; `purpose` a code of the site's table or a short
    text; `result` 0 (no record) or 1 (has a record, and then `result_text` says which).
    """

    name: str
    alias: str | None
    sex: Sex
    nationality: str
    religion: str
    birth_place: str
    birth_date: date
    address: str
    occupation: str
    nik: str
    passport_number: str | None
    fingerprint_formula: str | None
    resident_since: str
    purpose: int | str
    destination: str | None
    result: int
    result_text: str | None
    unit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """An applicant, and what a clerk should look at once more."""

    applicant: Applicant
    warnings: tuple[Fault, ...] = ()


def parse_record(text: str | bytes) -> object:
    """The JSON value in `text`, for `read_applicant`.

    Raises:
        Invalid: it is not JSON in UTF-8, or a field stands in it twice, or it is longer than 64
            KiB.
    """
    if len(text) > LONGEST_RECORD:
        raise Invalid([Fault(path="", code="too-long", sentence="is longer than 64 KiB")])
    if isinstance(text, bytes):
        try:
            # Windows likes to begin with a byte order mark.
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid(
                [Fault(path="", code="not-utf-8", sentence="is not UTF-8 text")]
            ) from None
    try:
        value: object = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid([Fault(path="", code="not-json", sentence="is not JSON")]) from None
    return value


def read_applicant(record: object, *, today: date, rules: SiteRules) -> Reading:
    """The applicant in `record`, a JSON value.

    Raises:
        Invalid: with every fault of the record.
    """
    if not isinstance(record, dict):
        raise Invalid([Fault(path="", code="not-object", sentence="is not a JSON object")])
    reader = _Reader(record)
    texts = reader.texts()
    sex = _SEXES.get(record["sex"]) if type(record.get("sex")) is str else None
    if sex is None:
        reader.refuse("sex", "not-choice", "is not L or P")
    birth = reader.birth_date(today)
    nik = reader.nik(rules)
    since = reader.resident_since(today, birth)
    purpose = reader.purpose(rules)
    result, result_text = reader.result()
    unit = reader.unit(rules)
    if not record.keys() <= _FIELDS:
        reader.refuse_unknown_fields()
    if reader.faults or sex is None or birth is None:
        raise Invalid(sorted(reader.faults, key=lambda fault: _ORDER.get(fault.path, len(_ORDER))))
    warnings = reader.warnings
    if not nik_fits_birth(nik, birth):
        warnings.append(_BIRTH_WARNING)
    if not nik_fits_sex(nik, sex):
        warnings.append(_SEX_WARNING)
    return Reading(
        applicant=Applicant(
            sex=sex,
            birth_date=birth,
            nik=nik,
            resident_since=since,
            purpose=purpose,
            result=result,
            result_text=result_text,
            unit=unit,
            **texts,
        ),
        warnings=tuple(warnings),
    )


_BIRTH_WARNING = Fault(
    path="nik", code="nik-birth-date", sentence="has another date of birth than birth_date"
)
_SEX_WARNING = Fault(path="nik", code="nik-sex", sentence="is one of the other sex")


class _Reader:
    """Reads the fields of one record, and collects every fault on the way.

    Called some thousand times a second, so what is right in plain ASCII is found right quickly,
    and only the rest is looked at closely.
    """

    __slots__ = ("faults", "record", "warnings")

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def refuse(self, path: str, code: str, sentence: str) -> None:
        if path not in self.record and path in REQUIRED_FIELDS:
            code, sentence = "missing", "is missing"
        self.faults.append(Fault(path=path, code=code, sentence=sentence))

    def refuse_unknown_fields(self) -> None:
        for field in sorted(self.record.keys() - _FIELDS):
            near = difflib.get_close_matches(field, _ORDER, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in field[:40])
            # Somebody's number may stand where a name should.
            shown = _LONG_NUMBER.sub("\ufffd", shown)
            self.refuse(shown, "unknown-field", f"is not a field{guess}")

    def texts(self) -> dict[str, Any]:
        record = self.record
        found: dict[str, Any] = {}
        for field, longest, required in _TEXTS:
            value = record.get(field)
            if not required and _is_nothing(value):
                found[field] = None
            elif _is_plain(value, longest):
                found[field] = value
            else:
                found[field] = self.text(field, value, longest)
        for field in ("name", "alias"):
            value = found[field]
            if value and not value.isupper():
                value = value.upper()
                found[field] = value if value.isascii() else unicodedata.normalize("NFC", value)
        name = found["name"]
        if not name.isascii() and len(name.encode("utf-8", "replace")) > LONGEST_NAME_BYTES:
            self.refuse(
                "name", "too-long", f"has more than {LONGEST_NAME_BYTES} bytes of UTF-8 in capitals"
            )
        return found

    def text(self, field: str, value: object, longest: int) -> str:
        """The text in normal form, or an empty one and a fault."""
        if not isinstance(value, str):
            self.refuse(field, "not-text", "is not a text")
            return ""
        if _FORBIDDEN.search(value):
            self.refuse(
                field,
                "forbidden-character",
                "has a line break or another character that cannot be seen",
            )
            return ""
        text = " ".join(unicodedata.normalize("NFC", value).split())
        if not text:
            self.refuse(field, "empty", "is empty")
        elif max(len(text), len(value)) > longest:
            self.refuse(field, "too-long", f"has more than {longest} characters")
        elif not text.isprintable():
            self.refuse(field, "forbidden-character", "has a character that Unicode does not know")
        else:
            return text
        return ""

    def birth_date(self, today: date) -> date | None:
        value = self.record.get("birth_date")
        birth = _date(value)
        if birth is None:
            self.refuse("birth_date", "not-date", "is not a date written YYYY-MM-DD")
        elif birth > today:
            self.refuse("birth_date", "future", "is in the future")
        elif birth.year < EARLIEST_BIRTH_YEAR:
            self.refuse("birth_date", "too-early", f"is before {EARLIEST_BIRTH_YEAR}")
        else:
            return birth
        return None

    def nik(self, rules: SiteRules) -> str:
        value = self.record.get("nik")
        if type(value) is not str:
            self.refuse("nik", "not-text", "is not a text of 16 digits")
            return ""
        problem = nik_problem(value)
        if problem is NikProblem.REGION and rules.may_invent_regions:
            self.warnings.append(
                Fault(path="nik", code=problem.value, sentence=_NIK_SENTENCES[problem])
            )
        elif problem is not None:
            self.refuse("nik", problem.value, _NIK_SENTENCES[problem])
        return value

    def resident_since(self, today: date, birth: date | None) -> str:
        value = self.record.get("resident_since")
        if type(value) is not str or not _SINCE.fullmatch(value) or not _is_partial_date(value):
            self.refuse("resident_since", "not-date", "is not YYYY, YYYY-MM or YYYY-MM-DD")
            return ""
        # Dates of equal precision compare as their texts do.
        if value > today.isoformat()[: len(value)]:
            self.refuse("resident_since", "future", "is in the future")
        elif birth is not None and value < birth.isoformat()[: len(value)]:
            self.refuse("resident_since", "before-birth", "is before birth_date")
        return value

    def purpose(self, rules: SiteRules) -> int | str:
        value = self.record.get("purpose")
        if type(value) is int:
            if value not in rules.purposes:
                self.refuse("purpose", "unknown-purpose", "is not a code of this site's purposes")
            return value
        longest = LONGEST_TEXTS["purpose"]
        if _is_plain(value, longest):
            return str(value)
        return self.text("purpose", value, longest)

    def result(self) -> tuple[int, str | None]:
        value = self.record.get("result")
        has_text = not _is_nothing(self.record.get("result_text"))
        if type(value) is not int or value not in (0, 1):
            self.refuse("result", "not-choice", "is not 0 or 1")
            value = int(has_text)
        text = None
        if has_text:
            text = self.text(
                "result_text", self.record["result_text"], LONGEST_TEXTS["result_text"]
            )
        if value == 1 and not has_text:
            self.refuse("result_text", "needed", "is needed where result is 1")
        elif value == 0 and has_text:
            self.refuse("result_text", "not-wanted", "stands only where result is 1")
        return value, text

    def unit(self, rules: SiteRules) -> int:
        value = self.record.get("unit")
        if _is_nothing(value):
            return rules.own_unit
        if type(value) is not int:
            self.refuse("unit", "not-code", "is not the code of a unit, a whole number")
        elif value not in rules.units:
            self.refuse("unit", "unknown-unit", "is not a unit of this site")
        else:
            return value
        return rules.own_unit


def _is_nothing(value: object) -> bool:
    """Whether an optional field says that there is none."""
    return value is None or value == ""


def _is_plain(value: object, longest: int) -> bool:
    """Whether `value` is right as it stands: printable ASCII, single spaces, not too long."""
    return (
        type(value) is str
        and 0 < len(value) <= longest
        and value.isascii()
        and value.isprintable()
        and "  " not in value
        and value[0] != " "
        and value[-1] != " "
    )


def _date(value: object) -> date | None:
    """The date in YYYY-MM-DD, or None; fromisoformat alone would take other spellings too."""
    if type(value) is not str or len(value) != 10 or value[4] != "-" or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_partial_date(value: str) -> bool:
    return _date(value + "0001-01-01"[len(value) :]) is not None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
