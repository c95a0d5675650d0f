"""What the public screens need of the office: values and callables, and nothing that issues."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from signing.keys import VerifyingKey
from verifier.verdict import Verdict

__all__ = ["FakeReport", "PublicOffice", "the_office"]


@dataclass(frozen=True, kw_only=True)
class FakeReport:
    """What somebody tells about a fake. `digits` only if they chose to send the code's content.

    Empty texts stand for what was left out.
    """

    at: int
    what: str
    where: str
    contact: str
    digits: str


@dataclass(frozen=True, kw_only=True)
class PublicOffice:
    """One office as the public meets it.

    `public` is the folder of what is published: `bundle`, `status/NUMBER`, `root.pem`. `base_url`
    is `https://HOST`; `utc_offset` in minutes. `check_file` takes a file's bytes and its name; it
    raises TrustError where there is no trust bundle to check with. `find_by_number` takes a
    printed number and its check code (capitals, no spaces) and gives None where there is no such
    pair. Rates are per minute and address, 0 for no limit; `trusted_proxies` stand in front.
    """

    site_name: str
    base_url: str
    demo: bool
    utc_offset: int
    public: Path
    clock: Callable[[], int]
    check_file: Callable[[bytes, str], Verdict]
    find_by_number: Callable[[str, str], Verdict | None]
    report_fake: Callable[[FakeReport], None]
    language: str = "id"
    trusted_proxies: int = 0
    upload_limit: int = 20 << 20
    uploads_per_minute: int = 20
    lookups_per_minute: int = 30
    reports_per_minute: int = 5

    @property
    def host(self) -> str:
        """The host, with its port if it has one, as people read it."""
        return urlsplit(self.base_url).netloc

    @property
    def root_point(self) -> str:
        """The root's point in hexadecimal, read again only when its file changes."""
        path = self.public / "root.pem"
        return _point_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _point_of(path: Path, changed: int) -> str:
    del changed  # part of the key only
    return VerifyingKey.from_pem(path.read_bytes()).point.hex()


def the_office() -> PublicOffice:
    """The office that this answer is given for."""
    office: PublicOffice = current_app.extensions["office"]
    return office
