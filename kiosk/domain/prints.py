"""The print ledger: what was sent to a printer, on which pre-printed sheet (blanko), what came out.

    wanted --claim--> sending --the queue took it--> sent --the queue is done--> printed
    sending --certainly not taken--> wanted           sending --no answer--> unknown
    sent --too long, cancelled, or forgotten by the queue--> unknown --done after all--> printed
    unknown --somebody looked: nothing came out, once more--> wanted
    sent | printed | unknown --somebody looked: good--> good
    wanted | sent | printed | unknown --spoilt, or not wanted any more--> spoilt

A job that waits is never lost: it stays `wanted` until a queue has said that it took it. And it is
never printed twice unasked: only a person who has looked sends what may have come out once more,
and then `again` counts up. A queue's own number proves nothing (a print server that was killed
gives numbers out anew), so a job has a name of its own (`name_of`).

Blanko sheets bear serials. They are received in ranges; each is used once, or void; the rest is
left. What was used may become void later, never the reverse.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow

__all__ = [
    "CLAIM",
    "LONGEST_RANGE",
    "LONGEST_SERIAL",
    "LONGEST_WAIT",
    "Blanko",
    "BlankoState",
    "Job",
    "JobStage",
    "Range",
    "Sheets",
    "Spoilt",
    "accept",
    "claim",
    "finish",
    "give_back",
    "lose",
    "mark_good",
    "name_of",
    "next_serial",
    "parse_range",
    "print_again",
    "require_serial",
    "spell_serial",
    "spoil",
    "void",
]

LONGEST_SERIAL = 20
LONGEST_RANGE = 100_000
CLAIM = 60
"""For so many seconds a job belongs to the process that sends it; then its fate is unknown."""

LONGEST_WAIT = 15 * 60
"""After so many seconds in a queue nobody knows any more what becomes of a job."""


class JobStage(StrEnum):
    """Where a job stands; the picture above has every way from one to the other."""

    WANTED = "wanted"
    SENDING = "sending"
    SENT = "sent"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    GOOD = "good"
    SPOILT = "spoilt"


class Spoilt(StrEnum):
    """Why a sheet is void."""

    JAM = "jam"
    MISPRINT = "misprint"  # smeared, crooked, pale, half a page
    TORN = "torn"
    WRONG_SHEET = "wrong-sheet"  # another serial lay in the printer
    WRONG_CONTENT = "wrong-content"  # a letter is wrong: the certificate is made anew
    LOST = "lost"
    NOT_WANTED = "not-wanted"


class BlankoState(StrEnum):
    """What became of a sheet."""

    USED = "used"
    VOID = "void"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One sheet to be printed for an application.

    `document` is what the file store knows the PDF by, and `key` what opens it, sealed; both empty
    once nobody needs them. `again` counts how often somebody asked for the same job once more.
    `queued` is the queue's own number. Times are seconds since 1970; `changed_at` is when the stage
    began. `reason` is set where it was spoilt.
    """

    id: int = 0
    application: int
    office: int
    serial: str
    certificate: int
    stage: JobStage = JobStage.WANTED
    document: str = ""
    key: bytes = field(default=b"", repr=False)
    again: int = 0
    queued: int | None = None
    by: int
    wanted_at: int
    changed_at: int
    reason: Spoilt | None = None


def name_of(job: Job) -> str:
    """The name by which a queue knows the job; it names nobody."""
    return f"segel-{job.id}-{job.again}"


def claim(before: Job, *, at: int) -> Job:
    """The job, which one process is about to hand to the queue."""
    _require(before, JobStage.WANTED)
    return replace(before, stage=JobStage.SENDING, changed_at=at)


def give_back(before: Job, *, at: int) -> Job:
    """The job, which the queue has certainly not taken: it waits for the next try."""
    _require(before, JobStage.SENDING)
    return replace(before, stage=JobStage.WANTED, changed_at=at)


def accept(before: Job, *, queued: int, at: int) -> Job:
    """The job, which the queue has taken under this number."""
    _require(before, JobStage.SENDING)
    return replace(before, stage=JobStage.SENT, queued=queued, changed_at=at)


def finish(before: Job, *, at: int) -> Job:
    """The job, of which the queue says that all of it went to the printer."""
    _require(before, JobStage.SENT, JobStage.UNKNOWN)
    return replace(before, stage=JobStage.PRINTED, changed_at=at)


def lose(before: Job, *, at: int) -> Job:
    """The job, of which nobody knows whether it came out."""
    _require(before, JobStage.SENDING, JobStage.SENT)
    return replace(before, stage=JobStage.UNKNOWN, changed_at=at)


def print_again(before: Job, *, at: int) -> Job:
    """The job once more, on the same sheet: somebody has looked, and nothing came out."""
    _require(before, JobStage.UNKNOWN)
    return replace(
        before, stage=JobStage.WANTED, again=before.again + 1, queued=None, changed_at=at
    )


def mark_good(before: Job, *, at: int) -> Job:
    """The job, whose sheet somebody holds in hand and finds good."""
    _require(before, JobStage.SENT, JobStage.PRINTED, JobStage.UNKNOWN)
    return replace(before, stage=JobStage.GOOD, changed_at=at)


