"""Custody of bags: sealed, offered, taken, carried, brought back. Every move has two sides.

A bag leaves one pair of hands only when the next pair says so (kiosk.domain.handover). Whatever
changes a bag goes through `change_bag`, which writes the bag, its move, its application and the
journal in one transaction; a courier's device says the same later by an event (kiosk.actions.sync).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from kiosk.domain import applications, handover
from kiosk.domain.applications import Application, Receiving
from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.handover import COUNTER, Bag, BagStage, WhyOpened
from kiosk.domain.incidents import Kind
from kiosk.domain.rounds import may_carry
from kiosk.domain.staff import Office, Role, Staff, has_role, require_another_person
from kiosk.storage.bags import Move
from kiosk.storage.prints import Sealing
from kiosk.storage.register import Books

from .desk import Desk
from .due import day_to_deliver
from .filing import Cell, find_cell, get_application, replace_application
from .incidents import raise_incident
from .notices import put_notice
from .shifts import begin_in
from .staff import opened_staff

__all__ = [
    "COUNTER_SIDE",
    "Deed",
    "accept",
    "accept_back",
    "accept_in",
    "change_bag",
    "couriers_of",
    "find_again",
    "give_back",
    "give_back_in",
    "holds_paper",
    "lose_in",
    "miss",
    "miss_in",
    "offer",
    "offer_in",
    "open_bag",
    "plan_anew",
    "raise_about",
    "seal_in",
    "side_of",
    "subject_of_bag",
    "take_back",
]

COUNTER_SIDE = (Role.PRINT_ROOM, Role.DUTY_OFFICER)
"""Who gives bags out and takes them back for the counter of an office."""


def subject_of_bag(bag: int) -> str:
    """What the journal calls a bag."""
    return f"bag {bag}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Who does what to a bag.

    `by` is an id of staff (0 for the program), and `office` theirs. `event` and `device_at`
    (seconds since 1970) are those of the device that said so, where one did.
    """

    name: str
    by: int
    office: int | None
    detail: str = ""
    event: bytes | None = None
    device_at: int | None = None


def change_bag(
    desk: Desk, books: Books, before: Bag, after: Bag, deed: Deed, *, alone: bool = False
) -> Bag:
    """Write a bag over what it was, with everything that follows; what it is now.

    With `alone` its application does not follow, because its paper is not in this bag any more.

    Raises:
        NotNow: somebody else has changed it, or the event was noted before; or it is handed over,
            though its paper counts no more.
    """
    written = books.bags.replace(before, after)
    books.bags.add_move(
        Move(
            bag=before.id,
            at=int(desk.clock().timestamp()),
            deed=deed.name,
            by=deed.by,
            stage_before=before.stage,
            stage_after=after.stage,
            holder_before=before.holder,
            holder_after=after.holder,
            detail=deed.detail,
            event=deed.event,
            device_at=deed.device_at,
        )
    )
    if after.stage is not before.stage and not alone:
        _let_application_follow(desk, books, after)
    books.journal.write(
        at=desk.clock(),
        staff=deed.by or None,
        office=deed.office,
        deed=deed.name,
        subject=subject_of_bag(before.id),
        detail=deed.detail,
    )
    return written


def holds_paper(desk: Desk, books: Books, bag: Bag) -> bool:
    """Whether the paper of its application is the one in this bag: none was made anew since."""
    return get_application(books, desk.cells, bag.application).bag == bag.id


def side_of(staff: Staff, bag: Bag, tree: Collection[Office]) -> int:
    """The pair of hands that somebody has in the custody of a bag: COUNTER, or his or her own.

    Raises:
        NotPermitted: `staff` has nothing to do with the bags of that office.
    """
    if any(has_role(staff, role, bag.office, tree) for role in COUNTER_SIDE):
        return COUNTER
    if may_carry(staff, bag.office, tree):
        return staff.id
    raise NotPermitted(f"staff {staff.id} has nothing to do with bag {bag.id}")


