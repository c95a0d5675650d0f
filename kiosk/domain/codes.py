"""The code of an application: what its applicant writes down, and types on another device.

Eight characters, in two groups: `R2ZV-B9AH`. None of them looks like another (no 0, O, 1, I or L),
and the last one proves the rest: 31 is a prime, so that one wrong character, or two that changed
places, are always noticed before anybody looks anything up. Seven are random: 31^7 is 2.7 × 10^10.
A code is a secret only together with its applicant's birth date, and after few wrong dates nobody
may try on (kiosk.domain.tries).
"""

from kiosk.domain.errors import Fault, Invalid

__all__ = ["CODES", "CODE_LETTERS", "code_of", "parse_code", "printed_code"]

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
    # Weights that are all different, and none zero, modulo a prime.
    total = sum(weight * CODE_LETTERS.index(sign) for weight, sign in enumerate(first, start=1))
    return CODE_LETTERS[-total % len(CODE_LETTERS)]
