"""Badges of the couriers: made, printed, revoked."""

from flask import Blueprint, redirect, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.badges import couriers_with_badges, make_badge, revoke_badge, shown
from kiosk.domain.codes import printed_code
from kiosk.domain.staff import Role
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url
from kiosk.web.leaves import badge_leaf, leaf_response
from printer.slips import LeafSize

__all__ = ["badges"]

badges = door(
    Blueprint("badges", __name__, url_prefix="/badges"),
    roles={Role.ADMINISTRATOR, Role.DUTY_OFFICER},
    menu=[("badges.show_list", _("Badges"))],
)


@badges.get("")
def show_list() -> str:
    """The couriers, each with the badge."""
    return render_template(
        "office/badges.html",
        rows=couriers_with_badges(the_desk(), the_staff()),
        offices={office.id: office.name for office in the_offices()},
        printed=printed_code,
    )


@badges.post("/<int:number>/make")
def make(number: int) -> Response:
    """Make a badge; the old one counts no more."""
    make_badge(the_desk(), the_staff(), number)
    return redirect(localized_url("badges.show_list"), 303)


@badges.post("/<int:number>/revoke")
def revoke(number: int) -> Response:
    """Let a badge count no more."""
    revoke_badge(the_desk(), the_staff(), number)
    return redirect(localized_url("badges.show_list"), 303)


@badges.get("/<int:number>.pdf")
def print_badge(number: int) -> Response:
    """The badge for a printer, in the size of a bank card."""
    person, office, badge = shown(the_desk(), the_staff(), number)
    leaf = badge_leaf(
        office=office.name,
        name=person.name,
        service_number=person.service_number,
        code=printed_code(badge.code),
    )
    return leaf_response(leaf, LeafSize.CARD, f"badge-{number}")
