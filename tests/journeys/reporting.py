"""What somebody does who reports in a browser: the screens of the form, one after the other.

Each screen is looked at on the way: by axe, for things too small for a thumb, and for its width.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

__all__ = [
    "CANARY",
    "answer_questions",
    "give_words_back",
    "look",
    "onward",
    "pick",
    "send",
    "words_on",
    "write",
]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CANARY = "KENARI-7Q2M"
"""What stands in every field, and nowhere else."""
SMALL = """[...document.querySelectorAll("a, button, .button, summary, select, input, textarea")]
  .filter((one) => one.offsetParent && !one.closest(".skip, .away"))
  .map((one) => ["checkbox", "radio"].includes(one.type) ? one.parentElement : one)
  .filter((one) => one.getBoundingClientRect().height < 43.9)
  .map((one) => one.outerHTML.slice(0, 80))"""


def look(page: Page) -> None:
    """Whether everybody can use this screen."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    assert page.evaluate(SMALL) == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def onward(page: Page, *, quick: bool = False) -> None:
    """Look at the screen, unless it is `quick`, and go on."""
    if not quick:
        look(page)
    page.locator("[data-screen]:not([hidden]) button[type=submit]").click()


def pick(page: Page, value: str, *, quick: bool = False) -> None:
    """Choose one answer."""
    page.locator(f"[data-screen]:not([hidden]) input[value={value}] + label").click()
    onward(page, quick=quick)


def write(page: Page, name: str, text: str, *, quick: bool = False) -> None:
    """Write into a field."""
    page.locator(f"[name={name}]").fill(text)
    onward(page, quick=quick)


def answer_questions(
    page: Page,
    *,
    mode: str,
    kind: str = "levy",
    unit: str | None = None,
    canary: str = CANARY,
    files: Callable[[], None] = lambda: None,
    quick: bool = False,
) -> None:
    """Everything up to the code, canaries in every field; `files` picks some."""
    if not quick:
        look(page)
    page.get_by_role("button", name="Tidak").click()
    for choice in (mode, kind, "on", "ongoing"):
        pick(page, choice, quick=quick)
    write(page, "where", f"Loket {canary}", quick=quick)
    write(page, "who", f"Bripka {canary}", quick=quick)
    if unit is not None:
        page.locator("[name=unit]").select_option(unit)
    onward(page, quick=quick)
    write(page, "story", f"Ia meminta uang kepada banyak orang. {canary}", quick=quick)
    expect(page.get_by_role("heading", name="Ada foto atau berkas lain?")).to_be_visible()
    files()
    onward(page, quick=quick)
    if mode != "anonymous":
        page.locator("[name=contact]").fill(f"{canary}@contoh.example")
        write(page, "name", f"Ratna {canary}", quick=quick)
    onward(page, quick=quick)  # the summary


def words_on(page: Page) -> list[str]:
    """The code, as it stands on the screen."""
    return [str(word) for word in page.locator("[data-slot=words] li").all_inner_texts()]


def give_words_back(page: Page, words: list[str], *, quick: bool = False) -> None:
    """Show that the code was written down, and send."""
    onward(page, quick=quick)
    page.locator("[name=third]").fill(words[2])
    page.locator("[name=sixth]").fill(words[5])
    onward(page, quick=quick)


def send(
    page: Page, *, mode: str, unit: str | None = None, seen: Callable[[], None] = lambda: None
) -> list[str]:
    """Report, from the first screen to the last; the words of the code. `seen` runs beside it."""
    answer_questions(page, mode=mode, unit=unit)
    words = words_on(page)
    assert len(words) == 8
    seen()
    give_words_back(page, words)
    expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
    look(page)
    return words
