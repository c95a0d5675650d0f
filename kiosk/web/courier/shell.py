"""The page itself, for anybody: it holds nothing of anybody, and is kept by the phone.

What makes it somebody's is behind the door (kiosk.web.courier.phone) or under a PIN on the phone.
"""

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext as _

from kiosk.web.assets import the_assets
from kiosk.web.courier import wording
from kiosk.web.guards import open_door
from kiosk.web.languages import localized_url

__all__ = ["rendered_shell", "shell"]

shell = open_door(Blueprint("shell", __name__, url_prefix="/courier"))

# What the page needs without a network, by the plain names of the build.
_KEPT = (
    *("courier.js", "page.css", "staff.css", "courier.css", "icon.svg", "icon-192.png"),
    *("decoder.js", "zxing.wasm"),
)


def rendered_shell() -> str:
    """The page, in the language of the answer."""
    return render_template(
        "courier/app.html",
        words=wording.said_to_couriers(),
        vain=wording.VAIN,
        receivers=wording.RECEIVERS,
        kept=[the_assets().url(name) for name in _KEPT],
    )


@shell.get("/shell")
def show_shell() -> str:
    """The page as the phone keeps it."""
    return rendered_shell()


@shell.get("/manifest.webmanifest")
def show_manifest() -> Response:
    """What a phone needs to put the page on its home screen."""
    response = jsonify(
        {
            "id": "/courier",
            "name": _("Courier's round"),
            "short_name": _("Courier"),
            "start_url": localized_url("courier.show_page"),
            "scope": "/courier",
            "display": "standalone",
            "background_color": "#f4f6f9",
            "theme_color": "#12355b",
            "icons": [
                {"src": the_assets().url(f"icon-{size}.png"), "sizes": f"{size}x{size}"}
                | {"type": "image/png"}
                for size in (192, 512)
            ],
        }
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response
