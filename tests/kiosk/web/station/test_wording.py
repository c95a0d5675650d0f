"""Whatever may be said at a station has its sentence."""

import re
from pathlib import Path

import pytest

from kiosk.actions.scans import ScanState
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.identities import Match
from kiosk.scanning.card import Hint, Suspicion
from kiosk.scanning.errors import ScanningError
from kiosk.web.station.wording import WORDS, kind_of, refusal, refusal_to_begin

PAGE = Path(__file__).parents[4] / "kiosk" / "web" / "page"
SCRIPTS = "\n".join(
    path.read_text(encoding="utf-8") for path in [*PAGE.glob("station*.js"), PAGE / "lens.js"]
)
TEMPLATES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (PAGE.parent / "templates" / "station").glob("*.html")
)
KINDS = {*Match, "read", "ask"}


@pytest.mark.parametrize("hint", Hint)
def test_every_hint_has_a_sentence(hint: Hint) -> None:
    assert WORDS[f"hint.{hint}"]


@pytest.mark.parametrize("suspicion", Suspicion)
def test_every_suspicion_has_a_sentence(suspicion: Suspicion) -> None:
    assert WORDS[f"suspicion.{suspicion}"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_answer_has_a_word_a_sentence_and_a_drawing(kind: str) -> None:
    assert WORDS[f"answer.{kind}"]
    assert WORDS[f"answer-do.{kind}"]
    assert f'id="i-{kind}"' in TEMPLATES


def test_no_sentence_is_left_over() -> None:
    names = {key.partition(".")[2] for key in WORDS if key.startswith("station.")}
    unused = {
        name
        for name in names
        if not re.search(rf'["`.]{name}\b', SCRIPTS) and f"station.{name}" not in TEMPLATES
    }

    assert unused - {"aim-sheet", "aim-card"} == set()
    assert {key.partition(".")[2] for key in WORDS if key.startswith("hint.")} == set(Hint)
    assert {key.partition(".")[2] for key in WORDS if key.startswith("suspicion.")} == set(
        Suspicion
    )


def test_every_sentence_that_the_scripts_name_is_there() -> None:
    named = set(re.findall(r'"((?:station|hint|answer|answer-do|suspicion)\.[a-z-]+)"', SCRIPTS))

    assert named - set(WORDS) == set()
    assert len(named) > 5


def test_after_the_last_try_an_officer_is_asked() -> None:
    assert kind_of(ScanState(state="try-again", tries_left=1)) == "try-again"
    assert kind_of(ScanState(state="try-again", tries_left=0)) == "ask"
    assert kind_of(ScanState(state="no-match", tries_left=0)) == "no-match"


def test_every_refusal_of_a_scan_has_a_status_and_a_sentence() -> None:
    for problem in (Unknown("x"), NotPermitted("x"), NotNow("x")):
        status, sentence = refusal_to_begin(problem)
        assert 400 <= status < 500
        assert sentence
    for broken in [*ScanningError.__subclasses__(), ScanningError]:
        status, sentence = refusal(broken("code", "x"))
        assert status >= 400
        assert sentence
