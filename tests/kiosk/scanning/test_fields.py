"""What stands on a card is read as it stands there, or not at all."""

from collections.abc import Sequence
from datetime import date

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.scanning import fields
from kiosk.scanning.fields import parse_birth, parse_name, parse_nik, read_fields
from kiosk.scanning.layout import PER_MM, Holds, load_layout
from kiosk.scanning.lines import Line
from tests.cards import FINE, Person, draw_card, invented_person, mrz_lines

Pixels = NDArray[np.uint8]

KTP = load_layout("ktp-el")
NIK = "9971014503960001"


def a_line(text: str, *unsure: tuple[int, float]) -> Line:
    sure = dict(unsure)
    return Line(text=text, confidences=tuple(sure.get(at, 0.99) for at in range(len(text))))


def a_card(kind: str = "ktp-el", *, seed: int = 1) -> tuple[Person, Pixels]:
    """A person and their card, upright, as `finding` gives it."""
    person = invented_person(np.random.default_rng(seed))
    drawn = draw_card(person, load_layout(kind))
    return person, np.asarray(
        cv2.resize(drawn, None, fx=PER_MM / FINE, fy=PER_MM / FINE, interpolation=cv2.INTER_AREA)
    )


def zone_of(holds: Holds) -> tuple[slice, slice]:
    box = next(zone.box for zone in KTP.zones if zone.holds is holds)
    return (
        slice(round(box.top * PER_MM), round(box.bottom * PER_MM)),
        slice(round(box.left * PER_MM), round(box.right * PER_MM)),
    )


@pytest.mark.parametrize("kind", ["ktp-el", "sim", "kia"])
def test_number_name_and_date_of_birth_are_read(kind: str) -> None:
    person, card = a_card(kind)

    reading = read_fields(card, load_layout(kind))

    assert (reading.kind, reading.nik, reading.birth) == (kind, person.nik, person.birth)
    assert reading.name.replace(" ", "") == person.name.replace(" ", "")
    assert reading.nik_confidence > 0.9
    assert reading.name_confidence > 0.5


def test_of_a_passport_name_and_date_of_birth_are_read_and_no_number() -> None:
    person, card = a_card("passport")

    reading = read_fields(card, load_layout("passport"))

    assert mrz_lines(person)[1][13:19] == f"{person.birth:%y%m%d}"
    assert (reading.name, reading.birth) == (person.name, person.birth)
    assert (reading.nik, reading.nik_confidence) == ("", 0.0)


def test_of_half_a_machine_readable_zone_nothing_is_read() -> None:
    _, card = a_card("passport")
    card[round(75.7 * PER_MM) :] = 220

    reading = read_fields(card, load_layout("passport"))

    assert (reading.name, reading.birth) == ("", None)


@pytest.mark.parametrize("away", [-1.0, 1.0])
def test_a_line_is_read_where_a_bent_card_has_it(away: float) -> None:
    person, card = a_card()
    moved = np.roll(card, round(away * PER_MM), axis=0)

    reading = read_fields(moved, KTP)

    assert (reading.nik, reading.birth) == (person.nik, person.birth)
    assert reading.name.replace(" ", "") == person.name.replace(" ", "")


def test_a_number_whose_digit_is_hidden_is_not_offered() -> None:
    _, card = a_card()
    card[zone_of(Holds.NIK)[0], round(33 * PER_MM) : round(36 * PER_MM)] = (225, 205, 175)

    assert read_fields(card, KTP).nik == ""


@pytest.mark.parametrize("cut", [21.0, 30.0, 48.0])
def test_digits_that_end_where_the_picture_ends_are_not_guessed(cut: float) -> None:
    _, card = a_card()
    at = round(cut * PER_MM)
    # As a rectified card repeats the edge of its picture.
    card[:, at:] = card[:, at - 1 : at]

    assert read_fields(card, KTP).nik == ""


def test_a_number_too_dim_to_be_sure_of_is_right_or_not_offered() -> None:
    rng = np.random.default_rng(7)
    for seed in range(12):
        person, card = a_card(seed=seed)
        soft = cv2.GaussianBlur(card, (0, 0), 3.2 + 0.2 * seed).astype(np.float32)
        dim = np.clip(soft * 0.3 + 60 + rng.normal(0, 9, card.shape), 0, 255).astype(np.uint8)

        assert read_fields(dim, KTP).nik in {"", person.nik}


@pytest.mark.parametrize(
    ("texts", "confidence", "nik"),
    [
        pytest.param([NIK, NIK], 0.95, NIK, id="both are sure and agree"),
        pytest.param([NIK, NIK[:-1] + "8"], 0.99, "", id="sure, and they differ"),
        pytest.param([NIK, ""], 0.99, "", id="one reads nothing"),
        pytest.param([NIK] * 6, 0.8, NIK, id="unsure, and all six agree"),
        pytest.param([NIK] * 5 + [NIK[:-1] + "8"], 0.8, "", id="unsure, and the last differs"),
        pytest.param([NIK] * 6, 0.55, "", id="too unsure altogether"),
    ],
)
def test_readings_of_a_number_must_agree(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], confidence: float, nik: str
) -> None:
    said = iter(texts)

    def read(crops: Sequence[Pixels]) -> list[Line]:
        return [
            Line(text=text, confidences=(confidence,) * len(text))
            for text, _ in zip(said, crops, strict=False)
        ]

    # What a network says of pixels cannot be arranged.
    monkeypatch.setattr(fields, "read_lines", read)
    _, card = a_card()

    reading = fields._read_nik(card, KTP.zones[0].box)

    assert reading.text == nik
    assert not list(said)


