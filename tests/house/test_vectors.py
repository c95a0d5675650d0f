"""The vectors are those that the program makes today: a format does not change unnoticed."""

from pathlib import Path

import pytest

from tests.vectors import make_vectors


def test_the_vectors_are_those_that_the_program_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make_vectors.HERE
    monkeypatch.setattr(make_vectors, "HERE", tmp_path)

    make_vectors.main()

    made = sorted(path.name for path in tmp_path.iterdir())
    assert made
    assert [
        name for name in made if (kept / name).read_text() != (tmp_path / name).read_text()
    ] == []
