"""Every code of a scan has its sentence in both languages, and every sentence its code."""

import ast
import re
import tomllib
from string import Formatter

import pytest

from kiosk.cli.cards import EXITS
from kiosk.domain.identities import Reason
from kiosk.scanning.card import Hint, Suspicion
from kiosk.scanning.wording import advice_on, problem_told, sentence, word_of
from tests.house.repository import ROOT, parse, sources
from verifier.wording import LANGUAGES

WORDING = tomllib.loads((ROOT / "kiosk/scanning/wording.toml").read_text(encoding="utf-8"))
TABLES = ("hints", "suspicions", "problems", "reasons", "labels")
SENTENCES = [(table, code) for table in TABLES for code in WORDING[table]]
RAISED = {"CameraError", "CardPictureError", "ReaderBusyError", "ReaderMissingError"}


def codes_given_to(names: set[str]) -> set[str]:
    """The codes with which these are called anywhere in kiosk."""
    found = set()
    for path in sources():
        if path.parts[0] != "kiosk":
            continue
        for node in ast.walk(parse(path)):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(code)), *_]):
                    found |= {code} if name in names else set()
                case ast.Call(func=ast.Name(id=name), keywords=words):
                    found |= {
                        str(word.value.value)
                        for word in words
                        if name in names
                        and word.arg in {"code", "nothing"}
                        and isinstance(word.value, ast.Constant)
                    }
                case _:
                    pass
    return found


def test_every_hint_suspicion_and_reason_has_a_sentence_and_no_other_has() -> None:
    assert set(WORDING["hints"]) == set(Hint)
    assert set(WORDING["suspicions"]) == set(Suspicion)
    assert set(WORDING["reasons"]) == set(Reason)
    assert set(WORDING["answers"]) == set(EXITS)


def test_every_problem_that_can_be_raised_has_a_sentence() -> None:
    codes = codes_given_to(RAISED | {"Problem", "_found"})

    assert {"camera-missing", "reader-missing", "no-card-in-time", "no-code"} <= codes
    assert all(problem_told(code, "id", reason="?") for code in codes)
    assert set(WORDING["problems"]) <= codes


def test_every_label_is_shown_somewhere() -> None:
    shown = "".join(
        (ROOT / f"kiosk/cli/{name}.py").read_text(encoding="utf-8")
        for name in ("cards", "scanning")
    )

    assert [label for label in WORDING["labels"] if f'"{label}"' not in shown] == []


@pytest.mark.parametrize(("table", "code"), SENTENCES)
def test_every_sentence_is_in_both_languages_with_the_same_gaps(table: str, code: str) -> None:
    said = WORDING[table][code]

    assert set(said) == set(LANGUAGES)
    gaps = [{gap for _, gap, _, _ in Formatter().parse(said[one]) if gap} for one in LANGUAGES]
    assert gaps[0] == gaps[1]
    assert all(said.values())


@pytest.mark.parametrize("code", sorted(set(WORDING["hints"])))
def test_a_hint_is_a_short_sentence(code: str) -> None:
    for language in LANGUAGES:
        said = sentence("hints", code, language)

        assert re.fullmatch(r"[A-Z].{5,60}\.", said)


@pytest.mark.parametrize("result", sorted(EXITS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_a_word_and_an_advice(result: str, language: str) -> None:
    assert word_of(result, language).isupper()
    assert advice_on(result, language).endswith(".")


def test_the_words_are_those_that_the_screens_show() -> None:
    assert [word_of(one, "id") for one in ("match", "no-match", "try-again")] == [
        "COCOK",
        "TIDAK COCOK",
        "COBA LAGI",
    ]


def test_no_sentence_says_which_field_of_an_expected_person_differs() -> None:
    for language in LANGUAGES:
        assert sentence("reasons", Reason.NAME_DIFFERS, language) == sentence(
            "reasons", Reason.BIRTH_DIFFERS, language
        )
