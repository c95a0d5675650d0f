"""Working the file: queues, opening, checking, examining, approving, signing, sealing.

Whoever opens a file is written down, with the role in which it was opened; what is shown follows
from that role (kiosk.domain.desks). Deeds of an examination are journalled under one name, without
a word of what was found, and leave one due time behind, whatever happened.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain import applications
from kiosk.domain.applicants import LONGEST_TEXTS, read_applicant
from kiosk.domain.applications import (
    IN_EXAMINATION,
    Application,
    Found,
    PublicStep,
    Receiving,
    Stage,
    public_step,
)
from kiosk.domain.appointments import Appointment
from kiosk.domain.desks import (
    INNER,
    QUEUES,
    SEES_FORM,
    SEES_RESULT,
    Queue,
    offices_of,
    queues_of,
    read_reasons,
    read_remark,
    reader_of,
)
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.payments import Payment, Way
from kiosk.domain.prints import Job, JobStage
from kiosk.domain.questions import Answers, needed_papers, record_of
from kiosk.domain.staff import Office, Role, Staff, has_role, require_another_person, require_role
from kiosk.storage.papers import Paper
from kiosk.storage.prints import Sealing
from kiosk.storage.register import Books

from . import papers
from .applications import form_of
from .certificates import site_rules
from .custody import seal_in
from .desk import Desk
from .due import due_in, promised, today_at
from .filing import (
    Cell,
    find_cell,
    get_application,
    queue_of,
    replace_application,
    write_cell,
)
from .journal import OPENED, write_opening
from .notices import put_notice

__all__ = [
    "PAGE",
    "File",
    "Page",
    "Row",
    "Waiting",
    "add_photo",
    "approve",
    "check_papers",
    "confirm",
    "confirm_seal",
    "examine",
    "look_into_queue",
    "open_file",
    "paper_picture",
    "propose_seal",
    "receipt_of",
    "refuse",
    "return_to_examination",
    "send_back",
    "sign",
    "subject_of",
    "take_back_seal",
    "take_fingerprints",
    "waiting",
]

PAGE = 50
"""So many files are one page of a queue."""

EXAMINATION = "examination"
"""What every deed of an examination is called in the journal."""

_OPENING_COUNTS = 12 * 3600
_LARGEST_BAG = 10**9
Change = Callable[[Application], Application]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A file in a queue: enough to choose it by, and not whose it is.

    `comes` is when its applicant comes for fingerprints, where a time was picked.
    """

    id: int
    office: int
    due_at: int
    submitted_at: int
    late: bool
    priority: bool
    receiving: Receiving
    identity_seen: bool
    helped: bool
    wishes: bool
    comes: Appointment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of a queue; `after` is where the next one begins, None on the last one."""

    queue: Queue
    rows: tuple[Row, ...]
    offices: tuple[Office, ...]
    after: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """How many files wait in a queue; None where counting would tell."""

    queue: Queue
    count: int | None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as somebody sees it who opened it in `role`.

    `stage` is None to whom the stages of an examination are none of their business. `declared` and
    `found` are only there for those who may see them. `acted` says that whoever looks has acted on
    the file, so that another person has to go on.
    """

    id: int
    role: Role
    office: Office
    stage: Stage | None
    step: PublicStep
    submitted_at: int | None
    due_at: int | None
    receiving: Receiving
    priority: bool
    identity_seen: bool
    fingerprints_on_file: bool
    helped: bool
    answers: Answers = field(repr=False)
    papers: tuple[Paper, ...] = ()
    wanted_papers: tuple[str, ...] = ()
    declared: Answers | None = field(default=None, repr=False)
    found: Found | None = field(default=None, repr=False)
    result_text: str = field(default="", repr=False)
    wish: Mapping[str, object] | None = field(default=None, repr=False)
    answers_wish: bool = False
    payment: Payment | None = None
    takes_fees: bool = False
    acted: bool = False
    job: Job | None = None
    serial: str = ""
    sealing: Sealing | None = None
    bag: int | None = None


def subject_of(application: int) -> str:
    """What the journal calls an application."""
    return f"application {application}"


def waiting(desk: Desk, staff: Staff) -> list[Waiting]:
    """The queues of somebody, with how many files wait in each."""
    with desk.register.read() as books:
        tree = books.offices.all()
        found = []
        for queue in queues_of(staff):
            stage, role = QUEUES[queue]
            count = None
            if stage not in IN_EXAMINATION:
                counts = books.applications.counts(offices_of(staff, role, tree), [stage])
                count = counts.get(stage, 0)
            found.append(Waiting(queue=queue, count=count))
    return found


