"""Incidents: raised with the deed they tell of; and what an applicant says, and takes back.

Where nobody knows who has a paper, its certificate is suspended in the same transaction, and
checkers learn it within a minute. What officers do about an incident is in kiosk.actions.watch.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain import certificates
from kiosk.domain.applications import Application, Stage
from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow
from kiosk.domain.handover import BagStage
from kiosk.domain.incidents import NEW_SHEET, SUSPENDING, Incident, Kind, read_words
from kiosk.storage.register import Books
from signing.cells import open_cell, seal_cell

from .desk import Desk
from .due import due_in
from .filing import get_application

__all__ = [
    "Aftermath",
    "Complaint",
    "aftermath_of",
    "complain",
    "complaint_of",
    "may_complain",
    "open_words",
    "raise_incident",
    "subject_of_incident",
    "take_back_complaint",
    "write_words",
]

# What is sealed grows in steps, so that its length does not tell how much somebody wrote.
_STEP = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """Why a certificate is suspended, as its applicant may know it.

    `office` is the name of the office whose officers look into it, until `due_at` (seconds since
    1970). `missing` is whether the bag cannot be found; else the applicant said that the paper
    never came, and `taken_back` is whether he or she has said since that it is there.
    """

    office: str
    due_at: int
    missing: bool
    taken_back: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Aftermath:
    """What the applicant of a paper that is out may say of it, and what came of that.

    `anew` is whether another paper is being made, because the first was lost or not right.
    """

    may_complain: bool
    complaint: Complaint | None
    anew: bool


def subject_of_incident(incident: int) -> str:
    """What the journal calls an incident."""
    return f"incident {incident}"


def raise_incident(
    desk: Desk,
    books: Books,
    *,
    kind: str,
    office: int,
    application: int | None,
    bag: int | None,
    by: int | None,
    text: str = "",
) -> int:
    """Note that something went wrong, in the transaction of who found out; the incident's id.

    `by` is an id of staff, None for the public and the program. An open incident of the same kind
    about the same application or bag is not raised twice.

    Raises:
        Invalid: the text is too long.
    """
    words = read_words(text)
    known = _open_one(books, Kind(kind), application, bag)
    if known is not None:
        return known.id
    new = Incident(
        id=0,
        office=office,
        kind=Kind(kind),
        application=application,
        bag=bag,
        raised_at=int(desk.clock().timestamp()),
        raised_by=by,
    )
    id_ = books.incidents.add(new)
    write_words(desk, books, id_, {"text": words})
    books.journal.write(
        at=desk.clock(),
        staff=by,
        office=office,
        deed="incident-raised",
        subject=subject_of_incident(id_),
        detail=str(kind),
    )
    if application is not None and new.kind in SUSPENDING:
        _suspend(desk, books, application, replace(new, id=id_))
    return id_


def may_complain(books: Books, application: Application) -> bool:
    """Whether its applicant may say that the paper never came: it was handed over, or is away."""
    if application.certificate is None:
        return False
    if application.stage is Stage.SEALED:
        bag = books.bags.of_application(application.id)
        return bag is not None and bag.stage is BagStage.CARRIED
    return application.stage is Stage.HANDED_OVER


def aftermath_of(desk: Desk, id_: int) -> Aftermath:
    """What may be said of the paper of an application, and what came of it.

    It asks the register the same of every application in one step, whatever was found.

    Raises:
        Unknown: there is no such application.
    """
    with desk.register.glance() as books:
        application = get_application(books, desk.cells, id_)
        raised = books.incidents.of_application(id_)
        complaint = complaint_of(desk, books, id_) if raised else None
        return Aftermath(
            may_complain=complaint is None and may_complain(books, application),
            complaint=complaint,
            anew=application.certificate is None
            and any(one.closed_at is not None and one.outcome in NEW_SHEET for one in raised),
        )


def complain(desk: Desk, id_: int, text: str) -> None:
    """Say, as an applicant, that the paper never came; the certificate is suspended at once.

    Raises:
        Invalid: the text is too long.
        NotNow: it is not said to be handed over, nor on its way.
    """
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        if not may_complain(books, application):
            raise NotNow(f"application {id_} is {application.stage}")
        bag = books.bags.of_application(id_)
        raise_incident(
            desk,
            books,
            kind=Kind.NOT_RECEIVED,
            office=application.office if bag is None else bag.office,
            application=id_,
            bag=application.bag,
            by=None,
            text=text,
        )


def take_back_complaint(desk: Desk, id_: int) -> None:
    """Say, as an applicant, that the paper is there after all; two officers still close it.

    Raises:
        NotNow: nothing of the kind was said.
    """
    with desk.register.begin() as books:
        found = _complaint(books, id_)
        if found is None:
            raise NotNow(f"nobody complains about application {id_}")
        words = open_words(desk, books, found.id)
        if "taken_back_at" in words:
            return
        words["taken_back_at"] = int(desk.clock().timestamp())
        write_words(desk, books, found.id, words)
        books.journal.write(
            at=desk.clock(),
            staff=None,
            office=found.office,
            deed="complaint-taken-back",
            subject=subject_of_incident(found.id),
        )


def complaint_of(desk: Desk, books: Books, application: int) -> Complaint | None:
    """Why the certificate of an application is suspended, while officers look into it."""
    found = _complaint(books, application) or _missing(books, application)
    if found is None:
        return None
    days = desk.settings.incidents.days
    return Complaint(
        office=books.offices.get(found.office).name,
        due_at=due_in(desk, books, found.office, days=days, at=found.raised_at),
        missing=found.kind is Kind.MISSING,
        taken_back="taken_back_at" in open_words(desk, books, found.id),
    )


def open_words(desk: Desk, books: Books, id_: int) -> dict[str, Any]:
    """What was written of an incident: `text`, and `taken_back_at` where that was said."""
    sealed = books.incidents.content(id_)
    found: dict[str, Any] = json.loads(open_cell(desk.cells, _content_of(id_), sealed))
    return found


def write_words(desk: Desk, books: Books, id_: int, words: dict[str, Any]) -> None:
    """Write what is known of an incident, sealed, over what there was."""
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    plain = plain.ljust(-(-len(plain) // _STEP) * _STEP)
    books.incidents.write_content(id_, seal_cell(desk.cells, _content_of(id_), plain))


def _complaint(books: Books, application: int) -> Incident | None:
    return _open_of(books, application, Kind.NOT_RECEIVED)


def _missing(books: Books, application: int) -> Incident | None:
    return _open_of(books, application, Kind.MISSING)


def _open_of(books: Books, application: int, kind: Kind) -> Incident | None:
    found = books.incidents.of_application(application)
    return next((one for one in found if one.kind is kind and one.closed_at is None), None)


def _open_one(
    books: Books, kind: Kind, application: int | None, bag: int | None
) -> Incident | None:
    if application is None:
        return None
    return next(
        (
            one
            for one in books.incidents.of_application(application)
            if one.kind is kind and one.bag == bag and one.closed_at is None
        ),
        None,
    )


def _suspend(desk: Desk, books: Books, application: int, incident: Incident) -> None:
    certificate = books.applications.get(application).application.certificate
    if certificate is None:
        return
    before = books.certificates.get(certificate)
    if before.state is not State.ISSUED:
        return
    books.certificates.replace(before, certificates.suspend(before, at=desk.clock()))
    books.journal.write(
        at=desk.clock(),
        staff=incident.raised_by,
        office=incident.office,
        deed="suspended",
        subject=f"certificate {certificate}",
        detail=subject_of_incident(incident.id),
    )


def _content_of(id_: int) -> bytes:
    return f"incidents.content:{id_}".encode()
