"""The watch: duty officers and commanders look into incidents, and end them two by two.

Whoever is concerned (who had the bag in hand, who handed the paper over, who raised it) neither
opens an incident nor decides about it. What an ending does to paper and certificate is done in the
transaction in which the second officer agrees: reinstated, or withdrawn and made anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from kiosk.domain import certificates, incidents
from kiosk.domain.applications import Receiving, Stage, receive_by
from kiosk.domain.certificates import State
from kiosk.domain.desks import offices_of
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.handover import COUNTER, BagStage
from kiosk.domain.incidents import NEW_SHEET, SUSPENDING, Incident, Kind, Outcome
from kiosk.domain.journal import Entry
from kiosk.domain.prints import Spoilt
from kiosk.domain.staff import (
    Office,
    Role,
    Staff,
    has_role,
    require_another_person,
    require_role,
)
from kiosk.storage.bags import Move
from kiosk.storage.handovers import Handover
from kiosk.storage.register import Books
from signing.handover import Confirmation, HandoverRecord

from .counter import subject_of
from .custody import lose_in
from .desk import Desk
from .due import due_in
from .filing import get_application, replace_application
from .handovers import confirmation_of
from .incidents import open_words, subject_of_incident
from .journal import OPENED, write_opening
from .notices import put_notice
from .printing import recall_in
from .staff import names_of

__all__ = [
    "WATCH",
    "Case",
    "Row",
    "acknowledge",
    "agree",
    "list_incidents",
    "open_incident",
    "open_proof",
    "propose",
    "watched_by",
]

WATCH = (Role.DUTY_OFFICER, Role.COMMANDER)
"""Who looks into incidents."""

_AT_ONCE = 200
_REASONS = {
    Kind.WRONG_SPELLING: Spoilt.WRONG_CONTENT,
    Kind.DAMAGED: Spoilt.TORN,
    Kind.SEAL_TORN: Spoilt.TORN,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An incident in the list; `waits` is whether something of it is left to whoever looks."""

    incident: Incident
    office: str
    late: bool
    waits: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """An incident, opened: what people said of it, and what the register knows.

    `names` are those of the staff who stand in it. `may_acknowledge`, `may_propose`, `may_agree`
    and `may_open_proof` say what whoever looks may do now.
    """

    incident: Incident
    office: str
    due_at: int
    text: str = field(repr=False)
    taken_back_at: int | None
    moves: tuple[Move, ...]
    handover: Handover | None
    history: tuple[Entry, ...]
    names: dict[int, str] = field(repr=False)
    may_acknowledge: bool
    may_propose: bool
    may_agree: bool
    may_open_proof: bool


def watched_by(staff: Staff, tree: Collection[Office]) -> frozenset[int]:
    """The offices whose incidents somebody looks into."""
    return frozenset().union(*(offices_of(staff, role, tree) for role in WATCH))


def list_incidents(desk: Desk, staff: Staff, *, closed: bool = False) -> list[Row]:
    """The open incidents of somebody's offices, the oldest first; or the last that were closed.

    Raises:
        NotPermitted: `staff` is no duty officer and no commander.
    """
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        tree = books.offices.all()
        mine = watched_by(staff, tree)
        if not mine:
            raise NotPermitted(f"staff {staff.id} looks into no incidents")
        names = {one.id: one.name for one in tree}
        found = books.incidents.at(mine, limit=_AT_ONCE, closed=closed)
        return [
            Row(
                incident=one,
                office=names[one.office],
                late=one.closed_at is None and _due_at(desk, books, one) < now,
                waits=one.closed_at is None and _waits_for(one, staff),
            )
            for one in found
        ]


def open_incident(desk: Desk, staff: Staff, id_: int) -> Case:
    """An incident with all that is known of it; that it was opened is written down.

    Raises:
        Unknown: there is none.
        NotPermitted: `staff` does not look into it, or is concerned.
    """
    with desk.register.begin() as books:
        incident, involved = _permitted(books, staff, id_)
        role = next(one for one in WATCH if any(grant.role is one for grant in staff.grants))
        write_opening(
            books,
            at=desk.clock(),
            staff=staff,
            role=role,
            office=staff.office,
            subject=subject_of_incident(id_),
        )
        words = open_words(desk, books, id_)
        moves = () if incident.bag is None else tuple(books.bags.moves_of(incident.bag))
        handover = (
            None if incident.application is None else books.handovers.find(incident.application)
        )
        history = tuple(_first_openings(reversed(books.journal.about(subject_of_incident(id_)))))
        found = Case(
            incident=incident,
            office=books.offices.get(incident.office).name,
            due_at=_due_at(desk, books, incident),
            text=str(words.get("text", "")),
            taken_back_at=words.get("taken_back_at"),
            moves=moves,
            handover=handover,
            history=history,
            names={},
            may_acknowledge=_may(incidents.acknowledge, incident, staff, involved),
            may_propose=incident.closed_at is None and incident.second_by is not None,
            may_agree=_may(incidents.agree, incident, staff, involved),
            may_open_proof=handover is not None
            and has_role(staff, Role.DUTY_OFFICER, incident.office, books.offices.all()),
        )
    people = {one for move in moves for one in (move.by, move.holder_before, move.holder_after)}
    people |= {one.staff for one in history if one.staff is not None}
    people |= set() if handover is None else {handover.by}
    found.names.update(names_of(desk, people - {COUNTER}))
    return found


