"""The print ledger: no job is lost, none is printed twice unasked, and sheets add up."""

import pytest

from kiosk.domain import prints
from kiosk.domain.errors import Invalid, NotNow
from kiosk.domain.prints import Blanko, BlankoState, Job, JobStage, Range, Sheets, Spoilt

AT = 1_788_150_000


def a_job(stage: JobStage = JobStage.WANTED) -> Job:
    return Job(
        id=7,
        application=17,
        office=2,
        serial="09 - 0986542",
        certificate=5,
        stage=stage,
        by=3,
        wanted_at=AT,
        changed_at=AT,
    )


def a_range(first: str = "09 - 0986542", count: str = "10", *others: Range) -> Range:
    return prints.parse_range(first, count, office=2, others=others, at=AT, by=3)


def test_a_job_goes_from_wanted_to_good() -> None:
    claimed = prints.claim(a_job(), at=AT)
    sent = prints.accept(claimed, queued=12, at=AT)
    printed = prints.finish(sent, at=AT + 5)

    assert prints.mark_good(printed, at=AT + 9).stage is JobStage.GOOD
    assert printed.changed_at == AT + 5


def test_what_was_certainly_not_taken_waits_under_its_own_name() -> None:
    waiting = prints.give_back(prints.claim(a_job(), at=AT), at=AT)

    assert waiting.stage is JobStage.WANTED
    assert prints.name_of(waiting) == "segel-7-0"


@pytest.mark.parametrize("stage", [JobStage.SENDING, JobStage.SENT])
def test_what_may_have_come_out_is_unknown_and_goes_nowhere_by_itself(stage: JobStage) -> None:
    lost = prints.lose(a_job(stage), at=AT)

    with pytest.raises(NotNow):
        prints.claim(lost, at=AT)


def test_only_an_unknown_job_is_printed_once_more_and_under_another_name() -> None:
    again = prints.print_again(a_job(JobStage.UNKNOWN), at=AT)

    assert again.stage is JobStage.WANTED
    assert prints.name_of(again) == "segel-7-1"
    for stage in set(JobStage) - {JobStage.UNKNOWN}:
        with pytest.raises(NotNow):
            prints.print_again(a_job(stage), at=AT)


def test_nothing_is_spoilt_while_it_is_being_sent() -> None:
    with pytest.raises(NotNow):
        prints.spoil(a_job(JobStage.SENDING), Spoilt.JAM, at=AT)


def test_a_range_is_read_from_its_first_sheet() -> None:
    received = a_range(" 09 -  0986542")

    assert received.serial(received.last) == "09 - 0986551"
    assert received.has("09 - 0986551")


@pytest.mark.parametrize(
    "serial",
    [
        pytest.param("09 - 0986541", id="the one before"),
        pytest.param("09 - 0986552", id="the one after"),
        pytest.param("08 - 0986542", id="another series"),
        pytest.param("09 - 986542", id="a digit short"),
        pytest.param("09 - 00986542", id="a digit too many"),
        pytest.param("", id="nothing"),
        pytest.param("x" * 21, id="too long"),
    ],
)
def test_a_sheet_that_was_not_received_is_refused(serial: str) -> None:
    with pytest.raises(Invalid):
        prints.require_serial(serial, [a_range()])


@pytest.mark.parametrize(
    ("first", "count"),
    [("AB", "5"), ("AB1", "0"), ("AB1", "x"), ("AB1", "100001"), ("A" * 20 + "1", "2")],
)
def test_what_is_no_range_is_refused(first: str, count: str) -> None:
    with pytest.raises(Invalid):
        a_range(first, count)


@pytest.mark.parametrize("first", ["09 - 0986533", "09 - 0986542", "09 - 0986551"])
def test_no_sheet_is_received_twice(first: str) -> None:
    with pytest.raises(Invalid):
        a_range(first, "10", a_range())


def test_neighbouring_ranges_are_two() -> None:
    assert a_range("09 - 0986552", "10", a_range()).first == 986552


def test_a_used_sheet_becomes_void_once() -> None:
    used = Blanko(serial="A1", office=2, state=BlankoState.USED, at=AT, by=3)
    spoilt = prints.void(used, Spoilt.TORN, at=AT + 9)

    assert (spoilt.state, spoilt.void_at, spoilt.at) == (BlankoState.VOID, AT + 9, AT)
    with pytest.raises(NotNow):
        prints.void(spoilt, Spoilt.TORN, at=AT)


@pytest.mark.parametrize(("left", "fits"), [(7, True), (6, False)])
def test_sheets_add_up_or_are_told_not_to(left: int, fits: bool) -> None:  # noqa: FBT001  # a table
    day = Sheets(before=5, received=5, used=2, void=1, void_later=4, left=left)

    assert day.balanced is fits
