"""The page that checks, and what it is installed with: manifest and service worker."""

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext as _

from kiosk.web.assets import the_assets
from kiosk.web.languages import localized_url
from kiosk.web.public.office import the_office
from kiosk.web.wording import said

__all__ = ["verify"]

verify = Blueprint("verify", __name__)


@verify.get("/")
def show_page() -> str:
    """The page. What the QR code says stands behind the # and never comes here."""
    return render_template("public/verify.html", words=said())


@verify.get("/sw.js")
def show_service_worker() -> Response:
    """The service worker, from the root, so that it speaks for the whole site."""
    response = Response((the_assets().folder / "sw.js").read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@verify.get("/manifest.webmanifest")
def show_manifest() -> Response:
    """What a phone needs to install the page."""
    office = the_office()
    response = jsonify(
        {
            "id": "/",
            "name": _("Check an SKCK") + f" – {office.site_name}",
            "short_name": _("Check SKCK"),
            "start_url": localized_url("verify.show_page"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f6f9",
            "theme_color": "#12355b",
            "icons": [_icon("icon-192.png"), _icon("icon-512.png"), _icon("mask-512.png")],
        }
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _icon(name: str) -> dict[str, str]:
    purpose, _dash, size = name.removesuffix(".png").partition("-")
    return {
        "src": the_assets().url(name),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": "maskable" if purpose == "mask" else "any",
    }
