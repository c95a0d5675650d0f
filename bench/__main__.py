"""`python -m bench [QUESTION…]`: ask all questions or those named; a table, build/bench.json."""

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.figures import Figure

QUESTIONS = (
    "issue_certificate",
    "check_certificate",
    "cold_start",
    "two_processes",
    "grown_register",
    "application_pages",
    "syncing_couriers",
    "seal_report",
    "take_reports",
    "report_inbox",
    "read_qr",
    "read_frames",
    "read_cards",
)
RESULT = Path("build/bench.json")


def _line(figure: Figure) -> str:
    holds = {True: "holds", False: "MISSED", None: ""}[figure.holds]
    return f"{figure.name:<78} {figure.value:>10.3f} {figure.unit:<8} {figure.must:<16} {holds}"


def main(names: list[str]) -> int:
    """Ask, print, write; 1 if a figure missed its bar."""
    figures: list[Figure] = []
    sys.stdout.write(f"{'figure':<78} {'value':>10} {'unit':<8} {'must':<16}\n")
    for name in names or QUESTIONS:
        for figure in importlib.import_module(f"bench.{name}").figures():
            figures.append(figure)
            sys.stdout.write(_line(figure) + "\n")
            sys.stdout.flush()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps([asdict(figure) for figure in figures], indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    return int(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
