"""`make fuzz`: atheris drives every parser for some seconds, or those that are named.

    make fuzz SECONDS=60 PARSERS="poster receipt"

What is found stays under build/fuzz, and so does what led further in: the next run begins there.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

FOUND = Path("build/fuzz")
LONGEST = 16 * 1024


def drive(name: str, seconds: str) -> None:
    """Let atheris drive one parser; it ends the process."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["signing", "kiosk.actions"]):
        parsers = import_module("tests.fuzz.parsers")
        trees = import_module("tests.fuzz.trees")
    parser, seeds = parsers.PARSERS[name], parsers.PARSERS[name].seeds()
    corpus = FOUND / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(b"\0" + seed)

    def tried(data: bytes) -> None:
        # The first byte says whether the rest is tried, or leads to a part of what is good.
        if data[:1] > b"\x7f":
            data = b"." + trees.with_a_part_changed(seeds[data[0] % len(seeds)], data[1:])
        try:
            parser.tried(data[1:])
        except parsers.REFUSED:
            return

    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={FOUND}/found-{name}-", str(corpus)], tried
    )
    atheris.Fuzz()


def main(seconds: str, *names: str) -> int:
    """Drive them one after the other; how many broke."""
    known = import_module("tests.fuzz.parsers").PARSERS
    command = [sys.executable, "-m", "tests.fuzz", "--one"]
    broken = [
        name
        for name in names or known
        if subprocess.run([*command, name, seconds], check=False).returncode
    ]
    sys.stderr.write(f"broken: {', '.join(broken) or 'none'}\n")
    return len(broken)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        drive(*sys.argv[2:])
    else:
        sys.exit(main(*sys.argv[1:]))
