"""The courier's own phone: the page, registering the phone, and its pack of the day."""

from flask import Blueprint, Response, jsonify, request
from flask_babel import lazy_gettext as _

from kiosk.actions.devices import register_device
from kiosk.actions.packs import pack_of
from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.staff import Role
from kiosk.web.courier.shell import rendered_shell
from kiosk.web.guards import door, the_desk, the_staff

__all__ = ["courier"]

courier = door(
    Blueprint("courier", __name__, url_prefix="/courier"),
    roles={Role.COURIER},
    menu=[("courier.show_page", _("My round"))],
)

_LARGEST = 4 << 10


@courier.get("")
def show_page() -> str:
    """The page, with the way to the other pages of the staff."""
    return rendered_shell()


@courier.post("/devices")
def add_device() -> Response:
    """Let the office know this phone."""
    request.max_content_length = _LARGEST
    given = request.get_json(silent=True)
    given = given if isinstance(given, dict) else {}
    device = register_device(
        the_desk(),
        the_staff(),
        point=_bytes(given.get("point")),
        label=str(given.get("label", "")),
    )
    return jsonify({"device": device.id.hex()})


@courier.get("/pack")
def show_pack() -> Response:
    """What the courier carries today, for this phone alone."""
    return jsonify(pack_of(the_desk(), the_staff(), _bytes(request.args.get("device"))))


def _bytes(spelled: object) -> bytes:
    try:
        return bytes.fromhex(spelled) if isinstance(spelled, str) else b""
    except ValueError:
        raise Invalid(
            [Fault(path="device", code="hex", sentence="is not in hexadecimal")]
        ) from None
