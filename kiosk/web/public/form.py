"""The questions of an application, one a page; its papers; the summary before it is handed in.

Each page is a form that works without scripts, and what was answered is saved when it is sent.
Nothing that was typed is lost where something is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.actions.applications import Draft, open_draft, save_answers, submit, submit_again
from kiosk.actions.papers import MEDIA, add_paper, paper_data, put_back_paper, remove_paper
from kiosk.domain.applications import Stage
from kiosk.domain.errors import Fault, Invalid, NotNow, Unknown
from kiosk.domain.questions import PAPER_PREFIX, PAPERS, Kind, Question, choices_of, question
from kiosk.domain.questions import Field as FormField
from kiosk.storage.errors import StorageError
from kiosk.web.errors import problem, wants_json
from kiosk.web.guards import open_door, the_desk
from kiosk.web.languages import language, localized_url
from kiosk.web.public import asking
from kiosk.web.public.handles import (
    ALONE,
    Handle,
    end_handle,
    handle_by_code,
    keep_handle,
    now,
    the_handle,
    too_often,
    typed_fields,
)
from kiosk.web.public.limits import the_limit
from kiosk.web.public.plain import use_plain

__all__ = ["form"]

form = use_plain(open_door(Blueprint("form", __name__, url_prefix="/apply")))


@form.get("/form/<slug>")
def show_question(slug: str) -> str | Response:
    """One question."""
    handle = the_handle()
    draft = _draft(handle)
    one = _question(draft, slug)
    if _must_be_alone(draft, one, handle):
        return _to_alone(slug)
    hint = asking.HINTS.get(request.args.get("hint", ""))
    return _page(draft, one, {} if one.private and draft.helped else draft.answers, {}, hint=hint)


@form.post("/form/<slug>")
def take_answer(slug: str) -> Response:
    """Save what was answered, and go on; or say what is wrong, and keep what was typed."""
    handle = the_handle()
    draft = _draft(handle)
    one = _question(draft, slug)
    if _must_be_alone(draft, one, handle):
        return _to_alone(slug)
    typed = typed_fields()
    try:
        saved = save_answers(the_desk(), handle.id, slug, typed, alone=handle.alone_until > now())
    except Invalid as refused:
        return make_response(_page(draft, one, typed, _sentences(refused)), 422)
    except NotNow:
        return _to("apply.go_on")
    if saved.warnings:
        return make_response(_page(draft, one, typed, {}, warnings=saved.warnings), 422)
    after = _draft(handle)
    following = _following(after, one)
    if following is None or not following.private:
        # Whoever helps takes the device back: what was answered alone is closed again.
        handle = replace(handle, alone_until=0)
    return keep_handle(_after_saving(after, following, typed.get("then", "")), handle)


@form.get("/alone")
def show_alone() -> str:
    """The applicant takes the device, and proves it."""
    the_handle()
    return _alone_page({"to": request.args.get("to", "")}, {})


@form.post("/alone")
def take_alone() -> Response:
    """Let the applicant answer alone for a while."""
    handle = the_handle()
    typed = typed_fields()
    found, faults = handle_by_code(typed)
    if found is not None and found.id != handle.id:
        found, faults = None, {"form": _("This is the code of another application.")}
    if found is None:
        return make_response(_alone_page(typed, faults), 429 if "wait" in faults else 422)
    one = _question(_draft(handle), typed.get("to", ""))
    return keep_handle(_to_question(one), replace(handle, alone_until=now() + ALONE))


@form.get("/summary")
def show_summary() -> str | Response:
    """All answers on one page, to be looked at before handing in."""
    draft = _draft(the_handle())
    if draft.application.stage is not Stage.DRAFT:
        return _to("status.show_status")
    return _summary_page(draft, {})


@form.post("/submit")
def take_submission() -> Response:
    """Hand it in, or hand in again what was put right."""
    handle = the_handle()
    draft = _draft(handle)
    again = draft.application.stage is Stage.RETURNED
    if not again and not request.form.get("true"):
        faults = {"true": _("Tick the box if all of this is true.")}
        return make_response(_summary_page(draft, faults), 422)
    try:
        (submit_again if again else submit)(the_desk(), handle.id)
    except Invalid as refused:
        slugs = {fault.path for fault in refused.faults}
        faults = {"form": _("Some answers are missing, or do not go together. They are marked.")}
        return make_response(_summary_page(_draft(handle), faults, slugs), 422)
    except NotNow:
        # Sent twice, perhaps: the status tells.
        pass
    return _to("status.show_status")


@form.post("/paper/<kind>")
def take_paper(kind: str) -> Response:
    """Take an uploaded photo or paper."""
    handle = the_handle()
    if kind not in PAPERS:
        abort(404)
    draft = _draft(handle)
    one = _question(draft, PAPER_PREFIX + kind)
    if not the_limit("papers").allows(request.remote_addr):
        return _paper_refused(draft, one, 429, too_often())
    given = [file for name in ("camera", "file") if (file := request.files.get(name))]
    try:
        added = add_paper(the_desk(), handle.id, kind, given[0].read() if given else b"")
    except Invalid as refused:
        sentence = asking.UPLOAD_FAULTS.get(refused.faults[0].code)
        return _paper_refused(draft, one, 422, str(sentence or asking.UPLOAD_FAULTS["damaged"]))
    except NotNow:
        return _to("apply.go_on")
    except StorageError:
        return _paper_refused(draft, one, 503, _("This could not be saved just now. Try again."))
    hint = added.hints[0] if added.hints else None
    target = localized_url("form.show_question", slug=one.slug, hint=hint)
    if wants_json():
        return keep_handle(jsonify({"to": target}), handle)
    return keep_handle(redirect(target, 303), handle)


@form.get("/paper/<int:paper>.jpg")
def show_paper(paper: int) -> Response:
    """A photo or paper of one's own."""
    handle = the_handle()
    try:
        data = paper_data(the_desk(), handle.id, paper)
    except Unknown:
        abort(404)
    except StorageError:
        abort(503)
    return make_response(data, {"Content-Type": MEDIA})


