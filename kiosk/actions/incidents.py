"""Incidents: raised with the deed they tell of, known to two officers, ended by two."""

import json

from kiosk.domain.incidents import Incident, Kind, read_words
from kiosk.storage.register import Books
from signing.cells import seal_cell

from .desk import Desk

__all__ = ["raise_incident", "subject_of_incident"]

# What is sealed grows in steps, so that its length does not tell how much somebody wrote.
_STEP = 512


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
    known = _open_already(books, Kind(kind), application, bag)
    if known is not None:
        return known
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
    _write_words(desk, books, id_, {"text": words})
    books.journal.write(
        at=desk.clock(),
        staff=by,
        office=office,
        deed="incident-raised",
        subject=subject_of_incident(id_),
        detail=str(kind),
    )
    return id_


def _open_already(books: Books, kind: Kind, application: int | None, bag: int | None) -> int | None:
    if application is None:
        return None
    return next(
        (
            one.id
            for one in books.incidents.of_application(application)
            if one.kind is kind and one.bag == bag and one.closed_at is None
        ),
        None,
    )


def _write_words(desk: Desk, books: Books, id_: int, words: dict[str, object]) -> None:
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    plain = plain.ljust(-(-len(plain) // _STEP) * _STEP)
    books.incidents.write_content(id_, seal_cell(desk.cells, _content_of(id_), plain))


def _content_of(id_: int) -> bytes:
    return f"incidents.content:{id_}".encode()
