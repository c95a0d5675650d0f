"""Papers that reached somebody, or did not, for tests of what comes after."""

from dataclasses import replace

from kiosk.actions import counter, custody, handovers, printing
from kiosk.actions.custody import Deed
from kiosk.actions.filing import get_application, replace_application
from kiosk.domain.applications import Stage
from kiosk.domain.certificates import Certificate
from kiosk.domain.handover import Bag, Given, Proof, Receiver
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import BAG, application_in, bag_in, bagged, sealed, sheets

__all__ = ["GIVEN", "SECOND", "carried", "certificate_of", "handed_over", "made_anew", "rated"]

SECOND = "09 - 0986543"
"""The serial of the sheet after the first one."""

GIVEN = Given(
    receiver=Receiver.HOLDER, proofs=frozenset({Proof.SLIP, Proof.CARD_READ}), signed=True
)


def carried(staffed: Staffed, bag: int = BAG) -> Bag:
    """A bag with a real paper that the courier carries."""
    sheets(staffed)
    sealed(staffed, bag)
    courier = staffed.staff(Role.COURIER)
    custody.offer(staffed.desk, staffed.staff(Role.PRINT_ROOM), bag, to=courier.id)
    return custody.accept(staffed.desk, courier, bag)


def handed_over(staffed: Staffed, bag: int = BAG) -> Bag:
    """A bag whose paper the courier has handed over."""
    before = carried(staffed, bag)
    courier = staffed.staff(Role.COURIER)
    deed = Deed(name="handed-over", by=courier.id, office=courier.office)
    now = int(staffed.clock().timestamp())
    with staffed.desk.register.begin() as books:
        handovers.take(staffed.desk, books, before, GIVEN, drawn=b"\x89PNG", deed=deed, at=now)
    return bag_in(staffed.desk, bag)


def certificate_of(staffed: Staffed, application: int) -> Certificate | None:
    """The certificate of an application as it stands now."""
    id_ = application_in(staffed.desk, application).certificate
    with staffed.desk.register.read() as books:
        return None if id_ is None else books.certificates.get(id_)


def made_anew(staffed: Staffed, application: int, bag: int = BAG + 1) -> Bag:
    """The bag with the second paper of an application whose first one was lost, on its day."""
    desk, printer = staffed.desk, staffed.staff(Role.PRINT_ROOM)
    printing.want_print(desk, printer, application, serial=SECOND)
    printing.tend(desk)
    printing.mark_good(desk, printer, application)
    counter.sign(desk, staffed.staff(Role.SIGNATORY), application)
    counter.propose_seal(desk, printer, application, bag=str(bag))
    counter.confirm_seal(desk, staffed.staff(Role.VERIFIER), application)
    staffed.clock.forward(days=9)
    return bag_in(desk, bag)


def rated(staffed: Staffed, bag: int) -> int:
    """An application that was handed over without a paper: quickly there, and to be rated."""
    id_ = bagged(staffed, bag).application
    with staffed.desk.register.begin() as books:
        before = get_application(books, staffed.desk.cells, id_)
        after = replace(before, stage=Stage.HANDED_OVER)
        replace_application(books, staffed.desk.cells, before, after)
    return id_
