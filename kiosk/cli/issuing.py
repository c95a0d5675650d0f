"""`segel issue`, `segel withdraw`, `segel suspend` and `segel reinstate`."""

from collections.abc import Callable
from pathlib import Path

import click

from kiosk.actions.certificates import issue_once, prepare
from kiosk.actions.certificates import reinstate as reinstate_certificate
from kiosk.actions.certificates import suspend as suspend_certificate
from kiosk.actions.certificates import withdraw as withdraw_certificate
from kiosk.assembly import Workshop
from kiosk.domain.applicants import parse_record
from kiosk.domain.certificates import Certificate, State
from kiosk.domain.errors import Invalid, NotNow, Unknown

from .opening import opened, publish_for
from .saying import fail, said_errors, say

__all__ = ["issue", "reinstate", "suspend", "withdraw"]

LONGEST_LABEL = 100


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
    else after its NIK, or else after its line (1.jpg, 2.jpg, …, also 000001.jpg). Certificates are
    named after their numbers; issued-LABEL.jsonl in the folder says which line became which.

    A batch goes on past a bad record and ends with a list of them (also in faults-LABEL.jsonl);
    the exit code is then 1. Stopped at any moment and started again with the same file, it goes on
    where it was: no number is used twice, none is lost. To issue the same records once more on
    purpose, give another --label.
    """
    if (record is None) == (batch is None):
        raise click.UsageError("Give a record, or --batch with a file of records.")
    if batch is not None:
        if photos is None:
            raise click.UsageError("--photos is missing.")
        if photo is not None:
            raise click.UsageError("A batch takes --photos, a folder, and not --photo.")
        from .batches import issue_batch

        label = label or batch.name.encode("utf-8", "replace").decode()
        if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
            raise click.UsageError(f"A --label has 1 to {LONGEST_LABEL} characters, on one line.")
        issue_batch(opened(site), batch, photos=photos, out=out, jobs=jobs, label=label)
    elif record is not None:
        if photo is None:
            raise click.UsageError("--photo is missing.")
        if photos is not None:
            raise click.UsageError("One record takes --photo, a file, and not --photos.")
        _issue_one(opened(site), record, photo, out, force=force)


def _issue_one(workshop: Workshop, record: Path, photo: Path, out: Path, *, force: bool) -> None:
    if out.is_dir():
        fail(f"{out} is a folder: give the name of a file")
    if not out.parent.is_dir():
        fail(f"there is no folder {out.parent}")
    workshop.load_press()
    try:
        order = prepare(
            workshop.desk,
            parse_record(record.read_bytes()),
            photo.read_bytes(),
            to=out.absolute(),
        )
        written = issue_once(workshop.desk, order, force=force)
    except Invalid as problem:
        for fault in problem.faults:
            say(str(fault), error=True)
        fail(f"{record} has {len(problem.faults)} fault(s); nothing was issued")
    for warning in order.warnings:
        say(f"look once more: {warning}", error=True)
    say(f"{written.number}  {out}")
    publish_for(workshop)


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
    workshop = opened(site)
    _change(workshop, number, lambda it: withdraw_certificate(workshop.desk, it, reason=reason))


@click.command()
@click.argument("number")
@click.pass_obj
@said_errors
def suspend(site: Path, *, number: str) -> None:
    """Suspend the certificate with this NUMBER, while the office looks into it.

    Its status list is published at once: from then on every check that is online says
    DITANGGUHKAN, until `segel reinstate` or `segel withdraw` ends it.
    """
    workshop = opened(site)
    _change(workshop, number, lambda it: suspend_certificate(workshop.desk, it))


@click.command()
@click.argument("number")
@click.pass_obj
@said_errors
def reinstate(site: Path, *, number: str) -> None:
    """Put the suspended certificate with this NUMBER in force again.

    Where officers look into an incident about it (docs/operations/incidents.md), it is they who
    decide; this is for what was suspended by `segel suspend`.
    """
    workshop = opened(site)
    _change(workshop, number, lambda it: reinstate_certificate(workshop.desk, it))


def _change(workshop: Workshop, number: str, deed: Callable[[str], Certificate]) -> None:
    """Do a deed to a certificate, and publish its status list."""
    # What could not be published is not begun.
    workshop.load_status_key()
    try:
        after = deed(number.strip())
    except Unknown:
        fail(f"there is no certificate {number} in this register")
    except NotNow as problem:
        # It may be that the last try was interrupted before it could say so.
        workshop.publish()
        fail(f"{problem} already")
    workshop.publish_list(after.status_list)
    say(f"{after.number} is {'in force again' if after.state is State.ISSUED else after.state}")
