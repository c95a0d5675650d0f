"""What strangers send is answered or refused, whatever it is; a moment of what `make fuzz` does."""

from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.errors import Unknown
from tests.fuzz.parsers import PARSERS, REFUSED
from tests.fuzz.trees import with_a_part_changed


def tried(name: str, data: bytes) -> None:
    try:
        PARSERS[name].tried(data)
    except REFUSED:
        return


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_what_it_begins_with(name: str) -> None:
    for seed in PARSERS[name].seeds():
        # There is no opening to object to.
        with pytest.raises(Unknown) if name == "thread-objection" else nullcontext():
            PARSERS[name].tried(seed)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_parser_answers_or_refuses(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(PARSERS[name].seeds()))
    choices = data.draw(st.binary(max_size=24))
    at = data.draw(st.integers(0, len(seed) - 1))
    part = data.draw(st.binary(max_size=8))

    tried(name, with_a_part_changed(seed, choices))
    tried(name, seed[:at] + part + seed[at + len(choices) :])


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xff" * 100, b"[" * 4000, b"\x81" * 4000, b"\xa1" * 4000, b"9" * 4000],
)
def test_a_parser_refuses_what_is_nested_without_end(name: str, data: bytes) -> None:
    tried(name, data)