def look_into_queue(
    desk: Desk,
    staff: Staff,
    queue: Queue,
    *,
    office: int | None = None,
    after: tuple[int, int] | None = None,
    late: bool = False,
    priority: bool = False,
    receiving: Receiving | None = None,
) -> Page:
    """A page of a queue, of all of somebody's offices or of one, the soonest due first.

    Raises:
        NotPermitted: the queue is for another role.
    """
    stage, role = QUEUES[queue]
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = offices_of(staff, role, tree)
        chosen = mine if office is None else frozenset({office})
        for one in chosen:
            require_role(staff, role, one, tree)
        if not mine:
            require_role(staff, role, staff.office, tree)
        only: dict[str, object] = {}
        if late:
            only["before"] = now
        if priority:
            only["priority"] = True
        if receiving is not None:
            only["receiving"] = receiving
        found = queue_of(books, desk.cells, chosen, stage, limit=PAGE + 1, after=after, **only)
        shown = found[:PAGE]
        comes = books.appointments.of([one.id for one in shown])
    last = shown[-1] if len(found) > PAGE else None
    return Page(
        queue=queue,
        rows=tuple(replace(_row(one, now), comes=comes.get(one.id)) for one in shown),
        offices=tuple(one for one in tree if one.id in mine),
        after=None if last is None else (last.due_at or 0, last.id),
    )


def open_file(desk: Desk, staff: Staff, id_: int) -> File:
    """The file of an application, as `staff` may see it; that it was opened is written down.

    Raises:
        Unknown: there is none.
        NotPermitted: it is nothing to `staff`.
    """
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        tree = books.offices.all()
        application = get_application(books, desk.cells, id_)
        role = reader_of(application, staff, tree)
        write_opening(
            books,
            at=desk.clock(),
            staff=staff,
            role=role,
            office=staff.office,
            subject=subject_of(id_),
        )
        return _file(desk, books, staff, application, role, now)


def paper_picture(desk: Desk, staff: Staff, id_: int, paper: int) -> bytes:
    """The picture of a paper, for somebody who has opened the file.

    Raises:
        Unknown: there is none.
        NotPermitted: it is nothing to `staff`.
        StorageError: the store of files fails.
    """
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        role = reader_of(application, staff, books.offices.all())
        kept = books.papers.get(id_, paper)
        if role not in SEES_FORM and kept.kind != papers.PHOTO:
            require_role(staff, Role.VERIFIER, application.office, books.offices.all())
        since = int(desk.clock().timestamp()) - _OPENING_COUNTS
        openings = books.journal.about(subject_of(id_), deed=OPENED)
        if not any(entry.staff == staff.id and entry.at >= since for entry in openings):
            write_opening(
                books,
                at=desk.clock(),
                staff=staff,
                role=role,
                office=staff.office,
                subject=subject_of(id_),
            )
    return papers.paper_data(desk, id_, paper)


def add_photo(
    desk: Desk, staff: Staff, id_: int, data: bytes, *, read: papers.Reader | None = None
) -> Paper:
    """Keep the photo that somebody brought, while the papers are checked.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: they are checked.
        Invalid: it is no picture, or too large.
        StorageError: the store of files fails.
    """
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        require_role(staff, Role.VERIFIER, before.office, books.offices.all())
        if before.stage is not Stage.CHECKING:
            raise NotNow(f"application {id_} is {before.stage}")
        _journal(desk, books, staff, id_, "photo-taken")
    return papers.add_brought_photo(desk, id_, data, read=read)


