"""Following an application: where it stands, who has it, by when; what its applicant may still do.

Nobody here learns anything of an examination. Its stages are one step; that step offers the same
whatever was found and however far it is, asks the register the same, and ends no earlier than it
was promised to.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.domain import applications
from kiosk.domain.applications import Application, PublicStep, Receiving, Stage, public_step
from kiosk.domain.certificates import local_date
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.handover import COUNTER, MOST_VISITS, BagStage, InVain
from kiosk.domain.payments import Payment
from kiosk.domain.staff import Office, Role
from kiosk.storage.database import of_epoch
from kiosk.storage.register import Books

from . import journal
from .applications import forget_draft
from .desk import Desk
from .due import today_at, utc_offset_of
from .filing import (
    Cell,
    application_of,
    find_cell,
    get_application,
    opened_cell,
    replace_application,
    write_cell,
)
from .staff import opened_staff

__all__ = [
    "LONGEST_WISH",
    "InCustody",
    "Opening",
    "Standing",
    "cancel",
    "openings_of",
    "standing_of",
    "sweep_drafts",
    "wish",
]

LONGEST_WISH = 500
AT_ONCE = 200
# Steps in which the applicant cancels at once; later it is a wish, for the desk to fulfil.
_CANCEL_NOW = (PublicStep.PAY, PublicStep.CHECKED, PublicStep.FIX, PublicStep.COME)
_WISH = (*_CANCEL_NOW, PublicStep.EXAMINED)
_CHANGE_RECEIVING = (*_WISH, PublicStep.COLLECT, PublicStep.TO_DELIVER)
_VALID = (PublicStep.COLLECT, PublicStep.TO_DELIVER, PublicStep.HANDED_OVER)
# Who opens a file because of its examination, and after it; one line stands for all of them.
_EXAMINING = frozenset({Role.EXAMINER, Role.SIGNATORY, Role.PRINT_ROOM})


@dataclass(frozen=True, kw_only=True, slots=True)
class InCustody:
    """Where a sealed paper is: with the counter, with a courier of this office, or nobody knows.

    `day` and `window` are when it is to be brought. `visits` were in vain, the last one for
    `in_vain`; after the last of them it `waits` at the counter. It is `late` on the days after the
    one on which it was to be brought. `name` is the courier's, and empty
    unless the settings let residents see it.
    """

    bag: int
    stage: BagStage
    office: str
    since: int
    day: date
    window: str
    visits: int = 0
    in_vain: InVain | None = None
    waits: bool = False
    late: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an application stands, as its applicant sees it.

    `due_at` is when the step is due, in seconds since 1970; `valid_until` the last day on which
    the certificate is valid, and `days_left` how many days that is. `answer` is what the office
    said to the last wish ("corrected", "declined"), and empty while it has not. The `may_*` say
    what the applicant may do now.
    """

    id: int
    step: PublicStep
    office: Office | None
    receiving: Receiving
    submitted_at: int | None
    due_at: int | None
    payment: Payment | None = None
    lapsed: bool = False
    valid_until: date | None = None
    days_left: int | None = None
    wished_at: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    custody: InCustody | None = None
    answer: str = ""
    answer_remark: str = ""
    incidents: bool = False

    @property
    def may_cancel(self) -> bool:
        """Whether it can be cancelled at once."""
        return self.step in _CANCEL_NOW

    @property
    def may_wish(self) -> bool:
        """Whether a correction can still be asked for."""
        return self.step in _WISH

    @property
    def may_change_receiving(self) -> bool:
        """Whether it can be received in another way, at another time, by another person."""
        return self.step in _CHANGE_RECEIVING


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A file was opened at an office on a day; `until` where one line stands for several days.

    `name` is empty unless the settings let residents see it.
    """

    day: date
    until: date | None
    office: str
    examining: bool
    name: str = ""


def standing_of(desk: Desk, id_: int) -> Standing:
    """Where an application stands.

    Raises:
        Unknown: there is none.
    """
    now = int(desk.clock().timestamp())
    with desk.register.glance() as books:
        followed = books.applications.get_followed(id_)
        application = application_of(desk.cells, followed.kept)
        asked_for = opened_cell(desk.cells, id_, Cell.CORRECTION, followed.correction) or {}
        step = public_step(application, at=now)
        standing = Standing(
            id=id_,
            step=step,
            office=followed.office,
            incidents=followed.incidents,
            receiving=application.receiving,
            submitted_at=application.submitted_at,
            due_at=_due(application, step),
            wished_at=application.correction_at,
            answer=str(asked_for.get("answer", "")),
            answer_remark=str(asked_for.get("remark", "")),
        )
        if step is PublicStep.PAY:
            return _with_payment(standing, application, books, now)
        if step in {PublicStep.FIX, PublicStep.REFUSED}:
            returned = find_cell(books, desk.cells, id_, Cell.RETURNED) or {}
            return replace(
                standing,
                reasons=dict(returned.get("reasons", {})),
                remark=str(returned.get("remark", "")),
            )
        if step is PublicStep.TO_DELIVER and application.bag is not None:
            standing = replace(standing, custody=_custody(desk, books, application.bag))
        if step in _VALID and application.certificate is not None:
            certificate = books.certificates.get(application.certificate)
            today = local_date(desk.clock(), utc_offset_of(desk, certificate.unit))
            last = certificate.valid_until
            left = max(0, (last - today).days + 1)
            return replace(standing, valid_until=last, days_left=left)
    return standing


def cancel(desk: Desk, id_: int) -> None:
    """Give an application up.

    Raises:
        NotNow: it is being examined, or further: then it is a wish (`wish`).
    """
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        if public_step(before, at=now) not in _CANCEL_NOW:
            raise NotNow(f"application {id_} is not cancelled by its applicant any more")
        replace_application(books, desk.cells, before, applications.cancel(before))
        books.appointments.end(id_)
        _journal(desk, books, id_, "cancelled")


def wish(desk: Desk, id_: int, text: str, *, cancels: bool = False) -> None:
    """Ask the office to correct something, or to cancel; the next one takes the place of the last.

    Raises:
        Invalid: nothing is asked for, or too much.
        NotNow: nothing can be corrected without a new sheet.
    """
    now = int(desk.clock().timestamp())
    wished = " ".join(text.split())
    if not cancels and not wished:
        raise Invalid([Fault(path="wish", code="empty", sentence="is empty")])
    if len(wished) > LONGEST_WISH:
        raise Invalid([Fault(path="wish", code="too-long", sentence="is too long")])
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        # The same for every stage of an examination, and also when the sheet is being printed:
        # an answer that differs would tell how far it is.
        if public_step(before, at=now) not in _WISH:
            raise NotNow(f"application {id_} is past being corrected")
        write_cell(books, desk.cells, id_, Cell.CORRECTION, {"text": wished, "cancels": cancels})
        replace_application(books, desk.cells, before, replace(before, correction_at=now))
        _journal(desk, books, id_, "correction-asked")


def openings_of(desk: Desk, id_: int) -> list[Opening]:
    """Who has opened the file of an application, the newest first; each day and office once.

    Openings of the desk that examines and issues are one line, from the day of handing in to the
    promised day: how often they look, and when the last time, is not the same for everybody.
    """
    now = int(desk.clock().timestamp())
    openings = journal.openings_of(desk, f"application {id_}")
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        home = books.offices.get(application.office) if application.office else None
    offset = utc_offset_of(desk, home.unit if home else None)
    found = {
        (day, opening.office): Opening(
            day=day, until=None, office=opening.office, name=opening.name, examining=False
        )
        for opening in openings
        if opening.role not in _EXAMINING
        for day in [local_date(opening.at, offset)]
    }
    lines = list(found.values())
    if application.promised_at is not None and home is not None:
        examined = Opening(
            day=local_date(of_epoch(application.submitted_at or now), offset),
            until=local_date(of_epoch(application.promised_at), offset),
            office=home.name,
            examining=True,
        )
        lines.append(examined)
    return sorted(lines, key=lambda line: line.day, reverse=True)


def sweep_drafts(desk: Desk) -> int:
    """Forget applications that were begun and not touched for long; how many were forgotten."""
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        old = books.applications.overdue(Stage.DRAFT, at=now, limit=AT_ONCE)
    forgotten = 0
    for kept in old:
        id_ = kept.application.id
        with desk.register.begin() as books:
            before = books.applications.get(id_).application
            if before.revision != kept.application.revision:
                continue
            names = forget_draft(books, id_)
            _journal(desk, books, id_, "forgotten")
        for name in names:
            desk.files.remove(name)
        forgotten += 1
    return forgotten


def _due(application: Application, step: PublicStep) -> int | None:
    """By when the step is due. An examination has one date, whatever its inner steps have."""
    if step is PublicStep.EXAMINED:
        return application.promised_at
    return application.due_at if step in {PublicStep.PAY, PublicStep.CHECKED} else None


def _custody(desk: Desk, books: Books, number: int) -> InCustody:
    """Who has a bag, since when; for the applicant."""
    bag = books.bags.get(number)
    moved = [one for one in books.bags.moves_of(number) if one.holder_before != one.holder_after]
    office, name = bag.office, ""
    if bag.holder != COUNTER:
        courier = books.staff.get(bag.holder)
        office = courier.office
        if desk.settings.staff.show_who_carries:
            name = opened_staff(desk.cells, courier).name
    return InCustody(
        bag=number,
        stage=bag.stage,
        office=books.offices.get(office).name,
        since=moved[-1].at if moved else bag.sealed_at,
        day=date.fromisoformat(bag.day),
        window=bag.window,
        visits=bag.visits,
        in_vain=bag.last_in_vain,
        waits=bag.stage is BagStage.AT_COUNTER and bag.visits >= MOST_VISITS,
        late=bag.day < today_at(desk, books, bag.office).isoformat(),
        name=name,
    )


def _with_payment(standing: Standing, application: Application, books: Books, now: int) -> Standing:
    payment = books.payments.of(application.id)[0]
    lapsed = application.stage is Stage.PAYMENT_LAPSED or payment.until < now
    return replace(standing, payment=payment, lapsed=lapsed)


def _journal(desk: Desk, books: Books, id_: int, deed: str) -> None:
    books.journal.write(
        at=desk.clock(), staff=None, office=None, deed=deed, subject=f"application {id_}"
    )
