"""What applicants ask to be corrected after they handed in: done, or declined with a reason.

Only what is wrong in the form is corrected here. A birth date or a NIK is somebody's identity: who
typed it wrong applies anew, or is sent back while the papers are checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.domain import applications
from kiosk.domain.applications import Application, PublicStep, Stage, public_step
from kiosk.domain.desks import offices_of, read_remark
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.prints import JobStage
from kiosk.domain.questions import Question, delivery_of, question, read_answers
from kiosk.domain.staff import Role, Staff, require_role
from kiosk.storage.register import Books

from .applications import form_of
from .counter import subject_of
from .desk import Desk
from .due import today_at
from .filing import (
    Cell,
    application_of,
    find_cell,
    get_application,
    replace_application,
    write_cell,
)
from .notices import put_notice

__all__ = [
    "CORRECTABLE",
    "MOST_WISHES",
    "WHO_IT_IS",
    "Wish",
    "cancel_as_wished",
    "correct",
    "decline",
    "wishes",
]

CORRECTABLE: tuple[Question, ...] = tuple(
    question(slug)
    for slug in (
        "name",
        "alias",
        "birth-place",
        "sex",
        "religion",
        "occupation",
        "address",
        "passport",
        "destination",
    )
)
"""The pages of the form that a verifier may correct, in order."""

WHO_IT_IS = frozenset({"name", "alias", "birth_place", "sex"})
"""Fields by which records are searched: where one is corrected, it is examined anew."""

MOST_WISHES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """An application whose applicant waits for a correction since `asked_at`."""

    application: int
    office: int
    asked_at: int
    step: PublicStep


def wishes(desk: Desk, staff: Staff) -> list[Wish]:
    """What applicants wait for at the offices of a verifier, the longest wait first."""
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        mine = offices_of(staff, Role.VERIFIER, books.offices.all())
        found = books.applications.wishing(mine, limit=MOST_WISHES)
        opened = [application_of(desk.cells, kept) for kept in found]
    return [
        Wish(
            application=one.id,
            office=one.office,
            asked_at=one.correction_at or 0,
            step=public_step(one, at=now),
        )
        for one in opened
    ]


def correct(
    desk: Desk, staff: Staff, id_: int, typed: Mapping[str, str], *, remark: str = ""
) -> Application:
    """Write the form as its applicant asked; what was not typed stays as it is.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: nothing is asked for, or its sheet is made.
        Invalid: something cannot stand on the sheet, or nothing was changed.
    """
    said = read_remark(remark)
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_)
        if _is_being_printed(books, before):
            raise NotNow(f"the sheet of application {id_} is being made")
        answers = find_cell(books, desk.cells, id_, Cell.ANSWERS) or {}
        corrected = _corrected(desk, books, answers, typed)
        changed = {name for name in corrected if corrected[name] != answers.get(name, "")}
        if not changed:
            raise Invalid([Fault(path="form", code="unchanged", sentence="changes nothing")])
        after = applications.correct(before, anew=bool(changed & WHO_IT_IS))
        write_cell(books, desk.cells, id_, Cell.ANSWERS, corrected)
        write_cell(books, desk.cells, id_, Cell.DELIVERY, delivery_of(corrected))
        fields = " ".join(sorted(changed))[:200]
        return _answered(desk, books, staff, (before, after), "corrected", said, detail=fields)


def cancel_as_wished(desk: Desk, staff: Staff, id_: int) -> Application:
    """Cancel an application whose applicant asked for that while it was examined.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: nobody asks for that, or its sheet is being printed.
    """
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_)
        asked = find_cell(books, desk.cells, id_, Cell.CORRECTION) or {}
        if before.correction_at is None or not asked.get("cancels"):
            raise NotNow(f"nobody asks to cancel application {id_}")
        after = replace(applications.cancel(before), correction_at=None)
        return _answered(desk, books, staff, (before, after), "cancelled")


def decline(desk: Desk, staff: Staff, id_: int, *, remark: str) -> Application:
    """Leave it as it is; `remark` tells the applicant why, in plain words.

    Raises:
        NotPermitted: `staff` checks no papers there.
        NotNow: nothing is asked for.
        Invalid: no reason was given.
    """
    said = read_remark(remark, needed=True)
    with desk.register.begin() as books:
        before = _permitted(desk, books, staff, id_)
        after = applications.decline_correction(before)
        return _answered(desk, books, staff, (before, after), "declined", said)


def _permitted(desk: Desk, books: Books, staff: Staff, id_: int) -> Application:
    application = get_application(books, desk.cells, id_)
    require_role(staff, Role.VERIFIER, application.office, books.offices.all())
    return application


def _is_being_printed(books: Books, application: Application) -> bool:
    if application.stage is not Stage.PRINTING:
        return False
    jobs = books.prints.jobs_of(application.id)
    return bool(jobs) and jobs[0].stage is not JobStage.SPOILT


def _corrected(
    desk: Desk, books: Books, answers: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, str]:
    """The answers with what was typed in them, each page read as its applicant's would be."""
    form, today = form_of(desk, books), today_at(desk, books, 0)
    found, faults = dict(answers), list[Fault]()
    for one in CORRECTABLE:
        names = [field.name for field in one.fields]
        given = {name: typed.get(name, found.get(name, "")) for name in names}
        if one.asked(found, form) and given != {name: found.get(name, "") for name in names}:
            try:
                found = read_answers(one, given, found, form, today=today).answers
            except Invalid as refused:
                faults += refused.faults
    if faults:
        raise Invalid(faults)
    return found


def _answered(
    desk: Desk,
    books: Books,
    staff: Staff,
    change: tuple[Application, Application],
    answer: str,
    remark: str = "",
    *,
    detail: str = "",
) -> Application:
    before, after = change
    asked = find_cell(books, desk.cells, before.id, Cell.CORRECTION) or {}
    told = {**asked, "answer": answer, "remark": remark}
    write_cell(books, desk.cells, before.id, Cell.CORRECTION, told)
    done = replace_application(books, desk.cells, before, after)
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=f"correction-{answer}",
        subject=subject_of(before.id),
        detail=detail,
    )
    put_notice(desk, books, done, "changed")
    return done
