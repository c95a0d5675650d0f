"""A picture file gives up its codes; a hostile one costs little and harms nobody.

The limits are measured on whole processes, from outside. Take one away in `verifier.confined` or
`verifier.pictures`, and a test here fails.
"""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import SAMPLE_TEXT, jpeg, photograph, sample_page, symbol
from tests.verifier.measured import cost_of, squeezed
from verifier.confined import MOST_BYTES
from verifier.errors import UnreadableImageError
from verifier.image import Code, find_codes

ROOT = Path(__file__).parents[2]


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def finder_patterns(side: int) -> bytes:
    """A sheet of nothing but the corner marks of QR codes: decoders try all ways to pair them."""
    mark = np.full((9, 9), 255, np.uint8)
    mark[1:8, 1:8], mark[2:7, 2:7], mark[3:6, 3:6] = 0, 255, 0
    return saved(Image.fromarray(np.tile(mark, (side // 9, side // 9))), "PNG")


def png_of_nothing(width: int, height: int) -> bytes:
    """A black picture of grey bytes, complete to the last one."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", squeezed((width + 1) * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def noise(side: int) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (side, side), dtype=np.uint8)
    return saved(Image.fromarray(pixels), "PNG", compress_level=1)


def whole_page(width: int, height: int) -> Image.Image:
    """The sample page in colour, in that many pixels."""
    return Image.fromarray(sample_page()).resize((width, height)).convert("RGB")


def test_a_photo_of_a_page_is_read() -> None:
    taken = jpeg(photograph(sample_page(), np.random.default_rng(1)))

    (code,) = find_codes(taken)

    assert isinstance(code, Code)
    assert (code.text, code.page) == (SAMPLE_TEXT, 0)
    assert code.stage in {"fast", "plain"}
    assert len(code.corners) == 4


def test_where_there_is_no_code_the_answer_is_empty() -> None:
    assert find_codes(saved(Image.new("L", (400, 300), 200), "PNG")) == ()


def test_the_page_of_a_code_is_told() -> None:
    pages = [Image.new("L", (300, 300), 255), Image.fromarray(symbol(dots=4))]

    (code,) = find_codes(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))

    assert code.page == 1


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: saved(whole_page(4960, 7016), "PNG"), id="600 dpi, PNG"),
        pytest.param(
            lambda: saved(whole_page(4960, 7016).convert("RGBA"), "PNG"), id="600 dpi, with alpha"
        ),
        pytest.param(
            lambda: saved(whole_page(4960, 7016), "TIFF", compression="tiff_lzw"),
            id="600 dpi, TIFF",
        ),
        pytest.param(lambda: saved(whole_page(4960, 7016), "JPEG"), id="600 dpi, JPEG"),
        pytest.param(
            lambda: saved(whole_page(4960, 7016).convert("1"), "TIFF", compression="group4"),
            id="600 dpi, fax",
        ),
        pytest.param(lambda: saved(whole_page(6900, 9300), "JPEG"), id="64 megapixels"),
        pytest.param(
            lambda: saved(whole_page(5700, 8000), "JPEG", progressive=True), id="45 MP progressive"
        ),
        pytest.param(lambda: saved(whole_page(3000, 4000), "WEBP", method=0), id="12 MP WebP"),
    ],
)
def test_large_honest_pictures_are_read_within_bounds(make: Callable[[], bytes]) -> None:
    cost = cost_of("find_codes", make())

    assert cost.outcome == [SAMPLE_TEXT]
    assert cost.is_within_bounds(), cost


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        pytest.param(lambda: png_of_nothing(16_000, 16_000), "too-large", id="bomb, PNG"),
        pytest.param(
            lambda: saved(Image.new("L", (16_000, 12_500)), "JPEG"), "too-large", id="200 MP JPEG"
        ),
        pytest.param(
            lambda: saved(Image.new("RGB", (7_900, 8_000)), "JPEG", progressive=True),
            "too-large",
            id="63 MP progressive",
        ),
        pytest.param(
            lambda: saved(Image.new("RGB", (6_300, 6_300)), "PNG"), "too-large", id="40 MP colour"
        ),
        pytest.param(lambda: bytes(MOST_BYTES + 1), "too-large", id="long file"),
        pytest.param(lambda: finder_patterns(4_000), "took-too-long", id="finder patterns"),
        pytest.param(lambda: noise(4_000), [], id="noise"),
        pytest.param(lambda: saved(Image.new("L", (8_000, 8_000)), "PNG"), [], id="64 MP black"),
        pytest.param(lambda: noise(600)[:-50_000], "truncated", id="truncated"),
    ],
)
def test_hostile_pictures_cost_little(make: Callable[[], bytes], outcome: list[str] | str) -> None:
    cost = cost_of("find_codes", make())

    assert cost.outcome == outcome
    assert cost.is_within_bounds(), cost


@settings(max_examples=8)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        find_codes(data)

    assert raised.value.code


def test_importing_this_costs_nothing_of_the_libraries() -> None:
    """A check of a token must not wait for OpenCV."""
    script = (
        "import sys, verifier.image; print({'cv2', 'numpy', 'PIL', 'zxingcpp'} & {*sys.modules})"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout == "set()\n"
