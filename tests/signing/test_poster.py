"""A poster says what was signed, in one spelling, and leads to the site of its office."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import FormatError, SignatureError
from signing.poster import Poster, looks_like_poster, make_poster, read_poster
from signing.slip import PREFIX, read_slip
from signing.token import parse_token
from tests.vectors.make_vectors import BASE, ISSUED, POSTER, POSTER_BUNDLE, POSTERS

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "poster.json").read_text(encoding="utf-8")
)
TEXT = make_poster(POSTERS, POSTER, base_url=BASE)

posters = st.builds(
    Poster,
    number=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=20),
    unit=st.sampled_from([997100, 997200]),
    place=st.text("Loket Pasar 1,./é", min_size=1, max_size=30),
    area=st.text("Kec. Timur/é", max_size=15),
    issued_at=st.just(ISSUED),
    expires_at=st.integers(0, (1 << 37) - 1),
)


@given(posters)
def test_what_was_signed_for_a_poster_is_read_from_it(poster: Poster) -> None:
    assert read_poster(make_poster(POSTERS, poster, base_url=BASE), POSTER_BUNDLE) == poster


@given(st.integers(0, 10_000), st.sampled_from("0123456789"))
def test_no_digit_of_a_poster_can_be_another(place: int, digit: str) -> None:
    first = TEXT.index("=") + 1
    place = first + place % (len(TEXT) - first)
    changed = TEXT[:place] + digit + TEXT[place + 1 :]

    if changed != TEXT:
        with pytest.raises((FormatError, SignatureError)):
            read_poster(changed, POSTER_BUNDLE)


def read(text: str) -> tuple[str | None, list[object] | None]:
    """The error of a poster, or what it says."""
    try:
        poster = read_poster(text, POSTER_BUNDLE)
    except (FormatError, SignatureError) as problem:
        return type(problem).__name__, None
    named = [poster.number, poster.unit, poster.place, poster.area]
    return None, [*named, poster.issued_at, poster.expires_at]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_poster_reads_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert read(case["text"]) == (case["error"], case["fields"])


def test_a_poster_is_neither_certificate_nor_slip() -> None:
    digits = TEXT.partition("=")[2]

    for parse in (lambda: parse_token(digits), lambda: read_slip(PREFIX + digits, POSTER_BUNDLE)):
        with pytest.raises(FormatError):
            parse()


def test_what_is_meant_to_be_a_poster_is_known_even_where_it_is_forged() -> None:
    assert looks_like_poster(TEXT)
    assert looks_like_poster("http://lapor-yanduan.example/l#p=1")
    assert not looks_like_poster(f"{BASE}/#123")


def test_a_poster_out_of_its_bounds_is_not_even_made() -> None:
    for changes in (
        {"unit": -1},
        {"number": "pst 1"},
        {"place": "é" * 31},
        {"place": "\ud800"},
        {"area": "K\n"},
    ):
        with pytest.raises(FormatError):
            make_poster(POSTERS, replace(POSTER, **changes), base_url=BASE)
