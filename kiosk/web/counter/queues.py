"""What waits at each desk, the soonest due first; by number, never by name."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.corrections import wishes
from kiosk.actions.counter import look_into_queue, waiting
from kiosk.actions.notices import shown_number
from kiosk.domain.applications import Receiving
from kiosk.domain.desks import Queue, offices_of, queues_of
from kiosk.domain.staff import Role
from kiosk.web.counter.wording import DONE, QUEUES
from kiosk.web.guards import door, the_desk, the_offices, the_staff
from kiosk.web.languages import localized_url

__all__ = ["COUNTER_ROLES", "queues"]

COUNTER_ROLES = frozenset({Role.VERIFIER, Role.EXAMINER, Role.SIGNATORY, Role.PRINT_ROOM})
"""Who works at the counter."""

queues = door(
    Blueprint("queues", __name__, url_prefix="/counter"),
    roles=COUNTER_ROLES,
    menu=[("queues.show_first", _("Files"))],
)


@queues.get("")
def show_first() -> str:
    """The first of one's queues in which something waits, else the first."""
    found = waiting(the_desk(), the_staff())
    return show_queue(next((one.queue for one in found if one.count), found[0].queue))


@queues.get("/queue/<queue>")
def show_queue(queue: str) -> str:
    """A page of a queue."""
    if queue not in set(queues_of(the_staff())):
        abort(403)
    chosen = Queue(queue)
    office = request.args.get("office", type=int)
    receiving = request.args.get("receiving", "")
    late, priority = request.args.get("late") == "1", request.args.get("priority") == "1"
    page = look_into_queue(
        the_desk(),
        the_staff(),
        chosen,
        office=office,
        after=_place(request.args.get("after", "")),
        late=late,
        priority=priority,
        receiving=Receiving(receiving) if receiving in set(Receiving) else None,
    )
    asked: dict[str, Any] = {
        "office": office,
        "receiving": receiving or None,
        "late": "1" if late else None,
        "priority": "1" if priority else None,
    }
    return render_template(
        "counter/queue.html",
        page=page,
        queue=chosen,
        title=QUEUES[chosen],
        waiting=[(one, QUEUES[one.queue]) for one in waiting(the_desk(), the_staff())],
        places={one.id: one.name for one in the_offices()},
        asked=asked,
        next_page=None
        if page.after is None
        else localized_url(
            "queues.show_queue",
            queue=chosen,
            after=f"{page.after[0]}-{page.after[1]}",
            **asked,
        ),
        number_of=shown_number,
        wishing=_wishing(),
        done=DONE.get(request.args.get("done", "")),
    )


@queues.get("/find")
def find() -> Response:
    """Lead to the file of a number, as it is read out: 17, or P-000017."""
    typed = request.args.get("number", "").strip().upper().removeprefix("P-")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 15):
        abort(404)
    return redirect(localized_url("files.show_file", number=int(typed)), 303)


def _wishing() -> int | None:
    """How many applicants wait for a correction; None for whoever does not answer them."""
    staff = the_staff()
    if not offices_of(staff, Role.VERIFIER, the_offices()):
        return None
    return len(wishes(the_desk(), staff))


def _place(text: str) -> tuple[int, int] | None:
    due, _, id_ = text.partition("-")
    return (int(due), int(id_)) if due.isdecimal() and id_.isdecimal() else None
