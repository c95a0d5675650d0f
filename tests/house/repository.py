"""The repository as a thing to look at: its files, its packages, its modules."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "kiosk", "printer", "signing", "verifier")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed; relative to ROOT."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


@cache
def text_of(path: Path) -> str:
    """What a file says; the empty text if it is not UTF-8."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def sources() -> tuple[Path, ...]:
    """Every Python file of the five packages."""
    return tuple(path for path in files() if path.parts[0] in PACKAGES and path.suffix == ".py")


def documents() -> tuple[Path, ...]:
    """Every page of documentation."""
    return tuple(path for path in files() if path.suffix == ".md")


def parse(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(path), filename=str(path))


def module_name(path: Path) -> str:
    """The name a Python file is imported by."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
