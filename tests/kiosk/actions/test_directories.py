"""An office learns in time that its directory of keys runs out: past its day nobody can report."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk.actions.directories import parse_asked, warning_of
from kiosk.actions.mailroom import Mailroom
from kiosk.assembly import Workshop
from kiosk.cli.serving import warn_of_directory
from signing.errors import FormatError
from signing.hpke import Kem
from tests.sealed_reports import DAY, Days, new_directory, publish_directory


def expiring(mailroom: Mailroom, *, days: int) -> None:
    """Publish a directory that counts for so many days from DAY."""
    until = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=days)
    publish_directory(mailroom, replace(new_directory(), expires_at=int(until.timestamp())))


def test_it_is_said_a_month_before_a_directory_has_its_day(mailroom: Mailroom) -> None:
    expiring(mailroom, days=31)
    assert warning_of(mailroom) == ""
    expiring(mailroom, days=30)
    assert warning_of(mailroom).startswith("the directory of keys counts until 2027-03-31")
    expiring(mailroom, days=0)
    assert warning_of(mailroom).endswith("the directory of keys counted until 2027-03-01")
    mailroom.directory.unlink()
    assert warning_of(mailroom) == "nobody can report: no directory of keys is published yet"


def test_whoever_serves_is_told_once_each_day(
    mailroom: Mailroom, today: Days, caplog: pytest.LogCaptureFixture
) -> None:
    # Of a workshop only this is looked at.
    workshop = cast("Workshop", SimpleNamespace(mailroom=mailroom))
    expiring(mailroom, days=9)

    with caplog.at_level(logging.WARNING, "segel"):
        said = warn_of_directory(workshop)
        said = warn_of_directory(workshop, said)
        today.forward(1)
        warn_of_directory(workshop, said)

    assert len(caplog.messages) == 2


@pytest.mark.parametrize(
    ("role", "kem", "filled"), [("handler", Kem.X25519, "00"), ("internal", Kem.X_WING, "ff")]
)
def test_a_key_that_seals_nothing_is_not_put_before_the_holders(
    role: str, kem: Kem, filled: str
) -> None:
    key = filled * kem.public_bytes
    said = {"v": 1, "unit": 997100, "role": role, "kem": int(kem), "key": key}

    with pytest.raises(FormatError):
        parse_asked(json.dumps(said).encode())
