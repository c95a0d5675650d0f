"""Printing: a certificate is issued, put on a pre-printed sheet, and looked at by a person.

The ledger (kiosk.domain.prints) is written before and after everything that a queue is asked, each
in a transaction of its own. A crash leaves a job that waits, or one of which nobody knows; `tend`
takes up the first, and a person who has looked decides about the second.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain import applications, certificates, prints
from kiosk.domain.applications import Application, Found, Stage
from kiosk.domain.certificates import State
from kiosk.domain.desks import offices_of
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.prints import Blanko, BlankoState, Job, JobStage, Range, Spoilt, name_of
from kiosk.domain.questions import record_of
from kiosk.domain.staff import Role, Staff, require_role
from kiosk.storage.errors import StorageError
from kiosk.storage.files import StoredFile
from kiosk.storage.register import Books
from printer.certificate import Issued
from printer.errors import NoAnswerError, NotTakenError
from printer.spool import CupsQueue, Folder, Spool, Told, Trouble, Word
from signing.cells import open_cell, seal_cell

from .certificates import issue_all, prepare
from .counter import subject_of
from .desk import Desk
from .due import due_in, promised
from .filing import Cell, find_cell, get_application, replace_application
from .papers import PHOTO, paper_data

__all__ = [
    "Pile",
    "Standing",
    "mark_good",
    "pile_of",
    "print_again",
    "recall_in",
    "receive_sheets",
    "spoil",
    "spool_of",
    "standings",
    "tend",
    "void_sheet",
    "want_print",
]

_AT_ONCE = 200
# What may still lie in a queue, and could come out after somebody has decided otherwise.
_MAY_COME_OUT = frozenset({JobStage.SENT, JobStage.UNKNOWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A job, and what its queue says of it; None where it was not asked, or does not answer."""

    job: Job
    told: Told | None = None
    silent: bool = False

    @property
    def troubles(self) -> frozenset[Trouble]:
        """What keeps it waiting."""
        return frozenset() if self.told is None else self.told.trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """The sheets of an office: the ranges it received, how many are left, which is likely next."""

    ranges: tuple[Range, ...]
    left: int
    next_serial: str


def spool_of(desk: Desk) -> Spool:
    """The way to paper that the settings name."""
    printing = desk.settings.printing
    if printing.queue:
        return CupsQueue(printing.queue, port=printing.port)
    return Folder(printing.folder or desk.settings.folder / "printing")


def receive_sheets(desk: Desk, staff: Staff, office: int, *, first: str, count: str) -> Range:
    """Note that an office received `count` sheets, the first of which bears the serial `first`.

    Raises:
        NotPermitted: `staff` prints nothing there.
        Invalid: that is no serial or count, or sheets of it were received before.
    """
    with desk.register.begin() as books:
        require_role(staff, Role.PRINT_ROOM, office, books.offices.all())
        received = prints.parse_range(
            first,
            count,
            office=office,
            others=books.prints.ranges(),
            at=int(desk.clock().timestamp()),
            by=staff.id,
        )
        received = replace(received, id=books.prints.add_range(received))
        _journal(
            desk,
            books,
            staff,
            "sheets-received",
            f"office {office}",
            f"{received.serial(received.first)} +{received.count}",
        )
    return received


def pile_of(desk: Desk, staff: Staff, office: int) -> Pile:
    """The sheets of an office.

    Raises:
        NotPermitted: `staff` prints nothing there.
    """
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        require_role(staff, Role.PRINT_ROOM, office, books.offices.all())
        ranges = books.prints.ranges([office])
        left = books.prints.sheets([office], since=now, until=now + 1).left
        last = books.prints.last_sheet(office)
        return Pile(
            ranges=tuple(ranges), left=left, next_serial=prints.next_serial(last, ranges[::-1])
        )


def void_sheet(desk: Desk, staff: Staff, office: int, *, serial: str, reason: Spoilt) -> Blanko:
    """Note that a sheet that was never printed on is void.

    Raises:
        NotPermitted: `staff` prints nothing there.
        NotNow: it was used.
        Invalid: the office has received no such sheet.
    """
    now = int(desk.clock().timestamp())
    spelled = prints.spell_serial(serial)
    with desk.register.begin() as books:
        require_role(staff, Role.PRINT_ROOM, office, books.offices.all())
        prints.require_serial(spelled, books.prints.ranges([office]))
        sheet = Blanko(
            serial=spelled,
            office=office,
            state=BlankoState.VOID,
            at=now,
            by=staff.id,
            void_at=now,
            reason=reason,
        )
        books.prints.take_sheet(sheet)
        _journal(desk, books, staff, "sheet-void", f"sheet {spelled}", reason)
    return sheet


