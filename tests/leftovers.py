"""Looking for a text where nothing of it may be left: files, compressed or not, and memory.

A search that finds nothing proves little by itself; tests plant a text of their own beside it, and
look for that in the same way.
"""

import base64
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["family_of", "has", "has_packed", "kept_in", "memory_of"]

# As streams of gzip and zlib begin.
_PACKED = (b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_LONGEST = 1 << 26


def has(data: bytes | bytearray, *texts: str) -> bool:
    """Whether one of these texts stands in these bytes, in one of the spellings of programs."""
    return any(spelling in data for text in texts for spelling in _spellings(text))


def has_packed(data: bytes | bytearray, *texts: str) -> bool:
    """The same, also where the bytes were made smaller by gzip."""
    return has(data, *texts) or any(has(plain, *texts) for plain in _unpacked(data))


def kept_in(folder: Path, *texts: str) -> list[Path]:
    """The files below in whose name or bytes, unpacked, one of these texts stands."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and (any(text in path.name for text in texts) or has_packed(path.read_bytes(), *texts))
    ]


def memory_of(pid: int) -> Iterator[bytes]:
    """All that a process can read of its own memory, one region after the other."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, rights = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            if not rights.startswith("r") or "[v" in line:
                continue  # [vvar] and [vsyscall] are the kernel's
            with suppress(OSError):  # a part of a file that is shorter than its mapping
                memory.seek(start)
                yield memory.read(end - start)


def family_of(pid: int) -> list[int]:
    """A process, and all that it has started."""
    started = [
        int(child)
        for listed in Path(f"/proc/{pid}/task").glob("*/children")
        for child in listed.read_text(encoding="ascii").split()
    ]
    return [pid, *(one for child in started for one in family_of(child))]


def _spellings(text: str) -> list[bytes]:
    plain = text.encode()
    # Three alignments of base64; the characters at both ends depend on what stands beside.
    packed = [base64.b64encode(bytes(shift) + plain)[4 * bool(shift) : -4] for shift in range(3)]
    return [
        plain,
        text.lower().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        plain.hex().encode(),
        plain.hex().upper().encode(),
        *packed,
    ]


def _unpacked(data: bytes | bytearray) -> Iterator[bytes]:
    """What every stream of gzip or zlib in these bytes holds."""
    view = memoryview(bytes(data))
    for head in _PACKED:
        at = data.find(head)
        while at >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj(wbits=47).decompress(view[at:], _LONGEST)
            at = data.find(head, at + 1)
