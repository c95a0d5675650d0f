"""`segel issue` and `segel withdraw`."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.actions.certificates import issue_all, prepare, record_digest
from kiosk.actions.certificates import withdraw as withdraw_certificate
from kiosk.assembly import Workshop, open_workshop
from kiosk.domain.applicants import parse_record
from kiosk.domain.errors import Fault, Invalid, NotNow, Refusal, Unknown

from .saying import fail, said_errors, say

if TYPE_CHECKING:
    from kiosk.actions.certificates import Order

__all__ = ["issue", "withdraw"]

CHUNK = 128
PHOTO_KINDS = (".jpg", ".jpeg", ".png", ".webp")
LONGEST_LINE = 70_000


@click.command()
@click.argument(
    "record", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option(
    "--photo",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The applicant's photo: JPEG, PNG or WebP.",
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Records of many applicants, one JSON object a line.",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of a batch's photos.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; for a batch the folder.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that work on a batch.",
)
@click.option("--label", help="The batch's name in the register. [default: the file's name]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
@said_errors
def issue(
    site: Path,
    *,
    record: Path | None,
    photo: Path | None,
    batch: Path | None,
    photos: Path | None,
    out: Path,
    jobs: int,
    label: str | None,
    force: bool,
) -> None:
    """Issue a certificate, or a batch of them.

    \b
      segel issue APPLICANT.json --photo PHOTO.jpg --out CERT.pdf
      segel issue --batch APPLICANTS.jsonl --photos DIR --out DIR

    The fields of a record are described in docs/formats/applicant.md. Every fault of a record is
    told at once, with the field's name.

    The photo of a batch's record is the file in --photos named by the record's field "photo", or
    else after its line (1.jpg, 2.jpg, …, also 000001.jpg), or else after its NIK. Certificates are
    named after their numbers; issued.jsonl in the folder says which line became which.

    A batch goes on past a bad record and ends with a list of them (also in faults.jsonl); the exit
    code is then 1. Stopped at any moment and started again with the same file, it goes on where it
    was: no number is used twice, none is lost. To issue the same records once more on purpose, give
    another --label.
    """
    if (record is None) == (batch is None):
        raise click.UsageError("Give a record, or --batch with a file of records.")
    if record is not None:
        if photo is None:
            raise click.UsageError("--photo is missing.")
        _issue_one(site, record, photo, out, force=force)
        return
    if photos is None or batch is None:
        raise click.UsageError("--photos is missing.")
    _issue_batch(site, batch, photos, out, jobs=jobs, label=label or batch.name)


def _issue_one(site: Path, record: Path, photo: Path, out: Path, *, force: bool) -> None:
    if out.is_dir():
        fail(f"{out} is a folder: give the name of a file")
    if out.exists() and not force:
        fail(f"{out} is there already: give another name, or --force to write over it")
    if not out.parent.is_dir():
        fail(f"there is no folder {out.parent}")
    workshop = open_workshop(site)
    try:
        order = prepare(
            workshop.desk,
            parse_record(record.read_bytes()),
            photo.read_bytes(),
            to=out.absolute(),
        )
        written = _written_once(workshop, order)
    except Invalid as problem:
        for fault in problem.faults:
            say(str(fault), error=True)
        fail(f"{record} has {len(problem.faults)} fault(s); nothing was issued")
    for warning in order.warnings:
        say(f"look once more: {warning}", error=True)
    workshop.lists_for_new_certificates()
    say(f"{written.number}  {written.file}")


def _written_once(workshop: Workshop, order: "Order"):
    """Issue one order; after a crash the number that was reserved for it is taken up again.

    The work's name in the register is made of the record and the file; once it is done, doing it
    again is new work.
    """
    desk = workshop.desk
    name = record_digest([order.digest.hex(), str(order.to)]).hex()[:32]
    for turn in range(1000):
        with desk.register.begin() as books:
            batch = books.batches.open(f"single {name} {turn}", at=desk.clock())
        if batch.finished_at is None:
            break
    assert order.to is not None
    written, misfits = issue_all(desk, [order], folder=order.to.parent, batch=batch.id)
    if misfits:
        raise misfits[0][1]
    with desk.register.begin() as books:
        books.batches.finish(batch.id, at=desk.clock())
    return written[0]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a batch: its number from 1, its record's digest and occurrence, and the text."""

    number: int
    text: bytes
    digest: bytes = b""
    occurrence: int = 0


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a line: the certificate's number and file, or faults."""

    line: int
    number: str = ""
    file: str = ""
    again: bool = False
    faults: tuple[Fault, ...] = ()


def _lines(batch: Path) -> Iterator[Line]:
    """The lines with records. Equal records are counted, so that each has its own certificate."""
    seen: Counter[bytes] = Counter()
    with batch.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                digest = record_digest(parse_record(text))
            except Invalid:
                yield Line(number=number, text=text)
                continue
            yield Line(number=number, text=text, digest=digest, occurrence=seen[digest])
            seen[digest] += 1


