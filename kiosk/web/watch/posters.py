"""Posters: the round, where they all hang, printing them, and how many came by them.

Made for a phone in the hand of whoever walks the round: one tap for what was found, and one to
undo it. A code that is held before the camera is checked by its signature.
"""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions import inspections
from kiosk.actions.footfall import quarters
from kiosk.actions.posters import print_together, units_of
from kiosk.actions.watch import WATCH
from kiosk.domain.certificates import local_date
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal, Unknown
from kiosk.domain.footfall import LEAST, PLACES_IN_AREA
from kiosk.domain.posters import LONGEST_NOTE, Condition, parse_lines
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.watch import wording
from printer.errors import DoesNotFitError
from printer.poster import PosterSize
from signing.errors import FormatError, RingError, SignatureError
from signing.poster import looks_like_poster

__all__ = ["posters"]

posters = door(
    Blueprint("posters", __name__, url_prefix="/watch/posters"),
    roles=WATCH,
    menu=[("posters.show_round", _("Posters"))],
)

_LONGEST_CODE, _LONGEST_LIST = 1_000, 100_000


@posters.get("")
def show_round() -> str:
    """The posters to look at now, the most urgent first."""
    return _round({})


@posters.post("/check")
def take_code() -> Response:
    """The code of a poster that hangs, or its number: which one is it, and is it ours?"""
    typed = request.form.get("code", "").strip()[:_LONGEST_CODE]
    try:
        if looks_like_poster(typed):
            number = inspections.poster_of_code(the_desk(), the_staff(), typed)
            done = "ours"
        else:
            found = inspections.open_poster(the_desk(), the_staff(), typed.upper())
            number, done = found.poster.number, ""
    except (FormatError, SignatureError):
        return make_response(_round({"code": str(wording.FAULTS["not-ours"])}), 422)
    except Unknown:
        fault = "not-ours" if looks_like_poster(typed) else "no-poster"
        return make_response(_round({"code": str(wording.FAULTS[fault])}), 422)
    except NotPermitted:
        abort(403)
    return redirect(localized_url("posters.show_poster", number=number, done=done or None), 303)


@posters.get("/all")
def show_all() -> str:
    """Where posters hang; or those that were taken down."""
    removed = request.args.get("removed") == "1"
    with _for_me():
        rows = inspections.list_posters(the_desk(), the_staff(), removed=removed)
    return render_template(
        "watch/posters_all.html",
        rows=rows,
        removed=removed,
        units=_units(),
        words=wording,
    )


