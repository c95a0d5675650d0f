"""The journal, for auditors: who did what, by day, person, deed and file."""

from datetime import UTC, date, datetime, timedelta, timezone

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kiosk.actions.journal import Sought, read_journal
from kiosk.actions.staff import find_staff, names_of
from kiosk.domain.errors import Unknown
from kiosk.domain.staff import Role
from kiosk.web.fields import spelled_date
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.people import DEEDS

__all__ = ["journal"]

journal = door(
    Blueprint("journal", __name__, url_prefix="/journal"),
    roles={Role.AUDITOR},
    menu=[("journal.show", lazy_gettext("Journal"))],
)

_LONGEST = 60
_A_PAGE = 50
_FILTERS = ("subject", "login", "deed", "since", "until")


@journal.get("")
def show() -> str:
    """The newest entries that fit the filters; older ones by a link."""
    typed = {name: request.args.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
    faults: dict[str, str] = {}
    sought = _sought(typed, faults)
    before = request.args.get("before", type=int)
    entries = (
        []
        if faults
        else read_journal(the_desk(), the_staff(), sought, before=before, most=_A_PAGE + 1)
    )
    shown = entries[:_A_PAGE]
    return render_template(
        "office/journal.html",
        entries=shown,
        older=shown[-1].number if len(entries) > _A_PAGE else None,
        names=names_of(the_desk(), (entry.staff for entry in shown)),
        offices={office.id: office.name for office in the_offices()},
        deeds=DEEDS,
        typed=typed,
        filters={name: value for name, value in typed.items() if value},
        faults=faults,
        before=before,
    )


def _sought(typed: dict[str, str], faults: dict[str, str]) -> Sought:
    """What is looked for; `faults` gets what cannot be meant."""
    staff = None
    if typed["login"]:
        try:
            staff = find_staff(the_desk(), typed["login"]).id
        except Unknown:
            faults["login"] = _("Nobody has this login.")
    until = _day(typed, "until", faults)
    return Sought(
        deed=typed["deed"],
        subject=typed["subject"],
        staff=staff,
        since=_day(typed, "since", faults),
        until=until + timedelta(days=1) if until else None,
    )


def _day(typed: dict[str, str], name: str, faults: dict[str, str]) -> datetime | None:
    """The beginning of a day, by the office's clock."""
    if not typed[name]:
        return None
    spelled = spelled_date(typed[name])
    if not spelled:
        faults[name] = _("Write day, month, year, for example 31-08-2026.")
        return None
    zone = timezone(timedelta(minutes=the_desk().settings.unit.utc_offset))
    begins = datetime.combine(date.fromisoformat(spelled), datetime.min.time(), zone)
    return begins.astimezone(UTC)
