"""Cards on pictures, for screens of the staff: whether one is the expected person's."""

from collections.abc import Callable

from flask import Flask, current_app

from kiosk.actions.scans import ScanState
from kiosk.domain.identities import Expected

__all__ = ["LARGEST_PICTURE", "Judge", "find_judge", "use_judge"]

LARGEST_PICTURE = 4 << 20

Judge = Callable[[Expected, bytes], ScanState]
"""What one picture of a card says of the expected person. It raises ScanningError."""


def use_judge(app: Flask, judge: Judge | None) -> None:
    """Let `app` know who reads cards, if anybody does."""
    app.extensions["judge"] = judge


def find_judge() -> Judge | None:
    """Who reads cards in the running application; None where they are typed."""
    found: Judge | None = current_app.extensions.get("judge")
    return found
