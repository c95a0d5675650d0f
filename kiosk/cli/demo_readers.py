"""The invented readers of sealed reports in `segel demo`: units, holders, handlers, custodians.

What in an office lies in safes, and in the pockets of several people, lies in one folder here,
locked by a passphrase that everybody knows.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.actions.admission import Admitted
from kiosk.actions.directories import LONGEST_DAYS, Asked, Changes, draft, publish_directory
from signing.directory import Role, Unit, approve_directory
from signing.hpke import Kem, OpeningKey
from signing.keyfiles import save_key
from signing.keys import LocalKey, VerifyingKey, new_key
from signing.locked import KeptKey, Way, encode_kept, lock_key

from .demo_people import PASSWORD

__all__ = [
    "REPORTS_FOLDER",
    "DemoReader",
    "demo_readers",
    "new_holders",
    "settings_of",
    "told_readers",
]

REPORTS_FOLDER = "demo-reports"
_POLRES, _POLDA, _MABES, _COMMISSION, _COUNCIL = 999901, 997000, 990000, 999001, 999002
# Reports about the uppermost unit go to the commission, which commands nobody; the custodians stand
# beside the line of command, so that no report leaves them out.
_UNITS = (
    Unit(code=_MABES, name="MABES CONTOH", above=_COMMISSION),
    Unit(code=_POLDA, name="POLDA CONTOH", above=_MABES),
    Unit(code=_COMMISSION, name="KOMISI CONTOH", outside=True),
    Unit(code=_COUNCIL, name="DEWAN PENJAGA CONTOH", outside=True),
    Unit(code=_POLRES, name="POLRES CONTOH", above=_POLDA),
)
_READERS = (
    ("penangan-mabes-1", Role.HANDLER, _MABES),
    ("penangan-mabes-2", Role.HANDLER, _MABES),
    ("penangan-polda", Role.HANDLER, _POLDA),
    ("penangan-komisi", Role.HANDLER, _COMMISSION),
    ("penjaga-1", Role.INTERNAL, _COUNCIL),
    ("penjaga-2", Role.INTERNAL, _COUNCIL),
    ("penjaga-3", Role.INTERNAL, _COUNCIL),
    ("penjaga-komisi", Role.EXTERNAL, _COMMISSION),
)
_HOLDERS = ("pemegang-1.key", "pemegang-2.key")


@dataclass(frozen=True, kw_only=True)
class DemoReader:
    """Somebody who reads: the name of the file with their key, and the key."""

    name: str
    role: Role
    unit: Unit
    key: OpeningKey

    @property
    def admitted(self) -> Admitted:
        """Who they are, as if they had signed in just now."""
        return Admitted(
            reader=self.key.sealing_key.id,
            role=self.role,
            unit=self.unit.code,
            unit_name=self.unit.name,
            expires=0,
        )


def new_holders(site: Path) -> list[LocalKey]:
    """The keys of two holders, kept in the demo's folder."""
    holders = [new_key() for _ in _HOLDERS]
    for name, holder in zip(_HOLDERS, holders, strict=True):
        save_key(site / REPORTS_FOLDER / name, holder, PASSWORD.encode())
    return holders


def settings_of(holders: list[LocalKey]) -> str:
    """What an office's settings say of its holders."""
    points = json.dumps([holder.point.hex() for holder in holders])
    return (
        "\n# Sealed reports; their invented readers have keys in demo-reports/.\n"
        f"[reports]\nenabled = true\nholders = {points}\n"
    )


def demo_readers(site: Path, holders: list[LocalKey], *, at: datetime) -> list[DemoReader]:
    """The readers, each with a file of their own, and the directory that names them, published."""
    readers = [_reader(*one) for one in _READERS]
    # Each takes some tenths of a second, as slow for us as for whoever guesses.
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda one: _keep(site / REPORTS_FOLDER, one), readers))
    asked = [Asked(unit=one.unit.code, role=one.role, key=one.key.sealing_key) for one in readers]
    now = int(at.timestamp())
    body = draft(None, Changes(units=_UNITS, asked=asked), now=now, days=LONGEST_DAYS)
    publish_directory(
        site / "public",
        [VerifyingKey(holder.point) for holder in holders],
        body,
        [approve_directory(holder, body) for holder in holders],
        now=now,
    )
    return readers


def told_readers(readers: list[DemoReader]) -> str:
    """The list of readers to be printed."""
    kinds = {Role.HANDLER: "handler", Role.INTERNAL: "custodian", Role.EXTERNAL: "custodian"}
    return "\n".join(
        f"  {one.name + '.json':<22} {kinds[one.role]:<10} {one.unit.name}" for one in readers
    )


def _reader(name: str, role: Role, unit: int) -> DemoReader:
    kem = Kem.X25519 if role is Role.HANDLER else Kem.X_WING
    (found,) = (one for one in _UNITS if one.code == unit)
    return DemoReader(name=name, role=role, unit=found, key=OpeningKey.new(kem))


def _keep(folder: Path, reader: DemoReader) -> None:
    """Write the file that a reader's browser would have made."""
    locked = lock_key(reader.key, Way.PASSPHRASE, PASSWORD)
    kept = KeptKey(unit=reader.unit.code, role=reader.role.name.lower(), passphrase=locked)
    (folder / f"{reader.name}.json").write_text(encode_kept(kept), encoding="utf-8")
