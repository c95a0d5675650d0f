"""What a handler sees of cases, and does with them. Everything said in them is sealed."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from kiosk.actions import handling
from kiosk.domain.cases import Box, Case, CaseState, Urgency
from kiosk.domain.openings import Opening
from signing.errors import FormatError

from .asking import answered, body_of, bytes_from, given, id_from, list_in, number_in, reader
from .shown import opening_shown

__all__ = ["cases"]

cases = answered(Blueprint("reading_cases", __name__, url_prefix="/reading"))

_BOXES = {box.name.lower().replace("_", "-"): box for box in Box if box is not Box.GONE}


@cases.get("/cases")
def show_inbox() -> Response:
    """A page of a box of the handler's unit."""
    box = _BOXES.get(request.args.get("box", "waiting"))
    if box is None:
        raise FormatError("no such box")
    after = bytes_from(request.args.get("after", ""))
    found = handling.inbox(given().mailroom, by=reader(), box=box, after=after)
    rows = [
        _case_shown(
            row.case, found.clocks[row.case.id], row.messages, found.openings.get(row.case.id)
        )
        | {
            "wrap": row.wrap.hex(),
            "first": row.first.hex(),
            "identity_digest": row.identity_digest.hex(),
        }
        for row in found.rows
    ]
    going = [
        {"id": case.id.hex(), "number": case.number, **_goes_on(clock)}
        for case, clock in found.going
    ]
    return jsonify(
        {"cases": rows, "going": going, "next": found.next.hex() if found.next else None}
    )


@cases.get("/cases/<case>")
def show_case(case: str) -> Response:
    """All of a case."""
    seen = handling.view(given().mailroom, id_from(case), by=reader())
    under_way = next((one for one in seen.openings if one.is_under_way), None)
    return jsonify(
        _case_shown(seen.case, seen.clock, len(seen.messages), under_way)
        | {
            "wraps": [{"purpose": one.purpose, "wrap": one.sealed.hex()} for one in seen.wraps],
            "identity_digest": seen.identity_digest.hex(),
            "messages": [
                {
                    "number": one.number,
                    "direction": one.direction,
                    "sequence": one.sequence,
                    "epoch": one.epoch,
                    "day": one.day.isoformat(),
                    "sealed": one.sealed.hex(),
                }
                for one in seen.messages
            ],
            "notes": [
                {
                    "number": one.number,
                    "day": one.day.isoformat(),
                    "by": one.by.hex(),
                    "sealed": one.sealed.hex(),
                }
                for one in seen.notes
            ],
            "files": [
                {
                    "number": one.number,
                    "file": one.file.hex(),
                    "size": one.size,
                    "header": one.header.hex(),
                    "chunks": one.chunks,
                    "digest": one.digest.hex() if one.digest else None,
                }
                for one in seen.files
            ],
            "openings": [opening_shown(one, seen.case.number) for one in seen.openings],
        }
    )


@cases.get("/cases/<case>/files/<int:number>/<int:chunk>")
def show_chunk(case: str, number: int, chunk: int) -> Response:
    """A chunk of a file, sealed."""
    found = handling.chunk_of(given().mailroom, id_from(case), (number, chunk), by=reader())
    return Response(found, mimetype="application/octet-stream")


@cases.post("/cases/<case>/open")
def take_opened(case: str) -> Response:
    """That a handler has read a case, and how urgent it is."""
    number = number_in(body_of("urgency")["urgency"])
    if number not in set(Urgency):
        raise FormatError("no such urgency")
    urgency = Urgency(number)
    return _now(handling.open_case(given().mailroom, id_from(case), by=reader(), urgency=urgency))


@cases.post("/cases/<case>/assign")
def take_assigned(case: str) -> Response:
    """That a handler works on a case."""
    body_of()
    return _now(handling.assign(given().mailroom, id_from(case), by=reader()))


@cases.post("/cases/<case>/messages")
def take_answer(case: str) -> Response:
    """What a handler answers; its number."""
    said = _said(body_of("after", "epoch", "sealed"))
    message = handling.answer(given().mailroom, id_from(case), by=reader(), said=said)
    return jsonify({"number": message.number})


@cases.post("/cases/<case>/notes")
def take_note(case: str) -> Response:
    """A note; its number."""
    body = body_of("after", "sealed", may=("wraps",))
    note = handling.note(
        given().mailroom,
        id_from(case),
        by=reader(),
        after=number_in(body["after"]),
        sealed=bytes_from(body["sealed"]),
        wraps=[bytes_from(wrap) for wrap in list_in(body.get("wraps", []))],
    )
    return jsonify({"number": note.number})


@cases.post("/cases/<case>/close")
def take_closed(case: str) -> Response:
    """That the office is done with a case, and why, for the reporter."""
    said = _said(body_of("after", "epoch", "sealed"))
    return _now(handling.close(given().mailroom, id_from(case), by=reader(), said=said))


@cases.post("/cases/<case>/route")
def take_routed(case: str) -> Response:
    """That a case goes to a unit, with its keys wrapped for the handlers there."""
    body = body_of("unit", "wraps")
    after = handling.route(
        given().mailroom,
        id_from(case),
        by=reader(),
        unit=number_in(body["unit"]),
        wraps=[bytes_from(wrap) for wrap in list_in(body["wraps"])],
    )
    return _now(after)


@cases.post("/aside")
def take_aside() -> Response:
    """That cases look like junk, as the handler saw them; which of them stay, as they changed."""
    seen = [_seen(case) for case in list_in(body_of("cases")["cases"])]
    stay = handling.set_aside(given().mailroom, seen, by=reader())
    return jsonify({"stay": [id_.hex() for id_ in stay]})


def _seen(case: object) -> handling.Seen:
    if type(case) is not dict or case.keys() != {"id", "state", "messages"}:
        raise FormatError("not a case as it was seen")
    if case["state"] not in set(CaseState):
        raise FormatError("no such state")
    return handling.Seen(
        id=bytes_from(case["id"]),
        state=CaseState(case["state"]),
        messages=number_in(case["messages"]),
    )


def _said(body: dict[str, Any]) -> tuple[int, int, bytes]:
    return number_in(body["after"]), number_in(body["epoch"]), bytes_from(body["sealed"])


def _now(case: Case) -> Response:
    return jsonify({"state": str(case.state), "since": case.since.isoformat()})


def _case_shown(
    case: Case, clock: handling.Clock, messages: int, opening: Opening | None
) -> dict[str, Any]:
    return {
        "id": case.id.hex(),
        "number": case.number,
        "unit": case.unit,
        "urgency": int(case.urgency),
        "received_on": case.received_on.isoformat(),
        "state": str(case.state),
        "since": case.since.isoformat(),
        "due_on": clock.due.isoformat() if clock.due else None,
        "identity": case.identity,
        **_goes_on(clock),
        "messages": messages,
        "opening": str(opening.state) if opening else None,
    }


def _goes_on(clock: handling.Clock) -> dict[str, str | None]:
    return {
        "identity_goes": clock.identity_goes.isoformat() if clock.identity_goes else None,
        "case_goes": clock.case_goes.isoformat() if clock.case_goes else None,
    }