def open_proof(desk: Desk, staff: Staff, id_: int) -> tuple[HandoverRecord, Confirmation]:
    """The signed record of the handover that an incident is about, and what confirmed it.

    That it was opened is written down, also for the applicant to see.

    Raises:
        Unknown: there is no such incident, or no handover.
        NotPermitted: `staff` is no duty officer there, or is concerned.
        SignatureError, FormatError: record or confirmation were changed.
    """
    with desk.register.begin() as books:
        incident, _involved = _permitted(books, staff, id_)
        require_role(staff, Role.DUTY_OFFICER, incident.office, books.offices.all())
        if incident.application is None:
            raise Unknown(f"incident {id_} is about no paper")
        kept = books.handovers.find(incident.application)
        if kept is None:
            raise Unknown(f"nothing was handed over of incident {id_}")
        write_opening(
            books,
            at=desk.clock(),
            staff=staff,
            role=Role.DUTY_OFFICER,
            office=staff.office,
            subject=subject_of(incident.application),
        )
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=staff.office,
            deed="proof-opened",
            subject=subject_of_incident(id_),
        )
    return confirmation_of(desk, kept)


def acknowledge(desk: Desk, staff: Staff, id_: int) -> Incident:
    """Say that one knows of an incident and looks into it.

    Raises:
        NotPermitted: `staff` does not look into it, is concerned, or said so before.
        NotNow: it is closed, or known to two.
    """
    with desk.register.begin() as books:
        before, involved = _permitted(books, staff, id_)
        at = int(desk.clock().timestamp())
        after = incidents.acknowledge(before, by=staff.id, involved=involved, at=at)
        return _written(desk, books, staff, before, after, "acknowledged")


def propose(desk: Desk, staff: Staff, id_: int, outcome: Outcome) -> Incident:
    """Propose how an incident ends; a second officer agrees, or proposes something else.

    Raises:
        NotPermitted: `staff` does not look into it, or is concerned.
        NotNow: it is closed, or two officers do not know of it yet.
        Invalid: nothing of its kind ends so.
    """
    with desk.register.begin() as books:
        before, involved = _permitted(books, staff, id_)
        after = incidents.propose(before, by=staff.id, involved=involved, outcome=outcome)
        return _written(desk, books, staff, before, after, "outcome-proposed", detail=str(outcome))


def agree(desk: Desk, staff: Staff, id_: int, outcome: Outcome) -> Incident:
    """Agree to the outcome that was proposed, which whoever agrees has seen; it is done at once.

    Raises:
        NotPermitted: `staff` does not look into it, is concerned, or proposed it.
        NotNow: something else is proposed by now, or paper and bag are not where they must be.
    """
    with desk.register.begin() as books:
        before, involved = _permitted(books, staff, id_)
        if before.outcome is not outcome:
            raise NotNow(f"incident {id_} is not to end as {outcome}")
        at = int(desk.clock().timestamp())
        after = incidents.agree(before, by=staff.id, involved=involved, at=at)
        done = _written(desk, books, staff, before, after, "incident-closed", detail=str(outcome))
        lost = before.bag
        if before.application is not None:
            bag = books.bags.of_application(before.application)
            lost = lost or (None if bag is None else bag.id)
            _follow(desk, books, staff, done, before.application)
        if outcome is Outcome.LOST and lost is not None:
            lose_in(desk, books, staff, lost)
    return done


def _follow(desk: Desk, books: Books, staff: Staff, incident: Incident, application: int) -> None:
    """Do to paper and certificate what the outcome of an incident says."""
    if incident.outcome in NEW_SHEET:
        _make_anew(desk, books, staff, incident, application)
    elif incident.kind in SUSPENDING:
        _reinstate(desk, books, staff, incident, application)


