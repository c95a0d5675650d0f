"""An office with people: a tree of offices, and one account for each role.

    def test_a_courier_sees_no_queue(staffed: Staffed) -> None:
        client = staffed.client(Role.COURIER)
        assert client.get("/counter").status_code == 403

The clock stands where it stood when the test began, until the test moves it.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from waitress import create_server
from waitress.wasyncore import close_all

from kiosk.actions.accounts import begin_session, enrol, new_enrolment, open_enrolment
from kiosk.actions.desk import Desk
from kiosk.actions.staff import add_office, add_staff, all_offices, everybody
from kiosk.assembly import Workshop, the_clock
from kiosk.cli.serving import office_of
from kiosk.domain.accounts import Way
from kiosk.domain.staff import Grant, OfficeKind, Role, Staff
from kiosk.domain.staff import Office as Place
from kiosk.storage.database import new_engine
from kiosk.storage.upgrading import upgrade
from kiosk.web.app import create_app
from tests.offices import Office, a_copy, new_model

__all__ = ["PASSWORD", "Clock", "Person", "Staffed", "StaffedSite"]

PASSWORD = "benar kuda baterai jepit"
# Invented; by what they do.
NAMES = {
    Role.HELPER: "Wayan Contoh",
    Role.VERIFIER: "Sari Contoh",
    Role.EXAMINER: "Ujang Contoh",
    Role.SIGNATORY: "Siti Contoh",
    Role.PRINT_ROOM: "Made Contoh",
    Role.COURIER: "Bambang Contoh",
    Role.DUTY_OFFICER: "Dewi Contoh",
    Role.COMMANDER: "Tono Contoh",
    Role.AUDITOR: "Agus Contoh",
    Role.ADMINISTRATOR: "Ani Contoh",
}
TREE = {
    "polda": (OfficeKind.POLDA, "Polda Contoh", None),
    "polres": (OfficeKind.POLRES, "Polres Contoh", "polda"),
    "polsek": (OfficeKind.POLSEK, "Polsek Contoh Timur", "polres"),
    "post": (OfficeKind.POST, "Balai Desa Contoh Jaya", "polsek"),
    "other": (OfficeKind.POLRES, "Polres Contoh Lain", "polda"),
}
# The seeds of the accounts of the model, which every office of the run is a copy of.
_SEEDS: dict[Role, str] = {}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default_factory=lambda: the_clock().replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move it: `forward(minutes=5)`."""
        self.now += timedelta(**by)
        return self.now


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account; `seed` is that of the authenticator app."""

    staff: Staff
    password: str = PASSWORD
    seed: str = ""

    @property
    def login(self) -> str:
        """What he or she signs in with."""
        return self.staff.login

    def code(self, at: datetime) -> str:
        """What the authenticator app shows."""
        return pyotp.TOTP(self.seed).at(at)


@dataclass(kw_only=True)
class Staffed:
    """An office with people. `places` are offices of the tree, by the short names of TREE."""

    office: Office
    workshop: Workshop
    clock: Clock
    places: dict[str, Place]
    people: dict[Role, Person]

    @property
    def desk(self) -> Desk:
        """What actions have to hand."""
        return self.workshop.desk

    @cached_property
    def app(self) -> Flask:
        """The screens, public ones and the staff's."""
        return create_app(office_of(self.workshop), desk=self.desk)

    def staff(self, role: Role) -> Staff:
        """Whoever has the role."""
        return self.people[role].staff

    def add(self, login: str, *roles: Role, place: str = "polres") -> Person:
        """One more person, with these roles at this office; `sign_in` lets her or him in."""
        office = self.places[place].id
        staff = add_staff(
            self.desk,
            by=None,
            login=login,
            name=f"{login.title()} Contoh",
            office=office,
            grants=[Grant(role=role, office=office) for role in roles],
        )
        return Person(staff=staff)

    def client(self, who: Role | Person | None = None) -> FlaskClient:
        """A browser without scripts: a stranger's, or somebody's who is signed in."""
        client = self.app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if who is not None:
            self.sign_in(client, who)
        return client

    def sign_in(self, browser: FlaskClient | Page, who: Role | Person) -> None:
        """Let somebody in, without asking for anything; see tests/kiosk/web/entrance for that."""
        person = self.people[who] if isinstance(who, Role) else who
        with self.desk.register.begin() as books:
            token = begin_session(self.desk, books, person.staff, Way.PASSWORD).token
        if isinstance(browser, FlaskClient):
            browser.set_cookie("segel-session", token, domain="localhost")
        else:
            url = self.desk.settings.site.url
            browser.context.add_cookies([{"name": "segel-session", "value": token, "url": url}])


