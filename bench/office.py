"""A site with invented people, to be measured: the real desk, keys, register and files."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from kiosk.actions.certificates import Order, prepare
from kiosk.assembly import Workshop, open_workshop
from kiosk.cli.sites import new_site
from kiosk.storage.database import new_engine
from kiosk.storage.upgrading import upgrade
from printer.photo import normal_photo

__all__ = ["a_photo", "a_record", "an_office", "orders"]

# The size of a real portrait in the normal form, where noise stands for skin and cloth.
PHOTO_BYTES = 28_000


def a_photo() -> bytes:
    """A photo in the normal form, of the size that a real portrait has (about 28 KB)."""
    noise = Image.effect_noise((118, 177), 14).resize((944, 1418)).convert("RGB")
    picture = Image.blend(noise, Image.new("RGB", noise.size, (176, 24, 32)), 0.5)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return normal_photo(out.getvalue()).jpeg


def a_record(number: int) -> dict[str, Any]:
    """The record of an invented person; no two are alike."""
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, 60 + number // 336 % 40
    return {
        "name": f"Ratna {'Abcdefghij'[number % 10]}ulandari {number:x}",
        "sex": "L",
        "nationality": "Indonesia",
        "religion": "Islam",
        "birth_place": "Kota Contoh",
        "birth_date": f"19{year:02d}-{month:02d}-{day:02d}",
        "address": f"Jalan Kenanga Nomor {number}, RT 003/RW 007, Desa Contoh Jaya, Kec. Contoh",
        "occupation": "Karyawan swasta",
        "nik": f"999901{day:02d}{month:02d}{year:02d}{1 + number % 9998:04d}",
        "resident_since": f"19{year:02d}",
        "purpose": "Melamar pekerjaan",
        "result": 0,
    }


@contextmanager
def an_office(url: str | None = None) -> Iterator[Workshop]:
    """A fresh site on this disk, with its register there or at `url`."""
    build = Path.cwd() / "build"
    build.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=build, prefix="office-") as folder:
        site = Path(folder) / "site"
        new_site(site, ask=False)
        if url:
            upgrade(new_engine(url))
        yield open_workshop(site, environ={"SEGEL_DATABASE_URL": url} if url else {})


def orders(workshop: Workshop, first: int, count: int, photo: bytes) -> list[Order]:
    """Checked orders for invented people."""
    return [prepare(workshop.desk, a_record(n), photo) for n in range(first, first + count)]
