"""The form of an application, as data: one question a page, in an order that depends on answers.

A question is a page; it has one field or a few that belong together. Which questions are asked
depends on what was answered before, on the purpose, and on what the office still asks for. Answers
are texts under the names of fields, as they will be sealed; what stands on the sheet is held to
the rules of kiosk.domain.applicants, so that nothing is refused later that was taken here.

Two fields are not asked but known: `begun_on`, the day on which the form was begun, and
`helper_staff` where staff help. Questions of the part CRIME are private: somebody who helps neither
asks them nor sees the answers.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.domain.applicants import (
    FORBIDDEN_CHARACTERS,
    LONGEST_TEXTS,
    SiteRules,
    read_applicant,
)
from kiosk.domain.applications import Application, Stage
from kiosk.domain.errors import Fault, Invalid, Unknown
from kiosk.domain.staff import Office, OfficeKind

__all__ = [
    "DELIVERY_FIELDS",
    "PAPER_PREFIX",
    "PRIVATE_FIELDS",
    "QUESTIONS",
    "WINDOWS",
    "Answers",
    "Field",
    "Form",
    "Kind",
    "Part",
    "Question",
    "Read",
    "Route",
    "age_on",
    "answered",
    "asked",
    "choices_of",
    "delivery_of",
    "is_helped",
    "issuing_offices",
    "may_answer",
    "needed_papers",
    "question",
    "questions_to_fix",
    "read_answers",
    "record_of",
    "typed_date",
    "unanswered",
    "unsound",
]

Answers = Mapping[str, str]
"""What was answered, by field."""

GROWN_UP = 17
"""From this age on people have an identity card."""

PAPER_PREFIX = "paper-"
"""Before the kind of a paper, in the names of fields; the answer BRING means: not uploaded."""

BRING = "bring"
NATIONALITY = "Indonesia"
YES, NO = "yes", "no"
_LONGEST = 100
_LONGEST_LINES = 1_000
_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}]")
_PHONE = re.compile(r"\+62[2-9][0-9]{6,12}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")


class Part(StrEnum):
    """A part of the form; the summary shows one after the other."""

    START = "start"
    PERSON = "person"
    CONTACT = "contact"
    FAMILY = "family"
    CRIME = "crime"
    PAPERS = "papers"
    RECEIVING = "receiving"


class Kind(StrEnum):
    """What is given in a field."""

    TEXT = "text"
    LINES = "lines"
    DIGITS = "digits"
    DATE = "date"
    CHOICE = "choice"
    TICK = "tick"
    PHONE = "phone"
    EMAIL = "email"
    PAPER = "paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of a question.

    `choices` may be empty where they depend on the office (`choices_of`). With `only_if`, the field
    counts only where another field of the page has that answer. `exact` digits are wanted.
    """

    name: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    optional: bool = False
    longest: int = _LONGEST
    exact: int | None = None
    only_if: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Who issues for a purpose, and what has to be brought besides what everybody brings."""

    issued_by: frozenset[OfficeKind]
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a site adds to the questions.

    `parts` are what it asks beyond the sheet ("spouse", "education" …), `papers` the kinds that
    everybody is asked for, `offices` those that take applications.
    """

    rules: SiteRules
    routes: Mapping[int, Route]
    parts: frozenset[str]
    papers: tuple[str, ...]
    offices: tuple[Office, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One page of the form. `checks` are the fields that a verifier sends back for it.

    A `first` page is answered when an application is begun, and comes up again only to be changed.
    """

    slug: str
    part: Part
    fields: tuple[Field, ...]
    asked: Callable[[Answers, Form], bool] = lambda _answers, _form: True
    checks: frozenset[str] = frozenset()
    first: bool = False

    @property
    def private(self) -> bool:
        """Whether the applicant answers alone."""
        return self.part is Part.CRIME


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """Answers that were read, and what somebody should look at once more before going on."""

    answers: dict[str, str]
    warnings: tuple[Fault, ...] = ()


def _one(
    slug: str,
    part: Part,
    *fields: Field,
    asked: Callable[[Answers, Form], bool] | None = None,
    checks: Collection[str] = (),
    first: bool = False,
) -> Question:
    always = asked or (lambda _answers, _form: True)
    return Question(
        slug=slug, part=part, fields=fields, asked=always, checks=frozenset(checks), first=first
    )


def _wants(part: str) -> Callable[[Answers, Form], bool]:
    return lambda _answers, form: part in form.parts


def _is(name: str, value: str) -> Callable[[Answers, Form], bool]:
    return lambda answers, _form: answers.get(name) == value


def _yes_with(name: str, *details: Field) -> tuple[Field, ...]:
    return (Field(name=name, kind=Kind.CHOICE, choices=(YES, NO)), *details)


def _paper(kind: str) -> Question:
    def is_needed(answers: Answers, form: Form) -> bool:
        return kind in needed_papers(answers, form)

    field = Field(name=PAPER_PREFIX + kind, kind=Kind.PAPER, choices=(BRING,))
    checks = {"photo"} if kind == "photo" else {"papers"}
    return _one(PAPER_PREFIX + kind, Part.PAPERS, field, asked=is_needed, checks=checks)


RELIGIONS = ("islam", "protestant", "catholic", "hindu", "buddhist", "confucian", "belief")
WINDOWS = ("morning", "midday", "afternoon", "evening", "weekend")
"""When somebody may want the paper brought, in the order of the day."""

PAPERS = (
    "photo", "ktp", "school", "kk", "birth", "jkn", "passport", "letter", "old-skck",
    "fingerprints", "other",
)  # fmt: skip

QUESTIONS = (
    _one(
        "who",
        Part.START,
        Field(name="for_whom", kind=Kind.CHOICE, choices=("self", "other")),
        Field(
            name="helper_kind",
            kind=Kind.CHOICE,
            choices=("family", "village", "ngo", "other"),
            only_if=("for_whom", "other"),
        ),
        Field(name="helper_name", only_if=("for_whom", "other")),
        # Staff who help are known by their account.
        asked=lambda answers, _form: "helper_staff" not in answers,
    ),
    _one(
        "purpose",
        Part.START,
        Field(name="purpose", kind=Kind.CHOICE),
        checks={"purpose"},
        first=True,
    ),
    _one(
        "destination",
        Part.START,
        Field(name="destination", optional=True, longest=LONGEST_TEXTS["destination"]),
        checks={"purpose"},
    ),
    _one("office", Part.START, Field(name="office", kind=Kind.CHOICE)),
    _one("name", Part.PERSON, Field(name="name", longest=LONGEST_TEXTS["name"]), checks={"name"}),
    _one(
        "alias",
        Part.PERSON,
        Field(name="alias", optional=True, longest=LONGEST_TEXTS["alias"]),
        checks={"name"},
    ),
    _one("nik", Part.PERSON, Field(name="nik", kind=Kind.DIGITS, exact=16), checks={"nik"}),
    _one(
        "birth",
        Part.PERSON,
        Field(name="birth_date", kind=Kind.DATE),
        checks={"birth"},
        first=True,
    ),
    _one(
        "birth-place",
        Part.PERSON,
        Field(name="birth_place", longest=LONGEST_TEXTS["birth_place"]),
        checks={"birth"},
    ),
    _one(
        "sex", Part.PERSON, Field(name="sex", kind=Kind.CHOICE, choices=("L", "P")), checks={"sex"}
    ),
    _one(
        "religion",
        Part.PERSON,
        Field(name="religion", kind=Kind.CHOICE, choices=RELIGIONS),
        checks={"religion"},
    ),
    _one(
        "marriage",
        Part.PERSON,
        Field(
            name="marriage", kind=Kind.CHOICE, choices=("single", "married", "divorced", "widowed")
        ),
        asked=_wants("marriage"),
    ),
    _one(
        "occupation",
        Part.PERSON,
        Field(name="occupation", longest=LONGEST_TEXTS["occupation"]),
        checks={"occupation"},
    ),
    _one(
        "address",
        Part.PERSON,
        Field(name="street"),
        Field(name="rt", kind=Kind.DIGITS, longest=3, optional=True),
        Field(name="rw", kind=Kind.DIGITS, longest=3, optional=True),
        Field(name="village", longest=50),
        Field(name="district", longest=50),
        Field(name="regency", longest=50),
        checks={"address"},
    ),
    _one(
        "resident-since",
        Part.PERSON,
        Field(name="since_birth", kind=Kind.CHOICE, choices=(YES, NO)),
        Field(name="since_year", kind=Kind.DIGITS, exact=4, only_if=("since_birth", NO)),
        checks={"nationality"},
    ),
    _one(
        "passport",
        Part.PERSON,
        Field(name="passport_number", longest=LONGEST_TEXTS["passport_number"], optional=True),
        asked=lambda answers, form: "passport" in needed_papers(answers, form),
        checks={"papers"},
    ),
    _one(
        "contact",
        Part.CONTACT,
        Field(name="contact", kind=Kind.CHOICE, choices=("sms", "email", "none")),
        Field(name="phone", kind=Kind.PHONE, only_if=("contact", "sms")),
        Field(name="email", kind=Kind.EMAIL, only_if=("contact", "email")),
    ),
    _one(
        "spouse",
        Part.FAMILY,
        Field(name="spouse_name"),
        Field(name="spouse_occupation", optional=True),
        asked=lambda answers, form: (
            "spouse" in form.parts and answers.get("marriage", "married") == "married"
        ),
    ),
    _one(
        "father",
        Part.FAMILY,
        Field(name="father_name"),
        Field(name="father_occupation", optional=True),
        asked=_wants("parents"),
    ),
    _one(
        "mother",
        Part.FAMILY,
        Field(name="mother_name"),
        Field(name="mother_occupation", optional=True),
        asked=_wants("parents"),
    ),
    _one(
        "siblings",
        Part.FAMILY,
        Field(name="siblings", kind=Kind.LINES, optional=True, longest=_LONGEST_LINES),
        asked=_wants("siblings"),
    ),
    _one(
        "education",
        Part.FAMILY,
        Field(name="school", optional=True),
        Field(name="school_year", kind=Kind.DIGITS, exact=4, optional=True),
        asked=_wants("education"),
    ),
    _one(
        "traits",
        Part.FAMILY,
        Field(name="height", kind=Kind.DIGITS, longest=3, optional=True),
        Field(name="weight", kind=Kind.DIGITS, longest=3, optional=True),
        Field(name="hair", longest=40, optional=True),
        Field(name="face", longest=40, optional=True),
        Field(name="skin", longest=40, optional=True),
        Field(name="marks", optional=True),
        asked=_wants("traits"),
    ),
    _one(
        "cases",
        Part.CRIME,
        *_yes_with(
            "cases",
            Field(name="cases_what", kind=Kind.LINES, longest=_LONGEST_LINES,
                  only_if=("cases", YES)),
            Field(name="cases_when", only_if=("cases", YES)),
            Field(name="cases_sentence", only_if=("cases", YES), optional=True),
        ),
    ),
    _one(
        "running",
        Part.CRIME,
        *_yes_with(
            "running",
            Field(name="running_what", kind=Kind.LINES, longest=_LONGEST_LINES,
                  only_if=("running", YES)),
            Field(name="running_stage", only_if=("running", YES), optional=True),
        ),
    ),
    _one(
        "violations",
        Part.CRIME,
        *_yes_with(
            "violations",
            Field(name="violations_what", kind=Kind.LINES, longest=_LONGEST_LINES,
                  only_if=("violations", YES)),
        ),
    ),
    _one(
        "fingerprints",
        Part.PAPERS,
        Field(name="fingerprints", kind=Kind.CHOICE, choices=(YES, NO, "unknown")),
        Field(
            name="fingerprint_formula",
            longest=LONGEST_TEXTS["fingerprint_formula"],
            optional=True,
            only_if=("fingerprints", YES),
        ),
    ),
    *(_paper(kind) for kind in PAPERS),
    _one(
        "need",
        Part.RECEIVING,
        Field(
            name="need",
            kind=Kind.CHOICE,
            choices=("none", "elderly", "disability", "far", "other"),
        ),
        Field(name="visit", kind=Kind.TICK, optional=True),
    ),
    _one(
        "receiving",
        Part.RECEIVING,
        Field(name="receiving", kind=Kind.CHOICE, choices=("deliver", "collect")),
    ),
    _one(
        "window",
        Part.RECEIVING,
        Field(name="window", kind=Kind.CHOICE, choices=WINDOWS),
        asked=_is("receiving", "deliver"),
    ),
    _one(
        "landmark",
        Part.RECEIVING,
        Field(name="landmark", kind=Kind.LINES, longest=300, optional=True),
        asked=_is("receiving", "deliver"),
    ),
    _one(
        "receiver",
        Part.RECEIVING,
        Field(name="receiver", kind=Kind.CHOICE, choices=("self", "proxy")),
        Field(name="proxy_name", only_if=("receiver", "proxy")),
        Field(name="proxy_relation", only_if=("receiver", "proxy")),
        Field(name="proxy_last4", kind=Kind.DIGITS, exact=4, only_if=("receiver", "proxy")),
    ),
)  # fmt: skip
"""Every page, in the order of the form."""

DELIVERY_FIELDS = (
    "street", "rt", "rw", "village", "district", "regency", "landmark", "window", "receiver",
    "proxy_name", "proxy_relation", "proxy_last4", "phone",
)  # fmt: skip
"""What whoever brings the paper has to know; kept in a cell of its own after handing in."""

PRIVATE_FIELDS = frozenset(field.name for one in QUESTIONS if one.private for field in one.fields)
"""What the applicant answers alone; kept in a cell of its own."""

_BY_SLUG = {one.slug: one for one in QUESTIONS}
# Fields whose rules are those of the sheet, by what they become there.
_ON_SHEET = {
    "name": "name",
    "alias": "alias",
    "nik": "nik",
    "birth_date": "birth_date",
    "birth_place": "birth_place",
    "sex": "sex",
    "occupation": "occupation",
    "street": "address",
    "since_year": "resident_since",
    "since_birth": "resident_since",
    "passport_number": "passport_number",
    "destination": "destination",
    "fingerprint_formula": "fingerprint_formula",
}
_RELIGION_NAMES = dict(
    zip(
        RELIGIONS,
        ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu", "Kepercayaan"),
        strict=True,
    )
)
# A sound record, in which the fields of one question are tried.
_SOUND: dict[str, Any] = {
    "name": "X",
    "sex": "L",
    "nationality": NATIONALITY,
    "religion": "Islam",
    "birth_place": "X",
    "birth_date": "1980-01-01",
    "address": "X",
    "occupation": "X",
    "nik": "1101010101800001",
    "resident_since": "1980-01-01",
    "purpose": "X",
    "result": 0,
}
# Fields of the sheet that are compared with each other; a difference is asked about once.
_COMPARED = ("nik", "birth_date", "sex")
_WHILE_DELIVERY_MAY_CHANGE = frozenset(
    set(Stage) - {Stage.DRAFT, Stage.HANDED_OVER, Stage.CANCELLED, Stage.REFUSED}
)
_DELIVERY_QUESTIONS = ("receiving", "window", "landmark", "receiver")


def question(slug: str) -> Question:
    """The page of this name.

    Raises:
        Unknown: there is none.
    """
    if slug not in _BY_SLUG:
        raise Unknown("a question of this name")
    return _BY_SLUG[slug]


def asked(answers: Answers, form: Form) -> list[Question]:
    """The pages that are asked after these answers, in order."""
    return [
        one
        for one in QUESTIONS
        if one.asked(answers, form)
        and (one.slug != "office" or len(issuing_offices(answers, form)) != 1)
    ]


def answered(one: Question, answers: Answers, form: Form, papers: Collection[str]) -> bool:
    """Whether a page needs no visit more; `papers` are the kinds that were uploaded."""
    return all(
        (field.kind is Kind.PAPER and field.name.removeprefix(PAPER_PREFIX) in papers)
        or _stands(field, answers, form)
        for field in one.fields
        if _counts(field, answers)
    )


def unanswered(answers: Answers, form: Form, papers: Collection[str]) -> list[Question]:
    """The pages that are still to be answered, in order."""
    return [one for one in asked(answers, form) if not answered(one, answers, form, papers)]


def choices_of(field: Field, answers: Answers, form: Form) -> tuple[str, ...]:
    """What may be chosen in a field."""
    if field.name == "purpose":
        return tuple(str(code) for code in sorted(form.rules.purposes))
    if field.name == "office":
        return tuple(str(office.id) for office in issuing_offices(answers, form))
    return field.choices


def issuing_offices(answers: Answers, form: Form) -> list[Office]:
    """The offices that issue for the purpose that was chosen; all that issue where none was."""
    route = _route(answers, form)
    return [
        office
        for office in form.offices
        if office.unit is not None
        and not office.closed
        and (route is None or office.kind in route.issued_by)
    ]


def needed_papers(answers: Answers, form: Form) -> list[str]:
    """The kinds of papers that are asked for, in order; the photo is one of them."""
    route = _route(answers, form)
    wanted = {"photo", *form.papers, *(route.papers if route else ())}
    birth = answers.get("birth_date")
    if birth and "begun_on" in answers and _is_minor(birth, answers["begun_on"]):
        wanted = (wanted - {"ktp"}) | {"school"}
    if answers.get("fingerprints") == YES:
        wanted.add("fingerprints")
    return [kind for kind in PAPERS if kind in wanted]


def age_on(birth: date, day: date) -> int:
    """How many years somebody has completed."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_helped(answers: Answers) -> bool:
    """Whether somebody else fills the form in, or sits beside."""
    return answers.get("for_whom") == "other" or "helper_staff" in answers


def may_answer(one: Question, application: Application, to_fix: Collection[str]) -> bool:
    """Whether this page may be answered, or answered anew, now; `to_fix` was sent back."""
    stage = application.stage
    if stage is Stage.DRAFT:
        return True
    if stage is Stage.RETURNED and one.slug in to_fix:
        return True
    return one.slug in _DELIVERY_QUESTIONS and stage in _WHILE_DELIVERY_MAY_CHANGE


def questions_to_fix(checks: Collection[str], answers: Answers, form: Form) -> list[Question]:
    """The pages that a verifier means who sends these fields back, in order."""
    return [one for one in asked(answers, form) if one.checks & set(checks)]


def read_answers(
    one: Question, typed: Mapping[str, str], answers: Answers, form: Form, *, today: date
) -> Read:
    """The answers with those of one page in them, as somebody typed them.

    Raises:
        Invalid: with every fault of the page, by field.
    """
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for field in one.fields:
        if not _counts(field, {**answers, **found}):
            continue
        try:
            found[field.name] = _value(field, typed, answers, form)
        except Invalid as refused:
            faults += refused.faults
    merged = {name: value for name, value in answers.items() if name not in _names(one)} | found
    held, warnings = _held_to_sheet(one, merged, form, today)
    known = {fault.path for fault in faults}
    faults += [fault for fault in held if fault.path not in known]
    if faults:
        raise Invalid(faults)
    return Read(answers=merged, warnings=warnings)


def typed_date(name: str, typed: Mapping[str, str]) -> date:
    """The day that was typed into three fields: day, month and year.

    Raises:
        Invalid: there is no such day.
    """
    parts = [typed.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        if all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            year, month, day = (int(part) for part in parts)
            return date(year, month, day)
    except ValueError:
        pass
    raise Invalid([Fault(path=name, code="not-date", sentence="is not a day of the calendar")])


def unsound(answers: Answers, form: Form, *, today: date) -> list[Question]:
    """The pages whose answers are right by themselves and do not go together on the sheet."""
    try:
        read_applicant(record_of(answers) | {"result": 0}, today=today, rules=form.rules)
    except Invalid as refused:
        paths = {fault.path for fault in refused.faults}
        fields = {name for name, path in _ON_SHEET.items() if path in paths}
        return [one for one in asked(answers, form) if fields & _names(one)]
    return []


def record_of(answers: Answers) -> dict[str, Any]:
    """The answers as a record for a certificate, but for what the office adds: result and unit."""
    places = [answers.get(name, "") for name in ("street", "village", "district", "regency")]
    rt, rw = answers.get("rt", ""), answers.get("rw", "")
    if rt or rw:
        numbers = "/".join(
            f"{name} {number:0>3}" for name, number in (("RT", rt), ("RW", rw)) if number
        )
        places.insert(1, numbers)
    purpose = answers.get("purpose", "")
    record: dict[str, Any] = {
        name: answers[name]
        for name in (
            "name", "sex", "birth_place", "birth_date", "occupation", "nik", "alias",
            "passport_number", "destination", "fingerprint_formula",
        )
        if answers.get(name)
    }  # fmt: skip
    return record | {
        "nationality": NATIONALITY,
        "religion": _RELIGION_NAMES.get(answers.get("religion", ""), ""),
        "address": ", ".join(place for place in places if place),
        "resident_since": answers.get("since_year") or answers.get("birth_date", ""),
        "purpose": int(purpose) if purpose.isascii() and purpose.isdigit() else purpose,
    }


def delivery_of(answers: Answers) -> dict[str, str]:
    """What whoever brings the paper has to know."""
    return {name: answers[name] for name in DELIVERY_FIELDS if answers.get(name)}


def _route(answers: Answers, form: Form) -> Route | None:
    code = answers.get("purpose", "")
    return form.routes.get(int(code)) if code.isascii() and code.isdigit() else None


def _is_minor(birth: str, day: str) -> bool:
    return age_on(date.fromisoformat(birth), date.fromisoformat(day)) < GROWN_UP


def _names(one: Question) -> set[str]:
    return {field.name for field in one.fields}


def _stands(field: Field, answers: Answers, form: Form) -> bool:
    """Whether there is an answer, and one that may still be chosen."""
    if field.kind is Kind.CHOICE:
        return answers.get(field.name) in choices_of(field, answers, form)
    return field.name in answers


def _counts(field: Field, answers: Answers) -> bool:
    return field.only_if is None or answers.get(field.only_if[0]) == field.only_if[1]


def _value(field: Field, typed: Mapping[str, str], answers: Answers, form: Form) -> str:
    """What was typed into a field, in the form that is kept."""
    if field.kind is Kind.DATE:
        return _date(field, typed)
    raw = typed.get(field.name, "")
    if field.kind is Kind.CHOICE:
        if raw not in choices_of(field, answers, form):
            raise _fault(field, "not-chosen", "was not chosen")
        return raw
    if field.kind is Kind.TICK:
        return YES if raw else NO
    if field.kind is Kind.PAPER:
        if raw != BRING:
            raise _fault(field, "no-paper", "is neither uploaded nor to be brought")
        return BRING
    text = _text(field, raw)
    if not text:
        if not field.optional:
            raise _fault(field, "empty", "is empty")
        return ""
    reader = _READERS.get(field.kind)
    return text if reader is None else reader(field, text)


def _text(field: Field, raw: str) -> str:
    lines = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").split("\n")
    if field.kind is not Kind.LINES:
        lines = [" ".join(lines)]
    text = "\n".join(" ".join(line.split()) for line in lines).strip()
    if _FORBIDDEN.search(text.replace("\n", "")):
        raise _fault(field, "forbidden-character", "has a character that cannot be seen")
    if len(text) > field.longest:
        raise _fault(field, "too-long", f"has more than {field.longest} characters")
    return text


def _digits(field: Field, text: str) -> str:
    digits = re.sub(r"[ .\-/]", "", text)
    if not (digits.isascii() and digits.isdigit()):
        raise _fault(field, "not-digits", "has signs that are no digits")
    if field.exact is not None and len(digits) != field.exact:
        raise _fault(field, "digits-count", f"has not {field.exact} digits")
    return digits


def _phone(field: Field, text: str) -> str:
    number = re.sub(r"[ .\-()]", "", text)
    number = re.sub("^(0|62|0062)", "+62", number) if not number.startswith("+") else number
    if not _PHONE.fullmatch(number):
        raise _fault(field, "not-phone", "is no telephone number of Indonesia")
    return number


def _email(field: Field, text: str) -> str:
    if not _EMAIL.fullmatch(text) or not text.isascii():
        raise _fault(field, "not-email", "is no e-mail address")
    return text


_READERS: Mapping[Kind, Callable[[Field, str], str]] = {
    Kind.DIGITS: _digits,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}


def _date(field: Field, typed: Mapping[str, str]) -> str:
    return typed_date(field.name, typed).isoformat()


def _held_to_sheet(
    one: Question, merged: Answers, form: Form, today: date
) -> tuple[list[Fault], tuple[Fault, ...]]:
    """What the rules of the sheet say against this page's answers, under the form's names."""
    named = {_ON_SHEET[name]: name for name in reversed([f.name for f in one.fields])
             if name in _ON_SHEET}  # fmt: skip
    if not named:
        return [], ()
    tried = record_of(merged)
    # Of the other pages only these bear upon what is tried here.
    beside = {path for path in _COMPARED if tried.get(path)}
    record = _SOUND | {path: tried.get(path, "") for path in named.keys() | beside}
    if "resident_since" not in named:
        record["resident_since"] = record["birth_date"]
    try:
        reading = read_applicant(record, today=today, rules=form.rules)
    except Invalid as refused:
        return [
            Fault(path=named[fault.path], code=fault.code, sentence=fault.sentence)
            for fault in refused.faults
            if fault.path in named
        ], ()
    wanted = {"nik-birth-date"} if "nik" in beside and "birth_date" in beside else set()
    wanted |= {"nik-sex"} if "nik" in beside and "sex" in beside else set()
    warned = [fault for fault in reading.warnings if fault.code in wanted]
    return [], tuple(warned) if named.keys() & set(_COMPARED) else ()


def _fault(field: Field, code: str, sentence: str) -> Invalid:
    return Invalid([Fault(path=field.name, code=code, sentence=sentence)])
