"""From the first day of an office to a withdrawn certificate, at the command line alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.offices import Office, a_record


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """An office on its first day: an installation made just now, on each of the databases."""
    office = Office(desk=tmp_path)
    assert office.segel("init").exit_code == 0
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        settings = office.site / "site.toml"
        settings.write_text(f'{settings.read_text()}\n[database]\nurl = "{url}"\n')
        assert "no register" in office.segel("keys", "list").stderr
        assert office.segel("database", "upgrade").exit_code == 0
        assert office.segel("trust", "publish").exit_code == 0
    return office


def verify(office: Office, *files: object) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of `segel verify --json`, and its answers."""
    result = office.segel("verify", "--json", *files)
    return result.exit_code, json.loads(result.stdout)


def test_a_certificate_is_issued_checked_and_withdrawn(office: Office) -> None:
    file = office.desk / "certificate.pdf"
    said = office.segel("issue", office.record(), "--photo", office.photo(), "--out", file)
    number = said.stdout.split()[0]

    code, (answer,) = verify(office, file)
    assert (code, answer["outcome"], answer["exit"]) == (0, "genuine", 0)
    assert answer["certificate"]["number"] == number
    assert answer["certificate"]["name"] == "RATNA WULANDARI 0"

    assert office.segel("withdraw", number, "--reason", "nama salah tulis").exit_code == 0
    code, (answer,) = verify(office, file)
    assert (code, answer["outcome"]) == (1, "withdrawn")

    assert office.segel("trust", "publish").exit_code == 0
    assert verify(office, file)[0] == 1


def test_the_page_as_a_picture_and_as_text_is_checked_too(office: Office) -> None:
    file = office.desk / "certificate.pdf"
    office.segel("issue", office.record(), "--photo", office.photo(), "--out", file)
    page = office.desk / "page"
    subprocess.run(["pdftoppm", "-r", "150", "-singlefile", "-png", file, page], check=True)

    code, answers = verify(office, page.with_suffix(".png"), office.write("text", "neither"))

    assert [answer["outcome"] for answer in answers] == ["genuine", "cannot-check"]
    assert code == 2


def test_a_batch_is_checked_in_one_go_and_the_worst_counts(office: Office) -> None:
    batch = office.batch(a_record(number) for number in range(3))
    out = office.desk / "out"
    office.segel("issue", "--batch", batch, "--photos", office.desk / "photos", "--out", out)
    files = sorted(out.glob("*.pdf"))
    assert verify(office, *files)[0] == 0

    forged = office.write("forged.pdf", files[0].read_bytes().replace(b"RATNA", b"INTAN"))
    code, answers = verify(office, *files, forged)

    assert code == 1
    assert [answer["exit"] for answer in answers] == [0, 0, 0, 1]
    assert answers[-1]["outcome"] == "not-genuine"


def test_a_checker_needs_nothing_of_the_office_but_what_is_published(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = office.desk / "certificate.pdf"
    office.segel("issue", office.record(), "--photo", office.photo(), "--out", file)
    elsewhere = tmp_path_factory.mktemp("door")
    carried = (office.site / "public").rename(elsewhere / "trust")

    checker = Office(desk=elsewhere)
    code, (answer,) = verify(checker, "--trust", carried, file)

    assert (code, answer["outcome"]) == (0, "genuine")
