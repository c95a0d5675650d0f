"""Every route is closed unless its blueprint has a door, or it is listed here by name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kiosk.cli.serving import office_of
from kiosk.domain.staff import Role
from kiosk.web.app import create_app
from kiosk.web.guards import EVERYBODY, door, first_page, roles_behind
from kiosk.web.station.office import StationDesk
from tests.staffed import Staffed

# What anybody may open. A new line here is a decision: say in the review why it needs no door.
PUBLIC = {
    "asset",
    # Whoever has an officer at the door asks who that is.
    "badge.show_form",
    "badge.show_officer",
    "check.check_file",
    "check.check_number",
    "check.show_forms",
    "enrol.show_form",
    "enrol.take_form",
    # Which part of the town a poster hangs in, told by anybody's phone; nothing is told back.
    "footfall.show_areas",
    "footfall.take_area",
    "report.show_form",
    # A phone's own signature says whose it is; the page of it is the same for everybody.
    "reports.take_reports",
    "shell.show_manifest",
    "shell.show_shell",
    "report.take_report",
    "sign_in.leave",
    "sign_in.offer_passkey",
    "sign_in.show_form",
    "sign_in.take_form",
    "sign_in.take_passkey",
    "trust.show_bundle",
    "trust.show_journal",
    "trust.show_lists",
    "trust.show_root",
    "trust.show_status",
    "verify.show_manifest",
    "verify.show_page",
    "verify.show_service_worker",
    # The applicant's: behind a code and a birth date, which they ask for themselves.
    "apply.go_on",
    "apply.leave",
    "apply.show_begin",
    "apply.show_code",
    "apply.show_forgetting",
    "apply.show_needs",
    "apply.show_opening",
    "apply.show_start",
    "apply.take_begin",
    "apply.take_forgetting",
    "apply.take_opening",
    "form.put_back",
    "form.show_alone",
    "form.show_paper",
    "coming.show_times",
    "coming.take_back",
    "coming.take_time",
    "complaint.show_complaint",
    "complaint.take_back",
    "complaint.take_complaint",
    "form.show_question",
    "form.show_summary",
    "form.take_alone",
    "form.take_answer",
    "form.take_away",
    "form.take_paper",
    "form.take_submission",
    "receiving.collect_instead",
    "receiving.print_slip",
    "receiving.show_letter",
    "receiving.show_slip",
    "receiving.take_letter",
    "rating.ask_for_receipt",
    "rating.show_rating",
    "rating.take_back",
    "rating.take_rating",
    "rating.take_receipt",
    "status.ask_for_reference",
    "status.show_cancelling",
    "status.show_correcting",
    "status.show_openings",
    "status.show_status",
    "status.take_cancelling",
    "status.take_correcting",
}
# It has a door of its own kind, by network: tests/kiosk/web/station/test_door.py.
STATION = {"screen", "scans"}


def _never(*_arguments: Any) -> NoReturn:
    raise AssertionError("somebody came through a closed door")


CLOSED_STATION = StationDesk(
    reads_cards=False,
    open_scan=_never,
    look=_never,
    type_card=_never,
    end_scan=_never,
    networks=(),
)


@pytest.fixture
def app(staffed: Staffed) -> Flask:
    """Every screen there is."""
    # Posters have pages where reports are taken; without a mailroom that is all there is of them.
    reports = replace(staffed.desk.settings.reports, enabled=True)
    desk = replace(staffed.desk, settings=replace(staffed.desk.settings, reports=reports))
    staffed.__dict__["app"] = create_app(
        office_of(staffed.workshop), station=CLOSED_STATION, desk=desk
    )
    return staffed.app


def closed_routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Each route that is not public, with each of its methods and an address that leads to it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            values = {name: _example(rule, name) for name in rule.arguments}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, adapter.build(rule.endpoint, values, method=method)


def _example(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    return 1 if "Integer" in type(converter).__name__ else "x"


def open_to(app: Flask, client: FlaskClient, roles: frozenset[Role] | None) -> list[str]:
    """What somebody with these roles, or a stranger (None), gets into without being meant to."""
    found = []
    for rule, method, address in closed_routes(app):
        blueprint = rule.endpoint.partition(".")[0]
        answer = client.open(address, method=method)
        if blueprint in STATION:
            kept_out = answer.status_code == 404
        elif roles is None:
            kept_out = answer.status_code == 303 and answer.location.startswith("/sign-in")
        elif (roles_behind(blueprint) or frozenset()) & roles:
            kept_out = True  # it is meant to
        else:
            kept_out = answer.status_code == 403
        if not kept_out:
            found.append(f"{method} {rule} {answer.status_code}")
    return found


def test_a_stranger_gets_in_nowhere(app: Flask, staffed: Staffed) -> None:
    assert open_to(app, staffed.client(), None) == []


def test_every_route_that_is_not_public_has_a_door(app: Flask) -> None:
    blueprints = {rule.endpoint.partition(".")[0] for rule, _, _ in closed_routes(app)}
    assert {name for name in blueprints - STATION if roles_behind(name) is None} == set()


def test_another_site_sends_nothing_to_what_an_open_door_leads_to(
    app: Flask, staffed: Staffed
) -> None:
    # A number to check and a fake to report are taken from anywhere: nobody is signed in there.
    taken_from_anywhere = {"check.check_file", "check.check_number", "report.take_report"}
    adapter = app.url_map.bind("localhost")
    client = staffed.client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC - taken_from_anywhere:
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
                values = {name: _example(rule, name) for name in rule.arguments}
                address = adapter.build(rule.endpoint, values, method=method)
                assert client.open(address, method=method).status_code == 403, rule


def test_what_is_listed_as_public_is_there(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC


@pytest.mark.parametrize("role", Role)
def test_nobody_gets_in_with_a_wrong_role(app: Flask, staffed: Staffed, role: Role) -> None:
    assert open_to(app, staffed.client(role), frozenset({role})) == []


def test_a_door_for_everybody_needs_an_account_all_the_same(app: Flask, staffed: Staffed) -> None:
    client = staffed.client(staffed.add("tanpa-peran"))
    assert client.get("/account").status_code == 200
    for_everybody = [
        f"{method} {rule}"
        for rule, method, _ in closed_routes(app)
        if roles_behind(rule.endpoint.partition(".")[0]) == EVERYBODY
    ]
    assert [one.rpartition(" ")[0] for one in open_to(app, client, frozenset())] == for_everybody


@pytest.mark.parametrize("role", Role)
def test_whoever_signs_in_lands_on_a_page_that_opens(staffed: Staffed, role: Role) -> None:
    client = staffed.client(role)
    with staffed.app.test_request_context():
        landing = first_page(staffed.staff(role))
    page = client.get(landing)
    assert page.status_code == 200
    assert "Akun saya" in page.text


def test_pages_without_a_door_would_be_noticed(app: Flask, staffed: Staffed) -> None:
    forgotten = Blueprint("forgotten", __name__, url_prefix="/forgotten")
    forgotten.add_url_rule("/<int:number>", "show", lambda number: f"file {number}")
    app.register_blueprint(forgotten)

    assert open_to(app, staffed.client(), None) == ["GET /forgotten/<int:number> 200"]
    assert open_to(app, staffed.client(Role.AUDITOR), frozenset({Role.AUDITOR}))


def test_pages_with_a_door_would_not(app: Flask, staffed: Staffed) -> None:
    pages = door(Blueprint("remembered", __name__), roles={Role.COMMANDER})
    pages.add_url_rule("/remembered", "show", lambda: "figures")
    app.register_blueprint(pages)

    assert open_to(app, staffed.client(), None) == []
    assert staffed.client(Role.COMMANDER).get("/remembered").status_code == 200
    assert staffed.client(Role.AUDITOR).get("/remembered").status_code == 403


def test_another_site_changes_nothing_with_somebodys_session(app: Flask, staffed: Staffed) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    for site in ("cross-site", "same-site", "none"):
        client.environ_base["HTTP_SEC_FETCH_SITE"] = site
        for rule, method, address in closed_routes(app):
            if method != "GET" and rule.endpoint.partition(".")[0] not in STATION:
                assert client.open(address, method=method).status_code == 403


def test_a_machine_is_told_in_its_own_words(staffed: Staffed) -> None:
    answer = staffed.client().get("/account", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_whoever_asked_for_a_page_is_led_back_to_it(staffed: Staffed) -> None:
    answer = staffed.client().get("/account?lang=en")
    assert answer.location == "/sign-in?lang=en&next=/account?lang%3Den"
