"""`segel offices`, `segel staff`: the first people of an office, and who lost a phone."""

import re

import pytest

from tests.offices import Office

CODE = re.compile(r"login (\S+)   code ([2-9A-Z-]{14})$", re.MULTILINE)


@pytest.fixture
def begun(office: Office) -> Office:
    """An office with a Polda and a Polres."""
    office.segel("offices", "add", "Polda Contoh", "--kind", "polda")
    office.segel("offices", "add", "Polres Contoh", "--kind", "polres", "--under", 1)
    return office


def test_offices_are_listed_as_a_tree(begun: Office) -> None:
    begun.segel("offices", "add", "Polsek Timur", "--kind", "polsek", "--under", 2)
    result = begun.segel("offices", "list")
    assert result.stdout == (
        "   1  Polda Contoh (polda)\n"
        "   2    Polres Contoh (polres)\n"
        "   3      Polsek Timur (polsek)\n"
    )


def test_an_office_that_cannot_stand_there_is_refused(begun: Office) -> None:
    result = begun.segel("offices", "add", "Polda Lain", "--kind", "polda", "--under", 2)
    assert result.exit_code == 1
    assert result.stderr == "segel: above: cannot stand above this one\n"


def test_an_office_issues_as_a_unit_of_the_settings(begun: Office) -> None:
    refused = begun.segel("offices", "add", "X", "--kind", "polres", "--under", 1, "--unit", 4711)
    done = begun.segel("offices", "add", "X", "--kind", "polres", "--under", 1, "--unit", 999901)
    assert "is no unit of the settings" in refused.stderr
    assert done.stdout == "office 3: X\n"


def add_sari(office: Office, *roles: str) -> str:
    """The code with which Sari begins."""
    words = [word for role in roles for word in ("--role", role)]
    result = office.segel("staff", "add", "sari", "--name", "Sari Contoh", "--office", 2, *words)
    assert result.exit_code == 0, result.output
    found = CODE.search(result.stdout)
    assert found is not None
    assert found[1] == "sari"
    return found[2]


def test_somebody_new_gets_a_code_and_no_password(begun: Office) -> None:
    add_sari(begun, "verifier", "print-room@1")
    listed = begun.segel("staff", "list").stdout
    assert listed.split() == ["1", "sari", "office", "2", "print-room@1", "verifier@2"]
    # Who it is stays sealed: a list on a terminal is read over somebody's shoulder.
    assert "Contoh" not in listed


def test_two_roles_that_one_person_may_not_hold_are_refused(begun: Office) -> None:
    result = begun.segel(
        "staff", "add", "x", "--name", "X", "--office", 2,
        "--role", "examiner@1", "--role", "signatory",
    )  # fmt: skip
    assert result.stderr == "segel: roles: may not be one person's: examiner and signatory\n"
    assert begun.segel("staff", "list").exit_code == 1


def test_roles_are_set_all_at_once(begun: Office) -> None:
    add_sari(begun, "verifier")
    assert begun.segel("staff", "roles", "sari", "examiner").stdout == "sari: examiner@2\n"
    assert begun.segel("staff", "roles", "sari", "--office", 1).stdout == "sari: no role\n"
    assert begun.segel("staff", "list").stdout.split() == ["1", "sari", "office", "1"]


@pytest.mark.parametrize("role", ["teapot", "verifier@x", "@2", ""])
def test_a_role_that_does_not_exist_is_refused_with_those_that_do(begun: Office, role: str) -> None:
    add_sari(begun)
    result = begun.segel("staff", "roles", "sari", role)
    assert result.exit_code == 2
    assert "duty-officer" in result.stderr


def test_whoever_left_comes_back_with_a_new_code(begun: Office) -> None:
    first = add_sari(begun, "verifier")
    assert "segel staff return sari" in begun.segel("staff", "leave", "sari").stdout
    assert begun.segel("staff", "leave", "sari").exit_code == 1
    assert begun.segel("staff", "list").exit_code == 1
    assert "left" in begun.segel("staff", "list", "--all").stdout

    back = CODE.search(begun.segel("staff", "return", "sari").stdout)
    assert back is not None
    assert back[2] != first
    assert "verifier@2" in begun.segel("staff", "list").stdout


def test_a_lost_phone_is_answered_with_a_new_code(begun: Office) -> None:
    first = add_sari(begun)
    again = CODE.search(begun.segel("staff", "reset", "sari").stdout)
    assert again is not None
    assert again[2] != first


@pytest.mark.parametrize("command", ["roles", "leave", "return", "reset"])
def test_a_login_that_nobody_has_is_said(begun: Office, command: str) -> None:
    result = begun.segel("staff", command, "nobody")
    assert (result.exit_code, result.stderr) == (1, "segel: nobody has this login\n")


def test_an_empty_office_says_how_to_begin(office: Office) -> None:
    assert "segel offices add" in office.segel("offices", "list").stderr
    assert "segel staff add" in office.segel("staff", "list").stderr
