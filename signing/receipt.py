"""The receipt code of a sealed report: what its writer keeps, and the server never sees.

    6VYG-6PGS-R60T-FJ1G-AM                                        18 characters, for writing
    disiplin tegel setia depan belum senja bombai apalagi         eight words, for speaking

Both spell the same 88 bits: 77 are secret, 11 prove the rest. What the code opens is derived from
it: a proof for the server, which keeps its SHA-256, and the seed of the writer's key. Beside the
code stands a number of the case, which is no secret. Format page: docs/formats/receipt.md.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import FormatError

__all__ = [
    "CASE_NUMBERS",
    "SALT_BYTES",
    "SECRETS",
    "Mistake",
    "ReceiptCode",
    "ReceiptError",
    "ReceiptKeys",
    "case_number_of",
    "derive_keys",
    "parse_case_number",
    "parse_receipt",
    "proof_digest",
    "words",
    "words_beginning",
]

WORDS, WORD_BITS, BEGINNING = 8, 11, 4
CHARACTERS, CHARACTER_BITS, PADDING_BITS = 18, 5, 2
# Crockford's: no I, L, O, U; who writes one of the first three means 1, 1, 0.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("abcdefghijklmnopqrstuvwxyzILO", "ABCDEFGH1JK1MN0PQRSTUVWXYZ110")
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
CAPITAL = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
PARTING = dict.fromkeys(map(ord, "\t\n\r\xa0-‐‑–—.,;:_/+"), " ")
SECRETS = 1 << 77
"""How many secrets there are."""

# In GF(2^11): x^11 + x^2 + 1; what the check begins with, so that eight first words are no code.
FIELD, START = 0b1000_0000_0101, 0b101_1010_0110

SALT_BYTES = 16
"""The salt of an installation, the same for all of its codes."""

MEMORY_KIB, PASSES, LANES, KEY_BYTES = 19 * 1024, 2, 1, 32
LISTED = Path(__file__).with_name("words.txt")

NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_RANDOM = 5
CASE_NUMBERS = len(NUMBER_LETTERS) ** NUMBER_RANDOM
"""How many numbers of cases there are; `case_number_of` takes one below."""


class Mistake(StrEnum):
    """What is wrong with a code that somebody typed."""

    LENGTH = "length"  # neither eight words nor eighteen characters
    WORD = "word"  # one that is not on the list
    CHARACTER = "character"  # one that no code has
    CHECK = "check"  # all of it could be, but something is not as it was written


class ReceiptError(FormatError):
    """A text that is no receipt code.

    `place` counts words or characters from 1, and is 0 where no single one is to blame; `typed` is
    the word or character there.
    """

    def __init__(self, mistake: Mistake, *, place: int = 0, typed: str = "") -> None:
        super().__init__(f"not a receipt code: {mistake}" + (f" {place}" if place else ""))
        self.mistake, self.place, self.typed = mistake, place, typed


@dataclass(frozen=True)
class ReceiptCode:
    """A receipt code, by its secret of 77 bits, which it does not show.

    Raises:
        FormatError: the secret has more bits.
    """

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.secret < SECRETS:
            raise FormatError("a receipt code has 77 secret bits")

    @classmethod
    def new(cls) -> Self:
        """A fresh code."""
        return cls(secrets.randbelow(SECRETS))

    @property
    def bits(self) -> int:
        """Secret and check: 88 bits."""
        return self.secret << WORD_BITS | _check(self.secret)

    @property
    def words(self) -> tuple[str, ...]:
        """The spelling for speaking."""
        return tuple(words()[one] for one in _parts(self.bits, WORDS, WORD_BITS))

    @property
    def characters(self) -> str:
        """The spelling for writing, in groups of four."""
        parts = _parts(self.bits << PADDING_BITS, CHARACTERS, CHARACTER_BITS)
        signs = "".join(ALPHABET[part] for part in parts)
        return "-".join(signs[at : at + 4] for at in range(0, CHARACTERS, 4))


@dataclass(frozen=True, kw_only=True)
class ReceiptKeys:
    """What a code opens: `proof` is shown to the server, `seed` makes the writer's key."""

    proof: bytes = field(repr=False)
    seed: bytes = field(repr=False)


@cache
def words() -> tuple[str, ...]:
    """The 2,048 words, in the order of the alphabet."""
    return tuple(LISTED.read_text("ascii").split())


def words_beginning(typed: str) -> tuple[str, ...]:
    """The words that begin so, for whoever is typing one; four letters leave at most one."""
    beginning = typed.translate(SMALL)
    return tuple(word for word in words() if word.startswith(beginning))


