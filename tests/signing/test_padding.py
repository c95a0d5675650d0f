"""What is filled up says nothing but its bucket, and comes back as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signing.errors import FormatError
from signing.padding import BUCKETS, LONGEST_TEXT, pad, pad_text, padded_file_length, unpad


@given(st.binary(max_size=3000))
def test_what_was_filled_up_comes_back(plain: bytes) -> None:
    assert unpad(pad_text(plain)) == plain


@given(st.integers(0, LONGEST_TEXT))
@example(2044)
@example(2045)
@example(LONGEST_TEXT)
def test_every_text_of_a_bucket_has_the_length_of_the_bucket(length: int) -> None:
    bucket = next(size for size in BUCKETS if length + 4 <= size)

    assert len(pad_text(bytes(length))) == bucket


def test_a_text_that_fits_no_bucket_is_refused() -> None:
    with pytest.raises(FormatError):
        pad_text(bytes(LONGEST_TEXT + 1))


@pytest.mark.parametrize(
    "padded",
    [b"", b"\0\0\0", b"\0\0\0\x02a", b"\xff\xff\xff\xffab", b"\0\0\0\x01a\0\x01", b"\0\0\0\0\0b"],
)
def test_bytes_that_were_not_filled_up_so_are_refused(padded: bytes) -> None:
    with pytest.raises(FormatError):
        unpad(padded)


@given(st.integers(1, 1 << 28))
def test_files_grow_by_an_eighth_at_most_and_share_their_length_with_others(length: int) -> None:
    padded = padded_file_length(length)

    assert length <= padded <= max(1024, length * 1.12)
    assert padded_file_length(padded) == padded
    # All but the topmost five bits or so are zero.
    assert padded & -padded >= padded >> padded.bit_length().bit_length() + 1


def test_a_bucket_too_small_is_refused() -> None:
    with pytest.raises(FormatError):
        pad(b"abcde", 8)