@dataclass(kw_only=True)
class StaffedSite(Staffed):
    """The same, served to browsers at `url`; passkeys work there, for it is called localhost."""

    url: str


def people(desk: Desk) -> tuple[dict[str, Place], dict[Role, str]]:
    """Add the tree and one account for each role, enrolled; the offices, and the seeds."""
    places: dict[str, Place] = {}
    seeds: dict[Role, str] = {}
    for short, (kind, name, above) in TREE.items():
        places[short] = add_office(
            desk,
            by=None,
            kind=kind,
            name=name,
            above=places[above].id if above else None,
            unit=desk.settings.site.unit if short == "polres" else None,
        )
    for role, name in NAMES.items():
        office = places["post" if role is Role.HELPER else "polres"].id
        staff = add_staff(
            desk,
            by=None,
            login=str(role),
            name=name,
            service_number="" if role is Role.HELPER else f"9999{list(Role).index(role):04d}",
            office=office,
            grants=[Grant(role=role, office=office)],
        )
        code = new_enrolment(desk, staff.id, by=None)
        seed = open_enrolment(desk, login=staff.login, code=code).seed
        app_code = pyotp.TOTP(seed).at(desk.clock())
        enrol(desk, login=staff.login, code=code, password=PASSWORD, app_code=app_code)
        seeds[role] = seed
    return places, seeds


def staffed_office(office: Office, clock: Clock, seeds: dict[Role, str] | None = None) -> Staffed:
    """What is in an office's register, and the means to work with it."""
    workshop = office.workshop(clock)
    found = {one.name: one for one in all_offices(workshop.desk)}
    persons = {staff.login: staff for staff in everybody(workshop.desk)}
    seeds = seeds or {role: _SEEDS[role] for role in NAMES}
    return Staffed(
        office=office,
        workshop=workshop,
        clock=clock,
        places={short: found[name] for short, (_, name, _above) in TREE.items()},
        people={role: Person(staff=persons[role], seed=seeds[role]) for role in NAMES},
    )


@pytest.fixture(scope="session")
def staffed_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation with people that every staffed office of the run is a copy of."""
    office = a_copy(
        new_model(tmp_path_factory.mktemp("staffed-model")),
        tmp_path_factory.mktemp("staffed") / "desk",
    )
    _SEEDS.update(_fill(office))
    return office.site


@pytest.fixture
def staffed(staffed_model: Path, tmp_path: Path) -> Iterator[Staffed]:
    """An office of the test's own with people, its register in a file."""
    made = staffed_office(a_copy(staffed_model, tmp_path / "staffed"), Clock())
    yield made
    made.workshop.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_staffed(
    request: pytest.FixtureRequest, staffed_model: Path, tmp_path: Path
) -> Iterator[Staffed]:
    """An office of the test's own with people: once on SQLite, once on PostgreSQL."""
    office = a_copy(staffed_model, tmp_path / "staffed")
    seeds = None
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        office.environment["SEGEL_DATABASE_URL"] = url
        engine = new_engine(url)
        upgrade(engine)
        engine.dispose()
        seeds = _fill(office)
    made = staffed_office(office, Clock(), seeds)
    yield made
    made.workshop.close()


def _fill(office: Office) -> dict[Role, str]:
    """Put the people into an office's empty register; the seeds of their apps."""
    # A while ago: a code of the app counts once, and tests want to use this moment's.
    clock = Clock(now=the_clock() - timedelta(hours=1))
    with closing(office.workshop(clock)) as workshop:
        return people(workshop.desk)[1]


@pytest.fixture
def staffed_site(staffed_model: Path, tmp_path: Path) -> Iterator[StaffedSite]:
    """An office of the test's own with people, served to browsers; its clock stands still, too."""
    office = a_copy(staffed_model, tmp_path / "staffed")
    # First the port, which passkeys are bound to; then the pages.
    served: list[StaffedSite] = []

    def pages(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return served[0].app(environ, start_response)

    server = create_server(pages, host="127.0.0.1", port=0, threads=4)
    url = f"http://localhost:{server.effective_port}"
    office.environment["SEGEL_SITE_URL"] = url
    made = staffed_office(office, Clock())
    served.append(
        StaffedSite(**{name: getattr(made, name) for name in made.__dataclass_fields__}, url=url)
    )
    stop = _serve(server)
    yield served[0]
    stop()
    made.workshop.close()


def _serve(server: Any) -> Callable[[], None]:
    """Answer in a thread of its own, until what is returned is called."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def stop() -> None:
        sockets = server._map
        server.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()

    return stop
