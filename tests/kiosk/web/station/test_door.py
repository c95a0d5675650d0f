"""The door of a station: who may come in, and who may ask."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import PublicSite
from tests.stations import PreparedStation

Client = Callable[[PreparedStation], FlaskClient]

DOORS = [
    ("GET", "/station"),
    ("POST", "/station"),
    ("POST", "/station/scans"),
    ("POST", "/station/scans/scan-1/frames"),
    ("POST", "/station/scans/scan-1/typed"),
    ("DELETE", "/station/scans/scan-1"),
]
LAN = "192.168.7.0/24"


def enter(client: FlaskClient, address: str, host: str = "localhost:8000") -> int:
    """What somebody at this address gets who asks for the page by this name."""
    return client.get(
        "/station", environ_base={"REMOTE_ADDR": address}, headers={"Host": host}
    ).status_code


def test_every_way_in_has_a_door(client: FlaskClient) -> None:
    rules = {
        (method, rule.rule.replace("<id_>", "scan-1"))
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/station")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert rules == set(DOORS)


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_a_machine_elsewhere_finds_nothing(
    client: FlaskClient, station: PreparedStation, method: str, path: str
) -> None:
    answer = client.open(path, method=method, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert answer.status_code == 404
    assert (station.opened, station.ended) == ([], [])


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.3.4", "::1", "::ffff:127.0.0.1"])
def test_the_stations_own_machine_comes_in(client: FlaskClient, address: str) -> None:
    assert enter(client, address) == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("192.168.7.20", 200),
        ("::ffff:192.168.7.20", 200),
        ("192.168.8.20", 404),
        ("127.0.0.1", 404),
        ("fe80::1", 404),
        ("", 404),
    ],
)
def test_only_the_networks_that_are_named_come_in(
    client_of: Client, address: str, status: int
) -> None:
    client = client_of(PreparedStation(networks=(LAN,)))

    assert enter(client, address, "desk.example") == status


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_is_asked_by_its_own_name(client: FlaskClient, host: str) -> None:
    assert enter(client, "127.0.0.1", host) == 200


# A proxy that no setting names has the whole world behind it; and a name of somebody else's may be
# made to lead here.
@pytest.mark.parametrize("host", ["skck.example", "192.168.7.20", "localhost.example", "[::"])
def test_this_machine_under_another_name_is_somebody_else(client: FlaskClient, host: str) -> None:
    assert enter(client, "127.0.0.1", host) == 404


@pytest.mark.parametrize(("method", "path"), DOORS[1:])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:9000"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_page_of_another_site_may_not_ask(
    client: FlaskClient, station: PreparedStation, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.open(path, method=method, headers=headers | {"Host": "localhost:8000"})

    assert answer.status_code == 403
    assert (station.opened, station.ended) == ([], [])


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost:8000"}, {}],
    ids=str,
)
def test_the_stations_own_page_may(
    client: FlaskClient, station: PreparedStation, headers: dict[str, str]
) -> None:
    answer = client.post(
        "/station/scans", json={"code": None}, headers=headers | {"Host": "localhost:8000"}
    )

    assert answer.status_code == 201
    assert station.opened == [None]


def test_a_form_says_where_it_stands(client: FlaskClient) -> None:
    # Else browsers without Sec-Fetch-Site send `Origin: null` with it.
    assert client.get("/station").headers["Referrer-Policy"] == "same-origin"
    assert client.get("/").headers["Referrer-Policy"] == "no-referrer"


def test_an_office_without_a_station_has_none(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    site.publish()
    client = create_app(site.office).test_client()

    assert [client.open(path, method=method).status_code for method, path in DOORS] == [404] * 6
