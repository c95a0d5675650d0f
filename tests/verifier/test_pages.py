"""A scan saved as PDF gives up its code; a hostile PDF costs little and harms nobody."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from tests.pictures import SAMPLE_TEXT, sample_page, scan, symbol
from tests.verifier.measured import cost_of, squeezed
from verifier.errors import UnreadableImageError
from verifier.image import find_codes_on_pages
from verifier.pages import MOST_PAGES, MOST_SIDE, render_pages


def scanned(pages: list[Image.Image], dpi: int = 150, **options: Any) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, **options)
    return file.getvalue()


def paper(dpi: int = 150) -> Image.Image:
    return Image.fromarray(scan(sample_page(), np.random.default_rng(1), dpi=dpi))


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects; the first is its catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = (len(objects) + 1, table, len(objects) + 1, len(out))
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % end
    )


def one_page(
    content: bytes, *more: bytes, resources: bytes = b"", box: bytes = b"0 0 595 842"
) -> bytes:
    """A PDF of one page, whose content is object 4; `more` are objects 5, 6, ..."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page % (box, resources),
        content,
        *more,
    )


def many_curves() -> bytes:
    points = np.random.default_rng(1).integers(0, 800, (200_000, 8))
    lines = b"".join(b"%d %d m %d %d %d %d %d %d c B\n" % tuple(row) for row in points.tolist())
    return one_page(stream(b"/Filter/FlateDecode", zlib.compress(lines)))


def nested_forms() -> bytes:
    """Thirty forms, each drawing the next ten times."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(form % (6 + number), b"/X Do " * 10) for number in range(30)]
    return one_page(stream(b"", b"/X Do"), *forms, resources=b"/XObject<</X 5 0 R>>")


def tiny_pattern() -> bytes:
    pattern = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 .001 .001]"
        b"/XStep .0001/YStep .0001/Resources<<>>"
    )
    fill = stream(b"", b"/Pattern cs /P scn 0 0 595 842 re f")
    return one_page(fill, stream(pattern, b"0 0 1 1 re f"), resources=b"/Pattern<</P 5 0 R>>")


def giant_image() -> bytes:
    picture = (
        b"/Type/XObject/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 8"
        b"/ColorSpace/DeviceRGB/Filter/FlateDecode"
    )
    return one_page(
        stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q"),
        stream(picture, squeezed(20_000 * 20_000 * 3)),
        resources=b"/XObject<</I 5 0 R>>",
    )


def locked() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(scanned([paper(75)]))) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))
    return file.getvalue()


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_a_scan_is_read(dpi: int) -> None:
    (code,) = find_codes_on_pages(scanned([paper(dpi)], dpi))

    assert (code.text, code.page) == (SAMPLE_TEXT, 0)


def test_a_scan_of_600_dots_per_inch_in_colour_is_read_within_bounds() -> None:
    cost = cost_of("find_codes_on_pages", scanned([paper(600).convert("RGB")], 600, quality=60))

    assert cost.outcome == [SAMPLE_TEXT]
    assert cost.is_within_bounds(), cost


def test_the_first_pages_are_looked_at() -> None:
    blank = Image.new("L", (300, 400), 255)
    square = Image.fromarray(symbol(dots=4))

    (code,) = find_codes_on_pages(scanned([blank] * (MOST_PAGES - 1) + [square], 72))

    assert code.page == MOST_PAGES - 1
    assert find_codes_on_pages(scanned([blank] * MOST_PAGES + [square], 72)) == ()


def test_pages_of_any_size_become_frames_of_a_bounded_size() -> None:
    blank = stream(b"", b"")

    (a4,) = render_pages(one_page(blank))
    (poster,) = render_pages(one_page(blank, box=b"0 0 14000 2000"))

    assert a4.shape == (2339, 1653)
    assert poster.shape[1] == MOST_SIDE
    assert a4.dtype == np.uint8
    assert a4.min() == a4.max() == 255


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        pytest.param(lambda: b"no PDF", "not-a-pdf", id="text"),
        pytest.param(lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged", id="noise"),
        pytest.param(lambda: scanned([paper()])[:5000], "damaged", id="cut off"),
        pytest.param(
            lambda: pdf(
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>",
            ),
            "damaged",
            id="pages in a circle",
        ),
        pytest.param(
            lambda: one_page(stream(b"/Filter/FlateDecode", squeezed(1 << 30))),
            "damaged",
            id="a gigabyte of nothing",
        ),
        pytest.param(
            lambda: one_page(
                stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(squeezed(1 << 30)))
            ),
            "damaged",
            id="the same, twice compressed",
        ),
        pytest.param(
            lambda: pdf(b"<</X " + b"[" * 5_000_000 + b">>"), "damaged", id="deeply nested"
        ),
        pytest.param(nested_forms, "damaged", id="forms within forms"),
        pytest.param(many_curves, "took-too-long", id="many curves"),
        pytest.param(tiny_pattern, "took-too-long", id="a tiny pattern"),
        pytest.param(giant_image, [], id="giant image"),
        pytest.param(
            lambda: one_page(stream(b"", b""), box=b"0 0 1e38 1"), [], id="a page without end"
        ),
        pytest.param(locked, "locked", id="locked"),
    ],
)
def test_hostile_documents_cost_little(make: Callable[[], bytes], outcome: list[str] | str) -> None:
    cost = cost_of("find_codes_on_pages", make())

    assert cost.outcome == outcome
    assert cost.is_within_bounds(), cost


def test_a_decoder_that_breaks_off_leaves_a_word_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnreadableImageError):
        find_codes_on_pages(one_page(stream(b"/Filter/FlateDecode", squeezed(1 << 30))))

    assert "verifier.pages ended with" in caplog.text
