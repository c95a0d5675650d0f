"""An application for a certificate: from the first answer to the paper in bag or hand.

    draft --submit--> awaiting payment --pay--> checking
                         |      ^                 |  ^
                       lapse   renew              |  +--submit again-- returned
                         v      |                 |                       ^
                      payment lapsed              +-----send back---------+
                                                  +-----refuse--> refused
                                                  +-----check---> fingerprints (must come)
                                                  +-----check---> examining (prints on file)
    fingerprints --take fingerprints--> examining
    examining --found nothing--> approving
    examining --found a record--> confirming --second person agrees--> approving
    examining --cannot tell yet--> coordinating --found nothing / a record--> as above
    confirming --second person disagrees--> examining
    approving --approve--> printing            approving --send back to examine--> examining
    printing --spoilt--> printing              printing --printed--> signing
    signing --signed--> at counter | to seal   to seal --seal--> sealed
    at counter --hand out--> handed over       sealed --(handover.py)--> handed over | at counter
    at counter --wants it brought--> to seal   to seal --wants to collect--> at counter
    at counter | to seal | sealed | handed over --lost or damaged: make anew--> printing
    at counter | to seal | handed over --written wrong: make anew--> checking

    until printing, the applicant may cancel: --> cancelled
    until a sheet is made, what the applicant asks for may be corrected; where it tells who somebody
    is, coordinating | confirming | approving | printing --correct--> examining

Where a fee is waived or is nothing, submitting leads straight to checking. Who examined does not
confirm and does not approve; who examined or approved does not seal alone (two people always do).
What was found is known to the examining and the approving desk alone: every step from `examining`
to `signing` is one step to everyone else, and it does not end before the promised time, so that
neither words nor days tell a clean file from another (domain.md, trap 2). The stages of the
examination itself, IN_EXAMINATION, are not even told apart in the register.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.staff import require_another_person

__all__ = [
    "FIELDS_TO_CHECK",
    "IN_EXAMINATION",
    "LONGEST_SERIAL",
    "Application",
    "Found",
    "PublicStep",
    "Receiving",
    "Stage",
    "approve",
    "cancel",
    "check",
    "confirm",
    "correct",
    "decline_correction",
    "examine",
    "hand_out",
    "lapse",
    "make_anew",
    "pay",
    "print_sheet",
    "public_step",
    "receive_by",
    "refuse",
    "renew",
    "return_to_counter",
    "return_to_examination",
    "seal",
    "send_back",
    "sign",
    "submit",
    "submit_again",
    "take_fingerprints",
    "void_sheet",
]

LONGEST_SERIAL = 20

FIELDS_TO_CHECK = (
    "name",
    "nik",
    "birth",
    "sex",
    "religion",
    "nationality",
    "address",
    "occupation",
    "purpose",
    "photo",
    "papers",
)
"""What a verifier ticks, one by one, before a file goes on."""


class Stage(StrEnum):
    """Where an application stands; the picture above has every way from one to the other."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting-payment"
    PAYMENT_LAPSED = "payment-lapsed"
    CHECKING = "checking"
    RETURNED = "returned"
    REFUSED = "refused"
    FINGERPRINTS = "fingerprints"
    EXAMINING = "examining"
    COORDINATING = "coordinating"
    CONFIRMING = "confirming"
    APPROVING = "approving"
    PRINTING = "printing"
    SIGNING = "signing"
    AT_COUNTER = "at-counter"
    TO_SEAL = "to-seal"
    SEALED = "sealed"
    HANDED_OVER = "handed-over"
    CANCELLED = "cancelled"


IN_EXAMINATION = frozenset({Stage.EXAMINING, Stage.COORDINATING, Stage.CONFIRMING, Stage.APPROVING})
"""Stages that would tell who has a record: kept as one, and told apart by a sealed cell alone."""


class Receiving(StrEnum):
    """How the applicant wants the paper."""

    COLLECT = "collect"
    DELIVER = "deliver"


class Found(StrEnum):
    """What the police records say. Kept sealed; shown to the examining and approving desk."""

    NOTHING = "nothing"
    RECORD = "record"


