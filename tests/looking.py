"""Whether everybody can use a page: what axe finds, what is too small to hit, what hangs over."""

from pathlib import Path

from playwright.sync_api import Page

__all__ = ["look"]

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
# A tick or a choice counts with its label, a link in a sentence with its line (WCAG 2.2, 2.5.8).
SMALL = """[...document.querySelectorAll("a, button, select, textarea, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !one.closest("p:not(.stop), .skip, figure, .away"))
  .filter((one) => !one.classList.contains("away"))
  .map((one) => ["checkbox", "radio"].includes(one.type) ? one.parentElement : one)
  .filter((one) => one.getBoundingClientRect().height < 43.9)
  .map((one) => one.outerHTML.slice(0, 80))"""

# Two frames later the page has been laid out anew.
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def look(page: Page) -> None:
    """Look at a page as it stands, down to the smallest phones."""
    size = page.viewport_size
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate(DRAWN)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, page.url
    if size:
        page.set_viewport_size(size)
    assert page.evaluate(SMALL) == [], page.url
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]
    ] == [], page.url
