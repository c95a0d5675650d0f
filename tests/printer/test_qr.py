"""The QR code is the one that the `qrcode` package draws; it is read back, and read on paper."""

import io
import subprocess

import numpy as np
import pytest
import qrcode
import qrcode.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyzbar import pyzbar

from printer.errors import DoesNotFitError
from printer.qr import draw_qr, read_qr, rows_of
from signing.pdf import HOLE_BYTES
from tests.builders import a_certificate
from tests.programs import program

MODULES = 61
ADDRESSES = st.from_regex(
    r"https?://[a-z0-9][a-z0-9.-]{0,40}[a-z0-9](:[0-9]{1,5})?/#", fullmatch=True
)
DIGITS = st.text("0123456789", min_size=1, max_size=460)
TEXT = a_certificate().token


def the_librarys_code() -> qrcode.QRCode:
    level = qrcode.ERROR_CORRECT_M
    return qrcode.QRCode(version=11, error_correction=level, mask_pattern=2, border=0)


def by_the_library(text: str) -> list[str]:
    """The rows of the symbol of `text` as the `qrcode` package draws it."""
    address, mark, digits = text.partition("#")
    code = the_librarys_code()
    code.add_data(qrcode.util.QRData((address + mark).encode(), qrcode.util.MODE_8BIT_BYTE))
    code.add_data(qrcode.util.QRData(digits.encode(), qrcode.util.MODE_NUMBER))
    code.make(fit=False)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]


@settings(max_examples=40)
@given(ADDRESSES, DIGITS)
def test_a_symbol_is_the_one_that_the_library_draws(address: str, digits: str) -> None:
    assert rows_of(draw_qr(address + digits)) == by_the_library(address + digits)


# Digits are packed in threes; the padding begins at the end of a byte.
@pytest.mark.parametrize("count", [1, 2, 3, 4, 17, 379, 380, 381, 382, 383, 384, 535, 536, 537])
def test_a_symbol_of_any_length_is_the_librarys(count: int) -> None:
    text = "https://a.id/#" + ("31415926535897932384626433832795" * 20)[:count]

    assert rows_of(draw_qr(text)) == by_the_library(text)


@settings(max_examples=200)
@given(ADDRESSES, DIGITS)
def test_what_was_drawn_is_read(address: str, digits: str) -> None:
    assert read_qr(draw_qr(address + digits)) == address + digits


def test_the_symbol_is_filled_to_the_last_bit_and_no_further() -> None:
    address = "https://a.id/#"
    room = (254 * 8 - 36 - 8 * len(address)) // 10 * 3

    assert read_qr(draw_qr(address + "9" * room)) == address + "9" * room
    with pytest.raises(DoesNotFitError):
        draw_qr(address + "9" * (room + 3))


def test_not_one_module_may_be_another() -> None:
    bitmap = draw_qr(TEXT)
    for bit in range(8 * HOLE_BYTES):
        changed = bytearray(bitmap)
        changed[bit >> 3] ^= 1 << (bit & 7)

        assert read_qr(bytes(changed)) is None


@given(st.binary(max_size=600) | st.binary(min_size=HOLE_BYTES, max_size=HOLE_BYTES))
def test_any_bytes_are_no_symbol(data: bytes) -> None:
    assert read_qr(data) is None


@settings(max_examples=60)
# The library cannot correct a block of zeros.
@given(st.lists(st.integers(1, 255), min_size=254, max_size=254).map(bytes))
def test_a_symbol_of_other_data_is_not_ours(data: bytes) -> None:
    """Whatever codewords a symbol holds, it is read only where we would write the same."""
    modules = np.zeros((MODULES, 64), np.uint8)
    code = the_librarys_code()
    buffer = qrcode.util.BitBuffer()
    for byte in data:
        buffer.put(byte, 8)
    code.data_cache = qrcode.util.create_bytes(
        buffer, qrcode.base.rs_blocks(11, qrcode.ERROR_CORRECT_M)
    )
    code.makeImpl(False, 2)  # noqa: FBT003 -- the library's own signature
    modules[:, :MODULES] = np.array(code.modules, np.uint8)
    bitmap = np.packbits(modules).tobytes()

    text = read_qr(bitmap)

    assert text is None or draw_qr(text) == bitmap


@pytest.mark.parametrize(
    "text",
    [
        f"#{'1' * 17}",
        "https://a.id/#",
        "https://a.id/",
        "https://a.id/#12#34",
        "https://a.id/#12a4",
    ],
)
def test_a_text_that_is_not_ours_is_not_read_as_one(text: str) -> None:
    try:
        bitmap = draw_qr(text)
    except (DoesNotFitError, ValueError, KeyError):
        return
    assert read_qr(bitmap) in (text, None)


# --- on paper


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Image.Image]:
    """The certificate's page as grey pixels, by dots per inch."""
    folder = tmp_path_factory.mktemp("pages")
    path = folder / "certificate.pdf"
    path.write_bytes(a_certificate(demo=True).pdf)
    rendered: dict[int, Image.Image] = {}
    for dots in (100, 150, 300):
        done = subprocess.run(
            [
                program("pdftoppm", package="poppler-utils"),
                *("-r", str(dots), "-gray", "-singlefile", path),
            ],
            capture_output=True,
            check=True,
        )
        rendered[dots] = Image.open(io.BytesIO(done.stdout))
    return rendered


@pytest.mark.parametrize("dots", [100, 150, 300])
def test_the_printed_code_is_read_by_both_readers(pages: dict[int, Image.Image], dots: int) -> None:
    page = pages[dots]

    (found,) = zxingcpp.read_barcodes(page)
    (symbol,) = pyzbar.decode(page, symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert found.text == a_certificate(demo=True).token
    assert symbol.data.decode() == a_certificate(demo=True).token
    assert found.ec_level == "M"


def test_a_module_is_eight_dots_of_a_printer_and_the_code_41_mm(
    pages: dict[int, Image.Image],
) -> None:
    page = np.asarray(pages[300]) < 128
    rows = rows_of(draw_qr(a_certificate(demo=True).token))
    (found,) = zxingcpp.read_barcodes(pages[300])
    corner = found.position.top_left
    left, top = corner.x, corner.y
    # The corner is known to a few dots: the symbol fits one place exactly.
    modules = np.array([[int(bit) for bit in row] for row in rows], bool)
    wanted = np.kron(modules, np.ones((8, 8), bool))
    matches = [
        (x, y)
        for x in range(left - 6, left + 7)
        for y in range(top - 6, top + 7)
        if (page[y : y + 488, x : x + 488] == wanted).mean() > 0.995
    ]

    assert len(matches) == 1
    x, y = matches[0]
    # Around it nothing, for the width of four modules; a renderer may round an edge by a dot.
    around = page[y - 32 : y + 520, x - 32 : x + 520].copy()
    around[31:521, 31:521] = False
    assert not around.any()