class PublicStep(StrEnum):
    """The step as the applicant, the courier and the helper see it."""

    DRAFT = "draft"
    PAY = "pay"
    CHECKED = "being-checked"  # papers
    FIX = "fix"
    COME = "come"  # fingerprints
    EXAMINED = "being-examined"  # "Sedang diperiksa"
    COLLECT = "collect"
    TO_DELIVER = "to-deliver"
    HANDED_OVER = "handed-over"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """An application without what is known of the person, which is kept sealed beside it.

    Times are seconds since 1970; `promised_at` is when the examination is promised to be over, and
    `due_at` when the present step is. `*_by` are ids of staff. `helper` is the staff member who
    helped to apply. `certificate` is the id of the issued certificate, `serial` that of the
    pre-printed sheet. `priority` is for people who can hardly come or wait; `correction_at` is when
    the applicant asked for a correction that nobody has dealt with yet. `revision` counts how often
    the register wrote the application; no rule looks at it.
    """

    id: int
    revision: int = 0
    office: int
    stage: Stage = Stage.DRAFT
    receiving: Receiving = Receiving.COLLECT
    purpose: int = 0
    created_at: int = 0
    submitted_at: int | None = None
    promised_at: int | None = None
    due_at: int | None = None
    correction_at: int | None = None
    paid: bool = False
    fingerprints_on_file: bool = False
    identity_seen: bool = False
    priority: bool = False
    helper: int | None = None
    checked_by: int | None = None
    examined_by: int | None = None
    found: Found | None = field(default=None, repr=False)
    confirmed_by: int | None = None
    approved_by: int | None = None
    certificate: int | None = None
    serial: str = ""
    printed_by: int | None = None
    sealed_by: int | None = None
    witnessed_by: int | None = None
    bag: int | None = None


def submit(before: Application, *, at: int, fee: int) -> Application:
    """The application, handed in; a `fee` in rupiah is to be paid first."""
    _require(before, Stage.DRAFT)
    after = replace(before, submitted_at=at, paid=before.paid or fee == 0)
    return replace(after, stage=Stage.CHECKING if after.paid else Stage.AWAITING_PAYMENT)


def pay(before: Application) -> Application:
    """The application, paid for; money that comes late is money all the same."""
    _require(before, Stage.AWAITING_PAYMENT, Stage.PAYMENT_LAPSED)
    return replace(before, stage=Stage.CHECKING, paid=True)


def lapse(before: Application) -> Application:
    """The application, whose payment was not made in time."""
    _require(before, Stage.AWAITING_PAYMENT)
    return replace(before, stage=Stage.PAYMENT_LAPSED)


def renew(before: Application) -> Application:
    """The application, with a fresh reference for its payment."""
    _require(before, Stage.PAYMENT_LAPSED)
    return replace(before, stage=Stage.AWAITING_PAYMENT)


def check(before: Application, *, by: int, ticked: Collection[str]) -> Application:
    """The application, whose every field and paper somebody has looked at.

    Raises:
        Invalid: something was not ticked.
    """
    _require(before, Stage.CHECKING)
    missing = [name for name in FIELDS_TO_CHECK if name not in ticked]
    if missing:
        raise Invalid(
            Fault(path=name, code="not-checked", sentence="was not checked") for name in missing
        )
    stage = Stage.EXAMINING if before.fingerprints_on_file else Stage.FINGERPRINTS
    return replace(before, stage=stage, checked_by=by)


def send_back(before: Application) -> Application:
    """The application, to be put right by the applicant, who is told why."""
    _require(before, Stage.CHECKING)
    return replace(before, stage=Stage.RETURNED)


def submit_again(before: Application) -> Application:
    """The application, put right."""
    _require(before, Stage.RETURNED)
    return replace(before, stage=Stage.CHECKING)


def refuse(before: Application) -> Application:
    """The application, refused for a reason that is told in plain words."""
    _require(before, Stage.CHECKING)
    return replace(before, stage=Stage.REFUSED)


def take_fingerprints(before: Application) -> Application:
    """The application of somebody whose fingerprints are now on file."""
    _require(before, Stage.FINGERPRINTS)
    return replace(before, stage=Stage.EXAMINING, fingerprints_on_file=True)


