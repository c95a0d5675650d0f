"""The door of the station: which machines may use it, and that only its own pages ask.

Whoever comes from elsewhere finds nothing here. Pages of other sites that are open in a station's
browser may look, but not ask.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Blueprint, Response, abort, request

from kiosk.web.station.office import the_station
from signing.posting import is_loopback

__all__ = ["door"]


def door(pages: Blueprint) -> Blueprint:
    """`pages`, behind the door."""
    pages.before_request(_turn_strangers_away)
    pages.before_request(_refuse_other_sites)
    pages.after_request(_let_forms_say_where_they_stand)
    return pages


def _turn_strangers_away() -> None:
    address = _asker()
    if address is None or not any(address in ip_network(one) for one in the_station().networks):
        abort(404)
    # Under another name, this machine is a proxy that no setting names, with the whole world
    # behind it; or a name of somebody else's that was made to lead here.
    if address.is_loopback and not _is_asked_by_its_own_name():
        abort(404)


def _asker() -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_asked_by_its_own_name() -> bool:
    try:
        return is_loopback(request.host_url)
    except ValueError:
        return False


def _refuse_other_sites() -> None:
    if request.method not in {"GET", "HEAD", "OPTIONS"} and _comes_from_another_site():
        abort(403)


def _comes_from_another_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    # Older browsers, and all where there is neither TLS nor localhost.
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host


def _let_forms_say_where_they_stand(response: Response) -> Response:
    # Without a referrer, browsers name no origin with a form either.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
