"""Three of five sheets bring a key back, fewer bring nothing, and a mistake is found."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic import generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from signing.errors import CannotOpenError, FormatError
from signing.hpke import Kem, OpeningKey
from signing.recovery import (
    NEEDED_SHEETS,
    SHEETS,
    WORDS_OF_SHEET,
    Mistake,
    RecoverySheet,
    SheetError,
    join_key,
    read_sheet,
    split_key,
)

KEY = OpeningKey(Kem.X_WING, bytes(range(32)))
NAME = KEY.sealing_key.id.hex()[:8]
MADE = split_key(KEY)

some_sheets = st.lists(st.sampled_from(MADE), max_size=SHEETS, unique=True)


def typed(sheet: RecoverySheet, **changed: str) -> str:
    """The words of a sheet as somebody types them; `w7="word"` changes the seventh."""
    words = list(sheet.words)
    for place, word in changed.items():
        words[int(place[1:]) - 1] = word
    return " ".join(words)


@given(some_sheets)
def test_any_three_sheets_bring_the_key_back_and_fewer_bring_nothing(
    sheets: list[RecoverySheet],
) -> None:
    if len(sheets) >= NEEDED_SHEETS:
        assert join_key(sheets, NAME) == KEY
    else:
        with pytest.raises(CannotOpenError):
            join_key(sheets, NAME)


def test_a_sheet_says_nothing_of_the_key() -> None:
    assert [len(sheet.words) for sheet in MADE] == [WORDS_OF_SHEET] * SHEETS
    assert all(sheet.words[5] not in repr(sheet) for sheet in MADE)
    # Made again, all sheets are others.
    assert not {sheet.words for sheet in split_key(KEY)} & {sheet.words for sheet in MADE}


def test_four_letters_of_a_word_are_enough_in_whatever_letters() -> None:
    text = " ".join(word[:4].upper() for word in MADE[3].words)

    assert read_sheet(f"  {text}\n") == MADE[3]


def test_a_word_that_is_on_no_sheet_is_named_with_its_place() -> None:
    for wrong in ("tegel", "aca", "academicc"):
        with pytest.raises(SheetError) as raised:
            read_sheet(typed(MADE[0], w7=wrong))
        assert raised.value.mistake == Mistake(place=7, word=wrong)


@given(st.sampled_from(MADE), st.integers(1, WORDS_OF_SHEET), st.data())
def test_one_other_word_is_always_found(
    sheet: RecoverySheet, place: int, data: st.DataObject
) -> None:
    others = sorted({word for one in MADE for word in one.words} - {sheet.words[place - 1]})
    wrong = data.draw(st.sampled_from(others))

    with pytest.raises(SheetError):
        read_sheet(typed(sheet, **{f"w{place}": wrong}))


def test_two_words_that_changed_places_and_a_missing_one_are_found() -> None:
    one, two, *rest = MADE[0].words[5:]
    assert one != two

    for text in ([*MADE[0].words[:5], two, one, *rest], MADE[0].words[:-1], ()):
        with pytest.raises(SheetError):
            read_sheet(" ".join(text))


def test_a_sheet_of_another_set_is_named() -> None:
    [foreign] = [one for one in split_key(KEY) if one.number == 4]

    for sheets in permutations((MADE[0], MADE[1], foreign)):
        with pytest.raises(FormatError, match="sheet 4"):
            join_key(sheets, NAME)


def test_a_sheet_given_twice_counts_once() -> None:
    with pytest.raises(FormatError, match="twice"):
        join_key([MADE[0], MADE[1], MADE[1]], NAME)


def test_sheets_of_another_key_bring_back_nothing() -> None:
    for name in ("", "00000000", OpeningKey(Kem.X_WING, bytes(32)).sealing_key.id.hex()[:8]):
        with pytest.raises(CannotOpenError):
            join_key(MADE[:3], name)


def test_the_kind_of_the_key_follows_from_its_name() -> None:
    key = OpeningKey(Kem.X25519, bytes(range(32)))

    assert join_key(MADE[2:], key.sealing_key.id.hex()[:8]) == key


@pytest.mark.parametrize(
    ("groups", "length"), [([(1, 1)], 32), ([(2, 3)], 32), ([(3, 5)], 16), ([(3, 9)], 32)]
)
def test_a_sheet_that_we_never_make_is_refused(groups: list[tuple[int, int]], length: int) -> None:
    # Among them one that opens by itself, to whatever whoever forged it liked.
    forged = generate_mnemonics(1, groups, bytes(length))[0][-1]

    with pytest.raises(SheetError):
        read_sheet(forged)


def test_right_sheets_that_do_not_go_together_open_nothing() -> None:
    other = split_key(OpeningKey(Kem.X_WING, bytes(32)))
    # The same set by its first words, forged: only the hidden digest can tell.
    sheets = [MADE[0], MADE[1], _with_set_of(other[2], MADE[0])]

    with pytest.raises(CannotOpenError, match="together"):
        join_key(sheets, NAME)


def _with_set_of(sheet: RecoverySheet, model: RecoverySheet) -> RecoverySheet:
    own, wanted = (Share.from_mnemonic(" ".join(one.words)) for one in (sheet, model))
    forged = replace(own, identifier=wanted.identifier)
    return RecoverySheet(number=sheet.number, words=tuple(forged.words()))


def test_every_word_of_the_list_is_known_by_four_letters() -> None:
    assert len({word[:4] for word in WORDLIST}) == len(WORDLIST) == 1024