def _make_anew(
    desk: Desk, books: Books, staff: Staff, incident: Incident, application: int
) -> None:
    before = get_application(books, desk.cells, application)
    bag = books.bags.of_application(application)
    lost = incident.outcome is Outcome.LOST
    if bag is not None and incident.bag not in {None, bag.id}:
        raise NotNow(f"application {application} has another paper by now")
    if before.stage is Stage.SEALED and bag is not None:
        # Whose sheet is still in a bag, has to be opened; who is said to have lost it, must not.
        if not lost:
            raise NotNow(f"bag {bag.id} is to be opened first")
        if bag.stage is not BagStage.MISSING:
            raise NotNow(f"bag {bag.id} is {bag.stage}: say first that it cannot be found")
    after = recall_in(
        desk,
        books,
        staff,
        before,
        Spoilt.LOST if lost else _REASONS[incident.kind],
        check_again=incident.kind is Kind.WRONG_SPELLING,
    )
    if incident.bag is not None and after.receiving is not Receiving.DELIVER:
        # It was to be brought, and will be: an opened bag had left it at the counter.
        wanted = receive_by(after, Receiving.DELIVER)
        after = replace_application(books, desk.cells, after, wanted)
    # recall_in promises anew; what was ready early is not known before it was promised first.
    put_notice(desk, books, after, "changed", not_before=before.promised_at)


def _reinstate(
    desk: Desk, books: Books, staff: Staff, incident: Incident, application: int
) -> None:
    others = books.incidents.of_application(application)
    if any(one.closed_at is None and one.kind in SUSPENDING for one in others):
        return
    kept = get_application(books, desk.cells, application)
    if kept.certificate is None:
        return
    before = books.certificates.get(kept.certificate)
    if before.state is not State.SUSPENDED:
        return
    books.certificates.replace(before, certificates.reinstate(before))
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed="reinstated",
        subject=f"certificate {before.id}",
        detail=subject_of_incident(incident.id),
    )
    again = str(incident.id)
    put_notice(desk, books, kept, "changed", not_before=kept.promised_at, again=again)


def _permitted(books: Books, staff: Staff, id_: int) -> tuple[Incident, frozenset[int]]:
    """An incident, and who is concerned; refused to whoever is, and to all but the watch."""
    incident = books.incidents.get(id_)
    tree = books.offices.all()
    if not any(has_role(staff, role, incident.office, tree) for role in WATCH):
        raise NotPermitted(f"staff {staff.id} does not look into incident {id_}")
    involved = _involved(books, incident)
    require_another_person(staff.id, [*involved, incident.raised_by], "looking into it")
    return incident, involved


def _involved(books: Books, incident: Incident) -> frozenset[int]:
    """Who had the bag in hand, and who handed the paper over."""
    found: set[int] = set()
    if incident.bag is not None:
        for move in books.bags.moves_of(incident.bag):
            found |= {move.holder_before, move.holder_after}
            if move.stage_after is BagStage.HANDED_OVER:
                found.add(move.by)
    if incident.application is not None:
        handover = books.handovers.find(incident.application)
        found |= set() if handover is None else {handover.by}
        subject = f"application {incident.application}"
        handed_out = books.journal.about(subject, deed="handed-out")
        found |= {one.staff for one in handed_out if one.staff is not None}
    return frozenset(found - {COUNTER})


def _first_openings(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, without those by which somebody opened it once more."""
    seen: set[int | None] = set()
    for entry in entries:
        if entry.deed != OPENED or entry.staff not in seen:
            yield entry
        if entry.deed == OPENED:
            seen.add(entry.staff)


def _may(
    rule: Callable[..., Incident], incident: Incident, staff: Staff, involved: frozenset[int]
) -> bool:
    try:
        rule(incident, by=staff.id, involved=involved, at=0)
    except (NotNow, NotPermitted):
        return False
    return True


def _waits_for(incident: Incident, staff: Staff) -> bool:
    if incident.second_by is None:
        return staff.id not in {incident.first_by, incident.raised_by}
    return incident.outcome is None or incident.proposed_by != staff.id


def _due_at(desk: Desk, books: Books, incident: Incident) -> int:
    days = desk.settings.incidents.days
    return due_in(desk, books, incident.office, days=days, at=incident.raised_at)


def _written(
    desk: Desk,
    books: Books,
    staff: Staff,
    before: Incident,
    after: Incident,
    deed: str,
    *,
    detail: str = "",
) -> Incident:
    books.incidents.replace(before, after)
    books.journal.write(
        at=desk.clock(),
        staff=staff.id,
        office=staff.office,
        deed=deed,
        subject=subject_of_incident(before.id),
        detail=detail,
    )
    return after