def want_print(desk: Desk, staff: Staff, id_: int, *, serial: str) -> Job:
    """Issue the certificate of an application, and have it printed on the sheet of this serial.

    A certificate that was issued for it before is printed anew, but for one whose content was
    wrong. The job is in the ledger when this returns; whether the queue has it, `tend` tells.

    Raises:
        NotPermitted: `staff` prints nothing there.
        NotNow: it is not to be printed, a job of it is not over yet, or the sheet was used.
        Invalid: the office has received no such sheet, the certificate cannot be made, or a
            correction is asked for that nobody has answered.
        StorageError: the store of files fails.
    """
    now = int(desk.clock().timestamp())
    spelled = prints.spell_serial(serial)
    with desk.register.read() as books:
        before = _to_print(desk, books, staff, id_, spelled)
        record, photo = _record(desk, books, before)
        label = f"application {id_} {_times_issued(books, before)}"
    picture = paper_data(desk, id_, photo)
    certificate, pdf = _issued(desk, label, record, picture)
    stored = desk.files.put(pdf)
    try:
        with desk.register.begin() as books:
            now_before = _to_print(desk, books, staff, id_, spelled)
            # Counts the revision up, so that of two who want to print one is refused.
            replace_application(books, desk.cells, now_before, now_before)
            books.prints.take_sheet(
                Blanko(
                    serial=spelled,
                    office=before.office,
                    state=BlankoState.USED,
                    application=id_,
                    at=now,
                    by=staff.id,
                )
            )
            job = Job(
                application=id_,
                office=before.office,
                serial=spelled,
                certificate=certificate,
                document=stored.name,
                key=seal_cell(desk.cells, _key_of(stored.name), stored.key),
                by=staff.id,
                wanted_at=now,
                changed_at=now,
            )
            again = bool(books.prints.jobs_of(id_))
            job = replace(job, id=books.prints.add_job(job))
            deed = "reprint" if again else "print"
            _journal(desk, books, staff, deed, subject_of(id_), f"sheet {spelled}")
    except BaseException:
        desk.files.remove(stored.name)
        raise
    return job


def mark_good(desk: Desk, staff: Staff, id_: int) -> Application:
    """Say that the sheet of an application's last job came out, and is good.

    Raises:
        NotPermitted: `staff` prints nothing there.
        NotNow: there is no such job, or its queue does not answer.
    """
    now = int(desk.clock().timestamp())
    job = _last_job(desk, staff, id_)
    done = prints.mark_good(job, at=now)
    _take_back(desk, job)
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        after = applications.print_sheet(
            before, by=staff.id, serial=job.serial, certificate=job.certificate
        )
        books.prints.replace_job(job, _without_document(done))
        after = replace_application(books, desk.cells, before, after)
        _journal(desk, books, staff, "printed", subject_of(id_), f"sheet {job.serial}")
    _drop_document(desk, job)
    return after


def spoil(desk: Desk, staff: Staff, id_: int, reason: Spoilt) -> Application:
    """Say that the sheet of an application's last job is void; a new one is to be printed.

    Where the content is wrong, the certificate is withdrawn, and the next one is another.

    Raises:
        NotPermitted: `staff` prints nothing there.
        NotNow: there is no such job, its queue does not answer, or the paper is on its way.
    """
    now = int(desk.clock().timestamp())
    job = _last_job(desk, staff, id_)
    done = prints.spoil(job, reason, at=now)
    if job.stage in _MAY_COME_OUT:
        _take_back(desk, job)
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, id_)
        after = applications.void_sheet(before)
        books.prints.replace_job(job, _without_document(done))
        sheet = books.prints.find_sheet(job.serial)
        if sheet is not None:
            books.prints.void_sheet(sheet, prints.void(sheet, reason, at=now))
        if reason is Spoilt.WRONG_CONTENT:
            issued = books.certificates.get(job.certificate)
            withdrawn = certificates.withdraw(issued, reason="misprint", at=desk.clock())
            books.certificates.replace(issued, withdrawn)
            after = replace(after, certificate=None)
        after = replace_application(books, desk.cells, before, after)
        _journal(desk, books, staff, "sheet-void", subject_of(id_), f"sheet {job.serial} {reason}")
    _drop_document(desk, job)
    return after


