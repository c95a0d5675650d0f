"""An opening as it stands in answers to handlers and custodians."""

from typing import Any

from kiosk.domain.openings import Opening, OpeningState, free_on

__all__ = ["opening_shown"]


def opening_shown(opening: Opening, number: str) -> dict[str, Any]:
    """What everybody whom an opening concerns may know; `number` is its case's public number."""
    is_waiting = opening.state is OpeningState.WAITING
    return {
        "id": opening.id.hex(),
        "case": opening.case.hex(),
        "number": number,
        "asker": opening.asker.hex(),
        "unit": opening.unit,
        "asked_on": opening.asked_on.isoformat(),
        "state": str(opening.state),
        "since": opening.since.isoformat(),
        "free_on": free_on(opening).isoformat() if is_waiting else None,
        "objected": opening.objected,
        "granted": sorted(one.hex() for one in opening.granted),
        "refused": sorted(one.hex() for one in opening.refused),
    }
