"""Applying: an application is begun, answered page by page, and handed in.

Whoever asks is the applicant, or somebody who helps: the web proves that by code and birth date
(`open_by_code`) and hands the application's id on. What was answered is sealed; in the register it
is found by keyed hashes of its code, its birth date and, once given, its NIK.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.domain import applications, payments
from kiosk.domain.accounts import Wait
from kiosk.domain.applicants import SiteRules
from kiosk.domain.applications import Application, Receiving, Stage
from kiosk.domain.codes import CODES, code_of, require_turn
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted
from kiosk.domain.questions import (
    PRIVATE_FIELDS,
    Answers,
    Form,
    Question,
    Route,
    asked,
    delivery_of,
    is_helped,
    issuing_offices,
    may_answer,
    question,
    questions_to_fix,
    read_answers,
    unanswered,
    unsound,
)
from kiosk.domain.staff import OfficeKind, Role, Staff, require_role
from kiosk.storage.applications import Tries
from kiosk.storage.papers import Paper
from kiosk.storage.register import Books
from signing.cells import lookup_hash

from .custody import plan_anew
from .desk import Desk
from .due import due_in, today_at
from .filing import (
    Cell,
    add_application,
    application_of,
    find_cell,
    get_application,
    replace_application,
    write_cell,
)
from .notices import put_notice

__all__ = [
    "RUNNING",
    "Draft",
    "Saved",
    "begin",
    "birth_hash_of",
    "forget",
    "form_of",
    "nik_hash_of",
    "open_by_code",
    "open_draft",
    "renew_code",
    "running_of",
    "save_answers",
    "submit",
    "submit_again",
]

DAY = 86_400
RUNNING = frozenset(set(Stage) - {Stage.DRAFT, Stage.HANDED_OVER, Stage.CANCELLED, Stage.REFUSED})
"""Stages of an application that its applicant waits for."""

# How often a code is drawn anew that another application has; at a million, one draw in 27,000.
_DRAWS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An application as its form shows it.

    `answers` hold those about criminal matters only where nobody helps; `left` are the pages that
    are still to be answered, `to_fix` those that were sent back, with the verifier's reasons by
    field.
    """

    application: Application
    answers: Answers = field(repr=False)
    form: Form
    pages: tuple[Question, ...]
    papers: tuple[Paper, ...]
    left: tuple[Question, ...]
    to_fix: tuple[Question, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    helped: bool = False

    def may_answer(self, one: Question) -> bool:
        """Whether this page may be answered now."""
        return may_answer(one, self.application, {fix.slug for fix in self.to_fix})


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What came of answering a page: saved, unless there are `warnings` to look at first."""

    warnings: tuple[Fault, ...] = ()


def form_of(desk: Desk, books: Books) -> Form:
    """What the questions of this site are."""
    settings = desk.settings
    kinds = frozenset(OfficeKind)
    routes = {
        code: Route(
            issued_by=frozenset(OfficeKind(kind) for kind in route.issued_by), papers=route.papers
        )
        for code, route in settings.applications.purposes.items()
    }
    return Form(
        rules=SiteRules(
            own_unit=settings.site.unit,
            units=frozenset(settings.units),
            purposes=frozenset(settings.certificates.purposes),
            may_invent_regions=settings.certificates.nik_regions == "warn",
        ),
        routes={
            code: routes.get(code, Route(issued_by=kinds))
            for code in settings.certificates.purposes
        },
        parts=frozenset(settings.applications.asked),
        papers=settings.applications.papers,
        offices=tuple(books.offices.all()),
    )


def begin(
    desk: Desk, *, purpose: int, birth: Mapping[str, str], helper: Staff | None, language: str
) -> tuple[Application, str]:
    """A new application, and the code by which its applicant comes back to it.

    `birth` is the birth date as it was typed into the fields of its page.

    Raises:
        Invalid: there is no such purpose, or no such day.
        NotPermitted: `helper` helps nobody.
    """
    if helper is not None and not any(grant.role is Role.HELPER for grant in helper.grants):
        raise NotPermitted(f"staff {helper.id} helps nobody to apply")
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        form = form_of(desk, books)
        if purpose not in form.rules.purposes:
            raise Invalid([Fault(path="purpose", code="not-chosen", sentence="is none")])
        today = today_at(desk, books, 0)
        read = read_answers(question("birth"), birth, {}, form, today=today)
        answers = read.answers | {
            "purpose": str(purpose),
            "begun_on": today.isoformat(),
            "language": language,
        }
        if helper is not None:
            answers["helper_staff"] = "yes"
        code, code_hash = _fresh_code(desk, books)
        new = Application(
            id=0,
            office=_only_office(answers, form),
            purpose=purpose,
            created_at=now,
            due_at=now + desk.settings.applications.draft_days * DAY,
            helper=None if helper is None else helper.id,
        )
        added = add_application(books, desk.cells, new, code_hash=code_hash, birth_hash=bytes(32))
        books.applications.set_birth(
            added.id, birth_hash=birth_hash_of(desk, added.id, answers["birth_date"])
        )
        write_cell(books, desk.cells, added.id, Cell.ANSWERS, answers)
        books.journal.write(
            at=desk.clock(),
            staff=None if helper is None else helper.id,
            office=None if helper is None else helper.office,
            deed="begun",
            subject=f"application {added.id}",
        )
    return added, code


def open_by_code(desk: Desk, code: str, birth: date) -> int:
    """The id of the application that this code and this birth date open together.

    Raises:
        NotPermitted: they open none.
        Wait: too many wrong dates were given for this code.
    """
    now = int(desk.clock().timestamp())
    wrong: Exception = NotPermitted("code and birth date do not fit")
    with desk.register.begin() as books:
        kept = books.applications.find_by_code(_code_hash(desk, code), locked=True)
        if kept is not None:
            id_, tries = kept.application.id, kept.tries
            try:
                require_turn(tries.wrong, tries.at, at=now)
            except Wait as refused:
                wrong = refused
            else:
                if kept.birth_hash == birth_hash_of(desk, id_, birth.isoformat()):
                    if tries.wrong:
                        books.applications.set_tries(id_, Tries())
                    return id_
                books.applications.set_tries(id_, Tries(wrong=tries.wrong + 1, at=now))
    # Raised after the transaction, which keeps the count.
    raise wrong


def open_draft(desk: Desk, id_: int) -> Draft:
    """An application as its form shows it.

    Raises:
        Unknown: there is none any more.
    """
    with desk.register.read() as books:
        return _draft(desk, books, id_)


def save_answers(
    desk: Desk, id_: int, slug: str, typed: Mapping[str, str], *, alone: bool
) -> Saved:
    """Save what was typed into a page; with `sure` among it, warnings are passed over.

    `alone` says that the applicant has just proven to be there: where somebody helps, questions
    about criminal matters are answered no other way.

    Raises:
        Invalid: with every fault of the page. Nothing is saved then.
        NotNow: the page may not be answered any more.
        NotPermitted: the applicant is to answer it alone.
    """
    one = question(slug)
    with desk.register.begin() as books:
        draft = _draft(desk, books, id_, all_answers=True)
        before = draft.application
        if not draft.may_answer(one):
            raise NotNow(f"application {id_} is {before.stage}: {slug} is settled")
        if one.private and draft.helped and not alone:
            raise NotPermitted("the applicant answers this alone")
        today = today_at(desk, books, 0)
        read = read_answers(one, typed, draft.answers, draft.form, today=today)
        if read.warnings and not typed.get("sure"):
            return Saved(warnings=read.warnings)
        _write_answers(desk, books, before.id, read.answers)
        after = _with_answers(desk, before, read.answers, draft.form)
        replace_application(books, desk.cells, before, after)
        if before.stage is not Stage.DRAFT:
            _write_delivery(desk, books, before.id, read.answers)
            plan_anew(desk, books, before.id)
            _journal(desk, books, before.id, "changed", slug)
        elif slug == "birth":
            birth_hash = birth_hash_of(desk, id_, read.answers["birth_date"])
            books.applications.set_birth(id_, birth_hash=birth_hash)
        if slug == "nik":
            books.applications.set_person(id_, nik_hash=nik_hash_of(desk, read.answers["nik"]))
    return Saved()


def submit(desk: Desk, id_: int) -> Application:
    """Hand an application in; a fee is asked for, or it goes to whoever checks it.

    Raises:
        Invalid: pages are left, by their names.
        NotNow: it was handed in before.
    """
    now = int(desk.clock().timestamp())
    with desk.register.begin() as books:
        draft = _draft(desk, books, id_, all_answers=True)
        _require_whole(draft, today_at(desk, books, 0))
        settings = desk.settings.applications
        purpose = settings.purposes.get(draft.application.purpose)
        fee = 0 if purpose is not None and purpose.waived else settings.fee
        before = draft.application
        after = applications.submit(
            _with_answers(desk, before, draft.answers, draft.form), at=now, fee=fee
        )
        if after.stage is Stage.AWAITING_PAYMENT:
            asked_for = payments.new_payment(
                application=id_,
                office=after.office,
                attempt=1,
                prefix=settings.payment_prefix,
                amount=fee,
                at=now,
                until=now + settings.payment_days * DAY,
            )
            books.payments.add(asked_for)
            after = replace(after, due_at=asked_for.until)
        else:
            due = due_in(desk, books, after.office, days=settings.check_days)
            after = replace(after, due_at=due)
        after = replace_application(books, desk.cells, before, after)
        _write_delivery(desk, books, id_, draft.answers)
        put_notice(desk, books, after, "received")
        _tell_of_twins(desk, books, after, draft.answers)
        _journal(desk, books, id_, "submitted")
    return after


def submit_again(desk: Desk, id_: int) -> Application:
    """Hand in again what was sent back and put right.

    Raises:
        NotNow: it was not sent back.
        Invalid: pages are left.
    """
    with desk.register.begin() as books:
        draft = _draft(desk, books, id_, all_answers=True)
        _require_whole(draft, today_at(desk, books, 0))
        before = draft.application
        days = desk.settings.applications.check_days
        due = due_in(desk, books, before.office, days=days)
        after = replace(applications.submit_again(before), due_at=due)
        after = replace_application(books, desk.cells, before, after)
        books.applications.remove_cell(id_, Cell.RETURNED)
        _journal(desk, books, id_, "submitted-again")
    return after


def forget(desk: Desk, id_: int) -> None:
    """Forget an application that was never handed in, with its papers.

    Raises:
        NotNow: it was handed in.
    """
    with desk.register.begin() as books:
        names = forget_draft(books, id_)
        _journal(desk, books, id_, "forgotten")
    for name in names:
        desk.files.remove(name)


def forget_draft(books: Books, id_: int) -> list[str]:
    """Forget a draft; the names of its files, which are to be removed afterwards.

    Raises:
        NotNow: it is no draft.
    """
    gone = books.papers.of(id_) + books.papers.of(id_, removed=True)
    for paper in gone:
        books.papers.drop(paper.id)
    books.applications.drop(id_)
    return [paper.name for paper in gone]


def renew_code(desk: Desk, staff: Staff, id_: int, *, identity_seen: bool) -> str:
    """A new code for somebody who has lost the old one, and whose identity card `staff` has seen.

    Raises:
        Unknown: there is no such application.
        NotPermitted: `staff` checks no papers at its office.
        Invalid: `staff` does not say that the card was seen.
    """
    if not identity_seen:
        raise Invalid([Fault(path="card_seen", code="not-ticked", sentence="was not ticked")])
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        require_role(staff, Role.VERIFIER, application.office, books.offices.all())
        code, code_hash = _fresh_code(desk, books)
        books.applications.set_code(id_, code_hash=code_hash)
        books.applications.set_tries(id_, Tries())
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=staff.office,
            deed="code-renewed",
            subject=f"application {id_}",
        )
    return code


def nik_hash_of(desk: Desk, nik: str) -> bytes:
    """The keyed hash by which a person's applications are found."""
    return lookup_hash(desk.cells, "application nik", nik)


def running_of(desk: Desk, books: Books, nik: str) -> list[Application]:
    """The applications of a person that are on their way, the newest first."""
    found = books.applications.find_by_nik(nik_hash_of(desk, nik))
    opened = (application_of(desk.cells, kept) for kept in found)
    return [application for application in opened if application.stage in RUNNING]


def _draft(desk: Desk, books: Books, id_: int, *, all_answers: bool = False) -> Draft:
    application = get_application(books, desk.cells, id_)
    answers: dict[str, str] = find_cell(books, desk.cells, id_, Cell.ANSWERS) or {}
    declared: dict[str, str] = find_cell(books, desk.cells, id_, Cell.DECLARED) or {}
    returned = find_cell(books, desk.cells, id_, Cell.RETURNED) or {}
    form = form_of(desk, books)
    papers = books.papers.of(id_)
    known = answers | declared
    helped = is_helped(answers)
    reasons = returned.get("reasons", {}) if application.stage is Stage.RETURNED else {}
    return Draft(
        application=application,
        answers=answers if helped and not all_answers else known,
        form=form,
        pages=tuple(asked(known, form)),
        papers=tuple(papers),
        left=tuple(unanswered(known, form, {paper.kind for paper in papers})),
        to_fix=tuple(questions_to_fix(reasons, known, form)),
        reasons=reasons,
        helped=helped,
    )


def _require_whole(draft: Draft, today: date) -> None:
    """Refuse a form with pages that are left, or whose answers do not go together."""
    faults = [
        Fault(path=one.slug, code="unanswered", sentence="is not answered") for one in draft.left
    ] or [
        Fault(path=one.slug, code="unsound", sentence="does not fit the rest")
        for one in unsound(draft.answers, draft.form, today=today)
    ]
    if faults:
        raise Invalid(faults)


def _write_answers(desk: Desk, books: Books, id_: int, answers: Answers) -> None:
    said = {name: value for name, value in answers.items() if name not in PRIVATE_FIELDS}
    declared = {name: value for name, value in answers.items() if name in PRIVATE_FIELDS}
    write_cell(books, desk.cells, id_, Cell.ANSWERS, said)
    if declared:
        write_cell(books, desk.cells, id_, Cell.DECLARED, declared)


def _write_delivery(desk: Desk, books: Books, id_: int, answers: Answers) -> None:
    write_cell(books, desk.cells, id_, Cell.DELIVERY, delivery_of(answers))


def _with_answers(desk: Desk, before: Application, answers: Answers, form: Form) -> Application:
    """The application, with what its answers mean for its way."""
    after = before
    if before.stage in {Stage.DRAFT, Stage.RETURNED}:
        after = replace(
            before,
            purpose=int(answers["purpose"]),
            priority=answers.get("need", "none") != "none",
        )
    if before.stage is Stage.DRAFT:
        now = int(desk.clock().timestamp())
        office = answers.get("office")
        after = replace(
            after,
            office=_only_office(answers, form) or (int(office) if office else 0),
            fingerprints_on_file=answers.get("fingerprints") == "yes",
            due_at=now + desk.settings.applications.draft_days * DAY,
        )
    if "receiving" in answers:
        after = applications.receive_by(after, Receiving(answers["receiving"]))
    return after


def _only_office(answers: Answers, form: Form) -> int:
    """The office that issues for the purpose, where there is but one; else 0."""
    offices = issuing_offices(answers, form)
    return offices[0].id if len(offices) == 1 else 0


def _tell_of_twins(desk: Desk, books: Books, new: Application, answers: Answers) -> None:
    """Tell whoever already waits for an application of the same person that there is another.

    The one who applied now is told nothing: anybody may type anybody's NIK.
    """
    for twin in running_of(desk, books, answers["nik"]):
        if twin.id != new.id:
            put_notice(desk, books, twin, "twin", again=f"{new.id}")


def _fresh_code(desk: Desk, books: Books) -> tuple[str, bytes]:
    for _ in range(_DRAWS):
        code = code_of(secrets.randbelow(CODES))
        code_hash = _code_hash(desk, code)
        if books.applications.find_by_code(code_hash) is None:
            return code, code_hash
    raise NotNow("no code is left")


def _code_hash(desk: Desk, code: str) -> bytes:
    return lookup_hash(desk.cells, "application code", code)


def birth_hash_of(desk: Desk, id_: int, birth: str) -> bytes:
    """The hash by which the birth date (ISO 8601) of an application's holder is compared."""
    # With the id, so that equal birth dates have nothing equal in the register.
    return lookup_hash(desk.cells, "application birth", f"{id_}:{birth}")


def _journal(desk: Desk, books: Books, id_: int, deed: str, detail: str = "") -> None:
    books.journal.write(
        at=desk.clock(),
        staff=None,
        office=None,
        deed=deed,
        subject=f"application {id_}",
        detail=detail,
    )
