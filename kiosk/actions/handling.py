"""What a handler does with reports: reads, answers, notes, passes on, sets aside, closes.

A handler sees the cases of the own unit whose key was wrapped for them, and no others; every other
case is as if there were none. What only the identity envelope holds is given out by no function of
this module.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain import cases as rules
from kiosk.domain.calendar import Calendar
from kiosk.domain.cases import Box, Case, CaseState, Urgency
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.openings import Opening
from kiosk.domain.openings import end as end_opening
from kiosk.storage.mailroom import Shelves
from kiosk.storage.mailroom_cases import KeptFile, Message, Note, Row, StoredWrap
from signing.directory import Role
from signing.envelope import MOST_READERS, Direction, Purpose, bucket_of
from signing.errors import FormatError

from .admission import Admitted
from .cases import next_message, stored_wrap
from .mailroom import Mailroom
from .readers import require_handlers

__all__ = [
    "MOST_AT_ONCE",
    "PAGE",
    "REMINDED_DAYS",
    "Clock",
    "Inbox",
    "Seen",
    "View",
    "answer",
    "assign",
    "chunk_of",
    "close",
    "inbox",
    "note",
    "open_case",
    "readable_case",
    "route",
    "set_aside",
    "view",
]

PAGE = 50
"""How many cases an inbox shows at a time."""
REMINDED_DAYS = 14
"""How many days before something of a case goes its handlers are reminded."""
MOST_AT_ONCE = 500
"""How many cases may be set aside in one step."""
_TO_REPORTER = int(Direction.TO_REPORTER)
_PLACE_BYTES = 11
_NOTES, _CASE = int(Purpose.NOTES), int(Purpose.CASE)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """When the next step of a case is due, and when what is left of it goes; None: not now.

    The reporter sees the first of them, too.
    """

    due: date | None
    identity_goes: date | None
    case_goes: date | None


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """A page of an inbox. `openings` are those under way, by their cases; `next` turns the page.

    `going` are cases that are over, of which something is forgotten soon; on the first page alone.
    """

    rows: tuple[Row, ...]
    clocks: Mapping[bytes, Clock]
    openings: Mapping[bytes, Opening]
    going: tuple[tuple[Case, Clock], ...]
    next: bytes | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A case as a handler has it on their screen."""

    id: bytes
    state: CaseState
    messages: int


@dataclass(frozen=True, kw_only=True)
class View:
    """A case as a handler sees it. `wraps` are their own: of the case, then of the notes."""

    case: Case
    clock: Clock
    wraps: tuple[StoredWrap, ...]
    identity_digest: bytes
    messages: tuple[Message, ...]
    notes: tuple[Note, ...]
    files: tuple[KeptFile, ...]
    openings: tuple[Opening, ...]


def inbox(
    mailroom: Mailroom,
    *,
    by: Admitted,
    box: Box = Box.WAITING,
    after: bytes = b"",
    most: int = PAGE,
) -> Inbox:
    """A page of what is in a box of the handler's unit: the most urgent first, then the oldest.

    `after` is the place that the page before named as `next`.

    Raises:
        FormatError: it is no such place.
        NotPermitted: no handler.
    """
    _require_handler(by)
    place = _place(after) if after else None
    with mailroom.archive.read() as shelves:
        rows = shelves.cases.page(by.unit, by.reader, box, after=place, most=most)
        openings = shelves.openings.under_way([row.case.id for row in rows])
        going = [] if place else _going(mailroom, shelves, by)
    calendar = mailroom.holidays()
    return Inbox(
        rows=tuple(rows),
        clocks={row.case.id: _clock(mailroom, row.case, calendar) for row in rows},
        openings=openings,
        going=tuple((case, _clock(mailroom, case, calendar)) for case in going),
        next=_after(rows[-1].case) if len(rows) == most else None,
    )