def spoil(before: Job, reason: Spoilt, *, at: int) -> Job:
    """The job, whose sheet is void; also one that was good until then."""
    _require(before, *(stage for stage in JobStage if stage not in _OUT_OF_REACH))
    return replace(before, stage=JobStage.SPOILT, reason=reason, changed_at=at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """Sheets that were received: `count` of them from number `first` on.

    `prefix` is what stands before the number, which has at least `width` digits.
    """

    id: int = 0
    office: int
    prefix: str
    first: int
    count: int
    width: int
    received_at: int
    received_by: int

    @property
    def last(self) -> int:
        """The number of the last sheet."""
        return self.first + self.count - 1

    def serial(self, number: int) -> str:
        """How the sheet of a number is printed."""
        return f"{self.prefix}{number:0{self.width}d}"

    def has(self, serial: str) -> bool:
        """Whether a sheet is one of these."""
        prefix, digits = _split(serial)
        same = prefix == self.prefix and len(digits) == max(self.width, len(digits.lstrip("0")))
        return same and bool(digits) and self.first <= int(digits) <= self.last

    def meets(self, other: "Range") -> bool:
        """Whether two ranges have a sheet in common."""
        return (
            self.prefix == other.prefix
            and self.width == other.width
            and self.first <= other.last
            and other.first <= self.last
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Blanko:
    """A sheet that was used, or is void; `at` is when it left the pile."""

    serial: str
    office: int
    state: BlankoState
    application: int | None = None
    at: int
    by: int
    void_at: int | None = None
    reason: Spoilt | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheets:
    """The sheets of an office over some time: what lay there before, came, went, and is left.

    `void_later` are sheets used before and void since: they left the pile before, and change
    nothing of what is left. Whether as many lie there, somebody counts.
    """

    before: int
    received: int
    used: int
    void: int
    void_later: int
    left: int

    @property
    def balanced(self) -> bool:
        """Whether used + void + left is what there was."""
        return self.before + self.received == self.used + self.void + self.left


def void(before: Blanko, reason: Spoilt, *, at: int) -> Blanko:
    """The sheet that was used, void now."""
    if before.state is not BlankoState.USED:
        raise NotNow(f"sheet {before.serial} is void")
    return replace(before, state=BlankoState.VOID, void_at=at, reason=reason)


def spell_serial(typed: str) -> str:
    """A serial in its one spelling: capitals, single spaces."""
    return " ".join(typed.upper().split())


def require_serial(serial: str, ranges: Collection[Range]) -> None:
    """Refuse what is no sheet of these ranges.

    Raises:
        Invalid: it is none.
    """
    if not 0 < len(serial) <= LONGEST_SERIAL or not serial.isprintable():
        raise _fault("serial", "serial", "must be 1 to 20 letters")
    if not any(one.has(serial) for one in ranges):
        raise _fault("serial", "not-received", "is of no range that this office received")


def next_serial(last: Blanko | None, ranges: Sequence[Range]) -> str:
    """The sheet that is likely on top of the pile, or nothing; `ranges`, the oldest first."""
    if last is not None:
        for place, one in enumerate(ranges):
            if one.has(last.serial):
                number = int(_split(last.serial)[1]) + 1
                if number <= one.last:
                    return one.serial(number)
                ranges = ranges[place + 1 :]
                break
    return ranges[0].serial(ranges[0].first) if ranges else ""


def parse_range(
    first: str, count: str, *, office: int, others: Collection[Range], at: int, by: int
) -> Range:
    """The range of sheets that begins with the serial `first`.

    Raises:
        Invalid: the serial has no number at its end, the count is none, or sheets of it were
            received before (among `others`).
    """
    serial = spell_serial(first)
    prefix, digits = _split(serial)
    if not digits or len(serial) > LONGEST_SERIAL or not serial.isprintable():
        raise _fault("first", "serial", "must end in a number")
    if not (count.isascii() and count.isdigit() and 0 < int(count[:9]) <= LONGEST_RANGE):
        raise _fault("count", "count", f"must be 1 to {LONGEST_RANGE}")
    new = Range(
        office=office,
        prefix=prefix,
        first=int(digits),
        count=int(count),
        width=len(digits),
        received_at=at,
        received_by=by,
    )
    if len(new.serial(new.last)) > LONGEST_SERIAL:
        raise _fault("count", "count", "gives serials that are too long")
    if any(new.meets(other) for other in others):
        raise _fault("first", "received-before", "has sheets that were received before")
    return new


_OUT_OF_REACH = (JobStage.SENDING, JobStage.SPOILT)


def _split(serial: str) -> tuple[str, str]:
    found = re.search(r"[0-9]{1,18}\Z", serial)
    return (serial[: found.start()], found[0]) if found else (serial, "")


def _fault(path: str, code: str, sentence: str) -> Invalid:
    return Invalid([Fault(path=path, code=code, sentence=sentence)])


def _require(job: Job, *stages: JobStage) -> None:
    if job.stage not in stages:
        raise NotNow(f"print job {job.id} is {job.stage}")
