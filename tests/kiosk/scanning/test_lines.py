"""Lines of print: as the whole of RapidOCR reads them, with a part of it, and without a network."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.scanning import lines
from kiosk.scanning.errors import ReaderMissingError
from kiosk.scanning.lines import is_installed, read_lines

Pixels = NDArray[np.uint8]

TEXTS = ("9971014503960001", "RATNA NUGROHO", "KOTA CONTOH, 05-03-1996", "SITI")


def printed(text: str, *, size: int = 40, noise: float = 6.0) -> Pixels:
    face = ImageFont.load_default(size)
    _, _, width, height = face.getbbox(text)
    paper = Image.new("RGB", (int(width) + 40, int(height) + 30), (228, 208, 176))
    ImageDraw.Draw(paper).text((20, 12), text, font=face, fill=(40, 38, 46))
    grain = np.random.default_rng(3).normal(0, noise, (paper.height, paper.width, 3))
    return np.clip(np.asarray(paper)[..., ::-1] + grain, 0, 255).astype(np.uint8)


def test_lines_are_read_in_their_order_whatever_their_widths() -> None:
    found = read_lines([printed(text) for text in TEXTS])

    assert [line.text.replace(" ", "") for line in found] == [
        text.replace(" ", "") for text in TEXTS
    ]


def test_every_letter_has_its_own_confidence() -> None:
    smudged = printed(TEXTS[0])
    middle = smudged.shape[1] // 2
    smudged[:, middle - 14 : middle + 14] = cv2.GaussianBlur(smudged, (0, 0), 9)[
        :, middle - 14 : middle + 14
    ]

    clean, dirty = read_lines([printed(TEXTS[0]), smudged])

    assert len(clean.confidences) == len(clean.text) == 16
    assert min(clean.confidences) > 0.95
    assert len(dirty.confidences) == len(dirty.text)
    assert min(dirty.confidences) < 0.8
    assert sorted(dirty.confidences)[len(dirty.text) // 2] > 0.95


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (400, 2), (60, 4000)])
def test_a_crop_of_any_shape_is_read(shape: tuple[int, int]) -> None:
    (line,) = read_lines([np.full((*shape, 3), 200, np.uint8)])

    assert len(line.text) == len(line.confidences)


def test_nothing_to_read_is_no_text() -> None:
    (line,) = read_lines([np.full((60, 400, 3), 190, np.uint8)])

    assert (line.text, line.confidences) == ("", ())


def test_lines_are_read_as_rapidocr_itself_reads_them() -> None:
    from omegaconf import OmegaConf

    crops = [printed(text, noise=12) for text in TEXTS]
    # Ours first: it tells ONNX Runtime to keep to itself.
    own = [line.text for line in read_lines(crops)]

    from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer
    from rapidocr.utils.parse_parameters import ParseParams

    package = Path(sys.modules["rapidocr"].__file__ or "").parent
    settings = ParseParams.load(package / "config.yaml")
    settings.Rec.engine_cfg = OmegaConf.merge(
        settings.EngineConfig.onnxruntime, {"intra_op_num_threads": 1}
    )
    settings.Rec.model_root_dir = package / "models"
    settings.Rec.font_path = None
    theirs = TextRecognizer(settings.Rec)

    expected = [theirs(TextRecInput(img=[crop])).txts for crop in crops]

    assert [(text,) for text in own] == expected


def test_nothing_that_could_fetch_anything_is_imported() -> None:
    script = """
import sys
import numpy as np
from kiosk.scanning.lines import read_lines
read_lines([np.full((48, 200, 3), 255, np.uint8)])
print(sorted({"rapidocr", "requests", "urllib3", "http.client"} & set(sys.modules)))
"""

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


def test_nobody_is_told_that_lines_are_read(tmp_path: Path) -> None:
    script = """
import os
import numpy as np
from pathlib import Path
from kiosk.scanning.lines import read_lines
read_lines([np.full((48, 200, 3), 255, np.uint8)])
opened = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
print([name for name in opened if "onnx" in name or "socket" in name])
"""
    # Its makers leave machines alone whose environment says that they are a CI.
    home = {"HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())}

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, env=home
    )

    assert ran.stdout.strip() == "[]"
    assert list(tmp_path.rglob("*")) == []


def test_asking_whether_the_part_is_there_imports_nothing() -> None:
    script = """
import sys
from kiosk.scanning.lines import is_installed
print(is_installed(), sorted({"cv2", "numpy", "onnxruntime", "rapidocr"} & set(sys.modules)))
"""

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert ran.stdout.strip() == "True []"


@pytest.mark.parametrize("package", ["rapidocr", "onnxruntime"])
def test_without_the_part_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    lines._network.cache_clear()
    monkeypatch.setattr(lines, "_network", lines._network.__wrapped__)

    assert not is_installed()
    with pytest.raises(ReaderMissingError, match=r"pip install 'segel\[cards\]'") as raised:
        read_lines([printed("SITI")])
    assert raised.value.code == "reader-missing"


def test_a_package_without_the_model_is_not_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_MODEL", Path("models", "of-another-release.onnx"))

    assert not is_installed()


def test_what_was_read_does_not_show_when_a_line_is_printed() -> None:
    (line,) = read_lines([printed("SITI")])

    assert "SITI" not in repr(line)
