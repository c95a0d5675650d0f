"""The onion service: where it is, and that it leads to the pages of reports alone.

Tor Browser offers the way there by itself where a page over TLS names it (Onion-Location). Nothing
else of the office answers there: staff sign in elsewhere, and applicants are no reporters.
"""

from flask import Flask, Response, abort, request

__all__ = ["use_onion"]

_PAGES = frozenset({"lapor", "unscripted"})
_ANSWERING = _PAGES | {"mailbox"}


def use_onion(app: Flask, address: str) -> None:
    """Make `app` name the onion service at this address, and answer there; empty for none."""
    if not address:
        return

    @app.before_request
    def answer_only_what_is_of_reports() -> None:
        if _is_there(address) and request.blueprint not in _ANSWERING and not _is_asset():
            abort(404)

    @app.after_request
    def name_the_way(response: Response) -> Response:
        if request.blueprint in _PAGES and request.method == "GET" and not _is_there(address):
            # Only the path: a language is what somebody may choose there again.
            response.headers["Onion-Location"] = f"http://{address}{request.path}"
        return response


def _is_there(address: str) -> bool:
    return request.host.partition(":")[0].lower().endswith(address)


def _is_asset() -> bool:
    return request.endpoint == "asset"
