"""Apply for a certificate: what to bring, the first question, the code, coming back to it.

Nothing is asked before people know what to bring, what it costs and who issues. The questions
themselves are in `form`, what comes after handing in is in `status`.
"""

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions.applications import begin, forget, form_of, open_draft
from kiosk.domain.applications import Stage
from kiosk.domain.codes import printed_code
from kiosk.domain.errors import Invalid, NotNow, Unknown
from kiosk.domain.questions import issuing_offices, needed_papers
from kiosk.domain.staff import Role, Staff
from kiosk.web.guards import find_session, open_door, the_desk
from kiosk.web.languages import language, localized_url
from kiosk.web.public.asking import fault_sentence
from kiosk.web.public.handles import (
    Handle,
    end_handle,
    handle_by_code,
    keep_handle,
    the_handle,
    too_often,
    typed_fields,
)
from kiosk.web.public.limits import the_limit
from kiosk.web.public.plain import the_fee, use_plain

__all__ = ["apply"]

apply = use_plain(open_door(Blueprint("apply", __name__, url_prefix="/apply")))


@apply.get("")
def show_start() -> str:
    """Where everybody begins: a new application, or one that was begun."""
    return render_template("public/apply/start.html", fee=the_fee(), helper=_helper())


@apply.get("/needs")
def show_needs() -> str:
    """What to bring, what it costs and who issues, before anything is asked."""
    purpose = _purpose(request.args)
    if purpose is None:
        return render_template("public/apply/purposes.html", purposes=_purposes())
    settings = the_desk().settings.applications
    answers = {"purpose": str(purpose)}
    with the_desk().register.read() as books:
        form = form_of(the_desk(), books)
    return render_template(
        "public/apply/needs.html",
        purpose=purpose,
        purpose_name=_purposes()[purpose],
        papers=needed_papers(answers, form),
        offices=issuing_offices(answers, form),
        levels=sorted(form.routes[purpose].issued_by),
        photos=settings.photos,
        fee=the_fee(purpose),
        days=settings.check_days + settings.examination_days,
        months=the_desk().settings.certificates.validity_months,
    )


@apply.get("/begin")
def show_begin() -> str | Response:
    """The first question: the date of birth."""
    purpose = _purpose(request.args)
    if purpose is None:
        return redirect(localized_url("apply.show_needs"), 303)
    return _begin_page({"purpose": str(purpose)}, {})


@apply.post("/begin")
def take_begin() -> Response:
    """Begin an application, and show its code."""
    typed = typed_fields()
    purpose = _purpose(typed)
    if purpose is None:
        return redirect(localized_url("apply.show_needs"), 303)
    if not the_limit("begun").allows(request.remote_addr):
        return make_response(_begin_page(typed, {"form": too_often()}), 429)
    try:
        new, code = begin(
            the_desk(), purpose=purpose, birth=typed, helper=_helper(), language=language()
        )
    except Invalid as refused:
        faults = {fault.path: fault_sentence(fault) for fault in refused.faults}
        return make_response(_begin_page(typed, faults), 422)
    response = redirect(localized_url("apply.show_code"), 303)
    return keep_handle(response, Handle(id=new.id, code=code))


@apply.get("/open")
def show_opening() -> str:
    """Code and birth date, to go on or to see where it stands."""
    return render_template("public/apply/open.html", typed={}, faults={})


@apply.post("/open")
def take_opening() -> Response:
    """Open an application, whosever device this is."""
    typed = typed_fields()
    handle, faults = handle_by_code(typed)
    if handle is None:
        page = render_template("public/apply/open.html", typed=typed, faults=faults)
        return make_response(page, 429 if "wait" in faults else 422)
    return keep_handle(redirect(localized_url("apply.go_on"), 303), handle)


@apply.get("/code")
def show_code() -> str:
    """The code, large, to be written down or printed."""
    handle = the_handle()
    return render_template("public/apply/code.html", code=printed_code(handle.code), id=handle.id)


@apply.get("/go-on")
def go_on() -> Response:
    """Where it goes on: the first page that is left, the summary, or the status."""
    handle = the_handle()
    try:
        draft = open_draft(the_desk(), handle.id)
    except Unknown:
        return end_handle(redirect(localized_url("apply.show_opening"), 303))
    if draft.application.stage is not Stage.DRAFT:
        return redirect(localized_url("status.show_status"), 303)
    if draft.left:
        return redirect(localized_url("form.show_question", slug=draft.left[0].slug), 303)
    return redirect(localized_url("form.show_summary"), 303)


@apply.post("/leave")
def leave() -> Response:
    """Forget on this device what was open; the application stays."""
    return end_handle(redirect(localized_url("apply.show_start"), 303))


@apply.get("/forget")
def show_forgetting() -> str:
    """Ask once more before an application is forgotten that was not handed in."""
    the_handle()
    return render_template("public/apply/forget.html")


@apply.post("/forget")
def take_forgetting() -> Response:
    """Forget an application that was not handed in, for good."""
    try:
        forget(the_desk(), the_handle().id)
    except NotNow:
        return redirect(localized_url("status.show_status"), 303)
    except Unknown:
        pass
    return end_handle(redirect(localized_url("apply.show_start"), 303))


def _begin_page(typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    return render_template("public/apply/begin.html", typed=typed, faults=faults)


def _purposes() -> dict[int, str]:
    """What certificates are for, by code, in the language of this answer."""
    known = the_desk().settings.certificates.purposes
    return {code: getattr(known[code], language(), known[code].id) for code in sorted(known)}


def _purpose(given: Mapping[str, str]) -> int | None:
    """The purpose that was asked for, if there is such a one."""
    text = given.get("purpose", "")
    code = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return code if code in the_desk().settings.certificates.purposes else None


def _helper() -> Staff | None:
    """Whoever is signed in on this device to help people apply."""
    found = find_session()
    if found is None or not any(grant.role is Role.HELPER for grant in found.staff.grants):
        return None
    return found.staff
