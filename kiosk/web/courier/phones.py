"""Couriers' phones, as those who watch over them see them: revoked where one is lost."""

from flask import Blueprint, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.devices import devices_watched_by, revoke_device
from kiosk.actions.sync import MOST_EVENTS, read_delivery, take_events
from kiosk.domain.errors import Unknown
from kiosk.domain.staff import Role
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url

__all__ = ["phones"]

phones = door(
    Blueprint("phones", __name__, url_prefix="/phones"),
    roles={Role.DUTY_OFFICER, Role.ADMINISTRATOR, Role.COURIER},
    menu=[("phones.show_phones", _("Phones"))],
)

_LARGEST_FILE = 16 << 20


@phones.get("")
def show_phones() -> str:
    """Every phone that one watches over, and one's own."""
    return render_template(
        "courier/phones.html",
        phones=devices_watched_by(the_desk(), the_staff()),
        done=request.args.get("done"),
    )


@phones.post("/file")
def take_file() -> Response:
    """Take in the events that a courier has exported and carried here; each counts once."""
    request.max_content_length = _LARGEST_FILE
    given = request.files.get("file")
    device, sent = read_delivery(given.read() if given else b"")
    for first in range(0, len(sent), MOST_EVENTS):
        take_events(the_desk(), device, sent[first : first + MOST_EVENTS])
    return redirect(localized_url("phones.show_phones", done="file"), 303)


@phones.post("/<device>")
def revoke(device: str) -> Response:
    """Let a phone count no more; where it is lost, that is an incident."""
    try:
        id_ = bytes.fromhex(device)
    except ValueError:
        raise Unknown("a device of this id") from None
    revoke_device(the_desk(), the_staff(), id_, lost=request.form.get("lost") == "yes")
    return redirect(localized_url("phones.show_phones", done="revoked"), 303)
