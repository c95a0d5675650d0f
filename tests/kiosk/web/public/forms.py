"""Browsers without scripts, for tests: a form of a page is filled in and sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.applying import ANSWERS, BIRTH, birth_fields

__all__ = ["Form", "answer_pages", "begin", "code_in", "form_in", "opened"]


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in it."""

    action: str = ""
    method: str = "get"
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=given["action"], method=given.get("method", "get")))
            self.inside = True
        if not self.inside or not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input" and given.get("type", "") not in {"radio", "checkbox", "file"} and name:
            form.values[name] = given.get("value", "")
        if tag == "input" and "checked" in given:
            form.values[name] = given["value"]
        if tag == "select":
            self.select = name
        if tag == "option" and "selected" in given:
            form.values[self.select] = given["value"]
        if tag == "textarea":
            self.textarea = name
            form.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.forms[-1].values[self.textarea] += data


def form_in(page: str, action: str = "") -> Form:
    """The first form of a page, or the one that goes where `action` says."""
    reader = _Forms()
    reader.feed(page)
    return next(form for form in reader.forms if action in form.action)


def begin(client: FlaskClient, purpose: str = "1") -> str:
    """Begin an application in this browser; its code."""
    page = client.get(f"/apply/begin?purpose={purpose}").text
    form = form_in(page)
    client.post(form.action, data=form.values | birth_fields(BIRTH))
    return code_in(client.get("/apply/code").text)


def code_in(page: str) -> str:
    """The code that a page shows."""
    return page.partition('id="the-code">')[2].partition("<")[0]


def opened(client: FlaskClient, code: str) -> TestResponse:
    """Open an application by its code and Ratna's birth date."""
    return client.post("/apply/open", data={"code": code} | birth_fields(BIRTH))


def answer_pages(client: FlaskClient, **changes: dict[str, str]) -> list[str]:
    """Answer every page that comes up, by its own form; the names of the pages, in order."""
    answers = dict(ANSWERS) | {name.replace("_", "-"): typed for name, typed in changes.items()}
    seen = []
    where = "/apply/go-on"
    for _ in range(200):
        answer = client.get(where)
        if answer.status_code == 303:
            where = answer.headers["Location"]
            continue
        if "/form/" not in where:
            break
        slug = where.rpartition("/")[2].partition("?")[0]
        seen.append(slug)
        form = form_in(answer.text, f"/form/{slug}")
        typed = {name: value for name, value in answers[slug].items() if name in form.names}
        answer = client.post(form.action, data=form.values | typed)
        where = answer.headers["Location"]
    return seen