def recall_in(
    desk: Desk,
    books: Books,
    staff: Staff,
    before: Application,
    reason: Spoilt,
    *,
    check_again: bool,
) -> Application:
    """The application whose sheet, already out of the house, is void, within a transaction.

    Its certificate is withdrawn, and another is made, free of charge; `check_again` has what is
    written on it checked and examined first.

    Raises:
        NotNow: there is no such sheet.
    """
    now = int(desk.clock().timestamp())
    after = applications.make_anew(before, check_again=check_again)
    if before.certificate is not None:
        issued = books.certificates.get(before.certificate)
        if issued.state not in {State.WITHDRAWN, State.REPLACED}:
            withdrawn = certificates.withdraw(issued, reason=str(reason), at=desk.clock())
            books.certificates.replace(issued, withdrawn)
    for job in books.prints.jobs_of(before.id):
        if job.serial == before.serial and job.stage is JobStage.GOOD:
            books.prints.replace_job(job, prints.spoil(job, reason, at=now))
    sheet = books.prints.find_sheet(before.serial)
    if sheet is not None:
        books.prints.void_sheet(sheet, prints.void(sheet, reason, at=now))
    if books.prints.find_sealing(before.id) is not None:
        books.prints.end_sealing(before.id)
    books.handovers.void(before.id, at=now)
    if check_again:
        days = desk.settings.applications.check_days
        after = replace(after, due_at=due_in(desk, books, after.office, days=days))
    else:
        at = promised(desk, books, after)
        after = replace(after, promised_at=at, due_at=at)
    after = replace_application(books, desk.cells, before, after)
    detail = f"sheet {before.serial} {reason}"
    _journal(desk, books, staff, "sheet-recalled", subject_of(before.id), detail)
    return after


def print_again(desk: Desk, staff: Staff, id_: int) -> Job:
    """Send an application's last job once more: somebody has looked, and nothing came out.

    What may still lie in the queue is taken back first, so that it cannot come out as well.

    Raises:
        NotPermitted: `staff` prints nothing there.
        NotNow: what became of the job is known, or its queue does not answer.
    """
    now = int(desk.clock().timestamp())
    before = _last_job(desk, staff, id_)
    after = prints.print_again(before, at=now)
    _take_back(desk, before)
    with desk.register.begin() as books:
        books.prints.replace_job(before, after)
        _journal(desk, books, staff, "print-again", subject_of(id_), f"sheet {before.serial}")
    return after


def tend(desk: Desk, spool: Spool | None = None) -> dict[int, Standing]:
    """Hand over every job that waits, ask what became of the others; what is known, by job.

    Safe to be called by several processes at once, and at any time.
    """
    spool = spool or spool_of(desk)
    with desk.register.read() as books:
        found = books.prints.open_jobs(limit=_AT_ONCE)
    standing: dict[int, Standing] = {}
    silent = False
    for job in found:
        # One that does not answer is not asked for every other job, too: each would wait for it.
        with suppress(NotNow):
            one = _tended(desk, spool, job) if not silent else Standing(job=job, silent=True)
            silent = one.silent
            standing[job.id] = one
    return standing


def standings(desk: Desk, staff: Staff) -> list[Standing]:
    """The jobs of somebody's offices that are not over, tended just now.

    Raises:
        NotPermitted: `staff` prints nothing anywhere.
    """
    tended = tend(desk)
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = offices_of(staff, Role.PRINT_ROOM, tree)
        if not mine:
            require_role(staff, Role.PRINT_ROOM, staff.office, tree)
    return [one for one in tended.values() if one.job.office in mine]


def _tended(desk: Desk, spool: Spool, job: Job) -> Standing:
    if job.stage is JobStage.WANTED:
        return _sent(desk, spool, job)
    now = int(desk.clock().timestamp())
    if job.stage is JobStage.SENDING and now - job.changed_at <= prints.CLAIM:
        return Standing(job=job)
    try:
        told = spool.ask(name_of(job), job.queued)
    except NoAnswerError:
        if job.stage is not JobStage.UNKNOWN and now - job.changed_at > prints.LONGEST_WAIT:
            job = _replaced(desk, job, prints.lose(job, at=now))
        return Standing(job=job, silent=True)
    return Standing(job=_told(desk, job, told, now), told=told)


def _told(desk: Desk, job: Job, told: Told, now: int) -> Job:
    """The job, after what its queue says of it."""
    if job.stage is JobStage.SENDING:
        if told.queued is None:
            return _replaced(desk, job, prints.lose(job, at=now))
        job = _replaced(desk, job, prints.accept(job, queued=told.queued, at=now))
    if told.word is Word.DONE:
        return _replaced(desk, job, prints.finish(job, at=now))
    if job.stage is JobStage.UNKNOWN or told.word is Word.BY_HAND:
        return job
    stuck = not told.trouble and now - job.changed_at > prints.LONGEST_WAIT
    if stuck or told.word in {Word.STOPPED, Word.GONE}:
        return _replaced(desk, job, prints.lose(job, at=now))
    return job


