"""Slips of paper: the applicant's, a proxy's letter, a bag's label, a receipt. Made, and read.

None of them is kept. Each is made anew when it is asked for, out of what the register says now, so
that a slip of an earlier bag, or one whose day is over, opens nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from kiosk.domain.applications import Application, PublicStep, Stage, public_step
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.handover import Bag, BagStage
from kiosk.domain.staff import Role, Staff, has_role, require_role
from kiosk.storage.register import Books
from signing.errors import SigningError
from signing.keys import SigningKey, VerifyingKey
from signing.slip import Slip, SlipKind, make_slip, read_slip
from signing.trust import TrustBundle, verify_trust_bundle

from .desk import Desk
from .due import utc_offset_of
from .filing import get_application
from .handovers import code_of, last_four_hash, unbagged
from .notices import shown_number

__all__ = [
    "LETTER_DAYS",
    "SLIP_DAYS",
    "ApplicantSlip",
    "Letter",
    "ReceiptSlip",
    "label_of_bag",
    "letter_of",
    "new_slip",
    "open_slip",
    "proxy_salt",
    "receipt_of",
    "slip_of",
]

SLIP_DAYS, LETTER_DAYS, LABEL_DAYS, RECEIPT_DAYS = 30, 14, 90, 90
_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplicantSlip:
    """What an applicant shows to whoever brings the paper, or at the counter.

    `text` is that of the QR code, `code` the six digits. `bag` is 0 where the paper is in none.
    `until` is the last day on which it counts.
    """

    number: str
    bag: int
    code: str = field(repr=False)
    text: str = field(repr=False)
    until: date
    office: str
    day: str = ""
    window: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A letter by which an applicant sends somebody else (surat kuasa); to be signed by hand."""

    number: str
    bag: int
    proxy: str = field(repr=False)
    relation: str = field(repr=False)
    last_four: str = field(repr=False)
    text: str = field(repr=False)
    made_on: date
    until: date
    office: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptSlip:
    """What whoever took a paper keeps. Times are seconds since 1970."""

    receipt: str
    number: str
    bag: int
    text: str
    at: int
    office: str
    by: int
    receiver: str


def slip_of(desk: Desk, id_: int) -> ApplicantSlip | None:
    """The slip of an application, or None while there is nothing to be fetched or brought.

    Raises:
        Unknown: there is no such application.
    """
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        bag = _bag(desk, books, application)
        if bag is None:
            return None
        office = books.offices.get(application.office)
    unit = office.unit
    slip = new_slip(
        desk,
        SlipKind.SLIP,
        unit=unit,
        bag=bag.id,
        reference=shown_number(id_),
        days=SLIP_DAYS,
    )
    return ApplicantSlip(
        number=shown_number(id_),
        bag=bag.id,
        code=code_of(desk, bag),
        text=make_slip(_key(desk), slip),
        until=_last_day(desk, slip, unit),
        office=office.name,
        day=bag.day,
        window=bag.window,
    )


def letter_of(desk: Desk, id_: int, *, name: str, relation: str, last_four: str) -> Letter:
    """A letter for the proxy of this name, on whose card the NIK ends in these four digits.

    Raises:
        Invalid: the name, the relation or the digits are missing.
        NotNow: the paper was handed over, or never will be.
    """
    spelled = {"proxy_name": " ".join(name.split()), "proxy_relation": " ".join(relation.split())}
    digits = "".join(last_four.split())
    faults = [
        Fault(path=path, code="empty", sentence="is empty, or too long")
        for path, text in spelled.items()
        if not 0 < len(text) <= _LONGEST_NAME or not text.isprintable()
    ]
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        faults.append(Fault(path="proxy_last4", code="digits-count", sentence="must be 4 digits"))
    if faults:
        raise Invalid(faults)
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, id_)
        if application.stage in {Stage.HANDED_OVER, Stage.CANCELLED, Stage.REFUSED, Stage.DRAFT}:
            raise NotNow(f"application {id_} is {application.stage}")
        bag = _bag(desk, books, application)
        office = books.offices.get(application.office)
        books.journal.write(
            at=desk.clock(),
            staff=None,
            office=None,
            deed="letter-printed",
            subject=f"application {id_}",
        )
    slip = new_slip(
        desk,
        SlipKind.LETTER,
        unit=office.unit,
        bag=bag.id if bag else 0,
        reference=shown_number(id_),
        days=LETTER_DAYS,
    )
    slip = replace(slip, proxy=last_four_hash(proxy_salt(slip), digits))
    return Letter(
        number=shown_number(id_),
        bag=slip.bag,
        proxy=spelled["proxy_name"],
        relation=spelled["proxy_relation"],
        last_four=digits,
        text=make_slip(_key(desk), slip),
        made_on=_day(slip.issued_at, utc_offset_of(desk, office.unit)),
        until=_last_day(desk, slip, office.unit),
        office=office.name,
    )


