"""Photos and papers of applications: which there are, where their bytes lie, what opens them."""

from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.schema import papers

__all__ = ["Paper", "PaperStore"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A photo or a paper of an application.

    `name` is that of the object in the store of files and `key` what opens it, sealed by the
    caller. A paper that was removed may be put back, until it is dropped for good.
    """

    id: int = 0
    application: int
    kind: str
    name: str
    key: bytes = field(repr=False)
    media: str
    size: int
    added_at: int
    removed_at: int | None = None


_COLUMNS = tuple(papers.c[item.name] for item in fields(Paper))


class PaperStore:
    """The papers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Paper) -> int:
        """A new paper; its id."""
        values = {item.name: getattr(new, item.name) for item in fields(Paper) if item.name != "id"}
        id_: int = self._connection.execute(
            insert(papers).values(values).returning(papers.c.id)
        ).scalar_one()
        return id_

    def get(self, application: int, id_: int) -> Paper:
        """The paper of an application with this id, also one that was removed.

        Raises:
            Unknown: the application has no such paper.
        """
        found = self._many(papers.c.application == application, papers.c.id == id_)
        if not found:
            raise Unknown(f"paper {id_} of application {application}")
        return found[0]

    def of(self, application: int, *, removed: bool = False) -> list[Paper]:
        """The papers of an application in the order in which they came; or those removed."""
        gone = papers.c.removed_at.is_not(None) if removed else papers.c.removed_at.is_(None)
        return self._many(papers.c.application == application, gone)

    def set_removed(self, id_: int, *, at: int | None) -> None:
        """Remove a paper at this time, or with None put it back.

        Raises:
            NotNow: it was dropped.
        """
        done = self._connection.execute(
            update(papers).where(papers.c.id == id_).values(removed_at=at)
        )
        if done.rowcount != 1:
            raise NotNow(f"paper {id_} was dropped")

    def removed_before(self, at: int, *, limit: int) -> list[Paper]:
        """Papers that were removed before `at`, the oldest first."""
        return self._many(papers.c.removed_at < at, limit=limit)

    def drop(self, id_: int) -> None:
        """Forget a paper, and with it what opens its bytes."""
        self._connection.execute(delete(papers).where(papers.c.id == id_))

    def drop_removed(self, id_: int) -> bool:
        """Forget a paper if it is still removed; whether it was."""
        done = self._connection.execute(
            delete(papers).where(papers.c.id == id_, papers.c.removed_at.is_not(None))
        )
        return done.rowcount == 1

    def _many(self, *where: Any, limit: int | None = None) -> list[Paper]:
        rows = self._connection.execute(
            select(*_COLUMNS).where(*where).order_by(papers.c.id).limit(limit)
        )
        return [Paper(**row._mapping) for row in rows]
