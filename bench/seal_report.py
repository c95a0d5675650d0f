"""How long does a browser take to seal a report, and how much code does it load for that?

A report of 2 KB, five handlers, five custodians, all of whom have the larger kind of key (X-Wing);
the identity envelope and the reporter's own key are made, too. Wall-clock milliseconds in Chromium
on this machine; the receipt code's slow hash is not part of it.
"""

import gzip
import statistics
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

from bench.figures import Figure, at_most, told
from signing.hpke import Kem, OpeningKey
from tests.browser import CHROMIUM_ARGUMENTS
from tests.kiosk.web.page.engines import bundled, in_chromium
from tests.programs import program
from tests.vectors.make_sealed import EXTERNAL, INTERNAL

__all__ = ["figures"]

HANDLERS, TIMES, WARMING_UP = 5, 25, 5
TEXT_BYTES = 2000
MOST_MILLISECONDS = 150
MOST_BYTES = 60_000


def figures() -> Iterator[Figure]:
    """The figures of sealing in a browser."""
    for kem in Kem:
        taken = _milliseconds(kem)
        name = f"sealing 2 KB for 5 handlers and 5 custodians ({kem.name}), Chromium"
        yield at_most(name, statistics.median(taken[WARMING_UP:]), MOST_MILLISECONDS, unit="ms")
        yield told("the same, the first time on a page", taken[0], "ms")
    sizes = [len(gzip.compress(bundled(name, "--minify"), 9)) for name in MODULES]
    yield at_most("code that seals, compressed", sum(sizes), MOST_BYTES, unit="bytes")


MODULES = ("sealing.js", "receipt.js")


def _milliseconds(kem: Kem) -> list[float]:
    readers = {
        name: {"kem": int(kem), "seed": bytes(OpeningKey.new(kem).secret).hex()}
        for name in INTERNAL + EXTERNAL
    }
    asked = {"readers": readers, "handlers": HANDLERS, "bytes": TEXT_BYTES, "times": TIMES}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program("chromium", package="chromium"),
            headless=True,
            args=CHROMIUM_ARGUMENTS,
        )
        taken: list[float] = in_chromium("timeSealing", asked, chromium=chromium)
        chromium.close()
    return taken
