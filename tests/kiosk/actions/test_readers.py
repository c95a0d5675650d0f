"""Who may read today is what two holders signed, and nothing else that lies in that place."""

from dataclasses import replace

import pytest

from kiosk.actions.mailroom import Mailroom
from kiosk.actions.readers import DirectoryError, find_reader, published
from signing.directory import (
    Role,
    approve_directory,
    encode_directory,
    join_approvals,
)
from signing.hpke import OpeningKey
from tests.sealed_reports import (
    HANDLER,
    HOLDERS,
    UNIT,
    Days,
    directory_key,
    new_directory,
    publish_directory,
)

DAY = 86_400
NOON = 1_803_877_200
"""At Jakarta, on the day on which these tests begin."""


def test_a_directory_is_read_anew_when_another_is_published(mailroom: Mailroom) -> None:
    first = published(mailroom)
    assert published(mailroom) is first

    newcomer = OpeningKey.new()
    publish_directory(mailroom, new_directory(directory_key(newcomer, UNIT, Role.HANDLER)))

    assert find_reader(mailroom, newcomer.sealing_key.id) is not None


def test_a_directory_that_two_holders_did_not_sign_is_none(mailroom: Mailroom) -> None:
    body = encode_directory(new_directory())
    mailroom.directory.write_bytes(join_approvals(body, [approve_directory(HOLDERS[0], body)] * 2))
    with pytest.raises(DirectoryError, match="fewer holders approved"):
        published(mailroom)

    mailroom.directory.write_bytes(b"something")
    with pytest.raises(DirectoryError, match="does not count"):
        published(mailroom)

    mailroom.directory.unlink()
    with pytest.raises(DirectoryError, match="published yet"):
        published(mailroom)


def test_a_reader_is_known_by_a_key_that_is_valid_today(mailroom: Mailroom, today: Days) -> None:
    later, ended = OpeningKey.new(), OpeningKey.new()
    publish_directory(
        mailroom,
        new_directory(
            directory_key(later, UNIT, Role.HANDLER, valid_from=NOON + DAY),
            directory_key(ended, UNIT, Role.HANDLER, until=NOON),
        ),
    )

    def found() -> list[bool]:
        wanted = (HANDLER, later, ended, OpeningKey.new())
        return [find_reader(mailroom, key.sealing_key.id) is not None for key in wanted]

    assert found() == [True, False, True, False]
    today.forward(1)
    assert found() == [True, True, False, False]


def test_a_key_that_was_ended_counts_no_more_on_the_same_day(mailroom: Mailroom) -> None:
    stolen = OpeningKey.new()
    directory = new_directory(directory_key(stolen, UNIT, Role.HANDLER, until=NOON))
    publish_directory(mailroom, directory)
    assert find_reader(mailroom, stolen.sealing_key.id) is not None

    publish_directory(mailroom, replace(directory, issued_at=NOON))

    assert find_reader(mailroom, stolen.sealing_key.id) is None
