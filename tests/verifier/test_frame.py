"""Frames of a camera, and pages taken from above, give up their code; and never another text.

The page is a certificate, printed by software at 300 dpi; see `tests.pictures` for the cameras.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode
import qrcode.base
import qrcode.util
import zxingcpp
from numpy.typing import NDArray

from tests.builders import a_certificate
from tests.pictures import SAMPLE_TEXT, jpeg, photograph, printed, scan, symbol, webcam_frame
from tests.torture import NO_CODE, PIXELS, no_code_frame, torture_frame
from verifier import frame
from verifier.errors import UnreadableImageError
from verifier.frame import SMALLEST, TILE, find_codes_in
from verifier.image import LIVE, UPLOAD, Budget

PATIENT = Budget(seconds=60, slow=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page() -> NDArray[np.uint8]:
    return printed(a_certificate().pdf)


def texts(pixels: NDArray[np.uint8], budget: Budget = UPLOAD) -> list[str]:
    return [code.text for code in find_codes_in(pixels, budget=budget)]


def through_jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    data = np.frombuffer(jpeg(pixels, quality=quality), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def count_read(
    take: Callable[[np.random.Generator], NDArray[np.uint8]], *, of: int, budget: Budget = UPLOAD
) -> int:
    """How many of the pictures taken with seeds 0, 1, 2, ... are read; wrongly is not an option."""
    read = 0
    for seed in range(of):
        found = texts(through_jpeg(take(np.random.default_rng(seed)), 70), budget)
        assert found in ([], [a_certificate().token])
        read += len(found)
    return read


def test_a_whole_page_in_a_chat_picture_is_read_in_95_of_100_cases(page: NDArray[np.uint8]) -> None:
    assert count_read(lambda rng: photograph(page, rng, long_edge=1600), of=100) >= 95


def test_even_half_of_that_picture_mostly_is(page: NDArray[np.uint8]) -> None:
    assert count_read(lambda rng: photograph(page, rng, long_edge=800), of=20) >= 17


@pytest.mark.parametrize(("distance", "least"), [(0.25, 19), (0.3, 19), (0.4, 17)])
def test_a_webcam_reads_it_at_arms_length(
    page: NDArray[np.uint8], distance: float, least: int
) -> None:
    assert count_read(lambda rng: webcam_frame(page, rng, distance=distance), of=20) >= least


def test_live_frames_are_read_too_though_the_slow_stages_are_left_out(
    page: NDArray[np.uint8],
) -> None:
    read = count_read(lambda rng: webcam_frame(page, rng, distance=0.3), of=20, budget=LIVE)

    assert read >= 18


@pytest.mark.parametrize("dpi", [75, 150, 300])
def test_a_scanned_page_is_read(page: NDArray[np.uint8], dpi: int) -> None:
    assert count_read(lambda rng: scan(page, rng, dpi=dpi), of=4) == 4


def test_a_small_and_blurred_code_needs_the_sharpened_and_enlarged_frame(
    page: NDArray[np.uint8],
) -> None:
    stages = set()
    for seed in range(20):
        taken = photograph(page, np.random.default_rng(seed), long_edge=800)
        stages |= {code.stage for code in find_codes_in(taken, budget=PATIENT)}

    assert "x2" in stages


def test_a_small_code_in_a_large_picture_is_enlarged_piece_by_piece(
    page: NDArray[np.uint8],
) -> None:
    taken = photograph(page, np.random.default_rng(0), long_edge=720)
    large = np.full((3000, 4000), 128, np.uint8)
    large[-720:, -taken.shape[1] :] = taken

    found = find_codes_in(large, budget=PATIENT)

    assert max(large.shape) > TILE
    assert [(code.text, code.stage) for code in found] == [(a_certificate().token, "x2")]
    assert all(3450 < x < 4000 and 2700 < y < 3000 for x, y in found[0].corners)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(np.rot90, id="turned"),
        pytest.param(lambda square: np.rot90(square, 2), id="upside down"),
        pytest.param(lambda square: square[:, ::-1], id="mirrored"),
        pytest.param(lambda square: 255 - square, id="light on dark"),
        pytest.param(lambda square: square // 8 + 100, id="faint"),
        pytest.param(lambda square: np.dstack([square] * 3), id="in colour"),
        pytest.param(lambda square: cv2.GaussianBlur(square, (0, 0), 4), id="blurred"),
    ],
)
def test_a_code_is_read_however_it_is_shown(
    spoil: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
) -> None:
    assert texts(spoil(symbol())) == [SAMPLE_TEXT]


@pytest.mark.parametrize("times", [1, 4])
def test_the_corners_are_those_of_the_symbol(times: int) -> None:
    """At one pixel to a module the symbol is read enlarged, and the corners are led back."""
    square = symbol("https://localhost:8000/#1", dots=times, border=10)
    inside = 10 * times
    far = square.shape[0] - 10 * times

    (code,) = find_codes_in(square, budget=PATIENT)

    expected = [(inside, inside), (far, inside), (far, far), (inside, far)]
    assert np.abs(np.array(code.corners) - np.array(expected)).max() <= 0.75 * max(2, times)


@pytest.mark.parametrize("stage", [stage for stage in frame.STAGES if stage != "finders"])
def test_every_stage_reads_a_clean_code_and_tells_where_it_stands(stage: str) -> None:
    pixels = np.full((1300, 1100), 255, np.uint8)
    pixels[600:876, 400:676] = symbol(dots=4)
    whole = frame.View(pixels=pixels, to_frame=np.eye(3))

    codes = [code for view in frame.STAGES[stage](whole) for code in frame.read(view, stage)[0]]

    assert {(code.text, code.stage) for code in codes} == {(SAMPLE_TEXT, stage)}
    for code in codes:
        corners = {(round(x, -1), round(y, -1)) for x, y in code.corners}
        assert corners == {(420, 620), (660, 620), (660, 860), (420, 860)}


def on_wavy_paper(seed: int) -> NDArray[np.uint8]:
    """A small code on paper that does not lie flat, out of focus, in bad light."""
    rng = np.random.default_rng(seed)
    version, dots = int(rng.integers(1, 8)), int(rng.integers(4, 9))
    square = symbol("https://localhost:8000/#1", border=6, dots=dots, version=max(version, 2))
    side = square.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    depth, waves = rng.uniform(0, 0.09) * side, rng.uniform(0.5, 2.5) * np.pi / side
    xs = x + depth * np.sin(waves * y + rng.uniform(0, 6))
    ys = y + rng.uniform(0, 0.06) * side * np.sin(waves * x + rng.uniform(0, 6))
    lean = cv2.remap(square.astype(np.float32), xs, ys, cv2.INTER_LINEAR, borderValue=255)
    soft = cv2.GaussianBlur(lean, (0, 0), rng.uniform(0.3, 2.5))
    light = 0.4 + 0.6 * (x / side if rng.random() < 0.5 else 1)
    noise = rng.normal(0, rng.uniform(1, 25), square.shape)
    return np.asarray(np.clip(soft * light + noise, 0, 255), dtype=np.uint8)


def test_the_other_decoder_reads_what_the_first_does_not() -> None:
    """Of 3000 such pictures it is these five."""
    stages = [
        code.stage
        for seed in (404, 1202, 1398, 2146, 2570)
        for code in find_codes_in(on_wavy_paper(seed), budget=PATIENT)
    ]

    assert "zbar" in stages


def test_what_no_decoder_reads_is_read_module_by_module_live_too() -> None:
    """Of 1200 such pictures zxing reads 233, enlarged 13 more, and 237 are read so."""
    budget = replace(LIVE, seconds=60)
    stages = [
        code.stage
        for seed in (*range(44, 50), *range(103, 108))
        for code in find_codes_in(on_wavy_paper(seed), budget=budget)
    ]

    assert stages.count("modules") >= 7


def test_what_zxing_does_not_even_see_is_found_by_its_finders() -> None:
    """Of 80 such frames 71 are read without that stage, 77 with it."""
    frames = [torture_frame("moderate", 2.0, seed) for seed in (8024, 8031, 8043, 8052)]

    read = [find_codes_in(frame.pixels, budget=PATIENT) for frame in frames]

    assert [[(code.text, code.stage) for code in codes] for codes in read] == [
        [(frame.text, "modules")] for frame in frames
    ]


def test_a_large_code_on_bent_paper_is_read_module_by_module_where_it_stands() -> None:
    bent = cv2.resize(on_wavy_paper(46), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    page = np.full((2000, 2400), 200, np.uint8)
    page[400 : 400 + bent.shape[0], 600 : 600 + bent.shape[1]] = bent

    (code,) = find_codes_in(page, budget=PATIENT)

    assert (code.text, code.stage) == ("https://localhost:8000/#1", "modules")
    assert all(600 < x < 600 + bent.shape[1] for x, _ in code.corners)
    assert all(400 < y < 400 + bent.shape[0] for _, y in code.corners)


def test_a_bad_webcam_is_enough_at_two_pixels_to_a_module() -> None:
    """`bench/read_frames.py` has the rates; zxing alone reads half of these eight."""
    frames = [torture_frame("moderate", 2.0, seed) for seed in range(8)]

    read = [texts(frame.pixels, replace(LIVE, seconds=60)) for frame in frames]

    assert sum(found == [frame.text] for found, frame in zip(read, frames, strict=True)) >= 7


def test_no_level_and_no_size_gives_another_text() -> None:
    for number, level in enumerate(("mild", "moderate", "severe")):
        for pixels in PIXELS[number::3]:
            taken = torture_frame(level, pixels, seed=40)
            assert texts(taken.pixels) in ([], [taken.text])


@pytest.mark.parametrize("kind", NO_CODE)
def test_what_resembles_a_code_is_none(kind: str) -> None:
    assert texts(no_code_frame(kind, seed=1).pixels) == []


def test_two_codes_are_both_found() -> None:
    page = np.hstack([symbol("https://localhost:8000/#1"), symbol("https://localhost:8000/#2")])

    assert sorted(texts(page)) == ["https://localhost:8000/#1", "https://localhost:8000/#2"]


def test_one_code_printed_twice_is_found_once() -> None:
    assert texts(np.hstack([symbol(), symbol()])) == [SAMPLE_TEXT]


def test_other_kinds_of_codes_are_not_taken_for_one() -> None:
    page = np.full((400, 1200), 255, np.uint8)
    others = [
        zxingcpp.BarcodeFormat.MicroQRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.Aztec,
    ]
    for place, kind in enumerate(others):
        made = np.array(
            zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("0286", kind), scale=8)
        )
        page[50 : 50 + made.shape[0], 50 + 350 * place :][:, : made.shape[1]] = made
    assert len(zxingcpp.read_barcodes(page)) == 3

    assert texts(page) == []


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(np.full((720, 1280), 255, np.uint8), id="white"),
        pytest.param(np.zeros((720, 1280), np.uint8), id="black"),
        pytest.param(
            np.random.default_rng(1).integers(0, 256, (720, 1280), dtype=np.uint8), id="noise"
        ),
        pytest.param(np.zeros((1, 1), np.uint8), id="one pixel"),
        pytest.param(np.zeros((SMALLEST, SMALLEST), np.uint8), id="smallest"),
        pytest.param(np.eye(SMALLEST, 4000, dtype=np.uint8) * 255, id="strip"),
        pytest.param(np.eye(4000, SMALLEST, dtype=np.uint8) * 255, id="tall strip"),
        pytest.param(np.zeros((0, 0), np.uint8), id="nothing"),
    ],
)
def test_where_there_is_no_code_none_is_found(pixels: NDArray[np.uint8]) -> None:
    assert texts(pixels, PATIENT) == []


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize(
    ("dots", "across", "down"),
    [(4, 0.5, 0.5), (5, 0.5, 0.5), (7, 0.5, 0.5), (10, 0.5, 0.5), (5, 0.35, 0.65)],
)
def test_a_code_inside_a_code_is_not_believed(
    dots: int, across: float, down: float, scale: float
) -> None:
    """Whoever hides a code in another wants the phone and the verifier to read different ones."""
    outer = symbol("https://localhost:8000/#" + "1" * 200, dots=16)
    inner = symbol("https://forger.example/#2", dots=dots, border=1, version=None)
    side, free = inner.shape[0], outer.shape[0] - inner.shape[0]
    left, top = round(across * free), round(down * free)
    outer[top : top + side, left : left + side] = inner
    nested = cv2.resize(outer, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    with pytest.raises(UnreadableImageError) as raised:
        texts(np.asarray(nested, dtype=np.uint8))

    assert raised.value.code == "disagree"


def test_a_code_beside_another_is_no_disagreement() -> None:
    row = np.hstack([symbol("https://localhost:8000/#1"), symbol("https://localhost:8000/#2")])

    assert len(texts(np.asarray(np.vstack([row, row])))) == 2


def test_text_that_the_decoders_can_only_guess_is_no_disagreement() -> None:
    assert texts(symbol("éA")) == ["éA"]


def of_bits(bits: str) -> NDArray[np.uint8]:
    """The QR code of these data bits, whatever they mean."""
    code = qrcode.QRCode(version=2, error_correction=qrcode.ERROR_CORRECT_M)
    limit = qrcode.util.BIT_LIMIT_TABLE[qrcode.ERROR_CORRECT_M][2]
    padded = (bits + "0000").ljust(-(-(len(bits) + 4) // 8) * 8, "0")
    padded = (padded + "1110110000010001" * limit)[:limit]
    buffer = qrcode.util.BitBuffer()
    for bit in padded:
        buffer.put_bit(bit == "1")
    blocks = qrcode.base.rs_blocks(2, qrcode.ERROR_CORRECT_M)
    code.data_cache = qrcode.util.create_bytes(buffer, blocks)
    code.makeImpl(False, 0)  # noqa: FBT003 -- the library's own signature
    dark = np.array(code.get_matrix(), dtype=bool)
    pixels: NDArray[np.uint8] = np.kron(dark, np.ones((8, 8), np.uint8))
    return 255 - 255 * pixels


def in_bytes(data: bytes) -> str:
    """A segment of bytes."""
    return "0100" + f"{len(data):08b}" + "".join(f"{byte:08b}" for byte in data)


@pytest.mark.parametrize(
    "bits",
    [
        pytest.param("0111" + f"{25:08b}" + in_bytes("HI".encode("utf-16-be")), id="UTF-16"),
        pytest.param(
            "0111" + f"{20:08b}" + in_bytes(b"A\\B"), id="Shift-JIS, a yen or a backslash"
        ),
    ],
)
def test_a_code_that_the_decoders_read_differently_is_not_believed(bits: str) -> None:
    """One knows the character set that the code names, the other does not."""
    with pytest.raises(UnreadableImageError) as raised:
        texts(of_bits(bits))

    assert raised.value.code == "disagree"


def test_a_code_that_is_one_part_of_several_is_read_by_itself() -> None:
    """The library that speaks to zbar stumbles over it."""
    first_of_two = "0011" + "0000" + "0001" + "00000000"

    assert texts(of_bits(first_of_two + in_bytes(b"HELLO"))) == ["HELLO"]


def test_no_stage_begins_after_the_time_is_up() -> None:
    square = symbol(dots=2, border=20)
    soft = np.asarray(cv2.GaussianBlur(square, (0, 0), 1.1), dtype=np.uint8)

    assert texts(soft, PATIENT) == [SAMPLE_TEXT]
    assert "plain" not in [code.stage for code in find_codes_in(soft, budget=PATIENT)]
    assert find_codes_in(soft, budget=Budget(seconds=0, slow=True)) == ()


def test_without_libzbar_codes_are_read_all_the_same_and_the_log_says_so() -> None:
    script = (
        "import sys; sys.modules['pyzbar'] = None\n"
        "import logging; logging.basicConfig()\n"
        "from tests.pictures import symbol\n"
        "from verifier.frame import find_codes_in\n"
        "print(len(find_codes_in(symbol())))\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout == "1\n"
    assert "install libzbar0" in ran.stderr
