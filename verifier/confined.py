"""Hostile bytes are decoded in a child process that cannot take more than its share.

    parent                                child (python -I; limits first, then the bytes)
    run_confined(module, data)  --stdin-->  module.main()  ->  answer(read)
          codes, or an error    <--JSON---  read(data, argument)

Picture and PDF decoders are large C libraries, and some inputs make even honest ones run for
minutes (a sheet full of QR finder patterns costs zxing 16 s). No check of a header can rule that
out, so the kernel does: memory, processor time and wall clock of the child are limited, and a
child that oversteps dies alone. A crash of a decoder takes nothing with it either.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from verifier.errors import UnreadableImageError

__all__ = ["MOST_BYTES", "answer", "run_confined"]

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 24 << 20
"""The longest file that is read, in bytes: a 50-megapixel phone photo is at most some 20 MB."""

MOST_MEMORY: Final = 232 << 20
"""Private writable memory of the child, in bytes. Measured, it is then never more than 220 MB
resident, so that with the process that waits for it, it stays under 300 MB."""

MOST_PROCESSOR_SECONDS: Final = 1.3
"""Processor time of the child, once it has started; the whole check is promised in 2 s."""

MOST_SECONDS: Final = 5.0
"""Wall clock of the child: reached only on a machine that is busy otherwise."""

_WANTS_TOO_MUCH: Final = "decoding the file wants more memory than is given to it"
_START: Final = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
_ROOT: Final = str(Path(__file__).resolve().parent.parent)
# The child gets no variable of ours: not the passphrase, nothing that changes how Python starts.
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def run_confined(module: str, data: bytes, argument: str) -> Any:
    """What `module`'s reader makes of `data` in a child process, as JSON values.

    Raises:
        UnreadableImageError: the reader gave it up, or overstepped its limits.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableImageError(
            "too-large", f"the file is larger than {MOST_BYTES >> 20} MB, the most that is read"
        )
    command = [sys.executable, "-I", "-c", _START.format(module=module), _ROOT, argument]
    try:
        # No shell, no text of the user's in the command: the data go to standard input.
        child = subprocess.run(  # noqa: S603
            command,
            check=False,
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise _took_too_long() from None
    return _reply_of(module, child)


def answer(read: Callable[[bytes, str], Any], *, seconds: float = MOST_PROCESSOR_SECONDS) -> None:
    """Be the child: set the limits, read standard input, write what `read` gives as JSON.

    `seconds` of processor time begin here: a module that is slow to import asks for fewer.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # RLIMIT_CPU counts whole seconds; this timer counts processor time finely, and nobody
    # catches its signal, so it ends the process whatever a C library is busy with.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        reply = {"found": read(sys.stdin.buffer.read(), sys.argv[2])}
    except UnreadableImageError as problem:
        reply = {"code": problem.code, "sentence": str(problem)}
    except MemoryError:
        reply = {"code": "too-large", "sentence": _WANTS_TOO_MUCH}
    json.dump(reply, sys.stdout)


def _reply_of(module: str, child: subprocess.CompletedProcess[bytes]) -> Any:
    """What the child said, or the error that explains why it said nothing."""
    said = child.stderr.decode("utf-8", "replace").splitlines()
    if said or child.returncode != 0:
        last = said[-1] if said else "nothing"
        _log.warning("%s ended with %d and said: %s", module, child.returncode, last)
    if child.returncode in (-signal.SIGPROF, -signal.SIGKILL):
        raise _took_too_long()
    if child.returncode != 0:
        raise UnreadableImageError(
            "damaged", "the file cannot be decoded: its decoder gave up half-way"
        )
    reply = json.loads(child.stdout)
    if "code" in reply:
        raise UnreadableImageError(reply["code"], reply["sentence"])
    return reply["found"]


def _took_too_long() -> UnreadableImageError:
    return UnreadableImageError("took-too-long", "reading the file was stopped: it took too long")
