"""Counting who comes by posters takes an area and nothing else, and answers all the same."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.domain.errors import Unknown
from kiosk.web.public.footfall import Footfall, use_footfall

AREAS = ("Timur", "")


@pytest.fixture
def told() -> list[str]:
    """What was counted."""
    return []


@pytest.fixture
def client(told: list[str]) -> FlaskClient:
    """A browser at a site that counts two an hour of anybody."""

    def tell(area: str) -> None:
        if area not in AREAS:
            raise Unknown(area)
        told.append(area)

    app = Flask(__name__)
    app.extensions["limits"] = {}
    given = Footfall(areas=lambda: AREAS, tell=tell)
    use_footfall(app, given, per_minute=3, clock=lambda: 1_000)
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def test_an_area_is_counted_and_nobody_learns_whether(client: FlaskClient, told: list[str]) -> None:
    assert client.get("/footfall").json == {"areas": ["Timur", ""]}

    answers = [
        client.post("/footfall", data=body)
        for body in ('{"area": "Timur"}', '{"area": "Atlantis"}', '{"area": 1}', "[]", "{")
    ]

    assert {(one.status_code, one.data) for one in answers} == {(204, b"")}
    names = {name for one in answers for name, _value in one.headers}
    assert names == {"Content-Type", "Referrer-Policy"}
    assert told == ["Timur"]


def test_who_tells_too_often_is_not_counted_and_not_told_so(
    client: FlaskClient, told: list[str]
) -> None:
    answers = {client.post("/footfall", data='{"area": ""}').status_code for _ in range(9)}

    assert (answers, told) == ({204}, [""] * 3)


def test_what_is_too_long_or_of_another_site_is_refused(
    client: FlaskClient, told: list[str]
) -> None:
    long = client.post("/footfall", data=b'{"area": "' + b"x" * 300 + b'"}')
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    elsewhere = client.post("/footfall", data='{"area": ""}')

    assert (long.status_code, elsewhere.status_code, told) == (413, 403, [])
