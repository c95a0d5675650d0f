"""Migrations: they lead to what schema.py says, on both databases, and back again."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect

from kiosk.storage import upgrading
from kiosk.storage.database import new_engine
from kiosk.storage.schema import SCHEMA_VERSION, metadata
from kiosk.storage.upgrading import downgrade, newest_version, present_version, upgrade

ROOT = Path(__file__).parents[3]


def described(connection: Connection) -> dict[str, object]:
    """Every table of a database with all that reflection tells of it."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "unique": sorted(inspector.get_unique_constraints(table), key=str),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=str),
            "checks": sorted(inspector.get_check_constraints(table), key=str),
            "indexes": sorted(
                (str(index["name"]), index["column_names"], index["unique"], str(options))
                for index in inspector.get_indexes(table)
                for options in [
                    {name: str(value) for name, value in index.get("dialect_options", {}).items()}
                ]
            ),
            "options": inspector.get_table_options(table),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_lead_to_the_schema(empty: Engine) -> None:
    with empty.begin() as connection:
        metadata.create_all(connection)
        wanted = described(connection)
        metadata.drop_all(connection)

    upgrade(empty)

    with empty.connect() as connection:
        assert described(connection) == wanted
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_schema_knows_its_version() -> None:
    assert newest_version() == SCHEMA_VERSION


def test_an_upgrade_is_written_down_and_may_be_repeated(empty: Engine) -> None:
    before = present_version(empty)
    upgrade(empty)
    upgrade(empty)

    assert (before, present_version(empty)) == (None, SCHEMA_VERSION)


def test_what_was_built_can_be_taken_down_again(engine: Engine) -> None:
    downgrade(engine, "base")

    assert present_version(engine) is None
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_an_upgrade_that_fails_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as connection:
        # In the way of the last table of the first migration.
        connection.exec_driver_sql("CREATE TABLE publications (kind TEXT)")

    with pytest.raises(Exception, match="publications"):
        upgrade(empty)

    assert inspect(empty).get_table_names() == ["publications"]


def test_a_folder_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "100%").mkdir()
    engine = new_engine(f"sqlite:///{tmp_path / '100%' / 'register.sqlite3'}")

    upgrade(engine)

    assert present_version(engine) == SCHEMA_VERSION
    engine.dispose()


def test_issuing_does_not_pay_for_migrations() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, kiosk.storage.register; print([m for m in sys.modules if 'alembic' in m])",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert ast.literal_eval(told) == []


def test_the_migrations_are_where_the_program_looks() -> None:
    folder = Path(upgrading.__file__).with_name("migrations") / "register"

    assert (folder / "env.py").exists()
    assert len(list((folder / "versions").glob("*.py"))) >= 1
