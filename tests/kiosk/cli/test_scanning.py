"""`segel scan` reads codes from whatever shows them, and believes none that is not ours."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from PIL import Image

from kiosk.cli.main import main
from tests.builders import BUDI, NOW, RATNA, a_certificate
from tests.house.repository import ROOT
from tests.kiosk.scanning.test_sources import Device
from tests.offices import nobodys_environment
from tests.pictures import jpeg, moving_page_frames, sample_page, symbol, write_clip
from tests.verifier.offices import published

Pixels = NDArray[np.uint8]

AT = datetime.fromtimestamp(NOW, UTC).isoformat()
TOKEN = a_certificate().token
FORGED = TOKEN[:-1] + str((int(TOKEN[-1]) + 1) % 10)
STRANGE = "https://example.org/\x1b[2J\u202eexe"
"""What a stranger may write into a code: it clears the terminal, and turns the writing around."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with what an office has published."""
    published(tmp_path / "site" / "public")
    return tmp_path / "site"


def segel(site: Path, *arguments: object, stdin: bytes = b"") -> Result:
    words = ["--site", site, "scan", "--at", AT, *arguments]
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin)


def picture(*texts: str) -> bytes:
    """The QR codes of these texts, one above the other, as a JPEG."""
    symbols = [symbol(text, version=None, dots=6) for text in texts]
    wide = max((part.shape[1] for part in symbols), default=300)
    rows = [
        np.pad(part, ((0, 0), (0, wide - part.shape[1])), constant_values=255) for part in symbols
    ]
    return jpeg(np.vstack(rows) if rows else np.full((300, 300), 255, np.uint8), quality=95)


def answers(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)
    schema = json.loads((ROOT / "docs/formats/scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, {**schema, "$ref": "#/$defs/scan"})
    return found


@pytest.mark.parametrize(
    ("texts", "code", "said"),
    [
        pytest.param([TOKEN], 0, "ASLI", id="genuine"),
        pytest.param(["https://example.org/"], 0, "bukan kode SKCK", id="somebody else's"),
        pytest.param([FORGED], 1, "TIDAK SAH", id="forged"),
        pytest.param([TOKEN, FORGED], 1, "TIDAK SAH", id="one of two is forged"),
        pytest.param([], 2, "Tidak ada kode QR yang terbaca", id="none"),
    ],
)
def test_the_exit_code_is_that_of_the_worst_code(
    site: Path, texts: list[str], code: int, said: str
) -> None:
    file = site / "photo.jpg"
    file.write_bytes(picture(*texts))

    result = segel(site, file)

    assert result.exit_code == code
    assert said in result.stdout
    assert [answer["exit"] for answer in answers(segel(site, "--json", file))] == [code]


def test_of_several_files_the_highest_code_counts(site: Path) -> None:
    for name, texts in (("a", [TOKEN]), ("b", [FORGED]), ("c", [])):
        (site / name).write_bytes(picture(*texts))
    names = [site / name for name in "abc"]

    assert segel(site, *names[:2]).exit_code == 1
    assert segel(site, *names).exit_code == 2
    assert [one["exit"] for one in answers(segel(site, "--json", *names))] == [0, 1, 2]


def test_a_certificate_that_expired_or_was_withdrawn_is_told_by_its_word(tmp_path: Path) -> None:
    site = tmp_path / "site"
    published(site / "public", withdrawn=(int(RATNA["status_index"]),))
    (site / "a.jpg").write_bytes(picture(TOKEN))
    (site / "b.jpg").write_bytes(picture(a_certificate(**BUDI).token))

    result = segel(site, "--lang", "en", site / "a.jpg", site / "b.jpg")

    assert result.exit_code == 1
    assert "WITHDRAWN" in result.stdout
    assert "GENUINE" in result.stdout


def test_without_a_trust_bundle_codes_are_read_and_ours_are_not_judged(tmp_path: Path) -> None:
    (tmp_path / "ours.jpg").write_bytes(picture(TOKEN))
    (tmp_path / "other.jpg").write_bytes(picture("https://example.org/"))

    ours = segel(tmp_path / "no-site", tmp_path / "ours.jpg")
    other = segel(tmp_path / "no-site", tmp_path / "other.jpg")

    assert (ours.exit_code, other.exit_code) == (2, 0)
    assert "TIDAK DAPAT DIPERIKSA" in ours.stdout
    assert "--trust" in ours.stdout


def test_the_page_of_a_pdf_is_told(site: Path) -> None:
    pages = [Image.new("L", (900, 1200), 255) for _ in range(2)]
    pages[1].paste(Image.fromarray(symbol(TOKEN, dots=6)), (100, 100))
    pages[0].save(site / "scan.pdf", "PDF", save_all=True, append_images=pages[1:])

    result = segel(site, site / "scan.pdf")
    (answer,) = answers(segel(site, "--json", site / "scan.pdf"))

    assert result.exit_code == 0
    assert "halaman 2" in result.stdout
    assert isinstance(answer["codes"], list)
    assert answer["codes"][0]["page"] == 1


def test_the_moment_of_a_clip_is_told(site: Path) -> None:
    clip = site / "clip.y4m"
    write_clip(clip, moving_page_frames(sample_page(symbol(TOKEN, dots=8)), 3, 16))

    result = segel(site, clip)
    (answer,) = answers(segel(site, "--json", clip))

    assert result.exit_code == 0
    assert "ASLI" in result.stdout
    assert "detik" in result.stdout
    assert isinstance(answer["at"], float)


def test_standard_input_is_read(site: Path) -> None:
    assert segel(site, "-", stdin=picture(TOKEN)).exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no such file"),
        (b"", "no picture that can be read"),
        (b"\xff\xd8\xff", "damaged"),
        (b"%PDF-1.7 and nothing else", "damaged"),
        (b"\0\0\0\x18ftypmp42", "damaged"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    site: Path, content: bytes | None, said: str
) -> None:
    file = site / "file"
    if content is not None:
        file.write_bytes(content)

    result = segel(site, "--lang", "en", file)

    assert result.exit_code == 2
    assert said in result.stdout
    assert "Traceback" not in result.output


def test_a_strangers_code_does_nothing_to_the_terminal(site: Path) -> None:
    file = site / "photo.jpg"
    file.write_bytes(picture(STRANGE))

    result = segel(site, file)
    (answer,) = answers(segel(site, "--json", file))

    assert "https://example.org/?[2J?exe" in result.stdout
    assert "\x1b" not in result.stdout
    assert isinstance(answer["codes"], list)
    assert answer["codes"][0]["text"] == STRANGE


def camera_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pictures: Iterable[Pixels]
) -> tuple[Path, Device]:
    """A camera that sees these pictures, and the file that stands for its device."""
    device = Device(pictures)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: device)
    path = tmp_path / "video0"
    path.touch()
    return path, device