def label_of_bag(desk: Desk, staff: Staff, id_: int) -> tuple[int, str, str]:
    """The number, the office and the QR code's text of the label on an application's bag.

    Raises:
        NotPermitted: `staff` seals nothing there.
        NotNow: nobody has put the paper into a bag.
    """
    with desk.register.read() as books:
        application = get_application(books, desk.cells, id_)
        tree = books.offices.all()
        if not has_role(staff, Role.DUTY_OFFICER, application.office, tree):
            require_role(staff, Role.PRINT_ROOM, application.office, tree)
        sealing = books.prints.find_sealing(id_)
        number = sealing.bag if sealing else application.bag
        if number is None:
            raise NotNow(f"application {id_} is in no bag")
        office = books.offices.get(application.office)
    # Without the application's number: whoever sees the bag is to learn nothing from its label.
    slip = new_slip(desk, SlipKind.BAG, unit=office.unit, bag=number, reference="", days=LABEL_DAYS)
    return number, office.name, make_slip(_key(desk), slip)


def receipt_of(desk: Desk, receipt: str) -> ReceiptSlip:
    """What is printed for whoever took a paper.

    Raises:
        Unknown: there is no receipt of this number.
    """
    with desk.register.read() as books:
        kept = books.handovers.get_by_receipt(receipt)
        office = books.offices.get(kept.office)
    slip = new_slip(
        desk,
        SlipKind.RECEIPT,
        unit=office.unit,
        bag=kept.bag or 0,
        reference=kept.receipt,
        days=RECEIPT_DAYS,
    )
    return ReceiptSlip(
        receipt=kept.receipt,
        number=shown_number(kept.application),
        bag=kept.bag or 0,
        text=make_slip(_key(desk), slip),
        at=kept.at,
        office=office.name,
        by=kept.by,
        receiver=kept.receiver,
    )


def open_slip(desk: Desk, text: str) -> Slip:
    """What a slip says that this office made, and that still counts.

    Raises:
        Invalid: it is none of ours (`slip`), or its day is over (`slip-old`).
    """
    try:
        slip = read_slip(text, _trust(desk))
    except SigningError:
        raise Invalid([Fault(path="slip", code="slip", sentence="is no slip of ours")]) from None
    if slip.expires_at <= desk.clock().timestamp():
        raise Invalid([Fault(path="slip", code="slip-old", sentence="counts no more")])
    return slip


def new_slip(
    desk: Desk, kind: SlipKind, *, unit: int | None, bag: int, reference: str, days: int
) -> Slip:
    """A slip that counts for so many days, and to the end of the last."""
    now = int(desk.clock().timestamp())
    offset = 60 * utc_offset_of(desk, unit)
    midnight = ((now + offset) // 86_400 + days + 1) * 86_400 - offset
    return Slip(
        kind=kind,
        unit=unit or desk.settings.site.unit,
        bag=bag,
        reference=reference,
        issued_at=now,
        expires_at=midnight,
    )


def proxy_salt(slip: Slip) -> bytes:
    """The salt of the proxy's four digits in a letter (docs/formats/slip.md)."""
    return f"letter {slip.reference} {slip.issued_at}".encode()


def _bag(desk: Desk, books: Books, application: Application) -> Bag | None:
    """The bag that a slip is for; the paper at the counter counts as one."""
    # As the applicant sees it: a paper that is ready early is not ready before its promised time.
    step = public_step(application, at=int(desk.clock().timestamp()))
    if step is PublicStep.COLLECT:
        return unbagged(application)
    if step is not PublicStep.TO_DELIVER or application.stage is not Stage.SEALED:
        return None
    bag = books.bags.of_application(application.id)
    if bag is None or bag.stage not in {BagStage.AT_COUNTER, BagStage.CARRIED}:
        return None
    return bag


def _key(desk: Desk) -> SigningKey:
    return desk.press_at(int(desk.clock().timestamp())).key


def _trust(desk: Desk) -> TrustBundle:
    folder = desk.settings.folder / "public"
    root = VerifyingKey.from_pem((folder / "root.pem").read_bytes())
    return verify_trust_bundle((folder / "bundle").read_bytes(), root)


def _last_day(desk: Desk, slip: Slip, unit: int | None) -> date:
    return _day(slip.expires_at - 1, utc_offset_of(desk, unit))


def _day(at: int, offset: int) -> date:
    return (datetime.fromtimestamp(at, UTC) + timedelta(minutes=offset)).date()
