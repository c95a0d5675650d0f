"""What people think of deliveries: months of offices, and nothing of small groups."""

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.improvements import note_improvement
from kiosk.actions.ratings import figures as figures_for
from kiosk.domain.ratings import Theme
from kiosk.domain.staff import Role
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.watch import wording

__all__ = ["figures"]

figures = door(
    Blueprint("figures", __name__, url_prefix="/watch/figures"),
    roles={Role.COMMANDER},
    menu=[("figures.show_figures", _("What people say"))],
)


@figures.get("")
def show_figures() -> str:
    """The last months."""
    return render_template(
        "watch/figures.html",
        months=figures_for(the_desk(), the_staff()),
        smallest=the_desk().settings.ratings.smallest_group,
        words=wording,
    )


@figures.post("/improve")
def improve() -> Response:
    """Put a theme on the list of improvements."""
    theme, month = request.form.get("theme", ""), request.form.get("month", "")
    office = request.form.get("office", type=int)
    found = [
        one
        for one in figures_for(the_desk(), the_staff())
        if one.office == office and f"{one.first:%Y-%m}" == month and theme in one.themes
    ]
    if not found:
        abort(404)
    note_improvement(
        the_desk(),
        the_staff(),
        office=found[0].office,
        source=f"rating {month}",
        what=str(wording.THEMES[Theme(theme)]),
    )
    return redirect(localized_url("improvements.show_improvements", done="noted"), 303)
