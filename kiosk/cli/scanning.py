"""`segel scan`: QR codes from pictures, PDF pages, clips and cameras."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

import click

from kiosk.scanning.errors import CameraError, ScanningError
from kiosk.scanning.wording import problem_told, sentence
from signing.errors import FormatError
from signing.token import parse_token
from verifier.command import exit_code_of, verdict_json
from verifier.confined import MOST_BYTES
from verifier.documents import check_text
from verifier.errors import TrustError, UnreadableImageError
from verifier.image import Code, find_codes, find_codes_on_pages
from verifier.status import TrustSource, load_trust
from verifier.verdict import Finding, Level, Outcome, Verdict
from verifier.wording import advice_on, plain, sentence_of, word_of

from .saying import LiveLine, ends_in_its_code
from .verifying import language_option, seconds_at, trust_options

__all__ = [
    "Problem",
    "camera_options",
    "opened_file",
    "require_one_source",
    "scan",
    "tried",
    "valid",
    "write",
]

UNREAD = 2
NOT_OURS = "not-our-code"
# Enough of a file to tell what it is.
HEAD = 1024

Command = TypeVar("Command", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why something could not be looked at. `detail` is English, for whoever mends it."""

    code: str
    values: dict[str, str] = field(default_factory=dict)
    detail: str = ""

    def told(self, language: str) -> str:
        """The problem as a person reads it."""
        said = problem_told(self.code, language, **self.values)
        return f"{said} ({self.detail})" if self.detail else said

    def as_json(self, language: str) -> dict[str, str]:
        """The problem as JSON values."""
        return {"code": self.code, "sentence": self.told(language)}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one file or camera showed: the codes, `at` which second of a clip, and what they are.

    A verdict is None where the code is none of ours.
    """

    source: str
    codes: tuple[tuple[Code, Verdict | None], ...] = ()
    at: float | None = None
    problem: Problem | None = None

    @property
    def exit_code(self) -> int:
        """0 read, and genuine where it is of ours; else that of the worst verdict."""
        if not self.codes:
            return UNREAD
        return max(0 if verdict is None else verdict.outcome.exit_code for _, verdict in self.codes)


def camera_options(command: Command) -> Command:
    """`command`, with the options of this machine's camera."""
    for option in (
        click.option(
            "--seconds",
            type=click.FloatRange(1, 600),
            default=20,
            show_default=True,
            help="How long to look through the camera.",
        ),
        click.option(
            "--camera",
            metavar="N",
            help="Look through this machine's camera: its number, or its device's path.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE…]")
@camera_options
@click.option("--json", "as_json", is_flag=True, help="Print one array for machines.")
@trust_options
@language_option
@click.pass_obj
@ends_in_its_code
def scan(
    site: Path,
    *,
    files: tuple[str, ...],
    camera: str | None,
    seconds: float,
    as_json: bool,
    trust: Path | None,
    root: Path | None,
    lang: str,
    at: str | None,
) -> int:
    """Read QR codes, and say of ours whether they are genuine.

    FILE may be a picture (JPEG, PNG, WebP, TIFF, BMP), a PDF, whose first pages are looked at, or a
    clip (MP4, WebM, AVI, Y4M, MJPEG); - reads a picture or PDF from standard input. Of a clip and
    of a camera, the first frame counts in which a code is read. Nothing is kept.

    \b
      segel scan PHOTO.jpg SCAN.pdf
      segel scan --camera 0

    Only the codes are judged, and not the paper or the file they stand on: see `segel verify`.

    Exit code: 0 read, and genuine where it is a code of ours; 1 not genuine, withdrawn, suspended
    or expired; 2 nothing could be read, or not be checked; of several codes and files the highest.
    """
    require_one_source(file=bool(files), camera=camera is not None)
    judge = _Judge(trust or site / "public", root, now=seconds_at(at))

    def looked(out: TextIO, stdin: BinaryIO) -> int:
        found = _found_in_files(files, judge, stdin=stdin)
        if camera is not None:
            found = iter([_found_by_camera(camera, seconds, judge, language=lang)])
        answers = []
        worst = 0
        for number, one in enumerate(found):
            worst = max(worst, one.exit_code)
            if as_json:
                answers.append(_as_json(one, lang))
            else:
                write(out, ("\n" if number else "") + _as_text(one, judge, lang))
        if as_json:
            out.write(json.dumps(answers, indent=1) + "\n")
        return worst

    return exit_code_of(looked)


def require_one_source(*, file: bool, camera: bool) -> None:
    """End with a sentence unless there is a file or a camera, and not both."""
    if file == camera:
        raise click.UsageError("Give a file, or --camera.")


def opened_file(name: str, stdin: BinaryIO) -> bytes | Path:
    """What is in a file, or on standard input (`-`); of a clip the path, as it may be long."""
    from kiosk.scanning.clips import is_clip

    if name == "-":
        return stdin.read(MOST_BYTES + 1)
    path = Path(name)
    with path.open("rb") as file:
        head = file.read(HEAD)
        # One byte more than is ever read tells that there are more.
        return path if is_clip(path, head) else head + file.read(MOST_BYTES + 1 - len(head))


def tried(look: Callable[[], T]) -> T | Problem:
    """What `look` gives, or why it gives nothing; also where a person stops it (Ctrl-C)."""
    try:
        return look()
    except CameraError as problem:
        return Problem(code=problem.code, detail=str(problem))
    except (ScanningError, UnreadableImageError) as problem:
        return Problem(code=problem.code)
    except FileNotFoundError:
        return Problem(code="file-missing")
    except OSError as problem:
        return Problem(code="unreadable-file", values={"reason": problem.strerror or "?"})
    except KeyboardInterrupt:
        return Problem(code="stopped")


def valid(name: str) -> str:
    """A file's name as text that every encoding of Unicode takes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write(out: TextIO, text: str) -> None:
    """Write, whatever letters the terminal lacks."""
    coding = out.encoding or "utf-8"
    out.write(text.encode(coding, "backslashreplace").decode(coding))


class _Judge:
    """What is said of a code, with the trust that is at hand, if any."""

    def __init__(self, trust: Path, root: Path | None, *, now: int) -> None:
        self._now = now
        self._source: TrustSource | None
        try:
            self._source = load_trust(trust, root)
        except TrustError:
            self._source = None

    @property
    def utc_offset(self) -> int:
        units = self._source.bundle.units if self._source else ()
        return units[0].utc_offset if units else 0

    def verdict_on(self, text: str) -> Verdict | None:
        """The verdict on a code, or None if it is none of ours."""
        if self._source is None:
            try:
                parse_token(text)
            except FormatError:
                return None
            missing = Finding(number=3, code="no-trust", level=Level.PROBLEM)
            return Verdict(outcome=Outcome.CANNOT_CHECK, findings=(missing,))
        verdict = check_text(text, self._source, now=self._now)
        return None if verdict.findings[-1].code == NOT_OURS else verdict


def _found_in_files(names: Sequence[str], judge: _Judge, *, stdin: BinaryIO) -> Iterator[Found]:
    with LiveLine() as line:
        for number, name in enumerate(names, 1):
            if len(names) > 1 and line.is_live:
                line.say(f"{number}/{len(names)}  {plain(name)}")

            def look(name: str = name) -> tuple[tuple[Code, ...], float | None]:
                return _codes_in(opened_file(name, stdin))

            found = _found(name, tried(look), judge, nothing="no-code")
            line.clear()
            yield found
            if found.problem is not None and found.problem.code == "stopped":
                return


def _codes_in(content: bytes | Path) -> tuple[tuple[Code, ...], float | None]:
    if isinstance(content, Path):
        from kiosk.scanning.sources import clip, first_codes

        with clip(content) as frames:
            return first_codes(frames) or ((), None)
    if b"%PDF-" in content[:HEAD]:
        return find_codes_on_pages(content), None
    return find_codes(content), None


def _found_by_camera(camera: str, seconds: float, judge: _Judge, *, language: str) -> Found:
    from kiosk.scanning.sources import first_codes, webcam, within

    def look() -> tuple[tuple[Code, ...], float | None]:
        with LiveLine() as line:
            line.say(sentence("labels", "starting", language))
            with webcam(camera) as frames:
                line.say(sentence("labels", "show-code", language))
                codes, _ = first_codes(within(frames, seconds)) or ((), None)
                return codes, None

    return _found(f"camera {camera}", tried(look), judge, nothing="no-code-in-time")


def _found(
    source: str,
    looked: tuple[tuple[Code, ...], float | None] | Problem,
    judge: _Judge,
    *,
    nothing: str,
) -> Found:
    if isinstance(looked, Problem):
        return Found(source=source, problem=looked)
    codes, at = looked
    judged = tuple((code, judge.verdict_on(code.text)) for code in codes)
    return Found(
        source=source, codes=judged, at=at, problem=None if codes else Problem(code=nothing)
    )


def _as_json(found: Found, language: str) -> dict[str, Any]:
    """What was found as JSON values (docs/formats/scan.md)."""
    return {
        "source": valid(found.source),
        "exit": found.exit_code,
        "at": found.at,
        "codes": [
            {
                "text": code.text,
                "stage": code.stage,
                "page": code.page,
                "corners": code.corners,
                "verdict": None if verdict is None else verdict_json(verdict, language),
            }
            for code, verdict in found.codes
        ],
        "problem": None if found.problem is None else found.problem.as_json(language),
    }


def _as_text(found: Found, judge: _Judge, language: str) -> str:
    """What was found as a person reads it."""
    lines = [plain(found.source)]
    if found.problem is not None:
        lines += [f"  {found.problem.told(language)}"]
    for number, (code, verdict) in enumerate(found.codes, 1):
        place = " ".join(f"{x:.0f},{y:.0f}" for x, y in code.corners)
        lines += [f"  {number}. {plain(code.text)}", f"     {_where(code, found, language)}{place}"]
        if verdict is None:
            lines += [f"     {problem_told(NOT_OURS, language)}"]
            continue
        word = word_of(verdict, language, utc_offset=judge.utc_offset)
        lines += [f"     {word}. {advice_on(verdict, language)}"]
        lines += [
            f"     ! {sentence_of(finding, language)}"
            for finding in verdict.findings
            if finding.level is not Level.PASSED
        ]
    return "\n".join(lines) + "\n"


def _where(code: Code, found: Found, language: str) -> str:
    where = [code.stage]
    if code.page:
        where.append(sentence("labels", "page", language, number=str(code.page + 1)))
    if found.at is not None:
        where.append(sentence("labels", "at", language, seconds=f"{found.at:.1f}"))
    return ", ".join(where) + ": "
