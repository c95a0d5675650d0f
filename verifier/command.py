"""Check files and say what came of it: `segel verify` and `python -m verifier`.

    exit 0   genuine
    exit 1   not genuine, withdrawn, suspended or expired
    exit 2   could not be checked, or signed by another issuer

Of several files the highest number is given, so that 0 means: all of them are genuine. Which of
them is a forgery stands with each file, and with `--json` in its "exit".
"""

import argparse
import io
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from .confined import MOST_BYTES
from .documents import check_file, check_text, unreadable
from .errors import TrustError
from .status import TrustSource, load_trust
from .verdict import Certificate, Finding, Level, Outcome, Verdict
from .wording import LANGUAGES, advice_on, day, label, plain, sentence_of, word_of

__all__ = [
    "EXITS",
    "check_path",
    "exit_code_of",
    "main",
    "parse_time",
    "report",
    "run",
    "trust_folder",
    "verdict_json",
]

EXITS = (
    "Exit status: 0 genuine; 1 not genuine, withdrawn, suspended or expired; 2 could not be "
    "checked, or signed by another issuer. Of several files, the highest."
)
_ABOUT = "Check certificates: PDF files, photos and scans, or the text of a QR code."
_FILE = (
    "a PDF, a picture (JPEG, HEIC, PNG, WebP, TIFF, BMP), a file with the text of a QR code, that "
    "text itself, or - for standard input"
)
# How a finding's line begins.
_MARKS = {Level.PASSED: "+", Level.WARNING: "!", Level.PROBLEM: "x"}
# What is taken for the text of a QR code where no file has this name.
_CODE = re.compile(r"(?:https?://[^/\s]{1,255}/)?(?:l#p=|#)?[0-9]{17,}")


def exit_code_of(check: Callable[[TextIO, BinaryIO], int]) -> int:
    """The exit code of `check`, which is given standard output and standard input.

    Where its answer cannot be written the code is 2, never that of a forgery: nobody has heard the
    answer. A process that was started without these streams is asked for its exit code alone.
    """
    out: TextIO | None = sys.stdout
    stdin: TextIO | None = sys.stdin
    try:
        code = check(out or io.StringIO(), stdin.buffer if stdin else io.BytesIO())
        if out:
            out.flush()
    except OSError as problem:
        if not isinstance(problem, BrokenPipeError):
            sys.stderr.write(f"the answer cannot be written: {problem.strerror}\n")
        # What is left of the answer would be tried again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    return code


def run(
    paths: Sequence[str],
    *,
    trust: Path | None,
    root: Path | None = None,
    now: int,
    as_json: bool = False,
    language: str = "id",
    out: TextIO,
    stdin: BinaryIO,
) -> int:
    """Check every one of `paths` at `now` (seconds since 1970), write to `out`, give the exit code.

    `trust` is the folder of a published site, `root` the file of its root key where that came
    another way. Whatever is wrong with a file, or with the folder, is written as a verdict.
    """
    # What a reader's child process said before it ended is for the log of an office, if any.
    logging.getLogger("verifier").addHandler(logging.NullHandler())
    try:
        if trust is None:
            raise TrustError("no folder was named")
        source: TrustSource | None = load_trust(trust, root)
    except TrustError:
        source = None
    offset = source.bundle.units[0].utc_offset if source and source.bundle.units else 0
    worst = 0
    answers = []
    for number, path in enumerate(paths):
        verdict = check_path(path, source, now=now, stdin=stdin)
        worst = max(worst, verdict.outcome.exit_code)
        if as_json:
            answers.append({"file": _valid(path), **verdict_json(verdict, language)})
        else:
            text = report(path, verdict, language, utc_offset=offset)
            out.write("\n" if number else "")
            # A name in letters that the terminal lacks must not stop the answer.
            coding = out.encoding or "utf-8"
            out.write(text.encode(coding, "backslashreplace").decode(coding))
    if as_json:
        out.write(json.dumps(answers, indent=1) + "\n")
    return worst


def check_path(path: str, trust: TrustSource | None, *, now: int, stdin: BinaryIO) -> Verdict:
    """The verdict on the file at `path`, on standard input (`-`), or on a QR code's text.

    Without `trust` nothing is read: the verdict says what is missing.
    """
    if trust is None:
        missing = Finding(number=3, code="no-trust", level=Level.PROBLEM)
        return Verdict(outcome=Outcome.CANNOT_CHECK, findings=(missing,))
    try:
        data = _read(path, stdin)
    except (OSError, ValueError) as problem:
        if _CODE.fullmatch(path):
            return check_text(path, trust, now=now)
        if isinstance(problem, FileNotFoundError):
            return unreadable("file-missing")
        reason = problem.strerror if isinstance(problem, OSError) else None
        return unreadable("unreadable-file", reason=reason or "?")
    return check_file(data, trust, now=now)


