"""The form that is kept is the one that its maker makes: a sheet is checked by redrawing it."""

from pathlib import Path

import pytest

from printer.forms import make_form

KEPT = Path(make_form.__file__).parent


@pytest.mark.parametrize("name", ["skck1.form", "skck1.json", "skck1r.form", "skck1r.json"])
def test_the_form_made_anew_is_the_one_that_is_kept(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_form, "HERE", tmp_path)

    make_form.main()

    assert (tmp_path / name).read_bytes() == (KEPT / name).read_bytes()
