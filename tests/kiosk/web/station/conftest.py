"""A station without a server: its office's answers are prepared."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.web.app import create_app
from tests.public_site import PublicSite
from tests.stations import PreparedStation


@pytest.fixture
def station() -> PreparedStation:
    """A station's office."""
    return PreparedStation()


@pytest.fixture
def client_of(tmp_path: Path) -> Callable[[PreparedStation], FlaskClient]:
    """A client of the pages of a station."""

    def make(station: PreparedStation) -> FlaskClient:
        site = PublicSite(tmp_path)
        site.publish()
        return create_app(site.office, station=station.desk).test_client()

    return make


@pytest.fixture
def client(
    client_of: Callable[[PreparedStation], FlaskClient], station: PreparedStation
) -> FlaskClient:
    """A client of `station`, on the station's own machine."""
    return client_of(station)