def _read(path: str, stdin: BinaryIO) -> bytes:
    # One byte more than is ever read tells that there are more.
    if path == "-":
        return stdin.read(MOST_BYTES + 1)
    with Path(path).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def verdict_json(verdict: Verdict, language: str) -> dict[str, Any]:
    """A verdict as JSON values (docs/formats/verdict.md): the sentences are in `language`."""
    found = verdict.certificate
    return {
        "exit": verdict.outcome.exit_code,
        "outcome": str(verdict.outcome),
        "findings": [
            {
                "number": finding.number,
                "code": finding.code,
                "level": str(finding.level),
                "sentence": sentence_of(finding, language),
            }
            for finding in verdict.findings
        ],
        "as_of": verdict.as_of,
        "certificate": None if found is None else _certificate_json(found, language),
    }


def _certificate_json(found: Certificate, language: str) -> dict[str, Any]:
    return {
        "number": found.number,
        "name": found.name,
        "birth_year": found.birth_year,
        "nik_code": found.nik_code,
        "unit": found.unit,
        "issued_on": found.issued_on.isoformat(),
        "valid_until": found.valid_until.isoformat(),
        "purpose": found.purpose[LANGUAGES.index(language)],
        "result": found.result,
    }


def report(path: str, verdict: Verdict, language: str, *, utc_offset: int = 420) -> str:
    """A verdict as a person reads it: the word, what to do, what to compare, what was checked."""
    word = word_of(verdict, language, utc_offset=utc_offset)
    lines = [plain(_valid(path)), "", f"  {word}", f"  {'=' * len(word)}"]
    lines += [f"  {advice_on(verdict, language)}", ""]
    if verdict.certificate is not None:
        lines += [f"  {label('compare', language)}:"]
        lines += [f"    {line}" for line in _fields(verdict.certificate, language)]
        lines += [""]
    lines += [f"  {label('checks', language)}:"]
    for finding in verdict.findings:
        lines.append(
            f"    {_MARKS[finding.level]} {finding.number:2d} {sentence_of(finding, language)}"
        )
    return "\n".join(lines) + "\n"


def _fields(found: Certificate, language: str) -> Iterator[str]:
    values = {
        "number": found.number,
        "name": found.name,
        "birth_year": str(found.birth_year),
        "nik_code": f"{found.nik_code:03d}",
        "unit": found.unit,
        "issued_on": day(found.issued_on, language),
        "valid_until": day(found.valid_until, language),
        "purpose": found.purpose[LANGUAGES.index(language)],
        "result": label("has-record" if found.result else "no-record", language),
    }
    wide = max(len(label(name, language)) for name in values)
    for name, value in values.items():
        yield f"{label(name, language):{wide}}  {plain(value)}"


def _valid(path: str) -> str:
    """A file's name as text that every encoding of Unicode takes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def trust_folder(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The folder of trust: the one named, that of SEGEL_TRUST, or `public` of SEGEL_SITE."""
    if named is not None:
        return named
    if environment.get("SEGEL_TRUST"):
        return Path(environment["SEGEL_TRUST"])
    site = environment.get("SEGEL_SITE")
    return Path(site) / "public" if site else None


def main(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    now: int,
    out: TextIO,
    stdin: BinaryIO,
) -> int:
    """Be the command `python -m verifier`: the exit code for these `arguments`.

    Raises:
        SystemExit: they are wrong (2), or ask for help (0); argparse has said so.
    """
    parser = argparse.ArgumentParser(prog="python -m verifier", description=_ABOUT, epilog=EXITS)
    parser.add_argument("files", nargs="+", metavar="FILE", help=_FILE)
    parser.add_argument("--json", action="store_true", help="write one JSON array instead")
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="DIR",
        help="folder with the trust bundle and the status lists; else $SEGEL_TRUST, else "
        "$SEGEL_SITE/public",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="FILE",
        help="the office's root key, got another way than the folder (PEM)",
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=LANGUAGES[0], help="language of the sentences"
    )
    parser.add_argument(
        "--at",
        type=parse_time,
        metavar="TIME",
        help="check as if it were this time: ISO 8601 with its zone, 2026-08-31T10:20+07:00",
    )
    options = parser.parse_args(arguments)
    return run(
        options.files,
        trust=trust_folder(options.trust, environment),
        root=options.root,
        now=now if options.at is None else options.at,
        as_json=options.json,
        language=options.lang,
        out=out,
        stdin=stdin,
    )


def parse_time(text: str) -> int:
    """A time in ISO 8601 with its zone, in seconds since 1970.

    Raises:
        ValueError: it is not one.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return int(at.timestamp())
