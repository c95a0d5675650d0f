"""Do the pages of the millionth application cost what those of the thousandth did?

Two registers, filled with a thousand and with a million invented applications, and the same work
waiting in both; pages of both are asked for by turns, through the whole program but the socket.
Wall-clock seconds, for PostgreSQL's server works elsewhere. A status page is held beside an empty
one, the frame of every page with nothing in it, in CPU seconds of the server that makes both.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Flask, render_template
from flask.testing import FlaskClient

from bench.figures import Figure, at_most, by_turns, told
from bench.filling_applications import fill_applications
from bench.office import an_office
from kiosk.actions.accounts import begin_session
from kiosk.actions.staff import add_office, add_staff
from kiosk.assembly import Workshop
from kiosk.cli.serving import office_of
from kiosk.domain.accounts import Way
from kiosk.domain.staff import Grant, OfficeKind, Role
from kiosk.storage.database import new_engine
from kiosk.web.app import create_app
from tests.applying import ANSWERS, BIRTH, apply, birth_fields
from tests.postgres import start_server, stop_server

__all__ = ["figures"]

FEW, MANY = 1_000, 1_000_000
MILLI = 1e3
ROUNDS = 41
AT_MOST, STATUS_TO_EMPTY = 1.5, 4.0


def figures() -> Iterator[Figure]:
    """The figures of both databases."""
    with ExitStack() as offices:
        yield from _status_beside_empty(_Pages(offices.enter_context(an_office()), 0), "SQLite")
    with ExitStack() as offices:
        server = start_server(durable=True)
        offices.callback(stop_server, server)
        began = time.perf_counter()
        few, many = (
            _Pages(offices.enter_context(an_office(server.url(server.new_database()))), count)
            for count in (FEW, MANY)
        )
        yield told("filling with 1,001,000 applications", time.perf_counter() - began, "s")
        yield from _growth(few, many)
        yield from _status_beside_empty(many, "PostgreSQL")


class _Pages:
    """The pages of an office with `count` applications, as its people and an applicant ask."""

    def __init__(self, workshop: Workshop, count: int) -> None:
        desk = workshop.desk
        unit = workshop.settings.site.unit
        place = add_office(
            desk, by=None, kind=OfficeKind.POLRES, name="Polres Contoh", above=None, unit=unit
        )
        if count:
            engine = new_engine(workshop.settings.register_url)
            now = int(desk.clock().timestamp())
            fill_applications(engine, desk.cells, count, office=place.id, now=now)
            engine.dispose()
        self.app = create_app(office_of(workshop), desk=desk)
        _add_empty_page(self.app)
        self.applicant = self._client()
        applied = apply(desk, paid=True)
        self.applicant.post("/apply/open", data={"code": applied.code} | birth_fields(BIRTH))
        self.staff = {}
        for role in (Role.VERIFIER, Role.EXAMINER, Role.PRINT_ROOM):
            somebody = add_staff(
                desk,
                by=None,
                login=str(role),
                name=f"{role} Contoh",
                office=place.id,
                grants=[Grant(role=role, office=place.id)],
            )
            with desk.register.begin() as books:
                token = begin_session(desk, books, somebody, Way.PASSWORD).token
            self.staff[role] = self._client()
            self.staff[role].set_cookie("segel-session", token, domain="localhost")

    def asking(self, path: str, role: Role | None = None) -> Callable[[], object]:
        """Ask for a page, as somebody."""
        client = self.applicant if role is None else self.staff[role]
        assert client.get(path).status_code == 200, path
        return lambda: client.get(path)

    def answering(self) -> Callable[[], object]:
        """Send a page of the form in, and take the next."""
        return lambda: self.applicant.post("/apply/form/window", data=ANSWERS["window"])

    def _client(self) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
        return client


def _add_empty_page(app: Flask) -> None:
    app.add_url_rule("/empty", "empty", lambda: render_template("public/apply/frame.html"))


def _growth(few: _Pages, many: _Pages) -> Iterator[Figure]:
    pages = {
        "status page": ("/apply/status", None),
        "who opened the file": ("/apply/status/openings", None),
        "queue of papers": ("/counter/queue/check", Role.VERIFIER),
        "queue of examinations": ("/counter/queue/examine", Role.EXAMINER),
        "queue of sheets": ("/counter/queue/print", Role.PRINT_ROOM),
    }
    things: dict[str, tuple[Callable[[], object], int]] = {}
    for name, (path, role) in pages.items():
        things[f"few {name}"] = (few.asking(path, role), 10)
        things[f"many {name}"] = (many.asking(path, role), 10)
    things["few answer to a page"] = (few.answering(), 5)
    things["many answer to a page"] = (many.answering(), 5)
    took = by_turns(things, rounds=ROUNDS, clock=time.perf_counter)
    for name in (*pages, "answer to a page"):
        yield told(f"{name} of 1,000,000, PostgreSQL", took[f"many {name}"] * MILLI, "ms wall")
        ratio = took[f"many {name}"] / took[f"few {name}"]
        yield at_most(f"{name} of 1,000,000 : of 1,000, PostgreSQL", ratio, AT_MOST)


def _status_beside_empty(pages: _Pages, kind: str) -> Iterator[Figure]:
    things = {"status": (pages.asking("/apply/status"), 20), "empty": (pages.asking("/empty"), 20)}
    took = by_turns(things, rounds=ROUNDS)
    yield told(f"status page, {kind}", took["status"] * MILLI, "ms CPU")
    yield told(f"empty page, {kind}", took["empty"] * MILLI, "ms CPU")
    ratio = took["status"] / took["empty"]
    yield at_most(f"status page : empty page, {kind}", ratio, STATUS_TO_EMPTY)