def couriers_of(desk: Desk, staff: Staff) -> list[Staff]:
    """Who may carry bags of somebody's counter, by name."""
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = [
            one.id
            for one in tree
            if any(has_role(staff, role, one.id, tree) for role in COUNTER_SIDE)
        ]
        found = [
            opened_staff(desk.cells, kept)
            for kept in books.staff.all()
            if kept.left_at is None and any(one.role is Role.COURIER for one in kept.grants)
        ]
        able = [one for one in found if any(may_carry(one, office, tree) for office in mine)]
    return sorted(able, key=lambda one: one.name)


def seal_in(
    desk: Desk, books: Books, application: Application, sealing: Sealing, *, witness: Staff
) -> Bag:
    """The bag of an application that two people have just sealed, to be brought when it is wanted.

    Raises:
        NotNow: a bag of this number was used before.
    """
    now = int(desk.clock().timestamp())
    window = _window(desk, books, application.id)
    new = Bag(
        id=sealing.bag,
        office=application.office,
        application=application.id,
        day=day_to_deliver(desk, books, application, window).isoformat(),
        window=window,
        sealed_at=now,
    )
    books.bags.add(new)
    books.bags.add_move(
        Move(
            bag=new.id,
            at=now,
            deed="sealed",
            by=sealing.by,
            stage_before=new.stage,
            stage_after=new.stage,
            holder_before=COUNTER,
            holder_after=COUNTER,
            detail=f"with {witness.id}",
        )
    )
    return new


def offer(desk: Desk, staff: Staff, bag: int, *, to: int) -> Bag:
    """Offer a bag to a courier, who has still to accept it; by whoever has it.

    Raises:
        Unknown: there is no such bag, or nobody with this id.
        NotPermitted: `staff` does not have it, or `to` carries no bags of that office.
        NotNow: it is not to be carried: too early, often enough, or no longer wanted.
    """
    with desk.register.begin() as books:
        return offer_in(desk, books, staff, bag, to=to, deed=_deed(staff, "offered", f"to {to}"))


def offer_in(desk: Desk, books: Books, staff: Staff, bag: int, *, to: int, deed: Deed) -> Bag:
    """As `offer`, within a transaction."""
    before = books.bags.get(bag)
    tree = books.offices.all()
    by = side_of(staff, before, tree)
    if to != COUNTER:
        require_another_person(to, [staff.id], "carrying")
        if not may_carry(opened_staff(desk.cells, books.staff.get(to)), before.office, tree):
            raise NotPermitted(f"staff {to} carries no bags of office {before.office}")
        if by == COUNTER:
            _require_wanted(desk, books, before)
    return change_bag(desk, books, before, handover.offer(before, by=by, to=to), deed)


