"""Cards held up to the page's camera: begin, look, type, end. For the page's own scripts.

A picture comes as the whole body of a request and never as a form: forms are put down on the disk
where they are large. Nothing here is written down; ids of scans are secrets and are not logged.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from kiosk.actions.scans import ScanState
from kiosk.domain.errors import Invalid, Refusal
from kiosk.scanning.errors import ScanningError
from kiosk.web.errors import problem
from kiosk.web.fields import spelled_code, spelled_date, typed_certificate
from kiosk.web.station.door import door
from kiosk.web.station.office import the_station
from kiosk.web.station.wording import faults_of, refusal, refusal_to_begin
from verifier.errors import TrustError

__all__ = ["scans"]

scans = door(Blueprint("scans", __name__, url_prefix="/station/scans"))

_LARGEST_PICTURE = 4 << 20
_LARGEST_JSON = 16 << 10


@scans.post("")
def open_scan() -> Response:
    """Begin a scan: for the holder of a certificate, by its QR code's text or as typed."""
    given = _given()
    code = given.get("code")
    if "number" in given:
        typed, faults = typed_certificate({name: text or "" for name, text in given.items()})
        if faults:
            return _faulty(faults)
        code = f"{typed['number']} {spelled_code(typed['code'])}"
    try:
        id_ = the_station().open_scan(code)
    except Refusal as refused:
        return problem(*refusal_to_begin(refused))
    except TrustError:
        abort(503)
    response = jsonify({"scan": id_})
    response.status_code = 201
    return response


@scans.post("/<id_>/frames")
def look(id_: str) -> Response:
    """Where a scan stands after one more picture."""
    if request.mimetype != "image/jpeg":
        abort(415)
    request.max_content_length = _LARGEST_PICTURE
    try:
        return _answer(the_station().look(id_, request.get_data(cache=False)))
    except (Refusal, ScanningError) as refused:
        return problem(*refusal(refused))


@scans.post("/<id_>/typed")
def type_card(id_: str) -> Response:
    """Where a scan stands after somebody typed what is printed on the card."""
    given = _given()
    try:
        state = the_station().type_card(
            id_, given.get("nik") or "", spelled_date(given.get("birth") or "")
        )
    except Invalid as invalid:
        return _faulty(faults_of(invalid))
    except (Refusal, ScanningError) as refused:
        return problem(*refusal(refused))
    return _answer(state)


@scans.delete("/<id_>")
def end(id_: str) -> Response:
    """Forget a scan."""
    the_station().end_scan(id_)
    return Response(status=204)


def _given() -> dict[str, Any]:
    """The request's JSON: an object of texts, or of nothing."""
    request.max_content_length = _LARGEST_JSON
    given = request.get_json()
    if not isinstance(given, dict) or not all(
        value is None or isinstance(value, str) for value in given.values()
    ):
        abort(400)
    return given


def _faulty(faults: dict[str, str]) -> Response:
    return problem(422, " ".join(faults.values()), faults=faults)


def _answer(state: ScanState) -> Response:
    return jsonify(asdict(state))
