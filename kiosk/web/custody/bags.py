"""Lists of bags by stage and day; one bag with its history, and what the counter does with it."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.bags import LISTED, BagFile, bag_file, list_bags
from kiosk.actions.custody import COUNTER_SIDE, find_again, miss, open_bag, take_back
from kiosk.actions.notices import shown_number
from kiosk.domain.desks import offices_of
from kiosk.domain.handover import MOST_VISITS, BagStage, WhyOpened
from kiosk.domain.staff import Role
from kiosk.web.custody import wording
from kiosk.web.custody.typed import bag_numbers
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["bags"]

bags = door(
    Blueprint("bags", __name__, url_prefix="/custody/bags"),
    roles=COUNTER_SIDE,
    menu=[("bags.show_list", _("Bags"))],
)


@bags.get("")
def show_list() -> str:
    """The bags of one stage, the soonest day first."""
    return _list_page("")


@bags.get("/find")
def find() -> Response:
    """Lead to the page of a bag whose number was typed or scanned."""
    found = bag_numbers(request.args.get("number", ""))
    if len(found.numbers) != 1 or found.unreadable:
        return make_response(_list_page(str(wording.FAULTS["one-bag"])), 422)
    return redirect(localized_url("bags.show_bag", number=found.numbers[0]), 303)


@bags.get("/<int:number>")
def show_bag(number: int) -> str:
    """One bag: where it is, all that happened to it, and what may be done now."""
    return _bag_page(number, {})


@bags.post("/<int:number>/take-back")
def take_offer_back(number: int) -> Response:
    """Offer it to nobody any more."""
    return _done(number, lambda: take_back(the_desk(), the_staff(), number), "offer-taken-back")


@bags.post("/<int:number>/open")
def open_it(number: int) -> Response:
    """Open it at the counter, for a reason."""
    why = request.form.get("why", "")
    if why not in set(WhyOpened):
        return make_response(_bag_page(number, {"why": str(wording.FAULTS["no-reason"])}), 422)
    return _done(
        number, lambda: open_bag(the_desk(), the_staff(), number, WhyOpened(why)), "opened"
    )


@bags.post("/<int:number>/missing")
def note_missing(number: int) -> Response:
    """Note that it cannot be found."""
    return _done(number, lambda: miss(the_desk(), the_staff(), number), "missing")


@bags.post("/<int:number>/found")
def note_found(number: int) -> Response:
    """Note that it was found."""
    return _done(number, lambda: find_again(the_desk(), the_staff(), number), "found")


def _done(number: int, act: Callable[[], object], done: str) -> Response:
    act()
    return redirect(localized_url("bags.show_bag", number=number, done=done), 303)


def _list_page(fault: str) -> str:
    stage = request.args.get("stage", BagStage.AT_COUNTER)
    if stage not in LISTED:
        abort(404)
    until = _day(request.args.get("until", ""))
    page = list_bags(
        the_desk(),
        the_staff(),
        BagStage(stage),
        until=until,
        after=_place(request.args.get("after", "")),
    )
    return render_template(
        "custody/bags.html",
        page=page,
        stage=BagStage(stage),
        stages=LISTED,
        until=until,
        next_page=None
        if page.after is None
        else localized_url(
            "bags.show_list", stage=stage, until=until, after=f"{page.after[0]}_{page.after[1]}"
        ),
        words=wording,
        most_visits=MOST_VISITS,
        typed=request.args.get("number", "")[:40],
        faults={"number": fault},
        done=wording.DONE.get(request.args.get("done", "")),
    )


def _bag_page(number: int, faults: dict[str, str]) -> str:
    file = bag_file(the_desk(), the_staff(), number)
    return render_template(
        "custody/bag.html",
        file=file,
        bag=file.row.bag,
        row=file.row,
        reasons=[(why, wording.WHY_OPENED[why]) for why in _reasons(file)],
        history=[(change, wording.said(change)) for change in file.history],
        application=shown_number(file.row.bag.application),
        opens_files=_opens_files(file),
        words=wording,
        most_visits=MOST_VISITS,
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )


def _reasons(file: BagFile) -> list[WhyOpened]:
    enough = file.row.bag.visits >= MOST_VISITS
    return [why for why in wording.WHY_OPENED if enough or why is not WhyOpened.IN_VAIN]


def _opens_files(file: BagFile) -> bool:
    return file.row.bag.office in offices_of(the_staff(), Role.PRINT_ROOM, the_offices())


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _place(text: str) -> tuple[str, int]:
    day, _, id_ = text.partition("_")
    return (day, int(id_)) if _day(day) and id_.isdecimal() else ("", 0)
