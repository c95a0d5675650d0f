"""What every answer carries: security headers, and text made small.

The rules for scripts are strict everywhere; only the worker that reads pictures may run
WebAssembly, and it gets its own rules with its own file (kiosk.web.assets).
"""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, request

__all__ = [
    "REPORT_POLICY",
    "WORKER_POLICY",
    "comes_from_our_own_page",
    "takes_gzip",
    "use_headers",
]

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
"""The rules for the worker that reads pictures: it fetches and runs WebAssembly, no more."""
REPORT_POLICY = "; ".join(
    [
        "default-src 'none'",
        # The slow step of codes and passphrases (Argon2id) is WebAssembly in the script.
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        # What the server asks browsers to work out in a flood is done beside the page.
        "worker-src 'self'",
        # No form of these pages is ever sent as it stands.
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
"""The rules for the pages of sealed reports: those of who writes, and those of who reads."""

_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TEXTS = ("text/", "application/json", "application/problem+json", "application/manifest+json")
# Below this a compressed answer saves no packet.
_WORTH_COMPRESSING = 600


def use_headers(app: Flask, *, clock: Callable[[], int], https: bool) -> None:
    """Make `app` put the headers on every answer; over `https` also that it stays so.

    The page compares the answer's date, by `clock` (seconds since 1970), with its device's clock.
    """

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.date = datetime.fromtimestamp(clock(), UTC)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Cache-Control" not in response.headers:
            # Pages hold what somebody looked up, or what an office may change at any time.
            response.headers["Cache-Control"] = "no-store"
        return _compressed(response)


def comes_from_our_own_page() -> bool:
    """Whether a browser says that one of our own pages sent this, and not another site's.

    A page that asks this must let browsers name an origin: without a referrer they name none.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # Older browsers, and all where there is neither TLS nor localhost.
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def takes_gzip() -> bool:
    """Whether whoever asks takes a compressed answer."""
    return request.accept_encodings["gzip"] > 0


def _compressed(response: Response) -> Response:
    if (
        response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(_TEXTS)
        or (response.content_length or 0) < _WORTH_COMPRESSING
    ):
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
