"""Giving bags out: what waits for a courier, offered to one; a courier's round on paper."""

from datetime import date

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.custody import COUNTER_SIDE, couriers_of, offer
from kiosk.actions.due import utc_offset_of
from kiosk.actions.rounds import plan_of, round_of
from kiosk.domain.certificates import local_date
from kiosk.domain.errors import Refusal
from kiosk.domain.staff import Staff
from kiosk.web.custody import wording
from kiosk.web.custody.typed import bag_numbers
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["giving"]

giving = door(Blueprint("giving", __name__, url_prefix="/custody"), roles=COUNTER_SIDE)

_LONGEST = 20_000


@giving.get("/give")
def show_plan() -> str:
    """What waits for a courier, by window and RW."""
    return _page({}, {}, [])


@giving.post("/give")
def give() -> Response:
    """Offer every bag that was scanned, typed or ticked to one courier."""
    typed = {
        "numbers": request.form.get("numbers", "")[:_LONGEST],
        "to": request.form.get("to", ""),
    }
    ticked = request.form.getlist("bag")[:200]
    found = bag_numbers("\n".join([typed["numbers"], *ticked]))
    faults = _faults(typed["to"], found.numbers, found.unreadable)
    if faults:
        return make_response(_page(typed, faults, ticked), 422)
    trouble: dict[int, str] = {}
    for number in found.numbers:
        try:
            offer(the_desk(), the_staff(), number, to=int(typed["to"]))
        except Refusal as refused:
            trouble[number] = wording.not_given(refused)
    if trouble:
        # What did go is offered; what did not is left in the field, with its reason.
        typed["numbers"] = "\n".join(str(number) for number in trouble)
        return make_response(_page(typed, {}, [], trouble), 422)
    return redirect(localized_url("giving.show_plan", to=typed["to"], done="offered"), 303)


@giving.get("/round/<int:courier>")
def show_round(courier: int) -> str:
    """The round of a courier on a day, to be printed."""
    day = _day()
    return render_template(
        "custody/round.html",
        round=round_of(the_desk(), the_staff(), courier, day),
        words=wording,
        place=the_desk().settings.unit.letterhead,
    )


def _faults(to: str, numbers: tuple[int, ...], unreadable: tuple[str, ...]) -> dict[str, str]:
    faults = {}
    if not to.isdecimal() or int(to) not in {one.id for one in _couriers()}:
        faults["to"] = str(wording.FAULTS["no-courier"])
    if unreadable:
        words = ", ".join(unreadable[:5])
        faults["numbers"] = str(wording.FAULTS["unreadable"]) % {"words": words}
    elif not numbers:
        faults["numbers"] = str(wording.FAULTS["no-bags"])
    return faults


def _page(
    typed: dict[str, str],
    faults: dict[str, str],
    ticked: list[str],
    trouble: dict[int, str] | None = None,
) -> str:
    day = _day()
    return render_template(
        "custody/give.html",
        plan=plan_of(the_desk(), the_staff(), day),
        couriers=_couriers(),
        places={one.id: one.name for one in the_offices()},
        day=day,
        words=wording,
        typed={"to": request.args.get("to", ""), **typed},
        ticked=ticked,
        trouble=trouble or {},
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )


def _couriers() -> list[Staff]:
    return couriers_of(the_desk(), the_staff())


def _day() -> date:
    desk = the_desk()
    today = local_date(desk.clock(), utc_offset_of(desk, None))
    try:
        return date.fromisoformat(request.values.get("day", "") or today.isoformat())
    except ValueError:
        abort(404)