def examine(before: Application, *, by: int, found: Found | None) -> Application:
    """The application with what the records say; None where others must be asked first."""
    _require(before, Stage.EXAMINING, Stage.COORDINATING)
    if found is None:
        return replace(before, stage=Stage.COORDINATING, examined_by=by, found=None)
    stage = Stage.APPROVING if found is Found.NOTHING else Stage.CONFIRMING
    return replace(before, stage=stage, examined_by=by, found=found, confirmed_by=None)


def confirm(before: Application, *, by: int, agrees: bool) -> Application:
    """The application of somebody with a record, looked at by a second person.

    Raises:
        NotPermitted: it is the person who examined it.
    """
    _require(before, Stage.CONFIRMING)
    require_another_person(by, [before.examined_by], "confirming a record")
    if not agrees:
        return replace(before, stage=Stage.EXAMINING, found=None, examined_by=None)
    return replace(before, stage=Stage.APPROVING, confirmed_by=by)


def approve(before: Application, *, by: int) -> Application:
    """The application, approved.

    Raises:
        NotPermitted: whoever examined it, or confirmed what was found, does not approve.
    """
    _require(before, Stage.APPROVING)
    require_another_person(by, [before.examined_by, before.confirmed_by], "approving")
    return replace(before, stage=Stage.PRINTING, approved_by=by)


def return_to_examination(before: Application) -> Application:
    """The application, which the approver wants to be examined anew."""
    _require(before, Stage.APPROVING)
    return replace(before, stage=Stage.EXAMINING, examined_by=None, confirmed_by=None, found=None)


def print_sheet(before: Application, *, by: int, serial: str, certificate: int) -> Application:
    """The application, printed on the sheet of this serial number.

    Raises:
        Invalid: that is no serial number.
    """
    _require(before, Stage.PRINTING)
    if not 0 < len(serial) <= LONGEST_SERIAL or not serial.isprintable():
        raise Invalid([Fault(path="serial", code="serial", sentence="must be 1 to 20 letters")])
    return replace(
        before, stage=Stage.SIGNING, printed_by=by, serial=serial, certificate=certificate
    )


def void_sheet(before: Application) -> Application:
    """The application, whose sheet was spoilt: a new one is to be printed."""
    _require(before, Stage.PRINTING, Stage.SIGNING)
    return replace(before, stage=Stage.PRINTING, serial="", printed_by=None)


def sign(before: Application) -> Application:
    """The application, whose paper was signed and stamped."""
    _require(before, Stage.SIGNING)
    delivers = before.receiving is Receiving.DELIVER
    return replace(before, stage=Stage.TO_SEAL if delivers else Stage.AT_COUNTER)


def seal(before: Application, *, by: int, witness: int, bag: int) -> Application:
    """The application, sealed by two people into a bag.

    Raises:
        NotNow: it was not paid: nothing is paid at a door.
        NotPermitted: one person alone.
    """
    _require(before, Stage.TO_SEAL)
    if not before.paid:
        raise NotNow("it is not paid, and nothing is paid at a door")
    require_another_person(witness, [by], "sealing")
    return replace(before, stage=Stage.SEALED, sealed_by=by, witnessed_by=witness, bag=bag)


def hand_out(before: Application) -> Application:
    """The application, whose paper is with its holder, at the counter or at the door."""
    _require(before, Stage.AT_COUNTER, Stage.SEALED)
    return replace(before, stage=Stage.HANDED_OVER)


def receive_by(before: Application, receiving: Receiving) -> Application:
    """The application, whose applicant wants the paper in this way now.

    A bag that is sealed stays so: it is opened at the counter, or the courier brings it back.
    """
    after = replace(before, receiving=receiving)
    if before.stage is Stage.AT_COUNTER and receiving is Receiving.DELIVER:
        return replace(after, stage=Stage.TO_SEAL)
    if before.stage is Stage.TO_SEAL and receiving is Receiving.COLLECT:
        return replace(after, stage=Stage.AT_COUNTER)
    _require(before, *_RECEIVABLE)
    return after


def return_to_counter(before: Application) -> Application:
    """The application, whose bag came back for good: the paper waits at the counter."""
    _require(before, Stage.SEALED)
    return replace(before, stage=Stage.AT_COUNTER, bag=None, receiving=Receiving.COLLECT)