def check_papers(
    desk: Desk,
    staff: Staff,
    id_: int,
    *,
    ticked: Collection[str],
    identity_seen: bool,
    fingerprints_on_file: bool,
) -> Application:
    """Send an application on, every field and paper of which somebody has looked at.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: it is not to be checked.
        Invalid: something was not ticked, or there is no photo yet.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.VERIFIER)
        if not any(paper.kind == papers.PHOTO for paper in books.papers.of(id_)):
            ticked = [name for name in ticked if name != "photo"]
        known = replace(
            before, identity_seen=identity_seen, fingerprints_on_file=fingerprints_on_file
        )
        after = applications.check(known, by=staff.id, ticked=ticked)
        after = _due(desk, books, after)
        return _written(desk, books, staff, before, after, "checked", tell=True)


def send_back(
    desk: Desk, staff: Staff, id_: int, *, reasons: dict[str, str], remark: str
) -> Application:
    """Send an application back to its applicant, who is told why, field by field.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: it is not to be checked.
        Invalid: no reason was given.
    """
    told = {"reasons": read_reasons(reasons), "remark": read_remark(remark)}
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.VERIFIER)
        after = applications.send_back(before)
        write_cell(books, desk.cells, id_, Cell.RETURNED, told)
        return _written(desk, books, staff, before, after, "sent-back", tell=True)


def refuse(desk: Desk, staff: Staff, id_: int, *, remark: str) -> Application:
    """Refuse an application; `remark` tells the applicant why, in plain words.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: it is not to be checked.
        Invalid: no reason was given.
    """
    told = {"reasons": {}, "remark": read_remark(remark, needed=True)}
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.VERIFIER)
        after = applications.refuse(before)
        write_cell(books, desk.cells, id_, Cell.RETURNED, told)
        return _written(desk, books, staff, before, after, "refused", tell=True)


def take_fingerprints(desk: Desk, staff: Staff, id_: int, *, formula: str) -> Application:
    """Note that the fingerprints are on file now; their `formula`, where it is known, is printed.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: it is not at this step.
        Invalid: the formula is too long.
    """
    spelled = " ".join(formula.split())
    if len(spelled) > LONGEST_TEXTS["fingerprint_formula"] or not spelled.isprintable():
        raise Invalid([Fault(path="formula", code="too-long", sentence="is too long")])
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.VERIFIER)
        after = _due(desk, books, applications.take_fingerprints(before))
        if spelled:
            answers = find_cell(books, desk.cells, id_, Cell.ANSWERS) or {}
            answers["fingerprint_formula"] = spelled
            write_cell(books, desk.cells, id_, Cell.ANSWERS, answers)
        books.appointments.end(id_)
        return _written(desk, books, staff, before, after, "fingerprints-taken", tell=True)


def examine(
    desk: Desk, staff: Staff, id_: int, *, found: Found | None, text: str = ""
) -> Application:
    """Write down what the police records say; None where others must be asked first.

    `text` is what the sheet says where there is a record.

    Raises:
        NotPermitted: `staff` examines nothing there.
        NotNow: it is not to be examined.
        Invalid: the text is missing, not wanted, or cannot be printed.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.EXAMINER)
        after = applications.examine(before, by=staff.id, found=found)
        spelled = " ".join(text.split())
        if found is not None:
            _require_printable(desk, books, before, found, spelled)
        # Written whatever was found, and always of one length.
        write_cell(books, desk.cells, id_, Cell.RESULT, {"text": spelled})
        return _written(desk, books, staff, before, after, EXAMINATION)


def confirm(desk: Desk, staff: Staff, id_: int, *, agrees: bool) -> Application:
    """Say, as a second person, whether a record is this person's.

    Raises:
        NotPermitted: `staff` examines nothing there, or has examined this one.
        NotNow: nothing is to be confirmed.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.EXAMINER)
        after = applications.confirm(before, by=staff.id, agrees=agrees)
        return _written(desk, books, staff, before, after, EXAMINATION)


def approve(desk: Desk, staff: Staff, id_: int) -> Application:
    """Approve an application; its sheet is printed next.

    Raises:
        NotPermitted: `staff` signs nothing there, or has examined or confirmed this one.
        NotNow: it is not to be approved.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.SIGNATORY)
        after = applications.approve(before, by=staff.id)
        return _written(desk, books, staff, before, after, "approved")


def return_to_examination(desk: Desk, staff: Staff, id_: int) -> Application:
    """Have an application examined anew.

    Raises:
        NotPermitted: `staff` signs nothing there.
        NotNow: it is not to be approved.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.SIGNATORY)
        after = applications.return_to_examination(before)
        return _written(desk, books, staff, before, after, EXAMINATION)


def sign(desk: Desk, staff: Staff, id_: int) -> Application:
    """Note that the paper was signed and stamped; the applicant is told, at the promised time.

    Raises:
        NotPermitted: `staff` signs nothing there.
        NotNow: there is nothing to sign.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.SIGNATORY)
        after = applications.sign(before)
        done = _written(desk, books, staff, before, after, "signed")
        put_notice(desk, books, done, "changed", not_before=done.promised_at)
    return done


