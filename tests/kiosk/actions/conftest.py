"""An office whose clock is moved by hand, on each of the two databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.actions.desk import Desk
from kiosk.assembly import Workshop
from tests.offices import Office, a_copy, new_model

WIB = timedelta(hours=7)
# The office opened long before any test, and its first key signs until long after.
OPENED, MONTHS = "2026-06-01T08:00", "24"


class Wall:
    """A clock on the wall in Jakarta that is moved by hand: YYYY-MM-DDTHH:MM."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.text).replace(tzinfo=UTC) - WIB


@pytest.fixture(scope="session")
def model_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation that every office of these tests is a copy of."""
    folder = tmp_path_factory.mktemp("model-by-the-wall")
    return new_model(folder, clock=Wall(OPENED), SEGEL_KEYS_MONTHS_OF_SIGNING=MONTHS)


@pytest.fixture
def office(model_site: Path, tmp_path: Path) -> Office:
    """An office of the test's own, with a register in a file."""
    return a_copy(model_site, tmp_path / "desk")


@pytest.fixture
def wall() -> Wall:
    """The clock: noon at the end of August 2027."""
    return Wall("2027-08-31T12:00")


@pytest.fixture
def workshop(any_office: Office, wall: Wall) -> Iterator[Workshop]:
    """An office by this clock, on each of the two databases."""
    opened = any_office.workshop(wall)
    yield opened
    opened.close()


@pytest.fixture
def desk(workshop: Workshop) -> Desk:
    """Its desk."""
    return workshop.desk
