"""A file as its page shows it: fields in words, where it stands, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.actions.corrections import CORRECTABLE
from kiosk.actions.counter import File
from kiosk.domain.applications import FIELDS_TO_CHECK, Stage
from kiosk.domain.errors import Invalid
from kiosk.domain.questions import record_of
from kiosk.domain.staff import Role
from kiosk.web.counter.wording import CHECKS, CHOICES, DECLARED, FAULTS, FIELDS, STAGES, STEPS
from kiosk.web.guards import the_desk
from kiosk.web.languages import language

__all__ = [
    "FIX",
    "Fix",
    "Line",
    "checks",
    "declared",
    "faults_of",
    "fixes",
    "next_step",
    "standing_words",
]

FIX = "fix-"
"""Before the name of a field that is corrected: a tick on the same page bears that name, too."""

_STEPS = {
    (Role.VERIFIER, Stage.CHECKING): "check",
    (Role.VERIFIER, Stage.FINGERPRINTS): "fingerprints",
    (Role.VERIFIER, Stage.TO_SEAL): "seal",
    (Role.EXAMINER, Stage.EXAMINING): "examine",
    (Role.EXAMINER, Stage.COORDINATING): "examine",
    (Role.EXAMINER, Stage.CONFIRMING): "confirm",
    (Role.SIGNATORY, Stage.APPROVING): "approve",
    (Role.SIGNATORY, Stage.SIGNING): "sign",
    (Role.PRINT_ROOM, Stage.PRINTING): "print",
    (Role.PRINT_ROOM, Stage.SIGNING): "print",
    (Role.PRINT_ROOM, Stage.TO_SEAL): "seal",
    (Role.PRINT_ROOM, Stage.AT_COUNTER): "hand-out",
}


@dataclass(frozen=True)
class Line:
    """A field of the form, in words."""

    name: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A field that may be corrected; with `choices`, one of them is chosen."""

    name: str
    label: str
    value: str
    choices: Mapping[str, str]


def next_step(file: File) -> str:
    """What whoever opened a file does next, or nothing."""
    if file.payment is not None and file.takes_fees:
        return "fee"
    return "" if file.stage is None else _STEPS.get((file.role, file.stage), "")


def standing_words(file: File) -> str:
    """Where a file stands, for whoever looks."""
    return str(STEPS[file.step] if file.stage is None else STAGES[file.stage])


def checks(file: File) -> list[Line]:
    """What is compared with the papers, field by field."""
    answers = file.answers
    record = record_of(answers)
    shown: dict[str, list[str]] = {
        "name": [record.get("name", ""), answers.get("alias", "")],
        "nik": [_grouped(record.get("nik", ""))],
        "birth": [answers.get("birth_place", ""), _day(answers.get("birth_date", ""))],
        "sex": [str(CHOICES.get(answers.get("sex", ""), ""))],
        "religion": [record["religion"]],
        "nationality": [record["nationality"], record["resident_since"][:4]],
        "address": [record["address"]],
        "occupation": [record.get("occupation", "")],
        "purpose": [_purpose(record["purpose"]), answers.get("destination", "")],
        "photo": [],
        "papers": [],
    }
    return [
        Line(name, str(CHECKS[name]), tuple(value for value in shown[name] if value))
        for name in FIELDS_TO_CHECK
    ]


def declared(file: File) -> list[tuple[str, str]]:
    """What the applicant answered alone; for the examiner."""
    answers: Mapping[str, str] = file.declared or {}
    return [(str(label), answers[name]) for name, label in DECLARED.items() if answers.get(name)]


def fixes(file: File) -> list[Fix]:
    """What a verifier may correct where the applicant asks for it, as it stands now."""
    return [
        Fix(
            name=FIX + field.name,
            label=str(FIELDS[field.name]),
            value=file.answers.get(field.name, ""),
            choices={value: str(CHOICES[value]) for value in field.choices},
        )
        for one in CORRECTABLE
        for field in one.fields
        if field.name in file.answers
    ]


def faults_of(refused: Invalid) -> dict[str, str]:
    """What is wrong, by field, in words."""
    return {
        fault.path or "form": str(FAULTS.get(fault.code, FAULTS["not-chosen"]))
        for fault in refused.faults
    }


def _grouped(nik: str) -> str:
    return " ".join(nik[at : at + 4] for at in range(0, len(nik), 4))


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d-%m-%Y}" if text else ""


def _purpose(code: object) -> str:
    purposes = the_desk().settings.certificates.purposes
    if not isinstance(code, int) or code not in purposes:
        return str(code)
    return purposes[code].en if language() == "en" else purposes[code].id
