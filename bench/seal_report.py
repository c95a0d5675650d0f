"""How long does a browser take to seal a report, and how much code does it load for that?

A report of 2 KB for five handlers; its identity envelope has five custodians, three of the police
and two from outside. All of them have one kind of key, or all the larger one (X-Wing). The
reporter's own key is made, too. Wall-clock milliseconds in Chromium on this machine; the receipt
code's slow hash is not part of it.
"""

import gzip
import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.figures import Figure, at_most, told
from kiosk.web.assets import BUNDLE, Assets
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
    served = {name: _served(name) for name in SERVED}
    whole = served.pop("lapor.js")
    yield at_most("the report page's whole script, compressed", whole, MOST_BYTES, unit="bytes")
    for name, size in served.items():
        yield told(f"{name}, fetched when it is needed, compressed", size, "bytes")


MODULES = ("sealing.js", "receipt.js")
SERVED = ("lapor.js", "lapor-files.js", "work.js")


def _served(name: str) -> int:
    """How many bytes a browser fetches for a script of the report page."""
    return Path(BUNDLE, f"{Assets().names[name]}.gz").stat().st_size


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
