"""An office whose clock is moved by hand, on each of the two databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.actions.certificates import Written, issue_all, prepare
from kiosk.actions.desk import Desk
from kiosk.assembly import Workshop
from printer.certificate import FORM
from printer.form import load_form
from signing.pdf import take_apart
from signing.sheet import check_code, decode_sheet
from tests.builders import a_photo
from tests.offices import Office, a_copy, a_record, new_model

Issue = Callable[..., tuple[str, str]]
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


@pytest.fixture
def issue(desk: Desk, tmp_path: Path) -> Issue:
    """Issue a certificate: its number and its check code, as they stand on the sheet."""

    def issued(**changes: object) -> tuple[str, str]:
        order = prepare(desk, {**a_record(), **changes}, a_photo().jpeg)
        (result,) = issue_all(desk, [order], folder=tmp_path, batch=None)
        assert isinstance(result, Written)
        data = result.file.read_bytes()
        sheet = decode_sheet(take_apart(load_form(FORM).form, data).claims)
        return sheet.number, check_code(bytes.fromhex(sheet.id))

    return issued
