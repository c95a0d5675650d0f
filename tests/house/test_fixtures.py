"""The machinery that other tests stand on works here."""

import pytest
import sqlalchemy
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from tests.postgres import PostgresServer
from tests.programs import program


def test_each_database_is_the_tests_own(register_url: str) -> None:
    engine = sqlalchemy.create_engine(register_url)
    with engine.begin() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []

        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


# The same once more: what the first left behind must not be here.
test_the_next_database_is_empty_again = test_each_database_is_the_tests_own


@pytest.mark.postgres
def test_a_database_can_be_copied_from_another(postgres: PostgresServer) -> None:
    original = postgres.new_database()
    engine = sqlalchemy.create_engine(postgres.url(original))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE kept (id INTEGER)"))
    engine.dispose()

    copy = sqlalchemy.create_engine(postgres.url(postgres.new_database(template=original)))

    assert sqlalchemy.inspect(copy).get_table_names() == ["kept"]
    copy.dispose()


@pytest.mark.browser
def test_chromium_runs_scripts(page: Page) -> None:
    page.goto("data:text/html,<title>SKCK</title>")

    assert page.evaluate("document.title") == "SKCK"


# By itself, Chromium takes every name that ends in localhost for this machine.
@pytest.mark.browser
@pytest.mark.parametrize("host", ["example.org", "elsewhere.localhost", "192.0.2.1"])
def test_chromium_finds_nobody_else(page: Page, host: str) -> None:
    with pytest.raises(BrowserError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://{host}:8999/")


def test_a_missing_program_fails_the_test_and_says_what_to_install() -> None:
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-package"):
        program("no-such-program", package="no-such-package")