@posters.get("/list.csv")
def show_list() -> Response:
    """Where posters hang, as a file for a spreadsheet."""
    with _for_me():
        rows = inspections.list_posters(the_desk(), the_staff())
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("number", "unit", "place", "area", "stage", "printed", "expires", "seen"))
    for one in rows:
        days = [_day(at) for at in (one.printed_at, one.expires_at, one.seen_at)]
        place, area = (_safe(name) for name in (one.place, one.area))
        lines.writerow((one.number, one.unit, place, area, one.stage, *days))
    response = make_response(text.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="posters.csv"'
    return response


@posters.get("/print")
def show_printing() -> str:
    """Which posters are to be printed?"""
    return _printing({}, {})


@posters.post("/print")
def take_printing() -> Response:
    """Print a poster for each place: one PDF."""
    typed = {name: request.form.get(name, "") for name in ("places", "unit", "size")}
    if typed["size"].upper() not in PosterSize.__members__ or not typed["unit"].isdecimal():
        abort(400)
    try:
        places = parse_lines(typed["places"][:_LONGEST_LIST], int(typed["unit"]))
        size = PosterSize[typed["size"].upper()]
        pdf = print_together(the_desk(), the_staff(), places, size)
    except Invalid as refused:
        faults = [wording.FAULTS[one.code] % {"line": one.path[5:]} for one in refused.faults]
        return make_response(_printing(typed, {"places": " ".join(faults)}), 422)
    except (FormatError, DoesNotFitError):
        return make_response(_printing(typed, {"places": str(wording.FAULTS["letters"])}), 422)
    except RingError:
        return make_response(_printing(typed, {"form": str(wording.FAULTS["no-key"])}), 409)
    except (NotPermitted, Unknown):
        abort(403)
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="posters.pdf"'
    return response


@posters.get("/areas")
def show_areas() -> str:
    """How many came by posters, by quarter and area."""
    with _for_me():
        found = quarters(the_desk(), the_staff())
    return render_template(
        "watch/posters_areas.html",
        quarters=found,
        least=LEAST,
        places=PLACES_IN_AREA,
    )


@posters.get("/<number>")
def show_poster(number: str) -> str:
    """A poster, what was found of it, and what may be noted now."""
    return _poster(number, {})


@posters.post("/<number>/place")
def take_placing(number: str) -> Response:
    """It was put up."""
    return _noted("placed", number, inspections.place_poster)


@posters.post("/<number>/look")
def take_look(number: str) -> Response:
    """Somebody looked at it."""
    found = request.form.get("found", "")
    if found not in set(Condition):
        abort(400)
    return _noted("looked", number, inspections.inspect_poster, Condition(found))


@posters.post("/<number>/remove")
def take_removal(number: str) -> Response:
    """It was taken down, or thrown away."""
    return _noted("removed", number, inspections.remove_poster)


@posters.post("/<number>/undo")
def take_undoing(number: str) -> Response:
    """What was noted last was a slip of the finger."""
    return _noted("undone", number, inspections.undo_inspection, _which())


@posters.post("/<number>/note")
def take_note(number: str) -> Response:
    """A few words on what was found."""
    try:
        text = request.form.get("note", "")
        return _noted("noted", number, inspections.add_note, _which(), text)
    except Invalid as refused:
        faults = {"note": str(wording.FAULTS[refused.faults[0].code])}
        return make_response(_poster(number, faults), 422)


def _which() -> int:
    typed = request.form.get("which", "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _noted(done: str, number: str, deed: Callable[..., object], *more: object) -> Response:
    try:
        deed(the_desk(), the_staff(), number, *more)
    except Invalid:
        raise
    except NotNow:
        return make_response(_poster(number, {}, refused=True), 409)
    except Refusal as refused:
        abort(404 if isinstance(refused, Unknown) else 403)
    if request.form.get("back") == "round":
        return redirect(localized_url("posters.show_round", done=done, of=number), 303)
    return redirect(localized_url("posters.show_poster", number=number, done=done), 303)


def _round(faults: dict[str, str]) -> str:
    last = None
    if (of := request.args.get("of")) is not None:
        last = _opened(of)
    with _for_me():
        found = inspections.round_of(the_desk(), the_staff())
    return render_template(
        "watch/posters.html",
        round=found,
        last=last,
        faults=faults,
        conditions=wording.CONDITIONS,
        units=_units(),
        words=wording,
        done=wording.POSTERS.get(request.args.get("done", "")),
    )


def _poster(number: str, faults: dict[str, str], *, refused: bool = False) -> str:
    return render_template(
        "watch/poster.html",
        found=_opened(number),
        faults=faults,
        refused=refused,
        longest=LONGEST_NOTE,
        units=_units(),
        words=wording,
        done=wording.POSTERS.get(request.args.get("done", "")),
    )


def _opened(number: str) -> inspections.OpenedPoster:
    with _for_me():
        return inspections.open_poster(the_desk(), the_staff(), number)


def _printing(typed: dict[str, str], faults: dict[str, str]) -> str:
    mine = units_of(the_staff(), the_offices())
    return render_template(
        "watch/posters_print.html",
        units={code: name for code, name in _units().items() if code in mine},
        typed=typed,
        faults=faults,
    )


@contextmanager
def _for_me() -> Iterator[None]:
    try:
        yield
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)


def _units() -> dict[int, str]:
    return {code: unit.name for code, unit in the_desk().settings.units.items()}


def _day(at: int | None) -> str:
    if at is None:
        return ""
    offset = the_desk().settings.unit.utc_offset
    return local_date(datetime.fromtimestamp(at, UTC), offset).isoformat()


def _safe(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
