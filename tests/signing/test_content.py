"""Content opens with its key and in its place; a changed byte, or a chunk elsewhere, is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.content import (
    HEADER_BYTES,
    OVERHEAD_BYTES,
    ContentKey,
    open_content,
    seal_content,
)
from signing.errors import CannotOpenError, FormatError

KEY, OTHER = bytes(32), b"\x01" * 32
SEALED = seal_content(KEY, b"place", b"some text")


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_opens_and_is_longer_by_the_same(plain: bytes, context: bytes) -> None:
    sealed = seal_content(KEY, context, plain)

    assert open_content(KEY, context, sealed) == plain
    assert len(sealed) == len(plain) + OVERHEAD_BYTES


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_no_bit_of_a_content_can_be_another(bit: int) -> None:
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(CannotOpenError):
        open_content(KEY, b"place", bytes(changed))


def test_another_key_or_place_opens_nothing() -> None:
    for key, context in ((OTHER, b"place"), (KEY, b"place "), (KEY, b"")):
        with pytest.raises(CannotOpenError):
            open_content(key, context, SEALED)


@given(st.binary(max_size=HEADER_BYTES + 40))
def test_other_bytes_are_no_content(data: bytes) -> None:
    with pytest.raises((CannotOpenError, FormatError)):
        open_content(KEY, b"place", data)


def test_two_contents_never_share_a_key() -> None:
    assert len({seal_content(KEY, b"", b"same") for _ in range(20)}) == 20


def test_a_chunk_elsewhere_or_a_last_one_that_is_not_is_refused() -> None:
    content = ContentKey.new(KEY, b"file")
    chunk = content.seal(1, b"chunk", last=False)

    assert content.open(1, chunk, last=False) == b"chunk"
    for index, last in ((0, False), (2, False), (1, True), (257, False)):
        with pytest.raises(CannotOpenError):
            content.open(index, chunk, last=last)


def test_a_commitment_belongs_to_one_key() -> None:
    """Without it, one ciphertext of AES-GCM can be made to open under two keys."""
    mine, other = ContentKey.new(KEY, b""), ContentKey.new(OTHER, b"")

    with pytest.raises(CannotOpenError):
        ContentKey.of(mine.header[:32] + other.header[32:], KEY, b"")
