"""Photos and papers: read in confinement, made plain, kept sealed, taken away and put back."""

import io
from pathlib import Path

import pytest
from PIL import Image

from kiosk.actions.applications import forget, open_draft, submit
from kiosk.actions.papers import (
    KEPT,
    add_paper,
    drop_removed_papers,
    paper_data,
    put_back_paper,
    remove_paper,
)
from kiosk.domain.errors import Invalid, NotNow, Unknown
from kiosk.scanning.uploads import ReadUpload
from kiosk.storage.errors import StorageError
from tests.applying import add_photo, answer_all, begun
from tests.builders import a_picture
from tests.staffed import Staffed


def a_jpeg(size: tuple[int, int] = (900, 1300), *, camera: str = "") -> bytes:
    """A picture as a telephone sends it; `camera` is written into it."""
    out = io.BytesIO()
    exif = Image.Exif()
    if camera:
        exif[0x0110] = camera
    a_picture(size=size).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def read_as_it_is(data: bytes, _kind: str) -> ReadUpload:
    return ReadUpload(pictures=(data,))


def kinds(staffed: Staffed, id_: int) -> list[str]:
    return [paper.kind for paper in open_draft(staffed.desk, id_).papers]


def stored(staffed: Staffed) -> list[Path]:
    folder = staffed.desk.settings.folder / "files"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_paper_comes_back_plain_and_lies_sealed(staffed: Staffed) -> None:
    one = begun(staffed.desk)

    added = add_paper(staffed.desk, one.id, "ktp", a_jpeg(camera="Kamera Contoh"))

    (paper,) = added.papers
    data = paper_data(staffed.desk, one.id, paper.id)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
    assert b"Kamera" not in data
    (file,) = stored(staffed)
    assert b"JFIF" not in file.read_bytes()


def test_a_page_with_a_picture_needs_no_more(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    add_paper(staffed.desk, one.id, "ktp", b"x", read=read_as_it_is)

    assert "paper-ktp" not in {page.slug for page in open_draft(staffed.desk, one.id).left}


def test_a_second_photo_takes_the_place_of_the_first(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    (first,) = add_photo(staffed.desk, one.id).papers
    (second,) = add_photo(staffed.desk, one.id).papers

    before = [paper.id for paper in open_draft(staffed.desk, one.id).papers]
    put_back_paper(staffed.desk, one.id, first.id)

    assert before == [second.id]
    assert [paper.id for paper in open_draft(staffed.desk, one.id).papers] == [first.id]


def test_what_was_taken_away_can_be_put_back_for_a_day(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    (paper,) = add_paper(staffed.desk, one.id, "kk", b"x", read=read_as_it_is).papers

    remove_paper(staffed.desk, one.id, paper.id)
    gone = kinds(staffed, one.id)
    early = drop_removed_papers(staffed.desk)
    put_back_paper(staffed.desk, one.id, paper.id)
    back = kinds(staffed, one.id)
    remove_paper(staffed.desk, one.id, paper.id)
    staffed.clock.forward(seconds=KEPT + 1)
    late = drop_removed_papers(staffed.desk)

    assert (gone, early, back, late) == ([], 0, ["kk"], 1)
    assert stored(staffed) == []
    with pytest.raises(Unknown):
        put_back_paper(staffed.desk, one.id, paper.id)


def test_nobody_gets_anothers_paper(staffed: Staffed) -> None:
    one, other = begun(staffed.desk), begun(staffed.desk)
    (paper,) = add_paper(staffed.desk, one.id, "ktp", b"x", read=read_as_it_is).papers

    for forbidden in (paper_data, remove_paper, put_back_paper):
        with pytest.raises(Unknown):
            forbidden(staffed.desk, other.id, paper.id)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"no picture at all", "not-a-picture"),
        (b"\0" * (9 << 20), "too-large"),
        (a_jpeg()[:5_000], "truncated"),
    ],
    ids=["nothing", "text", "nine megabytes", "half a picture"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    staffed: Staffed, data: bytes, code: str
) -> None:
    one = begun(staffed.desk)

    with pytest.raises(Invalid) as refused:
        add_paper(staffed.desk, one.id, "ktp", data)

    assert [fault.code for fault in refused.value.faults] == [code]
    assert stored(staffed) == []


def test_papers_have_a_bound(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    most = staffed.desk.settings.applications.most_papers

    def many(data: bytes, _kind: str) -> ReadUpload:
        return ReadUpload(pictures=(data,) * most)

    add_paper(staffed.desk, one.id, "ktp", b"x", read=many)
    with pytest.raises(Invalid) as refused:
        add_paper(staffed.desk, one.id, "kk", b"x", read=read_as_it_is)

    assert [fault.code for fault in refused.value.faults] == ["too-many"]


def test_after_handing_in_papers_stay_as_they_are(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    (paper,) = add_paper(staffed.desk, one.id, "ktp", b"x", read=read_as_it_is).papers
    answer_all(staffed.desk, one.id)
    submit(staffed.desk, one.id)

    with pytest.raises(NotNow):
        add_paper(staffed.desk, one.id, "ktp", b"y", read=read_as_it_is)
    with pytest.raises(NotNow):
        remove_paper(staffed.desk, one.id, paper.id)


def test_forgetting_an_application_forgets_its_pictures(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    add_photo(staffed.desk, one.id)

    forget(staffed.desk, one.id)

    assert stored(staffed) == []


def test_a_store_that_fails_leaves_no_paper_without_its_picture(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    folder = staffed.desk.settings.folder / "files"
    folder.write_text("in the way")

    with pytest.raises(StorageError):
        add_paper(staffed.desk, one.id, "ktp", b"x", read=read_as_it_is)

    assert kinds(staffed, one.id) == []