def take_back(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Take an offer back that nobody has accepted yet.

    Raises:
        NotPermitted: somebody else offered it.
        NotNow: it is not offered.
    """
    with desk.register.begin() as books:
        before = books.bags.get(bag)
        by = side_of(staff, before, books.offices.all())
        after = handover.take_back_offer(before, by=by)
        return change_bag(desk, books, before, after, _deed(staff, "offer-taken-back"))


def accept(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Take a bag that is offered to `staff`, a courier; the first one opens the shift.

    Raises:
        NotPermitted: it is not offered to `staff`.
        NotNow: it is not to be taken, or not to be carried any more.
    """
    with desk.register.begin() as books:
        return accept_in(desk, books, staff, bag, deed=_deed(staff, "accepted"))


def accept_back(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Take a bag back at the counter, which its courier has offered to it.

    Raises:
        NotPermitted: its courier has not offered it, or `staff` is not the counter.
        NotNow: it is not to be taken.
    """
    with desk.register.begin() as books:
        before = books.bags.get(bag)
        if side_of(staff, before, books.offices.all()) != COUNTER:
            raise NotPermitted(f"staff {staff.id} is not the counter of bag {bag}")
        return accept_in(desk, books, staff, bag, deed=_deed(staff, "accepted-back"))


def accept_in(desk: Desk, books: Books, staff: Staff, bag: int, *, deed: Deed) -> Bag:
    """As `accept` or `accept_back`, by what `staff` is, within a transaction."""
    before = books.bags.get(bag)
    by = side_of(staff, before, books.offices.all())
    after = handover.accept(before, by=by)
    require_another_person(staff.id, [before.holder], "taking a bag")
    if by == COUNTER:
        # It goes out once more, on another day.
        application = get_application(books, desk.cells, before.application)
        day = day_to_deliver(desk, books, application, before.window)
        after = replace(after, day=day.isoformat())
    else:
        if before.holder == COUNTER:
            _require_wanted(desk, books, before)
        begin_in(desk, books, staff, office=before.office)
    return change_bag(desk, books, before, after, deed)


def give_back(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Offer a bag to the counter, which has still to accept it; by the courier who carries it.

    Raises:
        NotPermitted: `staff` does not have it.
        NotNow: it is there.
    """
    with desk.register.begin() as books:
        return give_back_in(desk, books, staff, bag, deed=_deed(staff, "given-back"))


def give_back_in(desk: Desk, books: Books, staff: Staff, bag: int, *, deed: Deed) -> Bag:
    """As `give_back`, within a transaction."""
    return offer_in(desk, books, staff, bag, to=COUNTER, deed=deed)


def open_bag(desk: Desk, staff: Staff, bag: int, why: WhyOpened) -> Bag:
    """Open a bag at the counter: its paper waits there.

    What is damaged or written wrong is an incident, too: the paper is made anew, free of charge.
    A paper that was made anew before is void: opening its bag changes nothing else.

    Raises:
        NotPermitted: `staff` is not the counter.
        NotNow: it is on its way, or it may be carried once more.
    """
    with desk.register.begin() as books:
        before = books.bags.get(bag)
        _require_counter(staff, before, books.offices.all())
        after = handover.open_bag(before, why=why)
        # First, for once it is open no paper is in it.
        if why in _INCIDENTS:
            raise_about(desk, books, before, _INCIDENTS[why], by=staff.id)
        return change_bag(desk, books, before, after, _deed(staff, "bag-opened", str(why)))


def miss(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Note that a bag cannot be found; it stays in the balance of who had it last.

    Raises:
        NotPermitted: `staff` is neither the counter nor its courier.
        NotNow: it is neither at the counter nor on its way.
    """
    with desk.register.begin() as books:
        return miss_in(desk, books, staff, bag, deed=_deed(staff, "missing"))


def miss_in(desk: Desk, books: Books, staff: Staff, bag: int, *, deed: Deed) -> Bag:
    """As `miss`, within a transaction."""
    before = books.bags.get(bag)
    by = side_of(staff, before, books.offices.all())
    if by not in {COUNTER, before.holder}:
        raise NotPermitted(f"bag {bag} is with somebody else")
    done = change_bag(desk, books, before, handover.miss(before), deed)
    raise_about(desk, books, before, Kind.MISSING, by=staff.id)
    return done


def lose_in(desk: Desk, books: Books, staff: Staff, bag: int) -> None:
    """Give a bag up that is missing, within the transaction in which two officers agree to that.

    From then on it is the counter's: it keeps nobody's shift open.
    """
    before = books.bags.get(bag)
    if before.stage is BagStage.MISSING:
        change_bag(desk, books, before, handover.lose(before), _deed(staff, "lost"))


def raise_about(desk: Desk, books: Books, bag: Bag, kind: Kind, *, by: int) -> None:
    """Raise an incident about a bag, and about its application where its paper is in that bag."""
    raise_incident(
        desk,
        books,
        kind=kind,
        office=bag.office,
        # Nothing that happens to an old bag suspends or withdraws the new paper.
        application=bag.application if holds_paper(desk, books, bag) else None,
        bag=bag.id,
        by=by,
    )


def find_again(desk: Desk, staff: Staff, bag: int) -> Bag:
    """Note that a bag was found, and is at the counter.

    Raises:
        NotPermitted: `staff` is not the counter.
        NotNow: it is neither missing nor lost.
    """
    with desk.register.begin() as books:
        before = books.bags.get(bag)
        _require_counter(staff, before, books.offices.all())
        after = handover.find_again(before)
        return change_bag(desk, books, before, after, _deed(staff, "found"))


def plan_anew(desk: Desk, books: Books, application: int) -> None:
    """Let the bag of an application follow what its applicant has chosen now.

    It is meant for another window; or nobody is asked to carry it any more, for it is collected.
    """
    before = books.bags.of_application(application)
    if before is None or before.stage not in {BagStage.AT_COUNTER, BagStage.CARRIED}:
        return
    wanted = get_application(books, desk.cells, application)
    if (
        wanted.receiving is Receiving.COLLECT
        and before.stage is BagStage.AT_COUNTER
        and before.offered_to is not None
    ):
        after = replace(before, offered_to=None)
        change_bag(desk, books, before, after, Deed(name="not-wanted", by=0, office=None))
        return
    window = _window(desk, books, application)
    if not window or window == before.window:
        return
    day = day_to_deliver(desk, books, wanted, window).isoformat()
    after = replace(before, window=window, day=day)
    change_bag(desk, books, before, after, Deed(name="planned-anew", by=0, office=None))


def _let_application_follow(desk: Desk, books: Books, bag: Bag) -> None:
    follow = {
        BagStage.HANDED_OVER: applications.hand_out,
        BagStage.OPENED: applications.return_to_counter,
    }.get(bag.stage)
    if follow is None:
        return
    before = get_application(books, desk.cells, bag.application)
    if before.bag == bag.id:
        after = replace_application(books, desk.cells, before, follow(before))
        # Whoever has the paper knows; of another, nobody hears that it was ready early.
        waits = None if bag.stage is BagStage.HANDED_OVER else after.promised_at
        put_notice(desk, books, after, "changed", not_before=waits)
    elif bag.stage is BagStage.HANDED_OVER:
        raise NotNow(f"the paper of application {before.id} is not in bag {bag.id} any more")


_INCIDENTS = {
    WhyOpened.DAMAGED: Kind.DAMAGED,
    WhyOpened.WRONG_SPELLING: Kind.WRONG_SPELLING,
}


def _require_wanted(desk: Desk, books: Books, bag: Bag) -> None:
    """Nothing leaves the counter before it was promised, or when nobody waits for it any more.

    What may go out is what kiosk.storage.bags.BagStore.waiting finds.
    """
    application = get_application(books, desk.cells, bag.application)
    if application.bag != bag.id:
        raise NotNow(f"the paper of application {application.id} is not in bag {bag.id} any more")
    if application.certificate is not None:
        state = books.certificates.get(application.certificate).state
        if state is not State.ISSUED:
            raise NotNow(f"the certificate in bag {bag.id} is {state}")
    if application.receiving is not Receiving.DELIVER:
        raise NotNow(f"bag {bag.id} is to be collected: open it at the counter")
    if int(desk.clock().timestamp()) < (application.promised_at or 0):
        raise NotNow(f"bag {bag.id} is not due yet")


def _require_counter(staff: Staff, bag: Bag, tree: Collection[Office]) -> None:
    if side_of(staff, bag, tree) != COUNTER:
        raise NotPermitted(f"staff {staff.id} is not the counter of bag {bag.id}")


def _window(desk: Desk, books: Books, application: int) -> str:
    wanted = find_cell(books, desk.cells, application, Cell.DELIVERY) or {}
    return str(wanted.get("window", ""))


def _deed(staff: Staff, name: str, detail: str = "") -> Deed:
    return Deed(name=name, by=staff.id, office=staff.office, detail=detail)
