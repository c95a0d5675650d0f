"""Programs of the system that tests drive or compare with."""

import shutil
from pathlib import Path

import pytest


def program(name: str, *, package: str) -> Path:
    """Where the program `name` is, which the Debian package `package` brings.

    A missing program fails the test; nothing is left out for want of a component.
    """
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed: run `make setup`, or apt-get install {package}")
    return Path(found)