def _issue_batch(
    site: Path, batch: Path, photos: Path, out: Path, *, jobs: int, label: str
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for rest in out.glob(".*.part"):
        rest.unlink()
    workshop = open_workshop(site)
    desk = workshop.desk
    with desk.register.begin() as books:
        opened = books.batches.open(f"batch {label}", at=desk.clock())
    with batch.open("rb") as file:
        total = sum(1 for text in file if text.strip())
    done: list[Done] = []
    with click.progressbar(
        length=total, label=f"Issuing {total}", file=sys.stderr, show_pos=True
    ) as bar:
        for results in _results(workshop, opened.id, _lines(batch), photos, out, jobs):
            done += results
            bar.update(len(results))
    with desk.register.begin() as books:
        books.batches.finish(opened.id, at=desk.clock())
    workshop.lists_for_new_certificates()
    _report(batch, out, sorted(done, key=lambda result: result.line))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _results(
    workshop: Workshop, batch: int, lines: Iterator[Line], photos: Path, out: Path, jobs: int
) -> Iterator[list[Done]]:
    """What became of the lines, chunk by chunk, from this process or from `jobs` others."""
    if jobs == 1:
        for chunk in _chunks(lines):
            yield issue_chunk(workshop, batch, chunk, photos, out)
        return
    from .workers import results_of_workers

    yield from results_of_workers(workshop, batch, _chunks(lines), photos, out, jobs)


def issue_chunk(
    workshop: Workshop, batch: int, lines: list[Line], photos: Path, out: Path
) -> list[Done]:
    """Issue the records of some lines of a batch."""
    orders, done = [], []
    numbers = {}
    for line in lines:
        try:
            record = parse_record(line.text)
            photo, record = _photo(record, line.number, photos)
            order = prepare(
                workshop.desk,
                record,
                photo,
                # The digest is the line's, with its "photo" if it has one.
                digest=line.digest,
                occurrence=line.occurrence,
            )
        except Invalid as problem:
            done.append(Done(line=line.number, faults=problem.faults))
            continue
        numbers[id(order)] = line.number
        orders.append(order)
    written, misfits = issue_all(workshop.desk, orders, folder=out, batch=batch)
    refused = {id(order) for order, _ in misfits}
    for order, problem in misfits:
        done.append(Done(line=numbers[id(order)], faults=problem.faults))
    fitting = [order for order in orders if id(order) not in refused]
    for order, result in zip(fitting, written, strict=True):
        done.append(
            Done(
                line=numbers[id(order)],
                number=result.number,
                file=result.file.name,
                again=result.again,
            )
        )
    return done


def _photo(record: object, line: int, photos: Path) -> tuple[bytes, object]:
    """The photo of a record, and the record without the field that names it."""
    names: list[str] = []
    if isinstance(record, dict):
        record = dict(record)
        named = record.pop("photo", None)
        if named is not None:
            if not isinstance(named, str) or Path(named).name != named:
                raise Invalid(
                    [Fault(path="photo", code="not-name", sentence="is not a file's name")]
                )
            names.append(named)
        else:
            stems = [str(line), f"{line:06d}"]
            nik = record.get("nik")
            if isinstance(nik, str) and nik.isascii() and nik.isdigit():
                stems.append(nik)
            names += [stem + kind for stem in stems for kind in PHOTO_KINDS]
    for name in names:
        try:
            return (photos / name).read_bytes(), record
        except (FileNotFoundError, IsADirectoryError):
            continue
    return b"", record


def _report(batch: Path, out: Path, done: list[Done]) -> None:
    issued = [result for result in done if result.number]
    faulty = [result for result in done if result.faults]
    _write_lines(
        out / "issued.jsonl",
        [{"line": result.line, "number": result.number, "file": result.file} for result in issued],
    )
    _write_lines(
        out / "faults.jsonl",
        [
            {
                "line": result.line,
                "faults": [
                    {"path": fault.path, "code": fault.code, "sentence": fault.sentence}
                    for fault in result.faults
                ],
            }
            for result in faulty
        ],
    )
    again = sum(result.again for result in issued)
    before = f", {again} of them by an earlier run" if again else ""
    say(f"{len(issued)} issued{before}; {len(faulty)} not, for faults in the record")
    for result in faulty:
        for fault in result.faults:
            say(f"{batch.name}:{result.line}: {fault}", error=True)
    if faulty:
        sys.exit(1)


def _write_lines(path: Path, values: list[dict[str, object]]) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(
        "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8"
    )
    partial.replace(path)


@click.command()
@click.argument("number")
@click.option(
    "--reason",
    required=True,
    help="Why, in a few words that name nobody: it is kept in clear.",
)
@click.pass_obj
@said_errors
def withdraw(site: Path, *, number: str, reason: str) -> None:
    """Withdraw the certificate with this NUMBER, for good.

    Its status list is published at once: from then on every check that is online says DICABUT.
    """
    workshop = open_workshop(site)
    try:
        withdrawn = withdraw_certificate(workshop.desk, number.strip(), reason=reason)
    except Unknown:
        fail(f"there is no certificate {number} in this register")
    except (NotNow, Invalid) as problem:
        fail(str(problem))
    except Refusal as problem:
        fail(str(problem))
    workshop.publish_list(withdrawn.status_list)
    say(f"{withdrawn.number} is withdrawn")
