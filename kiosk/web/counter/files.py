"""One file: opened, which is written down; its papers beside the form."""

from flask import Blueprint, Response, render_template, request

from kiosk.actions.counter import File, open_file, paper_picture, receipt_of
from kiosk.actions.notices import shown_number
from kiosk.actions.papers import MEDIA
from kiosk.actions.printing import Pile, Standing, pile_of, tend
from kiosk.actions.staff import names_of
from kiosk.domain.applications import Stage
from kiosk.domain.desks import REASONS as REASON_CODES
from kiosk.domain.payments import printed_reference
from kiosk.domain.staff import Role
from kiosk.web.counter import wording
from kiosk.web.counter.queues import COUNTER_ROLES
from kiosk.web.counter.shown import checks, declared, fixes, next_step, standing_words
from kiosk.web.guards import door, the_desk, the_staff

__all__ = ["file_page", "files"]

files = door(Blueprint("files", __name__, url_prefix="/counter/files"), roles=COUNTER_ROLES)


@files.get("/<int:number>")
def show_file(number: int) -> str:
    """A file, as whoever opens it may see it."""
    return file_page(number, {}, {})


@files.get("/<int:number>/papers/<int:paper>")
def show_paper(number: int, paper: int) -> Response:
    """The picture of a paper; it is kept nowhere on its way."""
    picture = paper_picture(the_desk(), the_staff(), number, paper)
    response = Response(picture, mimetype=MEDIA)
    response.headers["Cache-Control"] = "no-store"
    return response


@files.get("/<int:number>/receipt")
def show_receipt(number: int) -> str:
    """The receipt of a fee that was taken at the counter, to be printed."""
    payment = receipt_of(the_desk(), the_staff(), number)
    return render_template(
        "counter/receipt.html",
        payment=payment,
        number=shown_number(number),
        reference=printed_reference(payment.reference),
        taker=names_of(the_desk(), [payment.taken_by]).get(payment.taken_by or 0, ""),
        place=the_desk().settings.unit.letterhead,
    )


def file_page(number: int, typed: dict[str, str], faults: dict[str, str], *, done: str = "") -> str:
    """The page of a file, with what was typed and what is wrong with it, or was done."""
    desk, staff = the_desk(), the_staff()
    file = open_file(desk, staff, number)
    step = next_step(file)
    standing, pile = _of_printing(file)
    return render_template(
        "counter/file.html",
        file=file,
        number=shown_number(number),
        step=step,
        words=wording,
        standing_words=standing_words(file),
        checks=checks(file) if file.role is not Role.PRINT_ROOM else [],
        declared=declared(file),
        reasons=[(code, wording.REASONS[code]) for code in REASON_CODES],
        standing=standing,
        pile=pile,
        sealer="" if file.sealing is None else names_of(desk, [file.sealing.by])[file.sealing.by],
        typed=typed,
        faults=faults,
        done=wording.DONE.get(done or request.args.get("done", "")),
        fixes=fixes(file) if file.wish and file.answers_wish else [],
        reference="" if file.payment is None else printed_reference(file.payment.reference),
    )


def _of_printing(file: File) -> tuple[Standing | None, Pile | None]:
    """What the printer says of the file's job; the pile, where a sheet is to be chosen."""
    if file.role is not Role.PRINT_ROOM or file.stage is not Stage.PRINTING:
        return None, None
    if file.job is None:
        return None, pile_of(the_desk(), the_staff(), file.office.id)
    return tend(the_desk()).get(file.job.id, Standing(job=file.job)), None
