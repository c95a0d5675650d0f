"""`segel serve`: the pages, from one process."""

import json
import logging
import os
import signal
import threading
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from config.loading import SettingsError
from kiosk.actions.trust import count_changes
from kiosk.actions.verification import look_up
from kiosk.assembly import Workshop, open_workshop
from kiosk.domain.errors import Refusal
from kiosk.storage.errors import StorageError
from signing.errors import SigningError

from .opening import opened
from .saying import fail, said_errors, say

if TYPE_CHECKING:
    from kiosk.scanning.reader import CardReader
    from kiosk.web.public.mailbox import Mailbox
    from kiosk.web.public.office import FakeReport, PublicOffice
    from kiosk.web.reading.asking import Reading
    from kiosk.web.station.office import StationDesk

__all__ = ["serve", "serve_workshop"]

log = logging.getLogger("segel")

FAKES_FILE = "reported-fakes.jsonl"
MEGABYTE = 1 << 20
# Below the thousand files that a process may open by default, the database's among them.
MOST_CONNECTIONS = 800
# A connection that says nothing for so long is closed.
SILENT_SECONDS = 30
# How often the outbox is looked into.
LOOK_AFTER_SECONDS = 15


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
    serve_workshop(opened(site), host=host, port=port)


def serve_workshop(workshop: Workshop, *, host: str | None = None, port: int | None = None) -> None:
    """Serve the pages of an opened installation, until SIGINT or SIGTERM."""
    from waitress import create_server

    from kiosk.scanning.reader import CardReader
    from kiosk.web.app import create_app

    web = workshop.settings.web
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    host, port = host or web.host, port or web.port
    changes = count_changes(workshop.register)
    published = workshop.publish()
    if published.waiting:
        log.warning("the trust bundle is still the old one: %s", published.waiting)
    reader = CardReader() if workshop.settings.station.enabled else None
    pages = create_app(
        office_of(workshop),
        station=None if reader is None else station_of(workshop, reader),
        desk=workshop.desk,
        mailbox=mailbox_of(workshop),
        reading=reading_of(workshop),
    )
    try:
        server = create_server(
            pages,
            host=host,
            port=port,
            threads=web.threads,
            ident=None,
            # What people send stays in memory: above this the server would put it into a file. It
            # takes no more than that, and the pages say a kinder no to less.
            inbuf_overflow=2 * web.upload_limit_mb * MEGABYTE,
            max_request_body_size=2 * web.upload_limit_mb * MEGABYTE,
            # Who sends slowly, or nothing, holds a connection and no thread.
            connection_limit=MOST_CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=SILENT_SECONDS,
            cleanup_interval=SILENT_SECONDS // 3,
            # The pages believe as many proxies as the settings name (create_app), and no more.
            clear_untrusted_proxy_headers=not web.trusted_proxies,
        )
    except OSError as problem:
        fail(f"cannot listen at {host} port {port}: {os.strerror(problem.errno or 0)}")
    stop = threading.Event()
    keeper = threading.Thread(target=keep_fresh, args=(workshop, stop, changes), daemon=True)
    keeper.start()
    tidy = threading.Thread(target=_look_after, args=(workshop, stop), daemon=True)
    tidy.start()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _end)
    say(f"Serving {workshop.settings.site.url} at http://{host}:{port}")
    # It returns after what _end raises, once the requests at hand are answered.
    server.run()
    stop.set()
    if reader is not None:
        reader.close()
    keeper.join(timeout=1)
    tidy.join(timeout=1)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def keep_fresh(workshop: Workshop, stop: threading.Event, changes: int) -> None:
    """Publish again every few minutes, and as soon as the lists say too little, until told to stop.

    `changes` is how often they had changed before they were published last.
    """
    most = workshop.settings.trust.status_refresh_minutes * 60
    waited = 0
    while not stop.wait(LOOK_AFTER_SECONDS):
        waited += LOOK_AFTER_SECONDS
        now = _count_changes(workshop)
        if waited >= most or now not in (None, changes):
            waited = 0
            if publish_again(workshop) and now is not None:
                changes = now


def _count_changes(workshop: Workshop) -> int | None:
    """How often what the lists say has changed; None where the register does not answer."""
    try:
        return count_changes(workshop.register)
    except StorageError:
        return None


def _look_after(workshop: Workshop, stop: threading.Event) -> None:
    """Do what is due every few seconds, until told to stop."""
    warned = ""
    while not stop.wait(LOOK_AFTER_SECONDS):
        look_after_once(workshop)
        warned = warn_of_directory(workshop, warned)


