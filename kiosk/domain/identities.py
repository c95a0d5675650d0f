"""Is the card that is held up the expected person's? Match, no match, or try again.

    looking --a frame that tells nothing--> looking
       |
       +-- enough frames agree: NIK equal, name alike, birth date not against it --> match
       +-- enough frames agree: surely another NIK, which its birth date confirms --> no match
       +-- too many frames without either, or frames that contradict ------------> try again

A NIK has no check digit, and twins may differ in one digit of it: nothing short of all sixteen is a
match, and a misread digit must not send the right person away. So "no match" wants a NIK that the
printed birth date bears out, and that is not one digit off beside a name that fits; everything else
is "try again", and after MOST_TRIES a person decides.
A match says that the card bears the expected numbers. It does not say that the card is genuine.

The expected person is given by a name and by keyed hashes, so that whoever holds the expectation
learns no NIK from it (scanner.md 2.5; S25).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from hmac import compare_digest

from kiosk.domain.identifiers import NikProblem, nik_fits_birth, nik_problem

__all__ = [
    "ALIKE",
    "FULL_LINE",
    "MOST_TRIES",
    "SURE",
    "CardReading",
    "Decision",
    "Expected",
    "Hash",
    "Match",
    "Reason",
    "agreed",
    "decide",
    "decide_typed",
    "name_likeness",
    "nik_stands",
    "vote",
]

ALIKE = 0.8
"""From this likeness on, two names may be one: cards cut names short and readers miss letters."""

FULL_LINE = 20
"""Letters from which a printed name may be one that was cut off."""

SURE = 0.9
"""The confidence, 0 to 1, from which a NIK that differs is another person's."""

MOST_TRIES = 3
"""After so many scans without an answer an officer looks for himself."""

# An unknown province is no reason to disbelieve a card: provinces are founded.
_IMPOSSIBLE = frozenset(NikProblem) - {NikProblem.REGION}

Hash = Callable[[str, str], bytes]
"""The keyed hash of a text for a purpose: `hash_of("nik", nik)`, `hash_of("birth", iso_date)`."""


class Match(StrEnum):
    """What is said of a card and an expected person."""

    MATCH = "match"
    NO_MATCH = "no-match"
    TRY_AGAIN = "try-again"


class Reason(StrEnum):
    """Why a decision is what it is; none of them tells how near a miss was."""

    SAME = "same"
    OTHER_NIK = "other-nik"
    NIK_UNREAD = "nik-unread"
    NIK_UNSURE = "nik-unsure"
    NAME_DIFFERS = "name-differs"
    BIRTH_DIFFERS = "birth-differs"
    FRAMES_DIFFER = "frames-differ"
    TOO_FEW = "too-few"


