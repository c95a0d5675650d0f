"""The report of a day: sheets and money, as the books have them and as somebody counted them."""

from datetime import date, timedelta

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.daybook import REPORT_ROLES, count_day, day_report, reported_offices
from kiosk.actions.due import utc_offset_of
from kiosk.domain.certificates import local_date
from kiosk.domain.errors import Invalid
from kiosk.domain.staff import Office, Role, has_role
from kiosk.web.counter import wording
from kiosk.web.counter.shown import faults_of
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["days"]

days = door(
    Blueprint("days", __name__, url_prefix="/counter/days"),
    roles=REPORT_ROLES,
    menu=[("days.show_day", _("Day report"))],
)


@days.get("")
def show_day() -> str:
    """The report of a day, today's at first; to be printed, if wanted."""
    return _page({}, {})


@days.post("")
def count() -> Response:
    """Note what somebody counted."""
    typed = {name: request.form.get(name, "")[:30] for name in ("money", "sheets")}
    office, day = _chosen()
    try:
        count_day(
            the_desk(), the_staff(), office.id, day, money=typed["money"], sheets=typed["sheets"]
        )
    except Invalid as refused:
        return make_response(_page(typed, faults_of(refused)), 422)
    return redirect(
        localized_url("days.show_day", office=office.id, day=day.isoformat(), done="counted"), 303
    )


def _chosen() -> tuple[Office, date]:
    offices = reported_offices(the_desk(), the_staff())
    wanted = request.values.get("office", type=int)
    found = [one for one in offices if wanted in {None, one.id}]
    if not found:
        abort(403)
    today = local_date(the_desk().clock(), utc_offset_of(the_desk(), found[0].unit))
    try:
        day = date.fromisoformat(request.values.get("day", "") or today.isoformat())
    except ValueError:
        abort(404)
    return found[0], min(day, today)


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    office, day = _chosen()
    desk, staff = the_desk(), the_staff()
    return render_template(
        "counter/day.html",
        report=day_report(desk, staff, office.id, day),
        offices=reported_offices(desk, staff),
        before=day - timedelta(days=1),
        counts=has_role(staff, Role.PRINT_ROOM, office.id, the_offices()),
        words=wording,
        typed=typed,
        faults=faults,
        done=wording.DONE.get(request.args.get("done", "")),
    )
