"""The browser finds the same binding in a file as Python, and no other file bound at all."""

from pathlib import Path

import pytest

from tests.builders import a_certificate
from tests.kiosk.web.page.engines import in_node
from tests.vectors.test_vectors import SHEETS, drawn

CASES = SHEETS["cases"]


def judged(files: list[bytes], folder: Path) -> list[str]:
    answer: list[str] = in_node("judgeSheets", [file.hex() for file in files], folder=folder)
    return answer


def test_every_vector_comes_to_the_digest_that_its_token_names(tmp_path: Path) -> None:
    files = [drawn(case).pdf for case in CASES]

    assert judged(files, tmp_path) == [case["digest"] for case in CASES]


def test_a_token_goes_with_its_own_file_alone(tmp_path: Path) -> None:
    crossed = [
        {"token": one["token"], "digest": other["digest"]} for one in CASES for other in CASES
    ]
    answers = in_node("judgeBindings", crossed, folder=tmp_path)

    assert answers == [
        "genuine" if one["digest"] == other["digest"] else "not-genuine"
        for one in CASES
        for other in CASES
    ]
    assert {"genuine", "not-genuine"} == set(answers)


def test_what_was_added_cut_or_doubled_is_changed_and_others_files_are_not_ours(
    tmp_path: Path,
) -> None:
    pdf = a_certificate().pdf
    gap = pdf.index(b"/Contents<") + len(b"/Contents<")
    opens = pdf.index(b"<</Type/XObject/Subtype/Image/ImageMask")
    spoilt = {
        "a byte added": pdf + b"\n",
        "a byte cut off": pdf[:-1],
        "a byte before the beginning": b" " + pdf,
        "upper-case digits": pdf[:gap] + pdf[gap : gap + 40].upper() + pdf[gap + 40 :],
        "no second range": pdf.replace(b"/ByteRange[0 ", b"/ByteRange[1 "),
        "a second QR code": pdf[:opens] + pdf[opens : opens + 700] + pdf[opens:],
        "cut off in the QR code": pdf[: opens + 200],
    }
    answers = dict(zip(spoilt, judged(list(spoilt.values()), tmp_path), strict=True))

    assert answers == dict.fromkeys(spoilt, "changed")
    assert judged([b"", b"%PDF-1.7", pdf[:opens]], tmp_path) == ["not ours"] * 3


@pytest.mark.parametrize("part", ["skck.json", "photo", "words", "trailer"])
def test_one_bit_anywhere_gives_another_digest(part: str, tmp_path: Path) -> None:
    pdf = a_certificate().pdf
    at = {
        "skck.json": pdf.index(b'"birth_place"'),
        "photo": pdf.index(b"/DCTDecode") + 5000,
        "words": pdf.index(b" Tf", pdf.index(b"/Metadata") + 4000),
        "trailer": pdf.index(b"startxref"),
    }[part]
    changed = pdf[:at] + bytes((pdf[at] ^ 1,)) + pdf[at + 1 :]

    plain, touched = judged([pdf, changed], tmp_path)

    assert plain != touched
    assert touched != "not ours"
