"""Serial numbers that only ever grow: of trust bundles, and of what the status lists say."""

from sqlalchemy import Connection, select, text

from kiosk.storage.schema import publications

__all__ = ["STANDINGS", "PublicationStore"]

STANDINGS = "standings"
"""Counts how often a certificate was withdrawn, replaced, suspended or reinstated."""


class PublicationStore:
    """The serials, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, kind: str) -> int:
        """A serial for the next publication of this kind, one above the last."""
        serial: int = self._connection.execute(
            text(
                "INSERT INTO publications (kind, serial) VALUES (:kind, 1)"
                " ON CONFLICT (kind) DO UPDATE SET serial = publications.serial + 1"
                " RETURNING serial"
            ),
            {"kind": kind},
        ).scalar_one()
        return serial

    def current(self, kind: str) -> int:
        """The last serial of this kind, 0 where nothing was published."""
        serial: int | None = self._connection.execute(
            select(publications.c.serial).where(publications.c.kind == kind)
        ).scalar()
        return serial or 0