@pytest.mark.parametrize(
    ("confidence", "births", "is_offered"),
    [
        pytest.param(0.72, ["05-03-1996"], True, id="unsure, and borne out"),
        pytest.param(0.72, ["", "05-03-1996"], True, id="unsure, and borne out at second sight"),
        pytest.param(0.85, ["05-04-1996"], False, id="unsure, and contradicted"),
        pytest.param(0.85, ["", ""], True, id="a little unsure, and no date"),
        pytest.param(0.72, ["", ""], False, id="unsure, and no date"),
        pytest.param(0.95, ["05-04-1996"], True, id="sure, and contradicted"),
        pytest.param(0.95, ["", ""], True, id="sure, and no date"),
    ],
)
def test_an_unsure_number_wants_the_printed_date(
    monkeypatch: pytest.MonkeyPatch, confidence: float, births: list[str], *, is_offered: bool
) -> None:
    niks = 2 if confidence > 0.9 else 6
    said = iter([NIK] * niks + births + ["RATNA"] * is_offered)

    def read(crops: Sequence[Pixels]) -> list[Line]:
        texts = [next(said) for _ in crops]
        return [Line(text=text, confidences=(confidence,) * len(text)) for text in texts]

    monkeypatch.setattr(fields, "read_lines", read)
    _, card = a_card()

    reading = read_fields(card, KTP)

    assert (reading.nik, reading.name) == ((NIK, "RATNA") if is_offered else ("", ""))
    assert not list(said)


@pytest.mark.parametrize(
    ("text", "nik", "is_sure"),
    [
        (NIK, NIK, True),
        (f": {NIK[:8]} {NIK[8:]}.", NIK, True),
        ("997l0I4SO3960001", NIK, False),
        ("99710145039b0001", NIK, False),
        (NIK[:-1], "", False),
        (NIK + "7", "", False),
        ("997A014503960001", "", False),
        ("NIK " + NIK, "", False),
        ("٩٩٧١٠١٤٥٠٣٩٦٠٠٠١", "", False),
        ("", "", False),
    ],
)
def test_a_number_is_sixteen_digits_or_what_looks_like_them(
    text: str, nik: str, *, is_sure: bool
) -> None:
    value = parse_nik(a_line(text))

    assert value.text == nik
    assert (value.confidence >= 0.9) is is_sure


def test_a_number_is_as_sure_as_its_weakest_digit() -> None:
    assert parse_nik(a_line(NIK, (7, 0.62))).confidence == 0.62


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RATNA NUGROHO", "RATNA NUGROHO"),
        (": RATNANUGROHO", "RATNANUGROHO"),
        ("Nama : RATNA NUGROHO.", "RATNA NUGROHO"),
        ("R4TNA NUGR0H0", "RTNA NUGROHO"),
        ("NUR'AINI, S.H.", "NUR'AINI, S.H"),
        ("SITI-MAR'IAH", "SITI-MAR'IAH"),
        ("娜 ßITI", "ITI"),
        ("::", ""),
        ("", ""),
    ],
)
def test_a_name_is_in_capitals_and_without_its_label(text: str, name: str) -> None:
    assert parse_name(a_line(text)).text == name


def test_a_name_is_as_sure_as_its_weakest_letter() -> None:
    value = parse_name(a_line("NAMA: SITI", (1, 0.1), (7, 0.7)))

    assert (value.text, value.confidence) == ("SITI", 0.7)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("KOTA CONTOH, 05-03-1996", date(1996, 3, 5)),
        ("KOTACONTOH,05-03-1996", date(1996, 3, 5)),
        ("KOTA CONTOH. 05 03 1996.", date(1996, 3, 5)),
        ("KOTA CONTOH 05031996", date(1996, 3, 5)),
        ("KOTA CONTOH, O5-O3-I996", date(1996, 3, 5)),
        ("BIDOSOLO,05-03-1996", date(1996, 3, 5)),
        ("05-03-1996", date(1996, 3, 5)),
        ("KOTA CONTOH, 31-02-1996", None),
        ("KOTA CONTOH, 05-13-1996", None),
        ("KOTA CONTOH, 05-03-19", None),
        ("KOTA CONTOH, 5-3-1996", None),
        ("KOTA CONTOH", None),
        ("", None),
    ],
)
def test_the_date_of_birth_ends_its_line(text: str, birth: date | None) -> None:
    assert parse_birth(a_line(text)) == birth


def test_a_date_with_a_doubtful_digit_is_none() -> None:
    text = "KOTA CONTOH, 05-03-1996"

    assert parse_birth(a_line(text, (14, 0.5))) is None
    assert parse_birth(a_line(text, (3, 0.5))) == date(1996, 3, 5)


def test_what_was_read_does_not_show_when_it_is_printed() -> None:
    person, card = a_card()

    shown = repr(read_fields(card, KTP))

    assert person.nik not in shown
    assert person.name[:4] not in shown