@dataclass(frozen=True, kw_only=True, slots=True)
class CardReading:
    """What was read on one picture of a card.

    `nik` has sixteen digits, or is empty where they could not be read; `name` is in capitals, as
    printed; `birth` is the printed date. Confidences run from 0 to 1 and are those of the weakest
    letter that counts. `kind` is the name of the card's layout.
    """

    kind: str
    nik: str = field(default="", repr=False)
    nik_confidence: float = 0.0
    name: str = field(default="", repr=False)
    name_confidence: float = 0.0
    birth: date | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Who should stand there: a name, and keyed hashes of NIK and birth date (ISO 8601)."""

    name: str = field(repr=False)
    nik_hash: bytes = field(repr=False)
    birth_hash: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """An answer and why."""

    match: Match
    reason: Reason


def nik_stands(reading: CardReading) -> bool:
    """Whether the NIK read can be one and the birth date printed beside it bears it out."""
    if nik_problem(reading.nik) in _IMPOSSIBLE or reading.birth is None:
        return False
    return nik_fits_birth(reading.nik, reading.birth)


def decide(reading: CardReading, expected: Expected, hash_of: Hash) -> Decision:
    """The decision on one picture of a card."""
    if not reading.nik:
        return _again(Reason.NIK_UNREAD)
    if not compare_digest(hash_of("nik", reading.nik), expected.nik_hash):
        if reading.nik_confidence < SURE or not nik_stands(reading):
            return _again(Reason.NIK_UNSURE)
        # The right person with one digit misread, or a twin with much the same name.
        alike = name_likeness(reading.name, expected.name) >= ALIKE
        if alike and _is_one_digit_off(reading.nik, expected, hash_of):
            return _again(Reason.NIK_UNSURE)
        return Decision(match=Match.NO_MATCH, reason=Reason.OTHER_NIK)
    if reading.birth is not None and not _born_then(reading.birth, expected, hash_of):
        return _again(Reason.BIRTH_DIFFERS)
    if name_likeness(reading.name, expected.name) < ALIKE:
        return _again(Reason.NAME_DIFFERS)
    return Decision(match=Match.MATCH, reason=Reason.SAME)


def decide_typed(nik: str, birth: date, expected: Expected, hash_of: Hash) -> Decision:
    """The decision where somebody typed what stands on the card; every digit counts."""
    if nik_problem(nik) in _IMPOSSIBLE:
        return _again(Reason.NIK_UNREAD)
    if not compare_digest(hash_of("nik", nik), expected.nik_hash):
        if nik_fits_birth(nik, birth):
            return Decision(match=Match.NO_MATCH, reason=Reason.OTHER_NIK)
        return _again(Reason.NIK_UNSURE)
    if not _born_then(birth, expected, hash_of):
        return _again(Reason.BIRTH_DIFFERS)
    return Decision(match=Match.MATCH, reason=Reason.SAME)


def vote(
    readings: Sequence[CardReading], expected: Expected, hash_of: Hash, *, needed: int
) -> Decision:
    """The decision on several pictures of one card, `needed` of which must agree.

    Frames of which nothing could be read count for nothing. One that surely shows another NIK than
    the rest is a second card, or a reader that cannot be believed: then nothing is decided.
    """
    decisions = [(decide(reading, expected, hash_of), reading) for reading in readings]
    firm = [(one, reading) for one, reading in decisions if one.match is not Match.TRY_AGAIN]
    if len({reading.nik for _, reading in firm}) > 1:
        return _again(Reason.FRAMES_DIFFER)
    if len(firm) >= needed:
        return firm[0][0]
    if firm or not decisions:
        return _again(Reason.TOO_FEW)
    return decisions[-1][0]


def agreed(readings: Sequence[CardReading], *, needed: int) -> CardReading | None:
    """The reading that `needed` of several pictures bear out, where nobody is expected; or None.

    They must show one NIK, surely read; one whose birth date bears it out is taken first (ask
    `nik_stands`), then the one whose name was read best.
    """
    firm = [one for one in readings if one.nik_confidence >= SURE and one.nik]
    if len(firm) < needed or len({reading.nik for reading in firm}) > 1:
        return None
    return max(firm, key=lambda reading: (nik_stands(reading), reading.name_confidence))


def name_likeness(one: str, other: str) -> float:
    """How alike a printed name and another are, 0 to 1, by their letters alone.

    Readers drop the spaces, so these do not count; a card cuts a long name off at its line's end,
    so a long printed name is compared with as much of the other, too.
    """
    printed, whole = _letters(one), _letters(other)
    likeness = SequenceMatcher(None, printed, whole, autojunk=False).ratio()
    if FULL_LINE <= len(printed) < len(whole):
        part = SequenceMatcher(None, printed, whole[: len(printed)], autojunk=False).ratio()
        return max(likeness, part)
    return likeness


def _born_then(birth: date, expected: Expected, hash_of: Hash) -> bool:
    return compare_digest(hash_of("birth", birth.isoformat()), expected.birth_hash)


def _is_one_digit_off(nik: str, expected: Expected, hash_of: Hash) -> bool:
    """Whether some NIK that differs in a single digit is the expected one."""
    near = (
        nik[:place] + digit + nik[place + 1 :]
        for place in range(len(nik))
        for digit in "0123456789"
        if digit != nik[place]
    )
    return any(compare_digest(hash_of("nik", one), expected.nik_hash) for one in near)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.upper() if letter.isalpha())


def _again(reason: Reason) -> Decision:
    return Decision(match=Match.TRY_AGAIN, reason=reason)
