"""Who may read today is what two holders signed, and nothing else that lies in that place."""

from dataclasses import replace

import pytest

from kiosk.actions.cases import submit, thread_of
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.readers import (
    DirectoryChanged,
    DirectoryError,
    find_reader,
    handlers_of,
    published,
    require_fitting,
)
from kiosk.domain.errors import Unknown
from signing.directory import (
    Role,
    approve_directory,
    encode_directory,
    join_approvals,
)
from signing.envelope import CaseKey, Purpose, wrap_key
from signing.hpke import OpeningKey
from signing.quorum import seal_identity
from tests.sealed_reports import (
    EXTERNAL,
    HANDLER,
    HOLDERS,
    INTERNAL,
    UNIT,
    Days,
    Reporter,
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


def test_a_report_is_taken_that_is_sealed_for_whoever_reads_today(mailroom: Mailroom) -> None:
    require_fitting(mailroom, UNIT, Reporter.new().submission)

    # Whose key ends in the course of the day may be among the readers, or no more.
    ending = directory_key(OpeningKey.new(), UNIT, Role.HANDLER, until=NOON)
    publish_directory(mailroom, new_directory(ending))
    assert [key.unit for key in handlers_of(mailroom, UNIT)] == [UNIT, UNIT]
    require_fitting(mailroom, UNIT, Reporter.new().submission)


def test_a_report_sealed_for_others_than_today_s_readers_is_sealed_again(
    mailroom: Mailroom,
) -> None:
    submission = Reporter.new().submission
    case = CaseKey.new(submission.case)
    own = OpeningKey.new()
    stranger = wrap_key(case, own.sealing_key)
    notes = CaseKey.new(submission.case, purpose=Purpose.NOTES)
    spoilt = [
        replace(submission, wraps=()),
        replace(submission, wraps=(*submission.wraps, stranger)),
        replace(submission, wraps=(stranger,)),
        replace(submission, wraps=(wrap_key(notes, HANDLER.sealing_key),)),
        replace(submission, identity=envelope_for(submission.case, [own, *INTERNAL[1:]], EXTERNAL)),
        replace(submission, identity=envelope_for(submission.case, INTERNAL, [own])),
        # A custodian of the wrong side could be asked for both.
        replace(submission, identity=envelope_for(submission.case, [*EXTERNAL, *INTERNAL[1:]],
                                                  INTERNAL[:1])),
    ]  # fmt: skip

    for one in spoilt:
        with pytest.raises(DirectoryChanged):
            require_fitting(mailroom, UNIT, one)
    with pytest.raises(DirectoryChanged):
        require_fitting(mailroom, UNIT + 1, submission)
    newcomer = directory_key(own, UNIT, Role.HANDLER)
    publish_directory(mailroom, new_directory(newcomer))
    with pytest.raises(DirectoryChanged):
        require_fitting(mailroom, UNIT, submission)


def envelope_for(case: bytes, internal: list[OpeningKey], external: list[OpeningKey]) -> bytes:
    """An identity envelope for these custodians."""
    return seal_identity(
        case, [one.sealing_key for one in internal], [one.sealing_key for one in external], b""
    )[0]


def test_a_report_for_others_is_not_kept_and_one_that_was_kept_stays_sent(
    mailroom: Mailroom,
) -> None:
    reporter, later = Reporter.new(), Reporter.new(seed=2)
    case = submit(mailroom, reporter.delivery)
    newcomer = directory_key(OpeningKey.new(), UNIT, Role.HANDLER)
    publish_directory(mailroom, new_directory(newcomer))

    # A phone that heard no answer sends the same again, whatever the directory says by now.
    assert submit(mailroom, reporter.delivery) == case
    with pytest.raises(DirectoryChanged):
        submit(mailroom, later.delivery)
    with pytest.raises(Unknown):
        thread_of(mailroom, later.ask())
