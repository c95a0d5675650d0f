"""A reader's key on five sheets of paper, of which any three bring it back (SLIP-39).

Two sheets say nothing about the key. Each has 33 English words of the standard's own list and finds
most mistakes by itself. There is no passphrase on top: who may have three sheets may have the key.
Format page: docs/formats/envelope.md, "Paper sheets".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from .errors import CannotOpenError, FormatError
from .hpke import Kem, OpeningKey

__all__ = [
    "NEEDED_SHEETS",
    "SHEETS",
    "WORDS_OF_SHEET",
    "Mistake",
    "RecoverySheet",
    "SheetError",
    "join_key",
    "read_sheet",
    "split_key",
]

NEEDED_SHEETS, SHEETS = 3, 5
WORDS_OF_SHEET = 33
SEED_BYTES = 32
# No two words of the list begin with the same four letters.
BEGINNING = 4
_WORDS = {word[:BEGINNING]: word for word in WORDLIST}


@dataclass(frozen=True, kw_only=True)
class RecoverySheet:
    """One sheet: its number from 1 to 5, and its words."""

    number: int
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A word, by its place from 1, that is on no sheet."""

    place: int
    word: str


class SheetError(FormatError):
    """What was read is no sheet. `mistake` says which word is wrong, where that can be known."""

    def __init__(self, message: str, mistake: Mistake | None = None) -> None:
        super().__init__(message)
        self.mistake = mistake


def split_key(key: OpeningKey) -> tuple[RecoverySheet, ...]:
    """Five sheets for this key; others each time, which do not go with those made before."""
    [group] = generate_mnemonics(1, [(NEEDED_SHEETS, SHEETS)], bytes(key.secret))
    return tuple(
        RecoverySheet(number=number, words=tuple(text.split()))
        for number, text in enumerate(group, start=1)
    )


def read_sheet(text: str) -> RecoverySheet:
    """The sheet that these words are; of each word four letters are enough.

    Raises:
        SheetError: too few words, one that is on no list, or something is mistyped.
    """
    typed = text.lower().split()
    for place, word in enumerate(typed, start=1):
        found = _WORDS.get(word[:BEGINNING])
        if found is None or not found.startswith(word):
            raise SheetError(f"word {place} is on no sheet", Mistake(place=place, word=word))
    words = tuple(_WORDS[word[:BEGINNING]] for word in typed)
    if len(words) != WORDS_OF_SHEET:
        raise SheetError(f"a sheet has {WORDS_OF_SHEET} words, here are {len(words)}")
    return RecoverySheet(number=_share_of(words).index + 1, words=words)


def join_key(sheets: Sequence[RecoverySheet], name: str) -> OpeningKey:
    """The key whose name begins with `name` (hexadecimal), from any three of its sheets.

    Raises:
        FormatError: the sheets were not made together, or one is there twice.
        CannotOpenError: too few, or of a key with another name.
    """
    _require_one_set(sheets)
    if len(sheets) < NEEDED_SHEETS:
        raise CannotOpenError(f"{NEEDED_SHEETS} sheets are needed")
    try:
        seed = combine_mnemonics([" ".join(one.words) for one in sheets[:NEEDED_SHEETS]])
    except MnemonicError:
        # Right each by itself: two mistakes that hide each other, or a forged sheet.
        raise CannotOpenError("these sheets do not open a key together") from None
    for kem in Kem:
        key = OpeningKey(kem, seed)
        if name and key.sealing_key.id.hex().startswith(name):
            return key
    raise CannotOpenError("the sheets are of a key with another name")


def _share_of(words: Sequence[str]) -> Share:
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise SheetError("a word is mistyped, or two have changed places") from None
    # What the library would take, and we never make: among it sheets that open by themselves.
    usual = (1, 1, 0, NEEDED_SHEETS)
    found = (share.group_count, share.group_threshold, share.group_index, share.member_threshold)
    if found != usual or share.index >= SHEETS or len(share.value) != SEED_BYTES:
        raise SheetError("a sheet, but not of a reader's key")
    return share


def _require_one_set(sheets: Sequence[RecoverySheet]) -> None:
    shares = {one.number: _share_of(one.words) for one in sheets}
    if len(shares) != len(sheets):
        raise FormatError("a sheet is there twice")
    sets = [share.common_parameters() for share in shares.values()]
    for number, own in zip(shares, sets, strict=True):
        if len(set(sets)) > 1 and sets.count(own) == 1:
            raise FormatError(f"sheet {number} was not made together with the others")