def look_after_once(workshop: Workshop) -> None:
    """Send notices, let payments lapse, forget; what goes wrong is logged, and the next turn tries.

    The database, or the store of files, may be back by then.
    """
    from kiosk.actions.upkeep import look_after

    try:
        look_after(workshop.desk, workshop.senders)
    except (OSError, SigningError, StorageError, Refusal) as problem:
        log.error("notices wait, or something is not forgotten yet: %s", problem)
    shred_once(workshop)


def shred_once(workshop: Workshop) -> None:
    """Shred reports that were kept long enough, and publish the head of their log.

    What goes wrong is logged, and tried again.
    """
    from kiosk.actions.cases import shred_due
    from kiosk.actions.deeds import publish_deeds

    try:
        if workshop.mailroom is not None:
            shred_due(workshop.mailroom)
            publish_deeds(workshop.mailroom)
    except (OSError, StorageError, Refusal) as problem:
        log.error("reports are not shredded yet, or their log is not published: %s", problem)


def warn_of_directory(workshop: Workshop, warned: str = "") -> str:
    """Log why nobody can report, or soon nobody can, once each day; what was logged last.

    Every directory of keys has its day, and past it no browser seals anything.
    """
    from kiosk.actions.directories import warning_of

    if workshop.mailroom is None:
        return ""
    warning = warning_of(workshop.mailroom)
    said = f"{workshop.mailroom.today()}: {warning}" if warning else ""
    if said and said != warned:
        log.warning("%s", warning)
    return said


def publish_again(workshop: Workshop) -> bool:
    """Publish with the settings and keys as they are by now; what goes wrong is logged.

    The next turn may find the settings mended, or the disk, the token or the database back.
    """
    try:
        fresh = open_workshop(
            workshop.settings.folder,
            prompt=lambda: workshop.keychain.passphrase,
            clock=workshop.clock,
        )
        with closing(fresh):
            published = fresh.publish()
    except (OSError, SettingsError, SigningError, StorageError) as problem:
        log.error("the status lists were not published: %s", problem)
        return False
    if published.waiting:
        log.warning("the trust bundle is still the old one: %s", published.waiting)
    return True


def office_of(workshop: Workshop) -> "PublicOffice":
    """What the public pages have to hand."""
    from kiosk.web.public.office import PublicOffice
    from verifier.documents import check_file
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


def mailbox_of(workshop: Workshop) -> "Mailbox | None":
    """What takes sealed reports in, where the office does; no part of it knows the desk."""
    from kiosk.web.public.mailbox import Mailbox

    if workshop.mailroom is None:
        return None
    return Mailbox(mailroom=workshop.mailroom)


def reading_of(workshop: Workshop) -> "Reading | None":
    """What those who read sealed reports ask, where the office takes any."""
    from kiosk.web.reading.asking import Reading

    if workshop.mailroom is None:
        return None
    return Reading(mailroom=workshop.mailroom, clock=lambda: int(workshop.clock().timestamp()))


def station_of(workshop: Workshop, reader: "CardReader") -> "StationDesk":
    """What the screens of a station have to hand; `reader` is started, so that nobody waits."""
    from kiosk.actions.identities import expected_by_code, hash_of
    from kiosk.actions.scans import Scans, judge
    from kiosk.scanning.lines import is_installed
    from kiosk.web.station.office import StationDesk
    from verifier.documents import check_text
    from verifier.status import load_trust
    from verifier.verdict import Verdict

    desk = workshop.desk

    def check(text: str) -> Verdict:
        now = int(workshop.clock().timestamp())
        return check_text(text, load_trust(workshop.public), now=now)

    same = hash_of(desk.cells)
    scans = Scans(
        find_expected=lambda code: expected_by_code(desk, code, check),
        look=lambda picture, near: reader.look(picture, near=near),
        hash_of=same,
        clock=time.monotonic,
    )
    if is_installed():
        reader.warm()
    else:
        log.warning("cards are typed, not read: install the extra `cards` (rapidocr)")
    return StationDesk(
        reads_cards=is_installed(),
        open_scan=scans.open,
        look=scans.look,
        type_card=scans.type_card,
        end_scan=scans.end,
        networks=workshop.settings.station.networks,
        judge=lambda expected, picture: judge(reader.look(picture), expected, same),
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
