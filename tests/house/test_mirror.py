"""A test stands where its subject stands: tests/verifier/test_image.py tests verifier/image.py."""

from pathlib import Path

import pytest

from tests.house.repository import PACKAGES, files

# About the repository, about whole stories, about bytes: these have no single subject.
ELSEWHERE = {"fuzz", "house", "journeys", "vectors"}

TESTS = tuple(
    path
    for path in files()
    if path.parts[0] == "tests" and path.name.startswith("test_") and path.parts[1] not in ELSEWHERE
)


def subjects(test: Path) -> list[Path]:
    """The files and folders that a test may be about, going by its name.

    `test_image_bombs.py` may be about `image`, if there is no `image_bombs`.
    """
    folder = Path(*test.parts[1:-1])
    words = test.stem.removeprefix("test_").split("_")
    stems = {"_".join(words[:count]) for count in range(1, len(words) + 1)}
    here = [path for path in files() if path.is_relative_to(folder)]
    return [
        path
        for path in here
        if {path.relative_to(folder).parts[0].partition(".")[0], path.stem} & stems
    ]


@pytest.mark.parametrize("test", TESTS, ids=str)
def test_every_test_has_its_subject(test: Path) -> None:
    assert test.parts[1] in PACKAGES
    assert subjects(test)


def test_a_test_without_a_subject_would_be_noticed() -> None:
    assert subjects(Path("tests/signing/test_teapot.py")) == []
