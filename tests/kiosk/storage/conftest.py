"""A register of the test's own, on each of the two databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from kiosk.storage.database import new_engine
from kiosk.storage.register import Register
from kiosk.storage.upgrading import upgrade


@pytest.fixture
def empty(register_url: str) -> Iterator[Engine]:
    """A database without tables."""
    engine = new_engine(register_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    """A database with every table, and nothing in them."""
    upgrade(empty)
    return empty


@pytest.fixture
def register(engine: Engine) -> Register:
    """An empty register."""
    return Register(engine)


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """A database of PostgreSQL with every table, and nothing in them."""
    engine = new_engine(postgres_url)
    upgrade(engine)
    yield engine
    engine.dispose()
