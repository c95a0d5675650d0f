"""Every verdict has its word, its reason and its advice, in both languages."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from kiosk.web.app import create_app
from kiosk.web.wording import CHECKS, WORDS, said
from tests.public_site import PublicSite
from verifier.verdict import Outcome, Verdict
from verifier.wording import word_of

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "kiosk" / "web" / "page"
SCRIPTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(PAGE.glob("*.js"))
    # The courier's page has sentences of its own: tests/kiosk/web/courier/test_wording.py.
    if not path.name.startswith("courier")
)
VECTORS = json.loads((ROOT / "tests" / "vectors" / "token.json").read_text(encoding="utf-8"))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The pages of an office."""
    site = PublicSite(tmp_path)
    site.publish()
    return create_app(site.office)


def test_every_sentence_that_the_scripts_name_is_there() -> None:
    named = set(re.findall(r'"(page\.[a-z0-9-]+)"', SCRIPTS))
    named |= {f"page.{name}" for name in re.findall(r'"(camera-[a-z-]+)"', SCRIPTS)} - {
        "page.camera-hint"
    }

    assert named - set(WORDS) == set()
    assert len(named) > 30


def test_no_sentence_of_the_page_is_unused() -> None:
    templates = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "kiosk" / "web").rglob("*.py")
    )
    unused = {
        key
        for key in WORDS
        if key.startswith("page.")
        and not key.startswith("page.result-")
        and key.removeprefix("page.") not in SCRIPTS.replace("page.", "")
        and templates.count(f'"{key}"') < 2
    }

    assert unused == set()


def test_every_code_of_a_check_has_a_sentence(app: Flask) -> None:
    given = {code for case in VECTORS["cases"] for code in case["findings"]}

    assert given - set(CHECKS) == set()
    with app.test_request_context("/"):
        assert {f"check.{code}" for code in CHECKS} <= set(said())


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("outcome", Outcome)
def test_page_and_command_use_the_same_word(app: Flask, outcome: Outcome, language: str) -> None:
    verdict = Verdict(outcome=outcome, findings=())

    with app.test_request_context(f"/?lang={language}"):
        word = said()[f"outcome.{outcome}"]

    assert word.replace("{date}", "") == word_of(verdict, language)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_says_what_to_do(outcome: Outcome) -> None:
    assert f"do.{outcome}" in WORDS


def test_nothing_speaks_against_a_paper_that_could_not_be_checked(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        for key, words in said().items():
            code = key.removeprefix("do.")
            if code in key or code == "not-our-code":
                continue
            failure = f"why.{code}" in WORDS or code in {"cannot-check", "status-missing"}
            if failure and code not in {"genuine", "expired", "withdrawn"}:
                assert "says nothing against the paper" in words
