"""Asking a service over HTTP: one request, bounded in time and size, that is led nowhere else."""

import http.client
import ipaddress
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Never
from urllib.parse import urlsplit

from .errors import SignerError

__all__ = ["is_loopback", "post"]


def is_loopback(url: str) -> bool:
    """Whether the address names this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is sent may be secret: it goes to the service that was named, and no further."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> Never:
        raise urllib.error.HTTPError(req.full_url, code, "it leads elsewhere", headers, fp)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, longest: int
) -> bytes:
    """What the service at `url` answers, `longest` bytes at most, within `seconds` for each step.

    Raises:
        SignerError: it does not answer, refuses, or answers too much. The sentence names the host
            and nothing of what was sent or answered.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise SignerError(f"{parts.scheme}: is not an address of the web")
    proxies = urllib.request.ProxyHandler({} if is_loopback(url) else None)
    opener = urllib.request.build_opener(proxies, _NoRedirect())
    request = urllib.request.Request(  # noqa: S310 -- the scheme was looked at above
        url, body, dict(headers), method="POST"
    )
    complaint = ""
    data = b""
    try:
        with opener.open(request, timeout=seconds) as response:
            data = response.read(longest + 1)
    except urllib.error.HTTPError as problem:
        complaint = f"refuses: HTTP status {problem.code}"
        problem.close()
    except TimeoutError:
        complaint = "does not answer in time"
    except (OSError, http.client.HTTPException):
        complaint = "cannot be reached"
    if len(data) > longest:
        complaint = "answers too much"
    # Raised here, not above: what the library says of the request is not carried along.
    if complaint:
        raise SignerError(f"{parts.netloc} {complaint}")
    return data
