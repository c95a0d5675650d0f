"""What a check finds out: outcomes, findings, verdicts.

A verdict is not a truth value: a program that writes `if verdict:` is stopped at once, and a
`match` over Outcome that forgets one is stopped by the type checker.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NoReturn

__all__ = ["Certificate", "Finding", "Level", "Outcome", "Verdict", "passed"]


class Outcome(StrEnum):
    """The answers a check can give (docs/formats/verdict.md)."""

    GENUINE = "genuine"
    GENUINE_AS_OF = "genuine-as-of"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_GENUINE = "not-genuine"
    CANNOT_CHECK = "cannot-check"
    OTHER_ISSUER = "other-issuer"

    @property
    def exit_code(self) -> int:
        """0 genuine, 1 not to be relied on, 2 not checked by us."""
        match self:
            case Outcome.GENUINE | Outcome.GENUINE_AS_OF:
                return 0
            case Outcome.WITHDRAWN | Outcome.SUSPENDED | Outcome.EXPIRED | Outcome.NOT_GENUINE:
                return 1
            case Outcome.CANNOT_CHECK | Outcome.OTHER_ISSUER:
                return 2


class Level(StrEnum):
    """Whether a finding speaks for the document, asks for care, or decides against it."""

    PASSED = "passed"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one numbered check: a code for machines, sentences for people."""

    number: int
    code: str
    level: Level
    values: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=256)
def passed(number: int, code: str) -> Finding:
    """The finding of a check that passed: the same value each time, for a check has many."""
    return Finding(number=number, code=code, level=Level.PASSED)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The signed fields, as a person compares them with the paper."""

    number: str
    name: str
    birth_year: int
    nik_code: int
    unit: str
    issued_on: date
    valid_until: date
    purpose: tuple[str, str]
    result: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome of a check, why, and the signed fields where a signature held.

    `as_of` is the time (seconds since 1970) of the status list that was used.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    certificate: Certificate | None = None
    as_of: int | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a yes or a no: look at its outcome")