def view(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> View:
    """All that a handler sees of a case.

    Raises:
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
    """
    with mailroom.archive.read() as shelves:
        case = readable_case(shelves, id_, by)
        wraps = [one for one in shelves.cases.wraps_of(id_) if one.reader == by.reader]
        return View(
            case=case,
            clock=_clock(mailroom, case, mailroom.holidays()),
            wraps=tuple(one for one in wraps if not one.own),
            identity_digest=shelves.cases.envelope_of(id_).identity_digest,
            messages=tuple(shelves.cases.messages_of(id_)),
            notes=tuple(shelves.cases.notes_of(id_)),
            files=tuple(shelves.cases.files_of(id_)),
            openings=tuple(shelves.openings.of_case(id_)),
        )


def chunk_of(mailroom: Mailroom, id_: bytes, place: tuple[int, int], *, by: Admitted) -> bytes:
    """A chunk of a file: the file's number, the chunk's number.

    Raises:
        Unknown: there is no such chunk, or no such case for this handler.
        NotPermitted: no handler.
    """
    with mailroom.archive.read() as shelves:
        readable_case(shelves, id_, by)
        found = shelves.cases.chunk_of(id_, *place)
    if found is None:
        raise Unknown("no such chunk")
    return found


def open_case(mailroom: Mailroom, id_: bytes, *, by: Admitted, urgency: Urgency) -> Case:
    """Write down that a handler has read a case, and how urgent it is.

    Raises:
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: somebody has opened it already.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before = _held(shelves, id_, by)
        after = rules.open_case(before, urgency=urgency, on=today)
        return _written(shelves, before, after, "case opened", by, today)


def assign(mailroom: Mailroom, id_: bytes, *, by: Admitted) -> Case:
    """Write down that a handler works on a case.

    Raises:
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: nobody has opened it, or it is over.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before = _held(shelves, id_, by)
        after = rules.assign(before, on=today)
        return _written(shelves, before, after, "case assigned", by, today)


def answer(
    mailroom: Mailroom, id_: bytes, *, by: Admitted, said: tuple[int, int, bytes]
) -> Message:
    """Keep what a handler answers to the reporter: behind which number, epoch, sealed.

    Raises:
        FormatError: it is no sealed message.
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: another message came between, or nobody works on the case.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before = _held(shelves, id_, by)
        message, is_new = next_message(shelves, id_, _TO_REPORTER, said, today)
        if is_new:
            after = rules.answer(before, on=today)
            shelves.cases.add_message(id_, message)
            _written(shelves, before, after, "office wrote", by, today)
    return message


def close(mailroom: Mailroom, id_: bytes, *, by: Admitted, said: tuple[int, int, bytes]) -> Case:
    """Close a case, and tell the reporter why in the same step.

    Raises:
        FormatError: it is no sealed message.
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: another message came between, nobody has opened it, or it is over.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before = _held(shelves, id_, by)
        message, is_new = next_message(shelves, id_, _TO_REPORTER, said, today)
        if not is_new and before.state is CaseState.CLOSED:
            return before
        after = rules.close(before, on=today)
        if is_new:
            shelves.cases.add_message(id_, message)
        _end_openings(shelves, before, today)
        return _written(shelves, before, after, "case closed", by, today)


def note(
    mailroom: Mailroom,
    id_: bytes,
    *,
    by: Admitted,
    after: int,
    sealed: bytes,
    wraps: Sequence[bytes] = (),
) -> Note:
    """Keep a note among those who work on a case, sealed behind note number `after`.

    The first one brings the notes' key, wrapped for every handler of the unit.

    Raises:
        FormatError: no sealed note, no wraps of the notes' key, or wraps that are there already.
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: another note came between, the directory has changed, or the case is full.
    """
    bucket_of(sealed)
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        case = _held(shelves, id_, by)
        known = shelves.cases.notes_of(id_)
        last = known[-1] if known else None
        if last and (last.number, last.by, last.sealed) == (after + 1, by.reader, sealed):
            return last
        if after != len(known) or after >= rules.MOST_NOTES:
            raise NotNow("sealed to stand behind another note than the last")
        has_key = any(one.purpose == _NOTES for one in shelves.cases.wraps_of(id_))
        if has_key and wraps:
            raise NotNow("the notes of this case have a key")
        if not has_key:
            shelves.cases.add_wraps(id_, _wraps(mailroom, case.unit, wraps, {_NOTES}))
        written = Note(number=after + 1, day=today, by=by.reader, sealed=sealed)
        shelves.cases.add_note(id_, written)
        _log(shelves, id_, "note written", by, today)
    return written


def route(
    mailroom: Mailroom, id_: bytes, *, by: Admitted, unit: int, wraps: Sequence[bytes]
) -> Case:
    """Pass a case on to a unit, in one step: its keys, wrapped for that unit's handlers alone.

    To the own unit it is wrapping anew, for whoever came, and without whoever left. Who could read
    it before and is not among them has no wrap any more, though they may remember the key; and what
    they asked for ends.

    Raises:
        FormatError: no wraps, or of other keys than the case has.
        Unknown: there is no such case for this handler.
        NotPermitted: no handler.
        NotNow: it is over, or the directory has changed.
    """
    today = mailroom.today()
    with mailroom.archive.begin() as shelves:
        before = _held(shelves, id_, by)
        after = rules.route(before, unit=unit, on=today)
        has_notes = any(one.purpose == _NOTES for one in shelves.cases.wraps_of(id_))
        keys = _wraps(mailroom, unit, wraps, {_CASE, _NOTES} if has_notes else {_CASE})
        shelves.cases.drop_wraps(id_)
        shelves.cases.add_wraps(id_, keys)
        _end_openings(shelves, before, today, but_of={one.reader for one in keys})
        deed = "case wrapped anew" if unit == before.unit else "case routed"
        shelves.cases.replace(before, after)
        _log(shelves, id_, deed, by, today, f" unit {unit}")
        return shelves.cases.get(id_)


def set_aside(mailroom: Mailroom, seen: Collection[Seen], *, by: Admitted) -> list[bytes]:
    """Lay cases aside as junk; the ids of those that stay, as they changed since they were seen.

    A reporter may have written meanwhile, or a colleague begun: nobody buries what nobody saw.

    Raises:
        FormatError: none, or too many at once.
        Unknown: one of them is no case for this handler; then none is laid aside.
        NotPermitted: no handler.
        NotNow: one of them is being answered, or is over; then none is laid aside.
    """
    if not 0 < len(seen) <= MOST_AT_ONCE:
        raise FormatError(f"from 1 to {MOST_AT_ONCE} cases")
    today, stay = mailroom.today(), []
    with mailroom.archive.begin() as shelves:
        for one in sorted({one.id: one for one in seen}.values(), key=lambda one: one.id):
            before = _held(shelves, one.id, by)
            if (before.state, shelves.cases.count_messages(one.id)) != (one.state, one.messages):
                stay.append(one.id)
                continue
            after = rules.set_aside(before, on=today)
            _end_openings(shelves, before, today)
            shelves.cases.replace(before, after)
            _log(shelves, one.id, "case set aside", by, today)
    return stay


def readable_case(shelves: Shelves, id_: bytes, by: Admitted) -> Case:
    """The case, if it is this handler's to read; else it is as if there were none.

    Raises:
        Unknown: there is none, or it is of another unit, or was not wrapped for them.
        NotPermitted: no handler.
    """
    _require_handler(by)
    case = shelves.cases.get(id_)
    if case.unit != by.unit or not shelves.cases.is_sealed_for(id_, by.reader):
        raise Unknown("no such case")
    return case


def _clock(mailroom: Mailroom, case: Case, calendar: Calendar) -> Clock:
    settings = mailroom.settings
    identity = rules.forgotten_on(case, days=settings.identity_days) if case.identity else None
    return Clock(
        due=rules.due_on(case, calendar),
        identity_goes=identity,
        case_goes=rules.forgotten_on(case, days=settings.case_days),
    )


def _going(mailroom: Mailroom, shelves: Shelves, by: Admitted) -> list[Case]:
    """What is over so long that its identity envelope, or all of it, goes within some days."""
    today, settings = mailroom.today(), mailroom.settings
    spans = [
        (today - timedelta(days=days), today - timedelta(days=days - REMINDED_DAYS))
        for days in (settings.identity_days, settings.case_days)
    ]
    return shelves.cases.soon_gone(by.unit, by.reader, since=spans, most=PAGE)


def _held(shelves: Shelves, id_: bytes, by: Admitted) -> Case:
    shelves.cases.hold(id_)
    return readable_case(shelves, id_, by)


def _require_handler(by: Admitted) -> None:
    if by.role is not Role.HANDLER:
        raise NotPermitted("no handler")


def _wraps(
    mailroom: Mailroom, unit: int, wraps: Sequence[bytes], purposes: set[int]
) -> list[StoredWrap]:
    """`wraps` as they are kept: of these keys, each for every handler of the unit and no other."""
    if not 0 < len(wraps) <= MOST_READERS * len(purposes):
        raise FormatError("no wraps, or too many")
    found = [stored_wrap(one) for one in wraps]
    if {one.purpose for one in found} != purposes or any(one.epoch for one in found):
        raise FormatError("wraps of other keys than the case has")
    for purpose in purposes:
        readers = [one.reader for one in found if one.purpose == purpose]
        if len(set(readers)) != len(readers):
            raise FormatError("a reader has two wraps")
        require_handlers(mailroom, unit, readers)
    return found


def _end_openings(
    shelves: Shelves, case: Case, today: date, *, but_of: Collection[bytes] = ()
) -> None:
    """End what was asked for, but by those readers: nobody else could, once the asker has left."""
    for opening in shelves.openings.of_case(case.id):
        if opening.is_under_way and opening.asker not in but_of:
            shelves.openings.replace(opening, end_opening(opening, on=today))
            detail = f"opening {opening.id.hex()}"
            shelves.deeds.write(on=today, deed="opening ended", case=case.id, detail=detail)


def _written(
    shelves: Shelves, before: Case, after: Case, deed: str, by: Admitted, today: date
) -> Case:
    shelves.cases.replace(before, after)
    _log(shelves, before.id, deed, by, today)
    return shelves.cases.get(before.id)


def _log(
    shelves: Shelves, id_: bytes, deed: str, by: Admitted, today: date, more: str = ""
) -> None:
    shelves.deeds.write(on=today, deed=deed, case=id_, detail=f"key {by.reader.hex()}{more}")


def _after(case: Case) -> bytes:
    day = case.received_on.toordinal().to_bytes(4, "big")
    return bytes((case.urgency,)) + day + case.number.encode()


def _place(after: bytes) -> tuple[int, date, str]:
    if len(after) != _PLACE_BYTES or not after[5:].isalnum():
        raise FormatError("not a place in an inbox")
    try:
        # So far from the first day that there is one; dates know no others.
        day = date.min + timedelta(days=int.from_bytes(after[1:5], "big") - 1)
    except OverflowError:
        raise FormatError("not a place in an inbox") from None
    return after[0], day, after[5:].decode("ascii")
