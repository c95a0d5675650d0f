"""A station's office with its answers prepared: plain functions that remember what came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.actions.scans import ScanState
from kiosk.domain.errors import Unknown
from kiosk.web.station.office import THIS_MACHINE, StationDesk

__all__ = ["LOOKING", "PreparedStation"]

LOOKING = ScanState(state="looking", hints=("no-card",))


@dataclass
class PreparedStation:
    """What a station asks, and what it is answered.

    `answers` are given one after the other, the last again and again; an exception is raised.
    `refusal` is raised when a scan is to begin.
    """

    answers: list[ScanState | Exception] = field(default_factory=lambda: [LOOKING])
    refusal: Exception | None = None
    reads_cards: bool = True
    networks: tuple[str, ...] = THIS_MACHINE
    opened: list[str | None] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    meanwhile: Callable[[], Any] = lambda: None

    @property
    def desk(self) -> StationDesk:
        """The office, as the screens take it."""
        return StationDesk(
            reads_cards=self.reads_cards,
            open_scan=self._open,
            look=self._look,
            type_card=self._type,
            end_scan=self.ended.append,
            networks=self.networks,
        )

    @property
    def scan(self) -> str:
        """The id of the scan that began last."""
        return f"scan-{len(self.opened)}"

    def _open(self, code: str | None) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.opened.append(code)
        return self.scan

    def _look(self, id_: str, picture: bytes) -> ScanState:
        self._require(id_)
        self.pictures.append(picture)
        self.meanwhile()
        return self._answer()

    def _type(self, id_: str, nik: str, birth: str) -> ScanState:
        self._require(id_)
        self.typed.append((nik, birth))
        return self._answer()

    def _require(self, id_: str) -> None:
        if id_ in self.ended or not id_.startswith("scan-"):
            raise Unknown("a scan of this id")

    def _answer(self) -> ScanState:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
