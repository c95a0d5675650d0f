"""The form of a sheet is kept with the program, with all it takes to set words in it."""

import pytest

from printer import skck1
from printer.form import load_form

FORM = load_form("skck-1")


def test_every_object_of_the_form_is_where_it_says() -> None:
    prefix = FORM.form.prefix

    for number, offset in enumerate(FORM.form.offsets, start=1):
        assert prefix.startswith(b"%d 0 obj\n" % number, offset)
    assert prefix.endswith(b"\nendobj\n")
    assert sorted(FORM.form.numbers.values()) == [
        *range(len(FORM.form.offsets) + 1, len(FORM.form.offsets) + 7)
    ]


def test_a_form_that_is_not_kept_is_not_made_up() -> None:
    with pytest.raises(KeyError):
        load_form("skck-0")


@pytest.mark.parametrize("face", ["R", "B", "I"])
def test_a_face_has_the_letters_of_indonesian_and_english(face: str) -> None:
    letters = {chr(code) for code in range(0x20, 0x7F)} | set("–‘’“”×éÉ")

    assert letters <= FORM.faces[face].widths.keys()
    assert FORM.faces[face].widths.keys() == {chr(code) for code in FORM.faces[face].codes}


@pytest.mark.parametrize(
    "name", ["Nguyễn", "Łukasz", "Şahin", "Đặng", "Þór", "Œuvre", "Ǧ", "O‘zbek"]
)
def test_the_regular_face_has_the_letters_of_latin_scripts(name: str) -> None:
    for spelled in (name, name.upper()):
        assert set(spelled) <= FORM.faces["R"].widths.keys()


def test_letters_of_no_width_are_not_in_a_face() -> None:
    """What cannot be seen must not be printed: two names that look alike would differ."""
    for face in FORM.faces.values():
        assert [char for char, width in face.widths.items() if width <= 0] == []
        # A no-break space is a space, and a soft hyphen is printed as a hyphen.
        assert {char for char in face.widths if not char.isprintable()} <= {"\u00a0", "\u00ad"}


def test_every_mark_of_the_sheet_has_one_place() -> None:
    grouped = [mark for _, marks in skck1.GROUPS for mark in marks]
    placed = [label.mark for label in skck1.LABELS] + list(skck1.VALUES) + ["photo", "qr"]

    assert sorted(grouped) == sorted(placed)
    assert len(set(grouped)) == len(grouped)


def test_a_printed_module_is_whole_dots_at_300_and_600_dpi() -> None:
    for dots in (300, 600):
        assert (skck1.QR_MODULE * dots / 72) % 1 == pytest.approx(0, abs=1e-9)
    assert skck1.QR[2] / 72 * 25.4 == pytest.approx(41.3, abs=0.05)
