"""What a station needs of the office: four callables, and who may use it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from kiosk.actions.scans import ScanState
from kiosk.web.readers import Judge

__all__ = ["THIS_MACHINE", "StationDesk", "the_station"]

THIS_MACHINE = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, kw_only=True)
class StationDesk:
    """One office as a station meets it.

    `reads_cards` says whether the optional part that reads print is installed; without it people
    type. `open_scan` takes the text of a certificate's QR code, or its number and check code with
    a space between, or None where nobody is expected, and gives the scan's id; it raises Unknown,
    NotPermitted, NotNow, or TrustError. `look` takes the id and a picture; it raises Unknown for a
    scan that has ended, and ScanningError. `type_card` takes the id, the NIK as typed and the date
    of birth (ISO 8601); it raises Unknown, Invalid or NotNow. `networks` are those let in. `judge`
    is for the screens of the staff.
    """

    reads_cards: bool
    open_scan: Callable[[str | None], str]
    look: Callable[[str, bytes], ScanState]
    type_card: Callable[[str, str, str], ScanState]
    end_scan: Callable[[str], None]
    networks: tuple[str, ...] = THIS_MACHINE
    judge: Judge | None = None


def the_station() -> StationDesk:
    """The office that this station belongs to."""
    desk: StationDesk = current_app.extensions["station"]
    return desk
