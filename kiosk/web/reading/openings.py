"""What handlers and custodians do when an identity is asked for."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify

from kiosk.actions import openings as actions
from kiosk.domain.openings import Opening
from kiosk.storage.mailroom_openings import Asked
from signing.errors import FormatError
from signing.quorum import SealedShare

from .asking import answered, body_of, bytes_from, given, id_from, list_in, number_in, reader
from .shown import opening_shown

__all__ = ["openings"]

openings = answered(Blueprint("reading_openings", __name__, url_prefix="/reading"))


@openings.post("/cases/<case>/openings")
def take_wish(case: str) -> Response:
    """That a handler asks for an identity."""
    body = body_of("key", "kept", "told", "reasons")
    told = body["told"]
    if type(told) is not dict or set(told) != {"after", "epoch", "sealed"}:
        raise FormatError("not what the reporter is told")
    opening = actions.ask_opening(
        given().mailroom,
        id_from(case),
        by=reader(),
        asked=Asked(
            key=bytes_from(body["key"]),
            kept=bytes_from(body["kept"]),
            reasons=dict(_pair(one) for one in list_in(body["reasons"])),
        ),
        told=(number_in(told["after"]), number_in(told["epoch"]), bytes_from(told["sealed"])),
    )
    return _now(opening)


@openings.get("/cases/<case>/custodians")
def show_custodians(case: str) -> Response:
    """Who would be asked: their sides, kinds and names of keys, and nothing that is sealed."""
    found = actions.custodians_of(given().mailroom, id_from(case), by=reader())
    return jsonify({"custodians": _triples(found)})


@openings.get("/openings")
def show_openings() -> Response:
    """What a custodian is asked for, or what a handler asked for, the newest first."""
    found = actions.openings_for(given().mailroom, by=reader())
    return jsonify({"openings": [opening_shown(one, number) for one, number in found]})


@openings.get("/openings/<opening>")
def show_opening(opening: str) -> Response:
    """An opening; with the own share for a custodian, with the kept key for who asked."""
    seen = actions.view_opening(given().mailroom, id_from(opening), by=reader())
    answer: dict[str, Any] = opening_shown(seen.opening, seen.number) | {
        "custodians": _triples(seen.custodians),
        "key": seen.key.hex(),
    }
    if seen.kept:
        answer["kept"] = seen.kept.hex()
    if seen.reason:
        answer["reason"] = seen.reason.hex()
    if seen.share:
        answer["share"] = seen.share.sealed.hex()
        answer["commitment"] = seen.share.commitment.hex()
    return jsonify(answer)


@openings.post("/openings/<opening>/share")
def take_share(opening: str) -> Response:
    """A custodian's share, sealed for the one-time key of who asked."""
    sealed = bytes_from(body_of("sealed")["sealed"])
    found = actions.give_share(given().mailroom, id_from(opening), by=reader(), sealed=sealed)
    return _now(found)


@openings.post("/openings/<opening>/decline")
def take_no(opening: str) -> Response:
    """A custodian's no."""
    body_of()
    return _now(actions.decline_share(given().mailroom, id_from(opening), by=reader()))


@openings.post("/openings/<opening>/stop")
def take_stop(opening: str) -> Response:
    """That who asked gives it up."""
    body_of()
    return _now(actions.stop_opening(given().mailroom, id_from(opening), by=reader()))


@openings.post("/openings/<opening>/release")
def give_identity(opening: str) -> Response:
    """The envelope and the shares, for who asked, once the rules let them go."""
    body_of()
    found = actions.release_identity(given().mailroom, id_from(opening), by=reader())
    return jsonify(
        {
            "identity": found.identity.hex(),
            "shares": {one.hex(): sealed.hex() for one, sealed in found.shares.items()},
            "kept": found.kept.hex(),
        }
    )


def _triples(shares: Iterable[SealedShare]) -> list[list[int | str]]:
    return [[int(one.side), int(one.kem), one.reader.hex()] for one in shares]


def _pair(value: object) -> tuple[bytes, bytes]:
    if type(value) is not list or len(value) != 2:
        raise FormatError("not a reason for a custodian")
    return bytes_from(value[0]), bytes_from(value[1])


def _now(opening: Opening) -> Response:
    return jsonify(
        {
            "id": opening.id.hex(),
            "state": str(opening.state),
            "since": opening.since.isoformat(),
        }
    )