def in_colour(grey: Pixels) -> Pixels:
    return np.dstack([grey] * 3)


def test_a_sheet_that_is_held_before_the_camera_is_read_once(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = moving_page_frames(sample_page(symbol(TOKEN, dots=8)), 3, 16)
    path, device = camera_of(monkeypatch, tmp_path, map(in_colour, frames))

    result = segel(site, "--json", "--camera", path)

    (answer,) = answers(result)
    assert result.exit_code == 0
    assert answer["source"] == f"camera {path}"
    assert isinstance(answer["codes"], list)
    assert [code["verdict"]["outcome"] for code in answer["codes"]] == ["genuine"]
    assert device.released == 1
    assert "Perlihatkan kode QR" in result.stderr


def test_a_camera_that_sees_no_code_gives_up_with_advice(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    noise = (rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in iter(int, 1))
    path, device = camera_of(monkeypatch, tmp_path, noise)

    result = segel(site, "--camera", path, "--seconds", "1")

    assert result.exit_code == 2
    assert "pegang 25 sampai 35 cm" in result.stdout
    assert device.released == 1


def test_a_missing_camera_is_told_with_what_to_do(site: Path, tmp_path: Path) -> None:
    result = segel(site, "--camera", tmp_path / "video9")
    (answer,) = answers(segel(site, "--json", "--camera", tmp_path / "video9"))

    assert result.exit_code == 2
    assert "periksa kabelnya" in result.stdout
    assert "devices of this machine" in result.stdout
    assert isinstance(answer["problem"], dict)
    assert answer["problem"]["code"] == "camera-missing"


def test_a_person_may_stop_it(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> Iterable[Pixels]:
        yield np.zeros((48, 64, 3), np.uint8)
        raise KeyboardInterrupt

    path, device = camera_of(monkeypatch, tmp_path, stopped())

    result = segel(site, "--camera", path)

    assert result.exit_code == 2
    assert "Dihentikan." in result.stdout
    assert device.released == 1


@pytest.mark.parametrize("words", [[], ["photo.jpg", "--camera", "0"]])
def test_files_or_a_camera_must_be_named(site: Path, words: list[str]) -> None:
    result = segel(site, *words)

    assert result.exit_code == 2
    assert "Give a file, or --camera." in result.stderr


@pytest.mark.parametrize("words", [["--help"], ["scan", "--help"], ["read-card", "--help"]])
def test_help_does_not_wait_for_what_reads_pictures(words: list[str]) -> None:
    asked = f"""
import sys
from click.testing import CliRunner
from kiosk.cli.main import main
print(CliRunner().invoke(main, {words!r}).exit_code)
print(sorted({{"cv2", "zxingcpp", "rapidocr", "onnxruntime"}} & set(sys.modules)))
"""
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=nobodys_environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert said == "0\n[]\n"
