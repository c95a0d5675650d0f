"""A reader of hostile bytes answers, or ends; it never hangs, swells, or takes us with it."""

import pytest

from verifier.confined import MOST_BYTES, run_confined
from verifier.errors import UnreadableImageError

READER = "tests.verifier.reading"


def test_the_answer_of_a_reader_comes_back() -> None:
    assert run_confined(READER, "sajak é".encode(), "") == "sajak é"


@pytest.mark.parametrize(
    ("misdeed", "code"),
    [
        ("spin", "took-too-long"),
        ("sleep", "took-too-long"),
        ("memory", "too-large"),
        ("exit", "damaged"),
        ("abort", "damaged"),
        ("raise", "damaged"),
        ("refuse", "damaged"),
    ],
)
def test_a_reader_that_misbehaves_ends_in_a_clear_error(misdeed: str, code: str) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        run_confined(READER, b"", misdeed)

    assert raised.value.code == code


def test_what_a_reader_says_of_a_file_is_passed_on() -> None:
    with pytest.raises(UnreadableImageError, match=r"^as the reader put it$"):
        run_confined(READER, b"", "refuse")


def test_a_mistake_of_ours_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnreadableImageError):
        run_confined(READER, b"", "raise")

    assert "KeyError: 'a mistake of ours'" in caplog.text


def test_a_long_file_is_refused_before_a_process_is_started() -> None:
    with pytest.raises(UnreadableImageError) as raised:
        run_confined("no.such.module", bytes(MOST_BYTES + 1), "")

    assert raised.value.code == "too-large"


def test_a_reader_gets_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGEL_PASSPHRASE", "not for a reader")
    monkeypatch.setenv("PYTHONPATH", "/tmp/elsewhere")  # noqa: S108 -- never opened

    names = run_confined(READER, b"", "environment")

    assert not [name for name in names if name.startswith(("SEGEL", "PYTHON", "HOME"))]
