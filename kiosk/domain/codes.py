"""The code of an application: what its applicant writes down, and types on another device.

Eight characters, in two groups: `R2ZV-B9AH`. None of them looks like another (no 0, O, 1, I or L),
and the last one proves the rest: 31 is a prime, so that one wrong character, or two that changed
places, are always noticed before anybody looks anything up. Seven are random: 31^7 is 2.7 × 10^10.
A code opens an application only with its applicant's birth date. After FREE_TRIES wrong dates each
further one makes everybody wait longer: whoever finds a slip of paper does not try a calendar.
"""

from kiosk.domain.accounts import Wait
from kiosk.domain.errors import Fault, Invalid

__all__ = [
    "CODES",
    "CODE_LETTERS",
    "FIRST_WAIT",
    "FREE_TRIES",
    "LONGEST_WAIT",
    "code_of",
    "parse_code",
    "printed_code",
    "require_turn",
    "wait_after",
]

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 15 * 60, 24 * 60 * 60
"""In seconds: the first wait, and the longest."""

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RANDOM = 7
CODES = len(CODE_LETTERS) ** _RANDOM
"""How many codes there are; `code_of` takes a number below."""


def code_of(number: int) -> str:
    """The code with this number, which is drawn at random."""
    signs = []
    for _ in range(_RANDOM):
        number, sign = divmod(number, len(CODE_LETTERS))
        signs.append(CODE_LETTERS[sign])
    first = "".join(signs)
    return first + _check(first)


def parse_code(text: str) -> str:
    """The code that somebody typed, in capitals or not, with spaces or hyphens or without.

    Raises:
        Invalid: it is none: a character is wrong, missing or too much.
    """
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != _RANDOM + 1 or not set(code) <= set(CODE_LETTERS):
        raise Invalid([Fault(path="code", code="code-form", sentence="is no code")])
    if code[-1] != _check(code[:-1]):
        raise Invalid([Fault(path="code", code="code-check", sentence="has a wrong character")])
    return code


def printed_code(code: str) -> str:
    """The code as it is shown and printed."""
    return f"{code[:4]}-{code[4:]}"


def _check(first: str) -> str:
    # Weights that are all different, none zero, and none that of the last character, which is 1.
    total = sum(weight * CODE_LETTERS.index(sign) for weight, sign in enumerate(first, start=2))
    return CODE_LETTERS[-total % len(CODE_LETTERS)]


def wait_after(wrong: int) -> int:
    """How many seconds after so many wrong birth dates the next one is looked at."""
    if wrong < FREE_TRIES:
        return 0
    return min(FIRST_WAIT << min(wrong - FREE_TRIES, 10), LONGEST_WAIT)


def require_turn(wrong: int, last_at: int | None, *, at: int) -> None:
    """Refuse a try that comes too early after wrong ones; the right date waits as well.

    Raises:
        Wait: it does.
    """
    left = 0 if last_at is None else last_at + wait_after(wrong) - at
    if left > 0:
        raise Wait(left)
