"""The list of improvements: what, who, by when, and what came of it; to be printed."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.improvements import (
    finish_improvement,
    list_improvements,
    note_improvement,
    owners_of,
    take_on_improvement,
)
from kiosk.actions.watch import WATCH, watched_by
from kiosk.domain.errors import Fault, Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.improvements import LONGEST_LINE
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.watch import wording

__all__ = ["improvements"]

improvements = door(
    Blueprint("improvements", __name__, url_prefix="/watch/improvements"),
    roles=WATCH,
    menu=[("improvements.show_improvements", _("Improvements"))],
)


@improvements.get("")
def show_improvements() -> str:
    """What is still to be done, and what was done last."""
    return _page({}, {})


@improvements.post("")
def note() -> Response:
    """Put something on the list."""
    typed = _typed("office", "what")
    if not typed["office"].isdecimal():
        abort(400)
    return _done("noted", typed, lambda: _note(typed))


@improvements.post("/<int:number>/take-on")
def take_on(number: int) -> Response:
    """Say who sees to it, and by when."""
    typed = _typed("owner", "due_on")
    return _done("taken-on", typed | {"of": str(number)}, lambda: _take_on(number, typed))


@improvements.post("/<int:number>/finish")
def finish(number: int) -> Response:
    """Say that it is done, and what came of it."""
    typed = _typed("effect")
    return _done(
        "done",
        typed | {"of": str(number)},
        lambda: finish_improvement(the_desk(), the_staff(), number, effect=typed["effect"]),
    )


def _note(typed: dict[str, str]) -> None:
    note_improvement(
        the_desk(), the_staff(), office=int(typed["office"]), source="watch", what=typed["what"]
    )


def _take_on(number: int, typed: dict[str, str]) -> None:
    try:
        due_on = date.fromisoformat(typed["due_on"])
    except ValueError:
        fault = Fault(path="due_on", code="date", sentence="is no day")
        raise Invalid([fault]) from None
    owner = int(typed["owner"]) if typed["owner"].isdecimal() else 0
    take_on_improvement(the_desk(), the_staff(), number, owner=owner, due_on=due_on)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[: 2 * LONGEST_LINE] for name in names}


def _done(done: str, typed: dict[str, str], deed: Callable[[], object]) -> Response:
    try:
        deed()
    except Unknown:
        abort(404)
    except NotPermitted:
        abort(403)
    except NotNow:
        abort(409)
    except Invalid as refused:
        faults = {
            fault.path: str(wording.FAULTS.get(fault.code, wording.FAULTS["empty"]))
            for fault in refused.faults
        }
        return make_response(_page(typed, faults), 422)
    return redirect(localized_url("improvements.show_improvements", done=done), 303)


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    desk, staff = the_desk(), the_staff()
    mine = watched_by(staff, the_offices())
    return render_template(
        "watch/improvements.html",
        listed=list_improvements(desk, staff),
        finished=list_improvements(desk, staff, done=True),
        owners=owners_of(desk, staff),
        offices=[one for one in the_offices() if one.id in mine],
        longest=LONGEST_LINE,
        typed=typed,
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )
