"""Every code has its sentence in both languages, and every sentence is safe to show."""

import ast
import re
import tomllib
from string import Formatter

import pytest

from tests.house.repository import ROOT, parse, sources
from verifier.verdict import Finding, Level, Outcome, Verdict
from verifier.wording import LANGUAGES, advice_on, label, moment, plain, sentence_of, word_of

WORDING = tomllib.loads((ROOT / "verifier/wording.toml").read_text(encoding="utf-8"))
PAGES = ("token", "sheet", "verdict")
# A reader of PDFs says these to its parent, which turns them into verdicts of its own.
INTERNAL = {"signature-malformed", "signature-unsupported"}
# Said by the page in the browser, which knows its server's clock.
ELSEWHERE = {"clock-wrong"}
TELLING = {"passed", "verdict", "_verdict", "unreadable", "_NotGenuineError", "Finding"}
TELLING |= {"UnreadableImageError"}


def codes_in_documents() -> set[str]:
    """The codes in the tables of checks of the format pages."""
    found = set()
    for page in PAGES:
        text = (ROOT / f"docs/formats/{page}.md").read_text(encoding="utf-8")
        table = text.partition("## Checks")[2].partition("\n## ")[0]
        for row in re.findall(r"^\|(.*)\|$", table, flags=re.MULTILINE):
            cells = row.split("|")[1:3]
            found |= {code for cell in cells for code in re.findall(r"`([a-z-]+)`", cell)}
        found |= set(re.findall(r"\(`(clock-wrong)`\)", table))
    return found - {"ttl", "iat"}


def told(node: ast.AST) -> list[ast.expr]:
    """The expressions of a statement or a call that may be codes."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in TELLING:
            return [*node.args, *(word.value for word in node.keywords if word.arg == "code")]
        case ast.Assign(targets=[ast.Name(id="code")], value=value):
            return [value]
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="code"), *_])], value=ast.Tuple(elts)):
            return elts[:1]
        case _:
            return []


def codes_in_source() -> set[str]:
    """The codes that the verifier's modules give to whatever makes a finding."""
    found = {
        value.value
        for path in sources()
        if path.parts[0] == "verifier"
        for node in ast.walk(parse(path))
        for value in told(node)
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    return {code for code in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", code)} - INTERNAL


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(WORDING["findings"]) == codes_in_source() | ELSEWHERE


def test_every_code_is_in_the_documents() -> None:
    assert codes_in_source() | ELSEWHERE == codes_in_documents()


@pytest.mark.parametrize("table", ["findings", "levels", "labels"])
def test_every_sentence_is_in_both_languages(table: str) -> None:
    for name, sentences in WORDING[table].items():
        assert set(sentences) == set(LANGUAGES), name
        assert all(sentences.values()), name


@pytest.mark.parametrize("code", sorted(WORDING["findings"]))
def test_both_languages_tell_the_same_values(code: str) -> None:
    names = [
        {
            field
            for _, field, _, _ in Formatter().parse(WORDING["findings"][code][language])
            if field
        }
        for language in LANGUAGES
    ]

    assert names[0] == names[1]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_a_word_and_an_advice(outcome: Outcome, language: str) -> None:
    word = word_of(Verdict(outcome=outcome, findings=(), as_of=0), language)

    assert word.partition(",")[0].isupper()
    assert advice_on(Verdict(outcome=outcome, findings=()), language).endswith(".")


@pytest.mark.parametrize("code", WORDING["posters"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_spoken_of_as_a_poster(code: str, language: str) -> None:
    finding = Finding(number=28, code=code, level=Level.PROBLEM)
    verdict = Verdict(outcome=Outcome.CANNOT_CHECK, findings=(finding,))

    assert word_of(verdict, language).isupper()
    assert "POSTER" in word_of(verdict, language)
    assert advice_on(verdict, language).endswith(".")


def test_the_words_are_those_that_the_page_shows() -> None:
    words = [word_of(Verdict(outcome=outcome, findings=()), "id") for outcome in Outcome]

    assert words == [
        "ASLI",
        "ASLI, status per ",
        "DICABUT",
        "DITANGGUHKAN",
        "KEDALUWARSA",
        "TIDAK SAH",
        "TIDAK DAPAT DIPERIKSA",
        "DITANDATANGANI PENERBIT LAIN",
    ]


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_label(level: Level) -> None:
    assert label(level, "id") != label(level, "en")


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (420, "31 Agustus 2026 11.20 WIB"),
        (480, "31 Agustus 2026 12.20 WITA"),
        (540, "31 Agustus 2026 13.20 WIT"),
        (0, "31 Agustus 2026 04.20 UTC"),
        (-210, "31 Agustus 2026 00.50 UTC-03:30"),
    ],
)
def test_a_time_is_told_in_the_zone_of_the_office(offset: int, shown: str) -> None:
    assert moment(1_788_150_000, "id", utc_offset=offset) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jhapus", "?[2Jhapus"),
        ("a\u202egnp.exe", "a?gnp.exe"),
        ("baris\nbaru", "baris?baru"),
        ("{0.__class__}", "{0.__class__}"),
        ("NGUYỄN", "NGUYỄN"),
        ("x" * 500, "x" * 119 + "…"),
    ],
)
def test_a_strangers_text_cannot_do_anything_to_a_terminal(text: str, shown: str) -> None:
    finding = Finding(number=2, code="other-host", level=Level.WARNING, values={"host": text})

    assert plain(text) == shown
    assert shown in sentence_of(finding, "en")
