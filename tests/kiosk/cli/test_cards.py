"""`segel read-card` answers match, no match or try again, and shows no more than is asked for."""

import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.scans import expecting_nobody
from kiosk.scanning.layout import load_layout
from kiosk.scanning.reader import CardReader
from kiosk.scanning.sources import clip, scans
from tests.card_photographs import photograph_card
from tests.card_prints import draw_card, photocopied
from tests.cards import moving_card_frames
from tests.house.repository import ROOT
from tests.kiosk.cli.terminals import Terminal
from tests.kiosk.cli.test_issuing import issue
from tests.kiosk.scanning.test_sources import Device
from tests.offices import Office
from tests.people import Person, invented_person, twin_of
from tests.pictures import jpeg, write_clip

Pixels = NDArray[np.uint8]

SEED = 41
PERSON = invented_person(np.random.default_rng(SEED))
OTHER = invented_person(np.random.default_rng(SEED + 1))
TWIN = twin_of(PERSON, np.random.default_rng(SEED))
# As cards are, where a NIK was given out with a wrong date.
MISDATED = replace(PERSON, birth=PERSON.birth + timedelta(days=1))
EMPTY = np.full((720, 1280, 3), 90, np.uint8)


@cache
def card_of(person: Person) -> Pixels:
    return draw_card(person, load_layout("ktp-el"))


@cache
def picture_of(person: Person) -> bytes:
    """What a camera sees of the person's card: all of it, in good light."""
    rng = np.random.default_rng(SEED)
    taken = photograph_card(
        card_of(person), rng, level="mild", background="wood", camera="720p", inside=True
    )
    return jpeg(taken.frame, quality=92)


