"""What a reader of pictures or PDFs cost, measured from outside: for the tests of its limits."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Cost", "cost_of", "squeezed"]

_ROOT = Path(__file__).parents[2]
_SCRIPT = r"""
import json, pathlib, re, resource, sys
from verifier.errors import UnreadableImageError
from verifier.image import find_codes, find_codes_on_pages
find = {"find_codes": find_codes, "find_codes_on_pages": find_codes_on_pages}[sys.argv[1]]
data = sys.stdin.buffer.read()
try:
    outcome = [code.text for code in find(data)]
except UnreadableImageError as problem:
    outcome = problem.code
child = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
# Its own ru_maxrss would be that of the test run, which is handed down when a process is started.
peak = re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())
json.dump({
    "outcome": outcome,
    "seconds": child.ru_utime + child.ru_stime + own.ru_utime + own.ru_stime,
    "megabytes": (child.ru_maxrss + int(peak[1])) / 1000,
}, sys.stdout)
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What came of a file (texts, or the code of an error), and what it took with all processes.

    `seconds` are of processor time: this machine may be busy with something else.
    """

    outcome: list[str] | str
    seconds: float
    megabytes: float

    def is_within_bounds(self) -> bool:
        """Within the 2 s and 300 MB that are promised, and what it took to start Python."""
        return self.seconds < 2.3 and self.megabytes < 300


def cost_of(function: str, data: bytes) -> Cost:
    """The cost of `verifier.image`'s `function` for a file with these bytes."""
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT, function],
        input=data,
        capture_output=True,
        check=True,
        cwd=_ROOT,
    )
    return Cost(**json.loads(ran.stdout))


@cache
def squeezed(length: int) -> bytes:
    """As many zeros, compressed a thousandfold."""
    squeezer = zlib.compressobj(9)
    parts = [
        squeezer.compress(bytes(min(1 << 20, length - at))) for at in range(0, length, 1 << 20)
    ]
    return b"".join([*parts, squeezer.flush()])
