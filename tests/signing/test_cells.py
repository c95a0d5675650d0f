"""What the register keeps sealed opens with the site's key, in its own cell, and not otherwise."""

import os
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.cells import CellKey, lookup_hash, open_cell, seal_cell
from signing.errors import FormatError, SignatureError, SigningError

KEY = CellKey(bytes(range(32)))
CONTEXT = b"certificates/name/31245"


@given(plain=st.binary(max_size=300), context=st.binary(max_size=60))
def test_a_sealed_cell_opens_again(plain: bytes, context: bytes) -> None:
    assert open_cell(KEY, context, seal_cell(KEY, context, plain)) == plain


def test_a_sealed_cell_does_not_show_its_content() -> None:
    assert b"RATNA WULANDARI" not in seal_cell(KEY, CONTEXT, b"RATNA WULANDARI")


def test_sealed_twice_the_same_content_looks_different() -> None:
    assert seal_cell(KEY, CONTEXT, b"RATNA") != seal_cell(KEY, CONTEXT, b"RATNA")


def test_a_cell_copied_into_another_row_does_not_open() -> None:
    sealed = seal_cell(KEY, CONTEXT, b"RATNA")

    with pytest.raises(SignatureError):
        open_cell(KEY, b"certificates/name/31246", sealed)


def test_a_cell_does_not_open_with_the_key_of_another_site() -> None:
    with pytest.raises(SignatureError):
        open_cell(CellKey.new(), CONTEXT, seal_cell(KEY, CONTEXT, b"RATNA"))


def test_a_flipped_bit_anywhere_is_noticed() -> None:
    sealed = seal_cell(KEY, CONTEXT, b"RATNA")

    for bit in range(8 * len(sealed)):
        spoilt = bytearray(sealed)
        spoilt[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(SigningError):
            open_cell(KEY, CONTEXT, bytes(spoilt))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda cell: b"", id="nothing"),
        pytest.param(lambda cell: cell[:28], id="too short"),
        pytest.param(lambda cell: b"\2" + cell[1:], id="another version"),
    ],
)
def test_what_is_no_cell_is_called_so(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError):
        open_cell(KEY, CONTEXT, spoil(seal_cell(KEY, CONTEXT, b"")))


def test_the_same_value_is_found_again() -> None:
    again = CellKey(bytes(range(32)))

    assert lookup_hash(KEY, "nik", "9971016512960003") == lookup_hash(
        again, "nik", "9971016512960003"
    )


def test_hashes_of_other_values_purposes_and_keys_differ() -> None:
    assert (
        len(
            {
                lookup_hash(KEY, "nik", "12"),
                lookup_hash(KEY, "nik", "13"),
                lookup_hash(KEY, "nik1", "2"),
                lookup_hash(KEY, "name", "12"),
                lookup_hash(CellKey.new(), "nik", "12"),
            }
        )
        == 5
    )


def test_a_key_shows_nothing_of_itself() -> None:
    secret = b"0123456789abcdefghijklmnopqrstuv"

    shown = f"{CellKey(secret)} {CellKey(secret).secret!r} {CellKey(secret).lookups!r}"

    assert "0123" not in shown
    assert shown == "CellKey() Secret(...) Secret(...)"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(FormatError):
        CellKey(os.urandom(length))
