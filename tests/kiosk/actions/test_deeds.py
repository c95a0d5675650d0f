"""The log of reports: one that was rewritten is found by what is published, which tells nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.actions.cases import shred_due, submit
from kiosk.actions.deeds import (
    HEADS_FILE,
    check_deeds,
    figures,
    last_published,
    publish_deeds,
    published_heads,
)
from kiosk.actions.handling import answer, assign, close, open_case, set_aside
from kiosk.actions.mailroom import Mailroom
from kiosk.domain.cases import Urgency
from kiosk.domain.errors import Invalid
from kiosk.storage.mailroom import new_archive_engine
from tests.sealed_reports import DAY, HANDLING, Days, Reporter, as_seen, new_mailroom

SEALED = b"\x01" + bytes(2048 + 80)


@pytest.fixture
def mailroom(tmp_path: Path, today: Days) -> Iterator[Mailroom]:
    """A mailroom in a file."""
    found = new_mailroom(f"sqlite:///{tmp_path / 'mailroom.sqlite3'}", tmp_path, today)
    yield found
    found.archive.close()


@pytest.fixture
def lived(mailroom: Mailroom, today: Days) -> Mailroom:
    """Ten days, of which some had reports; a head was published early on each."""
    for number in range(10):
        publish_deeds(mailroom)
        if number in {2, 3, 7}:
            submit(mailroom, Reporter.new(seed=number).delivery)
        today.forward(1)
    return mailroom


def heads_of(mailroom: Mailroom) -> str:
    return mailroom.directory.with_name(HEADS_FILE).read_text()


def rewritten(mailroom: Mailroom, *changes: str) -> None:
    """Change the log as somebody would who has the database, and mends the triggers behind."""
    engine = new_archive_engine(mailroom.settings.database)
    with engine.begin() as connection:
        for deed in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER deeds_no_{deed}")
        for change in changes:
            connection.exec_driver_sql(change)
    engine.dispose()


def test_every_published_head_is_of_this_log(lived: Mailroom) -> None:
    heads = published_heads(heads_of(lived))

    found = check_deeds(lived, heads)

    assert (len(heads), found.number, found.is_whole) == (10, 3, True)


def test_a_log_that_was_made_anew_is_found_by_what_was_published(
    lived: Mailroom, tmp_path: Path, today: Days
) -> None:
    heads = published_heads(heads_of(lived))
    # The same cases, on the same days, in a log that holds: but for one that is left out.
    today.day = DAY
    other = new_mailroom(f"sqlite:///{tmp_path / 'other.sqlite3'}", tmp_path, today)
    for number in range(10):
        if number in {2, 7}:
            submit(other, Reporter.new(seed=number).delivery)
        today.forward(1)

    found = check_deeds(other, heads)

    other.archive.close()
    assert found.broken is None
    assert found.unmet == tuple(DAY + timedelta(days=day) for day in range(3, 10))


def test_an_end_that_was_cut_off_is_found(lived: Mailroom) -> None:
    rewritten(lived, "DELETE FROM deeds WHERE number = 3")

    found = check_deeds(lived, published_heads(heads_of(lived)))

    assert found.broken is None
    assert found.unmet == (DAY + timedelta(days=8), DAY + timedelta(days=9))


def test_an_entry_that_was_altered_is_found_by_itself(lived: Mailroom) -> None:
    rewritten(lived, "UPDATE deeds SET detail = 'nothing' WHERE number = 2")

    found = check_deeds(lived, {})

    assert found.broken is not None
    assert (found.broken.number, found.broken.why) == (2, "altered")


def test_a_head_is_published_once_a_day_and_another_every_day(lived: Mailroom) -> None:
    heads = published_heads(heads_of(lived))

    assert len(set(heads.values())) == 10
    assert publish_deeds(lived)
    assert not publish_deeds(lived)
    assert last_published(lived) == max(published_heads(heads_of(lived)).items())


def test_what_is_published_does_not_tell_how_much_comes_in(lived: Mailroom) -> None:
    lines = heads_of(lived).splitlines()

    # A day and a digest; which of them follow a report cannot be seen.
    assert {len(line) for line in lines} == {len("2027-03-01 ") + 64}


def test_half_a_line_counts_for_nothing_and_a_day_has_one_head(lived: Mailroom) -> None:
    file = lived.directory.with_name(HEADS_FILE)
    file.write_text(heads_of(lived) + "2027-03-1")

    assert publish_deeds(lived)

    assert len(published_heads(heads_of(lived))) == 11
    first = heads_of(lived).splitlines()[0]
    with pytest.raises(Invalid):
        published_heads(f"{first}\n{first[:11]}{'0' * 64}\n")


def test_what_is_left_of_reports_is_counted_after_they_are_shredded(
    mailroom: Mailroom, today: Days
) -> None:
    for seed, days in ((1, 2), (2, 6)):
        case = submit(mailroom, Reporter.new(seed=seed).delivery).id
        open_case(mailroom, case, by=HANDLING, urgency=Urgency.SOON)
        assign(mailroom, case, by=HANDLING)
        today.forward(days)
        for after in (1, 2):
            said = (after, 0, SEALED[:-1] + bytes([after]))
            answer(mailroom, case, by=HANDLING, said=said)
        today.forward(1)
        close(mailroom, case, by=HANDLING, said=(3, 0, SEALED))
        today.day = DAY
    junk = submit(mailroom, Reporter.new(seed=3).delivery).id
    set_aside(mailroom, [as_seen(mailroom, junk)], by=HANDLING)
    for _ in range(2):
        today.forward(70)
        shred_due(mailroom)

    counted = figures(mailroom)

    soon, ordinary = counted["2027-03", 2], counted["2027-03", 3]
    assert (soon.received, sorted(soon.answered_after), sorted(soon.closed_after)) == (
        2,
        [2, 6],
        [3, 7],
    )
    assert (ordinary.received, ordinary.answered_after, ordinary.set_aside) == (1, (), 1)