def parse_receipt(text: str) -> ReceiptCode:
    """The code that somebody typed, in either spelling, in capitals or not, spaced anyhow.

    Of each word four letters are enough.

    Raises:
        ReceiptError: it is none.
    """
    typed = text.translate(PARTING).split(" ")
    typed = [part for part in typed if part]
    together = "".join(typed)
    if len(together) == CHARACTERS:
        bits = _bits_of_characters(together)
    elif len(typed) == WORDS:
        bits = _joined((_place_of(number, word) for number, word in enumerate(typed, 1)), WORD_BITS)
    else:
        raise ReceiptError(Mistake.LENGTH)
    receipt = ReceiptCode(bits >> WORD_BITS)
    if receipt.bits != bits:
        raise ReceiptError(Mistake.CHECK)
    return receipt


def derive_keys(receipt: ReceiptCode, salt: bytes) -> ReceiptKeys:
    """What `receipt` opens at the installation with this salt.

    Slow on purpose: Argon2id with 19 MiB and two passes (RFC 9106), then HKDF (RFC 5869).

    Raises:
        FormatError: a salt has 16 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise FormatError("a salt has 16 bytes")
    slow = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB
    ).derive(receipt.bits.to_bytes(WORDS * WORD_BITS // 8, "big"))

    def derived(purpose: bytes) -> bytes:
        info = b"segel receipt: " + purpose
        derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info)
        return derive.derive(slow)

    return ReceiptKeys(proof=derived(b"proof"), seed=derived(b"seed"))


def proof_digest(proof: bytes) -> bytes:
    """What the server keeps of a proof."""
    return hashlib.sha256(proof).digest()


def case_number_of(number: int) -> str:
    """The case number with this number, which is drawn at random: `7H3K9Q`, the last one a check.

    It tells nothing, opens nothing, and may be quoted to anybody.
    """
    signs = []
    for _ in range(NUMBER_RANDOM):
        number, sign = divmod(number, len(NUMBER_LETTERS))
        signs.append(sign)
    return "".join(NUMBER_LETTERS[sign] for sign in (*signs, _number_check(signs)))


def parse_case_number(text: str) -> str:
    """The case number that somebody typed, in capitals.

    Raises:
        ReceiptError: it is none.
    """
    number = text.translate(PARTING).replace(" ", "").translate(CAPITAL)
    if len(number) != NUMBER_RANDOM + 1:
        raise ReceiptError(Mistake.LENGTH)
    for place, sign in enumerate(number, 1):
        if sign not in NUMBER_LETTERS:
            raise ReceiptError(Mistake.CHARACTER, place=place, typed=sign)
    *signs, check = map(NUMBER_LETTERS.index, number)
    if check != _number_check(signs):
        raise ReceiptError(Mistake.CHECK)
    return number


def _number_check(signs: Sequence[int]) -> int:
    # 31 is a prime, and all weights differ: one wrong sign, or two that changed places, is noticed.
    return -sum(weight * sign for weight, sign in enumerate(signs, 2)) % len(NUMBER_LETTERS)


def _bits_of_characters(typed: str) -> int:
    signs = typed.translate(MEANT)
    for place, sign in enumerate(signs, 1):
        if sign not in ALPHABET:
            raise ReceiptError(Mistake.CHARACTER, place=place, typed=typed[place - 1])
    bits = _joined(map(ALPHABET.index, signs), CHARACTER_BITS)
    if bits & ((1 << PADDING_BITS) - 1):
        raise ReceiptError(Mistake.CHECK)
    return bits >> PADDING_BITS


@cache
def _places() -> dict[str, int]:
    return {word[:BEGINNING]: place for place, word in enumerate(words())}


def _place_of(number: int, typed: str) -> int:
    """Where a word stands in the list, of which at least the first four letters were typed."""
    word = typed.translate(SMALL)
    place = _places().get(word[:BEGINNING])
    if place is None or not words()[place].startswith(word):
        raise ReceiptError(Mistake.WORD, place=number, typed=typed)
    return place


def _check(secret: int) -> int:
    """The last of the eight parts: any one wrong part, or two that changed places, is noticed.

    So is one wrong character, or two neighbours that are wrong or changed places.
    """
    check = START
    for part in _parts(secret, WORDS - 1, WORD_BITS):
        check = _doubled(check ^ part)
    return check


def _doubled(part: int) -> int:
    part <<= 1
    return part ^ FIELD if part >> WORD_BITS else part


def _parts(bits: int, count: int, width: int) -> Iterator[int]:
    for at in range(count - 1, -1, -1):
        yield bits >> at * width & ((1 << width) - 1)


def _joined(parts: Iterator[int], width: int) -> int:
    bits = 0
    for part in parts:
        bits = bits << width | part
    return bits
