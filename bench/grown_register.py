"""Does the millionth certificate cost what the thousandth did?

Two registers of one kind, filled with a thousand and with a million invented rows; certificates are
issued into both by turns, with everything but the files. CPU seconds of this process, and for
PostgreSQL wall-clock seconds too, since its server works elsewhere.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count

from bench.figures import Figure, at_most, by_turns, told
from bench.filling import fill_register
from bench.office import a_photo, a_record, an_office
from kiosk.actions.certificates import issue_all, prepare
from kiosk.assembly import Workshop
from kiosk.domain.certificates import local_date
from kiosk.storage.database import new_engine
from tests.postgres import start_server, stop_server

__all__ = ["figures"]

FEW, MANY = 1_000, 1_000_000
CHUNK = 128
MICRO = 1e6


def figures() -> Iterator[Figure]:
    """The figures of growth, on both databases."""
    photo = a_photo()
    with ExitStack() as offices:
        sqlite = [offices.enter_context(an_office()) for _ in range(2)]
        yield from _growth("SQLite", sqlite, photo)
    with ExitStack() as offices:
        server = start_server(durable=True)
        offices.callback(stop_server, server)
        urls = [server.url(server.new_database()) for _ in range(2)]
        yield from _growth(
            "PostgreSQL", [offices.enter_context(an_office(url)) for url in urls], photo
        )


def _growth(kind: str, offices: list[Workshop], photo: bytes) -> Iterator[Figure]:
    began = time.perf_counter()
    for workshop, rows in zip(offices, (FEW, MANY), strict=True):
        settings = workshop.settings
        day = local_date(workshop.clock(), settings.unit.utc_offset) - timedelta(days=1)
        fill_register(new_engine(settings.register_url), rows, unit=settings.site.unit, until=day)
    yield told(f"filling a register with a million rows, {kind}", time.perf_counter() - began, "s")
    numbers = count()

    def issue(workshop: Workshop) -> None:
        made = [prepare(workshop.desk, a_record(next(numbers)), photo) for _ in range(CHUNK)]
        folder = workshop.settings.folder
        issue_all(workshop.desk, made, folder=folder, batch=None, deliver=lambda files: None)

    clock = time.process_time if kind == "SQLite" else time.perf_counter
    took = by_turns(
        {"few": (lambda: issue(offices[0]), 1), "many": (lambda: issue(offices[1]), 1)},
        rounds=31,
        clock=clock,
    )
    unit = "µs CPU" if kind == "SQLite" else "µs wall"
    yield told(f"issuing after a thousand, {kind}", took["few"] / CHUNK * MICRO, unit)
    yield told(f"issuing after a million, {kind}", took["many"] / CHUNK * MICRO, unit)
    yield at_most(f"issuing the 1,000,000th : the 1,000th, {kind}", took["many"] / took["few"], 1.2)
