"""The page, and the check of what somebody typed without scripts.

Typed numbers come in the body of a request, never in an address, and no NIK is sent back.
"""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from kiosk.domain.errors import Invalid, Refusal
from kiosk.domain.identifiers import mask_nik
from kiosk.web.fields import spelled_code, spelled_date, typed_certificate
from kiosk.web.station.door import door
from kiosk.web.station.office import the_station
from kiosk.web.station.wording import faults_of, kind_of, refusal, refusal_to_begin, said

__all__ = ["screen"]

screen = door(Blueprint("screen", __name__, url_prefix="/station"))

_NIK_DIGITS = 16


@screen.get("")
def show_screen() -> str:
    """The page."""
    return _page({}, {})


@screen.post("")
def check_typed() -> Response | str:
    """The answer to what somebody typed of a certificate and of a card."""
    desk = the_station()
    typed, faults = typed_certificate(request.form)
    typed["birth"] = request.form.get("birth", "").strip()[:20]
    if faults:
        return _refused(422, typed, faults)
    try:
        scan = desk.open_scan(f"{typed['number']} {spelled_code(typed['code'])}")
    except Refusal as refused:
        status, sentence = refusal_to_begin(refused)
        return _refused(status, typed, {"form": sentence})
    try:
        state = desk.type_card(scan, request.form.get("nik", ""), spelled_date(typed["birth"]))
    except Invalid as invalid:
        return _refused(422, typed, faults_of(invalid))
    except Refusal as refused:
        status, sentence = refusal(refused)
        return _refused(status, typed, {"form": sentence})
    finally:
        desk.end_scan(scan)
    return render_template("station/result.html", words=said(), kind=kind_of(state))


def _refused(status: int, typed: dict[str, str], faults: dict[str, str]) -> Response:
    nik = "".join(request.form.get("nik", "").split())
    if len(nik) == _NIK_DIGITS:
        again = _("You typed %(nik)s. Type it once more.", nik=mask_nik(nik))
        faults["nik"] = f"{faults['nik']} {again}" if "nik" in faults else again
    return make_response(_page(typed, faults), status)


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    return render_template(
        "station/screen.html",
        words=said(),
        typed=typed,
        faults=faults,
        reads_cards=the_station().reads_cards,
    )
