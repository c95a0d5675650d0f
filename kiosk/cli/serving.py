"""`segel serve`: the pages, from one process."""

import json
import logging
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.actions.verification import look_up
from kiosk.assembly import Workshop, open_workshop

from .saying import said_errors, say

if TYPE_CHECKING:
    from kiosk.web.public.office import FakeReport, PublicOffice

__all__ = ["serve", "serve_workshop"]

FAKES_FILE = "reported-fakes.jsonl"
MEGABYTE = 1 << 20


@click.command()
@click.option("--host", help="The address to listen at.  [default: the settings']")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: the settings']")
@click.pass_obj
@said_errors
def serve(site: Path, *, host: str | None, port: int | None) -> None:
    """Serve the pages until interrupted, and keep the published status lists fresh.

    The public reaches it through a web server with TLS in front; docs/operations/install.md has an
    example. Nobody's address is logged.
    """
    serve_workshop(open_workshop(site), host=host, port=port)


def serve_workshop(workshop: Workshop, *, host: str | None = None, port: int | None = None) -> None:
    """Serve the pages of an opened installation."""
    from waitress import serve as serve_wsgi

    from kiosk.web.app import create_app

    web = workshop.settings.web
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    workshop.publish()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_fresh, args=(workshop, stop), daemon=True)
    keeper.start()
    listens = host or web.host, port or web.port
    say(f"Serving {workshop.settings.site.url} at http://{listens[0]}:{listens[1]}")
    try:
        serve_wsgi(
            create_app(office_of(workshop)),
            host=listens[0],
            port=listens[1],
            threads=web.threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    finally:
        stop.set()


def _keep_fresh(workshop: Workshop, stop: threading.Event) -> None:
    """Publish again every few minutes, until told to stop.

    Each turn has a thread of its own: what goes wrong in it is printed and ends that turn alone,
    and the next may find the disk or the token back.
    """
    own = workshop.of_its_own()
    while not stop.wait(own.settings.trust.status_refresh_minutes * 60):
        turn = threading.Thread(target=own.publish, name="publishing")
        turn.start()
        turn.join()


def office_of(workshop: Workshop) -> "PublicOffice":
    """What the public pages have to hand."""
    from kiosk.web.public.office import PublicOffice
    from verifier.command import check_file
    from verifier.status import load_trust

    settings = workshop.settings
    web = settings.web

    def now() -> int:
        return int(workshop.clock().timestamp())

    return PublicOffice(
        site_name=settings.site.name,
        base_url=settings.site.url,
        demo=settings.site.demo,
        utc_offset=settings.unit.utc_offset,
        public=workshop.public,
        clock=now,
        check_file=lambda data, name: check_file(data, load_trust(workshop.public), now=now()),
        find_by_number=lambda number, code: look_up(workshop.desk, number, code),
        report_fake=lambda report: _keep_report(settings.folder / FAKES_FILE, report),
        language=settings.language.default,
        trusted_proxies=web.trusted_proxies,
        upload_limit=web.upload_limit_mb * MEGABYTE,
        uploads_per_minute=web.uploads_per_minute,
        lookups_per_minute=web.lookups_per_minute,
    )


def _keep_report(path: Path, report: "FakeReport") -> None:
    """Add a report of a fake to the file that only the office reads."""
    line = json.dumps(asdict(report), ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
