"""`segel read-card`: what stands on an identity card, and whether it is the expected person's."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TextIO

import click

from kiosk.domain.identifiers import mask_name, mask_nik
from kiosk.domain.identities import CardReading, Expected, Hash, Reason, decide_typed
from kiosk.domain.scans import AGREEING, Judge, expecting, expecting_nobody
from kiosk.scanning.card import Hint, Sighting, Suspicion
from kiosk.scanning.layout import layout_names
from kiosk.scanning.wording import advice_on, sentence, word_of
from verifier.command import exit_code_of
from verifier.wording import plain

from .saying import LiveLine, ends_in_its_code, say
from .scanning import (
    Problem,
    camera_options,
    opened_file,
    require_one_source,
    tried,
    valid,
    write,
)
from .verifying import language_option

if TYPE_CHECKING:
    from kiosk.scanning.sources import Frame, Scanned

__all__ = ["read_card"]

EXITS: Final = {"match": 0, "read": 0, "no-match": 1, "try-again": 2, "unsure": 2, "not-read": 2}
TYPED_INSTEAD: Final = {"reader-missing", "reader-down"}
DATES: Final = ("%d-%m-%Y", "%Y-%m-%d")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is expected, and the hashes to compare with."""

    expected: Expected
    hash_of: Hash


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of a card. `reading` is there where it may be told."""

    result: str
    reason: Reason | None = None
    reading: CardReading | None = None
    hints: tuple[Hint, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    problem: Problem | None = None
    typed: bool = False


@click.command("read-card")
@click.argument("file", required=False, metavar="[FILE]")
@camera_options
@click.option(
    "--kind",
    default="ktp-el",
    show_default=True,
    help="The kind of card: the name of a file in kiosk/scanning/layouts.",
)
@click.option(
    "--expect",
    "token",
    metavar="TOKEN",
    help="Say whether it is this person's card: what `segel expect` printed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object for machines.")
@click.option(
    "--reveal",
    is_flag=True,
    help="Print NIK, name and date of birth in full: personal data. They stand on the screen and "
    "in its scrollback then, and wherever the output is sent; this program logs none of them.",
)
@language_option
@click.pass_obj
@ends_in_its_code
def read_card(
    site: Path,
    *,
    file: str | None,
    camera: str | None,
    seconds: float,
    kind: str,
    token: str | None,
    as_json: bool,
    reveal: bool,
    lang: str,
) -> int:
    """Read an identity card, or say whether it is the expected person's.

    FILE may be a picture (JPEG, PNG, WebP, HEIC) or a clip (MP4, WebM, AVI, Y4M, MJPEG); - reads a
    picture from standard input. The first card that is held up is read, and nothing is kept.

    \b
      segel read-card CARD.jpg
      segel read-card --camera 0 --expect "$(segel expect NUMBER)"

    NIK and name are printed masked, and with --expect not at all, unless --reveal is given. With
    --expect the answer is COCOK, TIDAK COCOK or COBA LAGI (MATCH, NO MATCH, TRY AGAIN). A card that
    was read is not a card that was authenticated: a photocopy of it reads as well.

    Cards are read by an optional part: pip install 'segel[cards]'. Without it, and with --expect at
    a terminal, NIK and date of birth are asked for.

    Exit code: 0 match, or read where nobody is expected; 1 no match; 2 try again, or not read.
    """
    require_one_source(file=file is not None, camera=camera is not None)
    if kind not in (kinds := layout_names()):
        raise click.BadParameter(f"{kind!r} is none of {', '.join(kinds)}", param_hint="--kind")
    person = None if token is None else _person(site, token)

    def looked(out: TextIO, stdin: BinaryIO) -> int:
        source = _Source(file=file, camera=camera, seconds=seconds, stdin=stdin)
        seen = tried(lambda: _seen(source, kind, person, language=lang))
        if isinstance(seen, Problem):
            seen = _without_reader(seen, person, language=lang)
        if as_json:
            out.write(json.dumps(_as_json(source, seen, lang, reveal=reveal), indent=1) + "\n")
        else:
            write(out, _as_text(seen, lang, reveal=reveal))
        return EXITS[seen.result]

    return exit_code_of(looked)


@dataclass(frozen=True, kw_only=True)
class _Source:
    """What is looked at: a file, or else a camera for some seconds."""

    file: str | None
    camera: str | None
    seconds: float
    stdin: BinaryIO

    @property
    def told(self) -> str:
        return valid(f"camera {self.camera}" if self.file is None else self.file)

    @contextmanager
    def frames(self) -> Iterator[tuple[Iterable["Frame"], int]]:
        """The frames to look at, and how many of them must agree."""
        from kiosk.scanning.sources import clip, still, webcam, within

        if self.file is None:
            with webcam(str(self.camera)) as frames:
                yield within(frames, self.seconds), AGREEING
            return
        content = opened_file(self.file, self.stdin)
        if isinstance(content, Path):
            with clip(content) as frames:
                yield frames, AGREEING
        else:
            with still(content) as frames:
                yield frames, 1


def _person(site: Path, token: str) -> Person:
    from kiosk.actions.identities import hash_of, opened_expectation

    from .opening import opened

    desk = opened(site).desk
    return Person(expected=opened_expectation(desk, token.strip()), hash_of=hash_of(desk.cells))


def _seen(source: _Source, kind: str, person: Person | None, *, language: str) -> Seen:
    """What came of the first card that is held up.

    Raises:
        ScanningError: nothing can be looked at, or nothing can be read.
    """
    from kiosk.scanning.reader import CardReader
    from kiosk.scanning.sources import scans

    hints: tuple[Hint, ...] = (Hint.NO_CARD,)
    with CardReader(kind) as reader, LiveLine() as line:

        def told(sighting: Sighting) -> None:
            nonlocal hints
            hints = sighting.hints
            # Of a file, nobody moves the card after these hints.
            if source.camera is not None or line.is_live:
                line.say(_hint_of(sighting, language))

        reader.warm()
        if source.camera is not None:
            line.say(sentence("labels", "starting", language))
        with source.frames() as (frames, needed):
            found = scans(
                frames,
                lambda picture, near: reader.look(picture, near=near),
                _judge_for(person, needed),
                told=told,
            )
            scanned = next(found, None)
    if scanned is not None:
        return _answered(scanned, hints)
    late = None if source.camera is None else Problem(code="no-card-in-time")
    return Seen(result=_nothing_for(person), hints=hints, problem=late)


def _judge_for(person: Person | None, needed: int) -> Judge:
    if person is None:
        return expecting_nobody(needed=needed)
    return expecting(person.expected, person.hash_of, needed=needed)


def _nothing_for(person: Person | None) -> str:
    return "not-read" if person is None else "try-again"


def _answered(scanned: "Scanned", hints: tuple[Hint, ...]) -> Seen:
    answer = scanned.answer
    result, reason = "not-read", None
    if answer.decision is not None:
        result, reason = str(answer.decision.match), answer.decision.reason
    elif answer.reading is not None:
        result = "read" if answer.firm else "unsure"
    return Seen(
        result=result,
        reason=reason,
        reading=answer.reading,
        hints=() if EXITS[result] == 0 else hints,
        suspicions=scanned.suspicions,
    )


def _hint_of(sighting: Sighting, language: str) -> str:
    if sighting.hints:
        return sentence("hints", sighting.hints[0], language)
    return sentence("labels", "hold-still", language)


def _without_reader(problem: Problem, person: Person | None, *, language: str) -> Seen:
    """What can be said where nothing was read: somebody may type what stands on the card."""
    if problem.code not in TYPED_INSTEAD or person is None or not sys.stdin.isatty():
        return Seen(result=_nothing_for(person), problem=problem)
    say(problem.told(language), error=True)
    say(sentence("labels", "typing", language), error=True)
    mistyped = sentence("labels", "birth-mistyped", language)
    nik = click.prompt("NIK", hide_input=True, err=True)
    birth = click.prompt(
        sentence("labels", "birth-question", language),
        hide_input=True,
        err=True,
        value_proc=lambda text: _date_in(text, mistyped),
    )
    decision = decide_typed("".join(nik.split()), birth, person.expected, person.hash_of)
    return Seen(result=str(decision.match), reason=decision.reason, typed=True)


def _date_in(text: str, mistyped: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise click.UsageError(mistyped)


def _as_json(source: _Source, seen: Seen, language: str, *, reveal: bool) -> dict[str, Any]:
    """What was seen as JSON values (docs/formats/scan.md)."""
    return {
        "source": source.told,
        "exit": EXITS[seen.result],
        "result": seen.result,
        "reason": seen.reason,
        "sentence": _sentence_of(seen, language),
        "card": _card_of(seen, reveal=reveal),
        "masked": not reveal,
        "typed": seen.typed,
        "hints": _told("hints", seen.hints, language),
        "suspicions": _told("suspicions", seen.suspicions, language),
        "problem": None if seen.problem is None else seen.problem.as_json(language),
        "note": sentence("labels", "not-authenticated", language),
    }


def _told(table: str, codes: Sequence[str], language: str) -> list[dict[str, str]]:
    return [{"code": code, "sentence": sentence(table, code, language)} for code in codes]


def _sentence_of(seen: Seen, language: str) -> str:
    advice = advice_on(seen.result, language)
    if seen.reason is None:
        return advice
    return f"{sentence('reasons', seen.reason, language)} {advice}"


def _card_of(seen: Seen, *, reveal: bool) -> dict[str, str] | None:
    """What was read, as it may be shown: of an expected person nothing, unless it is asked for."""
    reading = seen.reading
    if reading is None or (seen.reason is not None and not reveal):
        return None
    birth = "" if reading.birth is None else reading.birth.isoformat()
    if reveal:
        return {"kind": reading.kind, "nik": reading.nik, "name": reading.name, "birth": birth}
    return {
        "kind": reading.kind,
        "nik": mask_nik(reading.nik),
        "name": mask_name(reading.name),
        "birth": birth[:4],
    }


def _as_text(seen: Seen, language: str, *, reveal: bool) -> str:
    """What was seen as a person reads it."""
    word = word_of(seen.result, language)
    lines = [word, "=" * len(word), _sentence_of(seen, language), ""]
    if seen.problem is not None:
        lines += [seen.problem.told(language), ""]
    card = _card_of(seen, reveal=reveal)
    if card is not None:
        names = {key: sentence("labels", key, language) for key in card}
        wide = max(map(len, names.values()))
        lines += [f"  {names[key]:{wide}}  {plain(value)}" for key, value in card.items()] + [""]
    for table, codes in (("hints", seen.hints), ("suspicions", seen.suspicions)):
        if codes:
            lines += [f"{sentence('labels', table, language)}:"]
            lines += [f"  {sentence(table, code, language)}" for code in codes] + [""]
    lines += [sentence("labels", "not-authenticated", language)]
    return "\n".join(lines) + "\n"