def expectation_of(office: Office, person: Person) -> str:
    """The token that says to expect this person: the holder of a certificate."""
    number = issue(
        office,
        name=person.name,
        nik=person.nik,
        birth_date=person.birth.isoformat(),
        sex=person.sex.value,
        resident_since=str(person.birth.year),
    ).split()[0]
    result = office.segel("expect", number)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def answer(text: str) -> dict[str, Any]:
    """What `--json` printed, held to its schema."""
    found: dict[str, Any] = json.loads(text)
    schema = json.loads((ROOT / "docs/formats/scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, {**schema, "$ref": "#/$defs/card-scan"})
    return found


def says_nothing_of(person: Person, said: str) -> bool:
    """Whether neither NIK nor name, nor the day of birth, stands in a text."""
    words = [person.nik, *person.name.split(), person.birth.isoformat(), f"{person.birth:%d-%m-%Y}"]
    return not [word for word in words if word in said.upper()]


def test_a_card_is_read_and_shown_masked(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    file = office.write("card.jpg", picture_of(PERSON))

    result = office.segel("read-card", file)
    told = answer(office.segel("read-card", "--json", file).stdout)

    assert result.exit_code == 0
    assert "TERBACA" in result.stdout
    assert f"{PERSON.nik[:6]}******{PERSON.nik[12:]}" in result.stdout
    assert says_nothing_of(PERSON, result.output + json.dumps(told) + caplog.text)
    assert (told["result"], told["masked"], told["typed"]) == ("read", True, False)
    assert told["card"]["birth"] == str(PERSON.birth.year)


def test_all_of_a_card_is_shown_where_that_is_asked_for(office: Office) -> None:
    file = office.write("card.jpg", picture_of(PERSON))

    told = answer(office.segel("read-card", "--reveal", "--json", file).stdout)

    assert told["card"]["nik"] == PERSON.nik
    assert told["card"]["name"].replace(" ", "") == PERSON.name.replace(" ", "")
    assert told["card"]["birth"] == PERSON.birth.isoformat()
    assert told["masked"] is False


@pytest.mark.parametrize(
    ("held_up", "code", "word"),
    [
        pytest.param(PERSON, 0, "COCOK", id="the expected person"),
        pytest.param(OTHER, 1, "TIDAK COCOK", id="somebody else"),
        pytest.param(None, 2, "COBA LAGI", id="no card"),
    ],
)
def test_the_answer_is_a_word_and_a_code_and_nothing_of_the_card(
    office: Office, held_up: Person | None, code: int, word: str
) -> None:
    token = expectation_of(office, PERSON)
    picture = jpeg(EMPTY) if held_up is None else picture_of(held_up)
    file = office.write("card.jpg", picture)

    result = office.segel("read-card", "--expect", token, file)

    assert result.exit_code == code
    assert result.stdout.splitlines()[0] == word
    for person in (PERSON, OTHER):
        assert says_nothing_of(person, result.output)
        assert person.nik[:6] not in result.output


def test_what_a_program_is_told_of_an_expected_person(office: Office) -> None:
    token = expectation_of(office, PERSON)
    file = office.write("card.jpg", picture_of(PERSON))

    told = answer(office.segel("read-card", "--expect", token, "--json", file).stdout)

    assert (told["result"], told["reason"], told["exit"]) == ("match", "same", 0)
    assert told["card"] is None


def test_the_card_of_an_expected_person_is_shown_where_that_is_asked_for(office: Office) -> None:
    file = office.write("card.jpg", picture_of(OTHER))
    token = expectation_of(office, PERSON)

    told = answer(office.segel("read-card", "--expect", token, "--reveal", "--json", file).stdout)

    assert told["result"] == "no-match"
    assert told["card"]["nik"] == OTHER.nik


def test_a_twin_does_not_pass(office: Office) -> None:
    file = office.write("card.jpg", picture_of(TWIN))

    result = office.segel("read-card", "--expect", expectation_of(office, PERSON), file)

    assert result.exit_code in {1, 2}
    assert result.stdout.splitlines()[0] in {"TIDAK COCOK", "COBA LAGI"}


def test_a_nik_that_the_birth_date_does_not_bear_out_is_not_sure(office: Office) -> None:
    file = office.write("card.jpg", picture_of(MISDATED))

    result = office.segel("read-card", "--lang", "en", file)

    assert result.exit_code == 2
    assert result.stdout.startswith("NOT SURE\n")
    assert "Compare every digit" in result.stdout


@pytest.mark.parametrize("held_up", [PERSON, None], ids=["a card", "no card"])
def test_a_card_that_was_read_is_never_said_to_be_genuine(
    office: Office, held_up: Person | None
) -> None:
    file = office.write("card.jpg", jpeg(EMPTY) if held_up is None else picture_of(held_up))

    result = office.segel("read-card", "--lang", "en", file)

    assert "A card that was read is not a card that was authenticated" in result.stdout


def test_a_photocopy_is_told_as_a_suspicion(office: Office) -> None:
    rng = np.random.default_rng(SEED)
    taken = photograph_card(
        photocopied(card_of(PERSON)),
        rng,
        level="mild",
        background="wood",
        camera="720p",
        inside=True,
    )
    file = office.write("copy.jpg", jpeg(taken.frame, quality=92))

    told = answer(office.segel("read-card", "--json", file).stdout)

    assert [one["code"] for one in told["suspicions"]] == ["grey"]
    assert told["result"] == "read"


@pytest.fixture(scope="module")
def moving_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of two seconds and a half: an empty desk, a card that comes, is tilted, and leaves."""
    path = tmp_path_factory.mktemp("clips") / "card.y4m"
    write_clip(path, moving_card_frames(card_of(PERSON), SEED, 25))
    return path


def test_a_card_that_moves_through_a_clip_is_one_scan(moving_card: Path) -> None:
    with clip(moving_card) as frames, CardReader() as reader:
        found = list(
            scans(
                frames,
                lambda picture, near: reader.look(picture, near=near),
                expecting_nobody(),
                told=lambda _: None,
            )
        )

    (one,) = found
    assert one.answer.firm
    assert one.answer.reading is not None
    assert one.answer.reading.nik == PERSON.nik


def test_a_clip_is_read(office: Office, moving_card: Path) -> None:
    result = office.segel("read-card", "--json", moving_card)

    assert result.exit_code == 0
    assert answer(result.stdout)["result"] == "read"
    # Nobody can move the card in a clip.
    assert result.stderr == ""


def camera_of(
    monkeypatch: pytest.MonkeyPatch, office: Office, pictures: Iterable[Pixels | None]
) -> tuple[Path, Device]:
    """A camera that sees these pictures, and the file that stands for its device."""
    device = Device(pictures)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: device)
    return office.write("video0", b""), device


def test_whoever_holds_the_card_is_told_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = moving_card_frames(card_of(PERSON), SEED, 16)
    path, device = camera_of(monkeypatch, office, frames)

    result = office.segel("read-card", "--camera", path)

    assert result.exit_code == 0
    assert "Menyalakan kamera" in result.stderr
    assert "Perlihatkan kartu ke kamera." in result.stderr
    assert says_nothing_of(PERSON, result.output)
    assert device.released == 1


@pytest.mark.parametrize(
    ("pictures", "code", "said"),
    [
        pytest.param([], "camera-busy", "dipakai program lain", id="busy"),
        pytest.param([EMPTY, EMPTY + 1], "camera-lost", "pasang kembali kabelnya", id="unplugged"),
    ],
)
def test_a_camera_that_cannot_be_used_says_why(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    pictures: list[Pixels],
    code: str,
    said: str,
) -> None:
    path, device = camera_of(monkeypatch, office, pictures)

    result = office.segel("read-card", "--json", "--camera", path)

    told = answer(result.stdout)
    assert result.exit_code == 2
    assert (told["result"], told["problem"]["code"]) == ("not-read", code)
    assert said in told["problem"]["sentence"]
    assert device.released == 1


def test_a_camera_that_sees_no_card_gives_up_with_advice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = camera_of(monkeypatch, office, (EMPTY + number % 9 for number in iter(int, 1)))

    result = office.segel("read-card", "--camera", path, "--seconds", "1", "--lang", "en")

    assert result.exit_code == 2
    assert "hold it 25 to 35 cm from the camera" in result.stdout


def test_a_person_may_stop_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> Iterable[Pixels]:
        yield EMPTY
        raise KeyboardInterrupt

    path, device = camera_of(monkeypatch, office, stopped())

    result = office.segel("read-card", "--camera", path)

    assert result.exit_code == 2
    assert "Dihentikan." in result.stdout
    assert device.released == 1


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (None, {"file-missing"}),
        (b"", {"not-a-picture"}),
        (jpeg(EMPTY)[:900], {"damaged", "truncated"}),
    ],
    ids=["missing", "empty", "cut off"],
)
def test_a_picture_that_cannot_be_read_is_told(
    office: Office, content: bytes | None, codes: set[str]
) -> None:
    file = office.desk / "card.jpg"
    if content is not None:
        file.write_bytes(content)

    result = office.segel("read-card", "--json", file)

    assert result.exit_code == 2
    assert answer(result.stdout)["problem"]["code"] in codes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give a file, or --camera."),
        (["card.jpg", "--camera", "0"], "Give a file, or --camera."),
        (["card.jpg", "--kind", "library"], "is none of kia, ktp-el"),
        (["card.jpg", "--expect", "SEGEL-E1.nonsense"], "expectation"),
    ],
)
def test_a_mistake_in_the_command_is_no_answer(office: Office, words: list[str], said: str) -> None:
    result = office.segel("read-card", *words)

    assert result.exit_code == 2
    assert said in result.stderr


def test_another_offices_expectation_is_no_answer(office: Office, tmp_path: Path) -> None:
    token = expectation_of(office, PERSON)
    elsewhere = Office(desk=tmp_path / "elsewhere")

    result = elsewhere.segel("read-card", "card.jpg", "--expect", token)

    assert result.exit_code == 2
    assert "there is no installation" in result.stderr


def test_without_the_part_that_reads_print_it_says_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    file = office.write("card.jpg", picture_of(PERSON))

    result = office.segel("read-card", file)
    # Nobody is at a terminal: nobody is asked.
    expecting = office.segel(
        "read-card", "--json", "--expect", expectation_of(office, PERSON), file
    )

    assert (result.exit_code, expecting.exit_code) == (2, 2)
    assert "pip install 'segel[cards]'" in result.stdout
    told = answer(expecting.stdout)
    assert (told["result"], told["problem"]["code"]) == ("try-again", "reader-missing")


@pytest.mark.parametrize(
    ("typed", "birth", "code", "word"),
    [
        pytest.param(PERSON, f"{PERSON.birth:%d-%m-%Y}", 0, "COCOK", id="the expected person"),
        pytest.param(PERSON, PERSON.birth.isoformat(), 0, "COCOK", id="the ISO date"),
        pytest.param(OTHER, f"{OTHER.birth:%d-%m-%Y}", 1, "TIDAK COCOK", id="somebody else"),
        pytest.param(PERSON, "25-12-1901", 2, "COBA LAGI", id="mistyped"),
    ],
)
def test_without_that_part_a_person_at_a_terminal_types(
    office: Office, tmp_path: Path, typed: Person, birth: str, code: int, word: str
) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(
        "import sys\nsys.modules['rapidocr'] = None\n"
    )
    token = expectation_of(office, PERSON)

    terminal = Terminal(
        office.site,
        "read-card",
        "card.jpg",
        "--expect",
        token,
        PYTHONPATH=str(tmp_path / "without"),
    )
    terminal.answer("NIK", f"{typed.nik[:8]} {typed.nik[8:]}")
    terminal.answer("Tanggal lahir", "31-02-1990")
    terminal.answer("Tanggal lahir", birth)

    assert terminal.end() == code
    assert f"\n{word}\r" in terminal.shown
    assert "segel[cards]" in terminal.shown
    assert says_nothing_of(typed, terminal.shown)
