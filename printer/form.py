"""Forms: the parts of a sheet's PDF that are the same on every sheet, and the measures of its type.

The files in `forms/` are made by `forms/make_form.py` and never changed once sheets bear them.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from signing.pdf import Form

__all__ = ["Face", "PrintedForm", "load_form"]

FORMS = {"skck-1": "skck1", "skck-1r": "skck1r"}


@dataclass(frozen=True, kw_only=True)
class Face:
    """A typeface: `codes` maps a character to its glyph in hexadecimal, `widths` to 1/1000 em."""

    codes: dict[int, str]
    widths: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PrintedForm:
    """A form and its typefaces R (regular), B (bold), I (italic)."""

    form: Form
    faces: dict[str, Face]


@lru_cache
def load_form(name: str) -> PrintedForm:
    """The form of this name.

    Raises:
        KeyError: there is none.
    """
    folder = files("printer") / "forms"
    described = json.loads((folder / f"{FORMS[name]}.json").read_bytes())
    return PrintedForm(
        form=Form(
            name=name,
            prefix=(folder / f"{FORMS[name]}.form").read_bytes(),
            offsets=tuple(described["offsets"]),
            catalog=described["catalog"],
            numbers=described["dynamic"],
        ),
        faces={
            key: Face(
                codes={ord(char): f"{glyph:04X}" for char, (glyph, _) in glyphs.items()},
                widths={char: width for char, (_, width) in glyphs.items()},
            )
            for key, glyphs in described["faces"].items()
        },
    )