@form.post("/paper/<int:paper>/remove")
def take_away(paper: int) -> Response:
    """Take a paper away; it can be put back."""
    return _moved(paper, back=False)


@form.post("/paper/<int:paper>/put-back")
def put_back(paper: int) -> Response:
    """Put a paper back."""
    return _moved(paper, back=True)


def _moved(paper: int, *, back: bool) -> Response:
    handle = the_handle()
    try:
        moved = (put_back_paper if back else remove_paper)(the_desk(), handle.id, paper)
    except Unknown:
        abort(404)
    except NotNow:
        return _to("apply.go_on")
    slug = PAPER_PREFIX + moved.kind
    removed = None if back else paper
    return redirect(localized_url("form.show_question", slug=slug, removed=removed), 303)


def _draft(handle: Handle) -> Draft:
    """What a browser has open; where it is gone, the browser forgets it."""
    try:
        return open_draft(the_desk(), handle.id)
    except Unknown:
        abort(end_handle(_to("apply.show_opening")))


def _question(draft: Draft, slug: str) -> Question:
    """A page of this application that may be answered now."""
    try:
        one = question(slug)
    except Unknown:
        abort(404)
    if one not in draft.pages or not draft.may_answer(one):
        abort(_to("apply.go_on"))
    return one


def _must_be_alone(draft: Draft, one: Question, handle: Handle) -> bool:
    return one.private and draft.helped and handle.alone_until <= now()


def _in_order(draft: Draft, one: Question) -> list[Question]:
    """The pages that come one after the other, and `one`, wherever it is."""
    return [page for page in draft.pages if page == one or not page.first]


def _following(draft: Draft, one: Question) -> Question | None:
    pages = _in_order(draft, one)
    rest = pages[pages.index(one) + 1 :] if one in pages else pages
    return rest[0] if rest else None


def _after_saving(draft: Draft, following: Question | None, then: str) -> Response:
    if draft.application.stage is not Stage.DRAFT:
        return _to("status.show_status")
    if then == "summary":
        return _to_question(draft.left[0]) if draft.left else _to("form.show_summary")
    return _to("apply.go_on") if following is None else _to_question(following)


def _to(endpoint: str) -> Response:
    return redirect(localized_url(endpoint), 303)


def _to_question(one: Question) -> Response:
    return redirect(localized_url("form.show_question", slug=one.slug), 303)


def _to_alone(slug: str) -> Response:
    return redirect(localized_url("form.show_alone", to=slug), 303)