def make_anew(before: Application, *, check_again: bool) -> Application:
    """The application, whose paper counts no more: another is made, free of charge.

    What was written wrong is checked again first, and examined again.
    """
    _require(before, Stage.AT_COUNTER, Stage.TO_SEAL, Stage.SEALED, Stage.HANDED_OVER)
    return replace(
        before,
        stage=Stage.CHECKING if check_again else Stage.PRINTING,
        promised_at=None if check_again else before.promised_at,
        certificate=None,
        serial="",
        printed_by=None,
        sealed_by=None,
        witnessed_by=None,
        bag=None,
    )


def cancel(before: Application) -> Application:
    """The application, given up by the applicant; no longer, once a sheet is being printed."""
    _require(before, *_CANCELLABLE)
    return replace(before, stage=Stage.CANCELLED)


def correct(before: Application, *, anew: bool) -> Application:
    """The application, corrected as its applicant asked; examined `anew` if it was and has to be.

    Raises:
        NotNow: nothing is asked for, or its sheet is made.
    """
    _require_wish(before)
    _require(before, *_CANCELLABLE, Stage.PRINTING)
    after = replace(before, correction_at=None)
    if anew and before.stage in _EXAMINED_ONCE:
        return replace(
            after,
            stage=Stage.EXAMINING,
            found=None,
            examined_by=None,
            confirmed_by=None,
            approved_by=None,
        )
    return after


def decline_correction(before: Application) -> Application:
    """The application, which stays as it is although its applicant asked for something else.

    Raises:
        NotNow: nothing is asked for.
    """
    _require_wish(before)
    return replace(before, correction_at=None)


def public_step(application: Application, *, at: int) -> PublicStep:
    """The step as everyone sees it who is not of the issuing desk.

    An examination that was over early is not seen to be over before its promised time.
    """
    stage = application.stage
    if stage in _RESULT_KNOWN and application.promised_at is not None:
        hidden = at < application.promised_at and stage is not Stage.HANDED_OVER
        if hidden:
            return PublicStep.EXAMINED
    return _PUBLIC[stage]


_CANCELLABLE = (
    Stage.DRAFT,
    Stage.AWAITING_PAYMENT,
    Stage.PAYMENT_LAPSED,
    Stage.CHECKING,
    Stage.RETURNED,
    Stage.FINGERPRINTS,
    Stage.EXAMINING,
    Stage.COORDINATING,
    Stage.CONFIRMING,
    Stage.APPROVING,
)
_EXAMINED_ONCE = (Stage.COORDINATING, Stage.CONFIRMING, Stage.APPROVING, Stage.PRINTING)
_RECEIVABLE = tuple(
    stage for stage in Stage if stage not in {Stage.HANDED_OVER, Stage.CANCELLED, Stage.REFUSED}
)
_RESULT_KNOWN = (Stage.AT_COUNTER, Stage.TO_SEAL, Stage.SEALED)
_PUBLIC = {
    Stage.DRAFT: PublicStep.DRAFT,
    Stage.AWAITING_PAYMENT: PublicStep.PAY,
    Stage.PAYMENT_LAPSED: PublicStep.PAY,
    Stage.CHECKING: PublicStep.CHECKED,
    Stage.RETURNED: PublicStep.FIX,
    Stage.REFUSED: PublicStep.REFUSED,
    Stage.FINGERPRINTS: PublicStep.COME,
    Stage.EXAMINING: PublicStep.EXAMINED,
    Stage.COORDINATING: PublicStep.EXAMINED,
    Stage.CONFIRMING: PublicStep.EXAMINED,
    Stage.APPROVING: PublicStep.EXAMINED,
    Stage.PRINTING: PublicStep.EXAMINED,
    Stage.SIGNING: PublicStep.EXAMINED,
    Stage.AT_COUNTER: PublicStep.COLLECT,
    Stage.TO_SEAL: PublicStep.TO_DELIVER,
    Stage.SEALED: PublicStep.TO_DELIVER,
    Stage.HANDED_OVER: PublicStep.HANDED_OVER,
    Stage.CANCELLED: PublicStep.CANCELLED,
}


def _require_wish(application: Application) -> None:
    if application.correction_at is None:
        raise NotNow(f"nobody asks for a correction of application {application.id}")


def _require(application: Application, *stages: Stage) -> None:
    if application.stage not in stages:
        raise NotNow(f"application {application.id} is {application.stage}")
