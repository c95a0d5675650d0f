"""Who at the counter does what with an application, and who may look into its file.

A queue is the applications of one stage that wait for one role. A file is opened in a role: what
somebody sees follows from that role alone. Whoever is not of the desk that examines and issues
learns the public step, as the applicant does, and never a stage of the examination.
"""

from collections.abc import Collection
from enum import StrEnum

from kiosk.domain.applications import FIELDS_TO_CHECK, Application, Stage
from kiosk.domain.errors import Fault, Invalid, NotPermitted
from kiosk.domain.staff import Office, Role, Staff, has_role, offices_under

__all__ = [
    "INNER",
    "LONGEST_REMARK",
    "QUEUES",
    "REASONS",
    "REFUSALS",
    "SEES_FORM",
    "SEES_RESULT",
    "Queue",
    "offices_of",
    "queues_of",
    "read_reasons",
    "read_remark",
    "reader_of",
]

LONGEST_REMARK = 500


class Queue(StrEnum):
    """What waits for somebody at the counter."""

    CHECK = "check"
    FINGERPRINTS = "fingerprints"
    PAY = "pay"
    EXAMINE = "examine"
    COORDINATE = "coordinate"
    CONFIRM = "confirm"
    APPROVE = "approve"
    PRINT = "print"
    SIGN = "sign"
    SEAL = "seal"
    COLLECT = "collect"


QUEUES = {
    Queue.CHECK: (Stage.CHECKING, Role.VERIFIER),
    Queue.FINGERPRINTS: (Stage.FINGERPRINTS, Role.VERIFIER),
    Queue.PAY: (Stage.AWAITING_PAYMENT, Role.VERIFIER),
    Queue.EXAMINE: (Stage.EXAMINING, Role.EXAMINER),
    Queue.COORDINATE: (Stage.COORDINATING, Role.EXAMINER),
    Queue.CONFIRM: (Stage.CONFIRMING, Role.EXAMINER),
    Queue.APPROVE: (Stage.APPROVING, Role.SIGNATORY),
    Queue.PRINT: (Stage.PRINTING, Role.PRINT_ROOM),
    Queue.SIGN: (Stage.SIGNING, Role.SIGNATORY),
    Queue.SEAL: (Stage.TO_SEAL, Role.PRINT_ROOM),
    Queue.COLLECT: (Stage.AT_COUNTER, Role.PRINT_ROOM),
}
"""The stage and the role of each queue, in the order of an application's way."""

_EXAMINED = (Role.EXAMINER, Role.VERIFIER)
_READERS: dict[Stage, tuple[Role, ...]] = {
    Stage.DRAFT: (),
    # Also the print room, where the settings let it take fees.
    Stage.AWAITING_PAYMENT: (Role.VERIFIER, Role.PRINT_ROOM),
    Stage.PAYMENT_LAPSED: (Role.VERIFIER, Role.PRINT_ROOM),
    Stage.CHECKING: (Role.VERIFIER,),
    Stage.RETURNED: (Role.VERIFIER,),
    Stage.REFUSED: (Role.VERIFIER,),
    Stage.CANCELLED: (Role.VERIFIER,),
    Stage.FINGERPRINTS: (Role.VERIFIER,),
    Stage.EXAMINING: _EXAMINED,
    Stage.COORDINATING: _EXAMINED,
    Stage.CONFIRMING: _EXAMINED,
    Stage.APPROVING: (Role.SIGNATORY, *_EXAMINED),
    Stage.PRINTING: (Role.PRINT_ROOM, Role.SIGNATORY, Role.VERIFIER),
    Stage.SIGNING: (Role.SIGNATORY, Role.PRINT_ROOM, Role.VERIFIER),
    Stage.AT_COUNTER: (Role.PRINT_ROOM, Role.VERIFIER),
    Stage.TO_SEAL: (Role.PRINT_ROOM, Role.VERIFIER),
    Stage.SEALED: (Role.PRINT_ROOM, Role.VERIFIER),
    Stage.HANDED_OVER: (Role.PRINT_ROOM, Role.VERIFIER),
}

SEES_FORM = frozenset({Role.VERIFIER, Role.EXAMINER, Role.SIGNATORY})
"""Who sees the form and the papers; the print room sees whose paper it is, and no more."""

SEES_RESULT = frozenset({Role.EXAMINER, Role.SIGNATORY})
"""Who sees what was found, while the application is with the desk that examines and issues."""

INNER = frozenset(
    {
        Stage.EXAMINING,
        Stage.COORDINATING,
        Stage.CONFIRMING,
        Stage.APPROVING,
        Stage.PRINTING,
        Stage.SIGNING,
    }
)
"""Stages that are one step to everybody else."""

REASONS = (
    "unreadable",
    "differs",
    "incomplete",
    "expired",
    "wrong-paper",
    "wrong-background",
    "not-you",
    "other",
)
"""Why a field is sent back, in one tap."""

REFUSALS = ("not-here", "not-resident", "twice", "not-possible")
"""Why an application is refused, in one tap."""


def queues_of(staff: Staff) -> list[Queue]:
    """The queues that somebody works on, at whatever office, in order."""
    held = {grant.role for grant in staff.grants}
    return [queue for queue, (_, role) in QUEUES.items() if role in held]


def offices_of(staff: Staff, role: Role, offices: Collection[Office]) -> frozenset[int]:
    """The offices at which somebody holds a role."""
    found: frozenset[int] = frozenset()
    if staff.left_at is None:
        for grant in staff.grants:
            if grant.role is role:
                found |= offices_under(grant.office, offices)
    return found


def reader_of(application: Application, staff: Staff, offices: Collection[Office]) -> Role:
    """The role in which somebody looks into the file of an application.

    Raises:
        NotPermitted: it is nothing to him or her.
    """
    for role in _READERS[application.stage]:
        if has_role(staff, role, application.office, offices):
            return role
    raise NotPermitted(f"staff {staff.id} has nothing to do with application {application.id}")


def read_reasons(typed: dict[str, str]) -> dict[str, str]:
    """Why an application is sent back, by field.

    Raises:
        Invalid: there is none, or no such field or reason.
    """
    reasons = {field: code for field, code in typed.items() if code}
    wrong = [
        field
        for field, code in reasons.items()
        if field not in FIELDS_TO_CHECK or code not in REASONS
    ]
    if wrong or not reasons:
        raise Invalid([Fault(path="reasons", code="no-reason", sentence="names no reason")])
    return reasons


def read_remark(typed: str, *, needed: bool = False) -> str:
    """What is written to the applicant, in one line.

    Raises:
        Invalid: it is too long, or missing where it is needed.
    """
    remark = " ".join(typed.split())
    if len(remark) > LONGEST_REMARK or not remark.isprintable():
        raise Invalid([Fault(path="remark", code="too-long", sentence="is too long")])
    if needed and not remark:
        raise Invalid([Fault(path="remark", code="empty", sentence="is empty")])
    return remark