def _page(
    draft: Draft,
    one: Question,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    warnings: tuple[Fault, ...] = (),
    hint: str | None = None,
) -> str:
    pages = _in_order(draft, one)
    place = pages.index(one)
    then = request.values.get("then", "")
    is_paper = one.slug.startswith(PAPER_PREFIX)
    removed = request.args.get("removed", "")
    return render_template(
        "public/apply/paper.html" if is_paper else "public/apply/question.html",
        one=one,
        words=asking.words_of(one.slug),
        typed=_split_dates(one, typed),
        faults=faults,
        warnings=[asking.fault_sentence(fault) for fault in warnings],
        hint=hint,
        place=place + 1,
        count=len(pages),
        before=pages[place - 1] if place else None,
        after=pages[place + 1] if place + 1 < len(pages) else None,
        then="summary" if then == "summary" else "",
        stage=draft.application.stage,
        reasons=[text for name, text in _reasons(draft) if name in one.checks],
        kind=one.slug.removeprefix(PAPER_PREFIX),
        papers=[paper for paper in draft.papers if PAPER_PREFIX + paper.kind == one.slug],
        removed=removed if removed.isascii() and removed.isdigit() else "",
        choices=lambda field: _choices(draft, field),
        label=lambda field: asking.label_of(field, one.slug),
    )


def _alone_page(typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    return render_template("public/apply/alone.html", typed=typed, faults=faults)


def _summary_page(draft: Draft, faults: Mapping[str, str], marked: set[str] | None = None) -> str:
    left = {one.slug for one in draft.left} | (marked or set())
    parts = [
        (title, [one for one in draft.pages if one.part is part])
        for part, title in asking.PARTS.items()
    ]
    return render_template(
        "public/apply/summary.html",
        parts=[(title, pages) for title, pages in parts if pages],
        shown=lambda one: _shown(draft, one),
        title=lambda one: asking.words_of(one.slug).title,
        left=left,
        draft=draft,
        faults=faults,
    )


def _shown(draft: Draft, one: Question) -> list[str]:
    """What was answered on a page, in words; nothing where it is still to be answered."""
    if one.private and draft.helped:
        return [] if one in draft.left else [_("Answered by the applicant alone.")]
    said = []
    for field in one.fields:
        value = draft.answers.get(field.name, "")
        if field.kind is Kind.PAPER:
            count = sum(PAPER_PREFIX + paper.kind == field.name for paper in draft.papers)
            said.append(_sent(count) if count else _("I will bring it.") if value else "")
        elif field.kind is Kind.CHOICE:
            said.append(str(_choices(draft, field).get(value, "")))
        elif field.kind is Kind.TICK:
            said.append(str(asking.label_of(field, one.slug)) if value == "yes" else "")
        elif field.kind is Kind.DATE and value:
            year, month, day = value.split("-")
            said.append(f"{day}-{month}-{year}")
        else:
            said.append(value)
    return [line for line in said if line]


def _sent(count: int) -> str:
    return str(_("Sent.")) if count == 1 else str(_("%(count)s pictures sent.", count=count))


def _choices(draft: Draft, field: FormField) -> dict[str, str]:
    """What may be chosen in a field, in words."""
    keys = choices_of(field, draft.answers, draft.form)
    if field.name == "purpose":
        known = the_desk().settings.certificates.purposes
        return {key: getattr(known[int(key)], language(), known[int(key)].id) for key in keys}
    if field.name == "office":
        names = {str(office.id): office.name for office in draft.form.offices}
        return {key: names[key] for key in keys}
    return {key: str(asking.CHOICES[field.name][key]) for key in keys}


def _reasons(draft: Draft) -> list[tuple[str, str]]:
    """Why fields were sent back, in words."""
    return [
        (name, str(asking.REASONS.get(code, asking.REASONS["other"])))
        for name, code in draft.reasons.items()
    ]


def _split_dates(one: Question, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed or answered, with a date in its three fields."""
    split = dict(typed)
    for field in one.fields:
        value = typed.get(field.name, "")
        if field.kind is Kind.DATE and value.count("-") == 2:
            year, month, day = value.split("-")
            split |= {
                f"{field.name}-year": year,
                f"{field.name}-month": str(int(month)),
                f"{field.name}-day": str(int(day)),
            }
    return split


def _sentences(refused: Invalid) -> dict[str, str]:
    return {fault.path: asking.fault_sentence(fault) for fault in reversed(refused.faults)}


def _paper_refused(draft: Draft, one: Question, status: int, sentence: str) -> Response:
    if wants_json():
        return problem(status, sentence)
    return make_response(_page(draft, one, {}, {"file": sentence}), status)
