"""Checking a certificate by its number and check code, where there is no camera and no JavaScript.

Unlike the page, the office learns by this which certificate somebody looks at; the screen says so.
"""

from datetime import date

from kiosk.domain.certificates import Certificate, State
from signing.cells import open_cell
from signing.payload import nik_code
from signing.sheet import Sheet, decode_sheet
from verifier.verdict import Certificate as Shown
from verifier.verdict import Finding, Level, Outcome, Verdict

from .desk import Desk

__all__ = ["cell_of", "look_up"]


def cell_of(certificate_id: int) -> bytes:
    """The name of the cell that keeps a certificate's content."""
    return b"certificates.content %d" % certificate_id


def look_up(desk: Desk, number: str, code: str) -> Verdict | None:
    """The verdict on the certificate with this number and check code, or None: no such pair."""
    with desk.register.read() as books:
        found = books.certificates.find_by_number_and_code(number, code)
        if found is None or found.state is State.RESERVED:
            return None
        content = books.certificates.content(found.id)
    sheet = decode_sheet(open_cell(desk.cells, cell_of(found.id), content))
    now = int(desk.clock().timestamp())
    outcome, finding = _standing(found, now)
    return Verdict(outcome=outcome, findings=(finding,), certificate=_shown(desk, sheet), as_of=now)


def _standing(found: Certificate, now: int) -> tuple[Outcome, Finding]:
    if found.state not in (State.ISSUED, State.SUSPENDED):
        return Outcome.WITHDRAWN, Finding(number=8, code="withdrawn", level=Level.PROBLEM)
    if now >= found.expires_at:
        return Outcome.EXPIRED, Finding(number=9, code="expired", level=Level.PROBLEM)
    if found.state is State.SUSPENDED:
        return Outcome.SUSPENDED, Finding(number=8, code="suspended", level=Level.PROBLEM)
    return Outcome.GENUINE, Finding(number=10, code="status-fresh", level=Level.PASSED)


def _shown(desk: Desk, sheet: Sheet) -> Shown:
    purposes = desk.settings.certificates.purposes
    words = purposes.get(sheet.purpose_code)
    unit = desk.settings.units.get(sheet.unit)
    return Shown(
        number=sheet.number,
        name=sheet.name,
        birth_year=int(sheet.birth_date[:4]),
        nik_code=nik_code(sheet.nik),
        unit=unit.name if unit else str(sheet.unit),
        issued_on=date.fromisoformat(sheet.issued_on),
        valid_until=date.fromisoformat(sheet.valid_until),
        purpose=(words.id, words.en) if words else (sheet.purpose, sheet.purpose),
        result=sheet.result,
    )