def propose_seal(desk: Desk, staff: Staff, id_: int, *, bag: str) -> Sealing:
    """Note that `staff` has put the paper into the bag of this number; a second person confirms it.

    Raises:
        NotPermitted: `staff` seals nothing there.
        NotNow: it is not to be sealed, or the bag is in use.
        Invalid: that is no number of a bag, or one that was used before.
    """
    number = "".join(bag.split())
    if not (number.isascii() and number.isdigit() and 0 < int(number[:10]) < _LARGEST_BAG):
        raise Invalid([Fault(path="bag", code="bag", sentence="is no number of a bag")])
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_, Role.PRINT_ROOM)
        # What would forbid it then forbids it now: another stage, or a fee that was not paid.
        applications.seal(before, by=staff.id, witness=0, bag=int(number))
        if books.bags.find(int(number)) is not None:
            raise Invalid([Fault(path="bag", code="bag-used", sentence="was used before")])
        sealing = Sealing(
            application=id_, bag=int(number), by=staff.id, at=int(desk.clock().timestamp())
        )
        books.prints.propose_sealing(sealing)
        _journal(desk, books, staff, id_, "seal-proposed", f"bag {number}")
    return sealing


def confirm_seal(desk: Desk, staff: Staff, id_: int) -> Application:
    """Confirm, as the second person, that the paper is in its bag and nothing else is.

    Raises:
        NotPermitted: `staff` has no role there, or put it in.
        NotNow: nobody has put it into a bag, it is not paid, or the bag was used before.
    """
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        tree = books.offices.all()
        if not any(has_role(staff, role, before.office, tree) for role in _WITNESSES):
            require_role(staff, Role.PRINT_ROOM, before.office, tree)
        sealing = books.prints.find_sealing(id_)
        if sealing is None:
            raise NotNow(f"nobody has put application {id_} into a bag")
        require_another_person(staff.id, [sealing.by], "sealing")
        after = applications.seal(before, by=sealing.by, witness=staff.id, bag=sealing.bag)
        books.prints.end_sealing(id_)
        seal_in(desk, books, after, sealing, witness=staff)
        return _written(desk, books, staff, before, after, "sealed", detail=f"bag {sealing.bag}")


def receipt_of(desk: Desk, staff: Staff, id_: int) -> Payment:
    """What was paid for an application at the counter, to be printed as its receipt.

    Raises:
        NotPermitted: `staff` takes no fees there.
        Unknown: nothing was paid at the counter.
    """
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        if not _takes_fees(desk, books, staff, application):
            raise NotPermitted(f"staff {staff.id} takes no fees")
        for payment in books.payments.of(id_):
            if payment.way is Way.COUNTER:
                return payment
    raise Unknown(f"a receipt of application {id_}")


def take_back_seal(desk: Desk, staff: Staff, id_: int) -> None:
    """Take the paper out of the bag again, before a second person has confirmed it.

    Raises:
        NotPermitted: `staff` seals nothing there.
        NotNow: nobody has put it into one.
    """
    with desk.register.begin() as books:
        _permitted(desk, books, staff, id_, Role.PRINT_ROOM)
        if books.prints.find_sealing(id_) is None:
            raise NotNow(f"nobody has put application {id_} into a bag")
        books.prints.end_sealing(id_)
        _journal(desk, books, staff, id_, "seal-taken-back")


_WITNESSES = (Role.PRINT_ROOM, Role.VERIFIER)


def _row(application: Application, now: int) -> Row:
    due_at = application.due_at or 0
    return Row(
        id=application.id,
        office=application.office,
        due_at=due_at,
        submitted_at=application.submitted_at or application.created_at,
        late=due_at < now,
        priority=application.priority,
        receiving=application.receiving,
        identity_seen=application.identity_seen,
        helped=application.helper is not None,
        wishes=application.correction_at is not None,
    )


