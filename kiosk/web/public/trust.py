"""The trust bundle and the status lists, as published (docs/formats/trust.md, status.md).

They are the same for everyone and always taken whole, so nobody learns which certificate is
checked. A page learns from `/trust/lists` which lists there are, and from the answer's Date what
time the server has.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, request

from kiosk.web.public.office import PublicOffice, the_office
from signing.status import status_list_number

__all__ = ["lists_now", "trust"]

trust = Blueprint("trust", __name__, url_prefix="/trust")


def lists_now(office: PublicOffice) -> list[int]:
    """The numbers of the published lists that certificates may need now, rising."""
    today = datetime.fromtimestamp(office.clock(), UTC)
    # What ran out before last month is expired by its own word.
    oldest = status_list_number(today.year, today.month) - 1
    names = (path.name for path in (office.public / "status").iterdir())
    return sorted(int(name) for name in names if name.isdecimal() and int(name) >= oldest)


@trust.get("/lists")
def show_lists() -> Response:
    """The numbers of the lists to take; never kept, so that its Date is the server's time."""
    return jsonify(lists_now(the_office()))


@trust.get("/bundle")
def show_bundle() -> Response:
    """The trust bundle."""
    return _published(the_office().public / "bundle", "application/cwt")


@trust.get("/status/<int:number>")
def show_status(number: int) -> Response:
    """The status list with this number, whole."""
    return _published(the_office().public / "status" / str(number), "application/statuslist+cwt")


@trust.get("/journal")
def show_journal() -> Response:
    """A line for each day: the number and the digest of the journal's last entry."""
    return _published(the_office().public / "journal", "text/plain")


@trust.get("/root.pem")
def show_root() -> Response:
    """The root's public key, to compare with what was learnt another way."""
    return _published(the_office().public / "root.pem", "application/x-pem-file")


def _published(path: Path, mimetype: str) -> Response:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        abort(404)
    response = Response(data, mimetype=mimetype)
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    # Asked for again each time; what did not change is not sent again.
    response.headers["Cache-Control"] = "no-cache"
    # A checker on another site may take it, too: it is public and signed.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    return response
