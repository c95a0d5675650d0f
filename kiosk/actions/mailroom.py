"""What an action with sealed reports has to hand. It holds no key and no register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.settings import ReportSettings
from kiosk.domain.calendar import Calendar
from kiosk.storage.mailroom import Archive

__all__ = ["Mailroom"]


@dataclass(frozen=True, kw_only=True)
class Mailroom:
    """The mailroom at work: what it is told, where it keeps cases, and which day it is.

    `directory` is the file of the published directory of keys, `holidays` the days beside weekends
    on which the office does not work. There is no clock: nobody here knows the time of day.
    """

    settings: ReportSettings
    archive: Archive
    today: Callable[[], date]
    directory: Path
    holidays: Callable[[], Calendar] = frozenset
