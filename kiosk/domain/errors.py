"""Refusals: answers the rules give. Something broken is not a refusal and ends in Error.

A refusal's `code` picks the translated sentence that people read. Its message is English, for the
log and the command line, and holds no name and no number of a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Fault", "Invalid", "NotNow", "NotPermitted", "Refusal", "Unknown"]


class Refusal(Exception):
    """What was asked is not done, for a reason the rules name."""

    code: ClassVar[str] = "refused"


class Unknown(Refusal):
    """There is no such thing."""

    code = "unknown"


class NotPermitted(Refusal):
    """Somebody else may, this one may not."""

    code = "not-permitted"


class NotNow(Refusal):
    """The right person at the wrong moment: its stage, or the office's, forbids it."""

    code = "not-now"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong with a record.

    `path` is the field's name, empty for the record as a whole; `code` is for machines and for
    translated sentences; `sentence` is English and follows the path.
    """

    path: str
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else f"the record {self.sentence}"


class Invalid(Refusal):
    """What was given breaks rules; `faults` has every one of them, in the order of the fields."""

    code = "invalid"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))
