"""One's own account: roles, passkeys, password."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _

from kiosk.web.guards import EVERYBODY, door, the_offices, the_staff
from kiosk.web.people import role_words

__all__ = ["account"]

account = door(
    Blueprint("account", __name__, url_prefix="/account"),
    roles=EVERYBODY,
    menu=[("account.show", _("My account"))],
)


@account.get("")
def show() -> str:
    """Who somebody is here, and how he or she signs in."""
    return render_template(
        "entrance/account.html", roles=role_words(the_staff().grants, the_offices())
    )