def _sent(desk: Desk, spool: Spool, job: Job) -> Standing:
    now = int(desk.clock().timestamp())
    key = open_cell(desk.cells, _key_of(job.document), job.key)
    try:
        pdf = desk.files.get(StoredFile(name=job.document, key=key))
    except StorageError:
        # It waits: the store may be back for the next turn.
        return Standing(job=job, silent=True)
    claimed = _replaced(desk, job, prints.claim(job, at=now))
    try:
        queued = spool.send(name_of(claimed), pdf)
    except NotTakenError:
        waits = _replaced(desk, claimed, prints.give_back(claimed, at=now))
        return Standing(job=waits, silent=True)
    except NoAnswerError:
        return Standing(job=_replaced(desk, claimed, prints.lose(claimed, at=now)), silent=True)
    return _tended(
        desk, spool, _replaced(desk, claimed, prints.accept(claimed, queued=queued, at=now))
    )


def _replaced(desk: Desk, before: Job, after: Job) -> Job:
    with desk.register.begin() as books:
        books.prints.replace_job(before, after)
    return after


def _to_print(desk: Desk, books: Books, staff: Staff, id_: int, serial: str) -> Application:
    application = get_application(books, desk.cells, id_)
    require_role(staff, Role.PRINT_ROOM, application.office, books.offices.all())
    if application.stage is not Stage.PRINTING:
        raise NotNow(f"application {id_} is {application.stage}")
    if any(job.stage is not JobStage.SPOILT for job in books.prints.jobs_of(id_)):
        raise NotNow(f"application {id_} has a print job: say first what became of it")
    if application.correction_at is not None:
        # Its applicant was told that somebody looks at the wish before anything is printed.
        raise Invalid([Fault(path="form", code="wish-open", sentence="is to be corrected")])
    prints.require_serial(serial, books.prints.ranges([application.office]))
    if books.prints.find_sheet(serial) is not None:
        raise NotNow("the sheet of this serial was used before")
    return application


def _record(desk: Desk, books: Books, application: Application) -> tuple[Mapping[str, object], int]:
    """The record that the certificate is made from, and the paper that is its photo."""
    answers = find_cell(books, desk.cells, application.id, Cell.ANSWERS) or {}
    result = find_cell(books, desk.cells, application.id, Cell.RESULT) or {}
    photos = [paper.id for paper in books.papers.of(application.id) if paper.kind == PHOTO]
    if not photos:
        raise Invalid([Fault(path="photo", code="missing", sentence="is missing")])
    has_record = application.found is Found.RECORD
    record = record_of(answers) | {
        "result": int(has_record),
        "result_text": str(result.get("text", "")) if has_record else "",
        "unit": books.offices.get(application.office).unit,
    }
    return record, photos[-1]


def _times_issued(books: Books, application: Application) -> int:
    """How many certificates of this application were withdrawn: the next one is another."""
    made = {job.certificate for job in books.prints.jobs_of(application.id)}
    return sum(books.certificates.get(id_).state is State.WITHDRAWN for id_ in made)


def _issued(
    desk: Desk, label: str, record: Mapping[str, object], photo: bytes
) -> tuple[int, bytes]:
    """The id and the file of the certificate, issued under this label now or before."""
    order = prepare(desk, record, photo)
    made: list[Issued] = []
    with desk.register.begin() as books:
        batch = books.batches.open(label, at=desk.clock()).id
    # Nothing is written there: the file goes to the store, sealed.
    nowhere = desk.settings.folder / ".nowhere"
    (result,) = issue_all(
        desk,
        [order],
        folder=Path(nowhere),
        batch=batch,
        deliver=lambda files: made.extend(issued for _, issued in files),
        finish=True,
    )
    if isinstance(result, Invalid):
        raise result
    with desk.register.read() as books:
        certificate = books.certificates.get_by_number(result.number)
    return certificate.id, made[0].pdf


def _last_job(desk: Desk, staff: Staff, id_: int) -> Job:
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        require_role(staff, Role.PRINT_ROOM, application.office, books.offices.all())
        jobs = books.prints.jobs_of(id_)
    if not jobs:
        raise NotNow(f"application {id_} has no print job")
    return jobs[0]


def _take_back(desk: Desk, job: Job) -> None:
    """Make sure that nothing of a job comes out of its queue from now on."""
    try:
        spool_of(desk).cancel(name_of(job), job.queued)
    except NoAnswerError:
        if job.stage in _MAY_COME_OUT:
            raise NotNow(f"print job {job.id}: its queue does not answer") from None


def _without_document(job: Job) -> Job:
    return replace(job, document="", key=b"")


def _drop_document(desk: Desk, job: Job) -> None:
    # What is left behind nobody can open: its key is forgotten.
    if job.document:
        with suppress(StorageError):
            desk.files.remove(job.document)


def _key_of(name: str) -> bytes:
    return f"print_jobs.key:{name}".encode()


def _journal(
    desk: Desk, books: Books, staff: Staff, deed: str, subject: str, detail: str = ""
) -> None:
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=subject,
        detail=detail,
    )
