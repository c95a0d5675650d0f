"""Heads of logs, published once a day in a file to which lines are only ever added.

A line begins with its day. Whoever keeps a copy of the file can tell later that nothing before was
changed, and that no end was cut off (kiosk.domain.journal).
"""

import os
from datetime import date
from pathlib import Path

__all__ = ["add_head", "is_published"]


def is_published(file: Path, day: date) -> bool:
    """Whether a head of this day was published."""
    return any(line.startswith(f"{day.isoformat()} ") for line in _text(file).splitlines())


def add_head(file: Path, day: date, head: str) -> None:
    """Add the head of a day."""
    line = f"{day.isoformat()} {head}\n"
    written = _text(file)
    # A line that a power cut left half is ended first.
    half = written and not written.endswith("\n")
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, (f"\n{line}" if half else line).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(file: Path) -> str:
    return file.read_text(encoding="ascii") if file.exists() else ""
