"""Photos and papers of an application: uploaded, looked at, taken away, put back.

The bytes go to the store of files first and are named in the register afterwards: what a crash
leaves behind is an object that nobody can open, never a paper without its picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.applications import Application
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.questions import PAPER_PREFIX, question
from kiosk.storage.files import StoredFile
from kiosk.storage.papers import Paper
from kiosk.storage.register import Books
from signing.cells import open_cell, seal_cell
from verifier.errors import UnreadableImageError

from .applications import open_draft
from .desk import Desk

if TYPE_CHECKING:
    from kiosk.scanning.uploads import ReadUpload

__all__ = [
    "MEDIA",
    "PHOTO",
    "Added",
    "add_brought_photo",
    "add_paper",
    "drop_removed_papers",
    "paper_data",
    "put_back_paper",
    "remove_paper",
]

MEDIA = "image/jpeg"
"""What every paper is kept as, whatever it came as."""

PHOTO = "photo"
"""The kind of the photo among the papers."""

# After so many seconds a paper that was taken away cannot be put back.
KEPT = 86_400
AT_ONCE = 200
Reader = Callable[[bytes, str], "ReadUpload"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """The papers that an upload became, and what may be wrong with them."""

    papers: tuple[Paper, ...]
    hints: tuple[str, ...]


def add_paper(desk: Desk, id_: int, kind: str, data: bytes, *, read: Reader | None = None) -> Added:
    """Keep an uploaded file as a paper of an application; a photo replaces the one before.

    `read` makes pictures of the file, in a process of its own.

    Raises:
        Invalid: the file cannot be read, is too large, or there are too many.
        NotNow: papers of this kind are settled.
        StorageError: the store of files fails.
    """
    limit = desk.settings.applications.paper_limit_mb << 20
    if not data or len(data) > limit:
        raise _refused("empty" if not data else "too-large")
    before = open_draft(desk, id_)
    if not before.may_answer(question(PAPER_PREFIX + kind)):
        raise NotNow(f"application {id_} is {before.application.stage}: {kind} is settled")
    try:
        found = (read or _reader())(data, kind)
    except UnreadableImageError as problem:
        raise _refused(problem.code) from None
    most = desk.settings.applications.most_papers
    if len(before.papers) + len(found.pictures) > most + (kind == PHOTO):
        raise _refused("too-many")
    stored: list[StoredFile] = []
    try:
        for picture in found.pictures:
            stored.append(desk.files.put(picture))
        with desk.register.begin() as books:
            if kind == PHOTO:
                _remove_kind(desk, books, id_, kind)
            papers = [
                _add(desk, books, id_, kind, file, len(picture))
                for file, picture in zip(stored, found.pictures, strict=True)
            ]
    except BaseException:
        for file in stored:
            desk.files.remove(file.name)
        raise
    return Added(papers=tuple(papers), hints=found.hints)


def add_brought_photo(desk: Desk, id_: int, data: bytes, *, read: Reader | None = None) -> Paper:
    """Keep the photo that somebody brought to the counter, in place of the one that is there.

    Who may do so, and when, is the caller's care.

    Raises:
        Invalid: the file cannot be read, or is too large.
        StorageError: the store of files fails.
    """
    limit = desk.settings.applications.paper_limit_mb << 20
    if not data or len(data) > limit:
        raise _refused("empty" if not data else "too-large")
    try:
        picture = (read or _reader())(data, PHOTO).pictures[0]
    except UnreadableImageError as problem:
        raise _refused(problem.code) from None
    stored = desk.files.put(picture)
    try:
        with desk.register.begin() as books:
            _remove_kind(desk, books, id_, PHOTO)
            return _add(desk, books, id_, PHOTO, stored, len(picture))
    except BaseException:
        desk.files.remove(stored.name)
        raise


def paper_data(desk: Desk, id_: int, paper: int) -> bytes:
    """The picture of a paper.

    Raises:
        Unknown: the application has no such paper.
        StorageError: the store of files fails.
    """
    with desk.register.read() as books:
        found = books.papers.get(id_, paper)
    key = open_cell(desk.cells, _key_of(found.name), found.key)
    return desk.files.get(StoredFile(name=found.name, key=key))


def remove_paper(desk: Desk, id_: int, paper: int) -> Paper:
    """Take a paper away; it can be put back for a day.

    Raises:
        Unknown: the application has no such paper.
        NotNow: it is settled.
    """
    return _set_removed(desk, id_, paper, at=int(desk.clock().timestamp()))


def put_back_paper(desk: Desk, id_: int, paper: int) -> Paper:
    """Put a paper back that was taken away; a photo takes the place of the one that is there.

    Raises:
        Unknown: it is gone for good.
        NotNow: it is settled.
    """
    return _set_removed(desk, id_, paper, at=None)


def drop_removed_papers(desk: Desk) -> int:
    """Forget for good what was taken away a day ago; how many papers were."""
    before = int(desk.clock().timestamp()) - KEPT
    with desk.register.read() as books:
        gone = books.papers.removed_before(before, limit=AT_ONCE)
    if gone:
        with desk.register.begin() as books:
            # Somebody may have put one back just now.
            gone = [paper for paper in gone if books.papers.drop_removed(paper.id)]
    for paper in gone:
        desk.files.remove(paper.name)
    return len(gone)


def _reader() -> Reader:
    from kiosk.scanning.uploads import read_upload

    return read_upload


def _set_removed(desk: Desk, id_: int, paper: int, *, at: int | None) -> Paper:
    draft = open_draft(desk, id_)
    with desk.register.begin() as books:
        found = books.papers.get(id_, paper)
        _require_open(draft.may_answer(question(PAPER_PREFIX + found.kind)), draft.application)
        if at is None and found.kind == PHOTO:
            _remove_kind(desk, books, id_, PHOTO)
        books.papers.set_removed(found.id, at=at)
    return found


def _require_open(is_open: bool, application: Application) -> None:  # noqa: FBT001 -- a verdict
    if not is_open:
        raise NotNow(f"application {application.id} is {application.stage}")


def _remove_kind(desk: Desk, books: Books, id_: int, kind: str) -> None:
    for paper in books.papers.of(id_):
        if paper.kind == kind:
            books.papers.set_removed(paper.id, at=int(desk.clock().timestamp()))


def _add(desk: Desk, books: Books, id_: int, kind: str, file: StoredFile, size: int) -> Paper:
    new = Paper(
        application=id_,
        kind=kind,
        name=file.name,
        key=seal_cell(desk.cells, _key_of(file.name), file.key),
        media=MEDIA,
        size=size,
        added_at=int(desk.clock().timestamp()),
    )
    return books.papers.get(id_, books.papers.add(new))


def _refused(code: str) -> Invalid:
    return Invalid([Fault(path="file", code=code, sentence=f"cannot be taken: {code}")])


def _key_of(name: str) -> bytes:
    return f"papers.key:{name}".encode()
