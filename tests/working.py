"""Applications on their way through the counter, for tests: each of the desks does its part."""

import secrets
from typing import Any

from kiosk.actions import counter, custody, printing
from kiosk.actions.desk import Desk
from kiosk.actions.filing import Cell, add_application, get_application, write_cell
from kiosk.domain.applications import FIELDS_TO_CHECK, Application, Found, Receiving, Stage
from kiosk.domain.handover import Bag
from kiosk.domain.staff import Role
from kiosk.storage.prints import Sealing
from tests.applying import ANSWERS, apply
from tests.staffed import Person, Staffed

__all__ = [
    "BAG",
    "FIRST",
    "accepted",
    "application_in",
    "approved",
    "bag_in",
    "bagged",
    "checked",
    "confirmer",
    "examined",
    "handed_in",
    "offered",
    "printed",
    "sealed",
    "sheets",
    "signed",
]

FIRST = "09 - 0986542"
"""The serial of the first sheet that the office received."""

BAG = 4711
"""The number on the first bag."""


def application_in(desk: Desk, id_: int) -> Application:
    """The application as it stands."""
    with desk.register.read() as books:
        return get_application(books, desk.cells, id_)


def handed_in(staffed: Staffed, **changes: Any) -> int:
    """An application with a photo, paid for: to be checked."""
    given: dict[str, Any] = {"photo": True, "paid": True, **changes}
    return apply(staffed.desk, **given).id


def checked(staffed: Staffed, *, on_file: bool = True, **changes: Any) -> int:
    """An application whose papers were checked."""
    id_ = handed_in(staffed, **changes)
    counter.check_papers(
        staffed.desk,
        staffed.staff(Role.VERIFIER),
        id_,
        ticked=FIELDS_TO_CHECK,
        identity_seen=True,
        fingerprints_on_file=on_file,
    )
    return id_


def confirmer(staffed: Staffed) -> Person:
    """A second examiner."""
    return staffed.add("second-examiner", Role.EXAMINER)


def examined(staffed: Staffed, found: Found = Found.NOTHING, **changes: Any) -> int:
    """An application that was examined; a record is still to be confirmed."""
    id_ = checked(staffed, **changes)
    text = "Putusan contoh nomor 1" if found is Found.RECORD else ""
    counter.examine(staffed.desk, staffed.staff(Role.EXAMINER), id_, found=found, text=text)
    return id_


def approved(staffed: Staffed, **changes: Any) -> int:
    """An application that is to be printed."""
    id_ = examined(staffed, **changes)
    counter.approve(staffed.desk, staffed.staff(Role.SIGNATORY), id_)
    return id_


def sheets(staffed: Staffed, count: int = 10) -> None:
    """Sheets for the office."""
    office = staffed.places["polres"].id
    printing.receive_sheets(
        staffed.desk, staffed.staff(Role.PRINT_ROOM), office, first=FIRST, count=str(count)
    )


def printed(staffed: Staffed, serial: str = FIRST, **changes: Any) -> int:
    """An application whose sheet is good: to be signed."""
    id_ = approved(staffed, **changes)
    staff = staffed.staff(Role.PRINT_ROOM)
    printing.want_print(staffed.desk, staff, id_, serial=serial)
    printing.tend(staffed.desk)
    printing.mark_good(staffed.desk, staff, id_)
    return id_


def signed(staffed: Staffed, serial: str = FIRST, **changes: Any) -> int:
    """An application whose sheet was signed: to be sealed, or at the counter."""
    id_ = printed(staffed, serial, **changes)
    counter.sign(staffed.desk, staffed.staff(Role.SIGNATORY), id_)
    return id_


def bagged(staffed: Staffed, bag: int = BAG, **delivery: str) -> Bag:
    """A bag at the counter, on its day, whose paper was never printed: quickly there.

    `delivery` is what whoever carries it has to know.
    """
    desk, office = staffed.desk, staffed.places["polres"].id
    by, witness = staffed.staff(Role.PRINT_ROOM), staffed.staff(Role.VERIFIER)
    now = int(staffed.clock().timestamp())
    wanted = {**ANSWERS["address"], **ANSWERS["window"], **ANSWERS["landmark"]}
    with desk.register.begin() as books:
        application = add_application(
            books,
            desk.cells,
            Application(
                id=0,
                office=office,
                stage=Stage.SEALED,
                receiving=Receiving.DELIVER,
                submitted_at=now - 86_400,
                promised_at=now,
                paid=True,
                bag=bag,
            ),
            code_hash=secrets.token_bytes(32),
            birth_hash=bytes(32),
        )
        write_cell(books, desk.cells, application.id, Cell.ANSWERS, ANSWERS["name"])
        write_cell(books, desk.cells, application.id, Cell.DELIVERY, wanted | delivery)
        sealing = Sealing(application=application.id, bag=bag, by=by.id, at=now)
        return custody.seal_in(desk, books, application, sealing, witness=witness)


def sealed(staffed: Staffed, bag: int = BAG, serial: str = FIRST, **changes: Any) -> Bag:
    """A bag with a paper, at the counter, on the day on which it is to be brought."""
    id_ = signed(staffed, serial, **changes)
    counter.propose_seal(staffed.desk, staffed.staff(Role.PRINT_ROOM), id_, bag=str(bag))
    counter.confirm_seal(staffed.desk, staffed.staff(Role.VERIFIER), id_)
    found = bag_in(staffed.desk, bag)
    # Nothing leaves the counter before it was promised.
    promised_at = application_in(staffed.desk, id_).promised_at or 0
    late = promised_at + 3600 - staffed.clock().timestamp()
    staffed.clock.forward(seconds=max(0, late))
    return found


def offered(staffed: Staffed, bag: int = BAG, **changes: str) -> Bag:
    """A bag that the counter offers to the courier."""
    bagged(staffed, bag, **changes)
    courier = staffed.staff(Role.COURIER).id
    return custody.offer(staffed.desk, staffed.staff(Role.PRINT_ROOM), bag, to=courier)


def accepted(staffed: Staffed, bag: int = BAG, **changes: str) -> Bag:
    """A bag that the courier carries."""
    offered(staffed, bag, **changes)
    return custody.accept(staffed.desk, staffed.staff(Role.COURIER), bag)


def bag_in(desk: Desk, number: int = BAG) -> Bag:
    """The bag as it stands."""
    with desk.register.read() as books:
        return books.bags.get(number)