def _file(
    desk: Desk, books: Books, staff: Staff, application: Application, role: Role, now: int
) -> File:
    id_ = application.id
    step = public_step(application, at=now)
    hidden = step is PublicStep.EXAMINED and role is Role.VERIFIER
    seen = _without_examination(application) if role not in SEES_RESULT else application
    answers = find_cell(books, desk.cells, id_, Cell.ANSWERS) or {}
    if role not in SEES_FORM:
        answers = {name: answers[name] for name in ("name",) if name in answers}
    found: dict[str, object] = {}
    if role in SEES_RESULT and application.stage in INNER:
        found["found"] = application.found
        result = find_cell(books, desk.cells, id_, Cell.RESULT) or {}
        found["result_text"] = str(result.get("text", ""))
    if role is Role.EXAMINER and application.stage in IN_EXAMINATION:
        found["declared"] = find_cell(books, desk.cells, id_, Cell.DECLARED) or {}
    if not hidden:
        found |= _of_paper(books, application)
    kept = [
        paper for paper in books.papers.of(id_) if role in SEES_FORM or paper.kind == papers.PHOTO
    ]
    unpaid = application.stage in {Stage.AWAITING_PAYMENT, Stage.PAYMENT_LAPSED}
    return File(
        id=id_,
        role=role,
        office=books.offices.get(application.office),
        stage=None if hidden else application.stage,
        step=step,
        submitted_at=application.submitted_at,
        due_at=application.promised_at if hidden else application.due_at,
        receiving=application.receiving,
        priority=application.priority,
        identity_seen=application.identity_seen,
        fingerprints_on_file=application.fingerprints_on_file,
        helped=application.helper is not None,
        answers=answers,
        papers=tuple(kept),
        wanted_papers=tuple(needed_papers(answers, form_of(desk, books))),
        wish=_wish(desk, books, application),
        answers_wish=has_role(staff, Role.VERIFIER, application.office, books.offices.all()),
        payment=books.payments.of(id_)[0] if unpaid else None,
        takes_fees=_takes_fees(desk, books, staff, application),
        acted=staff.id in {seen.examined_by, seen.confirmed_by},
        **found,  # type: ignore[arg-type]  # by name
    )


def _wish(desk: Desk, books: Books, application: Application) -> dict[str, object] | None:
    """What the applicant asked for, until it is answered."""
    if application.correction_at is None:
        return None
    return find_cell(books, desk.cells, application.id, Cell.CORRECTION)


def _takes_fees(desk: Desk, books: Books, staff: Staff, application: Application) -> bool:
    tree = books.offices.all()
    cashiers = [Role(name) for name in desk.settings.printing.receipts_by]
    return any(has_role(staff, one, application.office, tree) for one in cashiers)


def _of_paper(books: Books, application: Application) -> dict[str, object]:
    jobs = books.prints.jobs_of(application.id)
    last = jobs[0] if jobs and jobs[0].stage is not JobStage.SPOILT else None
    return {
        "job": last,
        "serial": application.serial,
        "sealing": books.prints.find_sealing(application.id),
        "bag": application.bag,
    }


def _without_examination(application: Application) -> Application:
    return replace(application, found=None, examined_by=None, confirmed_by=None)


def _permitted(desk: Desk, books: Books, staff: Staff, id_: int, role: Role) -> Application:
    application = get_application(books, desk.cells, id_)
    require_role(staff, role, application.office, books.offices.all())
    return application


def _due(desk: Desk, books: Books, after: Application) -> Application:
    """The application with the due time of its step; an examination has one from its beginning."""
    if after.stage in IN_EXAMINATION:
        at = promised(desk, books, after)
        return replace(after, promised_at=at, due_at=at)
    days = desk.settings.applications.check_days
    return replace(after, due_at=due_in(desk, books, after.office, days=days))


def _written(
    desk: Desk,
    books: Books,
    staff: Staff,
    before: Application,
    after: Application,
    deed: str,
    *,
    detail: str = "",
    tell: bool = False,
) -> Application:
    done = replace_application(books, desk.cells, before, after)
    _journal(desk, books, staff, before.id, deed, detail)
    if tell:
        put_notice(desk, books, done, "changed")
    return done


def _require_printable(
    desk: Desk, books: Books, application: Application, found: Found, text: str
) -> None:
    answers = find_cell(books, desk.cells, application.id, Cell.ANSWERS) or {}
    record = record_of(answers) | {"result": int(found is Found.RECORD), "result_text": text}
    today = today_at(desk, books, application.office)
    try:
        read_applicant(record, today=today, rules=site_rules(desk.settings))
    except Invalid as refused:
        faults = [fault for fault in refused.faults if fault.path == "result_text"]
        if faults:
            raise Invalid(faults) from None


def _journal(desk: Desk, books: Books, staff: Staff, id_: int, deed: str, detail: str = "") -> None:
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=subject_of(id_),
        detail=detail,
    )
